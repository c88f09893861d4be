"""The reception screen in a terminal: keys and fingers in, rows out, nothing to escape through.

Textual's own crash report prints local variables, a PIN among them; ``_handle_exception`` and
``_fatal_error`` are overridden for that, which is why the exact minor of Textual is pinned.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.events import Key, MouseDown, MouseUp, Resize
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from kiosk.desk.link import Link
from kiosk.errors import VoiceError
from kiosk.log import record_bug
from kiosk.pages.around import load_staff_pages
from kiosk.pages.felt import Display, Fingers, StartDisplay, Told, felt_lines
from kiosk.pages.front import Front
from kiosk.pages.keys import Press, press_of
from kiosk.pages.layout import SMALLEST, Size
from kiosk.pages.page import Kind
from kiosk.pages.speech import Silent, Speaker
from kiosk.pages.touch import press_at
from kiosk.ports.voice import Happening, VoiceEvent
from kiosk.tui.courier import Broken, Connected, Courier, Heard, Lost, News
from kiosk.tui.terminal import Terminal, ended_by_signals
from kiosk.tui.themes import LIGHT_ON_DARK, LOOKS
from kiosk.tui.wall import Wall
from kiosk.tui.zoom import Zoom, find_zoom

CRASHED = 70
"""Exit status after a fault of our own (EX_SOFTWARE); what started the screen starts it again."""
_FIRST_BUTTON = 1
_NO_MOVES = "\x1b[?1003l\x1b[?1000h"
"""Where a finger or a mouse is on its way is not wanted, as Textual does: buttons alone."""
_LEAVE = frozenset({"ctrl+c", "ctrl+q"})


class _News(Message):
    """Something from the courier's thread."""

    def __init__(self, news: News) -> None:
        super().__init__()
        self.news = news


class _Voice(Message):
    """Something from the voice's thread."""

    def __init__(self, told: VoiceEvent) -> None:
        super().__init__()
        self.told = told


class _Felt(Message):
    """Something from the thread of the braille display."""

    def __init__(self, told: Told) -> None:
        super().__init__()
        self.told = told


class _Only(Screen[None], inherit_bindings=False):
    """The one screen: no focus to move, nothing to select or copy."""

    ALLOW_SELECT: ClassVar[bool] = False
    AUTO_FOCUS: ClassVar[str | None] = None

    def compose(self) -> ComposeResult:
        """One widget."""
        yield Wall()


