"""QR codes as characters for a text screen, and as pictures."""

from __future__ import annotations

import io

import segno

QUIET = 4
"""Modules of white around the code (ISO/IEC 18004, 6.3.8)."""
_HALVES = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
"""Two modules, upper and lower; dark is 1. Light is drawn: screens are bright on dark."""


_CAPACITY = (17, 32, 53, 78, 106, 134, 154, 192, 230, 271, 321, 367, 425, 458, 520)
"""Bytes that versions 1 to 15 hold with error correction L (ISO/IEC 18004, table 7)."""


def capacity(columns: int, rows: int) -> int:
    """Characters a code in half blocks can hold on so much of a terminal; 0 = no code fits."""
    fitting = [
        held
        for version, held in enumerate(_CAPACITY, start=1)
        if 17 + 4 * version + 2 * QUIET <= min(columns, 2 * rows)
    ]
    return max(fitting, default=0)


def qr_lines(text: str) -> list[str]:
    """The code in half blocks, two rows of modules a line; for a screen with a dark background.

    Args:
        text: plain ASCII; as long as ``capacity`` says, it fits there. More error correction is
            added where it makes the code no larger.
    """
    code = segno.make_qr(text, error="l", boost_error=True)
    rows = [list(row) for row in code.matrix_iter(border=QUIET)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    return [
        "".join(
            _HALVES[(int(bool(upper)), int(bool(lower)))]
            for upper, lower in zip(*pair, strict=True)
        )
        for pair in zip(rows[::2], rows[1::2], strict=True)
    ]


def qr_png(text: str, scale: int = 6) -> bytes:
    """The code as a PNG, ``scale`` pixels a module."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="png", scale=scale, border=QUIET)
    return out.getvalue()
