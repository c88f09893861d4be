"""Journey A in English on a real terminal: what is shown and what is said, private words too."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import ANSWERED, Clinic, Ward, open_clinic
from tests.journeys.ear import APLAY
from tests.support.by_ear import said_in
from tests.support.japanese import strays
from tests.support.tmux import TMUX, Terminal

pytestmark = [
    pytest.mark.pcsc,
    pytest.mark.soak,
    pytest.mark.skipif(not TMUX, reason="tmux is not installed: no real terminal"),
]
VALUES = ("山田", "太郎", "ヤマダ", "タロウ")


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    """A clinic whose screen is in English."""
    with open_clinic(tmp_path) as opened:
        text = opened.config.read_text("utf-8")
        opened.config.write_text(f'{text}\n[screen]\nlanguage = "en"\n', "utf-8")
        yield opened


@pytest.fixture
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    opened = Terminal(tmp_path_factory.mktemp("t") / "s")
    yield opened
    opened.do("kill-server")


def test_journey_a(ward: Ward, terminal: Terminal, tmp_path: Path) -> None:
    home, transcript = tmp_path / "home", tmp_path / "said.jsonl"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "aplay").write_text(APLAY)
    (home / "bin" / "aplay").chmod(0o755)
    where = f"export HOME={home} TMPDIR={ward.clinic.temp} PATH={home / 'bin'}:$PATH"
    screen: list[str | Path] = [sys.executable, "-m", "tests.support.by_ear", ward.socket]
    terminal.begin(where, [*screen, transcript], (40, 12))
    seen = []

    def until(word: str) -> None:
        terminal.until(word)
        seen.append(terminal.text)

    until("Reception is open")
    terminal.keys("5")
    until("PIN")
    terminal.keys(*"9999", "Enter")
    until("lay the card")
    ward.lay("taro")
    until("left: 2")
    terminal.keys(*"1234", "Enter")
    until("30%")
    until("still here")
    ward.take()
    until("Thank you")
    until("Reception is open")
    terminal.keys("/")
    until("The keys")
    said = said_in(transcript)
    assert any("Thank you" in each for each in said)
    for text in (*seen, *said):
        assert strays(text, VALUES) == [], text
    assert not any(value in seen[-1] for value in VALUES)
    assert ward.states() == [ANSWERED]