class ReceptionApp(App[None], inherit_bindings=False):
    """The screen of the reception.

    Args:
        link: to the core.
        voice: says what is shown; None = silence.
        language: until the core says which.
        reconnect: makes a new link when one broke; None = it stays broken.
        stage: what further keys do, by name, for a demonstration, where ctrl+c and ctrl+q end it
            as well; None = a kiosk, which nobody leaves.
        braille: starts a braille display; None = there is none.
        now: seconds, only forward.
    """

    TITLE = "Madoguchi"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT: ClassVar[bool] = False
    PAGES: ClassVar[type[Front]] = Front

    def __init__(
        self,
        link: Link,
        voice: Speaker | None,
        *,
        language: str = "ja",
        reconnect: Callable[[], Link] | None = None,
        stage: Mapping[str, Callable[[], None]] | None = None,
        braille: StartDisplay | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(driver_class=Terminal)
        self.animation_level = "none"
        for look in LOOKS:
            self.register_theme(look.theme)
        self.theme = LIGHT_ON_DARK.name
        self._now = now
        self._stage = stage
        self._wake: Timer | None = None
        self._is_ready_for_staff = False
        self._is_ending = self._has_begun = False
        self._touched: Press | None = None
        self.courier = Courier(link, reconnect, lambda news: _post(self, _News(news)))
        self._speaker = voice or Silent()
        self._start_braille = braille
        self._dots: Display | None = None
        self._fingers: Fingers | None = None
        self.front = self.PAGES(
            self.courier.send, self._speaker, language=language, now=now, terminal=self._order
        )
        self._zoom: Zoom | None = None

    @property
    def fault(self) -> BaseException | None:
        """What ended the screen, if it was a fault of our own."""
        return self._exception

    def take(self, zoom: Zoom | None) -> None:
        """What makes the type larger; None = it stays as it is, and nobody is offered it."""
        self._zoom, self.front.has_zoom = zoom, zoom is not None

    def get_default_screen(self) -> Screen[None]:
        """As Textual asks for it."""
        return _Only()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Colours before a theme is chosen."""
        return LIGHT_ON_DARK.variables

    def on_mount(self) -> None:
        """Begin to listen, once there is something to show it on."""
        if not self.is_headless:
            # Textual's driver would put the screen aside and show the shell below it; and read and
            # write on two threads more, which take keys from each other, after every SIGCONT.
            for number in (signal.SIGTSTP, signal.SIGCONT):
                signal.signal(number, signal.SIG_IGN)
            self._order(_NO_MOVES)
        self.courier.start()
        self._speaker.heed(lambda told: _post(self, _Voice(told)))
        if self._start_braille:
            self._dots = self._start_braille(lambda told: _post(self, _Felt(told)))
            self._fingers = Fingers(self._dots)
        self._show()
        self._has_begun = True
        if self._is_ending:
            self.exit()

    def on_unmount(self) -> None:
        """Hang up; nothing of a patient stays on the clipboard of whoever looked on."""
        self.front.leave_staff()
        self.courier.stop()
        if self._dots:
            self._dots.close()

    def on_resize(self, event: Resize) -> None:
        """The zoom of the terminal arrives as another size."""
        size = Size(event.size.width, event.size.height)
        self.front.size = size
        is_cut_off = size.columns < SMALLEST[0] or size.rows < SMALLEST[1]
        if self._zoom and is_cut_off and self.front.type_size > 0:
            self.front.too_large()
        self._show()

    def on_key(self, event: Key) -> None:
        """Every key goes to the front; Textual has no binding left that could take one."""
        event.stop()
        event.prevent_default()
        if self._stage is not None and event.key in _LEAVE:
            self.exit()
            return
        if self._stage and event.key in self._stage:
            self._stage[event.key]()
            return
        self._press(press_of(event.key, event.character), event)

    def on_mouse_down(self, event: MouseDown) -> None:
        """A finger or the first button: what lies there, if it is let go there (WCAG 2.5.2)."""
        event.stop()
        self._touched = self._under(event) if event.button == _FIRST_BUTTON else None

    def on_mouse_up(self, event: MouseUp) -> None:
        """It goes the way of the key that lies there, through the same guard."""
        event.stop()
        touched, self._touched = self._touched, None
        if touched is not None and touched == self._under(event):
            self._press(touched, event)

    def _under(self, event: MouseDown | MouseUp) -> Press:
        front = self.front
        return press_at(front.page, front.sheet, front.book, event.x, event.y)

    def _press(self, press: Press, event: Key | MouseUp) -> None:
        # Two strokes that a busy box comes to at once are two all the same.
        lag_s = max(0.0, time.monotonic() - event.time)
        self.front.press(press, at_s=self._now() - lag_s)
        self._show()
        if self.front.page.kind is Kind.HELP and not self._is_ready_for_staff:
            # The way to the login begins here: no later key has to wait for its pages.
            self._is_ready_for_staff = True
            self.call_after_refresh(self.run_worker, load_staff_pages, thread=True)

    def on__news(self, event: _News) -> None:
        """Something from the core."""
        match event.news:
            case Connected():
                self.front.connected()
            case Heard(message=message):
                self.front.hear(message)
            case Lost():
                self.front.lost()
            case Broken(error=error):
                self._handle_exception(error)
        self._show()

    def on__voice(self, event: _Voice) -> None:
        """Something from the voice."""
        self.front.voice(event.told)
        self._show()

    def on__felt(self, event: _Felt) -> None:
        """Something from the braille display."""
        match event.told:
            case str(key) if self._fingers and (press := self._fingers.key(key)):
                self.front.press(press)
            case int(width) if self._fingers:
                self._fingers.has_cells(width)
            case VoiceError(code=code):
                self.front.voice(VoiceEvent(Happening.FAULT, code=code))
            case None:
                self.front.voice(VoiceEvent(Happening.SOUND_BACK))
        self._show()

    def _order(self, sequence: str) -> None:
        """To the terminal itself, in the order of what is drawn."""
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()

    def _tick(self) -> None:
        self.front.tick()
        self._show()

    def _show(self) -> None:
        if self.front.is_done:
            self.exit()
        look = self.front.preferences.theme
        if look and look != self.theme:
            self.theme = look
        if self._zoom and not self._zoom.to(self.front.type_size):
            self.take(None)
        for wall in self.screen.query(Wall):
            wall.show(self.front.sheet)
        if self._fingers:
            page, book = self.front.page, self.front.book
            self._fingers.show(felt_lines(page, book, is_simulated=self.front.is_simulated))
        if self._wake is not None:
            self._wake.stop()
        at = self.front.wakes_at_s
        self._wake = None if at is None else self.set_timer(max(0.05, at - self._now()), self._tick)

    def end(self) -> None:
        """End as soon as there is a screen to end; from a signal, between any two lines."""
        self._is_ending = True
        if self._has_begun and self._loop is not None:
            self._loop.call_soon_threadsafe(self.exit)

    def give_up_terminal(self) -> None:
        """Wait no longer for a terminal that takes nothing."""
        if isinstance(self._driver, Terminal):
            self._driver.give_up()

    def _handle_exception(self, error: Exception) -> None:
        """End, and show nothing of the error: its locals and its text may be a visitor's."""
        self._return_code = CRASHED
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._fatal_error()

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()


def with_zoom(link: Link, voice: Speaker | None, **further: Any) -> ReceptionApp:  # noqa: ANN401 - as ReceptionApp
    """The reception whose type can be made larger, where something of this box can do it."""
    app = ReceptionApp(link, voice, **further)
    app.take(find_zoom())
    return app


def run(
    link: Link,
    voice: Speaker | None,
    *,
    language: str = "ja",
    reconnect: Callable[[], Link] | None = None,
    stage: Mapping[str, Callable[[], None]] | None = None,
    braille: StartDisplay | None = None,
    screen: Callable[..., ReceptionApp] = ReceptionApp,
) -> int:
    """Show the reception until a signal ends it.

    Args:
        link: to the core.
        voice: says what is shown; None = silence.
        language: until the core says which.
        reconnect: makes a new link when one broke; None = it stays broken.
        stage: see ``ReceptionApp``.
        braille: likewise.
        screen: whose pages.

    Returns:
        Exit status: 0, or 70 after a fault of our own, which is logged without a trace.
    """
    for stale in ("COLUMNS", "LINES"):
        # Exported by a shell long ago, they would count for more than the terminal itself.
        os.environ.pop(stale, None)
    app = screen(link, voice, language=language, reconnect=reconnect, stage=stage, braille=braille)
    try:
        with ended_by_signals(app.end, app.give_up_terminal):
            app.run()
    finally:
        app.courier.stop()
    if app.fault is not None:
        record_bug("screen", app.fault)
        return CRASHED
    return app.return_code or 0


def _post(app: App[None], message: Message) -> None:
    app.post_message(message)
