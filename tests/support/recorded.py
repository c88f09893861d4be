"""One true body of every kind and shape the simulated service answers with."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.domain.codes import Notice
from kiosk.service import wire
from kiosk.service.message import compose
from kiosk.service.results import Problem, Refusal
from kiosk.simulator import people, tree
from kiosk.simulator.accounts import Account
from kiosk.simulator.question import Question
from kiosk.simulator.rules import Judgement
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from tests.support.service import CHECK_ID, Raw, check_of, opening, send_raw

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


def question(presentation: dict[str, str] | None = None) -> Question:
    """The question all recorded answers answer."""
    by_sight = {"kind": "visual", "certificate": "", "stand_in": ""}
    return Question.model_validate(
        {
            "version": "madoguchi-1",
            "check_id": CHECK_ID,
            "facility_code": "9910000001",
            "terminal_id": "W0000001",
            "treated_at": NOW.isoformat(),
            "treated_on": date(2026, 11, 21),
            "nonce": "00" * 16,
            "clock_trusted": True,
            "presentation": presentation or by_sight,
        }
    )


def answers() -> Iterator[tuple[str, bytes]]:
    """Answers to a check: of everyone, with every notice, every refusal."""
    numbers = {
        "kind": "insured_numbers",
        "insurer_number": "06139992",
        "number": "1",
        "birth_date": "1980-04-12",
    }
    known = people.built_in()
    for name, person in known.items():
        yield name, tree.answer(question(), Judgement(person), NOW)
    someone = next(iter(known.values()))
    for notice in Notice:
        yield f"notice-{notice}", tree.answer(question(), Judgement(someone, None, notice), NOW)
    for refusal in Refusal:
        yield f"refusal-{refusal}", tree.answer(question(), Judgement(someone, refusal), NOW)
    yield "nobody", tree.answer(question(numbers), Judgement(None), NOW)
    before = tree.Before(1, "", NOW.date())
    told = tree.answer(question(), Judgement(someone), NOW, before)
    yield "again", told
    yield "processing", tree.processing(told)
    document = wire.load(told)
    document["XmlMsg"]["MessageHeader"] |= {"SegmentOfResult": "9", "ErrorCode": "E0001"}
    del document["XmlMsg"]["MessageBody"]
    yield "abnormal", wire.dump(document)


def of_the_service(world: World, simulator: RunningSimulator) -> Iterator[tuple[str, str, bytes]]:
    """Kind, name and body of everything that is no answer to one check, asked over TLS."""
    port = int(simulator.url.rpartition(":")[2])
    for problem in Problem:
        yield "problem", str(problem), tree.problem(problem, 400, "somewhere")

    def told(method: str, path: str, body: dict[str, Any] | None = None) -> Raw:
        key = {"Idempotency-Key": str(uuid.uuid4())}
        content = wire.dump(body) if body else None
        return send_raw(world, port, method, path, body=content, headers=key)

    yield "time", "now", told("GET", "/v1/time").body
    yield "account", "usable", told("GET", "/v1/account").body
    yield "results", "none", told("GET", "/v1/results").body
    for person in ("taro", "hanako"):
        check = check_of(world, person, at=opening())
        key = {"Idempotency-Key": check.opening.check_id}
        send_raw(world, port, "POST", "/v1/checks", body=compose(check), headers=key)
    yield "results", "more", told("GET", "/v1/results?limit=1").body
    yield "results", "two", told("GET", "/v1/results").body
    account = world.accounts.add("9910000001", begins_on=date(2026, 1, 1))
    yield "issued", "activation", told("POST", "/v1/activations", _activation(account)).body
    renewal = {"version": "madoguchi-1", "csr": _request()}
    yield "issued", "renewal", told("POST", "/v1/renewals", renewal).body
    world.accounts.limit(account.facility, begins_on=account.begins_on, ends_on=date(2026, 12, 31))
    own = world.accounts.all()[0].facility
    world.accounts.stop(own, date(2026, 11, 21))
    yield "account", "stopped", told("GET", "/v1/account").body


def _activation(account: Account) -> dict[str, str]:
    return {
        "version": "madoguchi-1",
        "facility_code": account.facility.code,
        "account_id": account.facility.terminal,
        "password": account.password,
        "activation_code": account.activation_code,
        "csr": _request(),
    }


def _request() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def shape(raw: bytes) -> frozenset[tuple[str, str]]:
    """Every element a body has, and of which kind; codes count by their value."""
    return frozenset(_shape(json.loads(raw), ""))


_CODES = ("QualificationValidity", "SegmentOfResult", "ProcessingResultCode", "type", "status")


def _shape(node: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for name, value in node.items():
            is_code = name in _CODES and isinstance(value, str)
            yield f"{path}.{name}", str(value) if is_code else type(value).__name__
            yield from _shape(value, f"{path}.{name}")
    elif isinstance(node, list):
        for each in node:
            yield from _shape(each, f"{path}[]")
