"""What the doctor says of what its checks found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kiosk.appliance.box import Box
from kiosk.appliance.doctor import document, examine, told, worst
from kiosk.appliance.finding import Finding, State
from kiosk.errors import Remedy
from kiosk.phrasebook import Phrase, Phrasebook
from kiosk.ports.card import NoReader, ReaderRefused
from kiosk.settings import SettingsInvalid

BOX = Box(SettingsInvalid("kiosk.toml: clock.trust"))
WHY = Phrase.DOCTOR_WHY_READER
WELL = Finding("well", State.OK, Phrase.DOCTOR_READERS, values={"count": 1})
ILL = Finding.of("ill", ReaderRefused("0x8010006A"), why=WHY)


@pytest.fixture(params=["ja", "en"])
def book(request: pytest.FixtureRequest) -> Phrasebook:
    return Phrasebook.load(request.param)


def test_findings_stand_in_the_order_of_the_checks() -> None:
    def first(box: Box) -> Iterator[Finding]:
        assert box is BOX
        yield WELL
        yield ILL

    assert examine(BOX, [first, lambda _: [WELL]]) == [WELL, ILL, WELL]


def test_the_settings_are_looked_at_though_they_are_broken() -> None:
    found = next(each for each in examine(BOX) if each.name == "settings")
    assert (found.state, found.code, found.remedy) == (State.FAIL, "K501", Remedy.TECHNICIAN)
    assert found.detail == "kiosk.toml: clock.trust"


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], State.OK),
        ([State.OK, State.SKIPPED], State.SKIPPED),
        ([State.UNKNOWN, State.OK], State.UNKNOWN),
        ([State.WARN, State.UNKNOWN], State.WARN),
        ([State.WARN, State.FAIL, State.OK], State.FAIL),
    ],
)
def test_the_worst(states: list[State], expected: State) -> None:
    assert worst(replace(WELL, state=state) for state in states) is expected


def test_people_hear_the_worst_first_with_reason_and_remedy(book: Phrasebook) -> None:
    lines = told([WELL, ILL], book)
    assert lines == [
        book.say(Phrase.DOCTOR_FAIL, count=1),
        book.message("K124"),
        book.say(WHY),
        book.hint("K124"),
        book.say(Phrase.DOCTOR_DETAIL, detail="0x8010006A"),
        book.say(Phrase.DOCTOR_OK, count=1),
        book.say(Phrase.DOCTOR_READERS, count=1),
    ]


def test_machines_get_every_finding(book: Phrasebook) -> None:
    report = document([ILL, WELL], book)
    assert report["state"] == "fail"
    assert report["findings"][0] == {
        "name": "ill",
        "state": "fail",
        "what": book.message("K124").read,
        "why": book.say(WHY).read,
        "hint": book.hint("K124").read,
        "remedy": "technician",
        "code": "K124",
        "detail": "0x8010006A",
    }
    assert report["findings"][1]["hint"] is report["findings"][1]["remedy"] is None


def test_an_error_without_an_occurrence_brings_code_and_remedy() -> None:
    finding = Finding.of("reader.present", NoReader, why=WHY, state=State.WARN)
    assert (finding.code, finding.remedy, finding.detail) == ("K121", Remedy.STAFF, "")


def test_a_finding_is_told_by_a_phrase_or_a_code_not_both() -> None:
    for what, code in ((None, ""), (Phrase.DOCTOR_READERS, "K121")):
        with pytest.raises(ValueError, match="phrase or a code"):
            Finding("x", State.OK, what, code)
