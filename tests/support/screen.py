"""The far side of the screen: a core that follows a script, and a voice that writes down.

``python -m tests.support.screen`` runs the real screen against the script, for a real terminal.
"""

from __future__ import annotations

import queue
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from kiosk.desk.messages import (
    Ask,
    Claim,
    Condition,
    CoreUnreachable,
    Failed,
    Happened,
    Hello,
    Key,
    Login,
    Logout,
    Message,
    NotAllowed,
    Pressed,
    Reply,
    Typed,
    Welcome,
    happened,
)
from kiosk.domain.visit import AskPin, Effect, Forget
from kiosk.phrasebook import PersonName, Phrase
from kiosk.phrasebook.told import tell, tell_code
from kiosk.ports.voice import Urgency
from kiosk.tui.front import Front
from kiosk.tui.keys import Press, press_of

PIN = "2580"
PASSCODE = "135790"
TARO = PersonName("山田　太郎", "ﾔﾏﾀﾞ ﾀﾛｳ")
SECRETS = ("山田", "太郎", "ヤマダ", "タロウ", "3割", "サンワリ", "有効", PIN, PASSCODE)
"""What must never be on a resting screen."""
HISTORY = {
    "count": 2,
    "checks": [
        {
            "treated_on": "2026-11-20",
            "outcome": "deferred",
            "eligibility": None,
            "eligibilities": [],
        },
        {
            "treated_on": "2026-11-21",
            "outcome": "answered",
            "eligibility": {"name": "山田　太郎", "name_kana": "ﾔﾏﾀﾞ ﾀﾛｳ"},
            "eligibilities": [],
        },
    ],
}
WAITING = {"count": 1, "checks": [{"treated_on": "2026-11-20", "attempts": 3}]}
GOOD = Condition(line=True, reader=True, waiting=0, clock=True)


@dataclass
class ScriptedCore:
    """Answers as a core does, without a reader or a service; one message at a time.

    Args:
        is_simulated: says so in its welcome.
        language: of its welcome.
        is_busy: another front has the visit.
        tries: left on the card.
        effects: of a right PIN, after the reading.
    """

    is_simulated: bool = False
    language: str = "ja"
    is_busy: bool = False
    tries: int = 3
    effects: tuple[Effect, ...] = (
        tell(Phrase.RECEPTION_CONFIRMED),
        tell(Phrase.RESULT_VALID, name=TARO, share=30),
    )
    heard: list[Message] = field(default_factory=list)
    condition: Condition = GOOD
    documents: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {"history": HISTORY, "waiting": WAITING}
    )
    _number: int = 0
    _is_visited: bool = False

    def take(self, message: Message) -> list[Message]:
        """What the core answers."""
        self.heard.append(message)
        match message:
            case Hello():
                welcome = Welcome(1, "visitor", self.is_simulated, self.language)
                return [welcome, self.condition]
            case Pressed(key=Key.BACK):
                return self.forget()
            case Pressed():
                return [] if self._is_visited else self.begin()
            case Typed(pin=pin):
                return self._typed(pin)
            case _:
                return self._answer(message)

    def _answer(self, message: Message) -> list[Message]:
        match message:
            case Claim(id=number) if self.is_busy:
                return [Failed(number, "K312")]
            case Login(id=number, passcode=passcode) if passcode != PASSCODE:
                return [Failed(number, NotAllowed.code)]
            case Ask(id=number, query=query):
                return [Reply(number, self.documents[query])]
            case Claim(id=number) | Login(id=number) | Logout(id=number):
                return [Reply(number)]
        return []

    def tells(self, *effects: Effect) -> list[Message]:
        """Effects as a front hears of them."""
        found: list[Message] = []
        for each in effects:
            self._number += 1
            message = happened(self._number, each)
            if isinstance(message, Happened):
                found.append(message)
        return found

    def begin(self) -> list[Message]:
        """Somebody came."""
        self._is_visited = True
        return self.tells(tell(Phrase.RECEPTION_WELCOME), AskPin())

    def forget(self) -> list[Message]:
        """The visit ended."""
        self._is_visited = False
        return self.tells(Forget())

    def take_card(self) -> list[Message]:
        """The card was taken after a result."""
        return [*self.forget(), *self.tells(tell(Phrase.RECEPTION_THANKS))]

    def _typed(self, pin: str) -> list[Message]:
        reading = self.tells(
            tell(Phrase.RECEPTION_LAY_CARD),
            tell(Phrase.RECEPTION_READING),
        )
        if pin == PIN:
            return [*reading, *self.tells(tell(Phrase.RECEPTION_ASKING), *self.effects)]
        self.tries -= 1
        if self.tries < 1:
            return [*reading, *self.tells(tell_code("K103"))]
        wrong = tell(Phrase.RECEPTION_WRONG_PIN, tries=self.tries)
        if self.tries == 1:
            last = tell(Phrase.RECEPTION_LAST_TRY)
            return [*reading, *self.tells(tell_code("K102"), last, AskPin())]
        return [*reading, *self.tells(wrong, AskPin())]


