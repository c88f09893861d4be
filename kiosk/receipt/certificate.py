"""The link's own TLS certificate: made on the box once, known by its fingerprint."""

from __future__ import annotations

import ipaddress
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_NAME = "madoguchi-receipt"
_BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
_LASTS = timedelta(days=3650)
"""Not from the box's clock, which may not be trusted when the certificate is made."""


def own_certificate(folder: Path) -> tuple[Path, Path]:
    """PEM files of certificate and key in the link's folder; made when absent.

    Raises:
        OSError: the folder cannot be used.
    """
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    if not (certificate.exists() and key.exists()):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(certificate, key)
    return certificate, key


def fingerprint(certificate: Path) -> str:
    """SHA-256 as people compare it: pairs of hexadecimal digits with colons."""
    found = x509.load_pem_x509_certificate(certificate.read_bytes())
    return found.fingerprint(hashes.SHA256()).hex(":").upper()


def _make(certificate: Path, key: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BEGINS)
        .not_valid_after(_BEGINS + _LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName(_names()), critical=False)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False
        )
        .sign(private, hashes.SHA256())
    )
    secret = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(secret)
        out.flush()
        os.fsync(out.fileno())
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))


def _names() -> list[x509.GeneralName]:
    """What computers on the local network may call this box; the fingerprint is what counts."""
    host = socket.gethostname() or "localhost"
    return [
        x509.DNSName("localhost"),
        x509.DNSName(host),
        x509.DNSName(f"{host}.local"),
        x509.IPAddress(ipaddress.IPv4Address("127.0.0.1")),
        x509.IPAddress(ipaddress.IPv6Address("::1")),
    ]
