"""From the 20th the staff's menu begins with what is still open, on screen and aloud."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.pages.matter import next_action
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrasebook
from kiosk.usecases.matters import Matter
from tests.support.screen import Desk
from tests.support.screen_script import MATTERS, PASSCODE, ScriptedCore

Opened = Callable[..., Desk]
NONE = {kind.value: 0 for kind in Matter}


def _menu(open_desk: Opened, *, month_end: bool, **counts: int) -> Desk:
    documents = {
        "matters": {"month_end": month_end, "counts": NONE | counts},
        "matters_named": MATTERS,
    }
    desk = open_desk(ScriptedCore(documents=documents))
    desk.keys(f"助0{PASSCODE}決")
    assert desk.shows(Kind.STAFF)
    return desk


def test_it_is_told_with_the_number_of_each(open_desk: Opened) -> None:
    desk = _menu(open_desk, month_end=True, follow_up=2, card_ends=1)
    assert "今月の残り、3件。2で一覧。" in desk.text.replace("\n", "")
    assert desk.voice.said[-3:] == (
        [
            "今月の残り、サンケン。ニで、いちらん。",
            "みかくにん、ニケン。",
            "期限の近いカード、イッケン。",
        ]
    )
    desk.keys("2")
    assert desk.shows(Kind.QUEUE)
    desk.keys("88")
    assert "次に：レセコンで受け取ってください。" in desk.text.replace("\n", "")


@pytest.mark.parametrize(("month_end", "said"), [(True, True), (False, False)])
def test_nothing_open_is_told_from_the_20th_alone(
    open_desk: Opened, *, month_end: bool, said: bool
) -> None:
    desk = _menu(open_desk, month_end=month_end)
    assert ("今月の残りはありません。" in desk.text) is said


@pytest.mark.parametrize("matter", MATTERS["matters"], ids=lambda each: str(each["kind"]))
def test_every_matter_has_something_to_do_next(matter: dict[str, object]) -> None:
    assert next_action(matter, Phrasebook.load("ja")).read.startswith("次に：")
