"""The spoken lesson: what is written is said, a step a key, again on request."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from kiosk.cli.demo_clinic import DemoClinic
from kiosk.cli.demo_practice import practise


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[DemoClinic]:
    with DemoClinic.opened(tmp_path) as opened:
        yield opened


def lesson(clinic: DemoClinic, keys: list[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What each step said, keys typed in order."""
    monkeypatch.setattr("sys.stdin", StringIO("".join(f"{key}\n" for key in keys)))
    said: list[str] = []
    practise(clinic, lambda step: said.append("".join(each.heard for each in step)))
    assert not sys.stdin.read()
    return said


def test_the_whole_lesson_is_said_a_step_a_key(
    clinic: DemoClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = lesson(clinic, ["", "", "", "", ""], monkeypatch)
    wanted = [
        "もぎの練習です",
        "資格、有効。サンワリ",
        "あとニカイです",
        "回線が戻りました",
        "記録、サンケン",
    ]
    assert len(said) == len(wanted)
    assert all(words in step for words, step in zip(wanted, said, strict=True))
    assert all("もぎ" in step for step in said)


def test_nine_says_and_writes_the_step_again_and_zero_ends(
    clinic: DemoClinic, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = lesson(clinic, ["", "9", "９", "０"], monkeypatch)
    written = capsys.readouterr().out
    assert written.count("資格が有効な方の受付です。\n") == 3
    assert ">" not in written
    assert len(said) == 4
    assert said[1] == said[2] == said[3]
    assert "資格が有効なかた" in said[1]
