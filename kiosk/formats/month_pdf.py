"""The month's list in large print: 18 points, one block a patient, A4 upright."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain.dates import Month
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.formats.large_print import SIZE, Fonts, LargePrint
from kiosk.formats.month_list import HEADER, WAITING, Line, row

_BLOCK = 5 * SIZE * 26 / 18
"""Points of the highest block, which stays on one page."""


def month_pdf(lines: Sequence[Line], month: Month, *, fonts: Fonts, is_simulated: bool) -> bytes:
    """The list as a PDF.

    Args:
        lines: in order.
        month: of treatment, for the title.
        fonts: see ``Fonts``.
        is_simulated: 模擬 in the title and at the foot of every page.
    """
    mark = f"【{SIMULATED_MARK}】" if is_simulated else ""
    confirmed = sum(each.is_confirmed for each in lines)
    title = f"{mark}{month.year}年{month.month}月 資格確認の一覧"
    paper = LargePrint(fonts, mark=SIMULATED_MARK if is_simulated else "", title=title)
    first = [title, f"確認済み {confirmed}、それ以外 {len(lines) - confirmed}"]
    for block in (first, *map(_block, lines)):
        paper.keep(_BLOCK)
        for each in block:
            paper.text(each)
        paper.rule()
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
