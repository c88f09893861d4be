"""A real pseudo-terminal, by tmux: what a person sees, and what is left when it ends."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator

import pytest

from tests.support.screen_script import PIN, SECRETS
from tests.support.tmux import TMUX, Terminal

pytestmark = pytest.mark.skipif(not TMUX, reason="tmux is not installed: no real terminal")


@pytest.fixture
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    opened = Terminal(tmp_path_factory.mktemp("t") / "s")
    yield opened
    opened.do("kill-server")


def test_a_visit_as_it_is_seen_and_what_is_left_of_it(terminal: Terminal) -> None:
    terminal.open("simulated")
    terminal.until("受付できます")
    terminal.keys("5")
    terminal.until("暗証番号4桁を押し")
    terminal.keys(*PIN)
    terminal.until("●   ●   ●   ●")
    terminal.keys("Enter")
    terminal.until("3割。")
    assert terminal.text.startswith("模擬")
    for key in ("C-c", "C-q", "C-z", "C-p", "C-d", "C-\\"):
        terminal.keys(key)
    terminal.until("3割。")
    terminal.signal(signal.SIGTERM)
    terminal.until("ended with 0")
    assert not any(secret in terminal.everything for secret in SECRETS)


def test_strokes_that_the_screen_comes_to_late_are_as_many_as_were_struck(
    terminal: Terminal,
) -> None:
    terminal.open()
    terminal.until("受付できます")
    terminal.keys("5")
    terminal.until("暗証番号4桁を押し")
    terminal.signal(signal.SIGSTOP)
    terminal.keys("1", "1", "2")
    terminal.signal(signal.SIGCONT)
    terminal.until("●   ●   ●   〇")


def test_a_crash_with_a_pin_in_a_local_shows_neither_it_nor_a_name(terminal: Terminal) -> None:
    terminal.open("crash")
    terminal.until("受付できます")
    terminal.keys("5")
    terminal.until("暗証番号4桁を押し")
    terminal.keys("2")
    terminal.until("ended with 70")
    # Without the time of the log line, in which any four digits may stand.
    left = re.sub(r'"at": "[^"]*"', "", terminal.everything.replace("\n", ""))
    assert "code=RuntimeError" in left
    assert "screen_script.py:" in left
    assert "Traceback" not in left
    assert "pin_in_a_local" not in left
    assert not any(secret in left for secret in SECRETS)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT])
def test_other_signals_end_it_cleanly(terminal: Terminal, number: signal.Signals) -> None:
    terminal.open()
    terminal.until("受付できます")
    terminal.signal(number)
    terminal.until("ended with 0")
