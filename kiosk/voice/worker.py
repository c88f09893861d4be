"""The speech process: commands on standard input, events on standard output, sound between.

``python -m kiosk.voice.worker``, started by ``kiosk.voice.client``; the lines are in ``wire``. It
goes when its standard input ends, so it never outlives its front. Nothing that is said reaches a
log or a file: the libraries' own output goes nowhere, there are no core dumps, and the transcript
of tests hides private words.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
from collections import deque
from collections.abc import Sequence
from ctypes import CDLL
from gc import collect
from pathlib import Path
from threading import Condition, Lock, Thread
from typing import TYPE_CHECKING, BinaryIO

from kiosk.ports.voice import (
    Happening,
    NoPlayer,
    NoSoundDevice,
    Output,
    VoiceBroken,
    VoiceEvent,
    VoiceSupportMissing,
)
from kiosk.voice.player import SAMPLE_RATE, Clicker, Player
from kiosk.voice.queue import Entry, SpeechQueue
from kiosk.voice.sounds import Sound, Sounds
from kiosk.voice.transcript import Listener, Transcript
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
    command_of,
    event_line,
)

if TYPE_CHECKING:
    from kiosk.voice.engine import Engine

MISSING, BUG = 3, 70
"""Exit statuses: the voice extra is missing, a bug."""

_RETRY_S = 10.0
_GOODBYE_S = 2.0


class SpeechProcess:
    """Two threads: one obeys commands, the other speaks.

    Args:
        engine: says what has its turn.
        sounds: know whether it is heard.
        tell: where events go.
        transcript: of tests; None = none.
    """

    def __init__(
        self,
        engine: Engine,
        sounds: Sounds,
        tell: Listener,
        transcript: Transcript | None,
    ) -> None:
        self._engine = engine
        self._sounds = sounds
        self._tell = tell
        self._transcript = transcript
        self._changed = Condition()
        self._queue = SpeechQueue()
        self._tuning = Tune()
        self._to_prepare: deque[str] = deque()
        self._is_leaving = False
        sounds.unplugged = self._stop_headphones

    def obey(self, command: Command) -> None:
        """Carry out one command; returns at once."""
        match command:
            case Say(number=number, spoken=spoken):
                self._add(Entry(number, spoken))
            case Hush():
                self._hush()
            case Pause():
                self._pause()
            case Resume():
                with self._changed:
                    self._queue = self._queue.resume()
                    self._changed.notify()
            case Tick():
                self._sounds.tick(self._tuning.volume)
            case Route(devices=devices):
                self._sounds.route(devices)
            case Tune():
                self._tuning = command
            case Prepare(texts=texts):
                with self._changed:
                    self._to_prepare.extend(texts)
                    self._changed.notify()

    def leave(self) -> None:
        """Be silent and let ``speak`` return."""
        self._sounds.close()
        with self._changed:
            self._queue, _ = self._queue.hush()
            self._engine.stop()
            self._is_leaving = True
            self._changed.notify()

    def speak(self) -> None:
        """Say what has its turn, until ``leave``; render prompts ahead meanwhile."""
        while True:
            entry, text = self._next()
            if entry is not None:
                self._say(entry)
            elif text is not None:
                self._engine.prepare(text)
            else:
                return

    def _stop_headphones(self) -> None:
        """They were pulled out: not a word more of what was for them alone."""
        with self._changed:
            playing = self._queue.playing
            if playing and playing.spoken.output is Output.HEADPHONES:
                self._engine.stop()

    def _add(self, entry: Entry) -> None:
        with self._changed:
            playing = self._queue.playing
            self._queue, dropped = self._queue.add(entry)
            if playing in dropped:
                self._engine.stop()
            self._changed.notify()
        if dropped:
            self._tell(VoiceEvent(Happening.HUSHED, _numbers(dropped)))

    def _hush(self) -> None:
        with self._changed:
            self._queue, dropped = self._queue.hush()
            self._engine.stop()
        self._tell(VoiceEvent(Happening.HUSHED, _numbers(dropped)))

    def _pause(self) -> None:
        with self._changed:
            self._queue = self._queue.pause(self._engine.place)
            self._engine.stop()

    def _next(self) -> tuple[Entry | None, str | None]:
        """What to do next: an utterance, else a prompt to prepare; neither = go."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._queue.has_turn or self._to_prepare or self._is_leaving
            )
            if self._is_leaving:
                return None, None
            self._queue = self._queue.take()
            if self._queue.playing:
                self._engine.arm()
                return self._queue.playing, None
            return None, self._to_prepare.popleft()

    def _say(self, entry: Entry) -> None:
        if self._transcript:
            self._transcript.write(entry.spoken)
        sound = self._sounds.of(entry.spoken.output)
        is_heard = sound is not None and sound.is_heard() and self._heard(entry, sound)
        with self._changed:
            is_over = self._queue.playing == entry
            self._queue = self._queue.finish(entry.number)
        if is_over:
            kind = Happening.FINISHED if is_heard else Happening.SILENT
            self._tell(VoiceEvent(kind, (entry.number,)))

    def _heard(self, entry: Entry, sound: Sound) -> bool:
        self._engine.tune(self._tuning.speed, self._tuning.volume, self._tuning.pitch)
        try:
            return self._engine.say(entry.number, entry.spoken, entry.start)
        except VoiceBroken as fault:
            self._tell(VoiceEvent(Happening.FAULT, (entry.number,), fault.code))
        except (NoSoundDevice, NoPlayer) as fault:
            sound.lose(fault)
        return False


