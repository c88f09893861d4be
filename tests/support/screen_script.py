"""The far side of the screen: a core that follows a script, in this process.

``python -m tests.support.screen_script`` runs the real screen against it, for a real terminal.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from kiosk.desk.effects import happened
from kiosk.desk.leading import Lead
from kiosk.desk.manner import Manner
from kiosk.desk.messages import (
    VERSION,
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
    Pressed,
    Prove,
    Reply,
    Typed,
    Welcome,
    decode,
    encode,
)
from kiosk.domain.check import Answer, Eligibility
from kiosk.domain.visit import AskPin, Effect, Forget
from kiosk.formats.answer_json import answer_json
from kiosk.formats.result import Result
from kiosk.formats.result_json import result_json
from kiosk.phrasebook import PersonName, Phrase
from kiosk.phrasebook.told import tell, tell_code
from kiosk.ports.voice import Devices, Earcon, Output, Urgency, VoiceEvent
from tests.support.adoption_script import adoption_documents
from tests.support.box_documents import FINDINGS, RECEPTION, STATUS
from tests.support.receipt_script import receipt_documents
from tests.support.second_script import second_documents

PIN = "2580"
PASSCODE = "135790"
TARO = PersonName("山田　太郎", "ﾔﾏﾀﾞ ﾀﾛｳ")
SECRETS = ("山田", "太郎", "ヤマダ", "タロウ", "3割", "サンワリ", "有効", PIN, PASSCODE)
"""What must never be on a resting screen."""
_TARO = Eligibility(
    card_classification="01",
    insurer_number="06139992",
    number="１２３",
    branch_number="01",
    name="山田　太郎",
    name_kana="ﾔﾏﾀﾞ ﾀﾛｳ",
    sex="1",
    birth_date=date(1980, 4, 7),
    insurer_name="模擬健康保険組合",
)
_ANSWER = Answer(
    validity_code="1", confirmed_on=date(2026, 11, 21), eligibilities=(_TARO,), is_simulated=False
)
SEARCH: dict[str, Any] = {
    "count": 2,
    "checks": [
        {
            "check_id": "s1",
            "treated_on": "2026-11-21",
            "outcome": "answered",
            "code": None,
            **answer_json(_ANSWER, date(2026, 11, 21)),
        },
        {
            "check_id": "s2",
            "treated_on": "2026-11-21",
            "outcome": "deferred",
            "code": "K201",
            "validity": None,
            "eligibility": None,
            "eligibilities": [],
            "warning": None,
        },
    ],
}
COPIED: dict[str, Any] = result_json(
    Result(
        check_id="01890a5d-ac96-774b-bcce-b302099a8057",
        facility_code="1312345671",
        treated_on=date(2026, 11, 21),
        settled_at=datetime(2026, 11, 21, 3, tzinfo=UTC),
        answer=_ANSWER,
        is_simulated=True,
    )
)
MATTERS: dict[str, Any] = {
    "month_end": False,
    "matters": [
        {
            "kind": "set_aside",
            "check_id": "c1",
            "code": "K211",
            "treated_on": "2026-11-20",
            "age_seconds": 90000.0,
            "patient": None,
        },
        {
            "kind": "follow_up",
            "follow_up_id": "f1",
            "check_id": "s1",
            "choices": 2,
            "treated_on": "2026-11-15",
            "age_seconds": 500000.0,
            "due_on": "2026-11-30",
            "is_overdue": False,
            "patient": {"name": "山田　太郎", "name_kana": "ﾔﾏﾀﾞ ﾀﾛｳ"},
        },
        {
            "kind": "unexported",
            "month": "2026-11",
            "last_day": "2026-12-31",
            "count": 3,
            "by_computer": True,
            "age_seconds": 7200.0,
            "patient": None,
        },
        {
            "kind": "goes_soon",
            "month": "2026-11",
            "last_day": "2026-12-31",
            "unconfirmed": 1,
            "patient": None,
        },
    ],
}
_ASIDE: dict[str, Any] = {"follow_up_id": None, "checked_today": False, "changes": []}
BY_HAND: dict[str, Any] = {**SEARCH["checks"][0], "simulated": False, "unconfirmed": 0, **_ASIDE}
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
        login: what a right passcode gives, in place of an empty reply.
    """

    is_simulated: bool = False
    language: str = "ja"
    is_busy: bool = False
    tries: int = 3
    effects: tuple[Effect, ...] = (
        tell(Phrase.RECEPTION_CONFIRMED),
        tell(Phrase.RESULT_VALID, name=TARO, share=30),
    )
    login: Callable[[int], Message] | None = None
    heard: list[Message] = field(default_factory=list)
    condition: Condition = GOOD
    manner: Manner = field(default_factory=Manner)
    documents: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {
            "search": SEARCH,
            **dict.fromkeys(("matters", "matters_named"), MATTERS),
            "status": STATUS,
            "findings": FINDINGS,
            "reception": dict(RECEPTION),
            "annul": {"treated_on": "2026-11-21"},
            "correct": {"treated_on": "2026-11-20"},
            "copied": COPIED,
            "record": SEARCH["checks"][0],
            "resolve": {"unconfirmed": 0},
            **receipt_documents(),
            **adoption_documents(),
            **second_documents(),
            "by_hand": dict(BY_HAND),
        }
    )
    page_size: int = 10
    preferences: dict[str, str] = field(default_factory=dict)
    _number: int = 0
    is_visited: bool = False

    def take(self, message: Message) -> list[Message]:
        """What the core answers."""
        self.heard.append(message)
        match message:
            case Hello():
                manner = self.manner.document()
                welcome = Welcome(VERSION, "visitor", self.is_simulated, self.language, manner)
                return [welcome, self.condition]
            case Pressed(key=Key.BACK):
                return self.forget()
            case Pressed() if self.condition.closed:
                return self.tells(tell(Phrase.UPKEEP_CLOSED))
            case Pressed():
                return [] if self.is_visited else self.begin()
            case Typed(pin=pin):
                return self._typed(pin)
            case _:
                return self._answer(message)

    def _answer(self, message: Message) -> list[Message]:
        match message:
            case Claim(id=number) if self.is_busy:
                return [Failed(number, "K312")]
            case Login(id=number, passcode=passcode) if passcode != PASSCODE:
                return [Failed(number, "K321")]
            case Ask(id=number, query=query, about=about):
                return [Reply(number, self.document(query, about))]
            case Login(id=number) if self.login is not None:
                return [self.login(number)]
            case Claim(id=number) | Login(id=number) | Prove(id=number) | Logout(id=number):
                return [Reply(number)]
        return []

    def document(self, query: str, about: dict[str, Any]) -> dict[str, Any]:
        """What is asked for; a preference that is set is kept."""
        if query == "set":
            self.preferences |= {about["name"]: about["value"]}
            return dict(self.preferences)
        if query == "upkeep":
            self.condition = replace(self.condition, closed=about["closed"])
            return {"closed": about["closed"]}
        if query == "reception":
            self.documents[query] |= about
        if query in {"receipt_on", "receipt_off"}:
            self.documents["receipt_ways"]["ways"][about["way"]] = query == "receipt_on"
            return self.documents["receipt_ways"]
        return self.page(query, about.get("after", 0))

    def page(self, query: str, after: int) -> dict[str, Any]:
        """As the core pages: a few checks a line."""
        document = self.documents.get(query, {})
        name = "matters" if query == "matters_named" else "checks"
        if not isinstance(document.get(name), list):
            return document
        rest = document[name][after:]
        more = after + self.page_size if len(rest) > self.page_size else None
        return {**document, name: rest[: self.page_size], "next": more}

    def tells(self, *effects: Effect | Lead) -> list[Message]:
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
        self.is_visited = True
        return self.tells(tell(Phrase.RECEPTION_WELCOME), AskPin())

    def forget(self) -> list[Message]:
        """The visit ended."""
        self.is_visited = False
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


