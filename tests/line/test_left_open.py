"""Help that was left open in line mode goes to rest, and says so."""

from __future__ import annotations

from kiosk.domain.patience import WARNING_S, Patience
from kiosk.pages.page import Kind
from tests.support.screen import Desk
from tests.support.screen_script import ScriptedCore


def test_the_line_that_stands_is_the_one_that_counts() -> None:
    """Else a later 0 would end the front, and a passcode typed next would meet the shell."""
    written: list[str] = []
    desk = Desk(ScriptedCore(), lines=lambda said: written.extend(each.read for each in said))
    desk.connect()
    desk.keys("助")
    assert desk.shows(Kind.HELP)
    written.clear()
    desk.wait(Patience().help_s - WARNING_S)
    assert written[0] == "まだ、いらっしゃいますか。続けるときは、どれかのキーを押してください。"
    written.clear()
    desk.wait(WARNING_S)
    assert desk.shows(Kind.IDLE)
    assert written == ["受付できます"]
