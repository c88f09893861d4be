"""QR codes as characters for a text screen, and as pictures."""

from __future__ import annotations

import io

import segno

QUIET = 4
"""Modules of white around the code (ISO/IEC 18004, 6.3.8)."""
_HALVES = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
"""Two modules, upper and lower; dark is 1. Light is drawn: screens are bright on dark."""


def qr_lines(text: str) -> list[str]:
    """The code in half blocks, two rows of modules a line; for a screen with a dark background."""
    rows = [list(row) for row in _code(text).matrix_iter(border=QUIET)]
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
    _code(text).save(out, kind="png", scale=scale, border=QUIET)
    return out.getvalue()


def _code(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m")
