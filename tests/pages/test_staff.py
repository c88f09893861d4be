"""The staff's pages: nothing stored before the passcode, nothing left after the logout."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.desk.manner import Manner
from kiosk.desk.messages import Ask, Failed, Login, Logout, Prove, Reply, Session
from kiosk.domain.patience import WARNING_S
from kiosk.domain.preferences import Preferences
from kiosk.domain.visit import Forget
from kiosk.pages.layout import Size
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell
from kiosk.ports.voice import Devices, Happening, Output, Urgency, VoiceEvent
from tests.support.box_documents import STATUS
from tests.support.screen import Desk, WrittenVoice
from tests.support.screen_script import MATTERS, PASSCODE, PIN, SECRETS, TARO, ScriptedCore

Opened = Callable[..., Desk]
LOCK_S = float(Preferences().lock_s)
LOGIN = f"助0{PASSCODE}決"


def private(desk: Desk) -> Output | None:
    """Where private words are heard now."""
    return desk.voice.private


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    desk.keys(LOGIN)
    desk.voice.news()
    assert desk.shows(Kind.STAFF)
    return desk


def test_from_rest_help_leads_to_the_login(desk: Desk) -> None:
    desk.keys("助")
    assert "0、職員のログイン。" in desk.text
    desk.keys("0")
    assert desk.shows(Kind.LOGIN)


def test_while_a_visitor_is_thanked_the_staff_may_log_in_already(desk: Desk) -> None:
    desk.core.is_visited = True
    desk.tell(tell(Phrase.RECEPTION_CONFIRMED))
    desk.keys("助")
    assert "0、職員のログイン。" not in desk.text
    desk.tell(Forget(), tell(Phrase.RECEPTION_THANKS))
    desk.keys("助0")
    assert desk.shows(Kind.LOGIN)
    desk.tell(Forget())
    assert desk.shows(Kind.LOGIN)


def test_the_passcode_is_neither_shown_nor_said(desk: Desk) -> None:
    desk.keys("助0")
    desk.voice.news()
    desk.keys("135790")
    assert "135790" not in desk.text
    assert "●   ●   ●   ●   ●   ●" in desk.text
    assert desk.voice.news()[-1] == "ロクケタ。"
    desk.keys("戻")
    assert desk.voice.news() == ["ゴケタ。"]


def test_a_wrong_passcode_opens_nothing(desk: Desk) -> None:
    desk.keys("助0111決")
    assert desk.shows(Kind.LOGIN)
    assert "職員の番号が違います。" in desk.text
    assert not desk.sent(Ask)
    desk.keys("戻")
    assert desk.shows(Kind.IDLE)
    assert not desk.sent(Logout)


def test_the_login_goes_to_the_core_once(staffed: Desk) -> None:
    [login] = staffed.sent(Login)
    assert isinstance(login, Login)
    assert login.passcode == PASSCODE
    assert PASSCODE not in repr(login)


def test_what_waits_has_no_patient_in_it(staffed: Desk) -> None:
    staffed.keys("2")
    assert "4件のうち、1件目。" in staffed.text
    assert "11月20日、職員の確認が要ります。" in staffed.text
    assert not any(each.is_private for each in staffed.voice.heard)


def test_back_leads_to_the_menu_then_out(staffed: Desk) -> None:
    staffed.keys("11戻")
    assert staffed.shows(Kind.SECURITY)
    staffed.keys("戻")
    assert staffed.shows(Kind.STAFF)
    assert not any(secret in staffed.text for secret in SECRETS)
    staffed.keys("戻")
    assert staffed.shows(Kind.IDLE)
    assert len(staffed.sent(Logout)) == 1
    assert "ログアウトしました。" in staffed.voice.said


def test_what_was_done_is_heard_before_the_choices(desk: Desk) -> None:
    """Whoever knows the menu presses the next key before it is read out."""
    desk.keys(LOGIN)
    said = desk.voice.news()
    at = said.index("設定メニュー。")
    assert said[at : at + 3] == ["設定メニュー。", "ログインしました。", "イチ、セキュリティ設定。"]


def test_a_number_that_is_no_choice(staffed: Desk) -> None:
    staffed.keys("8")
    assert "その番号はありません。" in staffed.text
    assert staffed.shows(Kind.STAFF)


@pytest.mark.parametrize(
    "document",
    [{}, {"checks": 1}, {"checks": [{}]}, {"checks": [{"treated_on": "soon", "outcome": ""}]}],
)
def test_a_document_that_is_none_is_an_error(
    open_desk: Opened, document: dict[str, object]
) -> None:
    documents = {"search": document, "matters_named": document, "status": STATUS}
    desk = open_desk(ScriptedCore(documents=documents))
    desk.keys(LOGIN + "11")
    assert desk.shows(Kind.SECURITY)
    assert desk.front.book.message("K314") in desk.front.page.lines
    desk.keys("戻2")
    assert desk.shows(Kind.STAFF)


def test_empty_lists_say_so(open_desk: Opened) -> None:
    empty: dict[str, object] = {"count": 0, "checks": [], "matters": []}
    desk = open_desk(
        ScriptedCore(documents={"search": empty, "matters_named": empty, "status": STATUS})
    )
    desk.keys(LOGIN + "2")
    assert "確認待ちはありません。" in desk.text
    desk.keys("戻11")
    assert "記録はありません。" in desk.text


def test_a_visitor_comes_before_the_lists(staffed: Desk) -> None:
    staffed.keys("11")
    staffed.hear(*staffed.core.begin())
    assert staffed.shows(Kind.PIN)
    assert len(staffed.sent(Logout)) == 1
    assert not any(secret in staffed.text for secret in SECRETS)
    staffed.tell(Forget())
    assert staffed.shows(Kind.IDLE)


def test_an_answer_to_an_earlier_visitor_reaches_staff(staffed: Desk) -> None:
    staffed.tell(tell(Phrase.RESULT_VALID_LATER, name=TARO, share=30))
    assert "山田　太郎様。" in staffed.text
    assert staffed.voice.heard[-1].is_private


def test_it_warns_then_locks(staffed: Desk) -> None:
    staffed.keys("2")
    staffed.wait(LOCK_S - WARNING_S - 1)
    assert "ログアウトします" not in staffed.text
    staffed.wait(1)
    assert "まもなく、ログアウトします。" in staffed.text
    assert staffed.voice.said[-1].startswith("まもなく、ログアウトします。")
    staffed.wait(WARNING_S)
    assert staffed.shows(Kind.IDLE)
    assert len(staffed.sent(Logout)) == 1


@pytest.mark.parametrize("how", ["lock", "core"])
def test_what_is_still_said_of_a_patient_ends_with_the_session(staffed: Desk, how: str) -> None:
    staffed.tell(tell(Phrase.RESULT_VALID_LATER, name=TARO, share=30))
    assert staffed.voice.heard[-1].is_private
    if how == "core":
        staffed.hear(Session("visitor", 0))
    else:
        staffed.wait(LOCK_S - WARNING_S)
        staffed.wait(WARNING_S)
    over = next(each for each in staffed.voice.heard if "ログアウトしました。" in each.text)
    assert over.urgency is Urgency.NOW


@pytest.mark.parametrize("key", "2決戻再助")
def test_any_key_after_the_warning_stays(staffed: Desk, key: str) -> None:
    staffed.wait(LOCK_S - WARNING_S)
    staffed.keys(key)
    staffed.wait(LOCK_S - WARNING_S - 5)
    assert not staffed.sent(Logout)


def test_help_gives_the_list_back(staffed: Desk) -> None:
    staffed.keys("11助")
    assert staffed.shows(Kind.HELP)
    assert "職員のログイン" not in staffed.text
    staffed.keys("戻")
    assert staffed.shows(Kind.SEARCH)


def test_nobody_of_the_staff_is_sent_to_the_staff(staffed: Desk) -> None:
    staffed.keys("助")
    assert "職員を呼ぶ" not in staffed.text
    assert "困ったときは" not in staffed.text
    staffed.keys("2")
    assert "その番号はありません。" in staffed.voice.said
    staffed.keys("戻戻助")
    assert "困ったときは" in staffed.text


def test_the_core_going_ends_the_session_on_the_screen(staffed: Desk) -> None:
    staffed.keys("11")
    staffed.front.size = Size(80, 24)
    staffed.front.lost()
    assert not any(secret in staffed.text for secret in SECRETS)
    staffed.connect()
    assert staffed.shows(Kind.IDLE)


def test_matters_of_many_pages_are_fetched_whole(open_desk: Opened) -> None:
    matters = {"matters": MATTERS["matters"] * 6}
    desk = open_desk(ScriptedCore(documents={"matters_named": matters}, page_size=7))
    desk.keys(LOGIN + "2")
    assert "24件のうち、1件目。" in desk.text
    asked = [each for each in desk.sent(Ask) if isinstance(each, Ask)]
    named = [each for each in asked if each.query == "matters_named"]
    assert [each.about.get("after", 0) for each in named] == [0, 7, 14, 21]


def test_matters_are_walked_and_one_set_aside_is_asked_again(staffed: Desk) -> None:
    staffed.keys("2")
    staffed.voice.news()
    staffed.keys("1")
    assert staffed.voice.news() == ["もういちど、問い合わせます。"]
    retried = [each for each in staffed.sent(Ask) if isinstance(each, Ask)][-1]
    assert (retried.query, retried.about) == ("retry", {"check_id": "c1"})
    staffed.keys("8")
    said = staffed.voice.news()
    assert "〔私〕ヤマダタロウサマ。" in said
    assert "期限、ジュウイチガツサンジュウニチ。" in said
    staffed.keys("4")
    assert "その番号はありません。" in staffed.text
    staffed.keys("8")
    assert "11月分、レセコンが受け取っていない結果、3件。" in staffed.text.replace("\n", "")
    staffed.keys("8")
    assert "11月分は、12月31日で消えます。" in staffed.text
    staffed.keys("8")
    assert "これより後はありません。" in staffed.text


def test_how_visits_are_received_is_chosen_and_practice_begun_and_ended(staffed: Desk) -> None:
    staffed.keys("3")
    assert staffed.front.page.lines[1:] == (
        staffed.front.book.say(Phrase.RECEIVE_ALONE),
        staffed.front.book.say(Phrase.RECEIVE_CLINIC),
    )
    staffed.keys("3")
    assert staffed.front.book.say(Phrase.RECEIVE_SIGHT) in staffed.front.page.lines
    staffed.keys("6")
    assert staffed.front.book.say(Phrase.RECEIVE_PRACTISING) in staffed.front.page.lines
    staffed.keys("6")
    asked = [each for each in staffed.sent(Ask) if isinstance(each, Ask)]
    orders = [each.about for each in asked if each.query == "reception"]
    assert orders == [
        {},
        {"attendance": "attended", "identify": "sight"},
        {"practice": True},
        {"practice": False},
    ]


def test_a_treatment_date_that_is_not_today_is_typed_and_taken_back(staffed: Desk) -> None:
    staffed.keys("37")
    assert staffed.shows(Kind.FIND)
    staffed.keys("1118決")
    assert staffed.shows(Kind.RECEIVING)
    assert "施術日は、令和8年11月18日です。" in staffed.text
    staffed.keys("71121決")
    assert "施術日は" not in staffed.text
    orders = [
        each.about
        for each in staffed.sent(Ask)
        if isinstance(each, Ask) and "treated_on" in each.about
    ]
    assert orders == [{"treated_on": "2026-11-18"}, {"treated_on": None}]


def test_private_words_are_shown_and_not_said_until_the_staff_choose(staffed: Desk) -> None:
    assert private(staffed) is None
    staffed.keys("1")
    assert "名前は、声に出しません。聞くときは、ニを押します。" in staffed.voice.news()
    staffed.keys("2")
    assert staffed.shows(Kind.OUTPUT)
    assert "ヘッドホン" not in staffed.text
    staffed.keys("2")
    assert staffed.shows(Kind.SECURITY)
    assert "まわりの人にも聞こえます。" in staffed.text
    assert private(staffed) is Output.LOUDSPEAKER
    assert "名前は、声に出しません。" not in staffed.text


@pytest.mark.parametrize("how", ["logout", "lock", "core"])
def test_the_choice_ends_with_the_session(staffed: Desk, how: str) -> None:
    staffed.keys("122")
    if how == "logout":
        staffed.keys("戻戻")
    elif how == "lock":
        staffed.wait(LOCK_S - WARNING_S)
        staffed.wait(WARNING_S)
    else:
        staffed.front.lost()
    assert private(staffed) is None


def test_a_visit_out_of_the_session_is_said_as_chosen_and_ends_the_choice(staffed: Desk) -> None:
    staffed.keys("122")
    staffed.hear(*staffed.core.begin())
    assert len(staffed.sent(Logout)) == 1
    assert private(staffed) is Output.LOUDSPEAKER
    staffed.keys(f"{PIN}決")
    assert "3割。" in staffed.text
    assert private(staffed) is Output.LOUDSPEAKER
    staffed.hear(*staffed.core.take_card())
    assert private(staffed) is None


def test_headphones_are_offered_where_there_are_some(open_desk: Opened) -> None:
    manner = Manner(devices=Devices("hw:0", "hw:1"), private=Output.HEADPHONES)
    desk = open_desk(ScriptedCore(manner=manner))
    assert desk.voice.devices == manner.devices
    assert private(desk) is Output.HEADPHONES
    desk.keys(LOGIN + "12")
    assert "3、ヘッドホンで言う。" in desk.text
    desk.keys("4")
    assert "その番号はありません。" in desk.text
    desk.keys("1")
    assert private(desk) is None
    desk.keys("23")
    assert private(desk) is Output.HEADPHONES
    desk.keys("21戻戻")
    assert private(desk) is Output.HEADPHONES


def test_without_a_voice_there_is_nothing_to_choose() -> None:
    desk = Desk(ScriptedCore(), WrittenVoice(has_voice=False))
    desk.connect()
    desk.keys(LOGIN + "1")
    assert "出しかた" not in desk.text
    desk.keys("3")
    assert "その番号はありません。" in desk.text


def test_lost_headphones_are_told_to_the_staff_once(staffed: Desk) -> None:
    lost = VoiceEvent(Happening.FAULT, code="K405")
    staffed.front.voice(lost)
    assert "ヘッドホンの音が出ません。" in staffed.text
    assert staffed.voice.news()[0].startswith("ヘッドホンの音が出ません。")
    staffed.keys("1戻")
    staffed.front.voice(lost)
    assert "ヘッドホン" not in staffed.text


def test_a_lock_out_is_shown_with_the_time_that_is_left(desk: Desk) -> None:
    desk.core.login = lambda number: Failed(number, "K320", 30)
    desk.keys(LOGIN)
    assert "いまはログインできません。" in desk.text
    assert "あと30秒です。" in desk.text
    desk.core.login = lambda number: Failed(number, "K320", 301)
    desk.keys(PASSCODE + "決")
    assert "あと6分ほどです。" in desk.text


@pytest.mark.parametrize(
    ("second", "shown"), [("totp", "確認の番号6桁を押し"), ("fido2", "決定を押してから触れて")]
)
def test_the_second_step_is_asked_for_and_sent_apart(desk: Desk, second: str, shown: str) -> None:
    desk.core.login = lambda number: Reply(number, {"role": "visitor", "second": second})
    desk.keys(LOGIN)
    assert desk.shows(Kind.LOGIN)
    assert shown in desk.text
    desk.keys("123456決" if second == "totp" else "決")
    [proof] = desk.sent(Prove)
    assert isinstance(proof, Prove)
    assert proof.code == ("123456" if second == "totp" else "")
    assert "123456" not in repr(proof)
    assert desk.shows(Kind.STAFF)


def test_a_session_that_the_core_ends_is_warned_of_and_gone(staffed: Desk) -> None:
    staffed.hear(Session("staff", 20))
    assert "まもなく、ログアウトします。" in staffed.text
    assert staffed.shows(Kind.STAFF)
    staffed.hear(Session("visitor", 0))
    assert staffed.shows(Kind.IDLE)
    assert not staffed.sent(Logout)
