"""The real Textual app: keys reach the front, nothing else does anything."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest
from textual.pilot import Pilot

from kiosk.desk.link import Link
from kiosk.desk.messages import Happened, Typed
from kiosk.domain.braille import cells
from kiosk.pages.felt import StartDisplay, Told
from kiosk.pages.page import Kind
from kiosk.tui.app import CRASHED, ReceptionApp
from kiosk.tui.wall import Wall
from tests.support.screen import Clock, WrittenVoice
from tests.support.screen_script import PIN, ScriptedCore, ScriptedLink

PATIENCE_S = 30.0
DANGEROUS = [
    "ctrl+c", "ctrl+q", "ctrl+z", "ctrl+p", "ctrl+d", "ctrl+l", "ctrl+backslash", "tab",
    "shift+tab", "f1", "f12", "up", "pageup", "home", "ctrl+shift+c", "super+c", "alt+f4",
]  # fmt: skip


class Stage:
    """An app, its far side, and a clock that moves a second a key."""

    def __init__(
        self,
        core: ScriptedCore,
        reconnect: Callable[[], Link] | None = None,
        braille: StartDisplay | None = None,
    ) -> None:
        self.link = ScriptedLink(core)
        self.core = core
        self.voice = WrittenVoice()
        self.clock = Clock()
        self.app = ReceptionApp(
            self.link, self.voice, now=self.clock, reconnect=reconnect, braille=braille
        )

    @property
    def text(self) -> str:
        strips = self.app.screen.query_one(Wall)
        rows = [strips.render_line(y).text.rstrip() for y in range(strips.size.height)]
        return "\n".join(rows)

    async def keys(self, pilot: Pilot[None], *keys: str) -> None:
        for key in keys:
            self.clock.at_s += 1
            await pilot.press(key)

    async def until(self, pilot: Pilot[None], kind: Kind) -> None:
        await poll(pilot, lambda: self.app.front.page.kind is kind)


async def poll(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await pilot.pause(0.01)


def play(
    stage: Stage, act: Callable[[Pilot[None]], Awaitable[None]], size: tuple[int, int] = (40, 12)
) -> None:
    async def played() -> None:
        async with stage.app.run_test(size=size) as pilot:
            await stage.until(pilot, Kind.IDLE)
            await act(pilot)

    run: Coroutine[Any, Any, None] = played()
    asyncio.run(run)


def test_a_visit_from_key_to_result() -> None:
    stage = Stage(ScriptedCore(is_simulated=True))

    async def act(pilot: Pilot[None]) -> None:
        await stage.keys(pilot, "5")
        await stage.until(pilot, Kind.PIN)
        await stage.keys(pilot, *PIN, "enter")
        await stage.until(pilot, Kind.RESULT)
        await poll(pilot, lambda: "3割。" in stage.text)
        assert stage.text.startswith("模擬")
        assert Typed(PIN) in stage.core.heard

    play(stage, act)


@pytest.mark.parametrize("key", DANGEROUS)
def test_no_key_leads_out(key: str) -> None:
    stage = Stage(ScriptedCore())

    async def act(pilot: Pilot[None]) -> None:
        await stage.keys(pilot, key)
        await pilot.pause()
        assert stage.app.is_running
        assert len(stage.app.screen_stack) == 1
        assert stage.app.clipboard == ""
        assert stage.app.focused is None

    play(stage, act)


def test_zoom_arrives_as_another_size() -> None:
    stage = Stage(ScriptedCore())

    async def act(pilot: Pilot[None]) -> None:
        for size in ((32, 9), (80, 24), (20, 8), (5, 2), (120, 40), (40, 12)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            shown = stage.app.front.size
            assert (shown.columns, shown.rows) == size
        assert "受付できます" in stage.text

    play(stage, act)


def test_every_theme_can_be_worn() -> None:
    stage = Stage(ScriptedCore())

    async def act(pilot: Pilot[None]) -> None:
        for theme in ("light-on-dark", "dark-on-light", "yellow-on-black"):
            stage.app.theme = theme
            await pilot.pause()
            style = stage.app.screen.query_one(Wall).get_component_rich_style("wall--text")
            ink = stage.app.available_themes[theme].variables["text-ink"]
            assert style.color is not None
            assert style.color.get_truecolor().hex == ink

    play(stage, act)


def test_a_lost_core_is_shown_and_found_again() -> None:
    second = ScriptedLink(ScriptedCore())
    stage = Stage(ScriptedCore(), reconnect=lambda: second)

    async def act(pilot: Pilot[None]) -> None:
        stage.link.close()
        await stage.until(pilot, Kind.GONE)
        assert "受付の準備中" in stage.text
        await stage.until(pilot, Kind.IDLE)

    play(stage, act)


def test_a_fault_ends_the_app_with_its_status_and_shows_nothing(
    capfd: pytest.CaptureFixture[str],
) -> None:
    stage = Stage(ScriptedCore())

    def fail(message: Happened) -> None:
        pin_in_a_local, patient = PIN, "山田　太郎"
        raise RuntimeError(f"{pin_in_a_local} {patient} {message}")

    async def act(pilot: Pilot[None]) -> None:
        stage.app.call_later(fail, Happened(1, "tell"))
        await poll(pilot, lambda: not stage.app.is_running)

    with pytest.raises(RuntimeError):
        play(stage, act)
    assert stage.app.return_code == CRASHED
    shown = "".join(capfd.readouterr())
    assert PIN not in shown
    assert "山田" not in shown


def test_the_title_of_the_window_says_nothing() -> None:
    stage = Stage(ScriptedCore())

    async def act(pilot: Pilot[None]) -> None:
        await stage.keys(pilot, "5", *PIN, "enter")
        await stage.until(pilot, Kind.RESULT)
        assert stage.app.title == "Madoguchi"
        assert stage.app.sub_title == ""

    play(stage, act)


class WrittenDisplay:
    """A braille display that keeps what was written."""

    def __init__(self, tell: Callable[[Told], None]) -> None:
        self.tell = tell
        self.felt: list[str] = []
        self.is_closed = False

    def write(self, cells: str) -> None:
        self.felt.append(cells)

    def close(self) -> None:
        self.is_closed = True


def test_a_visit_under_the_fingers() -> None:
    displays: list[WrittenDisplay] = []

    def start(tell: Callable[[Told], None]) -> WrittenDisplay:
        displays.append(WrittenDisplay(tell))
        return displays[0]

    stage = Stage(ScriptedCore(), braille=start)

    async def act(pilot: Pilot[None]) -> None:
        await stage.until(pilot, Kind.IDLE)
        display = displays[0]
        display.tell(20)
        await poll(pilot, lambda: bool(display.felt))
        assert display.felt[-1] == cells("ウケツケ デキマス。").ljust(20, "\u2800")
        display.tell("enter")
        await stage.until(pilot, Kind.PIN)
        for digit in PIN:
            display.tell(digit)
        display.tell("down")
        await poll(pilot, lambda: display.felt[-1].startswith("⠿⠿⠿⠿⠀"))
        assert not any(each in "".join(display.felt) for each in (PIN, cells(PIN)))

    play(stage, act)
    assert displays[0].is_closed
