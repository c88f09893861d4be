"""The user-authentication certificate: what the kiosk needs to know of it, and no more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from kiosk.ports.card import CertificateUnreadable

SIMULATED_MARKS = ("SIMULATED", "模擬")
_MARKED_NAMES = (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
_OTHER_KEY = "other"


@dataclass(frozen=True, slots=True)
class CardCertificate:
    """A certificate as it lay on the card.

    Args:
        der: exactly the certificate, without filler.
        not_after: end of validity, aware UTC.
        is_simulated: organisation or common name of subject or issuer says SIMULATED or 模擬.
        key_algorithm: ``RSA``, ``EC`` or ``other``.
        key_bits: size of the key, 0 when unknown.
    """

    der: bytes = field(repr=False)
    not_after: datetime
    is_simulated: bool
    key_algorithm: str
    key_bits: int


def parse_certificate(der: bytes) -> CardCertificate:
    """Read a certificate.

    Raises:
        CertificateUnreadable: these bytes are not a certificate.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        algorithm, bits = _key_of(certificate)
        return CardCertificate(
            der=der,
            not_after=certificate.not_valid_after_utc,
            is_simulated=_is_marked(certificate.subject) or _is_marked(certificate.issuer),
            key_algorithm=algorithm,
            key_bits=bits,
        )
    except (ValueError, TypeError, x509.InvalidVersion) as fault:
        raise CertificateUnreadable(type(fault).__name__) from fault


def _key_of(certificate: x509.Certificate) -> tuple[str, int]:
    try:
        key = certificate.public_key()
    except UnsupportedAlgorithm:
        return _OTHER_KEY, 0
    if isinstance(key, rsa.RSAPublicKey):
        return "RSA", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "EC", key.key_size
    return _OTHER_KEY, 0


def _is_marked(name: x509.Name) -> bool:
    texts = [str(each.value) for oid in _MARKED_NAMES for each in name.get_attributes_for_oid(oid)]
    return any(mark in text for mark in SIMULATED_MARKS for text in texts)
