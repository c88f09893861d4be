"""The month's list in large print: 18 points, one block a patient, A4 upright."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from kiosk.domain.dates import Month
from kiosk.domain.text import REPLACEMENT
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.formats.month_list import HEADER, WAITING, Line, row

SIZE = 18
"""Points; what the low-vision read (JIS X 8341 asks for 14 at least)."""
_LEAD = 26
_MARGIN = 48
_LINES_A_BLOCK = 5
_FALLBACK = "HeiseiKakuGo-W5"
"""One of Adobe's standard Japanese fonts: not embedded, every reader has one in its place."""
_BEYOND_FALLBACK = 0xFFFF


def month_pdf(
    lines: Sequence[Line], month: Month, *, font: Path | None = None, is_simulated: bool
) -> bytes:
    """The list as a PDF.

    Args:
        lines: in order.
        month: of treatment, for the title.
        font: a TrueType font with kanji (BIZ UDGothic); None = a standard one, where characters
            beyond the basic plane become ●.
        is_simulated: 模擬 in the title and at the foot of every page.
    """
    paper = _Paper(font, is_simulated=is_simulated)
    mark = f"【{SIMULATED_MARK}】" if is_simulated else ""
    confirmed = sum(each.is_confirmed for each in lines)
    title = f"{mark}{month.year}年{month.month}月 資格確認の一覧"
    paper.block([title, f"確認済み {confirmed}、それ以外 {len(lines) - confirmed}"])
    for each in lines:
        paper.block(_block(each))
    return paper.finished()


def _block(line: Line) -> list[str]:
    cells = dict(zip(HEADER, row(line), strict=True))
    mark = f"【{SIMULATED_MARK}】" if line.is_simulated else ""
    first = f"{mark}{cells['確認']}　{cells['氏名']}"
    days = f"施術日　{cells['施術日']}"
    if line.word == WAITING:
        return [first, days]
    return [
        f"{first}（{cells['フリガナ']}）",
        f"生年月日　{cells['生年月日']}　{cells['本人・家族']}　給付 {cells['給付割合'] or '不明'}",
        f"保険者番号　{cells['保険者番号']}",
        f"記号　{cells['記号'] or 'なし'}　番号　{cells['番号'] or 'なし'}　枝番　{cells['枝番']}",
        days,
    ]


class _Paper:
    """Pages that fill from the top."""

    def __init__(self, font: Path | None, *, is_simulated: bool) -> None:
        self._out = io.BytesIO()
        self._canvas = Canvas(self._out, pagesize=A4, invariant=True)
        self._font = _registered(font)
        self._has = _characters(self._font) if font else _in_basic_plane
        self._is_simulated = is_simulated
        self._page = 1
        self._y = A4[1] - _MARGIN
        self._begin()

    def block(self, lines: Sequence[str]) -> None:
        """Lines that stay on one page, with a rule below."""
        if self._y - _LINES_A_BLOCK * _LEAD < _MARGIN:
            self._turn()
        for each in (piece for line in lines for piece in self._broken(line)):
            if self._y < _MARGIN + _LEAD:
                self._turn()
            self._y -= _LEAD
            self._canvas.drawString(_MARGIN, self._y, each)
        self._y -= _LEAD / 2
        self._canvas.line(_MARGIN, self._y, A4[0] - _MARGIN, self._y)

    def finished(self) -> bytes:
        """The file."""
        self._canvas.save()
        return self._out.getvalue()

    def _begin(self) -> None:
        mark = f"{SIMULATED_MARK}　" if self._is_simulated else ""
        self._canvas.setFont(self._font, SIZE)
        self._canvas.drawRightString(A4[0] - _MARGIN, _MARGIN / 2, f"{mark}{self._page}")

    def _turn(self) -> None:
        self._canvas.showPage()
        self._page += 1
        self._y = A4[1] - _MARGIN
        self._begin()

    def _broken(self, line: str) -> list[str]:
        """A line that is too wide goes on in the next, indented."""
        # What the font lacks would be a blank, and a blank in a name is not seen.
        text = "".join(each if self._has(each) else REPLACEMENT for each in line)
        room, pieces = A4[0] - 2 * _MARGIN, [""]
        for each in text:
            if pdfmetrics.stringWidth(pieces[-1] + each, self._font, SIZE) > room:
                pieces.append("　")
            pieces[-1] += each
        return pieces


def _in_basic_plane(character: str) -> bool:
    return ord(character) <= _BEYOND_FALLBACK


def _characters(font: str) -> Callable[[str], bool]:
    known = pdfmetrics.getFont(font).face.charToGlyph
    return lambda character: ord(character) in known


def _registered(font: Path | None) -> str:
    if font is None:
        pdfmetrics.registerFont(UnicodeCIDFont(_FALLBACK))
        return _FALLBACK
    pdfmetrics.registerFont(TTFont(font.stem, str(font)))
    return font.stem
