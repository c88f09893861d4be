"""The client against a service and lines that behave badly: each has its own error."""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.check import Answer, Refused
from kiosk.domain.facility import Facility
from kiosk.errors import ServiceError
from kiosk.ports.service import (
    AccountStopped,
    AnswerLost,
    ClientCertificateRefused,
    ClockRefused,
    KeyReused,
    Maintenance,
    MalformedAnswer,
    NameNotResolved,
    NoNetwork,
    RequestRejected,
    ServerNotTrusted,
    ServiceFault,
    ServiceTimedOut,
    StillProcessing,
    TooManyRequests,
)
from kiosk.service import wire
from kiosk.service.client import HttpsService, retry_after
from kiosk.service.results import Problem
from kiosk.settings import SettingsInvalid
from kiosk.simulator import pki, tree
from kiosk.simulator.line import server_context
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from tests.support.service import Act, ScriptedServer, check_of, client_of, response

CHECK_ID = "5b0f8c9e-0000-4000-8000-000000000001"
Scripted = Callable[..., tuple[HttpsService, ScriptedServer]]


def message(segment: str = "1", *, check_id: str = CHECK_ID, **body: object) -> bytes:
    header = {"ArbitraryFileIdentifier": check_id, "SegmentOfResult": segment}
    return wire.dump({**tree.MARKS, "XmlMsg": {"MessageHeader": header, "MessageBody": body}})


NONE_REGISTERED = message(ProcessingResultStatus="1", QualificationValidity="4")


def ask(service: HttpsService, patience_s: float = 5.0) -> Answer | Refused:
    return service.ask(CHECK_ID, b"{}", patience_s=patience_s).verdict


@pytest.mark.parametrize(
    ("status", "problem", "error"),
    [
        (400, Problem.MALFORMED, RequestRejected),
        (403, Problem.ACCOUNT_STOPPED, AccountStopped),
        (403, Problem.OTHER_FACILITY, ClientCertificateRefused),
        (403, None, RequestRejected),
        (404, None, RequestRejected),
        (413, Problem.TOO_LARGE, RequestRejected),
        (422, Problem.KEY_REUSED, KeyReused),
        (429, Problem.TOO_MANY, TooManyRequests),
        (500, Problem.FAULT, ServiceFault),
        (502, None, ServiceFault),
        (503, Problem.MAINTENANCE, Maintenance),
    ],
)
def test_each_problem_has_its_error(
    scripted: Scripted, status: int, problem: Problem | None, error: type[ServiceError]
) -> None:
    body = tree.problem(problem, status) if problem else b"<html>"
    kind = "application/problem+json" if problem else "text/html"
    service, _ = scripted(response(status, body, kind=kind))
    with pytest.raises(error):
        ask(service)


@pytest.mark.parametrize("status", [429, 503, 500])
def test_retry_after_is_handed_on(scripted: Scripted, status: int) -> None:
    service, _ = scripted(response(status, headers={"Retry-After": "37"}))
    with pytest.raises(ServiceError) as caught:
        ask(service)
    assert getattr(caught.value, "retry_after_s", None) == 37.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        (" 12 ", 12.0),
        ("9" * 400, 86400.0),
        ("Sat, 21 Nov 2026 00:01:40 GMT", 100.0),
        ("Fri, 20 Nov 2026 00:00:00 GMT", 0.0),
        ("Sat, 21 Nov 2099 00:00:00 GMT", 86400.0),
        ("-3", None),
        ("soon", None),
        ("１２", None),
        ("Sat, 99 Nov 2026 00:00:00 GMT", None),
    ],
)
def test_retry_after_comes_as_seconds_or_as_a_date(
    header: str | None, seconds: float | None
) -> None:
    assert retry_after(header, datetime(2026, 11, 21, tzinfo=UTC)) == seconds


def test_a_date_of_retry_after_counts_from_the_servers_own_clock(scripted: Scripted) -> None:
    headers = {
        "Date": "Sun, 21 Nov 2010 00:00:00 GMT",
        "Retry-After": "Sun, 21 Nov 2010 00:00:09 GMT",
    }
    service, _ = scripted(response(503, headers=headers))
    with pytest.raises(Maintenance) as caught:
        ask(service)
    assert caught.value.retry_after_s == 9.0


