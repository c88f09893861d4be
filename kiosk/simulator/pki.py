"""Keys and certificates of the simulated world; every subject says SIMULATED 模擬.

Two authorities that know nothing of each other: one for the service (its server and the clients of
the facilities), one for cards ("SIMULATED JPKI").
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kiosk.domain.facility import Facility

ORGANISATION = "SIMULATED 模擬"
_YEAR = timedelta(days=365)
_BACKDATED = timedelta(days=30)

_RSA_PADDINGS = (padding.PKCS1v15, padding.PSS)
_RSA_BITS_AT_LEAST = 2048
_CURVES = (ec.SECP256R1, ec.SECP384R1)

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: PrivateKey


def card_rsa_key() -> rsa.RSAPrivateKey:
    """A key as the card has it: RSA 2048 (facts CARD)."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def card_next_key() -> ec.EllipticCurvePrivateKey:
    """A key as the next card is to have it: ECDSA P-384 (facts CARD)."""
    return ec.generate_private_key(ec.SECP384R1())


def service_authority() -> KeyPair:
    """The authority of the simulated service."""
    key = ec.generate_private_key(ec.SECP256R1())
    return _authority(_name("SIMULATED service CA"), key)


def card_authority() -> KeyPair:
    """The authority of the simulated cards, laid out as that of the public one: RSA 2048."""
    return _authority(_name("SIMULATED JPKI for user authentication"), card_rsa_key())


def server_certificate(
    authority: KeyPair, *, validity: tuple[datetime, datetime] | None = None
) -> KeyPair:
    """For 127.0.0.1 and localhost; ten years from now unless first and last moment are given."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")]
    builder = _leaf(
        _name("SIMULATED eligibility service"),
        key.public_key(),
        authority,
        validity or _in_force(10),
    )
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    certificate = _issued(builder, authority, ExtendedKeyUsageOID.SERVER_AUTH)
    return KeyPair(certificate, key)


def facility_certificate(authority: KeyPair, facility: Facility) -> KeyPair:
    """Key and client certificate of one terminal, for ten years."""
    key = ec.generate_private_key(ec.SECP256R1())
    validity = _in_force(10)
    certificate = terminal_certificate(authority, facility, key.public_key(), validity=validity)
    return KeyPair(certificate, key)


def terminal_certificate(
    authority: KeyPair,
    facility: Facility,
    public: PublicKey,
    *,
    validity: tuple[datetime, datetime] | None = None,
) -> x509.Certificate:
    """Client certificate of one terminal: its id is the CN, the facility code the serialNumber.

    Two years from now unless first and last moment are given.
    """
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, facility.code),
            x509.NameAttribute(NameOID.COMMON_NAME, facility.terminal),
        ]
    )
    builder = _leaf(subject, public, authority, validity or _in_force(2))
    return _issued(builder, authority, ExtendedKeyUsageOID.CLIENT_AUTH)


def requested_key(csr: str) -> PublicKey:
    """The key of a certificate request in PEM, if it may have a certificate.

    Raises:
        ValueError: no PKCS#10, not signed by its own key, or a key too weak; the text says which.
    """
    try:
        request = x509.load_pem_x509_csr(csr.encode())
        is_signed = request.is_signature_valid
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("csr: not PKCS#10") from None
    if not is_signed:
        raise ValueError("csr: not signed by its key")
    public = request.public_key()
    if isinstance(public, rsa.RSAPublicKey) and public.key_size >= _RSA_BITS_AT_LEAST:
        return public
    if isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, _CURVES):
        return public
    raise ValueError("csr: a key of another kind, or too weak")


def facility_of(certificate: x509.Certificate) -> Facility:
    """Whose client certificate it is; ValueError when it names no facility."""
    subject = certificate.subject
    codes = subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    terminals = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if len(codes) != 1 or len(terminals) != 1:
        raise ValueError("the certificate names no facility")
    return Facility(str(codes[0].value), str(terminals[0].value))


def card_certificate(
    authority: KeyPair, *, expires_at: datetime, key: PrivateKey | None = None
) -> KeyPair:
    """User-authentication certificate; like the real one it holds neither name nor address."""
    key = key or card_rsa_key()
    serial = x509.random_serial_number()
    subject = _name(f"SIMULATED {serial:040X}"[:64])
    starts_at = min(datetime.now(UTC), expires_at) - _YEAR
    builder = _leaf(subject, key.public_key(), authority, (starts_at, expires_at), serial)
    return KeyPair(_issued(builder, authority, ExtendedKeyUsageOID.CLIENT_AUTH), key)


def revocation_list(authority: KeyPair, serials: Iterable[int]) -> bytes:
    """The authority's list of revoked certificates (CRL, RFC 5280, 5) in DER."""
    now = datetime.now(UTC)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(now)
        .next_update(now + _YEAR)
    )
    for serial in serials:
        revoked = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now)
        builder = builder.add_revoked_certificate(revoked.build())
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.DER)


