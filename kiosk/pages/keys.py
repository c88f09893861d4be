"""The keypad: ten digits and four keys, each with one meaning everywhere (docs/DESIGN.md).

A telephone or calculator keypad is the main input (Section 508 407.3, EN 301 549 8.4.1); no
chords (407.6, 5.9); no key is needed fast. Touch and a full keyboard reach the same presses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.desk.manner import DOUBLE_STRIKE_S
from kiosk.domain.text import half_width
from kiosk.phrasebook import Phrase


class Action(StrEnum):
    """What a key means."""

    DIGIT = "digit"
    ENTER = "enter"
    BACK = "back"
    REPEAT = "repeat"
    HELP = "help"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Press:
    """One key.

    Args:
        action: what it means.
        digit: "0" to "9" of a DIGIT; it may belong to a PIN, so it is in no ``repr``.
        sign: what the key writes on a full keyboard, where letters are typed; likewise.
    """

    action: Action
    digit: str = field(default="", repr=False)
    sign: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class KeyOnCard:
    """One key as the keypad card and docs/DESIGN.md have it.

    Args:
        action: what it means.
        sign: what stands on an ordinary keypad's key; full width, as the screen has it.
        means: what it does, as the help page says it.
    """

    action: Action
    sign: str
    means: Phrase


KEYS: tuple[KeyOnCard, ...] = (
    KeyOnCard(Action.ENTER, "Enter", Phrase.SCREEN_HELP_ENTER),
    KeyOnCard(Action.BACK, "－", Phrase.SCREEN_HELP_BACK),
    KeyOnCard(Action.REPEAT, "＊", Phrase.SCREEN_HELP_REPEAT),
    KeyOnCard(Action.HELP, "／", Phrase.SCREEN_HELP_HELP),
)
"""The four keys beside the digits, in the order in which every page names them at its foot."""


_NAMED = {
    "enter": Action.ENTER,
    "kp_enter": Action.ENTER,
    "backspace": Action.BACK,
    "delete": Action.BACK,
    "minus": Action.BACK,
    "escape": Action.BACK,
    "asterisk": Action.REPEAT,
    "plus": Action.REPEAT,
    "slash": Action.HELP,
    "question_mark": Action.HELP,
    "f1": Action.HELP,
}
_SIGNS = {
    "-": Action.BACK,
    "*": Action.REPEAT,
    "+": Action.REPEAT,
    "/": Action.HELP,
    "?": Action.HELP,
}


def press_of(key: str, character: str | None) -> Press:
    """The meaning of a key.

    Args:
        key: its name as Textual gives it, e.g. "5", "enter", "kp_5", "minus".
        character: what it types, full-width or not; None = nothing.
    """
    typed = half_width(character or "")
    name = key.removeprefix("kp_") if key.removeprefix("kp_").isdecimal() else key
    digit = half_width(typed if typed.isdecimal() else name)
    if len(digit) == 1 and digit in "0123456789":
        return Press(Action.DIGIT, digit)
    is_sign = len(typed) == 1 and typed.isprintable()
    action = _NAMED.get(key) or _SIGNS.get(typed, Action.OTHER)
    return Press(action, sign=typed if is_sign else "")


@dataclass(slots=True)
class StrokeGuard:
    """Takes a trembling or resting finger for one stroke.

    A terminal tells no release, so a held key is a run of identical keys: each one counts from the
    one before, whether that was taken or not (EN 301 549 5.7 and 5.8, Section 508 407.4).

    Args:
        now: seconds of a clock that only goes forward.
        within_s: see ``DOUBLE_STRIKE_S``.
    """

    now: Callable[[], float]
    within_s: float = DOUBLE_STRIKE_S
    _last: Press | None = field(default=None, repr=False)
    _last_s: float = 0.0

    def takes(self, press: Press, at_s: float | None = None) -> bool:
        """Whether this is a stroke of its own; ``at_s`` is when it was struck, None = now."""
        before, at = self._last, self._last_s
        self._last, self._last_s = press, self.now() if at_s is None else at_s
        is_other = before is None or press != before or press.sign != before.sign
        return is_other or self._last_s - at >= self.within_s

    def forget(self) -> None:
        """Nobody pressed anything: the last key may have been of a PIN."""
        self._last = None