@pytest.mark.parametrize(
    "sent",
    [
        response(200, b"{}"),
        response(200, b"not json"),
        response(200, NONE_REGISTERED, kind="text/html"),
        response(200, message(check_id="another")),
        response(200, message("7")),
        response(200, NONE_REGISTERED + b" " * wire.MAX_BYTES),
        response(200, gzip.compress(NONE_REGISTERED), headers={"Content-Encoding": "gzip"}),
        response(302, headers={"Location": "https://127.0.0.1:1/"}),
        response(204),
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"x" * 200_000,
    ],
    ids=lambda sent: f"{len(sent)} bytes",
)
def test_what_is_not_of_the_protocol_is_malformed(scripted: Scripted, sent: bytes) -> None:
    service, _ = scripted(sent)
    with pytest.raises(MalformedAnswer):
        ask(service)


def test_an_endless_answer_is_cut_at_the_limit(scripted: Scripted) -> None:
    def flood(line: ssl.SSLSocket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        while True:
            line.sendall(b" " * 65536)

    service, _ = scripted(flood)
    with pytest.raises(MalformedAnswer, match="too large"):
        ask(service)


def test_an_abnormal_segment_is_a_fault_of_the_service(scripted: Scripted) -> None:
    service, _ = scripted(response(200, message("9")))
    with pytest.raises(ServiceFault):
        ask(service)


def test_a_question_still_processing_is_polled_within_the_patience(scripted: Scripted) -> None:
    service, server = scripted(
        response(202, message("2"), headers={"Retry-After": "0"}),
        response(202, message("2"), headers={"Retry-After": "0"}),
        response(200, NONE_REGISTERED),
    )
    assert isinstance(ask(service), Answer)
    poll = f"GET /v1/checks/{CHECK_ID}"
    assert server.asked == ["POST /v1/checks", poll, poll]


def test_a_question_in_progress_is_asked_again_within_the_patience(scripted: Scripted) -> None:
    busy = tree.problem(Problem.IN_PROGRESS, 409)
    service, server = scripted(
        response(409, busy, kind="application/problem+json", headers={"Retry-After": "0"}),
        response(200, NONE_REGISTERED),
    )
    assert isinstance(ask(service), Answer)
    assert server.asked == ["POST /v1/checks", "POST /v1/checks"]


@pytest.mark.parametrize("status", [202, 409])
def test_still_processing_when_the_wait_exceeds_the_patience(
    scripted: Scripted, status: int
) -> None:
    service, server = scripted(response(status, message("2"), headers={"Retry-After": "60"}))
    begins = time.monotonic()
    with pytest.raises(StillProcessing) as caught:
        ask(service)
    assert caught.value.retry_after_s == 60.0
    assert time.monotonic() - begins < 2
    assert len(server.asked) == 1


def test_a_question_forgotten_while_polled_may_be_asked_again(scripted: Scripted) -> None:
    service, _ = scripted(response(202, message("2"), headers={"Retry-After": "0"}), response(404))
    with pytest.raises(AnswerLost):
        ask(service)


def _drip(text: bytes) -> Act:
    def act(line: ssl.SSLSocket) -> None:
        for byte in text:
            line.sendall(bytes([byte]))
            time.sleep(0.05)

    return act


@pytest.mark.parametrize(
    "text",
    [b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 99, response(200, NONE_REGISTERED)],
    ids=["headers", "whole"],
)
def test_a_dripping_server_is_bounded_by_the_patience(scripted: Scripted, text: bytes) -> None:
    service, _ = scripted(_drip(text))
    begins = time.monotonic()
    with pytest.raises(ServiceTimedOut):
        ask(service, patience_s=0.6)
    assert time.monotonic() - begins < 1.2


def test_a_silent_handshake_is_bounded_by_the_patience(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with client_of(world, f"https://127.0.0.1:{port}") as service:
            begins = time.monotonic()
            with pytest.raises(ServiceTimedOut):
                ask(service, patience_s=0.4)
    assert time.monotonic() - begins < 1.0


def _reset(line: ssl.SSLSocket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def _half(line: ssl.SSLSocket) -> None:
    line.sendall(response(200, NONE_REGISTERED)[:-9])


@pytest.mark.parametrize("act", [b"", _reset, _half], ids=["hung up", "reset", "half"])
def test_an_answer_lost_after_sending(scripted: Scripted, act: bytes | Act) -> None:
    service, server = scripted(act, response(200, b"{}"))
    with pytest.raises(AnswerLost):
        ask(service)
    assert server.asked[0] == "POST /v1/checks"


def test_a_line_cut_while_waiting_is_an_answer_lost_at_once(
    service: HttpsService, world: World, simulator: RunningSimulator
) -> None:
    check = check_of(world, "taro")
    body = service.compose(check)
    simulator.hold()
    errors: list[ServiceError] = []

    def asking() -> None:
        with pytest.raises(ServiceError) as caught:
            service.ask(check.opening.check_id, body, patience_s=20)
        errors.append(caught.value)

    thread = threading.Thread(target=asking)
    thread.start()
    deadline = time.monotonic() + 5
    while not simulator.journal and time.monotonic() < deadline:
        time.sleep(0.01)
    begins = time.monotonic()
    simulator.offline()
    thread.join()
    assert [type(error) for error in errors] == [AnswerLost]
    assert time.monotonic() - begins < 1.5


def test_nobody_listens(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with client_of(world, f"https://127.0.0.1:{port}") as service:
        begins = time.monotonic()
        with pytest.raises(NoNetwork):
            ask(service)
        assert time.monotonic() - begins < 1


def test_a_name_that_does_not_exist(world: World) -> None:
    with client_of(world, "https://service.invalid") as service, pytest.raises(NameNotResolved):
        ask(service)


def _server_of(world: World, pair: pki.KeyPair) -> ssl.SSLContext:
    pki.write_pair(pair, world.folder / "server.pem", world.folder / "server.key")
    return server_context(world)


def _days(world: World, starts: int, ends: int) -> pki.KeyPair:
    now = datetime.now(UTC)
    return pki.server_certificate(
        world.service_ca, validity=(now + timedelta(days=starts), now + timedelta(days=ends))
    )


@pytest.mark.parametrize(("starts", "ends"), [(1, 9), (-9, -1)], ids=["not yet", "expired"])
def test_a_certificate_out_of_its_days_points_at_the_clock(
    world: World, starts: int, ends: int
) -> None:
    context = _server_of(world, _days(world, starts, ends))
    with (
        ScriptedServer([b""], context) as server,
        client_of(world, server.url) as service,
        pytest.raises(ClockRefused),
    ):
        ask(service)
    assert server.asked == []


def test_a_foreign_server_gets_nothing(world: World) -> None:
    context = _server_of(world, pki.server_certificate(pki.service_authority()))
    with (
        ScriptedServer([b""], context) as server,
        client_of(world, server.url) as service,
        pytest.raises(ServerNotTrusted),
    ):
        ask(service)
    assert server.asked == []


def test_a_server_of_another_name_gets_nothing(world: World) -> None:
    with (
        ScriptedServer([b""], server_context(world), host="127.0.0.2") as server,
        client_of(world, server.url) as service,
        pytest.raises(ServerNotTrusted),
    ):
        ask(service)
    assert server.asked == []


def test_a_server_without_tls_gets_nothing(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        heard: list[bytes] = []

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                heard.append(connection.recv(65536))
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        with client_of(world, url) as service, pytest.raises(ServerNotTrusted):
            ask(service)
        thread.join()
    assert b"POST" not in b"".join(heard)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_certificate_of_a_stranger_is_told_apart(
    world: World, version: ssl.TLSVersion
) -> None:
    stranger = pki.facility_certificate(pki.service_authority(), Facility("9910000002", "W0000001"))
    folder = world.folder
    pki.write_pair(stranger, folder / "facility.pem", folder / "facility.key")
    context = server_context(world)
    context.minimum_version = context.maximum_version = version
    with (
        ScriptedServer([b""], context) as server,
        client_of(world, server.url) as service,
        pytest.raises(ClientCertificateRefused),
    ):
        ask(service)


def test_the_simulated_service_shuts_a_stranger_out(
    world: World, simulator: RunningSimulator
) -> None:
    stranger = pki.facility_certificate(pki.service_authority(), Facility("9910000001", "W0000001"))
    pki.write_pair(stranger, world.folder / "facility.pem", world.folder / "facility.key")
    with client_of(world, simulator.url) as service, pytest.raises(ClientCertificateRefused):
        ask(service)
    assert simulator.journal == []


def test_files_that_are_missing_or_wrong_are_settings(world: World, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_bytes(b"")
    good, empty = world.folder / "facility.pem", tmp_path / "empty.pem"
    for ca, certificate in ((empty, good), (world.ca, empty), (tmp_path / "none", good)):
        with pytest.raises(SettingsInvalid):
            HttpsService(
                "https://127.0.0.1:1",
                ca=ca,
                certificate=certificate,
                key=world.folder / "facility.key",
            )


def test_no_error_quotes_the_question(scripted: Scripted) -> None:
    service, _ = scripted(response(400, b'{"detail": "TAGGED-NAME"}'))
    with pytest.raises(RequestRejected) as caught:
        service.ask(CHECK_ID, b"TAGGED-NAME", patience_s=5)
    assert "TAGGED" not in repr(caught.value) + str(caught.value)
