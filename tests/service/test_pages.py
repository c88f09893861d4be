"""Time, account and the facility's results: from the simulated service, and mutated at random."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.ports.service import MalformedAnswer
from kiosk.service import pages
from kiosk.service.client import HttpsService
from kiosk.service.message import problem
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


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=9)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
NOW = "2026-11-21T03:00:00+00:00"
WHOLE: dict[str, Any] = {
    "time": NOW,
    "facility_code": FACILITY.code,
    "terminal_id": FACILITY.terminal,
    "status": "利用可",
    "begins_on": "2026-01-01",
    "ends_on": None,
    "stopped_on": None,
    "certificate_expires_at": NOW,
    "certificate": "pem",
    "authority": "pem",
    "expires_at": NOW,
    "cursor": "c",
    "more": False,
    "results": [{"check_id": "x", "terminal_id": "W0000001", "XmlMsg": {}}],
    "simulated": True,
}
READERS: list[Callable[[bytes], object]] = [
    pages.server_time,
    pages.account,
    pages.issued,
    pages.results_page,
    problem,
]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from(sorted(WHOLE)), anything, max_size=4),
    st.sets(st.sampled_from(sorted(WHOLE)), max_size=2),
    st.sampled_from(READERS),
)
def test_whatever_comes_is_understood_or_malformed(
    other: dict[str, Any], without: set[str], read: Callable[[bytes], object]
) -> None:
    document = {name: value for name, value in (WHOLE | other).items() if name not in without}
    raw = json.dumps(document).encode("utf-8", "replace")
    try:
        assert read(raw) is not None
    except MalformedAnswer:
        return


def test_an_untouched_page_is_understood() -> None:
    raw = json.dumps({**WHOLE, "results": []}).encode()
    assert pages.account(raw).facility == FACILITY
    assert pages.issued(raw).certificate == b"pem"
    assert pages.results_page(raw).cursor == "c"
