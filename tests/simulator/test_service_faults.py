"""Everything the simulated service can be told to do wrong, as the real client meets it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.domain.check import Answer
from kiosk.errors import ServiceError
from kiosk.ports.service import (
    AccountStopped,
    AnswerLost,
    ClientCertificateRevoked,
    ClockRefused,
    Maintenance,
    MalformedAnswer,
    NoNetwork,
    Reply,
    ServerNotTrusted,
    ServiceFault,
    ServiceTimedOut,
    StillProcessing,
    TooManyRequests,
)
from kiosk.service.client import HttpsService
from kiosk.service.message import compose
from kiosk.settings import SimulatorUnreachable
from kiosk.simulator import control
from kiosk.simulator.control import Command
from kiosk.simulator.fault import FaultKind
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from tests.support.cli import kiosk_simulator
from tests.support.service import PATIENCE_S, asked_of, check_of, send_raw

CHECKS = "/v1/checks"
MEETS: dict[FaultKind, type[ServiceError]] = {
    FaultKind.REFUSE: NoNetwork,
    FaultKind.ERROR: ServiceFault,
    FaultKind.TOO_MANY: TooManyRequests,
    FaultKind.MAINTENANCE: Maintenance,
    FaultKind.ANSWER_LOST: AnswerLost,
    FaultKind.TRUNCATED: AnswerLost,
    FaultKind.OVERSIZED: MalformedAnswer,
    FaultKind.WRONG_TYPE: MalformedAnswer,
    FaultKind.GARBLED: MalformedAnswer,
    FaultKind.CERTIFICATE_EXPIRED: ClockRefused,
    FaultKind.CERTIFICATE_FOREIGN: ServerNotTrusted,
    FaultKind.ACCOUNT_STOPPED: AccountStopped,
    FaultKind.CLIENT_REVOKED: ClientCertificateRevoked,
}
NOT_PROCESSED = {
    FaultKind.REFUSE,
    FaultKind.ERROR,
    FaultKind.TOO_MANY,
    FaultKind.MAINTENANCE,
    FaultKind.CERTIFICATE_EXPIRED,
    FaultKind.CERTIFICATE_FOREIGN,
    FaultKind.ACCOUNT_STOPPED,
    FaultKind.CLIENT_REVOKED,
}


@pytest.fixture
def mended(standing: RunningSimulator) -> Iterator[RunningSimulator]:
    """The standing service; whatever goes wrong in a test ends with it."""
    yield standing
    standing.clear()


def ask(service: HttpsService, check_id: str, body: bytes, patience_s: float = PATIENCE_S) -> Reply:
    return service.ask(check_id, body, patience_s=patience_s)


@pytest.mark.parametrize("kind", MEETS)
def test_each_fault_has_its_error_and_the_check_is_processed_once(
    first_world: World, mended: RunningSimulator, standing_service: HttpsService, kind: FaultKind
) -> None:
    check = check_of(first_world, "taro")
    check_id, body = check.opening.check_id, compose(check)
    mended.fault(kind)
    for _ in range(2):
        with pytest.raises(MEETS[kind]) as caught:
            ask(standing_service, check_id, body)
        assert type(caught.value) is MEETS[kind]
    assert bool(asked_of(mended, check)) is (kind not in NOT_PROCESSED)
    mended.clear()
    assert isinstance(ask(standing_service, check_id, body).verdict, Answer)
    assert [line["repeated"] for line in asked_of(mended, check)].count(False) == 1


def test_retry_after_comes_with_the_refusal(
    first_world: World, mended: RunningSimulator, standing_service: HttpsService
) -> None:
    check = check_of(first_world, "taro")
    mended.fault(FaultKind.TOO_MANY, retry_after=7, times=1)
    with pytest.raises(TooManyRequests) as caught:
        ask(standing_service, check.opening.check_id, compose(check))
    assert caught.value.retry_after_s == 7
    reply = ask(standing_service, check.opening.check_id, compose(check))
    assert isinstance(reply.verdict, Answer)


def test_a_busy_service_answers_and_asks_the_queue_for_a_pause(
    first_world: World, mended: RunningSimulator, standing_service: HttpsService
) -> None:
    mended.fault(FaultKind.BUSY, retry_after=12, times=1)
    pauses = []
    for _ in range(2):
        check = check_of(first_world, "taro")
        reply = ask(standing_service, check.opening.check_id, compose(check))
        assert isinstance(reply.verdict, Answer)
        pauses.append(reply.pause_s)
    assert pauses == [12.0, 0.0]


@pytest.mark.parametrize(("kind", "delay"), [(FaultKind.SLOW, 60.0), (FaultKind.DRIP, 0.0)])
def test_a_slow_answer_ends_with_the_patience(
    first_world: World,
    mended: RunningSimulator,
    standing_service: HttpsService,
    kind: FaultKind,
    delay: float,
) -> None:
    check = check_of(first_world, "taro")
    mended.fault(kind, delay=delay)
    with pytest.raises(ServiceTimedOut):
        ask(standing_service, check.opening.check_id, compose(check), 1.0)


def test_a_check_is_polled_until_it_is_processed(
    first_world: World, mended: RunningSimulator, standing_service: HttpsService
) -> None:
    check = check_of(first_world, "taro")
    mended.fault(FaultKind.PROCESSING, times=2)
    key = {"Idempotency-Key": check.opening.check_id}
    port = int(mended.url.rpartition(":")[2])
    raw = send_raw(first_world, port, "POST", CHECKS, body=compose(check), headers=key)
    assert raw.status == 202
    assert raw.headers["location"] == f"{CHECKS}/{check.opening.check_id}"
    assert raw.document["XmlMsg"]["MessageHeader"]["SegmentOfResult"] == "2"
    reply = ask(standing_service, check.opening.check_id, compose(check))
    assert isinstance(reply.verdict, Answer)


def test_a_check_processed_for_ever_is_given_up(
    first_world: World, mended: RunningSimulator, standing_service: HttpsService
) -> None:
    check = check_of(first_world, "taro")
    mended.fault(FaultKind.PROCESSING)
    with pytest.raises(StillProcessing):
        ask(standing_service, check.opening.check_id, compose(check), 1.5)


def test_a_key_in_progress_is_asked_again_within_the_patience(
    first_world: World, mended: RunningSimulator, standing_service: HttpsService
) -> None:
    check = check_of(first_world, "taro")
    mended.fault(FaultKind.IN_PROGRESS, times=1)
    reply = ask(standing_service, check.opening.check_id, compose(check))
    assert isinstance(reply.verdict, Answer)


def test_the_clock_of_the_server_may_be_wrong(
    first_world: World, mended: RunningSimulator, standing_service: HttpsService
) -> None:
    check = check_of(first_world, "taro")
    mended.fault(FaultKind.CLOCK, delay=-86400)
    reply = ask(standing_service, check.opening.check_id, compose(check))
    assert reply.server_time is not None
    assert 86390 < (datetime.now(UTC) - reply.server_time).total_seconds() < 86460


def test_a_script_of_faults_runs_by_the_clock(
    world: World, simulator: RunningSimulator, tmp_path: Path
) -> None:
    script = tmp_path / "faults.toml"
    script.write_text(
        '[[fault]]\nkind = "maintenance"\nlasts = 600\non = "/"\n'
        '[[fault]]\nkind = "slow"\nat = 600\ndelay = 1.5\n'
    )
    done = kiosk_simulator("fault", "--dir", world.folder, "--script", script)
    assert done.returncode == 0, done.stderr
    listed = kiosk_simulator("fault", "--dir", world.folder, "--json")
    assert [each["kind"] for each in json.loads(listed.stdout)] == ["maintenance"]
    port = int(simulator.url.rpartition(":")[2])
    assert send_raw(world, port, "GET", "/v1/time").status == 503
    done = kiosk_simulator("fault", "none", "--dir", world.folder, "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
    assert send_raw(world, port, "GET", "/v1/time").status == 200


def test_a_fault_ends_by_itself(world: World, simulator: RunningSimulator) -> None:
    simulator.fault(FaultKind.REFUSE, lasts=0.2)
    port = int(simulator.url.rpartition(":")[2])
    ends_at = time.monotonic() + PATIENCE_S
    refused = 0
    while time.monotonic() < ends_at:
        try:
            assert send_raw(world, port, "GET", "/v1/time").status == 200
            break
        except ConnectionRefusedError:
            refused += 1
    assert refused


@pytest.mark.parametrize(
    "arguments",
    [
        ("explode",),
        ("error", "--status", "200"),
        ("slow", "--times", "0"),
        ("maintenance", "--for", "-1"),
    ],
)
def test_a_wrong_fault_is_a_wrong_call(first_world: World, arguments: tuple[str, ...]) -> None:
    done = kiosk_simulator("fault", *arguments, "--dir", first_world.folder)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_wrong_script_is_told_with_its_place(first_world: World, tmp_path: Path) -> None:
    script = tmp_path / "faults.toml"
    script.write_text('[[fault]]\nkind = "explode"\n')
    done = kiosk_simulator("fault", "--dir", first_world.folder, "--script", script)
    assert done.returncode == 15
    assert "fault.0.kind" in done.stderr


def test_a_fault_over_the_socket_that_is_none_changes_nothing(
    first_world: World, mended: RunningSimulator
) -> None:
    with pytest.raises(SimulatorUnreachable):
        control.send(first_world.folder, Command.FAULT, faults=[{"kind": "explode"}])
    assert control.send(first_world.folder, Command.FAULTS)["faults"] == []
    assert mended.url
