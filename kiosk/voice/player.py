"""Sound out: raw PCM into ``aplay`` or ``pw-play``, a process that can be killed at any moment.

A killed player is silent within a millisecond (facts SCREEN_AND_VOICE, Speech), which no library
that plays in our own process promises. The pipe is its standard input: nothing is on disk.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
from contextlib import suppress
from functools import cache
from math import pi, sin
from threading import Lock
from typing import IO

from kiosk.ports.voice import NoPlayer, NoSoundDevice

SAMPLE_RATE = 48_000
"""Hz of all sound here: what the voice Mei was recorded at."""

_START_US = 20_000
_BUFFER_US = 300_000
_HELP_S = 5.0
_STAY = '{"node.dont-reconnect": true, "node.dont-fallback": true, "node.dont-move": true}'
"""A sink that is gone ends the sound: PipeWire would go on with it on the default one."""
_OF_PIPEWIRE = ("alsa_output.", "bluez_output.")
"""How its session manager begins the name of a sink; aplay knows none of them."""
_CLICKS = 8
_CLICK_S, _CLICK_HZ, _CLICK_HEIGHT = 0.03, 1200, 12_000


class Stopped(Exception):
    """The sound was stopped while it was being fed: no error, somebody pressed a key."""


def plays_by_pipewire(device: str | None) -> bool:
    """Whether pw-play is the player of a device: a sink by name, or anything without aplay."""
    is_sink = device is not None and device.startswith(_OF_PIPEWIRE)
    return shutil.which("pw-play") is not None and (is_sink or not shutil.which("aplay"))


def player_command(rate: int, device: str | None = None) -> tuple[str, ...]:
    """The command that plays 16-bit mono PCM from its standard input.

    Args:
        rate: Hz.
        device: name of the sound device as ALSA or PipeWire knows it; None = the default.

    Raises:
        NoPlayer: neither aplay nor pw-play is installed.
    """
    if not plays_by_pipewire(device) and (aplay := shutil.which("aplay")):
        sound = ("-q", "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", str(rate))
        # The sound starts with the first 20 ms there are, not with a full buffer.
        early = (f"--start-delay={_START_US}", f"--buffer-time={_BUFFER_US}")
        return (aplay, *sound, *early, *(("-D", device) if device else ()), "-")
    if pw_play := shutil.which("pw-play"):
        format_ = ("--format=s16", "--channels=1", f"--rate={rate}")
        help_ = _help(pw_play)
        # Standard input is always raw up to PipeWire 1.4; later versions want to be told.
        raw = ("--raw",) if b"--raw" in help_ else ()
        stay = (f"--properties={_STAY}",) if b"--properties" in help_ else ()
        target = (f"--target={device}", *stay) if device else ()
        return (pw_play, *format_, *target, *raw, "-")
    raise NoPlayer


@cache
def _help(pw_play: str) -> bytes:
    told = subprocess.run(  # noqa: S603 - the player found on PATH
        [pw_play, "--help"], capture_output=True, timeout=_HELP_S, check=False
    )
    return told.stdout + told.stderr


class Player:
    """One loudspeaker. ``stop`` may come from any thread; the rest belongs to one.

    Args:
        rate: Hz of the PCM, 16 bits, mono.
        device: as ``player_command`` takes it.
    """

    def __init__(self, rate: int, device: str | None = None) -> None:
        self._rate = rate
        self._device = device
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_stopped = False

    def turn_to(self, device: str | None) -> None:
        """Play on another device from the next player on; between two utterances only."""
        self._device = device

    def arm(self) -> None:
        """From here on a ``stop`` counts for what is played next."""
        with self._lock:
            self._is_stopped = False

    def stop(self) -> None:
        """Silence at once, and for everything up to the next ``arm``."""
        with self._lock:
            self._is_stopped = True
            if self._process:
                self._process.kill()

    @property
    def is_stopped(self) -> bool:
        """True between ``stop`` and ``arm``."""
        return self._is_stopped

    def probe(self) -> None:
        """Play 20 ms of nothing; raises as ``feed`` when that does not work."""
        self.feed(bytes(2 * self._rate // 50))
        self.drain()

    def feed(self, pcm: bytes) -> None:
        """Play on; returns when most of it has been played.

        Raises:
            Stopped: silence was asked for.
            NoSoundDevice: the player went by itself.
            NoPlayer: there is none to start.
        """
        pipe = _pipe(self._running())
        try:
            pipe.write(pcm)
            pipe.flush()
        except BrokenPipeError:
            self.drain()
            raise NoSoundDevice("the player stopped reading") from None

    def drain(self) -> None:
        """Wait until everything has been played; the next ``feed`` starts a new player.

        Raises:
            Stopped, NoSoundDevice: as ``feed``.
        """
        status = self._reaped()
        if self._is_stopped:
            raise Stopped
        if status:
            raise NoSoundDevice(f"the player ended with {status}")

    def _running(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._process is None and not self._is_stopped:
                self._process = _started(player_command(self._rate, self._device))
            process = self._process
        if self._is_stopped or process is None:
            self._reaped()
            raise Stopped
        return process

    def _reaped(self) -> int:
        """Exit status of the player, once it has played all it was given or was killed."""
        if self._process is None:
            return 0
        with suppress(BrokenPipeError):
            _pipe(self._process).close()
        status = self._process.wait()
        with self._lock:
            self._process = None
        return status


class Clicker:
    """The sound of keys, beside the speech; one click never waits for another.

    Args:
        rate: Hz.
        device: as ``player_command`` takes it.
    """

    def __init__(self, rate: int, device: str | None = None) -> None:
        self._rate = rate
        self._device = device
        self._playing: list[subprocess.Popen[bytes]] = []

    def turn_to(self, device: str | None) -> None:
        """Click on another device."""
        self._device = device

    def click(self, volume: float = 1.0) -> None:
        """Click at a volume of 0.0 to 1.0; without a sound device nothing happens."""
        self._playing = [each for each in self._playing if each.poll() is None]
        if len(self._playing) >= _CLICKS:
            return
        with suppress(NoPlayer, NoSoundDevice, BrokenPipeError):
            process = _started(player_command(self._rate, self._device))
            self._playing.append(process)
            # Less than a pipe holds: this does not wait.
            with _pipe(process) as pipe:
                pipe.write(click(self._rate, volume))


@cache
def click(rate: int, volume: float) -> bytes:
    """A short falling tone: 16-bit little-endian PCM, mono, 30 ms."""
    count = round(_CLICK_S * rate)
    heights = (
        volume * _CLICK_HEIGHT * (1 - at / count) ** 2 * sin(2 * pi * _CLICK_HZ * at / rate)
        for at in range(count)
    )
    return b"".join(struct.pack("<h", round(height)) for height in heights)


def _started(command: tuple[str, ...]) -> subprocess.Popen[bytes]:
    silent = subprocess.DEVNULL
    try:
        return subprocess.Popen(  # noqa: S603 - no shell, command of ours
            command, stdin=subprocess.PIPE, stdout=silent, stderr=silent
        )
    except OSError as fault:
        raise NoSoundDevice(f"the player cannot be started: {fault.strerror}") from fault


def _pipe(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdin is not None  # noqa: S101 - Popen was asked for a pipe
    return process.stdin
