"""``kiosk receipt``: the link of the receipt computers, and which of them may fetch."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kiosk.cli.desk_or_store import desk_of, source
from kiosk.cli.door import DESCRIPTOR, REFUSED, Door, json_option, phrasebook, print_json
from kiosk.cli.secret import staff_login
from kiosk.cli.stopping import stopped_by_signal
from kiosk.desk.client import SocketLink
from kiosk.desk.messages import CoreUnreachable
from kiosk.pages.receipt_link import (
    WAYS,
    computer_line,
    pairing_code,
    pairing_fingerprint,
    pairing_place,
)
from kiosk.phrasebook import Phrase, Utterance
from kiosk.ports.exports import PartMissing

DEFAULT_DIR = Path("/var/lib/madoguchi-receipt")
_LONGEST = 16 * 1024
_passcode_option = click.option(
    "--passcode-fd", type=DESCRIPTOR, metavar="N",
    help="Read the passcode, and a second step's code, from file descriptor N, a line each.",
)  # fmt: skip


@click.group()
def receipt() -> None:
    """The receipt computer's link (docs/receipt.md)."""


@receipt.command()
@click.option(
    "--socket", envvar="MADOGUCHI_DESK", type=click.Path(path_type=Path),
    help="Where kioskd is; without it desk.sock in the state folder of the settings.",
)  # fmt: skip
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path),
    help="Folder of the link: certificate, cursor; else $STATE_DIRECTORY or"
    f" {DEFAULT_DIR}. No patient data is in it.",
)  # fmt: skip
@click.pass_obj
def serve(door: Door, *, socket: Path | None, folder: Path | None) -> None:
    """Hand results over until SIGTERM: drop folder and local API, whichever is on.

    Runs as a user of its own, listed in access.receipt_users. Prints one JSON line when ready, with
    the ways that are on then; it follows when one is turned on or off.
    """
    try:
        from kiosk.receipt.line import Line  # noqa: PLC0415 - an extra
        from kiosk.receipt.serving import ReceiptLink  # noqa: PLC0415 - likewise
    except ImportError as error:
        raise PartMissing(error.name or "") from None
    from kiosk.core.ownership import desk_beside  # noqa: PLC0415 - only where it is served

    path = socket or desk_beside(door.settings().state.dir)
    own = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    stop = stopped_by_signal()
    place = folder or (Path(own) if own else DEFAULT_DIR)
    book = phrasebook()
    link = ReceiptLink(
        Line(lambda: SocketLink(path)), place, no_result=lambda code: book.message(code).read
    )
    with link:
        print_json(
            {"url": link.url or None, "fingerprint": link.fingerprint or None, "ways": link.ways}
        )
        stop.wait()


@receipt.command()
@_passcode_option
@json_option
@click.pass_obj
def pair(door: Door, *, passcode_fd: int | None) -> None:
    """Show a code with which one receipt computer may pair itself within five minutes."""
    settings = door.settings()
    link = desk_of(settings)
    if link is None:
        raise CoreUnreachable("kiosk serve must run")
    link.close()
    document = _asked(door, passcode_fd, "receipt_pair", {})
    book = phrasebook()
    lines = [pairing_code(document, book), pairing_place(document, book)]
    if document["fingerprint"]:
        lines.append(pairing_fingerprint(document, book))
    door.report(document, lines, is_simulated=settings.is_simulated)


@receipt.command("list")
@_passcode_option
@json_option
@click.pass_obj
def list_computers(door: Door, *, passcode_fd: int | None) -> None:
    """Say which receipt computers are paired."""
    document = _asked(door, passcode_fd, "receipt_computers", {})
    book = phrasebook()
    lines = [computer_line(each, book) for each in document["computers"]] or [
        book.say(Phrase.RECEIPT_NO_COMPUTER)
    ]
    door.report(document, lines, is_simulated=document["simulated"])


@receipt.command()
@click.argument("name")
@_passcode_option
@json_option
@click.pass_obj
def revoke(door: Door, *, name: str, passcode_fd: int | None) -> None:
    """End the token of a receipt computer, at once."""
    document = _asked(door, passcode_fd, "receipt_revoke", {"computer": name})
    lines = [phrasebook().say(Phrase.RECEIPT_REVOKED, name=name)]
    door.report(document, lines, is_simulated=document["simulated"])


@receipt.command()
@_passcode_option
@json_option
@click.pass_obj
def compare(door: Door, *, passcode_fd: int | None) -> int:
    """Compare a patient's numbers (JSON on standard input) with what the service said.

    Keys: insurer_number, symbol, number, branch_number, birth_date, name_kana, share_percent,
    valid, check_id. Exit status 4 when something differs.
    """
    try:
        fields = json.loads(sys.stdin.read(_LONGEST) if sys.stdin else "")
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict) or not all(isinstance(each, str) for each in fields.values()):
        raise click.UsageError('standard input: not JSON like {"number": "0012", …}, all text')
    document = _asked(door, passcode_fd, "compare", {"fields": fields})
    door.report(document, _compared(document), is_simulated=document["simulated"])
    return 0 if document["agrees"] else REFUSED


@receipt.command("ways")
@_passcode_option
@json_option
@click.pass_obj
def list_ways(door: Door, *, passcode_fd: int | None) -> None:
    """Say which ways of handing results over are on."""
    _report_ways(door, _asked(door, passcode_fd, "receipt_ways", {}))


@receipt.command("on")
@click.argument("way", type=click.Choice(list(WAYS)))
@_passcode_option
@json_option
@click.pass_obj
def turn_on(door: Door, *, way: str, passcode_fd: int | None) -> None:
    """Turn a way of handing results over on; needs a technician's passcode."""
    _report_ways(door, _asked(door, passcode_fd, "receipt_on", {"way": way}))


@receipt.command("off")
@click.argument("way", type=click.Choice(list(WAYS)))
@_passcode_option
@json_option
@click.pass_obj
def turn_off(door: Door, *, way: str, passcode_fd: int | None) -> None:
    """Turn a way of handing results over off."""
    _report_ways(door, _asked(door, passcode_fd, "receipt_off", {"way": way}))


def _report_ways(door: Door, document: dict[str, Any]) -> None:
    book = phrasebook()
    on = [label for way, label in WAYS.items() if document["ways"].get(way)]
    lines = [
        book.say(each) for each in ((Phrase.RECEIPT_ON, *on) if on else [Phrase.RECEIPT_ALL_OFF])
    ]
    door.report(document, lines, is_simulated=document["simulated"])


def _compared(document: dict[str, Any]) -> list[Utterance]:
    book = phrasebook()
    if document["agrees"]:
        return [book.say(Phrase.RECEIPT_AGREES)]
    return [
        book.say(Phrase.RECEIPT_DIFFERS, field=book.say(Phrase(f"receipt.{each['field']}")).read)
        for each in document["differences"]
    ]


def _asked(
    door: Door, passcode_fd: int | None, query: str, about: dict[str, Any]
) -> dict[str, Any]:
    login: Callable[[str], str] = staff_login(passcode_fd)
    with source(door, door.settings(), login=login) as found:
        return found.answer(query, about)
