"""Two months go by in a minute: kioskd warns of the end of a month, and at it the month is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.dates import Month, day_in_japan
from kiosk.domain.retention import purge_due_at
from tests.journeys.conftest import Ward, open_clinic, wait_until
from tests.support.faked_time import Calendar
from tests.support.pcscd import Pcscd
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.pcsc, pytest.mark.soak]
MONTH = Month.of(day_in_japan(datetime.now(UTC))).plus(1)
"""Of the visits: the next, because certificates made now do not hold for days that are over."""
END = purge_due_at(MONTH)
VISITS = MONTH.start + timedelta(days=9, hours=12)
A_MINUTE_S = 90.0
"""The service is asked for the time within the first."""
JUST_BEFORE = END - timedelta(seconds=75)
AT_ONCE = timedelta(seconds=5)
CLOCK_NOT_TRUSTED = "K308"


@pytest.fixture
def calendar(tmp_path: Path, pcscd: Pcscd, monkeypatch: pytest.MonkeyPatch) -> Calendar:
    """Begun after pcscd, which keeps the true time."""
    del pcscd
    return Calendar.opened(tmp_path / "clock", monkeypatch, VISITS)


@pytest.fixture
def ward(calendar: Calendar, tmp_path: Path, pcscd: Pcscd) -> Iterator[Ward]:
    """Of two visits one is answered; the line was cut before the other, and stays so."""
    del calendar
    with open_clinic(tmp_path) as clinic:
        clinic.vpcd = f"{pcscd.host}:{pcscd.port}"
        made = Ward(clinic)
        made.switch_on()
        visit(made, "taro", "1234", "result.valid")
        clinic.simulator("offline")
        visit(made, "hanako", "2345", "outage.received")
        yield made


def visit(ward: Ward, person: str, pin: str, end: str) -> None:
    visitor = ward.visitor()
    ward.lay(person)
    visitor.until("<ask_pin>")
    visitor.type_pin(pin)
    visitor.until(end)
    ward.take()
    visitor.link.close()


def give_the_time(ward: Ward) -> None:
    """The line is mended: the service vouches for the leap of the clock, and answers no check."""
    ward.clinic.simulator("fault", "maintenance")
    ward.clinic.simulator("online")


def goes_soon(ward: Ward) -> list[tuple[str, int]]:
    """Months announced, each with what is unconfirmed in it."""
    looker = Visitor(ward.link(), claims=False)
    matters: list[dict[str, Any]] = looker.query("matters")["matters"]
    looker.link.close()
    return [(each["month"], each["unconfirmed"]) for each in matters if each["kind"] == "goes_soon"]


def foreseen(ward: Ward, *arguments: str) -> list[dict[str, Any]]:
    called = ward.clinic.run("purge", "--dry-run", "--json", *arguments)
    assert called.status == 0, called.err
    found: list[dict[str, Any]] = called.document["purged"]
    return found


def months_kept(ward: Ward) -> list[Path]:
    """The files of months: whether one is there is seen without opening the store."""
    return [each for each in (ward.clinic.state / "sealed").glob("*.db") if len(each.stem) == 32]


def counted(ward: Ward) -> dict[str, int]:
    called = ward.clinic.run("adoption", "statistics", "--json")
    assert called.status == 0, called.err
    (month,) = (each for each in called.document["months"] if each["month"] == str(MONTH))
    return {name: month[name] for name in ("checked", "answered", "refused", "deferred", "by_card")}


COUNTS = {"checked": 2, "answered": 1, "refused": 0, "deferred": 1, "by_card": 2}


def test_a_month_is_announced_and_goes_at_its_end(ward: Ward, calendar: Calendar) -> None:
    assert counted(ward) == COUNTS
    ward.switch_off()
    calendar.turn_to(JUST_BEFORE)
    give_the_time(ward)
    ward.switch_on()
    wait_until(lambda: goes_soon(ward) == [(str(MONTH), 1)], A_MINUTE_S)
    assert foreseen(ward) == []
    assert foreseen(ward, "--now", END.isoformat()) == [
        {"month": str(MONTH), "checks": 2, "unanswered": 1}
    ]
    assert calendar.now() < END
    assert len(months_kept(ward)) == 1
    wait_until(lambda: not months_kept(ward), A_MINUTE_S)
    assert END <= calendar.now() < END + AT_ONCE
    assert ward.clinic.run("queue", "list", "--json").document["matters"] == []
    assert counted(ward) == COUNTS
    assert '"event": "month_purged"' in ward.switch_off()
    assert ward.asked() == 1


def test_no_month_goes_while_the_clock_is_not_trusted(ward: Ward, calendar: Calendar) -> None:
    calendar.turn_to(END + timedelta(days=1))
    called = ward.clinic.run("purge", "--json")
    assert called.status == 13
    assert CLOCK_NOT_TRUSTED in called.err
    ward.switch_off()
    ward.switch_on()
    assert goes_soon(ward) == []
    assert '"event": "purge_withheld"' in ward.switch_off()
    assert len(months_kept(ward)) == 1
    give_the_time(ward)
    ward.switch_on()
    wait_until(lambda: not months_kept(ward), 2 * A_MINUTE_S)
    assert counted(ward) == COUNTS
    ward.switch_off()
