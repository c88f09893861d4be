"""Kana on ten digits, as on a telephone: あかさたな on 1 to 9 and わ on 0. Pure.

The same key again goes on to the next kana of its row, at whatever pace: nothing runs out, for
nothing must be quick (EN 301 549 5.7). Another key begins the next kana; two of one row have 決定
between them. Voiced kana follow the plain ones of their row, so no key is needed for ゛ and ゜.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ROWS: Mapping[str, str] = {
    "1": "アイウエオ",
    "2": "カキクケコガギグゲゴ",
    "3": "サシスセソザジズゼゾ",
    "4": "タチツテトッダヂヅデド",
    "5": "ナニヌネノ",
    "6": "ハヒフヘホバビブベボパピプペポ",
    "7": "マミムメモ",
    "8": "ヤユヨャュョ",
    "9": "ラリルレロ",
    "0": "ワヲンー",
}
MIXED: Mapping[str, str] = {
    **{digit: digit + row for digit, row in ROWS.items()},
    "0": "0-・ワヲンー",
}
"""For 記号: the digit first, then the kana of the row; the hyphen on 0."""
ADDRESS: Mapping[str, str] = {
    **{digit: row + digit for digit, row in ROWS.items()},
    "0": "ワヲンー0-",
}
"""For an address: the kana of the row first, then the digit; the hyphen on 0."""
DIGITS: Mapping[str, str] = {digit: digit for digit in ROWS}
MOST = 20
"""Kana; longer than any name that is searched for."""


@dataclass(slots=True)
class KanaEntry:
    """Kana being typed; patient data, so in no ``repr``.

    Args:
        rows: what each key turns through.
        most: so many signs.

    Attributes:
        text: what stands there, the kana still being chosen at its end.
    """

    rows: Mapping[str, str] = field(default_factory=lambda: ROWS, repr=False)
    most: int = MOST
    text: str = field(default="", repr=False)
    _key: str = field(default="", repr=False)
    _presses: int = field(default=0, repr=False)

    @property
    def is_choosing(self) -> bool:
        """The same key would change the last kana."""
        return bool(self._key)

    @property
    def shown(self) -> str:
        """The text; the sign that is still being chosen stands in brackets."""
        return f"{self.text[:-1]}［{self.text[-1]}］" if self.is_choosing else self.text

    def press(self, digit: str) -> str:
        """A digit; the kana that stands at the end now, "" when there is no room for another."""
        row = self.rows[digit]
        if digit == self._key:
            self._presses += 1
            self.text = self.text[:-1] + row[self._presses % len(row)]
        elif len(self.text) < self.most:
            self._key, self._presses = (digit if len(row) > 1 else ""), 0
            self.text += row[0]
        else:
            return ""
        return self.text[-1]

    def put(self, sign: str) -> bool:
        """A sign that is meant as it is; False when there is no room for it."""
        self._key = ""
        has_room = len(self.text) < self.most
        self.text += sign if has_room else ""
        return has_room

    def fix(self) -> bool:
        """The last kana is meant; False when it was already."""
        was_choosing = self.is_choosing
        self._key = ""
        return was_choosing

    def back(self) -> bool:
        """Take the last kana away; False when there is none."""
        was_there = bool(self.text)
        self.text, self._key = self.text[:-1], ""
        return was_there
