"""Every wait for a person: it warns 20 s before its end, and a key gives it its time again.

Sources: Section 508 407.5, WCAG 2.2.1. A wait that is new has to be written into the table:
whatever lasts ten seconds or more in the packages that people meet is looked for in the sources.
"""

from __future__ import annotations

import ast
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

import kiosk
from kiosk.desk.messages import Role, Session
from kiosk.desk.peer import Peer
from kiosk.desk.sessions import Sessions
from kiosk.desk.upkeep import Upkeep
from kiosk.domain.identity import Pin
from kiosk.domain.patience import WARNING_S, Patience
from kiosk.domain.preferences import ALLOWED
from kiosk.domain.reception import Attendance, Reception
from kiosk.domain.visit import (
    Approached,
    CardPresented,
    CardRead,
    CardTaken,
    Effect,
    Event,
    Forget,
    OutcomeKnown,
    PinTyped,
    SetTimer,
    Tell,
    Timer,
    TimeUp,
    Visit,
)
from kiosk.formats.clipboard import emptying
from kiosk.pages.page import Kind
from kiosk.pages.view import WARNINGS
from kiosk.phrasebook import Phrase
from kiosk.usecases.practice import LASTS_S
from kiosk.usecases.reception import step
from tests.core.conftest import PASSCODE, Box
from tests.desk.test_sessions import Ear
from tests.screens.staff_pages import LOGIN
from tests.support.desk import PASSCODE as DESK_PASSCODE
from tests.support.desk import STAFF, Gate, House
from tests.support.screen import Desk
from tests.support.screen_script import ScriptedCore
from tests.support.store import answered
from tests.usecases.test_dialogue import NONE, TODAY

PACKAGE = Path(kiosk.__file__).parent
MET_BY_PEOPLE = ("domain", "usecases", "pages", "desk", "core", "tui", "line")
AT_A_KEY = PACKAGE / "reader" / "security_key.py"
LONG_S = 10.0


@dataclass(frozen=True)
class Course:
    """What became of a wait, in seconds from its beginning.

    Args:
        warned_s: when it was warned of.
        ended_s: when it was over.
    """

    warned_s: float
    ended_s: float


Run = Callable[[int], Course]
"""Lets one wait pass, and answers so many of its warnings with a key."""


# -- at the machine of the visit -------------------------------------------------------------

PIN = PinTyped(Pin("1234"))
VALID = OutcomeKnown(1, answered(), TODAY)
READ = (CardPresented(), PIN, CardRead(1))
ATTENDED, ALONE = Attendance.ATTENDED, Attendance.UNATTENDED
LONGER_S = 200.0
VISITS: dict[str, tuple[Attendance, tuple[Event, ...]]] = {
    "pin_s": (ALONE, (Approached(),)),
    "paper_s": (ATTENDED, (*READ, CardTaken(), OutcomeKnown(1, NONE, TODAY))),
    "result_s": (ATTENDED, (*READ, CardTaken(), VALID)),
    "result_alone_s": (ALONE, (*READ, CardTaken(), VALID)),
    "with_card_s": (ATTENDED, (*READ, VALID)),
    "with_card_alone_s": (ALONE, (*READ, VALID)),
}
"""By the field of ``Patience`` they wait for: who is there, and what happened."""


def visit_of(field: str) -> Run:
    """A visit in which nobody presses a key any more."""

    def run(presses: int) -> Course:
        attendance, events = VISITS[field]
        patience = Patience(**{field: LONGER_S})  # the one that is looked at
        visit = Visit(reception=Reception(attendance, patience=patience))
        effects: tuple[Effect, ...] = ()
        for event in events:
            visit, effects = step(visit, event)
        now_s, warned_s, timer = 0.0, None, SetTimer(0, Timer.REST, 0.0)
        while not any(isinstance(each, Forget) for each in effects):
            timer = next((each for each in effects if isinstance(each, SetTimer)), timer)
            now_s += timer.seconds
            visit, effects = step(visit, TimeUp(visit.number, timer.timer))
            if any(isinstance(each, Tell) and each.phrase in WARNINGS for each in effects):
                warned_s = now_s
                if presses:
                    presses -= 1
                    visit, effects = step(visit, Approached())
        assert warned_s is not None
        return Course(warned_s, now_s)

    return run


