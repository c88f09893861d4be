"""The jobs of an idle kiosk, each run by hand."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.check import EligibilityCheck
from kiosk.errors import ServiceError
from kiosk.ports.records import StoreCorrupt
from kiosk.ports.service import NoNetwork, Reply
from kiosk.settings import ClockTrust
from kiosk.store.opening import Store
from kiosk.sync.care import Care, care_jobs
from kiosk.sync.schedule import Again, Job, Schedule, jobs_document
from kiosk.usecases.verify import Asking
from tests.support.store import Box


@dataclass
class FarClock:
    """The far end: tells the time, or is not there."""

    now: datetime
    error: ServiceError | None = None
    asked: int = field(default=0)

    def compose(self, check: EligibilityCheck) -> bytes:
        raise AssertionError(check)

    def ask(self, check_id: str, body: bytes, *, patience_s: float) -> Reply:
        raise AssertionError(check_id, body, patience_s)

    def begin(self, check_id: str, body: bytes, *, patience_s: float) -> Future[Reply]:
        raise AssertionError(check_id, body, patience_s)

    def server_time(self, *, patience_s: float) -> datetime:
        assert patience_s
        self.asked += 1
        if self.error:
            raise self.error
        return self.now

    def close(self) -> None:
        pass


def by_name(asking: Asking, care: Care | None = None, **others: object) -> dict[str, Job]:
    jobs = care_jobs(asking, care or Care(), draw=lambda: 0.5, **others)  # type: ignore[arg-type] # on_line alone
    return {job.name: job for job in jobs}


def asking_of(box: Box, store: Store, service: FarClock) -> Asking:
    return Asking(store.records, service, box.clock(store, ClockTrust.AUTO), 5.0)


def test_an_idle_kiosk_notices_that_the_line_goes_and_comes(box: Box) -> None:
    service = FarClock(box.wall)
    told: list[str | None] = []
    asking = asking_of(box, box.store(), service)
    line = by_name(asking, on_line=told.append)["line"]
    assert line.run() == 300.0
    service.error = NoNetwork()
    assert line.run() == Again(300.0, "K201")
    assert asking.pace.is_held_up
    service.error = None
    line.run()
    assert told == [None, "K201", None]
    assert not asking.pace.is_held_up


def test_the_services_clock_vouches_where_no_time_server_does(box: Box) -> None:
    box.is_synchronised = False
    service = FarClock(box.wall, NoNetwork())
    clock = by_name(asking_of(box, box.store(), service))["clock"]
    assert clock.run() == Again(90.0, "K308")
    service.error = None
    assert clock.run() == 3600.0
    before = service.asked
    assert clock.run() == 3600.0
    assert service.asked == before


@pytest.mark.parametrize(
    ("left", "code"),
    [(None, None), (timedelta(days=300), None), (timedelta(days=3), "K225")],
)
def test_a_certificate_near_its_end_is_renewed_or_told(
    box: Box, left: timedelta | None, code: str | None
) -> None:
    wanted: list[timedelta] = []

    def renew(before: timedelta) -> datetime | None:
        wanted.append(before)
        return box.wall + left if left else None

    asking = asking_of(box, box.store(), FarClock(box.wall))
    done = by_name(asking, Care(renew))["certificate"].run()
    assert done == (Again(86400.0, code) if code else 86400.0)
    assert wanted == [timedelta(days=60)]


def test_a_renewal_that_fails_is_tried_again_within_hours(box: Box) -> None:
    def renew(_before: timedelta) -> datetime | None:
        raise NoNetwork

    asking = asking_of(box, box.store(), FarClock(box.wall))
    assert by_name(asking, Care(renew))["certificate"].run() == Again(3600.0, "K201")


def test_the_self_test_tells_the_first_of_what_it_finds(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    def corrupt() -> None:
        raise StoreCorrupt

    store = box.store()
    asking = asking_of(box, store, FarClock(box.wall))
    assert by_name(asking, Care(self_tests=(store.records.months,)))["self_test"].run() == 86400.0
    found = by_name(asking, Care(self_tests=(corrupt, store.records.months)))["self_test"].run()
    assert found == Again(86400.0, "K302")
    assert "self_test_failed" in capsys.readouterr().err


def test_the_schedule_tells_of_each_job_when_it_ran_and_runs_next() -> None:
    jobs = [
        Job("good", lambda: 60.0),
        Job("bad", lambda: Again(5.0, "K201")),
        Job("later", lambda: 1.0, 500.0),
    ]
    schedule = Schedule(jobs)
    schedule.start()
    while any(each.result is None for each in schedule.states()[:2]):
        pass
    good, bad, later = jobs_document(schedule.states())
    schedule.stop()
    assert (good["name"], good["result"], bad["result"], later["result"]) == (
        "good",
        "ok",
        "K201",
        None,
    )
    assert later["last_at"] is None
    now = datetime.now(UTC)
    assert abs(datetime.fromisoformat(good["last_at"]) - now) < timedelta(seconds=30)
    assert timedelta(seconds=400) < datetime.fromisoformat(later["next_at"]) - now
