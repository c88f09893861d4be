"""How a terminal gets its client certificate, and the next one (docs/protocol.md, Activation).

The key is made here and never leaves the box. Certificate and key lie together in a folder of their
own below ``identity/``; which of them counts is said by one symbolic link, ``identity/current``, so
that a change is one rename: after any crash the old pair counts or the new one, never a mixture.
"""

from __future__ import annotations

import json
import shutil
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from kiosk.domain.check import CHALLENGE_VERSION
from kiosk.domain.facility import Facility
from kiosk.durable import disk_errors, fill, synchronise
from kiosk.ports.service import KeyReused, MalformedAnswer
from kiosk.service import pages, wire
from kiosk.service.link import expires_at, tls_context
from kiosk.service.pages import Issued
from kiosk.service.transport import Transport
from kiosk.settings import SettingsInvalid

ACTIVATIONS = "/v1/activations"
RENEWALS = "/v1/renewals"
CURRENT, CERTIFICATE, KEY, AUTHORITY, ASKED = (
    "current",
    "terminal.pem",
    "terminal.key",
    "authority.pem",
    "asked.json",
)
_CREATED = 201


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on the account sheet of the portal (マイナ資格確認アプリユーザ設定情報).

    Args:
        facility: 機関コード and アカウントID.
        password: パスワード.
        activation_code: アクティベーションコード; good once.
    """

    facility: Facility
    password: str = field(repr=False)
    activation_code: str = field(repr=False)


class Identity:
    """The folder of this terminal's certificate and key.

    Args:
        folder: made, 0700, when absent.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def certificate(self) -> Path:
        """PEM of the client certificate that counts."""
        return self._folder / CURRENT / CERTIFICATE

    @property
    def key(self) -> Path:
        """PEM of its private key."""
        return self._folder / CURRENT / KEY

    @property
    def expires_at(self) -> datetime | None:
        """Last moment of the certificate that counts, aware UTC; None before the activation.

        SettingsInvalid where its file cannot be read, as where it is used.
        """
        try:
            return expires_at(self.certificate)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "no certificate"
            raise SettingsInvalid(f"service.certificate: {self.certificate}: {why}") from None

    @disk_errors()
    def begun(self, purpose: str) -> Begun:
        """The key pair to ask a certificate for; the same again until it is finished.

        What is asked is written down before it is sent: a question whose answer was lost is asked
        again under the same key and wastes no activation code.

        Args:
            purpose: what it is asked for; another one begins anew.

        Raises:
            DiskFull, DiskReadOnly, StoreCorrupt: the disk does not take it; nothing was asked.
        """
        place = self._folder / "next"
        asked = _asked_before(place, purpose)
        if asked is not None:
            return asked
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700, parents=True)
        self._folder.chmod(0o700)
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        fill(place / KEY, private)
        begun = Begun(place, str(uuid.uuid4()), _request(key), private)
        fill(
            place / ASKED,
            json.dumps({"purpose": purpose, "id": begun.id, "csr": begun.csr}).encode(),
        )
        synchronise(place)
        synchronise(self._folder)
        return begun

    @disk_errors()
    def finish(self, begun: Begun, issued: Issued) -> None:
        """Make the new pair the one that counts, for good, and remove the one before.

        Raises:
            MalformedAnswer: the certificate is not for the key made here, or not of the authority
                it came with; nothing was changed.
            DiskFull, DiskReadOnly, StoreCorrupt: the disk does not take it; the pair before
                counts, and the same question has the same answer.
        """
        _check(issued, begun.private)
        place = self._folder / f"pair-{begun.id}"
        current = self._folder / CURRENT
        if not (current.is_symlink() and current.readlink() == Path(place.name)):
            # What a cut-off try left is not whole: the link alone says that a pair is.
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(mode=0o700)
            fill(place / KEY, begun.private)
            fill(place / CERTIFICATE, issued.certificate)
            fill(place / AUTHORITY, issued.authority)
            synchronise(place)
        link = self._folder / f"{CURRENT}.new"
        link.unlink(missing_ok=True)
        link.symlink_to(place.name)
        link.replace(current)
        synchronise(self._folder)
        self._remove_all_but(place)

    def _remove_all_but(self, place: Path) -> None:
        shutil.rmtree(self._folder / "next")
        for other in self._folder.glob("pair-*"):
            if other != place:
                shutil.rmtree(other)
        synchronise(self._folder)


@dataclass(frozen=True, slots=True)
class Begun:
    """A certificate asked for and not yet received.

    Args:
        place: folder of its key.
        id: the idempotency key.
        csr: PKCS#10 in PEM.
        private: its key, PKCS#8 in PEM; what is sent and what is kept go by this one, whatever
            becomes of the file.
    """

    place: Path
    id: str
    csr: str
    private: bytes = field(repr=False)

    @disk_errors()
    def forget(self) -> None:
        """The next one asked for begins with a key and an id of its own."""
        shutil.rmtree(self.place)


