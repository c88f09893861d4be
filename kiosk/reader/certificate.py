"""The user-authentication certificate: what the kiosk needs to know of it, and no more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509.oid import NameOID

from kiosk.ports.card import CertificateUnreadable

SIMULATED_MARKS = ("SIMULATED", "模擬")
_MARKED_NAMES = (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
_OTHER_KEY = "other"
_SHA256 = Prehashed(hashes.SHA256())

_PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


@dataclass(frozen=True, slots=True)
class CardCertificate:
    """A certificate as it lay on the card.

    Args:
        der: exactly the certificate, without filler.
        not_after: end of validity, aware UTC.
        is_simulated: organisation or common name of subject or issuer says SIMULATED or 模擬.
        key_algorithm: ``RSA``, ``EC`` or ``other``.
        key_bits: size of the key, 0 when unknown.
        key: the public key, None when unknown.
    """

    der: bytes = field(repr=False)
    not_after: datetime
    is_simulated: bool
    key_algorithm: str
    key_bits: int
    key: _PublicKey | None = field(repr=False)

    def has_signed(self, challenge: bytes, signature: bytes) -> bool:
        """True when this certificate's key signed these 32 bytes as a SHA-256."""
        try:
            match self.key:
                case rsa.RSAPublicKey():
                    self.key.verify(signature, challenge, padding.PKCS1v15(), _SHA256)
                case ec.EllipticCurvePublicKey():
                    self.key.verify(signature, challenge, ec.ECDSA(_SHA256))
                case None:
                    return False
        except InvalidSignature:
            return False
        return True


def parse_certificate(der: bytes) -> CardCertificate:
    """Read a certificate.

    Raises:
        CertificateUnreadable: these bytes are not a certificate.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        key = _key_of(certificate)
        return CardCertificate(
            der=der,
            not_after=certificate.not_valid_after_utc,
            is_simulated=_is_marked(certificate.subject) or _is_marked(certificate.issuer),
            key_algorithm=_algorithm_of(key),
            key_bits=key.key_size if key else 0,
            key=key,
        )
    except (ValueError, TypeError, x509.InvalidVersion) as fault:
        raise CertificateUnreadable(type(fault).__name__) from fault


def _key_of(certificate: x509.Certificate) -> _PublicKey | None:
    try:
        key = certificate.public_key()
    except UnsupportedAlgorithm:
        return None
    return key if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) else None


def _algorithm_of(key: _PublicKey | None) -> str:
    if key is None:
        return _OTHER_KEY
    return "RSA" if isinstance(key, rsa.RSAPublicKey) else "EC"


def _is_marked(name: x509.Name) -> bool:
    texts = [str(each.value) for oid in _MARKED_NAMES for each in name.get_attributes_for_oid(oid)]
    return any(mark in text for mark in SIMULATED_MARKS for text in texts)