def serve(door: socket.socket, make: Callable[[], ScriptedCore]) -> None:
    """A scripted core for each front that connects, until the socket is shut."""
    while True:
        try:
            line, _ = door.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(line, make()), daemon=True).start()


def _answer(line: socket.socket, core: ScriptedCore) -> None:
    with line, contextlib.suppress(ConnectionError):  # a front may be killed at any moment
        for each in line.makefile("rb"):
            for message in core.take(decode(each)):
                line.sendall(encode(message))


def main() -> int:
    """The real screen before the script; ``crash`` makes its voice fail with a PIN in a local."""
    from kiosk.tui.app import run  # noqa: PLC0415 - the fixtures load no Textual

    link = ScriptedLink(ScriptedCore(is_simulated="simulated" in sys.argv))
    voice = _Crashing() if "crash" in sys.argv else None
    return run(link, voice, stage={} if "leave" in sys.argv else None)


class _Crashing:
    has_voice = True

    def say(self, heard: str, urgency: Urgency, is_private: bool) -> None:  # noqa: FBT001 - the socket
        """Nothing to hear."""

    def chime(self, earcon: Earcon, urgency: Urgency, is_private: bool) -> None:  # noqa: FBT001 - the socket
        """No sound."""

    def hush(self) -> None:
        """Nothing to stop."""

    def pause(self) -> None:
        """Nothing to stop."""

    def resume(self) -> None:
        """Nothing to go on with."""

    def route(self, devices: Devices) -> None:
        """Nothing to play on."""

    def private_to(self, output: Output | None) -> None:
        """Nothing is said."""

    def tune(self, *, speed: float, volume: float, pitch: float) -> None:
        """Nothing is said."""

    def heed(self, listener: Callable[[VoiceEvent], None]) -> None:
        """Nothing to tell."""

    def tick(self) -> None:
        pin_in_a_local = PIN
        patient = "山田　太郎"
        raise RuntimeError(f"{patient} {pin_in_a_local}")


if __name__ == "__main__":
    sys.exit(main())
