"""The contract is true of the running link, whatever is asked by it (schemathesis) or beside."""

from __future__ import annotations

import http.client
import itertools
import json
import random
import ssl
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.routing import Route

from kiosk.receipt.api import Api
from kiosk.receipt.serving import ReceiptLink
from tests.receipt.conftest import Clinic
from tests.support.results import eligibility

with warnings.catch_warnings():
    # Libraries of theirs warn of one another when they are imported.
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

DOCUMENT = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "receipt-openapi.json").read_text("utf-8")
)
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
QUESTIONS = st.one_of(
    *(
        SCHEMA[path][method.upper()].as_strategy()
        for path, each in DOCUMENT["paths"].items()
        for method in each
    )
)
PHASES = (Phase.explicit, Phase.generate)
ANOTHER_THREAD = pytest.mark.filterwarnings("ignore:Do not use the `random` module")
"""The kiosk of the same process draws waiting times while a question is being made up."""
HURRIED = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture]
_ADDRESSES = (f"127.0.{a}.{b}" for a, b in itertools.product(range(1, 256), range(1, 256)))
_PER_ADDRESS = 60
"""Before the throttle is felt: the next questions come from another computer."""


class Door:
    """The link's API, asked from one address of loopback after another."""

    def __init__(self, link: ReceiptLink, certificate: Path, token: str) -> None:
        self.link = link
        self.certificate = certificate
        self.token = token
        self._asked = 0
        self._address = next(_ADDRESSES)

    def address(self) -> str:
        self._asked += 1
        if self._asked % _PER_ADDRESS == 0:
            self._address = next(_ADDRESSES)
        return self._address

    def session(self) -> Any:  # noqa: ANN401 - of a library that schemathesis brings
        import requests  # noqa: PLC0415 - as above
        from requests.adapters import HTTPAdapter  # noqa: PLC0415 - as above

        adapter = HTTPAdapter()
        pool = adapter.poolmanager.connection_pool_kw
        pool["source_address"] = (self.address(), 0)
        session = requests.Session()
        session.mount("https://", adapter)
        return session


@pytest.fixture
def door(clinic: Clinic) -> Iterator[Door]:
    clinic.manner.update(drop_folder=None, bind_address=False)
    with clinic.link() as link:
        certificate = clinic.folder / "link" / "certificate.pem"
        code = clinic.staff().query("receipt_pair")["code"]
        trust = ssl.create_default_context(cafile=str(certificate))
        host, _, port = link.url.removeprefix("https://").partition(":")
        line = http.client.HTTPSConnection(host, int(port), context=trust)
        line.request("POST", "/v1/pairings", json.dumps({"code": code, "computer": "fuzz"}))
        token = json.load(line.getresponse())["token"]
        line.close()
        clinic.answer()
        clinic.answer(eligibility(symbol="", name="髙﨑　𠮷"), eligibility())
        yield Door(link, certificate, token)
    assert clinic.core is not None
    assert clinic.core.failure is None


def true_to_the_contract(case: Any, door: Door) -> None:  # noqa: ANN401
    with door.session() as session:
        case.call_and_validate(
            base_url=door.link.url,
            session=session,
            headers={"authorization": f"Bearer {door.token}"},
            verify=str(door.certificate),
            checks=CHECKS,
            timeout=30,
        )


def test_every_route_is_in_the_contract_and_nothing_else() -> None:
    routes = Api(dict, binds_address=True).application().routes
    served = {
        (route.path, method.lower())
        for route in routes
        if isinstance(route, Route)
        for method in route.methods or ()
        if method != "HEAD"
    }
    assert served == {(path, method) for path, each in DOCUMENT["paths"].items() for method in each}


@ANOTHER_THREAD
@given(case=QUESTIONS)
@settings(max_examples=80, deadline=None, phases=PHASES, suppress_health_check=HURRIED)
def test_what_is_asked_by_the_contract_is_answered_by_it(
    case: Any,  # noqa: ANN401
    door: Door,
) -> None:
    true_to_the_contract(case, door)


@pytest.mark.soak
@ANOTHER_THREAD
@given(case=QUESTIONS)
@settings(max_examples=10_000, deadline=None, phases=PHASES, suppress_health_check=HURRIED)
def test_much_is_asked_by_the_contract(case: Any, door: Door) -> None:  # noqa: ANN401
    true_to_the_contract(case, door)


def mangled(chance: random.Random, token: str) -> tuple[str, str, dict[str, str], bytes]:
    """A question that no contract knows."""
    methods = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE")
    paths = [*DOCUMENT["paths"], "/", "/v1", "/v1/results/" + "%00" * 9, "/v1//results", "/..%2f"]
    path = chance.choice(paths).replace(
        "{check_id}", chance.choice(["x", "-", "%F0%9F", "0" * 999])
    )
    query = chance.choice(["", "?after=" + "9" * 30, "?limit=1e9", "?form=%00", "?after=2026-13:1"])
    tokens = (token, token[:-1], token + " ", "\xff" * 9, "")
    headers = {
        "authorization": chance.choice(("Bearer ", "bearer ", "Basic ", ""))
        + chance.choice(tokens),
        "content-type": chance.choice(("application/json", "text/xml", "")),
        "last-event-id": chance.choice(("", "x", "\xe3", "2026-11:99999999999999999999")),
    }
    bodies = (
        b"",
        b"{}",
        b"null",
        b"[" * 9000,
        b'{"number":"' + b"1" * 20000,
        b"\x00\xff",
        b'{"a":1e999}',
    )
    return chance.choice(methods), path + query, headers, chance.choice(bodies)


def asked_anything(door: Door, count: int) -> None:
    chance = random.Random(10)  # noqa: S311 - the same questions each time
    host, _, port = door.link.url.removeprefix("https://").partition(":")
    trust = ssl.create_default_context(cafile=str(door.certificate))
    for _ in range(count):
        method, path, headers, body = mangled(chance, door.token)
        line = http.client.HTTPSConnection(
            host, int(port), context=trust, timeout=30, source_address=(door.address(), 0)
        )
        line.request(method, path, body, headers)
        reply = line.getresponse()
        reply.read(2000)
        line.close()
        assert reply.status < 500, (method, path)


def test_what_is_beside_the_contract_breaks_nothing(door: Door) -> None:
    asked_anything(door, 150)


@pytest.mark.soak
def test_much_that_is_beside_the_contract_breaks_nothing(door: Door) -> None:
    asked_anything(door, 20_000)
