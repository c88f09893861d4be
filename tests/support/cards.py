"""Fixtures: simulated cards under a throwaway CA, alike in every folder of tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from kiosk.domain.identity import Pin
from kiosk.simulator.card import PoweredCard, SimulatedCard
from kiosk.simulator.options import CardOptions
from kiosk.simulator.signing import CardKey
from kiosk.simulator.tries import TriesCounter

RIGHT_PIN = "1234"
WRONG_PIN = "9999"
NOT_BEFORE = datetime(2024, 4, 1, tzinfo=UTC)
NOT_AFTER = datetime(2029, 4, 1, 14, 59, 59, tzinfo=UTC)

_PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def _name(organization: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _signed(
    subject: x509.Name, key: _PrivateKey, issuer: x509.Name, ca_key: rsa.RSAPrivateKey
) -> bytes:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOT_BEFORE)
        .not_valid_after(NOT_AFTER)
    )
    return builder.sign(ca_key, hashes.SHA256()).public_bytes(Encoding.DER)


@dataclass(frozen=True)
class CardMaker:
    """A throwaway CA and one key for all cards: making keys is slow."""

    ca_key: rsa.RSAPrivateKey
    key: rsa.RSAPrivateKey
    ca_certificate: bytes
    certificate: bytes
    _issued: dict[CardKey, bytes] = field(default_factory=dict)

    def certificate_for(
        self,
        key: _PrivateKey,
        *,
        subject: tuple[str, str] = ("Example", "00000000001"),
        issuer: tuple[str, str] = ("SIMULATED JPKI", "Throwaway CA"),
    ) -> bytes:
        """DER of a certificate; names are (organisation, common name)."""
        return _signed(_name(*subject), key, _name(*issuer), self.ca_key)

    def _kept_for(self, key: CardKey) -> bytes:
        """The one certificate of a key: two differ by a byte in length now and then."""
        if key not in self._issued:
            self._issued[key] = self.certificate_for(key)
        return self._issued[key]

    def signature_of(self, challenge: bytes) -> bytes:
        """What the shared key makes of a challenge."""
        return self.key.sign(challenge, padding.PKCS1v15(), Prehashed(hashes.SHA256()))

    def check_signature(self, signature: bytes, challenge: bytes) -> None:
        """InvalidSignature unless the shared key signed the challenge."""
        self.key.public_key().verify(
            signature, challenge, padding.PKCS1v15(), Prehashed(hashes.SHA256())
        )

    def card(
        self,
        *,
        pin: str | None = RIGHT_PIN,
        tries: TriesCounter | None = None,
        key: CardKey | None = None,
        **options: object,
    ) -> SimulatedCard:
        """A card with the shared key, or another one; options are those of ``CardOptions``."""
        return SimulatedCard(
            key=key or self.key,
            certificate=self._kept_for(key) if key else self.certificate,
            ca_certificate=self.ca_certificate,
            pin=None if pin is None else Pin(pin),
            tries=tries,
            options=CardOptions().changed(options),
        )


@dataclass
class Counting:
    """Counts what reaches the chip."""

    card: PoweredCard
    seen: list[bytes] = field(default_factory=list)

    @property
    def atr(self) -> bytes:
        return self.card.atr

    def power_on(self) -> None:
        self.card.power_on()

    def power_off(self) -> None:
        self.card.power_off()

    def reset(self) -> None:
        self.card.reset()

    def transmit(self, command: bytes) -> bytes:
        self.seen.append(command)
        return self.card.transmit(command)

    @property
    def pins(self) -> int:
        """VERIFY with digits."""
        return sum(each[1] == 0x20 and len(each) > 5 for each in self.seen)

    @property
    def signatures(self) -> int:
        """How often it was asked to sign."""
        return sum(each[1] == 0x2A for each in self.seen)


@pytest.fixture(scope="session")
def cards() -> CardMaker:
    """The throwaway CA of this run."""
    ca_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    ca_name = _name("SIMULATED JPKI", "Throwaway CA")
    return CardMaker(
        ca_key=ca_key,
        key=key,
        ca_certificate=_signed(ca_name, ca_key, ca_name, ca_key),
        certificate=_signed(_name("Example", "00000000001"), key, ca_name, ca_key),
    )
