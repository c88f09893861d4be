"""Paper for people who see little, or feel: large letters, frames, rows of braille; A4 upright.

The one owner of reportlab beside the simulated portal. Points, from the lower left corner, as PDF
has it; a page fills from its top.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from kiosk.domain.text import REPLACEMENT
from kiosk.formats.chart import Block, Chart, Side, Text

SIZE = 18
"""Points; what the low-vision read (JIS X 8341 asks for 14 at least)."""
WIDTH, HEIGHT = A4
MARGIN = 48
ROOM = WIDTH - 2 * MARGIN
_LEAD = 26 / 18
_MM = 72 / 25.4
_DOT_MM, _BETWEEN_DOTS_MM, _CELL_MM, _BRAILLE_ROW_MM = 1.4, 2.2, 6.1, 11.5
"""Braille as a finger reads it: JIS T 0921 (dots 2.1 to 2.8, cells 5.1 to 6.8 apart)."""
CELLS = int(ROOM / (_CELL_MM * _MM))
"""Cells of a row of braille."""
_DOTS_OF_A_COLUMN = 3
_FONTS = Path("/usr/share/fonts")
_REGULAR, _BOLD = "BIZUDGothic-Regular.ttf", "BIZUDGothic-Bold.ttf"
_OTHERS = ("NotoSansCJK-Regular.ttc", "ipag.ttf")
"""Of Debian's fonts-noto-cjk and fonts-ipafont-gothic."""
_FALLBACK = "HeiseiKakuGo-W5"
"""One of Adobe's standard Japanese fonts: not embedded, every reader has one in its place."""
_BEYOND_FALLBACK = 0xFFFF
_WORD = re.compile(r"[0-9A-Za-z]+$")
"""Latin letters at the end, as of PDF amid Japanese."""
_NEVER_FIRST = frozenset(
    "、。，．・：；？！」』）］｝〉》】〕ーぁぃぅぇぉっゃゅょァィゥェォッャュョ"
)


@dataclass(frozen=True, slots=True)
class Fonts:
    """TrueType fonts with kanji.

    Args:
        regular: None = a standard one, where characters beyond the basic plane become ●.
        bold: for headings and keys; None = the regular one.
    """

    regular: Path | None = None
    bold: Path | None = None


def fonts_of_this_box() -> Fonts:
    """BIZ UDGothic, where Debian's package of it is installed."""
    return Fonts(next(_FONTS.rglob(_REGULAR), None), next(_FONTS.rglob(_BOLD), None))


def font_for_pictures() -> Path | None:
    """One with kanji that a picture can be drawn with; None where no package of one is there."""
    found = (next(_FONTS.rglob(name), None) for name in (_REGULAR, *_OTHERS))
    return next((each for each in found if each is not None), None)


