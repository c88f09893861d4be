"""What the front has beside a visit: the staff's pages, help, notices of the box."""

from __future__ import annotations

from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell
from tests.support.desk import PASSCODE
from tests.support.line_terminal import Terminal


def test_the_staff_log_in_unseen_and_walk_the_same_menu(at_rest: Terminal) -> None:
    at_rest.enter("3")
    at_rest.paper.wait_for("職員の番号を押し、決定を押してください。")
    at_rest.paper.wait_for("0、戻る。")
    at_rest.enter(PASSCODE)
    at_rest.paper.wait_for("0、戻る。", 2)
    assert "ログインしました。" in at_rest.paper.text
    before = len(at_rest.paper.text)
    at_rest.enter("8", "２")
    at_rest.paper.wait_for("確認待ちはありません。")
    at_rest.paper.wait_for("0、戻る。", 4)
    lines = at_rest.paper.text[before:].splitlines()
    assert lines[0] == "その番号はありません。"
    at_rest.enter("0", "-")
    at_rest.paper.wait_for("ログアウトしました。")
    at_rest.paper.wait_for("受付できます。", 2)
    assert PASSCODE not in at_rest.paper.text


def test_help_says_what_a_line_may_be(at_rest: Terminal) -> None:
    at_rest.enter("？")
    at_rest.paper.wait_for("キーの使いかた")
    at_rest.paper.wait_for("-、戻る。")
    assert "0、職員のログイン。" in at_rest.paper.text
    at_rest.enter("")
    at_rest.paper.wait_for("1、受付を始める。", 2)


def test_what_happens_to_the_box_is_told_at_rest(at_rest: Terminal) -> None:
    at_rest.effects(tell(Phrase.OUTAGE_RESTARTED, waiting=1))
    at_rest.paper.wait_for("再起動しました。")
