"""What 1,000 results cost in each form, beside lxml serializing the same trees alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from lxml import etree

from bench.timing import median_ms
from kiosk.domain.check import Answer, Eligibility
from kiosk.domain.dates import Month
from kiosk.formats.copied import copied_text
from kiosk.formats.csv_rows import results_csv
from kiosk.formats.large_print import Fonts
from kiosk.formats.month_list import Entry, month_lines
from kiosk.formats.month_pdf import month_pdf
from kiosk.formats.oqs_read import read_answer
from kiosk.formats.oqs_tags import Encoding
from kiosk.formats.oqs_xml import result_xml
from kiosk.formats.qr import qr_parts
from kiosk.formats.result import Result
from kiosk.formats.result_json import results_json

RESULTS = 1000
DAY = date(2026, 11, 21)


def run() -> dict[str, float]:
    """Milliseconds for all of them; ``oqs_ratio`` is ours to lxml alone building the same trees."""
    results = [_result(number) for number in range(RESULTS)]
    utf_8 = [result_xml(each, Encoding.UTF_8) for each in results]
    shapes = [_shape(etree.fromstring(each)) for each in utf_8]
    entries = [Entry(DAY, each, is_simulated=False) for each in results]
    figures = {
        "lxml_alone_ms": median_ms(lambda: [etree.tostring(_built(each)) for each in shapes], 5),
        "oqs_utf_8_ms": median_ms(lambda: [result_xml(r, Encoding.UTF_8) for r in results], 5),
        "oqs_shift_jis_ms": median_ms(lambda: [result_xml(r) for r in results], 5),
        "oqs_read_ms": median_ms(lambda: [read_answer(each) for each in utf_8], 5),
        "copied_ms": median_ms(lambda: [copied_text(each) for each in results], 5),
        "csv_ms": median_ms(lambda: results_csv(results), 5),
        "json_ms": median_ms(lambda: results_json(results, is_simulated=False), 5),
        "qr_text_ms": median_ms(lambda: [qr_parts(each) for each in results], 5),
        "list_pdf_ms": median_ms(
            lambda: month_pdf(
                month_lines(entries), Month.of(DAY), fonts=Fonts(), is_simulated=False
            ),
            1,
        ),
    }
    figures["oqs_ratio"] = round(figures["oqs_utf_8_ms"] / figures["lxml_alone_ms"], 2)
    return figures


_Shape = tuple[str, str | None, list["_Shape"]]


def _shape(element: etree._Element) -> _Shape:
    return element.tag, element.text, [_shape(each) for each in element]


def _built(shape: _Shape) -> etree._Element:
    """The same tree by lxml alone, from plain tuples."""
    tag, text, children = shape
    element = etree.Element(tag)
    element.text = text
    element.extend([_built(each) for each in children])
    return element


def _result(number: int) -> Result:
    person = Eligibility(
        card_classification="01",
        insurer_number="06139992",
        symbol="７１",
        number=f"{number:04}",
        branch_number="01",
        personal_family="1",
        name="髙﨑　𠮷",
        name_kana="ﾀｶｻｷ ﾖｼ",
        sex="1",
        birth_date=date(1980, 1, 8),
        address="東京都架空区架空１－２－３",
        valid_from=date(2020, 4, 1),
        insurer_name="架空健康保険組合",
    )
    answer = Answer(
        validity_code="1",
        confirmed_on=DAY,
        eligibilities=(person, replace(person, disqualified_on=DAY)),
        is_simulated=False,
    )
    return Result(
        check_id=f"00000000-0000-4000-8000-{number:012}",
        facility_code="1312345678",
        treated_on=DAY,
        settled_at=datetime(2026, 11, 21, tzinfo=UTC),
        answer=answer,
        is_simulated=False,
    )
