"""The speech engine: pyttsx3 with a driver of our own. The only module that imports pyttsx3.

pyttsx3's own Linux driver leaves every utterance as a WAV in /tmp, blocks for seconds on ``stop``
and reports success without a sound device (facts SCREEN_AND_VOICE, Speech). Ours renders with Open
JTalk in memory and plays through a process that can be killed.
"""

from __future__ import annotations

import sys
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from time import monotonic
from types import ModuleType
from typing import Any

from pyttsx3.engine import Engine as Pyttsx3Engine
from pyttsx3.voice import Voice as Pyttsx3Voice

from kiosk.errors import VoiceError
from kiosk.ports.voice import Earcon, Spoken, VoiceBroken
from kiosk.voice.earcons import sound_of
from kiosk.voice.pcm import louder
from kiosk.voice.player import SAMPLE_RATE, Player, Stopped
from kiosk.voice.voices import Voices
from kiosk.voice.words import sentences

DRIVER = "openjtalk"
RATE = 200
"""pyttsx3's normal rate, in its words per minute; here it means "as recorded"."""

_SLOWEST, _FASTEST = 50, 600
_LOWEST, _HIGHEST = -6.0, 6.0
_CACHE_BYTES = 24 * 1024 * 1024
_NOTHING_TO_SAY = "、"
_FIRST_BYTES = 4096
_UNHEARD_S = 1.0
"""How far what is heard may lag behind what was handed to the player: its pipe and its buffer."""


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
        """Sound by voice with its dictionary, rate, pitch and text."""
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
    """What pyttsx3 drives. Its properties: voice, voices, rate, volume, and five of our own.

    ``pitch``: half tones above the recorded voice. ``is_private``: the next utterances
    are rendered anew and never cached. ``prepared``: setting it renders a text into the cache.
    ``earcon``: sounds before the next words. ``start``: the sentence the next one begins with.

    Args:
        proxy: pyttsx3's ``DriverProxy``.
        player: where the sound goes.
    """

    def __init__(self, proxy: Any, player: Player) -> None:  # noqa: ANN401 - pyttsx3 has no types
        self._proxy = proxy
        self._player = player
        self._voices = Voices()
        self._begun: list[tuple[float, int]] = []
        self._cache = PromptCache()
        self._properties: dict[str, Any] = {
            "voice": self._voices.name,
            "voices": [Pyttsx3Voice(self._voices.name, "Mei", ["ja"], "female", "adult")],
            "rate": RATE,
            "volume": 1.0,
            "pitch": 0.0,
            "is_private": False,
            "prepared": "",
            "earcon": None,
            "start": 0,
        }

    def say(self, text: str) -> None:
        """Say a text and return when it has been heard, or stopped; see pyttsx3's ``dummy``."""
        pieces = sentences(text)
        if not (pieces or self._properties["earcon"]):
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
            for sound in self._sounds(pieces):
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

    def _sounds(self, pieces: tuple[str, ...]) -> Iterator[bytes]:
        earcon: Earcon | None = self._properties["earcon"]
        start: int = self._properties["start"]
        self._begun = [(0.0, start)]
        if earcon and not start:
            yield sound_of(earcon, SAMPLE_RATE)
        for place, piece in enumerate(pieces[start:], start):
            self._begun.append((monotonic(), place))
            yield from self._sound(piece)

    @property
    def place(self) -> int:
        """The sentence that is being heard, or the one before it; from any thread."""
        heard_until = monotonic() - _UNHEARD_S
        return max((place for at, place in self._begun if at <= heard_until), default=0)

    def _sound(self, piece: str) -> Iterator[bytes]:
        """Sound of a piece, part by part; from the cache, whole."""
        rate, pitch = self._properties["rate"], self._properties["pitch"]
        if self._properties["is_private"]:
            yield from self._voices.rendered(piece, rate / RATE, pitch)
            return
        key = (self._properties["voice"], rate, pitch, piece)
        sound = self._cache.get(key)
        if sound is not None:
            yield sound
            return
        made = []
        for part in self._voices.rendered(piece, rate / RATE, pitch):
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
        self._drivers: list[OpenJTalkDriver] = []
        driver = ModuleType(f"pyttsx3.drivers.{DRIVER}")
        driver.buildDriver = self._build  # type: ignore[attr-defined]
        sys.modules[driver.__name__] = driver
        # pyttsx3.init would hand out an older engine of the same driver, with its player.
        self._engine: Any = Pyttsx3Engine(DRIVER)
        self._engine.connect("started-utterance", lambda name: on_sound(int(name)))
        self._engine.connect("finished-utterance", self._note_finished)
        self._engine.connect("error", self._note_fault)
        self._engine.startLoop(useDriverLoop=False)
        self._engine.iterate()

    def _build(self, proxy: Any) -> OpenJTalkDriver:  # noqa: ANN401 - pyttsx3 has no types
        self._drivers.append(OpenJTalkDriver(proxy, self._player))
        return self._drivers[-1]

    @property
    def place(self) -> int:
        """The sentence that is being heard, for a pause; from any thread."""
        return self._drivers[-1].place

    def arm(self) -> None:
        """From here on a ``stop`` counts for the next ``say``."""
        self._player.arm()

    def stop(self) -> None:
        """Silence at once."""
        self._player.stop()

    def say(self, number: int, spoken: Spoken, start: int = 0) -> bool:
        """Say an utterance and return when it is over: True when it was heard to its end.

        Args:
            number: of the utterance.
            spoken: its words, and the sound before them.
            start: the sentence it begins with.

        Raises:
            NoSoundDevice: nothing is heard any more.
            VoiceBroken: this text cannot be said.
        """
        self._fault, self._is_completed = None, False
        self._engine.setProperty("is_private", spoken.is_private)
        self._engine.setProperty("earcon", spoken.earcon)
        self._engine.setProperty("start", start)
        self._engine.say(spoken.text_heard or _NOTHING_TO_SAY, str(number))
        # pyttsx3 keeps the last text it was given.
        self._engine.setProperty("earcon", None)
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
