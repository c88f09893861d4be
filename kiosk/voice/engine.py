"""The speech engine: pyttsx3 with a driver of our own. The only module that imports pyttsx3.

pyttsx3's own Linux driver leaves every utterance as a WAV in /tmp, blocks for seconds on ``stop``
and reports success without a sound device (facts SCREEN_AND_VOICE, Speech). Ours renders with Open
JTalk in memory and plays through a process that can be killed.
"""

from __future__ import annotations

import sys
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from pyttsx3.engine import Engine as Pyttsx3Engine
from pyttsx3.voice import Voice as Pyttsx3Voice

from kiosk.errors import VoiceError
from kiosk.ports.voice import VoiceBroken
from kiosk.voice.openjtalk import DICTIONARY, VOICE, OpenJTalkVoice, louder
from kiosk.voice.player import Player, Stopped
from kiosk.voice.words import sentences

DRIVER = "openjtalk"
RATE = 200
"""pyttsx3's normal rate, in its words per minute; here it means "as recorded"."""

_SLOWEST, _FASTEST = 50, 600
_LOWEST, _HIGHEST = -6.0, 6.0
_CACHE_BYTES = 24 * 1024 * 1024
_NOTHING_TO_SAY = "、"
_FIRST_BYTES = 4096


class PromptCache:
    """Sound of fixed prompts, in memory; the one heard longest ago goes first.

    Args:
        limit: bytes of PCM that are kept.
    """

    def __init__(self, limit: int = _CACHE_BYTES) -> None:
        self._limit = limit
        self._size = 0
        self._sounds: OrderedDict[tuple[object, ...], bytes] = OrderedDict()

    def __len__(self) -> int:
        return len(self._sounds)

    def get(self, key: tuple[object, ...]) -> bytes | None:
        """Sound by voice, dictionary, rate, pitch and text."""
        sound = self._sounds.get(key)
        if sound is not None:
            self._sounds.move_to_end(key)
        return sound

    def put(self, key: tuple[object, ...], sound: bytes) -> None:
        """Keep a sound, at the cost of those not heard for longest."""
        self._size += len(sound) - len(self._sounds.pop(key, b""))
        self._sounds[key] = sound
        while self._size > self._limit:
            _, oldest = self._sounds.popitem(last=False)
            self._size -= len(oldest)


class OpenJTalkDriver:
    """What pyttsx3 drives. Its properties: voice, voices, rate, volume, and three of our own.

    ``pitch``: half tones above the recorded voice. ``is_private``: the next utterances
    are rendered anew and never cached. ``prepared``: setting it renders a text into the cache.

    Args:
        proxy: pyttsx3's ``DriverProxy``.
        player: where the sound goes.
    """

    def __init__(self, proxy: Any, player: Player) -> None:  # noqa: ANN401 - pyttsx3 has no types
        self._proxy = proxy
        self._player = player
        self._voice = OpenJTalkVoice()
        self._cache = PromptCache()
        self._properties: dict[str, Any] = {
            "voice": VOICE,
            "voices": [Pyttsx3Voice(VOICE, "Mei", ["ja"], "female", "adult")],
            "rate": RATE,
            "volume": 1.0,
            "pitch": 0.0,
            "is_private": False,
            "prepared": "",
        }

    def say(self, text: str) -> None:
        """Say a text and return when it has been heard, or stopped; see pyttsx3's ``dummy``."""
        pieces = sentences(text)
        if not pieces:
            return
        self._proxy.setBusy(True)
        try:
            is_completed = self._play(pieces)
        finally:
            self._proxy.setBusy(False)
        self._proxy.notify("finished-utterance", completed=is_completed)

    def stop(self) -> None:
        """Silence at once, from any thread."""
        self._player.stop()

    def getProperty(self, name: str) -> Any:  # noqa: N802, ANN401 - pyttsx3's name and type
        """Value of a property; KeyError when there is no such property."""
        return self._properties[name]

    def setProperty(self, name: str, value: Any) -> None:  # noqa: N802, ANN401 - as getProperty
        """Set a property; out of range is brought into range. KeyError when it is unknown."""
        if name not in self._properties:
            raise KeyError(name)
        if name == "prepared":
            for piece in sentences(value):
                deque(self._sound(piece), maxlen=0)
        elif name == "rate":
            self._properties[name] = min(max(int(value), _SLOWEST), _FASTEST)
        elif name == "pitch":
            self._properties[name] = min(max(float(value), _LOWEST), _HIGHEST)
        elif name == "volume":
            self._properties[name] = min(max(float(value), 0.0), 1.0)
        else:
            self._properties[name] = value

    def startLoop(self) -> None:  # noqa: N802 - pyttsx3's name
        """``say`` plays to the end by itself: there is nothing to wait for."""
        self._proxy.setBusy(False)

    def endLoop(self) -> None:  # noqa: N802 - pyttsx3's name
        """See ``startLoop``."""

    def iterate(self) -> Any:  # noqa: ANN401 - a generator of nothing, as pyttsx3 wants it
        """See ``startLoop``."""
        self._proxy.setBusy(False)
        yield

    def destroy(self) -> None:
        """The engine goes."""
        self._player.stop()

    def _play(self, pieces: tuple[str, ...]) -> bool:
        """True when all was heard. What comes next is rendered while the part before plays."""
        try:
            is_first = True
            for sound in (part for piece in pieces for part in self._sound(piece)):
                loud = louder(sound, self._properties["volume"])
                self._player.feed(loud[:_FIRST_BYTES])
                if is_first:
                    self._proxy.notify("started-utterance")
                    is_first = False
                self._player.feed(loud[_FIRST_BYTES:])
            self._player.drain()
        except Stopped:
            return False
        return True

    def _sound(self, piece: str) -> Iterator[bytes]:
        """Sound of a piece, part by part; from the cache, whole."""
        rate, pitch = self._properties["rate"], self._properties["pitch"]
        if self._properties["is_private"]:
            yield from self._voice.rendered(piece, rate / RATE, pitch)
            return
        key = (self._properties["voice"], DICTIONARY, rate, pitch, piece)
        sound = self._cache.get(key)
        if sound is not None:
            yield sound
            return
        made = []
        for part in self._voice.rendered(piece, rate / RATE, pitch):
            made.append(part)
            yield part
        self._cache.put(key, b"".join(made))


