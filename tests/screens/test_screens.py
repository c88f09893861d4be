"""Every screen at every size as plain text: the picture a person reviews, and the braille row.

After a wanted change: ``MADOGUCHI_SCREENS=write python -m pytest tests/screens``, then look at
every changed picture before it is committed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.visit import AskChoice, AskNumbers, AskPin
from kiosk.pages.breaking import width
from kiosk.pages.layout import Size
from kiosk.pages.page import Kind, Role
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell, tell_code
from kiosk.ports.voice import Happening, VoiceEvent
from tests.screens.setup_pages import SETUP_SCREENS
from tests.screens.staff_pages import STAFF_SCREENS
from tests.screens.technician_pages import TECHNICIAN_SCREENS
from tests.support.screen import Desk
from tests.support.screen_script import GOOD, PIN, TARO, ScriptedCore

PICTURES = Path(__file__).parent / "pictures"
SIZES = (Size(40, 12), Size(32, 9), Size(64, 20), Size(80, 24), Size(120, 40))
WRITES = os.environ.get("MADOGUCHI_SCREENS") == "write"


def _idle(_desk: Desk) -> None:
    pass


def _idle_line_down(desk: Desk) -> None:
    desk.hear(replace(GOOD, line=False, waiting=2, clock=False))
    desk.tell(tell(Phrase.OUTAGE_LINE_DOWN))


def _idle_no_reader(desk: Desk) -> None:
    desk.hear(replace(GOOD, reader=False))


def _restarted(desk: Desk) -> None:
    desk.hear(replace(GOOD, line=None, waiting=1))
    desk.tell(tell(Phrase.OUTAGE_RESTARTED, waiting=1))


def _idle_called(desk: Desk) -> None:
    desk.hear(replace(GOOD, called=True, waiting=2))
    desk.tell(tell(Phrase.OUTAGE_LINE_BACK, confirmed=12, left=2))


def _pin(desk: Desk) -> None:
    desk.keys("5")


def _pin_two(desk: Desk) -> None:
    desk.keys("525")


def _pin_full(desk: Desk) -> None:
    desk.keys(f"5{PIN}")


def _pin_long(desk: Desk) -> None:
    desk.keys(f"5{PIN}1")


def _wrong_pin(desk: Desk) -> None:
    desk.keys("51111決")


def _last_try(desk: Desk) -> None:
    desk.core.tries = 2
    desk.keys("51111決")


def _still_there(desk: Desk) -> None:
    desk.keys("525")
    desk.tell(tell(Phrase.RECEPTION_STILL_THERE))


def _card_moved(desk: Desk) -> None:
    again = (tell_code("K105"), tell(Phrase.RECEPTION_PIN_AGAIN), AskPin())
    desk.tell(tell(Phrase.RECEPTION_READING), *again)


def _pin_called(desk: Desk) -> None:
    desk.tell(tell(Phrase.RECEPTION_CARD_FIRST), tell(Phrase.RECEPTION_PURPOSE), AskPin())
    desk.tell(tell(Phrase.RECEPTION_CALLING), tell(Phrase.OUTAGE_LINE_DOWN))


def _pin_called_typing(desk: Desk) -> None:
    """Neither a digit nor もう一度 takes the call from sight; the line is told once."""
    _pin_called(desk)
    desk.core.is_visited = True
    desk.keys("12再")


def _pin_unsure_called(desk: Desk) -> None:
    desk.tell(tell(Phrase.RECEPTION_READING), tell_code("K117"), AskPin())
    desk.tell(tell(Phrase.RECEPTION_CALLING), tell(Phrase.OUTAGE_LINE_DOWN))


def _pin_last_try_called(desk: Desk) -> None:
    _last_try(desk)
    desk.tell(tell(Phrase.RECEPTION_CALLING), tell(Phrase.OUTAGE_LINE_DOWN))


def _lay_card(desk: Desk) -> None:
    desk.tell(tell(Phrase.RECEPTION_LAY_CARD))


def _reading(desk: Desk) -> None:
    desk.tell(tell(Phrase.RECEPTION_READING))
    for _ in range(3):
        desk.wait(1.0)


def _asking(desk: Desk) -> None:
    desk.tell(tell(Phrase.RECEPTION_ASKING))


def _result(desk: Desk) -> None:
    desk.keys(f"5{PIN}決")


def _not_valid(desk: Desk) -> None:
    desk.tell(tell(Phrase.RECEPTION_ASK_STAFF), tell(Phrase.RESULT_NOT_VALID, name=TARO))


def _refused(desk: Desk) -> None:
    desk.tell(tell(Phrase.RECEPTION_ASK_STAFF), tell_code("K233"))


def _waiting(desk: Desk) -> None:
    desk.tell(tell(Phrase.OUTAGE_RECEIVED))


def _blocked(desk: Desk) -> None:
    desk.tell(tell(Phrase.RECEPTION_READING), tell_code("K103"))


def _disk_full(desk: Desk) -> None:
    desk.tell(tell(Phrase.RECEPTION_READING), tell_code("K303"))


def _question(desk: Desk) -> None:
    desk.tell(tell(Phrase.RECEPTION_ASKING))
    desk.tell(tell(Phrase.RESULT_NONE), AskChoice(Phrase.FALLBACK_PORTAL, 2))


def _question_next(desk: Desk) -> None:
    _question(desk)
    desk.tell(AskChoice(Phrase.FALLBACK_NOTICE, 2))


def _first_visit(desk: Desk) -> None:
    left = tell(Phrase.FOLLOW_UP_LEFT, unconfirmed=1)
    _question_next(desk)
    desk.tell(tell(Phrase.FALLBACK_FIRST_VISIT), left)


def _is_it_them(desk: Desk) -> None:
    desk.tell(AskChoice(Phrase.RECEPTION_IS_IT_THEM, 3))


def _numbers(desk: Desk) -> None:
    _question(desk)
    desk.tell(tell(Phrase.FALLBACK_BY_PORTAL), AskNumbers())


def _practice(desk: Desk) -> None:
    desk.tell(tell(Phrase.PRACTICE_MARK), tell(Phrase.RECEPTION_WELCOME), AskPin())


def _card_left(desk: Desk) -> None:
    desk.tell(tell(Phrase.RECEPTION_CARD_LEFT))


def _thanks(desk: Desk) -> None:
    desk.tell(tell(Phrase.RECEPTION_THANKS))


def _help(desk: Desk) -> None:
    desk.keys("助")


def _listening(desk: Desk) -> None:
    desk.keys("助345")


def _size(desk: Desk) -> None:
    desk.front.has_zoom = True
    desk.keys("助41")


def _login(desk: Desk) -> None:
    desk.keys("助0135")


def _login_refused(desk: Desk) -> None:
    desk.keys("助01111決")


def _idle_no_sound(desk: Desk) -> None:
    desk.front.voice(VoiceEvent(Happening.FAULT, code="K401"))


def _busy(desk: Desk) -> None:
    desk.core.is_busy = True
    desk.front.lost()
    desk.connect()


def _gone(desk: Desk) -> None:
    desk.front.lost()


SCREENS: dict[str, tuple[Callable[[Desk], None], Kind]] = {
    "idle": (_idle, Kind.IDLE),
    "idle_line_down": (_idle_line_down, Kind.IDLE),
    "idle_no_reader": (_idle_no_reader, Kind.IDLE),
    "idle_restarted": (_restarted, Kind.IDLE),
    "idle_no_sound": (_idle_no_sound, Kind.IDLE),
    "idle_called": (_idle_called, Kind.IDLE),
    "pin": (_pin, Kind.PIN),
    "pin_two": (_pin_two, Kind.PIN),
    "pin_full": (_pin_full, Kind.PIN),
    "pin_long": (_pin_long, Kind.PIN),
    "pin_wrong": (_wrong_pin, Kind.PIN),
    "pin_last_try": (_last_try, Kind.PIN),
    "pin_still_there": (_still_there, Kind.PIN),
    "pin_after_card_moved": (_card_moved, Kind.PIN),
    "pin_called": (_pin_called, Kind.PIN),
    "pin_called_typing": (_pin_called_typing, Kind.PIN),
    "pin_unsure_called": (_pin_unsure_called, Kind.PIN),
    "pin_last_try_called": (_pin_last_try_called, Kind.PIN),
    "lay_card": (_lay_card, Kind.LAY_CARD),
    "reading": (_reading, Kind.READING),
    "asking": (_asking, Kind.ASKING),
    "result_valid": (_result, Kind.RESULT),
    "result_not_valid": (_not_valid, Kind.RESULT),
    "result_refused": (_refused, Kind.RESULT),
    "waiting": (_waiting, Kind.WAITING),
    "error_pin_blocked": (_blocked, Kind.ERROR),
    "error_disk_full": (_disk_full, Kind.ERROR),
    "question": (_question, Kind.QUESTION),
    "question_next": (_question_next, Kind.QUESTION),
    "is_it_them": (_is_it_them, Kind.QUESTION),
    "numbers": (_numbers, Kind.NUMBERS),
    "practice": (_practice, Kind.PIN),
    "first_visit": (_first_visit, Kind.RESULT),
    "card_left": (_card_left, Kind.CARD_LEFT),
    "thanks": (_thanks, Kind.THANKS),
    "help": (_help, Kind.HELP),
    "listening": (_listening, Kind.LISTENING),
    "size": (_size, Kind.SIZE),
    "login": (_login, Kind.LOGIN),
    "login_refused": (_login_refused, Kind.LOGIN),
    **STAFF_SCREENS,
    **TECHNICIAN_SCREENS,
    **SETUP_SCREENS,
    "busy": (_busy, Kind.BUSY),
    "gone": (_gone, Kind.GONE),
}


def arrange(name: str, core: ScriptedCore, size: Size) -> Desk:
    desk = Desk(core)
    desk.front.size = size
    desk.connect()
    desk.voice.news()
    act, kind = SCREENS[name]
    act(desk)
    assert desk.shows(kind)
    # What a test told past the script is a visit for the script, too.
    desk.core.is_visited |= kind not in {Kind.IDLE, Kind.THANKS}
    return desk


def picture(desk: Desk) -> str:
    """The terminal as text, each row closed by a bar so that its end is seen."""
    columns = desk.front.size.columns
    rows = (row.text + " " * (columns - width(row.text)) + "|" for row in desk.front.sheet)
    return "\n".join(rows) + "\n"


def pictures(desk: Desk) -> str:
    """The same page at every size, one below the other."""
    found = []
    for size in SIZES:
        desk.front.size = size
        found.append(f"{size.columns}x{size.rows}\n{picture(desk)}")
    return "\n".join(found)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", SCREENS)
def test_the_picture_is_the_one_that_was_looked_at(name: str, language: str) -> None:
    core = ScriptedCore(is_simulated=True, language=language)
    shown = pictures(arrange(name, core, SIZES[0]))
    file = PICTURES / language / f"{name}.txt"
    if WRITES:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(shown, "utf-8")
    assert shown == file.read_text("utf-8")


def test_no_picture_is_left_over() -> None:
    kept = {file.stem for file in PICTURES.rglob("*.txt")}
    assert kept == set(SCREENS)


def test_every_kind_of_screen_has_a_picture() -> None:
    assert {kind for _, kind in SCREENS.values()} == set(Kind)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", SCREENS)
def test_everything_on_the_screen_is_said_when_asked_for(name: str, language: str) -> None:
    desk = arrange(name, ScriptedCore(language=language), Size(80, 24))
    page = desk.front.page
    desk.voice.news()
    if desk.front.page.kind is Kind.PIN and name == "pin_still_there":
        desk.keys("再")  # the first key answers the question
    desk.voice.news()
    desk.keys("再")
    said = "".join(each.text for each in desk.voice.heard)
    now = desk.front.page
    assert now.kind is page.kind
    for each in now.said:
        assert each.heard in said
    if now.code:
        assert desk.front.book.say(Phrase.SCREEN_CODE, code=now.code).heard in said
    assert desk.front.book.say(Phrase.SCREEN_KEYS).heard in said


@pytest.mark.parametrize("language", ["ja", "en"])
def test_at_rest_a_call_and_news_take_no_third_sheet(language: str) -> None:
    desk = arrange("idle_called", ScriptedCore(is_simulated=True, language=language), SIZES[0])
    desk.keys("決")  # on one sheet, 決定 begins a visit
    assert desk.shows(Kind.PIN)
    small = arrange("idle_called", ScriptedCore(is_simulated=True, language=language), SIZES[1])
    first = small.front.sheet
    small.keys("決")
    assert small.front.sheet != first
    small.keys("決")
    assert small.front.sheet == first


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: f"{size.columns}x{size.rows}")
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", [name for name, (_, kind) in SCREENS.items() if kind is Kind.PIN])
def test_where_a_pin_is_typed_nothing_is_cut_off(name: str, language: str, size: Size) -> None:
    desk = arrange(name, ScriptedCore(is_simulated=True, language=language), size)
    shown = "".join(picture(desk).split()).replace("|", "")
    page = desk.front.page
    forms = [[each.read for each in lines] for lines in (page.lines, page.short) if lines]
    assert any(all("".join(each.split()) in shown for each in form) for form in forms)
    plates = [row.text.split() for row in desk.front.sheet if row.role is Role.DIGITS]
    assert plates == [list("1234567890")], "a finger finds the digits, too"
