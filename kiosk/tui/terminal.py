"""The terminal itself, which may take nothing for a while, or be gone: neither holds up the screen.

Textual writes on a thread of its own, through a queue of thirty. A terminal that hangs up while it
is written to ends that thread (EIO), and one that takes nothing (a stalled SSH) holds it: whoever
draws next then waits for a free place for ever, and no signal is served any more. So a ``kiosk
run`` once outlived its terminal by 84 minutes.

It reads on a thread that takes nothing read for nothing typed. A terminal that hung up is always
ready and always empty (Linux: ``hung_up_tty_read``): where no SIGHUP came, because it is not the
controlling one, that thread asked again and again, and half a processor was gone.

A bracketed paste types nothing here. One whose end was lost on a broken line took every key after
it as well, until somebody pasted again; ``Typing`` ends it once nothing comes any more.

No terminal tells when a key was struck. What a process that was held up found all at once was one
trembling finger, and a PIN of 1123 three digits; ``Typing`` lets it be struck over all that time.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import sys
import termios
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from types import FrameType
from typing import TYPE_CHECKING, Any, TextIO, cast

from textual._xterm_parser import BRACKETED_PASTE_END, XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key

if TYPE_CHECKING:
    from io import TextIOWrapper

    from textual.app import App
    from textual.message import Message

GOODBYE_S = 2
"""How long a terminal may take over the last rows, once the screen is told to end."""
_GIVES_UP_AGAIN_S = 0.2
_WAKES = signal.SIGURG
"""Ends a call of the system that is waited for; means nothing, and is ignored by default."""
_ENDS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_LOOK_UP_S = 0.1
_HELD_UP_S = 0.15
"""A thread that looks up after ``_LOOK_UP_S`` and is there later than this was held up."""
_MOST_BYTES = 4096
PASTE_S = 2.0
"""A paste of which nothing more came for so long is over."""
_Handler = Callable[[int, FrameType | None], None]


class Outlet:
    """Where Textual's thread writes to; what the terminal cannot take is dropped.

    Args:
        file: the terminal.
    """

    def __init__(self, file: TextIO) -> None:
        self._fd, self._encoding = file.fileno(), file.encoding
        self._is_gone = False

    def write(self, text: str) -> None:
        """Write all of it, or drop it where there is no terminal any more."""
        rest = text.encode(self._encoding, "replace")
        while rest and not self._is_gone:
            try:
                rest = rest[os.write(self._fd, rest) :]
            except OSError:
                self._is_gone = True

    def flush(self) -> None:
        """All is written at once; as Textual asks for it."""

    def fileno(self) -> int:
        """As Textual asks for it."""
        return self._fd

    def give_up(self) -> None:
        """Drop what is not written yet, also what is being written just now."""
        self._is_gone = True
        with contextlib.suppress(termios.error):
            termios.tcflush(self._fd, termios.TCOFLUSH)


class Typing:
    """What is typed, as Textual reads it; see above.

    Args:
        parser: Textual's.
        now: seconds, only forward.
    """

    def __init__(self, parser: XTermParser, now: Callable[[], float] = time.monotonic) -> None:
        self._parser, self._now = parser, now
        self._decoder = getincrementaldecoder("utf-8")()
        self._is_over_at: float | None = None
        self._looked_at = now()

    def read(self, typed: bytes) -> Iterator[Message]:
        """Bytes came; UnicodeDecodeError."""
        self._is_over_at = self._now() + PASTE_S
        # Half a sign is nothing yet, and nothing is the end to Textual's parser.
        if text := self._decoder.decode(typed):
            events = tuple(self._parser.feed(text))
            self._spread(events)
            yield from events

    def tick(self) -> Iterator[Message]:
        """Time has passed; to be called a few times a second."""
        if self._is_over_at is not None and self._now() >= self._is_over_at:
            self._is_over_at = None
            # Where no paste is open it says nothing.
            yield from self._parser.feed(BRACKETED_PASTE_END)
        yield from self._parser.tick()
        self._looked_at = self._now()

    def _spread(self, events: Sequence[Message]) -> None:
        """Keys that come late were struck since the last look: evenly, for all one knows.

        Two strokes of a key stay two so, and a held one, which comes ten times a second and more,
        stays one.
        """
        keys = [each for each in events if isinstance(each, Key)]
        now = self._now()
        passed_s = now - self._looked_at
        for count, each in enumerate(keys):
            share = (count + 0.5) / len(keys) if passed_s >= _HELD_UP_S else 1.0
            each.time = self._looked_at + passed_s * share


class Terminal(LinuxDriver):
    """Textual's driver, on standard output: what is redirected to a file is no screen; see above.

    Attributes:
        outlet: what is written to.
    """

    def __init__(self, app: App[Any], **further: Any) -> None:  # noqa: ANN401 - as Textual's own
        super().__init__(app, **further)
        self.outlet = Outlet(sys.__stdout__ or sys.stdout)
        self._file = cast("TextIOWrapper", self.outlet)

    def run_input_thread(self) -> None:
        """As Textual's, but a terminal that is gone is an ``EOFError``; see above."""
        typing = Typing(XTermParser(self._debug))
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_LOOK_UP_S):
                    read = os.read(self.fileno, _MOST_BYTES)
                    if not read:
                        raise EOFError
                    self._take(typing.read(read))
                self._take(typing.tick())

    def _take(self, messages: Iterable[Message]) -> None:
        for each in messages:
            self.process_message(each)

    def _run_input_thread(self) -> None:
        """As Textual's, which ends on a byte that is no UTF-8, and prints a trace of it."""
        while not self.exit_event.is_set():
            try:
                self.run_input_thread()
            except UnicodeDecodeError:
                continue  # noise on a line, or a keyboard of another coding: no key of ours
            except (OSError, EOFError):
                self._app.call_later(self._app.exit)  # it hung up
                return
            except Exception as error:  # noqa: BLE001 - the top of this thread; the screen ends on it
                self._app.call_later(self._app._handle_exception, error)  # noqa: SLF001 - see kiosk.tui.app
                return

    def give_up(self) -> None:
        """Wait no longer for a terminal that takes nothing."""
        self.outlet.give_up()
        if self._writer_thread is not None:
            wake(self._writer_thread)