class Engine:
    """pyttsx3 as the speech process uses it. ``stop`` may come from any thread.

    Args:
        player: where the sound goes.
        on_sound: called with the number of an utterance when its first sound is on its way.
    """

    def __init__(self, player: Player, on_sound: Callable[[int], None]) -> None:
        self._player = player
        self._fault: Exception | None = None
        self._is_completed = False
        driver = ModuleType(f"pyttsx3.drivers.{DRIVER}")
        driver.buildDriver = lambda proxy: OpenJTalkDriver(proxy, player)  # type: ignore[attr-defined]
        sys.modules[driver.__name__] = driver
        # pyttsx3.init would hand out an older engine of the same driver, with its player.
        self._engine: Any = Pyttsx3Engine(DRIVER)
        self._engine.connect("started-utterance", lambda name: on_sound(int(name)))
        self._engine.connect("finished-utterance", self._note_finished)
        self._engine.connect("error", self._note_fault)
        self._engine.startLoop(useDriverLoop=False)
        self._engine.iterate()

    def arm(self) -> None:
        """From here on a ``stop`` counts for the next ``say``."""
        self._player.arm()

    def stop(self) -> None:
        """Silence at once."""
        self._player.stop()

    def say(self, number: int, text: str, *, is_private: bool) -> bool:
        """Say a text and return when it is over: True when it was heard to its end.

        Raises:
            NoSoundDevice: nothing is heard any more.
            VoiceBroken: this text cannot be said.
        """
        self._fault, self._is_completed = None, False
        self._engine.setProperty("is_private", is_private)
        self._engine.say(text, str(number))
        # pyttsx3 keeps the last text it was given.
        self._engine.say(_NOTHING_TO_SAY, str(number))
        if isinstance(self._fault, VoiceError):
            raise self._fault
        if self._fault is not None:
            raise VoiceBroken(type(self._fault).__name__)
        return self._is_completed

    def prepare(self, text: str) -> None:
        """Render a fixed prompt ahead."""
        self._engine.setProperty("is_private", False)  # noqa: FBT003 - pyttsx3's signature
        self._engine.setProperty("prepared", text)

    def tune(self, speed: float, volume: float, pitch: float = 0.0) -> None:
        """Speed (1.0 = as recorded), volume (0.0 to 1.0) and pitch of what comes next."""
        self._engine.setProperty("pitch", pitch)
        self._engine.setProperty("rate", round(speed * RATE))
        self._engine.setProperty("volume", volume)

    def _note_finished(self, name: str, *, completed: bool) -> None:
        del name
        self._is_completed = completed

    def _note_fault(self, name: str, exception: Exception) -> None:
        del name
        self._fault = exception
