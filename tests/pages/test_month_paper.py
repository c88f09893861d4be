"""A month's figures on paper and as a picture, as a store counted them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from kiosk.domain.check import Deferred
from kiosk.domain.presentation import Presented
from kiosk.formats.chart_png import charts_png
from kiosk.formats.large_print import Fonts, font_for_pictures
from kiosk.pages.month_paper import chart_of, described, statistics_pdf
from kiosk.phrasebook import Phrasebook
from kiosk.usecases.statistics import statistics_document
from tests.support.store import Box, answered

BOOK = Phrasebook.load("ja")


@pytest.fixture
def document(box: Box) -> dict[str, Any]:
    """Two months: on the Nth of November N checks, the first of each by hand; one that waits."""
    store = box.store()
    for day in (1, 2, 3):
        for number in range(day):
            presented = Presented.CARD if number else Presented.NUMBERS
            check = replace(box.check(treated_on=date(2026, 11, day)), presented=presented)
            check_id = store.records.open(check).check_id
            store.records.settle(check_id, answered(), at=box.wall, next_attempt_at=None)
            box.wait(60)
    late = box.check(treated_on=date(2026, 10, 31))
    store.records.settle(
        store.records.open(late).check_id, Deferred("K201"), at=box.wall, next_attempt_at=box.wall
    )
    return statistics_document(store.records, box.wall + timedelta(hours=2), is_simulated=True)


def pages_of(content: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def test_on_paper_each_month_begins_a_page_and_is_marked(document: dict[str, Any]) -> None:
    october, november = pages_of(statistics_pdf(document, Fonts(), BOOK))
    assert "【模擬】2026年10月の確認、1件。" in october
    assert "まだ待っている確認、1件。" in october
    assert "【模擬】2026年11月の確認、6件。" in november
    assert "11月3日、3件。カードで、2件。" in november
    assert "カードで確認した割合、50％。" in november
    real = {**document, "simulated": False, "mark": None}
    assert "模擬" not in "".join(pages_of(statistics_pdf(real, Fonts(), BOOK)))


def test_of_nothing_the_paper_says_so() -> None:
    empty: dict[str, Any] = {"simulated": False, "mark": None, "months": []}
    assert "まだありません" in pages_of(statistics_pdf(empty, Fonts(), BOOK))[0]


def test_the_picture_shows_a_bar_a_day_and_says_it_in_words(document: dict[str, Any]) -> None:
    font = font_for_pictures()
    if font is None:
        pytest.skip("no font with kanji (fonts-morisawa-bizud-gothic) on this machine")
    charts = [chart_of(each, "模擬", BOOK) for each in document["months"]]
    image = Image.open(io.BytesIO(charts_png(charts, font, described(document, BOOK))))
    assert image.mode == "L"
    assert image.width == 1641
    assert image.info["Description"].startswith("模擬\n10月の確認、1件。")
    assert "カードで確認した割合、50％。" in image.info["Description"]
    bottom = image.crop((200, image.height * 9 // 10, image.width, image.height * 9 // 10 + 1))
    greys = {grey for _, grey in bottom.getcolors() or []}
    assert len(greys) >= 3, "paper, a bar and its part by card"
