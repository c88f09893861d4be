"""Time and the facility's results from the simulated service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.service.client import HttpsService
from kiosk.service.transport import pause_s
from kiosk.simulator.world import FACILITY, World
from tests.support.service import PATIENCE_S, check_of


def test_the_server_time_is_now(service: HttpsService) -> None:
    told = service.server_time(patience_s=PATIENCE_S)
    assert abs(told - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_facilitys_results_come_in_the_order_of_processing(
    service: HttpsService, world: World
) -> None:
    at_first = service.results(None, patience_s=PATIENCE_S)
    assert (at_first.results, at_first.has_more) == ((), False)
    asked = []
    for person in ("taro", "hanako"):
        check = check_of(world, person)
        service.ask(check.opening.check_id, service.compose(check), patience_s=PATIENCE_S)
        asked.append(check.opening.check_id)
    page = service.results(at_first.cursor, patience_s=PATIENCE_S)
    assert [each.check_id for each in page.results] == asked
    assert {each.terminal for each in page.results} == {FACILITY.terminal}
    assert all(each.answer.is_simulated for each in page.results)
    assert service.results(page.cursor, patience_s=PATIENCE_S).results == ()
    later = datetime.now(UTC) + timedelta(hours=1)
    assert service.results(None, since=later, patience_s=PATIENCE_S).results == ()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0.0),
        ('"queue";r=0;t=12', 12.0),
        ('"queue";t=12;r=0', 12.0),
        ('"queue";r=5;t=12', 0.0),
        ('"queue";r=0', 0.0),
        ('"queue";r=0;t=999999', 3600.0),
        ('"queue";r=0;t=-1', 0.0),
        ("nonsense", 0.0),
    ],
)
def test_a_pause_is_read_from_ratelimit(header: str | None, seconds: float) -> None:
    assert pause_s(header) == seconds
