"""Volume, speed, pause and repeat: by keypad, in steps, with a floor, and given back afterwards."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.desk.manner import Manner
from kiosk.desk.messages import Ask
from kiosk.domain.patience import WARNING_S, Patience
from kiosk.domain.preferences import Preferences
from kiosk.pages.listening import SPEEDS, VOLUMES, Listeners, Listening
from kiosk.pages.page import Kind
from kiosk.pages.speech import Silent
from tests.support.screen import Desk, WrittenVoice
from tests.support.screen_script import PASSCODE, PIN, ScriptedCore

LISTEN = "助3"
USUAL = (1.0, 1.0, 0.0)


@given(st.lists(st.integers(-3, 3)))
def test_it_is_never_silent_and_never_too_fast_to_follow(steps: list[int]) -> None:
    listening = Listeners().now
    for each in steps:
        listening = listening.louder(each).faster(each)
        assert 40 <= int(listening.volume) <= 100
        assert 75 <= int(listening.speed) <= 200


def test_a_step_is_a_step() -> None:
    assert all(int(low) < int(high) for each in (SPEEDS, VOLUMES) for low, high in pairwise(each))
    assert Listening("100", "60").faster(1).louder(-1) == Listening("125", "40")


def test_the_staff_begin_with_what_everybody_hears() -> None:
    box = Preferences(speed="75", volume="80")
    assert Listeners(box, is_staff=True).now == Listeners(box).now == Listening("75", "80")


def test_it_is_reached_from_a_page_by_help_and_says_how_it_is(desk: Desk) -> None:
    desk.keys("助")
    assert "サン、声の聞きかた。" in desk.voice.news()
    desk.keys("3")
    assert desk.voice.news()[-11:] == [
        "声の聞きかた。",
        "速さ、ふつう。",
        "大きさ、ふつう。",
        "イチ、まえの画面を読む。",
        "ニ、止める、または続ける。",
        "サン、もっとゆっくり。",
        "ヨン、もっと速く。",
        "ゴ、もっと小さく。",
        "ロク、もっと大きく。",
        "ナナ、もとの声に戻す。",
        "戻る、ひとつまえ。",
    ]
    desk.keys("戻")
    assert desk.shows(Kind.HELP)
    desk.keys("戻")
    assert desk.shows(Kind.IDLE)


@pytest.mark.parametrize(
    ("keys", "tuned", "said"),
    [
        ("3", (0.75, 1.0, 0.0), ["速さ、ゆっくり。", "大きさ、ふつう。"]),
        ("444", (2.0, 1.0, 0.0), ["速さ、とても速く。", "大きさ、ふつう。"]),
        ("55", (1.0, 0.6, 0.0), ["速さ、ふつう。", "大きさ、すこしひかえめ。"]),
        ("556", (1.0, 0.8, 0.0), ["速さ、ふつう。", "大きさ、ちゅうくらい。"]),
        ("3557", USUAL, ["速さ、ふつう。", "大きさ、ふつう。"]),
    ],
)
def test_each_step_is_its_own_example(
    desk: Desk, keys: str, tuned: tuple[float, float, float], said: list[str]
) -> None:
    desk.keys(LISTEN + keys)
    assert desk.voice.tuned == tuned
    assert desk.voice.news()[-2:] == said


def test_at_the_floor_it_is_said_that_it_goes_no_further(desk: Desk) -> None:
    desk.keys(LISTEN + "555")
    assert desk.voice.news()[-1] == "大きさ、ひかえめ。"
    desk.keys("5")
    assert desk.voice.news() == [
        "これ以上は変わりません。",
        "速さ、ふつう。",
        "大きさ、ひかえめ。",
    ]
    assert desk.voice.tuned == (1.0, 0.4, 0.0)


def test_pause_stops_at_once_and_goes_on_without_forgetting(desk: Desk) -> None:
    desk.keys("1" + LISTEN + "1")
    assert any("暗証番号ヨンケタを押し" in each for each in desk.voice.news())
    desk.keys("2")
    assert desk.voice.log == ["pause", "tick"]
    desk.voice.log.clear()
    desk.keys("2")
    assert desk.voice.log[0] == "resume"
    assert "hush" not in desk.voice.log
    assert desk.voice.said == ["ここまでです。"]


def test_what_was_paused_does_not_come_back_on_another_page(desk: Desk) -> None:
    desk.keys("1" + LISTEN + "12")
    desk.voice.log.clear()
    desk.tell(*desk.core.effects)
    assert desk.shows(Kind.RESULT)
    assert desk.voice.log[0] == "hush"


def test_the_warning_before_the_logout_is_heard_over_a_pause(desk: Desk) -> None:
    desk.keys(f"助0{PASSCODE}決" + LISTEN + "12")
    desk.voice.log.clear()
    desk.wait(100.0)
    assert desk.voice.log[0] == "hush"
    assert desk.voice.said[0].startswith("まもなく、ログアウトします。")


def test_the_page_below_is_read_with_its_private_words_marked(desk: Desk) -> None:
    desk.keys(f"1{PIN}決" + LISTEN)
    desk.voice.news()
    desk.keys("1")
    assert "〔私〕ヤマダタロウサマ。資格、有効。サンワリ。" in desk.voice.news()
    assert desk.shows(Kind.LISTENING)


def test_what_a_visitor_changed_is_gone_with_them(desk: Desk) -> None:
    desk.keys("1" + LISTEN + "35")
    assert desk.voice.tuned == (0.75, 0.8, 0.0)
    desk.hear(*desk.core.forget())
    assert desk.voice.tuned == USUAL
    assert not desk.sent(Ask)


def test_what_somebody_changed_at_rest_is_given_back_when_they_go(desk: Desk) -> None:
    desk.keys(LISTEN + "5")
    assert desk.front.wakes_at_s == desk.clock.at_s + Patience().help_s - WARNING_S
    desk.wait(Patience().help_s - WARNING_S)
    assert "まだ、いらっしゃいますか。" in desk.text
    desk.keys("他")
    assert "まだ、いらっしゃいますか。" not in desk.text
    desk.wait(Patience().help_s - WARNING_S)
    desk.wait(WARNING_S)
    assert desk.voice.tuned == USUAL
    assert desk.shows(Kind.IDLE)
    assert desk.front.wakes_at_s is None


def test_what_the_staff_change_is_theirs_and_kept_by_the_box(desk: Desk) -> None:
    desk.keys(f"助0{PASSCODE}決" + LISTEN + "4455")
    assert desk.voice.tuned == (1.5, 0.6, 0.0)
    assert desk.core.preferences == {"own_speed": "150", "own_volume": "60"}
    desk.keys("戻戻戻")
    assert desk.shows(Kind.IDLE)
    assert desk.voice.tuned == USUAL
    desk.keys(f"助0{PASSCODE}決")
    assert desk.voice.tuned == (1.5, 0.6, 0.0)


def test_a_box_that_was_restarted_still_knows_how_the_staff_listen(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk(ScriptedCore(manner=Manner(preferences=Preferences(own_speed="200"))))
    assert desk.voice.tuned == USUAL
    desk.keys(f"助0{PASSCODE}決")
    assert desk.voice.tuned == (2.0, 1.0, 0.0)


def test_where_nothing_is_heard_there_is_nothing_to_choose(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk(voice=WrittenVoice(has_voice=Silent.has_voice))
    desk.keys("助")
    assert "聞きかた" not in desk.text
    desk.keys("3")
    assert "その番号はありません。" in desk.voice.news()[-1]
