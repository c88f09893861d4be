"""A front before a scripted core, and a voice that writes down."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.desk.client import SocketLink
from kiosk.desk.leading import Lead
from kiosk.desk.link import Link
from kiosk.desk.messages import VERSION, Hello, Message
from kiosk.domain.visit import Effect
from kiosk.pages.front import Front
from kiosk.pages.keys import Press, press_of
from kiosk.pages.page import Kind
from kiosk.pages.technician import TechnicianFront
from kiosk.phrasebook import Utterance
from kiosk.ports.voice import Devices, Earcon, Output, Urgency, VoiceEvent
from tests.support.screen_script import ScriptedCore

PATIENCE_S = 30.0


@dataclass(frozen=True)
class Heard:
    """One utterance as the voice got it."""

    text: str
    urgency: Urgency
    is_private: bool


@dataclass
class WrittenVoice:
    """``Speaker`` that writes down; "hush", "pause", "resume" and "tick" stand in ``log``."""

    log: list[Heard | str] = field(default_factory=list)
    private: Output | None = None
    chimes: list[tuple[Earcon, Urgency, bool]] = field(default_factory=list)
    devices: Devices = field(default_factory=Devices)
    has_voice: bool = True
    tuned: tuple[float, float, float] = (1.0, 1.0, 0.0)

    def say(self, heard: str, urgency: Urgency, is_private: bool) -> None:  # noqa: FBT001 - the socket
        self.log.append(Heard(heard, urgency, is_private))

    def chime(self, earcon: Earcon, urgency: Urgency, is_private: bool) -> None:  # noqa: FBT001 - the socket
        self.chimes.append((earcon, urgency, is_private))

    def hush(self) -> None:
        self.log.append("hush")

    def pause(self) -> None:
        self.log.append("pause")

    def resume(self) -> None:
        self.log.append("resume")

    def tick(self) -> None:
        self.log.append("tick")

    def route(self, devices: Devices) -> None:
        self.devices = devices

    def private_to(self, output: Output | None) -> None:
        self.private = output

    def tune(self, *, speed: float, volume: float, pitch: float) -> None:
        self.tuned = (speed, volume, pitch)

    def heed(self, listener: Callable[[VoiceEvent], None]) -> None:
        del listener  # the tests tell the front themselves

    @property
    def heard(self) -> list[Heard]:
        return [each for each in self.log if isinstance(each, Heard)]

    @property
    def audible(self) -> list[str]:
        """What is heard: private words only where there is a place for them."""
        return [each.text for each in self.heard if self.private or not each.is_private]

    @property
    def said(self) -> list[str]:
        """The transcript; private utterances under 〔私〕."""
        return [f"〔私〕{each.text}" if each.is_private else each.text for each in self.heard]

    def news(self) -> list[str]:
        """The transcript since the last call."""
        said = self.said
        self.log.clear()
        return said


@dataclass
class Clock:
    """Seconds that go on when told to."""

    at_s: float = 1000.0

    def __call__(self) -> float:
        return self.at_s


_KEYS = {"決": "enter", "戻": "minus", "再": "asterisk", "助": "slash", "他": "x"}


@dataclass
class Desk:
    """A front before a scripted core: keys in, rows and words out.

    Args:
        core: the script.
        voice: what was said.
        clock: its time.
        terminal: what was written to it beside the rows.
        lines: takes what is said, for a face that writes lines; None = a screen.
        is_busy: the core hears every key, and answers when it comes to it.
        answers: that the front has not heard yet.
    """

    core: ScriptedCore
    voice: WrittenVoice = field(default_factory=WrittenVoice)
    clock: Clock = field(default_factory=Clock)
    pending: list[Message] = field(default_factory=list)
    terminal: list[str] = field(default_factory=list)
    lines: Callable[[Sequence[Utterance]], None] | None = None
    is_busy: bool = False
    answers: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._open(Front)

    def become_technician(self) -> None:
        """Another front: the command has said Hello and logged in."""
        size = self.front.size
        self._open(TechnicianFront)
        self.front.size = size
        self.front.connected()
        self.hear(*self.core.take(Hello(VERSION, "technician")))

    def _open(self, kind: type[Front]) -> None:
        self.front = kind(
            self.pending.append,
            self.voice,
            language=self.core.language,
            now=self.clock,
            lines=self.lines,
            terminal=self.terminal.append,
        )

    def connect(self) -> None:
        self.front.connected()
        self._settle()

    def hear(self, *messages: Message) -> None:
        for each in messages:
            self.front.hear(each)
        self._settle()

    def tell(self, *effects: Effect | Lead) -> None:
        self.hear(*self.core.tells(*effects))

    def keys(self, keys: str) -> None:
        """Digits, and 決 戻 再 助 for the four keys, 他 for any other."""
        for each in keys:
            key = _KEYS.get(each, each)
            self.press(press_of(key, each if each.isdecimal() else None))

    def press(self, press: Press) -> None:
        self.clock.at_s += 1.0
        self.front.press(press)
        self._settle()

    def wait(self, seconds: float) -> None:
        self.clock.at_s += seconds
        self.front.tick()
        self._settle()

    @property
    def text(self) -> str:
        return "\n".join(row.text.rstrip() for row in self.front.sheet)

    def shows(self, kind: Kind) -> bool:
        return self.front.page.kind is kind

    def sent(self, kind: type[Message]) -> list[Message]:
        return [each for each in self.core.heard if isinstance(each, kind)]

    def _settle(self) -> None:
        while self.pending or (self.answers and not self.is_busy):
            if self.pending:
                self.answers += self.core.take(self.pending.pop(0))
            else:
                self.hear_next()

    def hear_next(self) -> None:
        self.front.hear(self.answers.pop(0))

    def catch_up(self) -> None:
        self.is_busy = False
        self._settle()


@pytest.fixture
def open_desk() -> Callable[..., Desk]:
    """Makes a desk that is connected to a script."""

    def opened(core: ScriptedCore | None = None, *, voice: WrittenVoice | None = None) -> Desk:
        desk = Desk(core or ScriptedCore(), voice or WrittenVoice())
        desk.connect()
        return desk

    return opened


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    """A desk at rest; its greeting has been heard."""
    opened = open_desk()
    opened.voice.news()
    return opened


def until_said(words: str, link: Link, front: Front, voice: WrittenVoice) -> str:
    """The utterance with these words, private under 〔私〕; what was said so far is forgotten."""
    ends_at = time.monotonic() + PATIENCE_S
    while not (found := [each for each in voice.said if words in each]):
        assert time.monotonic() < ends_at, f"{words!r} was not said: {voice.said}"
        message = link.receive(0.2)
        if message is not None:
            front.hear(message)
    voice.log.clear()
    return found[0]


class Screen:
    """A front at the desk's socket; the words it hands to its voice are written down.

    Args:
        path: of the socket.
        patience_s: how long it looks for a word.
    """

    def __init__(self, path: Path, patience_s: float = PATIENCE_S) -> None:
        self.link = SocketLink(path)
        self.patience_s = patience_s
        self.voice = WrittenVoice()
        self.clock = Clock()
        self.front = Front(self.link.send, self.voice, language="ja", now=self.clock)
        self.front.connected()

    @property
    def text(self) -> str:
        return "".join(row.text for row in self.front.sheet)

    def until(self, word: str) -> None:
        ends_at = time.monotonic() + self.patience_s
        while word not in self.text:
            message = self.link.receive(max(0.0, ends_at - time.monotonic()))
            assert message is not None, self.text
            self.front.hear(message)

    def hears(self, words: str) -> str:
        """As ``until_said``."""
        return until_said(words, self.link, self.front, self.voice)

    def keys(self, *names: str) -> None:
        for name in names:
            self.clock.at_s += 1.0
            self.front.press(press_of(name, name if name.isdecimal() else None))