@dataclass
class ScriptedLink:
    """``Link`` to a scripted core in the same process.

    Args:
        core: answers.
    """

    core: ScriptedCore
    _lines: queue.Queue[Message | None] = field(default_factory=queue.Queue)
    _is_cut: bool = False

    def send(self, message: Message) -> None:
        if self._is_cut:
            raise CoreUnreachable
        self.put(*self.core.take(message))

    def put(self, *messages: Message) -> None:
        for each in messages:
            self._lines.put(each)

    def receive(self, timeout_s: float | None = None) -> Message | None:
        try:
            message = self._lines.get(timeout=timeout_s)
        except queue.Empty:
            return None
        if message is None:
            self._lines.put(None)
            raise CoreUnreachable
        return message

    def close(self) -> None:
        """The core has gone, or the front."""
        self._is_cut = True
        self._lines.put(None)


@dataclass(frozen=True)
class Heard:
    """One utterance as the voice got it."""

    text: str
    urgency: Urgency
    is_private: bool


@dataclass
class WrittenVoice:
    """``Speaker`` that writes down; "hush" and "tick" stand in ``log`` too."""

    log: list[Heard | str] = field(default_factory=list)

    def say(self, heard: str, urgency: Urgency, is_private: bool) -> None:  # noqa: FBT001 - the socket
        self.log.append(Heard(heard, urgency, is_private))

    def hush(self) -> None:
        self.log.append("hush")

    def tick(self) -> None:
        self.log.append("tick")

    @property
    def heard(self) -> list[Heard]:
        return [each for each in self.log if isinstance(each, Heard)]

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
    """

    core: ScriptedCore
    voice: WrittenVoice = field(default_factory=WrittenVoice)
    clock: Clock = field(default_factory=Clock)
    pending: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.front = Front(
            self.pending.append, self.voice, language=self.core.language, now=self.clock
        )

    def connect(self) -> None:
        self.front.connected()
        self._settle()

    def hear(self, *messages: Message) -> None:
        for each in messages:
            self.front.hear(each)
        self._settle()

    def tell(self, *effects: Effect) -> None:
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

    def sent(self, kind: type[Message]) -> list[Message]:
        return [each for each in self.core.heard if isinstance(each, kind)]

    def _settle(self) -> None:
        while self.pending:
            for answer in self.core.take(self.pending.pop(0)):
                self.front.hear(answer)


@pytest.fixture
def open_desk() -> Callable[..., Desk]:
    """Makes a desk that is connected to a script."""

    def opened(core: ScriptedCore | None = None) -> Desk:
        desk = Desk(core or ScriptedCore())
        desk.connect()
        return desk

    return opened


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    """A desk at rest; its greeting has been heard."""
    opened = open_desk()
    opened.voice.news()
    return opened


def main() -> int:
    """The real screen before the script; ``crash`` makes its voice fail with a PIN in a local."""
    from kiosk.tui.app import run  # noqa: PLC0415 - fixtures need no Textual

    link = ScriptedLink(ScriptedCore(is_simulated="simulated" in sys.argv))
    voice = _Crashing() if "crash" in sys.argv else None
    return run(link, voice, may_leave="leave" in sys.argv)


class _Crashing(WrittenVoice):
    def tick(self) -> None:
        pin_in_a_local = PIN
        patient = "山田　太郎"
        raise RuntimeError(f"{patient} {pin_in_a_local}")


if __name__ == "__main__":
    sys.exit(main())
