"""Leading somebody through the set-up of a box that has no settings yet: what a front is told.

There is no visit and no role then. The core tells the front that has the seat one ``Lead`` after
another, each whole, so that a front that comes later knows as much as one that was there; what is
answered goes the way of ``Entered``, and only the answer to the number last told counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kiosk.desk.messages import BadMessage
from kiosk.phrasebook.utterance import Sentence, Utterance

EFFECT = "lead"
"""Of a ``Happened``; its values are ``Lead.document``."""
ANSWER = "set_up"
"""Kind of the presentation of an ``Entered`` that answers."""


class Keys(StrEnum):
    """What the ten digits write."""

    DIGITS = "digits"
    ACCOUNT = "account"
    """Digits and capital letters, as the id of an account has them."""
    CODE = "code"
    """Those and the hyphen."""
    SIGNS = "signs"
    """All that a password may have."""
    KANA = "kana"


@dataclass(frozen=True, slots=True)
class Blank:
    """Something to be typed.

    Args:
        keys: what the digits write; a full keyboard writes what is on it.
        least: fewer are not taken.
        most: nor more.
        is_secret: counted, and neither shown nor said.
    """

    keys: Keys = Keys.DIGITS
    least: int = 1
    most: int = 1
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class Lead:
    """How far the set-up is; with neither choices nor a blank the box is at work.

    Args:
        number: counts the questions; an answer names it.
        language: "ja" or "en".
        is_simulated: everything is to be marked 模擬.
        step: where one is.
        told: what happened since the last answer.
        question: what is asked.
        choices: what can be chosen, from 1.
        blank: what is to be typed.
    """

    number: int = 0
    language: str = "ja"
    is_simulated: bool = False
    step: tuple[Utterance, ...] = ()
    told: tuple[Utterance, ...] = ()
    question: tuple[Utterance, ...] = ()
    choices: tuple[Utterance, ...] = ()
    blank: Blank | None = None

    @property
    def asks(self) -> bool:
        """An answer is waited for."""
        return bool(self.choices) or self.blank is not None

    def document(self) -> dict[str, Any]:
        """As it travels."""
        blank = self.blank
        return {
            "number": self.number,
            "language": self.language,
            "simulated": self.is_simulated,
            **{name: _rows(getattr(self, name)) for name in _WORDS},
            "blank": blank and [blank.keys.value, blank.least, blank.most, blank.is_secret],
        }


_WORDS = ("step", "told", "question", "choices")


def lead_of(document: Mapping[str, Any]) -> Lead:
    """As it arrived.

    Raises:
        BadMessage: of another version.
    """
    try:
        blank = document["blank"]
        return Lead(
            int(document["number"]),
            str(document["language"]),
            document["simulated"] is True,
            **{name: _utterances(document[name]) for name in _WORDS},
            blank=blank and Blank(Keys(blank[0]), int(blank[1]), int(blank[2]), blank[3] is True),
        )
    except (KeyError, TypeError, ValueError, IndexError):
        raise BadMessage(EFFECT) from None


def _rows(utterances: tuple[Utterance, ...]) -> list[list[Any]]:
    return [
        [each.is_private, each.joint, *([one.read, one.heard, one.felt] for one in each.sentences)]
        for each in utterances
    ]


def _utterances(rows: list[list[Any]]) -> tuple[Utterance, ...]:
    return tuple(
        Utterance(
            tuple(Sentence(*map(str, one)) for one in sentences), is_private is True, str(joint)
        )
        for is_private, joint, *sentences in rows
    )
