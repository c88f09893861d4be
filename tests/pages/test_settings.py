"""画面と声: set by keypad, applied at once, kept by the core."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.desk.manner import Manner, manner_of
from kiosk.desk.messages import Ask, Logout
from kiosk.domain.preferences import ALLOWED, Preferences, preferences_of
from kiosk.pages.page import Kind
from kiosk.pages.settings import VALUES
from tests.support.screen import Desk
from tests.support.screen_script import PASSCODE, ScriptedCore

Opened = Callable[..., Desk]
LOGIN = f"助0{PASSCODE}決"


def orders(desk: Desk) -> list[dict[str, object]]:
    asked = [each for each in desk.sent(Ask) if isinstance(each, Ask)]
    return [each.about for each in asked if each.query == "set"]


def test_the_voice_is_set_and_heard_at_once(desk: Desk) -> None:
    desk.keys(LOGIN + "41")
    assert desk.shows(Kind.VALUES)
    assert "いまは、ふつう。" in desk.text
    desk.voice.news()
    desk.keys("4")
    assert orders(desk) == [{"name": "speed", "value": "150"}]
    assert desk.voice.tuned == (1.5, 1.0, 0.0)
    assert desk.shows(Kind.SETTINGS)
    assert desk.voice.news()[1:3] == ["変えました。", "いまは、速く。"]
    desk.keys("1")
    assert "いまは、速く。" in desk.text


def test_pitch_and_volume(desk: Desk) -> None:
    desk.keys(LOGIN + "421" + "31")
    assert desk.voice.tuned == (1.0, 0.4, -3.0)


def test_the_size_of_the_type_is_offered_where_it_changes_alone(desk: Desk) -> None:
    desk.keys(LOGIN + "4")
    assert "文字の大きさ" not in desk.text
    desk.keys("7")
    assert "その番号はありません。" in desk.text
    desk.front.has_zoom = True
    desk.keys("戻473")
    assert orders(desk) == [{"name": "size", "value": "1"}]
    assert desk.front.type_size == 1


def test_the_look_is_the_fronts_to_show(desk: Desk) -> None:
    desk.keys(LOGIN + "44")
    assert "いまは、黒地に白。" in desk.text
    desk.keys("3")
    assert desk.front.preferences.theme == "yellow-on-black"


def test_the_time_until_the_logout(desk: Desk) -> None:
    desk.keys(LOGIN + "4521")
    desk.wait(41.0)
    assert "まもなく、ログアウトします。" in desk.text
    desk.wait(20.0)
    assert desk.sent(Logout)


def test_how_long_visitors_are_waited_for(desk: Desk) -> None:
    desk.keys(LOGIN + "451")
    assert "いまは、ふつう。" in desk.text
    desk.keys("4")
    assert orders(desk) == [{"name": "waits", "value": "1000"}]
    desk.keys("戻戻戻")
    desk.keys("助")
    assert desk.front.wakes_at_s == desk.clock.at_s + 600.0 - 20.0


def test_the_language_is_asked_twice_and_never_changed_by_one_key(desk: Desk) -> None:
    desk.keys(LOGIN + "462")
    assert desk.shows(Kind.CONFIRM)
    assert not orders(desk)
    assert "言葉を変えますか。" in desk.text
    assert "Change the language?" in desk.text
    assert "For yes press 1, for no press 2." in desk.text
    desk.keys("2")
    assert desk.shows(Kind.VALUES)
    assert not orders(desk)
    desk.keys("21")
    assert orders(desk) == [{"name": "language", "value": "en"}]
    assert "Screen and voice" in desk.text
    desk.keys("戻戻")
    assert desk.front.book.language == "en"
    assert "Reception is open" in desk.text


def test_what_the_core_keeps_is_there_after_a_restart(open_desk: Opened) -> None:
    kept = Manner(preferences=Preferences(theme="dark-on-light", speed="75"))
    desk = open_desk(ScriptedCore(manner=kept))
    assert desk.front.preferences == kept.preferences
    assert desk.voice.tuned == (0.75, 1.0, 0.0)


def test_every_value_has_a_name_and_every_name_a_value() -> None:
    # What the staff hear in their own session is set where it is heard: ヘルプ, 3.
    own = {f"own_{name}" for name in ("speed", "volume", "size")}
    assert set(VALUES) == set(ALLOWED) - own
    for name, values in VALUES.items():
        assert set(values) == set(ALLOWED[name]) - {""}


def test_a_document_of_another_version_changes_only_what_is_known() -> None:
    odd = {"speed": "900", "theme": "dark-on-light", "font": "x", "pitch": 3}
    assert preferences_of(odd) == Preferences(theme="dark-on-light")
    assert manner_of({"preferences": 7}).preferences == Preferences()
    with pytest.raises(ValueError, match="no such preference"):
        Preferences().changed("speed", "900")


def test_about_says_version_and_that_all_is_simulated(desk: Desk) -> None:
    desk.keys(LOGIN + "54")
    assert desk.shows(Kind.ABOUT)
    assert "Madoguchi 1.2.3。" in desk.text
    assert "模擬です。" in desk.text
