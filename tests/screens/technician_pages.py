"""How each page of a technician's is reached, for its picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk.pages.page import Kind
from tests.screens.staff_pages import LOGIN
from tests.support.screen import Desk
from tests.support.screen_script import GOOD


def _closed(desk: Desk) -> None:
    desk.core.condition = replace(GOOD, closed=True)
    desk.hear(desk.core.condition)


def _staff_closed(desk: Desk) -> None:
    _closed(desk)
    desk.keys(LOGIN)


def _technician(desk: Desk, keys: str = "") -> None:
    desk.become_technician()
    desk.keys(keys)


def _technician_closes(desk: Desk) -> None:
    _technician(desk, "5")


TECHNICIAN_SCREENS: dict[str, tuple[Callable[[Desk], None], Kind]] = {
    "idle_closed": (_closed, Kind.IDLE),
    "staff_closed": (_staff_closed, Kind.STAFF),
    "technician": (_technician, Kind.TECHNICIAN),
    "technician_closes": (_technician_closes, Kind.TECHNICIAN),
    "technician_help": (lambda desk: _technician(desk, "助"), Kind.HELP),
    "findings": (lambda desk: _technician(desk, "1"), Kind.FINDINGS),
    "findings_good": (lambda desk: _technician(desk, "18"), Kind.FINDINGS),
    "state": (lambda desk: _technician(desk, "2"), Kind.STATE),
    "jobs": (lambda desk: _technician(desk, "3"), Kind.JOBS),
    "jobs_running": (lambda desk: _technician(desk, "38"), Kind.JOBS),
}
