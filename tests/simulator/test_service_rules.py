"""What the simulated service says to each card, through real TLS."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kiosk.domain.check import Answer, EligibilityCheck, Refused
from kiosk.domain.codes import Notice
from kiosk.domain.facility import Facility
from kiosk.ports.service import ClientCertificateRefused
from kiosk.service.client import HttpsService
from kiosk.simulator import people, pki
from kiosk.simulator.options import CardState
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from tests.support.service import (
    PATIENCE_S,
    card_of,
    check_of,
    client_of,
    identity,
    key_of,
    opening,
    signed,
)

ANSWERED = [each for each in people.built_in().values() if each.card is CardState.USUAL]
REFUSED = {"revoked": "K231", "expired": "K232", "not-linked": "K233"}


def ask(service: HttpsService, check: EligibilityCheck) -> Answer | Refused:
    body = service.compose(check)
    return service.ask(check.opening.check_id, body, patience_s=PATIENCE_S).verdict


def test_every_person_is_answered_as_the_story_says(
    standing_service: HttpsService, first_world: World
) -> None:
    for person in ANSWERED:
        verdict = ask(standing_service, check_of(first_world, person.id))
        assert isinstance(verdict, Answer), person.id
        assert verdict.is_simulated
        told_on = person.on_the_day(date(2026, 11, 15))
        assert verdict.validity is told_on.validity
        shares = [each.copayment_percent(date(2026, 11, 15)) for each in verdict.eligibilities]
        wanted = [told.copayment_percent for told in told_on.told]
        given = [each for each, share in zip(shares, wanted, strict=True) if share is not None]
        assert given == [share for share in wanted if share is not None]


def test_a_share_the_service_does_not_send_is_unknown(
    standing_service: HttpsService, first_world: World
) -> None:
    verdict = ask(standing_service, check_of(first_world, "elderly-no-ratio"))
    assert isinstance(verdict, Answer)
    assert verdict.eligibilities[0].copayment_percent(date(2026, 11, 15)) is None


@pytest.mark.parametrize(("person_id", "code"), REFUSED.items())
def test_a_card_that_may_not_be_used_is_refused(
    standing_service: HttpsService, first_world: World, person_id: str, code: str
) -> None:
    assert ask(standing_service, check_of(first_world, person_id)) == Refused(
        code, is_simulated=True
    )


@pytest.mark.parametrize(
    ("person_id", "notice"), [("expiring", Notice.EXPIRES_SOON), ("in-grace", Notice.IN_GRACE)]
)
def test_the_end_of_a_certificate_is_noticed(
    standing_service: HttpsService, first_world: World, person_id: str, notice: Notice
) -> None:
    at = opening(treated_at=datetime.now(UTC))
    verdict = ask(standing_service, check_of(first_world, person_id, at=at))
    assert isinstance(verdict, Answer)
    assert verdict.warning_code == notice
    assert verdict.warning


def test_a_check_is_judged_on_its_day_only_if_its_clock_was_trusted(
    standing_service: HttpsService, first_world: World
) -> None:
    """An expired card, claimed to be used before the expiry."""
    long_ago = datetime.now(UTC) - timedelta(days=300)
    before = check_of(first_world, "expired", at=opening(treated_at=long_ago))
    assert isinstance(ask(standing_service, before), Answer)
    doubtful = check_of(first_world, "expired", at=opening(treated_at=long_ago, is_trusted=False))
    assert ask(standing_service, doubtful) == Refused("K232", is_simulated=True)


def test_identification_by_sight_needs_no_signature(
    standing_service: HttpsService, first_world: World
) -> None:
    assert isinstance(ask(standing_service, check_of(first_world, "taro", is_visual=True)), Answer)


def test_another_stand_in_is_refused(standing_service: HttpsService, first_world: World) -> None:
    check = check_of(first_world, "taro", is_visual=True)
    body = standing_service.compose(check).replace(
        b"FICTITIOUS-SIGHT-STAND-IN", b"I looked, honestly"
    )
    reply = standing_service.ask(check.opening.check_id, body, patience_s=PATIENCE_S)
    assert reply.verdict == Refused("K236", is_simulated=True)


def _by_another_card(world: World, check: EligibilityCheck) -> bytes:
    return signed(check.opening.challenge, key_of(world, "hanako"))


def _over_another_challenge(world: World, check: EligibilityCheck) -> bytes:
    other = opening(check_id=check.opening.check_id)
    return signed(other.challenge, key_of(world, "taro"))


def _hashed_twice(world: World, check: EligibilityCheck) -> bytes:
    key = key_of(world, "taro")
    return key.sign(check.opening.challenge, padding.PKCS1v15(), hashes.SHA256())


def _rubbish(_world: World, _check: EligibilityCheck) -> bytes:
    return b"\x00" * 256


def _nothing(_world: World, _check: EligibilityCheck) -> bytes:
    return b""


@pytest.mark.parametrize(
    "forge", [_by_another_card, _over_another_challenge, _hashed_twice, _rubbish, _nothing]
)
def test_a_signature_that_does_not_fit_is_refused(
    standing_service: HttpsService,
    first_world: World,
    forge: Callable[[World, EligibilityCheck], bytes],
) -> None:
    check = check_of(first_world, "taro")
    forged = EligibilityCheck(
        check.opening, identity(card_of(check).certificate, forge(first_world, check))
    )
    assert ask(standing_service, forged) == Refused("K234", is_simulated=True)


def _card_made_elsewhere(authority: pki.KeyPair) -> EligibilityCheck:
    pair = pki.card_certificate(authority, expires_at=datetime(2030, 1, 1, tzinfo=UTC))
    assert isinstance(pair.key, rsa.RSAPrivateKey)
    at = opening()
    return EligibilityCheck(at, identity(pki.der(pair.certificate), signed(at.challenge, pair.key)))


def test_a_card_of_an_unknown_issuer_is_refused(standing_service: HttpsService) -> None:
    """Its issuer has the very name of ours: the signature decides, not the name."""
    check = _card_made_elsewhere(pki.card_authority())
    assert ask(standing_service, check) == Refused("K235", is_simulated=True)


@pytest.mark.parametrize("certificate", [b"", b"\x30\x03\x02\x01\x01", b"x" * 2000])
def test_what_is_no_certificate_has_no_known_issuer(
    standing_service: HttpsService, certificate: bytes
) -> None:
    check = EligibilityCheck(opening(), identity(certificate, b"\x00" * 256))
    assert ask(standing_service, check) == Refused("K235", is_simulated=True)


def test_card_ca_and_people_add_cards_made_elsewhere(first_world: World, tmp_path: Path) -> None:
    theirs = pki.card_authority()
    known, stranger = _card_made_elsewhere(theirs), _card_made_elsewhere(theirs)
    (tmp_path / "ca.pem").write_bytes(pki.pem(theirs.certificate))
    fingerprint = hashlib.sha256(card_of(known).certificate).hexdigest().upper()
    (tmp_path / "people.toml").write_text(
        f'[[person]]\nid = "theirs"\ncertificate_sha256 = "{fingerprint}"\nvalidity = "none"\n'
    )
    folder = tmp_path / "world"
    world = World.create(
        folder, people_file=tmp_path / "people.toml", card_cas=[tmp_path / "ca.pem"]
    )
    with RunningSimulator(world) as simulator, client_of(world, simulator.url) as service:
        verdict = ask(service, known)
        assert isinstance(verdict, Answer)
        assert verdict.validity_code == "4"
        assert ask(service, stranger) == Refused("K233", is_simulated=True)
        assert [line["person"] for line in simulator.journal] == ["theirs", None]
    assert first_world.folder != folder


def test_a_card_signed_by_an_elliptic_issuer_is_believed(tmp_path: Path) -> None:
    theirs = pki.service_authority()
    pair = pki.card_certificate(theirs, expires_at=datetime(2030, 1, 1, tzinfo=UTC))
    assert pki.is_issued_by(pair.certificate, theirs.certificate)
    assert not pki.is_issued_by(pair.certificate, pki.service_authority().certificate)
    (tmp_path / "pair.pem").write_bytes(pki.pem(pair.certificate))
    assert x509.load_pem_x509_certificates((tmp_path / "pair.pem").read_bytes())


def test_another_terminal_of_the_facility_is_not_this_one(
    world: World, simulator: RunningSimulator
) -> None:
    other = pki.facility_certificate(world.service_ca, Facility("9910000001", "W0000002"))
    check = check_of(world, "taro")
    pki.write_pair(other, world.folder / "facility.pem", world.folder / "facility.key")
    with client_of(world, simulator.url) as service, pytest.raises(ClientCertificateRefused):
        ask(service, check)
    assert simulator.journal == []
