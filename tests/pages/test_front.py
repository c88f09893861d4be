"""The front's rules: what a key does, what is said, what is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.desk.messages import Claim, Condition, Failed, Happened, Key, Pressed, Typed
from kiosk.domain.visit import AskPin, Forget
from kiosk.pages.keys import press_of
from kiosk.pages.layout import Size
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell, tell_code
from kiosk.ports.voice import Earcon, Urgency
from tests.support.screen import Desk, Heard
from tests.support.screen_script import GOOD, PIN, SECRETS, TARO, ScriptedCore

Opened = Callable[..., Desk]
LATER = tell(Phrase.RESULT_VALID_LATER, name=TARO, share=30)


def anys(desk: Desk) -> int:
    return desk.sent(Pressed).count(Pressed(Key.ANY))


def pins(desk: Desk) -> list[str]:
    return [each.pin for each in desk.sent(Typed) if isinstance(each, Typed)]


def test_it_greets_claims_and_rests(open_desk: Opened) -> None:
    desk = open_desk()
    assert desk.sent(Claim)
    assert desk.shows(Kind.IDLE)
    assert desk.voice.news() == ["受付できます。"]


def test_the_resting_screen_tells_the_state_in_words(desk: Desk) -> None:
    desk.hear(Condition(line=False, reader=True, waiting=2, clock=False))
    for fact in ("回線、切れています。", "読み取り機、正常。", "確認待ち、2件。", "時計、不確か。"):
        assert fact in desk.text
    assert desk.voice.news() == []


def test_without_a_reader_it_says_that_it_is_closed(desk: Desk) -> None:
    desk.hear(replace(GOOD, reader=False))
    assert "いまは、受付できません" in desk.text
    assert "置いてください" not in desk.text


def test_whoever_heard_that_it_is_closed_hears_when_it_opens(desk: Desk) -> None:
    desk.voice.news()
    desk.hear(replace(GOOD, reader=False))
    desk.hear(replace(GOOD, reader=False, line=False))
    desk.hear(GOOD)
    assert desk.voice.news() == ["いまは、受付できません。", "受付できます。"]


@pytest.mark.parametrize("key", ["5", "決", "他"])
def test_any_key_at_rest_begins_and_is_no_digit_of_the_pin(desk: Desk, key: str) -> None:
    desk.keys(key)
    assert desk.shows(Kind.PIN)
    assert "●" not in desk.text


def test_back_at_rest_says_where_one_is(desk: Desk) -> None:
    desk.keys("戻")
    assert not desk.sent(Pressed)
    assert desk.voice.news()[0] == "受付できます。"


def test_a_pin_is_typed_counted_and_sent_but_never_shown_or_said(desk: Desk) -> None:
    desk.keys("5")
    desk.voice.news()
    for digit in PIN:
        desk.keys(digit)
        assert digit not in "".join(desk.text.split("桁")[0].splitlines()[:3])
    ticks = desk.voice.log.count("tick")
    said = desk.voice.news()
    assert said == ["イチケタ。", "ニケタ。", "サンケタ。", "ヨンケタです。決定を押してください。"]
    assert ticks == 4
    desk.keys("決")
    assert pins(desk) == [PIN]
    assert PIN not in repr(desk.front.page)


def test_full_width_digits_are_taken(desk: Desk) -> None:
    desk.keys("5")
    for each in "２５８０":
        desk.press(press_of("unknown", each))
    desk.keys("決")
    assert pins(desk) == [PIN]


def test_too_few_digits_cost_nothing(desk: Desk) -> None:
    desk.keys("525決")
    assert not pins(desk)
    assert desk.voice.said[-1] == "あとニケタ、押してください。"
    desk.keys("80決")
    assert pins(desk) == [PIN]


def test_a_digit_too_many_is_named_and_taken_back(desk: Desk) -> None:
    desk.keys("525801決")
    assert not pins(desk)
    assert "5桁あります。" in desk.text
    desk.keys("戻決")
    assert pins(desk) == [PIN]


def test_back_takes_a_digit_then_leaves(desk: Desk) -> None:
    desk.keys("52戻")
    assert desk.shows(Kind.PIN)
    desk.voice.news()
    desk.keys("戻")
    assert Pressed(Key.BACK) in desk.sent(Pressed)
    assert desk.shows(Kind.IDLE)
    assert desk.voice.news()[:2] == ["受付をやめました。", "受付できます。"]


def test_every_key_of_a_visit_buys_time(desk: Desk) -> None:
    desk.keys("5")
    for count, key in enumerate("2再助助他", start=2):
        desk.keys(key)
        assert anys(desk) >= count


def test_a_key_after_the_warning_only_says_yes(desk: Desk) -> None:
    desk.keys("525")
    before = anys(desk)
    desk.tell(tell(Phrase.RECEPTION_STILL_THERE))
    assert "まだ、いらっしゃいますか。" in desk.text
    desk.keys("9")
    assert anys(desk) == before + 1
    desk.tell(tell(Phrase.RECEPTION_WELCOME), AskPin())
    assert "2桁。" in desk.text
    desk.keys("80決")
    assert pins(desk) == [PIN]


def test_keys_struck_while_the_pin_is_on_its_way_are_no_digits(desk: Desk) -> None:
    desk.core.tries = 3
    desk.keys("51111決")
    assert "あと2回です。" in desk.text
    assert "〇  〇  〇  〇" in desk.text


def test_a_digit_struck_before_the_answer_is_not_kept(desk: Desk) -> None:
    desk.keys("5")
    for each in ("2", "5", "8", "0"):
        desk.keys(each)
    desk.clock.at_s += 1
    desk.front.press(press_of("enter", None))
    desk.clock.at_s += 1
    desk.front.press(press_of("7", "7"))
    desk.pending.clear()
    desk.tell(tell_code("K105"), tell(Phrase.RECEPTION_PIN_AGAIN), AskPin())
    assert "〇  〇  〇  〇" in desk.text


def test_the_last_try_says_what_a_mistake_costs(desk: Desk) -> None:
    desk.core.tries = 2
    desk.keys("51111決")
    assert "あと1回です。" in desk.text
    assert "市区町村の窓口" in desk.text
    assert desk.shows(Kind.PIN)


def test_new_digits_do_not_stand_above_the_word_wrong(desk: Desk) -> None:
    desk.keys("51111決")
    assert "違います" in desk.text
    desk.keys("2")
    assert "違います" not in desk.text
    assert "決定を押してください。" in desk.text


def test_the_warning_before_the_last_try_stays(desk: Desk) -> None:
    desk.core.tries = 2
    desk.keys("51111決25")
    assert "違います" not in desk.text
    assert "あと1回です。" in desk.text


def test_a_blocked_pin_is_an_error_with_hint_and_code(desk: Desk) -> None:
    desk.core.tries = 1
    desk.keys("51111決")
    assert desk.shows(Kind.ERROR)
    for part in ("ロックされています", "市区町村の窓口", "K103"):
        assert part in desk.text.replace("\n", "")


def test_the_private_part_is_marked_private_when_said(desk: Desk) -> None:
    desk.keys(f"5{PIN}決")
    private = [each.text for each in desk.voice.heard if each.is_private]
    assert private == ["ヤマダタロウサマ。資格、有効。サンワリ。"]
    assert not any(
        secret in each.text
        for each in desk.voice.heard
        if not each.is_private
        for secret in SECRETS
    )


def test_a_new_page_cuts_off_the_one_before_and_its_rest_waits_its_turn(desk: Desk) -> None:
    desk.keys(f"5{PIN}決")
    assert desk.voice.chimes[-1] == (Earcon.VALID, Urgency.NOW, False)
    confirmed, private = desk.voice.heard[-2:]
    assert "確認できました" in confirmed.text
    assert {confirmed.urgency, private.urgency} == {Urgency.NORMAL}


def test_forget_wipes_the_page_the_digits_and_the_speech(desk: Desk) -> None:
    desk.keys(f"5{PIN}決")
    desk.voice.log.clear()
    desk.hear(*desk.core.forget())
    assert desk.voice.log == ["hush"]
    desk.keys("再助戻再")
    assert not any(secret in desk.text for secret in SECRETS)
    assert not any(secret in each for each in desk.voice.said for secret in SECRETS)


def test_thanks_stay_until_the_core_wipes_them_and_hold_no_data(desk: Desk) -> None:
    desk.keys(f"5{PIN}決")
    desk.hear(*desk.core.take_card())
    assert desk.shows(Kind.THANKS)
    assert not any(secret in desk.text for secret in SECRETS)
    desk.tell(Forget())
    assert desk.shows(Kind.IDLE)


def test_waiting_never_says_valid_or_a_share(open_desk: Opened) -> None:
    desk = open_desk(ScriptedCore(effects=(tell(Phrase.OUTAGE_RECEIVED),)))
    desk.keys(f"5{PIN}決")
    assert desk.shows(Kind.WAITING)
    assert "有効" not in desk.text
    assert "割" not in desk.text


def test_a_refusal_keeps_what_was_told_first(open_desk: Opened) -> None:
    desk = open_desk(ScriptedCore(effects=(tell(Phrase.RECEPTION_ASK_STAFF), tell_code("K233"))))
    desk.front.size = Size(80, 24)
    desk.keys(f"5{PIN}決")
    assert desk.shows(Kind.RESULT)
    for part in ("受付にお声がけください。", "登録されていません", "K233"):
        assert part in desk.text


@pytest.mark.parametrize("is_visited", [True, False])
def test_an_answer_to_an_earlier_visitor_is_nothing_for_who_stands_here(
    desk: Desk, *, is_visited: bool
) -> None:
    if is_visited:
        desk.keys("5")
    desk.voice.news()
    desk.tell(LATER)
    assert desk.voice.news() == []
    assert not any(secret in desk.text for secret in SECRETS)


def test_news_of_the_box_stand_on_the_resting_screen_for_a_while(desk: Desk) -> None:
    desk.tell(tell(Phrase.OUTAGE_LINE_DOWN))
    assert desk.voice.news() == ["回線が切れています。受付は続けられます。"]
    assert "受付は続けられます。" in desk.text
    assert desk.shows(Kind.IDLE)
    desk.tell(Forget())
    assert "受付は続けられます。" not in desk.text


def test_a_private_row_told_at_rest_is_not_shown(desk: Desk) -> None:
    desk.tell(tell(Phrase.RESULT_VALID, name=TARO, share=30))
    assert not any(secret in desk.text for secret in SECRETS)
    assert desk.voice.news() == []


def test_what_a_newer_core_tells_is_an_error_and_no_crash(desk: Desk) -> None:
    desk.keys("5")
    desk.hear(Happened(99, "tell", "reception.from_the_future"))
    assert "この箱の知らない誤りです。" in desk.text
    desk.hear(Happened(100, "tell", "result.valid", {"name": {"odd": 1}}, is_private=True))
    desk.hear(Happened(101, "sing"))
    assert "この箱の知らない誤りです。" in desk.text


def test_a_fault_of_the_last_message_is_told(desk: Desk) -> None:
    desk.keys("5")
    desk.hear(Failed(0, "K109"))
    assert "数字4桁です。" in desk.text


def test_help_explains_every_key_and_gives_back_the_page(desk: Desk) -> None:
    desk.keys("525助")
    assert desk.shows(Kind.HELP)
    assert "ログイン" not in desk.text
    desk.keys("助")
    assert "2桁。" in desk.text


def test_a_visit_that_begins_closes_help(desk: Desk) -> None:
    desk.keys("助")
    desk.hear(*desk.core.begin())
    assert desk.shows(Kind.PIN)


def test_a_wrong_key_loses_nothing_and_says_where_one_is(desk: Desk) -> None:
    desk.keys("525")
    desk.voice.news()
    desk.keys("他")
    assert desk.voice.news()[0] == "暗証番号。"
    desk.keys("80決")
    assert pins(desk) == [PIN]


def test_every_key_first_stops_the_speech(desk: Desk) -> None:
    for key in "5他再助助2戻":
        desk.voice.log.clear()
        desk.keys(key)
        assert desk.voice.log[0] == "hush"


def test_the_second_half_of_a_double_strike_does_not_stop_the_speech(desk: Desk) -> None:
    desk.keys("5")
    desk.voice.log.clear()
    desk.clock.at_s += 1
    desk.front.press(press_of("2", "2"))
    desk.clock.at_s += 0.05
    desk.front.press(press_of("2", "2"))
    assert desk.voice.log == ["hush", "tick", Heard("イチケタ。", Urgency.NORMAL, is_private=False)]


def test_work_shows_a_dot_a_second_and_says_so_now_and_then(desk: Desk) -> None:
    desk.tell(tell(Phrase.RECEPTION_READING))
    desk.voice.news()
    assert desk.front.wakes_at_s == pytest.approx(desk.clock.at_s + 1.0)
    for _ in range(3):
        desk.wait(1.0)
    assert "● ● ●" in desk.text
    assert desk.voice.news() == []
    for _ in range(7):
        desk.wait(1.0)
    assert desk.voice.news() == ["読んでいます。動かさないでください。"]


def test_nothing_wakes_the_resting_screen(desk: Desk) -> None:
    assert desk.front.wakes_at_s is None


def test_another_screen_in_use_is_told_and_asked_again(open_desk: Opened) -> None:
    desk = open_desk(ScriptedCore(is_busy=True))
    assert desk.shows(Kind.BUSY)
    assert "K312" in desk.text
    desk.voice.news()
    desk.wait(5.0)
    assert len(desk.sent(Claim)) == 2
    assert desk.voice.news() == []
    desk.core.is_busy = False
    desk.wait(5.0)
    assert desk.shows(Kind.IDLE)
    assert desk.voice.news() == ["受付できます。"]


def test_a_core_that_goes_takes_the_visitor_along(desk: Desk) -> None:
    desk.keys(f"5{PIN}決")
    desk.voice.news()
    desk.front.lost()
    desk.front.lost()
    assert desk.shows(Kind.GONE)
    assert desk.voice.news() == [
        "受付の準備ちゅう。",
        "お待ちください。",
        "ひとりでに、つなぎなおします。",
    ]
    desk.keys("5再")
    assert not any(secret in desk.text for secret in SECRETS)
    desk.core.forget()
    desk.connect()
    assert desk.shows(Kind.IDLE)


def test_simulated_is_on_every_screen_and_in_every_utterance(open_desk: Opened) -> None:
    desk = open_desk(ScriptedCore(is_simulated=True))
    for key in f"5{PIN}決再助助戻":
        desk.voice.news()
        desk.keys(key)
        assert desk.text.startswith("模擬")
        assert desk.voice.said[0].removeprefix("〔私〕").startswith("もぎ。")


def test_it_speaks_the_language_the_core_names(open_desk: Opened) -> None:
    desk = open_desk(ScriptedCore(language="en"))
    assert desk.text.startswith("Reception is open")