# -- at a front ------------------------------------------------------------------------------


def front_of(
    keys: str, warns: Phrase, is_over: Callable[[Desk], bool], kept_by: str, *, busy: str = ""
) -> Run:
    """A page on which nobody does anything; ``busy`` keeps the session around it."""

    def run(presses: int) -> Course:
        desk = Desk(ScriptedCore())
        desk.connect()
        desk.keys(keys)
        words = desk.front.book.say(warns).heard
        began_s, warned_s = desk.clock(), 0.0
        desk.voice.news()
        while not is_over(desk):
            assert desk.clock() < began_s + 4000.0, "it does not end"
            desk.wait(1.0)
            if busy and int(desk.clock() - began_s) % 50 == 0:
                desk.keys(busy)
            if words in desk.voice.news():
                warned_s = desk.clock() - began_s
                assert words in "".join(each.heard for each in desk.front.page.lines) or (
                    desk.front.page.kind is Kind.HELP
                ), "by sight as well"
                if presses:
                    presses -= 1
                    desk.keys(kept_by)
        return Course(warned_s, desk.clock() - began_s)

    return run


def _is_gone(desk: Desk) -> bool:
    return desk.terminal[-1:] == [emptying()]


def _is_at_rest(desk: Desk) -> bool:
    return desk.front.page.kind is Kind.IDLE


def _has_ended(desk: Desk) -> bool:
    page = desk.front.page
    return desk.front.book.say(Phrase.RECEIPT_CODE_ENDED) in page.lines


# -- at the desk -----------------------------------------------------------------------------


def session_of(presses: int) -> Course:
    """A login that nobody uses, looked at every 7 s: the warning is whole all the same."""
    now_s, ear = 0.0, Ear()
    sessions = Sessions(Gate(), 300.0, threading.RLock(), now=lambda: now_s)
    peer = Peer(ear, Role.STAFF, 1000)
    sessions.log_in(peer, DESK_PASSCODE)

    def look(at_s: float) -> None:
        nonlocal now_s
        now_s = at_s
        sessions.tend([peer])

    return _told(ear, look, lambda: sessions.touch(peer), presses)


def upkeep_of(presses: int) -> Course:
    """A reception closed for work on the box."""
    now_s, ear = 0.0, Ear()
    upkeep = Upkeep(House(), now=lambda: now_s)
    peer = Peer(ear, Role.TECHNICIAN, 1000, role=Role.TECHNICIAN, holder=STAFF)
    upkeep.done(peer, "upkeep", {"closed": True})

    def look(at_s: float) -> None:
        nonlocal now_s
        now_s = at_s
        upkeep.tend([peer])

    def again() -> None:
        upkeep.done(peer, "upkeep", {"closed": True})

    return _told(ear, look, again, presses)


def _told(
    ear: Ear, look: Callable[[float], None], keep: Callable[[], None], presses: int
) -> Course:
    now_s, warned_s = 0.0, 0.0
    while True:
        now_s += 7.0
        look(now_s)
        for message in ear.heard:
            assert isinstance(message, Session)
            if message.ends_in_s == 0:
                return Course(warned_s, now_s)
            assert message.ends_in_s == WARNING_S
            warned_s = now_s
            if presses:
                presses -= 1
                keep()
        ear.heard.clear()


# -- the table -------------------------------------------------------------------------------

