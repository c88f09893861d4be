"""Questions to the core, one after the other, by a front that has nothing to show meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.desk.link import Link
from kiosk.desk.messages import VERSION, Ask, Failed, Hello, Login, Message, Prove, Reply
from kiosk.errors import KioskError
from kiosk.ports.access import LockedOut


class Asker:
    """One question at a time; for one thread.

    Args:
        link: new.
        front: as the audit names it: "command" or "receipt".
    """

    def __init__(self, link: Link, front: str) -> None:
        self._link = link
        self._number = 0
        link.send(Hello(VERSION, front))

    def answer(self, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        """The document of a query.

        Raises:
            KioskError: the one kioskd names.
            CoreUnreachable: it has gone.
        """
        return self._request(lambda number: Ask(number, query, dict(about)))

    def log_in(self, login: Callable[[str], str]) -> None:
        """Raise the role, in one step or two; K32x when it is not to be.

        Args:
            login: fetches what a step wants: of "" the passcode, else of the factor named.
        """
        passcode = login("")
        answer = self._request(lambda number: Login(number, passcode))
        if second := answer.get("second"):
            code = login(second)
            self._request(lambda number: Prove(number, code))

    def close(self) -> None:
        """Hang up."""
        self._link.close()

    def _request(self, make: Callable[[int], Message]) -> dict[str, Any]:
        self._number += 1
        self._link.send(make(self._number))
        while True:
            match self._link.receive():
                case Reply(id=self._number, document=document):
                    return document
                case Failed(id=number, code=code, wait_s=wait_s) if number in {0, self._number}:
                    raise _named(code, wait_s)


def _named(code: str, wait_s: int) -> Exception:
    """The error of a code; a fault of kioskd's own is a bug here as well."""
    if code == LockedOut.code:
        return LockedOut(wait_s)
    kind = KioskError.by_code.get(code)
    return kind("kioskd says so") if kind else RuntimeError(code)
