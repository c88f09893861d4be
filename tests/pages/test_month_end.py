"""From the 20th a login begins with what goes and what is open, whenever the answer comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from kiosk.desk.messages import Ask, Failed, Message, Reply
from kiosk.domain.dates import Month
from kiosk.pages.matter import next_action
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase, Phrasebook
from kiosk.phrasebook.told import tell
from kiosk.ports.voice import Urgency
from kiosk.usecases.matters import Matter
from tests.support.adoption_script import adoption_documents
from tests.support.box_documents import STATUS
from tests.support.screen import Desk, Heard
from tests.support.screen_script import MATTERS, PASSCODE, SEARCH, ScriptedCore

Opened = Callable[..., Desk]
NONE = {kind.value: 0 for kind in Matter}
LOGIN = f"助0{PASSCODE}決"
MENU, LOGGED_IN, FIRST = "設定メニュー。", "ログインしました。", "イチ、セキュリティ設定。"
GOES = "ジュウイチガツぶんは、ジュウニガツサンジュウイチニチで消えます。みかくにん、イッケン。"
OPEN = "今月の残り、イッケン。ニを押すと、いちらん。"
PURGED, GONE = tell(Phrase.PURGE_DONE, month=Month(2026, 10)), "ジュウガツぶんを消しました。"


def documents(*, month_end: bool, **counts: int) -> dict[str, dict[str, Any]]:
    ahead = [each for each in MATTERS["matters"] if each["kind"] == "goes_soon" in counts]
    matters = {"month_end": month_end, "counts": NONE | counts, "ahead": ahead}
    others = {"matters_named": MATTERS, "search": SEARCH, "status": STATUS}
    return {"matters": matters, **others}


def menu(open_desk: Opened, *, month_end: bool, **counts: int) -> Desk:
    desk = open_desk(ScriptedCore(documents=documents(month_end=month_end, **counts)))
    desk.keys(LOGIN)
    assert desk.shows(Kind.STAFF)
    return desk


@dataclass
class SlowCore(ScriptedCore):
    """Its answers to one question come when the test hands them on."""

    holds: str = "matters"
    held: list[Message] = field(default_factory=list)

    def take(self, message: Message) -> list[Message]:
        answers = super().take(message)
        if isinstance(message, Ask) and message.query == self.holds:
            self.held += answers
            return []
        return answers


def slow(open_desk: Opened, *, holds: str = "matters") -> tuple[Desk, SlowCore]:
    core = SlowCore(documents=documents(month_end=True, goes_soon=1), holds=holds)
    desk = open_desk(core)
    desk.keys(LOGIN)
    return desk, core


def spoken(desk: Desk) -> list[str]:
    """What is said to its end: without what a key or a new page cut off."""
    heard: list[str] = []
    for each in desk.voice.log:
        is_page = isinstance(each, Heard) and each.urgency is Urgency.NOW
        if each == "hush" or is_page:
            heard.clear()
        if isinstance(each, Heard):
            heard.append(each.text)
    return heard


def test_it_is_told_with_the_number_of_each_before_the_choices(open_desk: Opened) -> None:
    desk = menu(open_desk, month_end=True, follow_up=2, card_ends=1, goes_soon=1)
    assert "今月の残り、4件。2で一覧。" in desk.text.replace("\n", "")
    assert spoken(desk)[:7] == [
        MENU,
        LOGGED_IN,
        GOES,
        "今月の残り、ヨンケン。ニを押すと、いちらん。",
        "みかくにん、ニケン。",
        "期限の近いカード、イッケン。",
        FIRST,
    ]
    desk.keys("2")
    assert desk.shows(Kind.QUEUE)
    desk.keys("88")
    assert "次に：レセコンで受け取ってください。" in desk.text.replace("\n", "")


@pytest.mark.parametrize(("month_end", "said"), [(True, True), (False, False)])
def test_nothing_open_is_told_from_the_20th_alone(
    open_desk: Opened, *, month_end: bool, said: bool
) -> None:
    desk = menu(open_desk, month_end=month_end)
    assert ("今月の残りはありません。" in desk.text) is said


@pytest.mark.parametrize("matter", MATTERS["matters"], ids=lambda each: str(each["kind"]))
def test_every_matter_has_something_to_do_next(matter: dict[str, object]) -> None:
    assert next_action(matter, Phrasebook.load("ja")).read.startswith("次に：")


def test_the_answer_may_be_late_and_something_told_before_it(open_desk: Opened) -> None:
    desk, core = slow(open_desk)
    assert spoken(desk) == [MENU, LOGGED_IN]
    desk.tell(PURGED)
    desk.hear(*core.held)
    assert spoken(desk)[:6] == [MENU, LOGGED_IN, GONE, GOES, OPEN, FIRST]
    assert "10月分を消しました。" in desk.text
    assert "11月分は、" in desk.text


def test_a_key_before_the_answer_and_it_is_told_on_the_way_back(open_desk: Opened) -> None:
    desk, core = slow(open_desk)
    desk.keys("1")
    assert desk.shows(Kind.SECURITY)
    desk.hear(*core.held)
    assert GOES not in desk.voice.said
    core.holds = ""
    desk.keys("戻")
    assert spoken(desk)[:4] == [MENU, GOES, OPEN, FIRST]


def test_once_told_the_choices_come_first(open_desk: Opened) -> None:
    desk = menu(open_desk, month_end=True, goes_soon=1)
    desk.keys("1戻")
    assert spoken(desk)[:2] == [MENU, FIRST]
    assert spoken(desk)[-2:] == [GOES, OPEN]


def test_that_nothing_is_open_is_told_at_the_login_alone(open_desk: Opened) -> None:
    desk = menu(open_desk, month_end=True)
    assert spoken(desk)[:4] == [MENU, LOGGED_IN, "今月の残りはありません。", FIRST]
    desk.keys("1戻")
    assert spoken(desk)[:2] == [MENU, FIRST]
    assert "今月の残りはありません。" not in spoken(desk)
    assert "今月の残りはありません。" in desk.text


def test_the_clock_is_believed_later_than_the_login(open_desk: Opened) -> None:
    """Switched on and logged in at once: by a clock nobody vouches for there is no 25th."""
    core = ScriptedCore(documents=documents(month_end=False))
    core.condition = replace(core.condition, clock=False)
    desk = open_desk(core)
    desk.keys(LOGIN)
    assert spoken(desk)[:3] == [MENU, LOGGED_IN, FIRST]
    core.documents = documents(month_end=True, goes_soon=1)
    desk.hear(replace(core.condition, clock=True))
    assert spoken(desk)[-2:] == [GOES, OPEN]
    assert "11月分は、" in desk.text
    desk.hear(replace(core.condition, clock=True, waiting=1))
    assert spoken(desk).count(GOES) == 1


def test_a_menu_that_stands_open_counts_anew_when_the_line_is_back(open_desk: Opened) -> None:
    core = ScriptedCore(documents=documents(month_end=True, waiting=1))
    desk = open_desk(core)
    desk.keys(LOGIN)
    assert "今月の残り、1件。" in desk.text
    core.documents = documents(month_end=True)
    desk.tell(tell(Phrase.OUTAGE_LINE_BACK, confirmed=1, left=0))
    desk.hear(replace(core.condition, stirred=1))
    assert "今月の残りはありません。" in desk.text
    assert "今月の残り、1件。" not in desk.text
    assert "回線が戻りました。" in spoken(desk)[-1]


def test_the_choices_are_there_whatever_becomes_of_the_question(open_desk: Opened) -> None:
    desk, core = slow(open_desk)
    (asked,) = core.held
    assert isinstance(asked, Reply)
    desk.hear(Failed(asked.id, "K302"))
    book = desk.front.book
    failed = [book.message("K302").heard, book.hint("K302").heard]
    assert spoken(desk)[:5] == [MENU, LOGGED_IN, *failed, FIRST]
    assert desk.shows(Kind.STAFF)


def test_a_list_that_comes_late_cuts_off_nothing_and_says_its_title_once(
    open_desk: Opened,
) -> None:
    desk, core = slow(open_desk, holds="search")
    desk.keys("11")
    desk.tell(PURGED)
    desk.hear(*core.held)
    title = "資格確認結果検索。"
    assert spoken(desk)[:2] == [title, GONE]
    assert spoken(desk).count(title) == 1
    assert "ニケンのうち、イチケンメ。" in spoken(desk)


def test_what_led_back_to_a_menu_that_asks_anew_is_heard(open_desk: Opened) -> None:
    desk, core = slow(open_desk, holds="adoption")
    core.documents |= adoption_documents()
    desk.keys("51")
    desk.hear(*core.held)
    desk.keys("1")
    asked = core.held[-1]
    assert isinstance(asked, Reply)
    desk.hear(Failed(asked.id, "K302"))
    desk.hear(core.held[-1])
    failed = desk.front.book.message("K302").heard
    assert spoken(desk)[:2] == ["はじめるまでの手順。", failed]
    assert spoken(desk).count(failed) == 1
    assert any(each.startswith("イチ、") for each in spoken(desk))


def test_a_page_that_opens_by_itself_says_again_what_was_told(open_desk: Opened) -> None:
    desk, core = slow(open_desk, holds="set")
    desk.keys("411")
    desk.tell(PURGED)
    desk.hear(*core.held)
    assert spoken(desk)[0] == "画面と声。"
    assert GONE in spoken(desk)[:4]
    desk.keys("戻")
    assert GONE not in spoken(desk)
