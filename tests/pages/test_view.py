"""Which page follows from what is told."""

from __future__ import annotations

import pytest

from kiosk.desk.effects import happened
from kiosk.desk.messages import Condition, Happened
from kiosk.domain.visit import AskChoice, Effect
from kiosk.pages import view
from kiosk.pages.matter import matter_lines
from kiosk.pages.page import Kind, Page
from kiosk.pages.resting import idle
from kiosk.phrasebook import Phrase, Phrasebook
from kiosk.phrasebook.told import tell, tell_code
from tests.support.screen_script import TARO

JA = Phrasebook.load("ja")
VALID = tell(Phrase.RESULT_VALID, name=TARO, share=30)


def after(*effects: Effect) -> Page:
    """The page after several tells in a row."""
    page: Page | None = None
    for number, each in enumerate(effects):
        message = happened(number, each)
        assert isinstance(message, Happened)
        page = view.told(page, message, JA).page
    assert page is not None
    return page


@pytest.mark.parametrize(
    ("effects", "kind", "sentences"),
    [
        ((tell(Phrase.RECEPTION_WELCOME),), Kind.PIN, 2),
        ((tell(Phrase.RECEPTION_CARD_FIRST),), Kind.PIN, 2),
        ((tell(Phrase.RECEPTION_LAY_CARD),), Kind.LAY_CARD, 1),
        ((tell(Phrase.RECEPTION_READING),), Kind.READING, 2),
        ((tell(Phrase.RECEPTION_READING), tell(Phrase.RECEPTION_ASKING)), Kind.ASKING, 1),
        ((tell(Phrase.RECEPTION_CONFIRMED), VALID), Kind.RESULT, 6),
        ((tell(Phrase.RECEPTION_ASK_STAFF), tell_code("K233")), Kind.RESULT, 6),
        ((tell(Phrase.OUTAGE_RECEIVED),), Kind.WAITING, 4),
        ((tell(Phrase.RECEPTION_READING), tell_code("K105")), Kind.ERROR, 2),
        (
            (tell_code("K105"), tell(Phrase.RECEPTION_PIN_AGAIN)),
            Kind.PIN,
            3,
        ),
        ((tell_code("K102"), tell(Phrase.RECEPTION_LAST_TRY)), Kind.PIN, 4),
        ((tell(Phrase.RECEPTION_CONFIRMED), tell(Phrase.RECEPTION_CARD_LEFT)), Kind.RESULT, 5),
        ((tell(Phrase.RECEPTION_THANKS),), Kind.THANKS, 1),
    ],
)
def test_pages_of_a_visit(effects: tuple[Effect, ...], kind: Kind, sentences: int) -> None:
    page = after(*effects)
    assert page.kind is kind
    assert sum(len(each.sentences) for each in page.lines) == sentences


@pytest.mark.parametrize(
    "before",
    [
        tell(Phrase.RECEPTION_WELCOME),
        tell(Phrase.RECEPTION_LAY_CARD),
        tell(Phrase.RECEPTION_READING),
        tell_code("K105"),
    ],
)
def test_private_words_never_stand_beside_a_step_of_the_visit(before: Effect) -> None:
    page = after(before, VALID)
    assert page.kind is Kind.RESULT
    assert len(page.lines) == 1


def test_the_core_can_make_words_private_that_the_row_does_not() -> None:
    message = Happened(1, "tell", Phrase.RESULT_NONE, {}, is_private=True)
    assert all(each.is_private for each in view.words_of(message, JA))


@pytest.mark.parametrize(
    "values", [{}, {"name": 1}, {"name": {"person": [1, 2, 3]}, "share": 30}, {"extra": 1}]
)
def test_values_that_do_not_fit_are_an_error_not_a_crash(values: dict[str, object]) -> None:
    words = view.words_of(Happened(1, "tell", "result.valid", values), JA)
    assert words[0].read == "この箱の知らない誤りです。"


def test_every_kind_has_a_title() -> None:
    assert set(view.TITLES) == set(Kind)


def test_notices_that_are_private_are_left_out_at_rest() -> None:
    private = JA.say(Phrase.RESULT_VALID, name=TARO, share=30)
    page = idle(Condition(line=True, reader=True, waiting=0, clock=True), (private,), JA)
    assert not page.is_private


def test_a_change_since_the_last_visit_is_marked() -> None:
    page = after(VALID, tell(Phrase.CHANGE_TODAY), tell(Phrase.CHANGE_INSURER))
    assert [each.read for each in page.marked] == [JA.say(Phrase.CHANGE_INSURER).read]
    assert set(page.marked) < set(page.lines)


def test_a_question_comes_before_what_was_told_last() -> None:
    message = happened(2, AskChoice(Phrase.FALLBACK_PORTAL, 2))
    assert isinstance(message, Happened)
    asked = view.asking_choice(after(tell(Phrase.OUTAGE_RECEIVED)), message, JA)
    lines = [each.read for each in asked.page.lines]
    assert lines[0] == JA.say(Phrase.FALLBACK_PORTAL).read
    assert JA.say(Phrase.OUTAGE_RECEIVED).read in lines[1:]


def test_nothing_is_zero_minutes_old() -> None:
    matter = {
        "kind": "waiting", "treated_on": "2026-11-21", "age_seconds": 3.0, "patient": None,
    }  # fmt: skip
    assert [each.read for each in matter_lines(matter, JA)][-1] == "1分前から。"
