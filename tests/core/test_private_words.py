"""JOURNEYS B4 and B5 at the screen: a later answer reaches a staff session, and nobody else."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from kiosk.desk.client import SocketLink
from kiosk.desk.messages import Role
from kiosk.desk.server import DeskServer
from kiosk.pages.front import Front
from kiosk.pages.keys import press_of
from kiosk.ports.voice import Output
from tests.core.conftest import PASSCODE, Box
from tests.support.screen import Clock, WrittenVoice
from tests.support.visitor import Visitor

PATIENCE_S = 30.0


class Screen:
    """A front at the desk's socket; the words it hands to its voice are written down."""

    def __init__(self, path: Path) -> None:
        self.link = SocketLink(path)
        self.voice = WrittenVoice()
        self.clock = Clock()
        self.front = Front(self.link.send, self.voice, language="ja", now=self.clock)
        self.front.connected()

    @property
    def text(self) -> str:
        return "".join(row.text for row in self.front.sheet)

    def until(self, word: str) -> None:
        ends_at = time.monotonic() + PATIENCE_S
        while word not in self.text:
            message = self.link.receive(max(0.0, ends_at - time.monotonic()))
            assert message is not None, self.text
            self.front.hear(message)

    def keys(self, *names: str) -> None:
        for name in names:
            self.clock.at_s += 1.0
            self.front.press(press_of(name, name if name.isdecimal() else None))


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