def activate(url: str, ca: Path, sheet: Sheet, identity: Identity, *, patience_s: float) -> Issued:
    """Get the first certificate of this terminal; safe to run again after any failure.

    Raises:
        SettingsInvalid: the authority's file cannot be read.
        ServiceError: K213 to K218, K221 by what is wrong on the sheet; or the line. Nothing of the
            identity has changed then.
        StoreError: the disk does not take the key, or not the certificate: as ``Identity``.
    """
    begun = identity.begun(f"activation of {sheet.facility.code} {sheet.facility.terminal}")
    body = {
        "version": CHALLENGE_VERSION,
        "facility_code": sheet.facility.code,
        "account_id": sheet.facility.terminal,
        "password": sheet.password,
        "activation_code": sheet.activation_code,
        "csr": begun.csr,
    }
    transport = Transport(url, tls_context(ca, None))
    issued = _asked(transport, ACTIVATIONS, begun, body, patience_s)
    return _taken(issued, identity, begun, sheet.facility)


def renew(
    url: str,
    ca: Path,
    identity: Identity,
    *,
    facility: Facility,
    now: datetime,
    before: timedelta,
    patience_s: float,
) -> Issued | None:
    """Get the next certificate when the one in use ends soon; None when there is time.

    Args:
        url: base URL.
        ca: PEM of the service's authority.
        identity: activated.
        facility: whose it is.
        now: aware.
        before: how long before its end.
        patience_s: bound of the call.

    Raises:
        SettingsInvalid, ServiceError, StoreError: as ``activate``; the certificate in use stays.
    """
    ends = identity.expires_at
    if ends is None or ends - now > before:
        return None
    # Named by what it replaces: one that was cut off behind its last step is not asked for again.
    begun = identity.begun(f"renewal of {ends.isoformat()}")
    own = identity.certificate, identity.key
    transport = Transport(url, tls_context(ca, own), own[0])
    body = {"version": CHALLENGE_VERSION, "csr": begun.csr}
    try:
        issued = _asked(transport, RENEWALS, begun, body, patience_s)
        return _taken(issued, identity, begun, facility)
    except MalformedAnswer:
        # Under the same key it would be the same for ever; another one costs no activation code.
        begun.forget()
        raise


def _asked(
    transport: Transport, path: str, begun: Begun, body: dict[str, str], patience_s: float
) -> Issued:
    headers = {"Idempotency-Key": begun.id, "Content-Type": "application/json"}
    content = wire.dump(body)
    try:
        exchange = transport.run(
            lambda progress, _: transport.send(
                "POST", path, progress, headers=headers, content=content
            ),
            patience_s=patience_s,
        )
        return pages.issued(exchange.unless_failed(expected=_CREATED).body)
    except KeyReused:
        # Asked before with another sheet: the next try begins with a key of its own.
        begun.forget()
        raise
    finally:
        transport.close()


def _taken(issued: Issued, identity: Identity, begun: Begun, facility: Facility) -> Issued:
    if issued.facility != facility:
        raise MalformedAnswer("the certificate is for another terminal")
    identity.finish(begun, issued)
    return issued


def _check(issued: Issued, private: bytes) -> None:
    """MalformedAnswer for a certificate that would lock this terminal out."""
    key = load_pem_private_key(private, None)
    try:
        certificate = x509.load_pem_x509_certificate(issued.certificate)
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(issued.authority))
        is_ours = certificate.public_key() == key.public_key()
    except (
        ValueError, TypeError, x509.InvalidVersion, InvalidSignature, UnsupportedAlgorithm,
    ):  # fmt: skip
        raise MalformedAnswer("certificate, authority: not a pair of them") from None
    if not is_ours:
        raise MalformedAnswer("certificate: of another key")


def _asked_before(place: Path, purpose: str) -> Begun | None:
    """What was written down for this purpose; None where a part of it is missing or damaged."""
    try:
        private = (place / KEY).read_bytes()
        key = load_pem_private_key(private, None)
        match json.loads((place / ASKED).read_bytes()):
            case {"purpose": str(written), "id": str(name), "csr": str(csr)}:
                request = x509.load_pem_x509_csr(csr.encode())
                is_ours = request.public_key() == key.public_key() and request.is_signature_valid
                is_whole = is_ours and str(uuid.UUID(name)) == name
                return Begun(place, name, csr, private) if is_whole and written == purpose else None
    except (
        OSError, ValueError, TypeError, RecursionError, x509.InvalidVersion, UnsupportedAlgorithm,
    ):  # fmt: skip
        # Where it is the disk, what is written anew says so.
        pass
    return None


def _request(key: ec.EllipticCurvePrivateKey) -> str:
    """A certificate request; its subject is not looked at by the service."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "madoguchi")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return request.public_bytes(Encoding.PEM).decode()
