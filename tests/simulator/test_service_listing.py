"""A page of the facility's results always fits what a client takes, however much was answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.domain.dates import day_in_japan
from kiosk.domain.facility import Facility
from kiosk.service import wire
from kiosk.service.pages import results_page
from kiosk.simulator import people, tree
from kiosk.simulator.ledger import ANCHORS, ANSWERS, JOURNAL, Answers, Ledger, Processed
from kiosk.simulator.listing import page
from kiosk.simulator.rules import Judgement
from tests.support.recorded import NOW, question

FACILITY = Facility("9910000001", "W0000001")


def processed(number: int, received_at: datetime = NOW, times: int = 60) -> Processed:
    """An answer with so many eligibilities: with 60 tens of kilobytes."""
    document = wire.load(
        tree.answer(question(), Judgement(next(iter(people.built_in().values()))), NOW)
    )
    body = document["XmlMsg"]["MessageBody"]["ResultList"]
    body["ResultOfQualificationConfirmation"] *= times
    document["XmlMsg"]["MessageHeader"]["ArbitraryFileIdentifier"] = f"check-{number}"
    return Processed(
        check_id=f"check-{number}",
        facility=FACILITY,
        body_sha256="",
        answer=wire.dump(document),
        kind="certificate",
        treated_at=NOW.isoformat(),
        treated_on=day_in_japan(received_at),
        received_at=received_at,
        is_answered=True,
        person=f"person-{number % 3}",
        result="",
    )


def test_pages_of_much_are_short_and_together_whole() -> None:
    known = [processed(number) for number in range(60)]
    assert sum(len(each.answer) for each in known) > wire.MAX_BYTES
    cursor: dict[str, str] = {}
    found: list[str] = []
    pages = 0
    while True:
        raw = page(Answers(0, known), cursor, datetime(2026, 11, 21, 12, tzinfo=UTC))
        assert len(raw) <= wire.MAX_BYTES
        read = results_page(raw)
        found += [each.check_id for each in read.results]
        pages += 1
        if not read.has_more:
            break
        cursor = {"cursor": read.cursor}
    assert found == [each.check_id for each in known]
    assert 1 < pages < 10


def listed(ledger: Ledger, cursor: str | None, now: datetime) -> tuple[list[str], str]:
    found: list[str] = []
    while True:
        query = {"cursor": cursor} if cursor else {}
        read = results_page(page(ledger.answered(FACILITY.code), query, now))
        found += [each.check_id for each in read.results]
        cursor = read.cursor
        if not read.has_more:
            return found, cursor


def lines_of(folder: Path) -> int:
    return sum(len((folder / each).read_bytes().splitlines()) for each in (ANSWERS, JOURNAL))


def test_what_is_past_retention_goes_and_a_cursor_stays_good(tmp_path: Path) -> None:
    """Two years of a clinic: what is kept is what two months hold, in memory and on disk."""
    begins = datetime(2026, 1, 10, 3, tzinfo=UTC)
    now = begins
    ledger = Ledger(tmp_path, now)
    cursor: str | None = None
    seen: list[str] = []
    most = 0
    for month in range(24):
        now = begins + timedelta(days=30.4 * month)
        for number in range(month * 5, month * 5 + 5):
            ledger.enter(processed(number, now, times=1))
        ledger.anchor(FACILITY, f"{month};{'a' * 64}")
        new, cursor = listed(ledger, cursor, now)
        seen += new
        most = max(most, len(ledger.answered(FACILITY.code).checks))
        if month % 7 == 6:
            ledger = Ledger(tmp_path, now)
    assert seen == [f"check-{number}" for number in range(24 * 5)]
    assert most == 10
    # The answers of two months, where the places begin, and the journal.
    assert lines_of(tmp_path) == 10 + 1 + 10
    assert len((tmp_path / ANCHORS).read_bytes().splitlines()) <= 24
    assert ledger.get("check-0") is None
    assert ledger.get("check-119") is not None
    assert len(ledger.about(FACILITY.code, "person-0")) <= 10
    again = Ledger(tmp_path, now)
    assert listed(again, cursor, now) == ([], cursor)
    assert listed(again, None, now)[0] == seen[-10:]


def test_a_world_left_alone_forgets_when_it_is_opened_again(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, NOW)
    ledger.enter(processed(1, NOW, times=1))
    end = ledger.answered(FACILITY.code).first + 1
    later = Ledger(tmp_path, NOW + timedelta(days=100))
    assert later.get("check-1") is None
    assert (later.answered(FACILITY.code).first, later.answered(FACILITY.code).checks) == (end, [])
    assert b"check-1" not in (tmp_path / ANSWERS).read_bytes()
