"""One word several rows high, in block sextants: for eyes that cannot read the rest.

Drawn by every terminal that has Unicode's Symbols for Legacy Computing (foot draws them itself);
the word stands in the text of the page as well, so nothing is lost where they are missing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

DOTS_WIDE, DOTS_HIGH = 2, 3
"""Of one sextant."""
_FIRST = 0x1FB00
_LEFT_HALF, _RIGHT_HALF = 0b010101, 0b101010
_OTHERS = {0: " ", _LEFT_HALF: "▌", _RIGHT_HALF: "▐", 0b111111: "█"}


def big(text: str) -> list[str] | None:
    """The text as rows of sextants, all of one width; None where a character has no glyph.

    Args:
        text: of the characters in ``glyphs.toml``.
    """
    drawn = _drawn()
    if not text or not set(text) <= drawn.keys():
        return None
    dots = ["".join(parts) for parts in zip(*(drawn[each] for each in text), strict=True)]
    wide = -(-len(dots[0]) // DOTS_WIDE) * DOTS_WIDE
    high = -(-len(dots) // DOTS_HIGH) * DOTS_HIGH
    padded = [row.ljust(wide, ".") for row in dots] + ["." * wide] * (high - len(dots))
    return [
        "".join(_sextant(padded, top, left) for left in range(0, wide, DOTS_WIDE))
        for top in range(0, high, DOTS_HIGH)
    ]


def _sextant(dots: list[str], top: int, left: int) -> str:
    """The character of six dots: Unicode counts them by rows, from the lowest bit."""
    places = [(row, column) for row in range(DOTS_HIGH) for column in range(DOTS_WIDE)]
    bits = sum(
        (dots[top + row][left + column] == "#") << place
        for place, (row, column) in enumerate(places)
    )
    if bits in _OTHERS:
        return _OTHERS[bits]
    # The block leaves out the four that Unicode had already.
    return chr(_FIRST + bits - 1 - (bits > _LEFT_HALF) - (bits > _RIGHT_HALF))


@cache
def _drawn() -> dict[str, list[str]]:
    import tomllib  # noqa: PLC0415 - no big word is in the first frame

    text = Path(__file__).with_name("glyphs.toml").read_text("utf-8")
    found: dict[str, list[str]] = tomllib.loads(text)["glyphs"]
    return found
