"""How a terminal gets its client certificate: activation, renewal, and its own account."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from cryptography import x509
from pydantic import Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from kiosk.domain.dates import day_in_japan
from kiosk.domain.facility import Facility
from kiosk.domain.text import half_width
from kiosk.service import wire
from kiosk.service.results import Problem
from kiosk.simulator import pki, tree
from kiosk.simulator.accounts import Account, Accounts, Issued, Status
from kiosk.simulator.problems import ProblemFound, as_json, body_of, key_of
from kiosk.simulator.question import MAX_BYTES, Part, Version

_Asked = TypeVar("_Asked", bound=Part)


class ActivationQuestion(Part):
    """What a box sends once, with the values of the account sheet."""

    version: Version
    facility_code: str = Field(max_length=32)
    account_id: str = Field(max_length=32)
    password: str = Field(max_length=128)
    activation_code: str = Field(max_length=128)
    csr: str = Field(description="PKCS#10, PEM")


class RenewalQuestion(Part):
    """What a terminal sends for its next certificate."""

    version: Version
    csr: str = Field(description="PKCS#10, PEM")


class Enrolment:
    """Who may ask, and how one comes to be allowed. All calls come from the event loop's thread.

    Args:
        accounts: of the world.
        authority: of the service; makes the certificates.
    """

    def __init__(self, accounts: Accounts, authority: pki.KeyPair) -> None:
        self._accounts = accounts
        self._authority = authority

    def asker(self, request: Request) -> Facility:
        """Whose client certificate the connection showed, if it may ask today."""
        account = self._account(request)
        _check_use(account, datetime.now(UTC))
        return account.facility

    async def activate(self, request: Request) -> Response:
        """``POST /v1/activations``."""
        raw, key = await body_of(request), key_of(request)
        asked = _parsed(ActivationQuestion, raw)
        return self._once(key, raw, lambda: self._activated(asked, key, raw))

    async def renew(self, request: Request) -> Response:
        """``POST /v1/renewals``."""
        facility = self.asker(request)
        raw, key = await body_of(request), key_of(request)
        asked = _parsed(RenewalQuestion, raw)
        return self._once(key, raw, lambda: self._renewed(facility, asked, key, raw), facility)

    async def account(self, request: Request) -> Response:
        """``GET /v1/account``: told to a stopped account as well."""
        account = self._account(request)
        document = _named(account.facility) | {
            "status": str(account.status),
            "begins_on": account.begins_on.isoformat(),
            "ends_on": account.ends_on.isoformat() if account.ends_on else None,
            "stopped_on": account.stopped_on.isoformat() if account.stopped_on else None,
            "certificate_expires_at": _peer(request).not_valid_after_utc.isoformat(),
        }
        return as_json(wire.dump(document))

    def _account(self, request: Request) -> Account:
        certificate = _peer(request)
        try:
            facility = pki.facility_of(certificate)
        except ValueError:
            raise ProblemFound(Problem.OTHER_FACILITY, 403) from None
        account = self._accounts.get(facility)
        if account is None:
            raise ProblemFound(Problem.ACCOUNT_UNKNOWN, 403)
        if self._accounts.is_revoked(certificate):
            raise ProblemFound(Problem.CERTIFICATE_REVOKED, 403)
        return account

    def _once(
        self,
        key: str,
        raw: bytes,
        make: Callable[[], Issued],
        asker: Facility | None = None,
    ) -> Response:
        """The same body under the same key has the same certificate."""
        issued = self._accounts.issued_under(key)
        if issued is None:
            issued = make()
        elif issued.body_sha256 != _fingerprint(raw) or asker not in (None, issued.facility):
            raise ProblemFound(Problem.KEY_REUSED, 422)
        return as_json(wire.dump(self._certificate(issued)), 201)

    def _activated(self, asked: ActivationQuestion, key: str, raw: bytes) -> Issued:
        now = datetime.now(UTC)
        account = self._proven(asked, now)
        _check_use(account, now)
        if not _is_same(_plain(asked.activation_code), _plain(account.activation_code)):
            raise ProblemFound(Problem.ACTIVATION_CODE_WRONG, 403)
        if account.is_code_used:
            raise ProblemFound(Problem.ACTIVATION_CODE_USED, 403)
        issued = self._made(account.facility, asked.csr, key, raw)
        self._accounts.activate(issued)
        return issued

    def _renewed(self, facility: Facility, asked: RenewalQuestion, key: str, raw: bytes) -> Issued:
        issued = self._made(facility, asked.csr, key, raw)
        self._accounts.renew(issued)
        return issued

    def _proven(self, asked: ActivationQuestion, now: datetime) -> Account:
        """The account, if facility, id and password fit; one problem for all three."""
        wrong = ProblemFound(Problem.CREDENTIALS_WRONG, 401)
        try:
            account = self._accounts.get(Facility(asked.facility_code, asked.account_id))
        except ValueError:
            raise wrong from None
        if account is None:
            raise wrong
        if shut := self._accounts.shut_for(account.facility, now):
            raise ProblemFound(Problem.TOO_MANY, 429, retry_after_s=math.ceil(shut))
        if not _is_same(asked.password, account.password):
            self._accounts.count_wrong(account.facility, now)
            raise wrong
        return account

    def _made(self, facility: Facility, csr: str, key: str, raw: bytes) -> Issued:
        try:
            public = pki.requested_key(csr)
        except ValueError as error:
            raise ProblemFound(Problem.CERTIFICATE_REQUEST, 400, str(error)) from None
        certificate = pki.terminal_certificate(self._authority, facility, public)
        return Issued(facility, key, _fingerprint(raw), certificate)

    def _certificate(self, issued: Issued) -> dict[str, Any]:
        return _named(issued.facility) | {
            "certificate": pki.pem(issued.certificate).decode(),
            "authority": pki.pem(self._authority.certificate).decode(),
            "expires_at": issued.certificate.not_valid_after_utc.isoformat(),
        }


def _check_use(account: Account, now: datetime) -> None:
    if account.status is Status.STOPPED:
        raise ProblemFound(Problem.ACCOUNT_STOPPED, 403)
    if not account.is_in_force(day_in_japan(now)):
        raise ProblemFound(Problem.ACCOUNT_NOT_IN_FORCE, 403)


def _named(facility: Facility) -> dict[str, Any]:
    names = {"facility_code": facility.code, "terminal_id": facility.terminal}
    return {**tree.MARKS, **names}


def _parsed(kind: type[_Asked], raw: bytes) -> _Asked:
    try:
        return kind.model_validate(wire.load(raw, max_bytes=MAX_BYTES))
    except ValidationError as error:
        place = error.errors(include_input=False, include_url=False)[0]["loc"]
        detail = ".".join(str(part) for part in place)
        raise ProblemFound(Problem.MALFORMED, 400, detail) from None
    except wire.OffTheWire as error:
        raise ProblemFound(Problem.MALFORMED, 400, str(error)) from None


def _peer(request: Request) -> x509.Certificate:
    """The client certificate of the connection (ASGI TLS extension)."""
    chain = request.scope.get("extensions", {}).get("tls", {}).get("client_cert_chain", ())
    if not chain:
        raise ProblemFound(Problem.CERTIFICATE_MISSING, 401)
    return _read(chain[0])


@lru_cache(maxsize=256)
def _read(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


def _fingerprint(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _is_same(given: str, kept: str) -> bool:
    return hmac.compare_digest(given.encode(), kept.encode())


def _plain(code: str) -> str:
    """Activation codes are typed by people: neither case, width nor hyphens matter."""
    return half_width(code).replace("-", "").replace(" ", "").upper()
