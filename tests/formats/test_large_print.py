"""Paper in large print: what is too wide goes on, nothing is lost, braille fits a finger."""

from __future__ import annotations

import io
import re

from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from kiosk.domain.braille import cells
from kiosk.formats.large_print import CELLS, HEIGHT, SIZE, WIDTH, Fonts, LargePrint

MM = 72 / 25.4


def pages_of(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text("あ、。漢ーAb ", min_size=1, max_size=120), min_size=1, max_size=12))
def test_every_character_is_on_the_paper(texts: list[str]) -> None:
    paper = LargePrint(Fonts())
    for each in texts:
        paper.text(each)
    shown = "".join(re.sub(r"\d", "", page) for page in pages_of(paper.finished()))
    assert "".join(shown.split()) == "".join("".join(texts).split())


def test_a_row_neither_cuts_a_word_nor_begins_with_a_stop() -> None:
    paper = LargePrint(Fonts())
    paper.text("あ" * 27 + "。")
    paper.text("The practitioner lays the card on the reader and waits for it")
    paper.text("あ" * 25 + "とPDFです。")
    rows = [each.strip() for each in pages_of(paper.finished())[0].splitlines()]
    assert not any(each.startswith("。") for each in rows)
    assert "practitioner" in " ".join(rows)
    assert "reader" in " ".join(rows)
    assert [each for each in rows if "PDF" in each]


def test_what_stays_together_begins_a_page_and_each_page_has_mark_and_number() -> None:
    paper = LargePrint(Fonts(), mark="模擬")
    paper.gap(HEIGHT - 200)
    paper.keep(150)
    paper.text("次")
    first, second = pages_of(paper.finished())
    assert "次" not in first
    assert "次" in second
    assert "模擬" in first
    assert "模擬" in second


def test_braille_is_as_large_as_a_finger() -> None:
    paper = LargePrint(Fonts())
    paper.braille([cells("ア" * CELLS), cells("メ")])
    drawn = PdfReader(io.BytesIO(paper.finished())).pages[0].get_contents()
    assert drawn is not None
    starts = re.findall(rb"([\d.]+) ([\d.]+) m", drawn.get_data())
    dots = [(float(x) / MM, float(y) / MM) for x, y in starts]
    row, last = dots[:CELLS], dots[CELLS:]
    assert abs(row[1][0] - row[0][0] - 6.1) < 0.01
    assert row[-1][0] + 1 < WIDTH / MM - 10
    assert len(last) == 6
    assert abs(abs(last[1][1] - last[0][1]) - 2.2) < 0.01
    assert SIZE >= 14