def wake(writer: Thread) -> None:
    """End the call of the system that a thread waits for; what is written is not woken by room.

    A page of which nothing was written yet is begun anew then (PEP 475), and may be larger than the
    room: whoever gives up does so again until it has ended.
    """
    if writer.ident is not None and writer.is_alive():
        signal.pthread_kill(writer.ident, _WAKES)


@contextmanager
def ended_by_signals(end: Callable[[], None], give_up: Callable[[], None]) -> Iterator[None]:
    """Signals end the screen in order, from before it is drawn until it is over.

    They are Python's own and not the loop's: the loop serves none while it waits for the terminal.

    Args:
        end: called on SIGTERM, SIGHUP or SIGINT; in the main thread, between any two lines.
        give_up: called ``GOODBYE_S`` after that, likewise, and again and again until it is over.
    """

    def on_end(_number: int, _frame: FrameType | None) -> None:
        signal.setitimer(signal.ITIMER_REAL, GOODBYE_S, _GIVES_UP_AGAIN_S)
        end()

    def on_alarm(_number: int, _frame: FrameType | None) -> None:
        give_up()

    def on_wake(_number: int, _frame: FrameType | None) -> None:
        """That it came is all."""

    handlers: dict[signal.Signals, _Handler] = dict.fromkeys(_ENDS, on_end)
    handlers |= {signal.SIGALRM: on_alarm, _WAKES: on_wake}
    before = {number: signal.signal(number, each) for number, each in handlers.items()}
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, each in before.items():
            signal.signal(number, each)