def _numbers(entries: Sequence[Entry]) -> tuple[int, ...]:
    return tuple(entry.number for entry in entries)


class _Teller:
    """Writes events, from either thread, whole line by whole line."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = Lock()

    def __call__(self, event: VoiceEvent) -> None:
        try:
            with self._lock:
                self._stream.write(event_line(event))
                self._stream.flush()
        except BrokenPipeError:
            # The front is gone; the end of standard input says so as well.
            return


def _own_stdout() -> BinaryIO:
    """Standard output for events alone; whatever libraries print there or on stderr is lost."""
    events = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    return events


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="kiosk.voice.worker", description=__doc__)
    parser.add_argument("--transcript", type=Path, help="file of what was said; for tests")
    parser.add_argument("--transcript-private", action="store_true", help="private words as well")
    parser.add_argument("--retry", type=float, default=_RETRY_S, help="seconds between two tries")
    return parser.parse_args(arguments)


def _engine(player: Player, tell: Listener) -> Engine:
    # One thread renders: a pool of numpy's would only take memory.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from kiosk.voice.engine import Engine  # noqa: PLC0415 - an optional extra
    except ImportError as fault:
        raise VoiceSupportMissing(str(fault.name)) from fault
    engine = Engine(player, lambda number: tell(VoiceEvent(Happening.STARTED, (number,))))
    _give_back_memory()
    return engine


def _give_back_memory() -> None:
    """Loading the dictionaries' tables leaves 16 MB that glibc would keep."""
    collect()
    trim = getattr(CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _speak_or_die(process: SpeechProcess, tell: Listener) -> None:
    try:
        process.speak()
    except Exception:  # noqa: BLE001 - the one handler at the top of this door
        # No message and no trace: either could hold what was to be said.
        tell(VoiceEvent(Happening.FAULT, code=VoiceBroken.code))
        os._exit(BUG)


def _obey_all(process: SpeechProcess, tell: Listener) -> None:
    for line in sys.stdin.buffer:
        try:
            process.obey(command_of(line))
        except BadLine:
            tell(VoiceEvent(Happening.FAULT, code=VoiceBroken.code))


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve one front until its end of the pipe closes; gives the exit status."""
    options = _options(arguments)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    tell = _Teller(_own_stdout())
    player = Player(SAMPLE_RATE)
    clicker = Clicker(SAMPLE_RATE)
    sounds = Sounds(player, clicker, tell, options.retry)
    sounds.try_out()
    try:
        engine = _engine(player, tell)
    except VoiceSupportMissing as fault:
        tell(VoiceEvent(Happening.FAULT, code=fault.code))
        return MISSING
    path = options.transcript
    transcript = Transcript(path, options.transcript_private) if path else None
    process = SpeechProcess(engine, sounds, tell, transcript)
    speaking = Thread(target=_speak_or_die, args=(process, tell), daemon=True)
    speaking.start()
    tell(VoiceEvent(Happening.READY))
    _obey_all(process, tell)
    process.leave()
    speaking.join(_GOODBYE_S)
    return 0


if __name__ == "__main__":
    sys.exit(main())
