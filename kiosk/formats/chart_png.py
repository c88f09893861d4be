"""Charts as a PNG picture, one below the other; the one owner of Pillow."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from kiosk.formats.chart import HEIGHT, WIDTH, Block, Chart, Side, Text

_SCALE = 3
"""Pixels a point: 216 dpi at the size of the paper."""
_MARGIN = 24
"""Points around and between."""
_WHITE = 255
_ANCHORS = {Side.LEFT: "ls", Side.MIDDLE: "ms", Side.RIGHT: "rs"}
"""At the base line, as Pillow calls it."""


def charts_png(charts: Sequence[Chart], font: Path, described: str) -> bytes:
    """The picture, in greys.

    Args:
        charts: one below the other.
        font: TrueType, with kanji.
        described: what the picture shows in words, for who cannot see it (iTXt ``Description``).
    """
    wide, high = WIDTH + 2 * _MARGIN, _MARGIN + len(charts) * (HEIGHT + _MARGIN)
    image = Image.new("L", (_pixels(wide), _pixels(high)), _WHITE)
    draw = ImageDraw.Draw(image)
    for place, chart in enumerate(charts):
        top = _MARGIN + place * (HEIGHT + _MARGIN)
        for each in chart:
            if isinstance(each, Block):
                _block(draw, each, top)
            else:
                _text(draw, each, top, font)
    about = PngImagePlugin.PngInfo()
    about.add_itxt("Description", described)
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=about, optimize=True)
    return out.getvalue()


def _block(draw: ImageDraw.ImageDraw, block: Block, top: float) -> None:
    left, upper = _pixels(_MARGIN + block.left), _pixels(top + block.top)
    right = _pixels(_MARGIN + block.left + block.wide) - 1
    lower = _pixels(top + block.top + block.high) - 1
    if right >= left and lower >= upper:
        draw.rectangle((left, upper, right, lower), fill=round(_WHITE * block.grey))


def _text(draw: ImageDraw.ImageDraw, text: Text, top: float, font: Path) -> None:
    drawn = ImageFont.truetype(font, _pixels(text.size))
    at = _pixels(_MARGIN + text.x), _pixels(top + text.y)
    draw.text(at, text.text, fill=0, font=drawn, anchor=_ANCHORS[text.side])


def _pixels(points: float) -> int:
    return round(points * _SCALE)
