"""Japanese text: full and half width, and kana, as the OQS tree and the voice want them."""

from __future__ import annotations

import unicodedata

REPLACEMENT = "●"
"""Stands where the service could not represent a character (DOMAIN, OQS tree)."""


def half_width(text: str) -> str:
    """Digits, Latin letters and signs in ASCII, for comparing and computing; kana full-width."""
    return unicodedata.normalize("NFKC", text)


def full_width_kana(text: str) -> str:
    """Half-width katakana of the OQS tree ("ﾔﾏﾀﾞ") as full-width ("ヤマダ"), for people."""
    return unicodedata.normalize("NFKC", text)


def katakana(text: str) -> str:
    """Hiragana as katakana; everything else unchanged."""
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in text)


def kana_key(text: str) -> str:
    """What two spellings of one reading share: katakana, full-width, without spaces."""
    return katakana(full_width_kana(text)).replace(" ", "")


def has_replacement(text: str) -> bool:
    """True when the service could not represent every character of a name."""
    return REPLACEMENT in text
