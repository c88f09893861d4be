"""JOURNEYS B4 and B5 at the screen: a later answer reaches a staff session, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kiosk.desk.messages import Role
from kiosk.desk.server import DeskServer
from kiosk.ports.voice import Output
from tests.core.conftest import PASSCODE, Box
from tests.support.screen import Screen
from tests.support.visitor import Visitor


def test_a_later_answer_is_shown_and_said_to_the_staff_as_they_chose(
    box: Box, a_visit: Callable[[str, str], Visitor], tmp_path: Path
) -> None:
    assert box.core is not None
    box.set_passcode()
    box.simulator.offline()
    visitor = a_visit("taro", "1234")
    visitor.until("outage.received")
    with DeskServer(box.core.counter, tmp_path / "desk.sock", lambda _: Role.STAFF):
        visitor.link.close()
        box.take()
        screen = Screen(tmp_path / "desk.sock")
        screen.until("受付できます")
        screen.keys("slash", "0", *PASSCODE, "enter")
        screen.until("ログインしました")
        screen.keys("1", "2", "2")
        assert screen.voice.private is Output.LOUDSPEAKER
        box.simulator.online()
        screen.until("有効。3割。")
        assert any("ヤマダタロウ" in each.text and each.is_private for each in screen.voice.heard)
        screen.keys("minus", "minus", "minus", "minus")
        assert "有効" not in screen.text
        assert screen.front.page.title.read == "受付できます"
        screen.link.close()
