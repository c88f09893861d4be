"""OpenSC and the openssl command, who know nothing of the kiosk, judge the simulated cards.

Of the next card OpenSC 0.23 can judge less: its jpki driver holds every key of such a card for RSA,
so it reads certificate, public key and PINs but refuses to sign. It then only carries the commands,
and openssl judges what comes back.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.domain.identity import Pin
from kiosk.ports.card import ReadCard
from kiosk.reader.jpki import SHA256_DIGEST_INFO
from kiosk.reader.pcsc import PcscReader
from kiosk.simulator.deck import card_of
from kiosk.simulator.options import KeyKind
from kiosk.simulator.world import World
from tests.support.pcscd import Laid
from tests.support.scripted import CHALLENGE, SELECT

pytestmark = pytest.mark.pcsc
Lay = Callable[..., Laid]
TODAY, NEXT = ("taro", KeyKind.RSA), ("next-card", KeyKind.ECDSA)
_HEX_COLUMNS = 48


def judged(*command: str | Path) -> str:
    """What the judge says; a verdict against the card is an error."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is missing: apt-get install opensc openssl")
    done = subprocess.run(command, check=True, capture_output=True)
    return done.stdout.decode("utf-8", "replace")


@dataclass(frozen=True)
class Court:
    """A person's card lies on the reader, and the judges have a folder."""

    world: World
    person: str
    key: KeyKind
    folder: Path

    @property
    def pin(self) -> str:
        return self.world.pin(self.person)

    def certificate(self) -> Path:
        """As OpenSC reads it off the card, PEM."""
        judged("pkcs15-tool", "--read-certificate", "01", "--output", self._at("certificate"))
        return self._at("certificate")

    def issuer(self) -> Path:
        judged("pkcs15-tool", "--read-certificate", "03", "--output", self._at("issuer"))
        return self._at("issuer")

    def is_signed_by(self, signature: bytes, certificate: Path) -> bool:
        """Whether openssl holds it for the challenge's, by the key of the certificate."""
        key, digest, signed = self._at("key"), self._at("digest"), self._at("signed")
        key.write_text(judged("openssl", "x509", "-in", certificate, "-noout", "-pubkey"))
        digest.write_bytes(CHALLENGE)
        signed.write_bytes(signature)
        told = judged(
            "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-in", digest,
            "-sigfile", signed, "-pkeyopt", "digest:sha256",
        )  # fmt: skip
        return told.strip() == "Signature Verified Successfully"

    def _at(self, name: str) -> Path:
        return self.folder / name


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World.create(tmp_path_factory.mktemp("world") / "w")


@pytest.fixture(params=[TODAY, NEXT], ids=["today", "next"])
def court(request: pytest.FixtureRequest, world: World, lay: Lay, tmp_path: Path) -> Court:
    person, key = request.param
    lay(card_of(world, person, pull=lambda: None))
    return Court(world, person, key, tmp_path)


def test_opensc_recognises_the_card_and_its_certificates(court: Court) -> None:
    assert judged("opensc-tool", "--name").strip() == "jpki"
    listing = judged("pkcs15-tool", "--dump")
    assert "User Authentication Certificate" in listing
    assert "Tries left     : 3" in listing
    assert "Tries left     : 5" in listing
    read = x509.load_pem_x509_certificate(court.certificate().read_bytes())
    assert read == court.world.card(court.person, key=court.key).certificate
    issuer = x509.load_pem_x509_certificate(court.issuer().read_bytes())
    assert issuer.public_bytes(Encoding.DER) == court.world.card_ca_certificate
    told = judged("openssl", "verify", "-CAfile", court.issuer(), court.certificate())
    assert told.endswith(": OK\n")


def test_openssl_holds_the_signature_the_kiosk_gets_for_true(court: Court) -> None:
    identity = PcscReader().read(ReadCard(CHALLENGE, Pin(court.pin)))
    assert identity.signature is not None
    certificate = court.certificate()
    assert court.is_signed_by(identity.signature, certificate)
    with pytest.raises(subprocess.CalledProcessError):
        court.is_signed_by(identity.signature[:-1] + b"\x00", certificate)


def test_openssl_holds_what_the_card_gives_opensc_for_true(court: Court) -> None:
    """No code of the kiosk between card and judge."""
    verify = f"0020009804{court.pin.encode().hex()}"
    sign = f"802a029720{CHALLENGE.hex()}00"
    told = judged("opensc-tool", "--send-apdu", SELECT, "-s", verify, "-s", sign)
    *_, last = told.split("Received (SW1=0x90, SW2=0x00):\n")
    answer = bytes.fromhex("".join(line[:_HEX_COLUMNS] for line in last.splitlines()))
    assert court.is_signed_by(answer, court.certificate())


@pytest.mark.parametrize("court", [TODAY], indirect=True, ids=["today"])
def test_opensc_has_todays_card_sign(court: Court, tmp_path: Path) -> None:
    block, signature = tmp_path / "block", tmp_path / "signature"
    block.write_bytes(SHA256_DIGEST_INFO + CHALLENGE)
    judged(
        "pkcs15-crypt", "--sign", "--pkcs1", "--key", "01", "--pin", court.pin,
        "--input", block, "--output", signature, "--raw",
    )  # fmt: skip
    assert court.is_signed_by(signature.read_bytes(), court.certificate())
