"""The demo as a pipe sees it, and as a person at a terminal does."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

KIOSK = str(Path(sys.executable).with_name("kiosk"))


def test_in_a_pipe_it_plays_a_day_and_ends(tmp_path: Path) -> None:
    played = subprocess.run(
        [KIOSK, "demo"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=100,
        check=False,
        env={**os.environ, "TMPDIR": str(tmp_path), "LC_ALL": "C.UTF-8"},
    )
    assert played.returncode == 0, played.stderr.decode()
    assert b"\x1b" not in played.stdout
    told = played.stdout.decode()
    in_order = [
        "模擬の世界です。",
        "模擬。確認できました。",
        "3割。",
        "模擬。暗証番号が違います。",
        "あと2回です。",
        "模擬。確認できました。",
        "模擬。回線が切れています。",
        "模擬。受け付けました。",
        "確認待ちです。",
        "模擬。回線が戻りました。",
        "1件、確認しました。",
        "を消しました。",
    ]
    at = 0
    for line in in_order:
        assert line in told[at:], line
        at = told.index(line, at) + len(line)
    assert list(tmp_path.iterdir()) == []


def _read_until(terminal: int, text: str) -> str:
    seen = b""
    end = time.monotonic() + 60
    while text not in seen.decode("utf-8", "replace"):
        assert time.monotonic() < end, seen.decode("utf-8", "replace")
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 4096)
    return seen.decode("utf-8", "replace")


def test_at_a_terminal_a_person_chooses_types_and_leaves(tmp_path: Path) -> None:
    with _at_a_terminal(tmp_path) as (playing, mine):
        _play(mine)
        assert playing.wait(60) == 0


@contextmanager
def _at_a_terminal(temp: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    mine, its = pty.openpty()
    environment = {**os.environ, "TMPDIR": str(temp), "LC_ALL": "C.UTF-8", "TERM": "dumb"}
    with subprocess.Popen(
        [KIOSK, "demo"], stdin=its, stdout=its, stderr=its, env=environment
    ) as playing:
        os.close(its)
        try:
            yield playing, mine
        finally:
            playing.terminate()
            os.close(mine)


def _play(mine: int) -> None:
    _read_until(mine, "> ")
    os.write(mine, "１\n".encode())
    _read_until(mine, "決定を押してください。")
    os.write(mine, b"1234\n")
    told = _read_until(mine, "> ")
    assert "3割" in told
    assert "1234" not in told
    os.write(mine, b"99\n")
    assert "その番号はありません。" in _read_until(mine, "> ")
    os.write(mine, b"0\n")


def _screen(tmux: list[str]) -> str:
    captured = subprocess.run([*tmux, "capture-pane", "-p"], capture_output=True, check=True)
    return captured.stdout.decode()


def _sees(tmux: list[str], text: str) -> str:
    end = time.monotonic() + 30
    while text not in (seen := _screen(tmux)):
        assert time.monotonic() < end, seen
        time.sleep(0.05)
    return seen


def _press(tmux: list[str], *keys: str) -> None:
    for key in keys:
        subprocess.run([*tmux, "send-keys", key], check=True)


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_on_a_screen_cards_come_by_key_and_from_another_shell(tmp_path: Path) -> None:
    tmux = ["tmux", "-S", str(tmp_path / "t"), "-f", "/dev/null"]
    environment = {**os.environ, "TMPDIR": str(tmp_path), "LC_ALL": "C.UTF-8"}
    size = ["-x", "40", "-y", "40"]
    demo = f"{KIOSK} demo --no-voice"
    subprocess.run([*tmux, "new-session", "-d", *size, demo], check=True, env=environment)
    try:
        _sees(tmux, "始めます。")
        folder = next(tmp_path.glob("madoguchi-demo-*"))
        _press(tmux, "Enter")
        assert "模擬" in _sees(tmux, "受付できます")
        _press(tmux, "F2")
        _sees(tmux, "カードを読みました。")
        _press(tmux, "1", "2", "3", "4", "Enter")
        _sees(tmux, "確認できました。")
        _sees(tmux, "3割。")
        _press(tmux, "F2")
        _sees(tmux, "ありがとうございました。")
        _sees(tmux, "受付できます")
        _press(tmux, "F9")
        with _laid_from_another_shell(folder, "hanako"):
            _sees(tmux, "カードを読みました。")
            _press(tmux, "2", "3", "4", "5", "Enter")
            assert "有効" not in _sees(tmux, "確認待ちです。")
        assert "花子" not in _sees(tmux, "受付できます")
        _press(tmux, "F9")
        _sees(tmux, "1件、確認しました。")
        _press(tmux, "C-q")
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)


@contextmanager
def _laid_from_another_shell(folder: Path, person: str) -> Iterator[None]:
    command = [KIOSK, "simulator", "card", "--dir", str(folder), "--person", person]
    with subprocess.Popen(command) as card:
        try:
            yield
        finally:
            card.terminate()
        assert card.wait(60) == 0
