"""The size of the type: by keypad, given back, and never in the way of a visit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.pilot import Pilot

from kiosk.pages.layout import SMALLEST
from kiosk.pages.page import Kind
from kiosk.tui.zoom import LARGER, RESET, SMALLER, Zoom, find_zoom
from tests.support.screen_script import PASSCODE, PIN, ScriptedCore
from tests.tui.test_app import Stage, play

FOOT = Path(__file__).parents[2] / "config" / "foot.ini"


@pytest.fixture
def keyboard(tmp_path: Path) -> Path:
    """A program in the place of wtype that writes down what it was to press."""
    command, pressed = tmp_path / "wtype", tmp_path / "pressed"
    command.write_text(f'#!/bin/sh\necho "$*" >> {pressed}\n')
    command.chmod(0o755)
    pressed.touch()
    return command


def pressed(keyboard: Path) -> list[str]:
    return (keyboard.parent / "pressed").read_text().splitlines()


def test_each_size_is_reached_from_foots_own(keyboard: Path) -> None:
    zoom = Zoom(str(keyboard))
    assert all(zoom.to(size) for size in (0, 2, 2, -1, 0))
    assert pressed(keyboard) == [
        f"-k {RESET} -k {LARGER} -k {LARGER}", f"-k {RESET} -k {SMALLER}", f"-k {RESET}",
    ]  # fmt: skip


@pytest.mark.parametrize("display", ["wayland-0", None])
def test_keys_are_pressed_only_where_there_is_a_compositor(
    keyboard: Path, monkeypatch: pytest.MonkeyPatch, display: str | None
) -> None:
    monkeypatch.setenv("PATH", str(keyboard.parent))
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    if display:
        monkeypatch.setenv("WAYLAND_DISPLAY", display)
    assert (find_zoom() is not None) is (display is not None)


def test_foot_binds_those_keys_and_no_others() -> None:
    bound = dict(line.split("=", 1) for line in FOOT.read_text().splitlines() if "=F" in line)
    assert bound == {"font-reset": RESET, "font-decrease": SMALLER, "font-increase": LARGER}


def test_a_visitors_size_ends_with_the_visit(keyboard: Path) -> None:
    stage = Stage(ScriptedCore())
    stage.app.take(Zoom(str(keyboard)))

    async def act(pilot: Pilot[None]) -> None:
        await stage.keys(pilot, "5")
        await stage.until(pilot, Kind.PIN)
        await stage.keys(pilot, "2", "5", "slash", "4", "1", "1", "1")
        assert "いちばん大きく。" in stage.text
        await stage.keys(pilot, "minus", "minus")
        assert "●   ●   〇" in stage.text, "nothing typed is lost"
        await stage.keys(pilot, "minus", "minus", "minus")
        await stage.until(pilot, Kind.IDLE)
        await pilot.pause()

    play(stage, act)
    one, two = f"-k {RESET} -k {LARGER}", f"-k {RESET} -k {LARGER} -k {LARGER}"
    assert pressed(keyboard) == [one, two, f"-k {RESET}"]


def test_the_staffs_own_size_is_kept_and_ends_with_their_session(keyboard: Path) -> None:
    stage = Stage(ScriptedCore())
    stage.app.take(Zoom(str(keyboard)))

    async def act(pilot: Pilot[None]) -> None:
        await stage.keys(pilot, "slash", "0", *PASSCODE, "enter")
        await stage.until(pilot, Kind.STAFF)
        await stage.keys(pilot, "slash", "4", "2", "minus", "minus", "minus")
        await stage.until(pilot, Kind.IDLE)
        await pilot.pause()

    play(stage, act)
    assert stage.core.preferences["own_size"] == "-1"
    assert pressed(keyboard) == [f"-k {RESET} -k {SMALLER}", f"-k {RESET}"]


def test_type_that_leaves_too_few_rows_is_given_back_and_said(keyboard: Path) -> None:
    stage = Stage(ScriptedCore())
    stage.app.take(Zoom(str(keyboard)))

    async def act(pilot: Pilot[None]) -> None:
        await stage.keys(pilot, "slash", "4", "1")
        await pilot.resize_terminal(26, SMALLEST[1] - 1)
        await pilot.pause()
        assert "これ以上は変わりません。" in stage.voice.said
        assert "ふつう。" in stage.text
        await pilot.resize_terminal(32, 9)
        await stage.keys(pilot, "1")
        assert "決定 戻る ＊もう一度 ／ヘルプ" in stage.text

    play(stage, act)
    assert pressed(keyboard) == [f"-k {RESET} -k {LARGER}", f"-k {RESET}"]


def test_where_nothing_presses_keys_nobody_is_offered_it(tmp_path: Path) -> None:
    stage = Stage(ScriptedCore())
    stage.core.preferences["size"] = "1"

    async def act(pilot: Pilot[None]) -> None:
        stage.app.take(Zoom(os.fspath(tmp_path / "none")))
        await stage.keys(pilot, "slash", "4", "1", "slash", "slash")
        assert "4、文字の大きさ" not in stage.text
        assert stage.app.front.page.kind is Kind.HELP
        await stage.keys(pilot, "slash", "5")
        await stage.until(pilot, Kind.PIN)
        await stage.keys(pilot, *PIN, "enter")
        await stage.until(pilot, Kind.RESULT)

    play(stage, act)
