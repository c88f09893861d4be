"""What the screen makes of the voice's troubles, and of the settings the core sends along."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.desk.manner import Manner
from kiosk.ports.voice import Happening, VoiceEvent
from tests.support.screen import Desk
from tests.support.screen_script import ScriptedCore

Opened = Callable[..., Desk]


def test_no_sound_is_told_at_rest_once(desk: Desk) -> None:
    no_sound = VoiceEvent(Happening.FAULT, code="K401")
    desk.keys("5")
    desk.front.voice(no_sound)
    assert "音が出ません" not in desk.text
    desk.hear(*desk.core.forget())
    assert "音が出ません。" in desk.text
    assert "キーを押すか、" in desk.text
    desk.keys("5")
    desk.hear(*desk.core.forget())
    assert "音が出ません" not in desk.text
    desk.front.voice(no_sound)
    assert "音が出ません" not in desk.text


def test_sound_that_is_back_takes_its_fault_off_the_screen(desk: Desk) -> None:
    desk.front.voice(VoiceEvent(Happening.FAULT, code="K401"))
    assert "音が出ません。" in desk.text
    desk.front.voice(VoiceEvent(Happening.SOUND_BACK))
    assert "音が出ません" not in desk.text


def test_how_long_a_stroke_is_comes_from_the_core(open_desk: Opened) -> None:
    desk = open_desk(ScriptedCore(manner=Manner(double_strike_s=1.5)))
    desk.keys("5")
    desk.keys("11")
    assert "1桁。" in desk.text
