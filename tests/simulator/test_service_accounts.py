"""Accounts, activation, renewal, and what one facility's terminals see of each other."""

from __future__ import annotations

import http.client
import json
import ssl
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.domain.check import EligibilityCheck, Opening
from kiosk.domain.facility import Facility
from kiosk.service.results import PROBLEM_BASE
from kiosk.simulator import pki
from kiosk.simulator.accounts import Account, Status
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import FACILITY, World
from tests.support.cli import kiosk_simulator
from tests.support.service import (
    Raw,
    asked,
    card_of,
    check_of,
    identity,
    key_of,
    opening,
    send_raw,
    signed,
)

WRONG = {"password": "guess"}
SECOND = Facility(FACILITY.code, "W0000002")


def port_of(simulator: RunningSimulator) -> int:
    return int(simulator.url.rpartition(":")[2])


def csr(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> str:
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(key, algorithm).public_bytes(Encoding.PEM).decode()


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def sheet(account: Account, request: str, **changes: str) -> bytes:
    """The body of an activation, as the account sheet has it."""
    document = {
        "version": "madoguchi-1",
        "facility_code": account.facility.code,
        "account_id": account.facility.terminal,
        "password": account.password,
        "activation_code": account.activation_code,
        "csr": request,
    }
    return json.dumps(document | changes).encode()


def post_anonymously(
    world: World, simulator: RunningSimulator, path: str, body: bytes, key: str | None = None
) -> Raw:
    """Without a client certificate."""
    context = ssl.create_default_context(cafile=str(world.ca))
    line = http.client.HTTPSConnection("127.0.0.1", port_of(simulator), context=context, timeout=8)
    try:
        line.request("POST", path, body, {"Idempotency-Key": key or str(uuid.uuid4())})
        response = line.getresponse()
        return Raw(response.status, dict(response.getheaders()), response.read())
    finally:
        line.close()


def activate(world: World, simulator: RunningSimulator, body: bytes, key: str | None = None) -> Raw:
    return post_anonymously(world, simulator, "/v1/activations", body, key)


def problem_of(raw: Raw) -> tuple[int, str]:
    return raw.status, raw.document["type"].removeprefix(PROBLEM_BASE)


def activated(world: World, simulator: RunningSimulator, name: str = "second") -> Raw:
    """The second terminal, its files beside the first one's."""
    key = new_key()
    raw = activate(world, simulator, sheet(world.accounts.the(SECOND), csr(key)))
    assert raw.status == 201
    certificate = x509.load_pem_x509_certificate(raw.document["certificate"].encode())
    pair = pki.KeyPair(certificate, key)
    pki.write_pair(pair, world.folder / f"{name}.pem", world.folder / f"{name}.key")
    return raw


def get(world: World, simulator: RunningSimulator, path: str, name: str = "facility") -> Raw:
    return send_raw(world, port_of(simulator), "GET", path, name=name)


def renew(
    world: World, simulator: RunningSimulator, request: str, key: str, name: str = "second"
) -> Raw:
    body = json.dumps({"version": "madoguchi-1", "csr": request}).encode()
    headers = {"Idempotency-Key": key}
    return send_raw(
        world, port_of(simulator), "POST", "/v1/renewals", body=body, headers=headers, name=name
    )


def test_a_terminal_is_activated_once_and_knows_itself(
    world: World, simulator: RunningSimulator
) -> None:
    raw = activated(world, simulator)
    assert raw.document["mark"] == "模擬"
    own = get(world, simulator, "/v1/account", "second")
    assert own.document["terminal_id"] == "W0000002"
    assert own.document["status"] == "利用可"
    assert own.document["certificate_expires_at"] == raw.document["expires_at"]
    used = activate(world, simulator, sheet(world.accounts.the(SECOND), csr(new_key())))
    assert problem_of(used) == (403, "activation-code-used")


def test_an_activation_asked_again_has_the_same_certificate(
    world: World, simulator: RunningSimulator
) -> None:
    account, key = world.accounts.the(SECOND), str(uuid.uuid4())
    body = sheet(account, csr(new_key()))
    first, again = (activate(world, simulator, body, key) for _ in range(2))
    assert (first.status, first.body) == (again.status, again.body) == (201, first.body)
    other = activate(world, simulator, sheet(account, csr(new_key())), key)
    assert problem_of(other) == (422, "idempotency-key-reused")


@pytest.mark.parametrize(
    ("changes", "status", "name"),
    [
        ({"facility_code": "9910000009"}, 401, "credentials-wrong"),
        ({"facility_code": "991"}, 401, "credentials-wrong"),
        ({"account_id": "W0000009"}, 401, "credentials-wrong"),
        ({"password": "guess"}, 401, "credentials-wrong"),
        ({"activation_code": "AAAA-AAAA-AAAA-AAAA"}, 403, "activation-code-wrong"),
        ({"csr": "x"}, 400, "certificate-request-rejected"),
        ({"version": "madoguchi-0"}, 400, "malformed-question"),
    ],
)
def test_wrong_values_use_nothing_up(
    world: World, simulator: RunningSimulator, changes: dict[str, str], status: int, name: str
) -> None:
    account = world.accounts.the(SECOND)
    raw = activate(world, simulator, sheet(account, csr(new_key()), **changes))
    assert problem_of(raw) == (status, name)
    assert not world.accounts.the(SECOND).is_code_used
    assert activate(world, simulator, sheet(account, csr(new_key()))).status == 201


def test_an_activation_code_may_be_typed_without_hyphens(
    world: World, simulator: RunningSimulator
) -> None:
    account = world.accounts.the(SECOND)
    typed = account.activation_code.replace("-", "").lower()
    raw = activate(world, simulator, sheet(account, csr(new_key()), activation_code=typed))
    assert raw.status == 201


def test_a_key_of_a_kind_nobody_knows_gets_no_certificate(
    world: World, simulator: RunningSimulator
) -> None:
    request = csr(ed25519.Ed25519PrivateKey.generate())
    raw = activate(world, simulator, sheet(world.accounts.the(SECOND), request))
    assert problem_of(raw) == (400, "certificate-request-rejected")


def test_ten_wrong_passwords_shut_the_account_for_a_minute(
    world: World, simulator: RunningSimulator
) -> None:
    account = world.accounts.the(SECOND)
    wrong = sheet(account, csr(new_key()), **WRONG)
    for _ in range(10):
        assert activate(world, simulator, wrong).status == 401
    raw = activate(world, simulator, sheet(account, csr(new_key())))
    assert problem_of(raw) == (429, "too-many-requests")
    assert 0 < int(raw.headers["retry-after"]) <= 60


def test_a_code_issued_again_replaces_the_box_before(
    world: World, simulator: RunningSimulator
) -> None:
    activated(world, simulator)
    assert not world.accounts.reissue(SECOND).is_code_used
    activated(world, simulator, "third")
    old = get(world, simulator, "/v1/results", "second")
    assert problem_of(old) == (403, "client-certificate-revoked")
    assert get(world, simulator, "/v1/results", "third").status == 200


def test_a_stopped_account_is_refused_and_may_see_why(
    world: World, simulator: RunningSimulator
) -> None:
    done = kiosk_simulator(
        "account", "stop", "--dir", world.folder, "--terminal", "W0000001", "--json"
    )
    assert json.loads(done.stdout)[0]["status"] == Status.STOPPED
    assert problem_of(get(world, simulator, "/v1/results")) == (403, "account-stopped")
    assert get(world, simulator, "/v1/account").document["status"] == "停止"
    world.accounts.resume(FACILITY)
    assert get(world, simulator, "/v1/results").status == 200


def test_an_account_is_good_within_its_days(world: World, simulator: RunningSimulator) -> None:
    far = datetime.now(UTC).date() + timedelta(days=9)
    world.accounts.limit(FACILITY, begins_on=far, ends_on=None)
    assert problem_of(get(world, simulator, "/v1/results")) == (403, "account-not-in-force")
    world.accounts.limit(FACILITY, begins_on=date(2026, 1, 1), ends_on=date(2026, 1, 31))
    assert problem_of(get(world, simulator, "/v1/results")) == (403, "account-not-in-force")


def test_renewal_leaves_the_old_certificate_good(world: World, simulator: RunningSimulator) -> None:
    activated(world, simulator)
    key, name = new_key(), str(uuid.uuid4())
    first, again = (renew(world, simulator, csr(key), name) for _ in range(2))
    assert first.status == 201
    # An ECDSA signature differs each time, and so does the request: another body, the same key.
    assert problem_of(again) == (422, "idempotency-key-reused")
    certificate = x509.load_pem_x509_certificate(first.document["certificate"].encode())
    pair = pki.KeyPair(certificate, key)
    pki.write_pair(pair, world.folder / "renewed.pem", world.folder / "renewed.key")
    for each in ("second", "renewed"):
        assert get(world, simulator, "/v1/results", each).status == 200


def test_without_a_certificate_only_activation_and_time_are_open(
    world: World, simulator: RunningSimulator
) -> None:
    for path in ("/v1/checks", "/v1/renewals"):
        raw = post_anonymously(world, simulator, path, b"{}")
        assert problem_of(raw) == (401, "client-certificate-missing")


def test_accounts_and_used_codes_outlive_a_restart(world: World) -> None:
    with RunningSimulator(world) as simulator:
        activated(world, simulator)
    again = World.open(world.folder)
    with RunningSimulator(again) as simulator:
        assert again.accounts.the(SECOND).is_code_used
        assert get(again, simulator, "/v1/account", "second").status == 200


def second_terminals(world: World, check: EligibilityCheck) -> EligibilityCheck:
    """The same card at the other terminal."""
    begun = check.opening
    at = Opening(str(uuid.uuid4()), SECOND, begun.treated_at, begun.nonce, begun.stamp)
    signature = signed(at.challenge, key_of(world, "taro"))
    return EligibilityCheck(at, identity(card_of(check).certificate, signature))


def test_the_terminals_of_a_facility_see_each_others_results(
    world: World, simulator: RunningSimulator
) -> None:
    activated(world, simulator)
    first = check_of(world, "taro", at=opening(treated_at=datetime.now(UTC)))
    assert asked(world, simulator, first)["facility"] == {
        "earlier_today": 0,
        "differs": False,
        "last_on": None,
    }
    other = second_terminals(world, first)
    told = asked(world, simulator, other, "second")["facility"]
    today = first.opening.treated_on.isoformat()
    assert told == {"earlier_today": 1, "differs": False, "last_on": today}
    page = get(world, simulator, "/v1/results?limit=1", "second").document
    assert page["more"] is True
    assert page["results"][0]["check_id"] == first.opening.check_id
    rest = get(world, simulator, f"/v1/results?cursor={page['cursor']}").document
    assert [each["terminal_id"] for each in rest["results"]] == ["W0000002"]
    assert rest["more"] is False
    assert get(world, simulator, f"/v1/results?cursor={rest['cursor']}").document["results"] == []


def test_results_past_their_retention_and_refusals_are_not_listed(
    world: World, simulator: RunningSimulator
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=70)
    asked(world, simulator, check_of(world, "taro", at=opening(treated_at=long_ago)))
    asked(world, simulator, check_of(world, "revoked", at=opening(treated_at=datetime.now(UTC))))
    assert get(world, simulator, "/v1/results").document["results"] == []


@pytest.mark.parametrize(
    "query", ["cursor=x", "cursor=r9", "since=2026-11-21", "since=x", "limit=0", "limit=501"]
)
def test_a_list_asked_for_wrongly(
    first_world: World, standing: RunningSimulator, query: str
) -> None:
    if query == "cursor=r9":
        query = "cursor=r999999999"
    raw = get(first_world, standing, f"/v1/results?{query}")
    assert problem_of(raw) == (400, "malformed-question")
