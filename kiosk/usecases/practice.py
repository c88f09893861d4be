"""Practice: what the kiosk would say, without reading, storing or asking anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import cycle

from kiosk.domain.check import Answer, Answered, Deferred, Eligibility
from kiosk.domain.visit import (
    CardRead,
    Event,
    KeepWay,
    OutcomeKnown,
    ReadingFailed,
    VerifyByHand,
    VerifyCard,
    WayKept,
)
from kiosk.ports.card import WrongPin
from kiosk.ports.service import NoNetwork

LASTS_S = 600.0
"""After so long practice ends by itself."""
TRIES_LEFT = 2

_SOMEBODY = Eligibility(
    name="練習　花子",
    name_kana="ﾚﾝｼﾕｳ ﾊﾅｺ",
    insurer_number="06139992",
    symbol="１２３",
    number="４５６",
    branch_number="01",
    birth_date=date(1980, 4, 12),
)


def _answer(validity: str, *eligibilities: Eligibility) -> Answered:
    answer = Answer(
        validity_code=validity, confirmed_on=None, eligibilities=eligibilities, is_simulated=True
    )
    return Answered(answer)


SCRIPT: tuple[Answered | Deferred | WrongPin, ...] = (
    _answer("1", _SOMEBODY),
    WrongPin(TRIES_LEFT),
    _answer("4"),
    Deferred(NoNetwork.code),
    _answer("2", _SOMEBODY),
)
"""What becomes of one card after the other: the five that everybody at a reception must know."""


class Rehearsal:
    """Plays the script, over and over.

    Args:
        script: what becomes of one card after the other.
    """

    def __init__(self, script: tuple[Answered | Deferred | WrongPin, ...] = SCRIPT) -> None:
        self._script = script
        self._next: Iterator[Answered | Deferred | WrongPin] = cycle(script)

    def begin(self) -> None:
        """From the beginning."""
        self._next = cycle(self._script)

    def play(self, effect: VerifyCard | VerifyByHand | KeepWay, today: date) -> tuple[Event, ...]:
        """What happens instead of what the visit asked for."""
        number = effect.visit
        match effect:
            case KeepWay(way=way):
                return (WayKept(number, way, 0),)
            case VerifyByHand():
                return (OutcomeKnown(number, _answer("1", _SOMEBODY), today),)
            case VerifyCard(pin=pin):
                outcome = next(self._next)
                if isinstance(outcome, WrongPin) and pin is None:
                    outcome = next(self._next)
                if isinstance(outcome, WrongPin):
                    return (ReadingFailed(number, outcome.code, outcome.tries_left),)
                return CardRead(number), OutcomeKnown(number, outcome, today)
