"""The front's side of the voice: starts the speech process and keeps it alive.

``say`` and ``hush`` write one line into a pipe and return; they neither block nor raise. One thread
of the client's own, the keeper, reads the events. A process that dies, or does not answer in time,
is killed with its players and started again, a few times; what it had not said to its end is said
again, once. When all that fails, or the voice extra is missing, the voice has said so once and is
silent from then on.
"""

from __future__ import annotations

import os
import select
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock, Thread, current_thread
from time import monotonic

from kiosk.errors import KioskError, VoiceError
from kiosk.ports.voice import (
    Devices,
    Happening,
    NoPlayer,
    NoSoundDevice,
    Spoken,
    Urgency,
    VoiceBroken,
    VoiceEvent,
    VoiceSupportMissing,
)
from kiosk.voice.process import SpeechWorker, worker_command
from kiosk.voice.transcript import Listener, Transcript, ignore
from kiosk.voice.wire import (
    BadLine,
    Command,
    Hush,
    Pause,
    Prepare,
    Resume,
    Route,
    Say,
    Tick,
    Tune,
    command_line,
    event_of,
)

_OVER = frozenset({Happening.FINISHED, Happening.SILENT, Happening.HUSHED})
_NO_SOUND = frozenset({NoSoundDevice.code, NoPlayer.code})
_TRIES = 2


@dataclass(frozen=True, slots=True)
class Patience:
    """When the speech process counts as hung, and how often it is started again. Seconds.

    Args:
        load_s: from its start until it is ready.
        hush_s: until it has answered a ``hush``.
        sound_s: with something to say, but without a word from it; longer than any utterance.
        goodbye_s: until it has gone by itself on ``close``.
        restarts: within ``within_s``; one more is given up.
        within_s: see ``restarts``.
    """

    load_s: float = 60.0
    hush_s: float = 2.0
    sound_s: float = 90.0
    goodbye_s: float = 1.0
    restarts: int = 3
    within_s: float = 300.0


@dataclass(slots=True)
class _Pending:
    """An utterance not finished yet, and how often it was handed over."""

    spoken: Spoken = field(repr=False)
    tries: int = 0