class LargePrint:
    """Pages that fill from the top.

    Args:
        fonts: see ``Fonts``.
        mark: stands at the foot of every page before its number, as 模擬 does; "" = none.
        title: of the document, as a reader's window shows it and a screen reader says it.
        language: of the document, for a screen reader.
    """

    def __init__(
        self, fonts: Fonts, *, mark: str = "", title: str = "", language: str = "ja"
    ) -> None:
        self._out = io.BytesIO()
        self._canvas = Canvas(self._out, pagesize=A4, invariant=True, lang=language)
        self._canvas.setTitle(title)
        self._regular = _registered(fonts.regular)
        self._bold = _registered(fonts.bold) if fonts.bold else self._regular
        self._mark = f"{mark}　" if mark else ""
        self._page = 1
        self._y = HEIGHT - MARGIN
        self._begin()

    def keep(self, height: float) -> None:
        """What comes next stays together: a new page where ``height`` points are not left."""
        if self._y - height < MARGIN:
            self.turn()

    def text(self, text: str, size: float = SIZE, *, is_bold: bool = False) -> None:
        """A paragraph; a line that is too wide goes on in the next, indented."""
        font = self._bold if is_bold else self._regular
        for each in _broken(_seen(text, font), font, size, ROOM):
            if self._y < MARGIN + size * _LEAD:
                self.turn()
            self._y -= size * _LEAD
            self._canvas.setFont(font, size)
            self._canvas.drawString(MARGIN, self._y, each)

    def gap(self, points: float) -> None:
        """Nothing."""
        self._y -= points

    def rule(self) -> None:
        """A line across."""
        self._y -= SIZE * _LEAD / 2
        self._canvas.line(MARGIN, self._y, WIDTH - MARGIN, self._y)

    def chart(self, chart: Chart, height: float) -> None:
        """Shapes across the page, whole on one page.

        Args:
            chart: what to draw.
            height: of it all.
        """
        self.keep(height)
        for each in chart:
            if isinstance(each, Block):
                self._block(each)
            else:
                self._label(each)
        self._y -= height

    def braille(self, rows: Sequence[str]) -> None:
        """Rows of braille patterns in the size of a finger: to be felt on swell paper.

        Args:
            rows: at most ``CELLS`` patterns each.
        """
        for row in rows:
            self.keep(_BRAILLE_ROW_MM * _MM)
            top = self._y - (_BRAILLE_ROW_MM - 2 * _BETWEEN_DOTS_MM) / 2 * _MM
            for place, pattern in enumerate(row):
                for across, down in _dots(pattern):
                    x = MARGIN + (place * _CELL_MM + across * _BETWEEN_DOTS_MM + 1) * _MM
                    y = top - down * _BETWEEN_DOTS_MM * _MM
                    self._canvas.circle(x, y, _DOT_MM / 2 * _MM, stroke=0, fill=1)
            self._y -= _BRAILLE_ROW_MM * _MM

    def box(
        self,
        at: tuple[float, float, float, float],
        lines: Sequence[tuple[str, float]],
        nib: float = 0,
    ) -> None:
        """A frame with lines in its middle, as a key; the place on the page is the caller's.

        Args:
            at: left, top, width and height, the top counted down from that of the page.
            lines: text and size; what is too wide becomes smaller.
            nib: width of the raised mark of a 5 below the lines; 0 = none.
        """
        left, top, wide, high = at
        canvas, upper = self._canvas, HEIGHT - top
        canvas.setLineWidth(2)
        canvas.roundRect(left, upper - high, wide, high, 10)
        canvas.setLineWidth(1)
        y = upper - (high - sum(size * _LEAD for _, size in lines)) / 2
        for text, size in lines:
            shown, room = _seen(text, self._bold), wide - SIZE / 2
            fitting = min(size, size * room / max(1.0, self._wide(shown, size)))
            y -= size * _LEAD
            canvas.setFont(self._bold, fitting)
            canvas.drawCentredString(left + wide / 2, y + size * (_LEAD - 1) / 2, shown)
        if nib:
            canvas.rect(left + (wide - nib) / 2, upper - high + SIZE, nib, 4, stroke=0, fill=1)

    def turn(self) -> None:
        """A new page."""
        self._canvas.showPage()
        self._page += 1
        self._y = HEIGHT - MARGIN
        self._begin()

    def finished(self) -> bytes:
        """The file."""
        self._canvas.save()
        return self._out.getvalue()

    def _wide(self, text: str, size: float) -> float:
        wide: float = pdfmetrics.stringWidth(text, self._bold, size)
        return wide

    def _block(self, block: Block) -> None:
        left, lower = MARGIN + block.left, self._y - block.top - block.high
        self._canvas.setFillGray(block.grey)
        self._canvas.rect(left, lower, block.wide, block.high, stroke=0, fill=1)
        self._canvas.setFillGray(0)

    def _label(self, label: Text) -> None:
        x, y = MARGIN + label.x, self._y - label.y
        draw = {
            Side.LEFT: self._canvas.drawString,
            Side.MIDDLE: self._canvas.drawCentredString,
            Side.RIGHT: self._canvas.drawRightString,
        }[label.side]
        self._canvas.setFont(self._regular, label.size)
        draw(x, y, _seen(label.text, self._regular))

    def _begin(self) -> None:
        self._canvas.setFont(self._regular, SIZE)
        self._canvas.drawRightString(WIDTH - MARGIN, MARGIN / 2, f"{self._mark}{self._page}")


def _dots(pattern: str) -> list[tuple[int, int]]:
    """Columns and rows of the raised dots of a pattern: 1 to 3 on the left, 4 to 6 on the right."""
    bits = ord(pattern) - 0x2800
    return [divmod(place, _DOTS_OF_A_COLUMN) for place in range(6) if bits >> place & 1]


def _broken(text: str, font: str, size: float, room: float) -> list[str]:
    """In pieces that fit; Latin words stay whole, and no piece begins with a closing sign."""
    pieces = [""]
    for each in text:
        if pdfmetrics.stringWidth(pieces[-1] + each, font, size) > room:
            head, _, tail = pieces[-1].rpartition(" ")
            word = _WORD.search(pieces[-1])
            if each.isascii() and each != " " and head.strip("　") and tail.isascii():
                pieces[-1:] = [head, f"　{tail}"]
            elif _WORD.match(each) and word and pieces[-1][: word.start()].strip("　"):
                pieces[-1:] = [pieces[-1][: word.start()], f"　{word[0]}"]
            elif each in _NEVER_FIRST and len(pieces[-1]) > 1:
                pieces[-1:] = [pieces[-1][:-1], f"　{pieces[-1][-1]}"]
            else:
                pieces.append("　")
        pieces[-1] += each
    return pieces


def _seen(text: str, font: str) -> str:
    """What the font lacks would be a blank, and a blank in a name is not seen."""
    has = _characters(font)
    return "".join(each if has(each) else REPLACEMENT for each in text)


def _characters(font: str) -> Callable[[str], bool]:
    if font == _FALLBACK:
        return lambda character: ord(character) <= _BEYOND_FALLBACK
    known = pdfmetrics.getFont(font).face.charToGlyph
    return lambda character: ord(character) in known


def _registered(font: Path | None) -> str:
    if font is None:
        pdfmetrics.registerFont(UnicodeCIDFont(_FALLBACK))
        return _FALLBACK
    pdfmetrics.registerFont(TTFont(font.stem, str(font)))
    return font.stem