WARNED: dict[str, Run] = {
    **{f"domain.patience:Patience.{field}": visit_of(field) for field in VISITS},
    "domain.patience:Patience.help_s": front_of(
        "助", Phrase.RECEPTION_STILL_THERE, _is_at_rest, "他"
    ),
    "domain.preferences:lock_s": front_of(LOGIN, Phrase.SCREEN_LOGOUT_SOON, _is_at_rest, "他"),
    "pages.clipboard:KEPT_S": front_of(LOGIN + "11決91", Phrase.HANDING_COPY_SOON, _is_gone, "1"),
    "core.pairing:CODE_S": front_of(
        LOGIN + "61", Phrase.RECEIPT_CODE_SOON, _has_ended, "決", busy="再"
    ),
    "desk.counter:IDLE_S": session_of,
    "desk.upkeep:LASTS_S": upkeep_of,
}
"""Every wait for a person, by where its length stands."""
BY_ITSELF = {"usecases.practice:LASTS_S"}
"""With a box of its own below."""
NO_PERSON = {
    "domain.patience:WARNING_S": "the warning itself",
    "usecases.access:STEP_S": "RFC 6238; the step before and the one after count as well",
    "usecases.dialogue:KEEPING_S": "the disk is waited for",
    "usecases.identifying:READING_S": "the reader is waited for",
    "usecases.visiting:ASKING_S": "the service is waited for",
    "usecases.visiting:CARD_LEFT_S": "says again that a card lies there, and goes on saying it",
    "usecases.telling:CARD_LEFT_LATER_S": "the same, later",
    "usecases.reception:ANNOUNCEMENT_S": "news of the box at rest, which nobody answers",
    "usecases.reception:CALLED_S": "a notice at rest; the call itself lasts until it is answered",
    "domain.patience:Patience.call_s": "the sound of a call; that somebody calls stays shown",
    "pages.bell:RING_S": "says again that somebody calls",
    "pages.login:_MINUTE_S": "a minute",
    "pages.matter:_LEAST_S": "how an age is said",
    "pages.technician:_DAY_S": "never: the core ends the session, desk.counter:IDLE_S",
    "core.pairing:PLACE_S": "a sign of life of another process",
    "core.looking:_LOOK_S": "a look at the reader",
    "core.core:DRAIN_LATE_S": "a sign of life of a thread",
    "desk.server:GREETING_S": "a process says Hello",
    "desk.server:WINDOW_S": "counts lines of a process",
    "reader.security_key:TOUCH_S": "the key itself asks, and K328 says how to begin again",
}
"""What lasts as long and ends nothing of anybody, and why."""


def lengths() -> Iterator[str]:
    """Every length of ten seconds or more that stands in the sources."""
    files = (file for each in MET_BY_PEOPLE for file in (PACKAGE / each).glob("*.py"))
    for file in (*files, AT_A_KEY):
        module = ".".join(file.relative_to(PACKAGE).with_suffix("").parts)
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                name, value = ast.unparse(node.targets[0]), node.value.value
                if name.endswith("_S") and float(str(value)) >= LONG_S:
                    yield f"{module}:{name}"
    yield from (f"domain.patience:Patience.{each.name}" for each in fields(Patience))
    yield from (f"domain.preferences:{name}" for name in ALLOWED if name.endswith("_s"))


def test_no_wait_is_left_out_of_the_table() -> None:
    assert sorted(lengths()) == sorted({*WARNED, *BY_ITSELF, *NO_PERSON})


@pytest.mark.parametrize("wait", WARNED)
def test_it_warns_20_s_before_and_a_key_gives_it_its_time_again(wait: str) -> None:
    left, kept = WARNED[wait](0), WARNED[wait](1)
    assert left.warned_s > 0
    assert WARNING_S <= left.ended_s - left.warned_s < WARNING_S + 10
    assert kept.ended_s - left.ended_s >= left.warned_s / 2, "all of it, not the warning alone"


def test_a_practice_warns_and_who_practises_on_goes_on(box: Box) -> None:
    assert box.core is not None
    orders, now_s = box.core._staff, 1000.0
    orders._now = lambda: now_s
    box.set_passcode()
    staff = box.visitor()
    staff.log_in(PASSCODE)
    staff.query("reception", practice=True)
    staff.until("practice.begun")

    def look(after_s: float) -> bool:
        nonlocal now_s
        now_s += after_s
        orders.tend()
        return bool(staff.query("reception")["practice"])

    assert look(LASTS_S - WARNING_S - 1)
    assert look(5)
    staff.until("practice.soon")
    staff.press()
    staff.until("<ask_pin>")
    assert look(WARNING_S), "a key began another one"
    staff.press("back")
    staff.until_forgotten()
    assert look(LASTS_S - WARNING_S - 1)
    assert look(5)
    staff.until("practice.soon")
    assert look(WARNING_S - 1)
    assert not look(2)
    staff.until("practice.over")