class VoiceClient:
    """The voice of one front: a ``Voice`` that is heard.

    Args:
        on_event: told everything, from the keeper's thread; it must not block.
        transcript: what is said goes to a file as well; for tests.
        patience: when the speech process counts as hung.
        command: what is started; None = the worker of this package.
    """

    def __init__(
        self,
        on_event: Listener = ignore,
        *,
        transcript: Transcript | None = None,
        patience: Patience | None = None,
        command: Sequence[str] | None = None,
    ) -> None:
        self._on_event = on_event
        self._patience = patience or Patience()
        self._command = tuple(command or worker_command(transcript))
        self._lock = Lock()
        self._worker: SpeechWorker | None = None
        self._is_closed = self._is_over = self._is_ready = self._is_paused = False
        self._count = 0
        self._pending: dict[int, _Pending] = {}
        self._devices = Devices()
        self._tuning = Tune()
        self._prompts: tuple[str, ...] = ()
        self._hushed_at: float | None = None
        self._lively_at = monotonic()
        self._starts: deque[float] = deque()
        self._faults: set[str] = set()
        self._old_faults: set[str] = set()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._keeper = Thread(target=self._keep, name="voice", daemon=True)
        self._keeper.start()

    @property
    def fault(self) -> VoiceError | None:
        """What is wrong with the voice; None = nothing that is known."""
        codes = sorted(self._faults | self._old_faults, reverse=True)
        kinds = (KioskError.by_code[code] for code in codes)
        return next((kind() for kind in kinds if issubclass(kind, VoiceError)), None)

    @property
    def process_id(self) -> int | None:
        """Of the speech process; None while there is none."""
        worker = self._worker
        return worker.process_id if worker else None

    def say(self, spoken: Spoken) -> int:
        """Hand an utterance over; its number, counted from 1."""
        with self._lock:
            self._count += 1
            if not (self._is_closed or self._is_over):
                if not self._pending:
                    self._lively_at = monotonic()
                if spoken.urgency is Urgency.NOW:
                    self._is_paused = False
                self._pending[self._count] = _Pending(spoken)
                self._hand_over(self._count)
                self._nudge()
            return self._count

    def hush(self) -> None:
        """Stop the sound at once and forget everything that waits."""
        with self._lock:
            self._pending.clear()
            self._is_paused = False
            if self._worker:
                self._hushed_at = self._hushed_at or monotonic()
                self._send(Hush())
                self._nudge()

    def pause(self) -> None:
        """Stop the sound at once and keep what there is to say; ``hush`` and NOW end it too."""
        with self._lock:
            self._is_paused = True
            self._send(Pause())
            self._nudge()

    def resume(self) -> None:
        """Go on with the sentence that was cut off."""
        with self._lock:
            self._is_paused = False
            self._lively_at = monotonic()
            self._send(Resume())
            self._nudge()

    def tick(self) -> None:
        """The sound of a digit that was taken; nothing is said of which."""
        with self._lock:
            self._send(Tick())

    def route(self, devices: Devices) -> None:
        """Which devices play what comes next."""
        with self._lock:
            self._devices = devices
            self._send(Route(devices))

    def tune(self, *, speed: float = 1.0, volume: float = 1.0, pitch: float = 0.0) -> None:
        """How what comes next is said.

        Args:
            speed: 0.25 to 3.0; 1.0 = as recorded.
            volume: 0.0 to 1.0.
            pitch: -6.0 to 6.0 half tones; 0.0 = as recorded.
        """
        with self._lock:
            self._tuning = Tune(speed, volume, pitch)
            self._send(self._tuning)

    def prepare(self, texts: Sequence[str]) -> None:
        """Have fixed prompts rendered while there is nothing to say; never anything private."""
        with self._lock:
            self._prompts += tuple(texts)
            self._send(Prepare(tuple(texts)))

    def close(self) -> None:
        """Hush and let the speech process go; it is killed when it takes too long."""
        with self._lock:
            self._is_closed = True
            self._pending.clear()
            if self._worker:
                self._worker.let_go()
                self._lively_at = monotonic()
            self._nudge()
        if current_thread() is not self._keeper:
            self._keeper.join(2 * self._patience.goodbye_s)

    # The lock is held from here on.

    def _hand_over(self, number: int) -> None:
        pending = self._pending[number]
        if self._worker:
            pending.tries += 1
            self._send(Say(number, pending.spoken))

    def _send(self, command: Command) -> None:
        if self._worker:
            self._worker.write(command_line(command))

    def _nudge(self) -> None:
        """The keeper looks at its deadlines anew."""
        if not self._is_over:
            os.eventfd_write(self._wake, 1)

    def _send_all_again(self) -> tuple[int, ...]:
        """Everything a fresh process must know; the numbers that were given up."""
        self._is_ready, self._hushed_at, self._lively_at = False, None, monotonic()
        if self._devices != Devices():
            self._send(Route(self._devices))
        if self._tuning != Tune():
            self._send(self._tuning)
        if self._is_paused:
            self._send(Pause())
        given_up = [number for number, each in self._pending.items() if each.tries >= _TRIES]
        for number in given_up:
            del self._pending[number]
        for number in list(self._pending):
            self._hand_over(number)
        if self._prompts:
            self._send(Prepare(self._prompts))
        return tuple(given_up)

    def _deadline(self) -> float | None:
        """When the process counts as hung; None = it owes nothing."""
        patience = self._patience
        if self._is_closed and self._worker:
            # Once more than once does no harm, and a process may have started after ``close``.
            self._worker.let_go()
            return self._lively_at + patience.goodbye_s
        if not self._is_ready:
            return self._lively_at + patience.load_s
        owed = [self._hushed_at + patience.hush_s] if self._hushed_at else []
        if self._pending and not self._is_paused:
            owed.append(self._lively_at + patience.sound_s)
        return min(owed, default=None)

    # The keeper's thread, without the lock, from here on.

    def _keep(self) -> None:
        while worker := self._start():
            self._listen(worker)
            with self._lock:
                self._worker = None
            worker.bury()
            if VoiceSupportMissing.code in self._faults:
                break
        with self._lock:
            self._is_over = True
            unsaid = tuple(self._pending)
            self._pending.clear()
            os.close(self._wake)
        if unsaid:
            self._on_event(VoiceEvent(Happening.SILENT, unsaid))

    def _start(self) -> SpeechWorker | None:
        """A new speech process; None when there is to be no more."""
        if self._is_closed:
            return None
        try:
            worker = SpeechWorker(self._command) if self._may_start() else None
        except OSError:
            worker = None
        if worker is None:
            self._blame(VoiceBroken.code)
            return None
        with self._lock:
            self._worker = worker
            self._old_faults |= self._faults
            self._faults = set()
            given_up = self._send_all_again()
        if given_up:
            self._on_event(VoiceEvent(Happening.SILENT, given_up))
        return worker

    def _may_start(self) -> bool:
        now = monotonic()
        while self._starts and self._starts[0] < now - self._patience.within_s:
            self._starts.popleft()
        self._starts.append(now)
        return len(self._starts) <= 1 + self._patience.restarts

    def _listen(self, worker: SpeechWorker) -> None:
        """Hand on events until the process has gone, or is killed for hanging."""
        poll = select.poll()
        poll.register(worker.events_fd, select.POLLIN)
        poll.register(self._wake, select.POLLIN)
        while True:
            with self._lock:
                deadline = self._deadline()
            left = None if deadline is None else max(deadline - monotonic(), 0.0)
            ready = {fd for fd, _ in poll.poll(None if left is None else 1000 * left)}
            if self._wake in ready:
                os.eventfd_read(self._wake)
            if worker.events_fd in ready:
                lines = worker.lines()
                if lines is None:
                    return
                self._take_in(lines)
            elif not ready and left is not None:
                return

    def _take_in(self, lines: Sequence[bytes]) -> None:
        for line in lines:
            try:
                event = event_of(line)
            except BadLine:
                continue
            if self._note(event):
                self._on_event(event)

    def _note(self, event: VoiceEvent) -> bool:
        """Keep the books; True when the event is news to the front."""
        with self._lock:
            self._lively_at = monotonic()
            if event.kind in _OVER:
                for number in event.utterances:
                    self._pending.pop(number, None)
        match event.kind:
            case Happening.HUSHED:
                self._hushed_at = None
            case Happening.READY:
                self._become_ready()
            case Happening.SOUND_BACK:
                mended = {event.code} if event.code else _NO_SOUND
                self._faults -= mended
                self._old_faults -= mended
            case Happening.FAULT:
                self._blame(event.code)
                return False
            case _:
                pass
        return True

    def _become_ready(self) -> None:
        """What an earlier process complained of, and this one does not, is mended."""
        self._is_ready = True
        self._hushed_at = self._hushed_at and monotonic()
        mended, self._old_faults = self._old_faults - self._faults, set()
        if mended & _NO_SOUND:
            self._on_event(VoiceEvent(Happening.SOUND_BACK))

    def _blame(self, code: str) -> None:
        is_new = code not in self._faults | self._old_faults
        self._faults.add(code)
        if is_new:
            self._on_event(VoiceEvent(Happening.FAULT, code=code))