def revoked_serials(crl: bytes) -> frozenset[int]:
    """Serial numbers of a list of ``revocation_list``."""
    return frozenset(each.serial_number for each in x509.load_der_x509_crl(crl))


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """True when the issuer's key made the signature.

    By signature and not by name: all generations of the card authority share one DN (facts CARD).
    """
    public = issuer.public_key()
    signature, signed = certificate.signature, certificate.tbs_certificate_bytes
    try:
        how, algorithm = (
            certificate.signature_algorithm_parameters,
            certificate.signature_hash_algorithm,
        )
        if isinstance(public, rsa.RSAPublicKey) and isinstance(how, _RSA_PADDINGS) and algorithm:
            public.verify(signature, signed, how, algorithm)
            return True
        if isinstance(public, ec.EllipticCurvePublicKey) and isinstance(how, ec.ECDSA):
            public.verify(signature, signed, how)
            return True
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return False


def pem(certificate: x509.Certificate) -> bytes:
    """The certificate as PEM."""
    return certificate.public_bytes(Encoding.PEM)


def der(certificate: x509.Certificate) -> bytes:
    """The certificate as DER."""
    return certificate.public_bytes(Encoding.DER)


def key_pem(key: PrivateKey) -> bytes:
    """The private key as PEM, unencrypted: test keys."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def write_private(path: Path, content: bytes) -> None:
    """Write a file of mode 0600, whole or not at all."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(temporary).replace(path)


def load_pair(certificate: Path, key: Path) -> KeyPair:
    """What ``write_pair`` wrote."""
    # Our own key as we wrote it: proving it anew costs 50 ms each time.
    private = load_pem_private_key(key.read_bytes(), None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise TypeError("not a key of the simulated world")
    return KeyPair(x509.load_pem_x509_certificate(certificate.read_bytes()), private)


def write_pair(pair: KeyPair, certificate: Path, key: Path) -> None:
    """Key first, so that a certificate on disk always has its key."""
    write_private(key, key_pem(pair.key))
    write_private(certificate, pem(pair.certificate))


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _in_force(years: int) -> tuple[datetime, datetime]:
    now = datetime.now(UTC)
    return now - _BACKDATED, now + years * _YEAR


def _authority(name: x509.Name, key: PrivateKey) -> KeyPair:
    starts_at, ends_at = _in_force(20)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts_at)
        .not_valid_after(ends_at)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return KeyPair(builder.sign(key, hashes.SHA256()), key)


def _leaf(
    subject: x509.Name,
    public: PublicKey,
    authority: KeyPair,
    validity: tuple[datetime, datetime],
    serial: int | None = None,
) -> x509.CertificateBuilder:
    identifiers: Iterable[x509.ExtensionType] = (
        x509.SubjectKeyIdentifier.from_public_key(public),
        x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()),
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.certificate.subject)
        .public_key(public)
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(validity[0])
        .not_valid_after(validity[1])
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
    )
    for identifier in identifiers:
        builder = builder.add_extension(identifier, critical=False)
    return builder


def _issued(
    builder: x509.CertificateBuilder, authority: KeyPair, purpose: x509.ObjectIdentifier
) -> x509.Certificate:
    builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    return builder.sign(authority.key, hashes.SHA256())


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
