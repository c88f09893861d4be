"""A page of the facility's results always fits what a client takes, however much was answered."""

from __future__ import annotations

from datetime import UTC, date, datetime

from kiosk.domain.facility import Facility
from kiosk.service import wire
from kiosk.service.pages import results_page
from kiosk.simulator import people, tree
from kiosk.simulator.ledger import Processed
from kiosk.simulator.listing import page
from kiosk.simulator.rules import Judgement
from tests.support.recorded import NOW, question


def processed(number: int) -> Processed:
    """An answer with many eligibilities: tens of kilobytes."""
    document = wire.load(
        tree.answer(question(), Judgement(next(iter(people.built_in().values()))), NOW)
    )
    body = document["XmlMsg"]["MessageBody"]["ResultList"]
    body["ResultOfQualificationConfirmation"] *= 60
    document["XmlMsg"]["MessageHeader"]["ArbitraryFileIdentifier"] = f"check-{number}"
    return Processed(
        check_id=f"check-{number}",
        facility=Facility("9910000001", "W0000001"),
        body_sha256="",
        answer=wire.dump(document),
        kind="certificate",
        treated_at=NOW.isoformat(),
        treated_on=date(2026, 11, 21),
        received_at=NOW,
        is_answered=True,
        person=None,
        result="",
    )


def test_pages_of_much_are_short_and_together_whole() -> None:
    known = [processed(number) for number in range(60)]
    assert sum(len(each.answer) for each in known) > wire.MAX_BYTES
    cursor: dict[str, str] = {}
    found: list[str] = []
    pages = 0
    while True:
        raw = page(known, cursor, datetime(2026, 11, 21, 12, tzinfo=UTC))
        assert len(raw) <= wire.MAX_BYTES
        read = results_page(raw)
        found += [each.check_id for each in read.results]
        pages += 1
        if not read.has_more:
            break
        cursor = {"cursor": read.cursor}
    assert found == [each.check_id for each in known]
    assert 1 < pages < 10
