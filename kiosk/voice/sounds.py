"""Loudspeaker and headphones, and whether they are heard."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from time import monotonic

from kiosk.errors import VoiceError
from kiosk.ports.voice import (
    Devices,
    Happening,
    NoHeadphones,
    NoPlayer,
    NoSoundDevice,
    Output,
    VoiceEvent,
)
from kiosk.voice.jack import JackWatch, jack_of
from kiosk.voice.player import Clicker, Player, Stopped
from kiosk.voice.transcript import Listener


class Sound:
    """Whether a device is heard: says once that it is not, and tries again now and then.

    Args:
        player: where the sound goes, turned to the device of whoever speaks.
        tell: where events go.
        retry_s: how long silence is taken for granted before the device is tried again.
        device: None = the default.
        code: of the fault; "" = as the player names it.
    """

    def __init__(
        self,
        player: Player,
        tell: Listener,
        retry_s: float,
        *,
        device: str | None = None,
        code: str = "",
    ) -> None:
        self._player = player
        self._tell = tell
        self._retry_s = retry_s
        self._device = device
        self._code = code
        self._silent_until: float | None = None

    @property
    def is_lost(self) -> bool:
        """Nothing was heard when it was last tried."""
        return self._silent_until is not None

    def turn_to(self, device: str | None) -> None:
        """Another device from now on; one that was not heard is no reason to doubt the next."""
        if device != self._device:
            self._device = device
            self._silent_until = self._silent_until and 0.0

    def is_heard(self) -> bool:
        """Take the player: True when it is heard, as far as is known; tries when it is time to."""
        self._player.turn_to(self._device)
        if self._silent_until is None:
            return True
        return monotonic() >= self._silent_until and self.try_out()

    def try_out(self) -> bool:
        """Play a moment of nothing: True when that works."""
        self._player.turn_to(self._device)
        try:
            self._player.probe()
        except (NoSoundDevice, NoPlayer) as fault:
            self.lose(fault)
            return False
        except Stopped:
            return self._silent_until is None
        if self._silent_until is not None:
            self._silent_until = None
            self._tell(VoiceEvent(Happening.SOUND_BACK, code=self._code))
        return True

    def lose(self, fault: VoiceError) -> None:
        """There is no sound; told when it is new."""
        if self._silent_until is None:
            self._tell(VoiceEvent(Happening.FAULT, code=self._code or fault.code))
        self._silent_until = monotonic() + self._retry_s


class Sounds:
    """The outputs of this box: the loudspeaker, the clicks beside it, and headphones if any.

    Args:
        player: one for all, for one utterance is said at a time.
        clicker: the sound of keys, on the loudspeaker.
        tell: where events go.
        retry_s: as ``Sound``.

    Attributes:
        unplugged: called, from another thread, when the headphones were pulled out.
    """

    def __init__(self, player: Player, clicker: Clicker, tell: Listener, retry_s: float) -> None:
        self._clicker = clicker
        self._tell = tell
        self._loudspeaker = Sound(player, tell, retry_s)
        self._headphones = Sound(player, tell, retry_s, code=NoHeadphones.code)
        self._device = ""
        self._is_out = False
        self._watch: JackWatch | None = None
        self.unplugged: Callable[[], None] = lambda: None

    def route(self, devices: Devices) -> None:
        """Which devices play what comes next."""
        self._loudspeaker.turn_to(devices.loudspeaker or None)
        self._clicker.turn_to(devices.loudspeaker or None)
        self._headphones.turn_to(devices.headphones or None)
        if devices.headphones != self._device:
            self._device = devices.headphones
            self._watch_jack()

    def of(self, output: Output) -> Sound | None:
        """An output; None where there is none: then nothing may be heard anywhere else."""
        if output is Output.LOUDSPEAKER:
            return self._loudspeaker
        return self._headphones if self._device and not self._is_out else None

    def try_out(self) -> None:
        """Find out early whether the loudspeaker is heard."""
        self._loudspeaker.try_out()

    def tick(self, volume: float) -> None:
        """The sound of a key, at once and beside the speech; none where nothing is heard."""
        if not self._loudspeaker.is_lost:
            self._clicker.click(volume)

    def close(self) -> None:
        """Follow the headphones' socket no longer."""
        if self._watch:
            self._watch.close()
        self._watch = None

    def _watch_jack(self) -> None:
        self.close()
        self._is_out = False
        jack = jack_of(self._device)
        # Where it cannot be followed, only the device itself tells that it is gone.
        with suppress(OSError):
            self._watch = JackWatch(jack, self._plugged) if jack else None

    def _plugged(self, is_in: bool) -> None:  # noqa: FBT001 - as ``JackWatch`` calls it
        was_out, self._is_out = self._is_out, not is_in
        if not is_in:
            self.unplugged()
            self._tell(VoiceEvent(Happening.FAULT, code=NoHeadphones.code))
        elif was_out:
            self._tell(VoiceEvent(Happening.SOUND_BACK, code=NoHeadphones.code))
