"""A mistaken record is annulled or corrected by keypad, by what is heard, and never in passing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.desk.messages import Ask, Failed, Message
from kiosk.pages.page import Kind
from tests.support.box_documents import STATUS
from tests.support.screen import Desk
from tests.support.screen_script import PASSCODE, SEARCH, ScriptedCore

Opened = Callable[..., Desk]
LOGIN = f"助0{PASSCODE}決"


@pytest.fixture
def record(desk: Desk) -> Desk:
    desk.keys(LOGIN + "122" + "1決")
    desk.voice.news()
    assert desk.shows(Kind.RECORD)
    return desk


def ordered(desk: Desk) -> list[tuple[str, dict[str, object]]]:
    asked = [each for each in desk.sent(Ask) if isinstance(each, Ask)]
    return [(each.query, each.about) for each in asked if each.query in {"annul", "correct"}]


def test_an_annulment_says_which_record_and_why_and_asks_before_it_is_done(record: Desk) -> None:
    record.keys("7")
    assert record.voice.news() == [
        "とりけしと、訂正。",
        "〔私〕ジュウイチガツニジュウイチニチ、ヤマダタロウサマ。",
        "イチ、この記録を、とりけす。",
        "ニ、施術日を直す。",
        "戻る、ひとつまえ。",
    ]
    record.keys("1")
    assert "イチ、別の患者さんだった。" in record.voice.news()
    record.keys("2")
    assert record.shows(Kind.CONFIRM)
    assert record.voice.news()[1:4] == [
        "〔私〕ジュウイチガツニジュウイチニチ、ヤマダタロウサマ。",
        "この記録を、とりけしますか。",
        "いまの記録も、保存期間のあいだは残ります。",
    ]
    assert ordered(record) == []
    record.keys("1")
    assert ordered(record) == [("annul", {"check_id": "s1", "reason": "twice"})]
    assert record.shows(Kind.SEARCH)
    assert record.voice.news()[1] == "ジュウイチガツニジュウイチニチの記録を、とりけしました。"


def test_a_correction_asks_for_the_day_and_again_before_it_is_done(record: Desk) -> None:
    record.keys("72")
    assert "正しい施術日。" in record.voice.news()
    record.keys("1120決")
    assert "施術日を、ジュウイチガツハツカに直しますか。" in record.voice.news()
    assert ordered(record) == []
    record.keys("1")
    about = {"check_id": "s1", "reason": "wrong-day", "treated_on": "2026-11-20"}
    assert ordered(record) == [("correct", about)]
    assert record.voice.news()[1] == "施術日を、ジュウイチガツハツカに訂正しました。"


@pytest.mark.parametrize("keys", ["7112", "711戻", "721120決2", "721120決戻"])
def test_no_or_back_changes_nothing(record: Desk, keys: str) -> None:
    record.keys(keys)
    assert ordered(record) == []
    assert record.shows(Kind.PUT_RIGHT) or record.shows(Kind.FIND)


def test_the_list_is_fetched_anew_and_stands_where_it_was(record: Desk) -> None:
    record.keys("戻8")
    record.core.documents["search"] = {
        "count": 2,
        "checks": [SEARCH["checks"][0], {**SEARCH["checks"][1], "outcome": "annulled"}],
    }
    record.keys("決711" + "1")
    assert "2件のうち、2件目。" in record.text
    assert "取り消し済み。" in record.text


def test_what_waits_can_be_annulled_only_and_what_was_withdrawn_not_at_all(
    open_desk: Opened,
) -> None:
    gone = {**SEARCH["checks"][0], "outcome": "annulled"}
    checks = [SEARCH["checks"][1], gone]
    desk = open_desk(
        ScriptedCore(documents={"search": {"count": 2, "checks": checks}, "status": STATUS})
    )
    desk.keys(LOGIN + "11決72")
    assert "その番号はありません。" in desk.text
    desk.keys("戻助")
    assert "7でこの記録の取り消しと訂正。" in desk.text
    desk.keys("戻戻8決7")
    assert desk.shows(Kind.RECORD)
    assert "その番号はありません。" in desk.text
    desk.keys("助")
    assert "取り消しと訂正" not in desk.text


class Refusing(ScriptedCore):
    def take(self, message: Message) -> list[Message]:
        if isinstance(message, Ask) and message.query == "annul":
            return [Failed(message.id, "K335")]
        return super().take(message)


def test_what_cannot_be_done_now_is_said_and_may_be_tried_again(open_desk: Opened) -> None:
    desk = open_desk(Refusing())
    desk.keys(LOGIN + "11決711" + "1")
    assert desk.shows(Kind.CONFIRM)
    assert "その確認は、いま問い合わせちゅうです。" in desk.voice.news()
