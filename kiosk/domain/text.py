"""Japanese text: full and half width, and kana, as the OQS tree and the voice want them."""

from __future__ import annotations

import re
import unicodedata

REPLACEMENT = "●"
"""Stands where the service could not represent a character (DOMAIN, OQS tree)."""


def half_width(text: str) -> str:
    """Digits, Latin letters and signs in ASCII, for comparing and computing; kana full-width."""
    return unicodedata.normalize("NFKC", text)


def full_width_kana(text: str) -> str:
    """Half-width katakana of the OQS tree ("ﾔﾏﾀﾞ") as full-width ("ヤマダ"), for people."""
    return unicodedata.normalize("NFKC", text)


def plain_width(text: str) -> str:
    """As ``half_width``, but what is a sign of its own stays: ①, Ⅱ and ㈱ may be of a 記号."""
    narrow = text.translate(_PLAIN_WIDTH)
    return _HALF_KANA_RUN.sub(lambda run: full_width_kana(run[0]), narrow)


_HALF_KANA_RUN = re.compile("[\uff61-\uff9f]+")
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_DASHES = "\u2010\u2011\u2012\u2013\u2212"
"""What an editor makes of a hyphen between digits."""
_PLAIN_WIDTH = {wide: code for code, wide in _FULL_WIDTH.items()} | dict.fromkeys(
    map(ord, _DASHES), ord("-")
)
_HALF_WIDTH_KANA = {
    unicodedata.normalize("NFKC", half + mark): half + mark
    for half in map(chr, range(0xFF61, 0xFF9E))
    for mark in ("", "ﾞ", "ﾟ")
    if len(unicodedata.normalize("NFKC", half + mark)) == 1
} | {"\u3000": " ", "゛": "ﾞ", "゜": "ﾟ"}


def full_width(text: str) -> str:
    """As the tree wants 記号 and 番号: letters, digits, signs and kana full-width."""
    # Kana alone by NFKC: it would make a 1 of the ① that a 記号 may hold.
    return _HALF_KANA_RUN.sub(lambda run: full_width_kana(run[0]), text).translate(_FULL_WIDTH)


def half_width_kana(text: str) -> str:
    """As the tree wants readings: "ヤマダ" and "やまだ" are "ﾔﾏﾀﾞ"; the rest half-width too."""
    plain = katakana(unicodedata.normalize("NFKC", text))
    return "".join(_HALF_WIDTH_KANA.get(each, each) for each in plain)


def katakana(text: str) -> str:
    """Hiragana as katakana; everything else unchanged."""
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in text)


def kana_key(text: str) -> str:
    """What two spellings of one reading share: katakana, full-width, without spaces."""
    return katakana(full_width_kana(text)).replace(" ", "")


def has_replacement(text: str) -> bool:
    """True when the service could not represent every character of a name."""
    return REPLACEMENT in text
