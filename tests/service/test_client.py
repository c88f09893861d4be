"""The client against a service and lines that behave badly: each has its own error."""

from __future__ import annotations

import contextlib
import gzip
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.domain.check import Answer
from kiosk.errors import ServiceError
from kiosk.ports.service import (
    AccountStopped,
    AnswerLost,
    ClientCertificateRefused,
    KeyReused,
    Maintenance,
    MalformedAnswer,
    NameNotResolved,
    NoNetwork,
    RequestRejected,
    ServiceFault,
    ServiceTimedOut,
    StillProcessing,
    TooManyRequests,
)
from kiosk.service import wire
from kiosk.service.client import HttpsService
from kiosk.service.results import Problem
from kiosk.service.transport import retry_after
from kiosk.settings import SettingsInvalid
from kiosk.simulator import tree
from kiosk.simulator.line import server_context
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from tests.support.service import (
    CHECK_ID,
    NOBODY_WAITS_S,
    PATIENCE_S,
    Act,
    ScriptedServer,
    ask,
    check_of,
    client_of,
    response,
)

Scripted = Callable[..., tuple[HttpsService, ScriptedServer]]


def message(segment: str = "1", *, check_id: str = CHECK_ID, **body: object) -> bytes:
    header = {"ArbitraryFileIdentifier": check_id, "SegmentOfResult": segment}
    return wire.dump({**tree.MARKS, "XmlMsg": {"MessageHeader": header, "MessageBody": body}})


NONE_REGISTERED = message(ProcessingResultStatus="1", QualificationValidity="4")


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
    service, server = scripted(response(status, message("2"), headers={"Retry-After": "3600"}))
    with pytest.raises(StillProcessing) as caught:
        ask(service, NOBODY_WAITS_S)
    assert caught.value.retry_after_s == 3600.0
    assert len(server.asked) == 1


def test_a_question_forgotten_while_polled_may_be_asked_again(scripted: Scripted) -> None:
    service, _ = scripted(response(202, message("2"), headers={"Retry-After": "0"}), response(404))
    with pytest.raises(AnswerLost):
        ask(service)


def test_a_question_says_how_many_more_wait(first_world: World) -> None:
    heads: list[bytes] = []

    def hear(line: ssl.SSLSocket) -> None:
        heads.append(_whole_question(line))
        line.sendall(response(200, NONE_REGISTERED))

    folder, counts = first_world.folder, iter([0, 3])
    with _hearing(server_context(first_world), hear) as port:
        service = HttpsService(
            f"https://127.0.0.1:{port}",
            ca=first_world.ca,
            certificate=folder / "facility.pem",
            key=folder / "facility.key",
            waiting=lambda: next(counts),
        )
        with service:
            ask(service)
            ask(service)
    assert b"checks-waiting" not in heads[0].lower()
    assert b"checks-waiting: 3\r\n" in heads[1].lower()


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
    with pytest.raises(ServiceTimedOut):
        ask(service, patience_s=0.6)


def test_a_silent_handshake_is_bounded_by_the_patience(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with client_of(world, f"https://127.0.0.1:{port}") as quiet, pytest.raises(ServiceTimedOut):
            ask(quiet, patience_s=0.4)


def _reset(line: ssl.SSLSocket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


@contextlib.contextmanager
def _hearing(context: ssl.SSLContext, act: Act) -> Iterator[int]:
    """The same act on each of two connections, which hears what is asked byte by byte."""

    def serve() -> None:
        for _ in range(2):
            connection, _ = listener.accept()
            with (
                contextlib.suppress(OSError),
                context.wrap_socket(connection, server_side=True) as line,
            ):
                act(line)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE_S)
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def _whole_question(line: ssl.SSLSocket) -> bytes:
    """Head and body: hanging up on an unread body would reset the line under the answer."""
    heard = b""
    while True:
        heard += line.recv(65536)
        head, end, body = heard.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if end and length and len(body) >= int(length[1]):
            return heard


def _half(line: ssl.SSLSocket) -> None:
    line.sendall(response(200, NONE_REGISTERED)[:-9])


@pytest.mark.parametrize("act", [b"", _reset, _half], ids=["hung up", "reset", "half"])
def test_an_answer_lost_after_sending(scripted: Scripted, act: bytes | Act) -> None:
    service, server = scripted(act, response(200, b"{}"))
    with pytest.raises(AnswerLost):
        ask(service)
    assert server.asked[0] == "POST /v1/checks"


@pytest.mark.parametrize("is_alone", [False, True], ids=["every connection", "once"])
def test_a_line_that_breaks_is_not_a_refused_certificate(
    first_world: World, *, is_alone: bool
) -> None:
    """Nobody said a word of our certificate: the check must stay in the queue."""
    met: list[bytes] = []

    def meet(line: ssl.SSLSocket) -> None:
        met.append(b"" if met and not is_alone else line.recv(65536))
        _reset(line)

    with (
        _hearing(server_context(first_world), meet) as port,
        client_of(first_world, f"https://127.0.0.1:{port}") as service,
        pytest.raises(AnswerLost),
    ):
        ask(service)
    assert met[0].startswith(b"POST")
    assert met[1:] == [b""]


def test_a_line_cut_while_waiting_is_an_answer_lost_at_once(
    service: HttpsService, world: World, simulator: RunningSimulator
) -> None:
    check = check_of(world, "taro")
    body = service.compose(check)
    simulator.hold()
    errors: list[ServiceError] = []

    def asking() -> None:
        with pytest.raises(ServiceError) as caught:
            service.ask(check.opening.check_id, body, patience_s=NOBODY_WAITS_S)
        errors.append(caught.value)

    thread = threading.Thread(target=asking)
    thread.start()
    deadline = time.monotonic() + PATIENCE_S
    while not simulator.journal and time.monotonic() < deadline:
        time.sleep(0.01)
    simulator.offline()
    thread.join()
    assert [type(error) for error in errors] == [AnswerLost]


def test_nobody_listens(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with client_of(world, f"https://127.0.0.1:{port}") as service, pytest.raises(NoNetwork):
        ask(service, NOBODY_WAITS_S)


@pytest.mark.parametrize("name", [".".join("a" * 63 for _ in range(5)), "a" * 64, "a..b"])
def test_a_name_that_does_not_exist(world: World, name: str) -> None:
    # Longer than a name or its part can be (RFC 1035, 2.3.4): to resolve it nobody need be asked.
    with client_of(world, f"https://{name}") as service, pytest.raises(NameNotResolved):
        ask(service)


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
