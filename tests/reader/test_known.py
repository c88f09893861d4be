"""The table of readers, and the page made from it."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from kiosk.reader.known import Verdict, by_name, by_usb_id, known_readers
from kiosk.reader.part10 import ReaderProperties
from kiosk.reader.survey import SurveyedReader, carries_extended
from kiosk.simulator.card import SimulatedCard
from tests.support.cards import CardMaker
from tests.support.scripted import OK, SELECT, ScriptedChannel

ROOT = Path(__file__).resolve().parents[2]
SILENT = ReaderProperties()
READ_AUTHORITY = "00b08b00000000"


def test_the_page_is_up_to_date() -> None:
    made = runpy.run_path(str(ROOT / "tools" / "readers_md.py"))["document"]()
    page = (ROOT / "docs" / "readers.md").read_text("utf-8")
    assert made == page, "run: .venv/bin/python tools/readers_md.py"
    assert all(each.label in page for each in known_readers())


def test_no_reader_has_two_rows() -> None:
    ids = [each for row in known_readers() for each in row.usb]
    assert len(ids) == len(set(ids)) > 10
    assert all(part[4] == ":" and part == part.lower() for part in ids)
    for row in known_readers():
        assert all(by_name(name) is row for name in row.names)
        assert all(by_usb_id(usb_id) is row for usb_id in row.usb)


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("SONY FeliCa RC-S300/P (1234567) 00 00", Verdict.GOOD),
        ("ACS ACR122U PICC Interface 00 00", Verdict.SHORT_ONLY),
        ("ACS ACR39U ICC Reader 01 00", Verdict.GOOD),
        ("ACS ACR3901U ICC Reader 00 00", Verdict.SHORT_ONLY),
        ("Virtual PCD 00 01", Verdict.VIRTUAL),
    ],
)
def test_names_as_pcscd_gives_them(name: str, verdict: Verdict) -> None:
    row = by_name(name)
    assert row is not None
    assert row.verdict is verdict


@pytest.mark.parametrize(
    ("reader", "takes_extended"),
    [
        (SurveyedReader("ACME", SILENT, None), None),
        (SurveyedReader("Virtual PCD 00 00", SILENT, None), None),
        (SurveyedReader("SONY FeliCa RC-S300/P 00 00", SILENT, None), True),
        (SurveyedReader("ACS ACR122U 00 00", SILENT, None), False),
        (SurveyedReader("ACME", ReaderProperties(None, "054c:0dc9"), None), True),
        (SurveyedReader("SONY FeliCa RC-S300/P", ReaderProperties(0), None), False),
        (SurveyedReader("ACME", ReaderProperties(65536), probed=False), False),
        (SurveyedReader("ACS ACR122U 00 00", ReaderProperties(0), probed=True), True),
    ],
)
def test_what_was_tried_goes_before_what_is_said_and_that_before_the_table(
    reader: SurveyedReader, *, takes_extended: bool | None
) -> None:
    assert reader.takes_extended is takes_extended


@pytest.mark.parametrize("takes_extended", [True, False])
def test_a_probe_reads_the_authoritys_certificate(
    cards: CardMaker, *, takes_extended: bool
) -> None:
    card: SimulatedCard = cards.card(short_only=not takes_extended)
    card.power_on()

    class Line:
        def transmit(self, command: bytes) -> bytes:
            return card.transmit(command)

        def power_cycle(self) -> None:
            raise AssertionError

    assert carries_extended(Line()) is takes_extended


@pytest.mark.parametrize(
    ("answer", "carried"),
    [("6700", False), ("30" * 256 + OK, False), ("30" * 257 + OK, True), ("6a82", False)],
)
def test_a_long_answer_cut_short_did_not_get_through(answer: str, *, carried: bool) -> None:
    channel = ScriptedChannel([(SELECT, OK), (READ_AUTHORITY, answer)])
    assert carries_extended(channel) is carried


def test_another_card_tells_nothing_of_the_reader() -> None:
    assert carries_extended(ScriptedChannel([(SELECT, "6a82")])) is None
