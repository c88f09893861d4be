"""``kiosk technician``: the box and its health over SSH, on a screen or in lines; no patient."""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from kiosk.appliance.doctor import examine
from kiosk.appliance.finding import Finding
from kiosk.cli.doctor import box_of
from kiosk.cli.door import DESCRIPTOR, Door, end_by_signal, phrasebook
from kiosk.cli.secret import staff_login
from kiosk.core.ownership import desk_beside
from kiosk.desk.asking import Asker
from kiosk.desk.client import SocketLink
from kiosk.desk.link import Link
from kiosk.desk.messages import (
    Ask,
    BadMessage,
    Condition,
    CoreUnreachable,
    Failed,
    Message,
    Reply,
    Welcome,
)
from kiosk.desk.values import pack
from kiosk.errors import KioskError
from kiosk.pages.box_state import FINDINGS


@click.command()
@click.option("--plain", is_flag=True, help="Line by line; so too where there is no screen.")
@click.option(
    "--socket", envvar="MADOGUCHI_DESK", type=click.Path(path_type=Path),
    help="Where kioskd is; without it where kioskd of the settings has it.",
)  # fmt: skip
@click.option(
    "--passcode-fd", type=DESCRIPTOR, metavar="N",
    help="Read the passcode, and the code of a second step, from file descriptor N.",
)  # fmt: skip
@click.pass_obj
def technician(door: Door, *, plain: bool, socket: Path | None, passcode_fd: int | None) -> int:
    """See findings, state and jobs; close the reception while you work. Needs kiosk serve.

    Logins and what is done are in the audit; wrong passcodes are counted.
    """
    link = Examining(SocketLink(socket or desk_beside(door.settings().state.dir)), door)
    try:
        Asker(link, "technician").log_in(staff_login(passcode_fd))
        link.begin_anew()
        is_plain = plain or os.environ.get("TERM", "dumb") == "dumb" or not sys.stdout.isatty()
        return _lines(link) if is_plain else _screen(link)
    finally:
        link.close()


def _lines(link: Link) -> int:
    from kiosk.line.front import LineFront  # noqa: PLC0415 - only when it is the lines
    from kiosk.line.keyboard import Keyboard  # noqa: PLC0415 - likewise
    from kiosk.pages.technician import TechnicianFront  # noqa: PLC0415 - likewise

    keyboard = Keyboard(sys.stdin)
    front = LineFront(lambda: link, phrasebook(), keyboard, sys.stdout, front=TechnicianFront)
    return front.run()


def _screen(link: Link) -> int:
    from kiosk.tui import app  # noqa: PLC0415 - only when it is the screen
    from kiosk.tui.technician import TechnicianApp  # noqa: PLC0415 - likewise

    end_by_signal()
    language = phrasebook().language
    return app.run(link, None, language=language, stage={}, screen=TechnicianApp)


class Examining:
    """``Link`` to a core, where the doctor of this process answers for itself.

    Args:
        link: to the core; new.
        door: of the command, by whose settings the doctor looks.
    """

    def __init__(self, link: Link, door: Door) -> None:
        self._link = link
        self._door = door
        self._inbox: queue.SimpleQueue[Message | KioskError] = queue.SimpleQueue()
        self._greeting: list[Message] = []
        self._is_begun = False
        threading.Thread(target=self._pump, name="pump", daemon=True).start()

    def begin_anew(self) -> None:
        """What the core said in greeting, once more, for a front that comes after the login."""
        self._is_begun = True
        for each in self._greeting:
            self._inbox.put(each)

    def send(self, message: Message) -> None:
        """As ``Link.send``."""
        if isinstance(message, Ask) and message.query == FINDINGS:
            threading.Thread(
                target=self._examine, args=[message.id], name="doctor", daemon=True
            ).start()
        else:
            self._link.send(message)

    def receive(self, timeout_s: float | None = None) -> Message | None:
        """As ``Link.receive``."""
        try:
            found = self._inbox.get(timeout=timeout_s)
        except queue.Empty:
            return None
        if isinstance(found, KioskError):
            self._inbox.put(found)
            raise found
        if not self._is_begun and isinstance(found, Welcome | Condition):
            self._greeting.append(found)
        return found

    def close(self) -> None:
        """As ``Link.close``."""
        self._link.close()

    def _pump(self) -> None:
        while True:
            try:
                message = self._link.receive()
            except (CoreUnreachable, BadMessage) as error:
                self._inbox.put(error)
                return
            if message is not None:
                self._inbox.put(message)

    def _examine(self, number: int) -> None:
        try:
            findings = examine(box_of(self._door))
        except KioskError as error:
            self._inbox.put(Failed(number, error.code))
        else:
            self._inbox.put(Reply(number, findings_document(findings)))


def findings_document(findings: Sequence[Finding]) -> dict[str, Any]:
    """Findings by the keys of their phrases, for a front that says them in its own language."""
    return {
        "findings": [
            {
                "name": each.name,
                "state": each.state.value,
                "code": each.code,
                "what": each.what,
                "values": pack(each.values),
                "why": each.why,
                "hint": each.hint,
                "remedy": each.remedy and each.remedy.value,
                "detail": each.detail,
            }
            for each in findings
        ]
    }
