"""One check id, one processing, one answer; and the mark on everything, errors too."""

from __future__ import annotations

import json
import threading
from datetime import date

import pytest

from kiosk.service.message import compose
from kiosk.service.results import PROBLEM_BASE
from kiosk.simulator import pki
from kiosk.simulator.ledger import ANSWERS, JOURNAL
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from tests.support.service import Raw, asked_of, check_of, send_raw


def port_of(simulator: RunningSimulator) -> int:
    return int(simulator.url.rpartition(":")[2])


def post(
    world: World, simulator: RunningSimulator, body: bytes, key: str | None, name: str = "facility"
) -> Raw:
    headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
    return send_raw(
        world,
        port_of(simulator),
        "POST",
        "/v1/checks",
        body=body,
        headers=headers,
        name=name,
    )


def assert_problem(raw: Raw, status: int, name: str) -> None:
    assert raw.status == status
    assert raw.headers["content-type"] == "application/problem+json"
    assert raw.document["type"] == PROBLEM_BASE + name
    assert raw.document["simulated"] is True
    assert raw.document["mark"] == "模擬"


def test_the_same_key_and_body_give_the_same_bytes(
    first_world: World, standing: RunningSimulator
) -> None:
    check = check_of(first_world, "taro")
    key, body = check.opening.check_id, compose(check)
    first, again = post(first_world, standing, body, key), post(first_world, standing, body, key)
    assert first.status == again.status == 200
    assert first.body == again.body
    assert first.document["mark"] == "模擬"
    assert first.headers["cache-control"] == "no-store"
    assert [
        (line["check_id"], line["person"], line["repeated"]) for line in asked_of(standing, check)
    ] == [
        (key, "taro", False),
        (key, "taro", True),
    ]


def test_the_same_key_with_another_body_is_422(
    first_world: World, standing: RunningSimulator
) -> None:
    check = check_of(first_world, "taro")
    key, body = check.opening.check_id, compose(check)
    post(first_world, standing, body, key)
    other = compose(check_of(first_world, "taro", at=check.opening, is_visual=True))
    assert_problem(post(first_world, standing, other, key), 422, "idempotency-key-reused")
    assert len(asked_of(standing, check)) == 1


def test_many_at_once_are_processed_once(first_world: World, standing: RunningSimulator) -> None:
    check = check_of(first_world, "hanako")
    key, body = check.opening.check_id, compose(check)
    answers: list[bytes] = []

    def asking() -> None:
        answers.append(post(first_world, standing, body, key).body)

    threads = [threading.Thread(target=asking) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6
    assert len(set(answers)) == 1
    assert sorted(line["repeated"] for line in asked_of(standing, check)) == [False] + [True] * 5


def test_a_service_started_again_knows_its_answers_and_its_port(world: World) -> None:
    check = check_of(world, "taro")
    key, body = check.opening.check_id, compose(check)
    with RunningSimulator(world) as simulator:
        url, first = simulator.url, post(world, simulator, body, key)
    for name in (ANSWERS, JOURNAL):
        with (world.folder / name).open("ab") as file:
            file.write(b'{"torn by a ki')
    with RunningSimulator(World.open(world.folder)) as simulator:
        assert simulator.url == url
        assert post(world, simulator, body, key).body == first.body
        assert [line["repeated"] for line in simulator.journal] == [False, True]


def test_a_question_without_a_key(first_world: World, standing: RunningSimulator) -> None:
    raw = post(first_world, standing, compose(check_of(first_world, "taro")), None)
    assert_problem(raw, 400, "idempotency-key-missing")


def test_a_question_under_the_id_of_another(first_world: World, standing: RunningSimulator) -> None:
    other = check_of(first_world, "taro").opening.check_id
    raw = post(first_world, standing, compose(check_of(first_world, "taro")), other)
    assert_problem(raw, 400, "malformed-question")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version", "madoguchi-0"),
        ("check_id", "1"),
        ("facility_code", "1"),
        ("treated_at", "2026-11-15T03:04:05"),
        ("treated_at", "2026-11-15T03:04:05Z"),
        ("treated_on", "2026-11-14"),
        ("nonce", "00"),
        ("clock_trusted", None),
        ("presentation", {"kind": "face"}),
        ("presentation", {"kind": "certificate", "certificate": "AA=="}),
    ],
)
def test_a_question_not_of_the_protocol(
    first_world: World, standing: RunningSimulator, name: str, value: object
) -> None:
    check = check_of(first_world, "taro")
    document = json.loads(compose(check)) | {name: value}
    raw = post(first_world, standing, json.dumps(document).encode(), check.opening.check_id)
    assert_problem(raw, 400, "malformed-question")
    assert asked_of(standing, check) == []


def test_a_question_too_large(first_world: World, standing: RunningSimulator) -> None:
    raw = post(first_world, standing, b" " * 70_000, "x")
    assert_problem(raw, 413, "too-large")


def test_the_answer_can_be_polled_by_the_one_who_asked(
    first_world: World, standing: RunningSimulator
) -> None:
    check = check_of(first_world, "taro")
    key = check.opening.check_id
    answer = post(first_world, standing, compose(check), key)
    path = f"/v1/checks/{key}"
    assert send_raw(first_world, port_of(standing), "GET", path).body == answer.body
    stranger = first_world.accounts.add("9910000002", begins_on=date(2026, 11, 1)).facility
    other = pki.facility_certificate(first_world.service_ca, stranger)
    pki.write_pair(other, first_world.folder / "other.pem", first_world.folder / "other.key")
    raw = send_raw(first_world, port_of(standing), "GET", path, name="other")
    assert_problem(raw, 404, "unknown-check")
    assert_problem(
        post(first_world, standing, compose(check), key, "other"),
        403,
        "certificate-of-another-facility",
    )


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/", 404), ("GET", "/v1/checks", 405)]
)
def test_other_places_bear_the_mark_too(
    first_world: World, standing: RunningSimulator, method: str, path: str, status: int
) -> None:
    assert_problem(send_raw(first_world, port_of(standing), method, path), status, "not-found")


def test_a_server_certificate_does_not_open_the_door_to_questions(
    first_world: World, standing: RunningSimulator
) -> None:
    """OpenSSL checks the purpose: a server's certificate is none of a client."""
    check = check_of(first_world, "taro")
    with pytest.raises(OSError):  # noqa: PT011 - an alert or a reset, as the race will have it
        post(first_world, standing, compose(check), check.opening.check_id, "server")
