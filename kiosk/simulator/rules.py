"""How the simulated service judges a card: the rules of the real one as far as they are public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from kiosk.domain.certificate import CertificateState, certificate_warning, grace_ends_on
from kiosk.domain.dates import day_in_japan
from kiosk.service.message import SIGHT_STAND_IN
from kiosk.service.results import Notice, Refusal
from kiosk.simulator.options import CardState
from kiosk.simulator.people import Person
from kiosk.simulator.pki import is_issued_by
from kiosk.simulator.question import Certificate, Question
from kiosk.simulator.world import World


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a question.

    Args:
        person: whose card it is, if it is anyone's.
        refusal: why no answer is given; None = it is given.
        notice: what accompanies the answer.
    """

    person: Person | None
    refusal: Refusal | None = None
    notice: Notice | None = None


def judge(world: World, question: Question, now: datetime) -> Judgement:
    """Chain, signature or stand-in, validity, revocation, link: in this order.

    Args:
        world: who is believed, who is known.
        question: as parsed.
        now: aware; when the question came in.
    """
    der = question.presentation.certificate
    person = world.find(der)
    certificate = _certificate(der)
    refusal = _refusal(world, question, certificate, person, now)
    if certificate is None or refusal is not None:
        return Judgement(person, refusal or Refusal.ISSUER)
    return Judgement(person, None, _notice(certificate, _judged_on(question, now)))


def _refusal(
    world: World,
    question: Question,
    certificate: x509.Certificate | None,
    person: Person | None,
    now: datetime,
) -> Refusal | None:
    if certificate is None or not any(
        is_issued_by(certificate, issuer) for issuer in world.card_issuers
    ):
        return Refusal.ISSUER
    if forged := _not_theirs(question, certificate):
        return forged
    if certificate.not_valid_before_utc > now:
        return Refusal.NOT_YET_VALID
    if _judged_on(question, now) > grace_ends_on(_expires_on(certificate)):
        return Refusal.EXPIRED
    if person is None or person.card is CardState.NOT_LINKED:
        return Refusal.NOT_LINKED
    return Refusal.REVOKED if person.card is CardState.REVOKED else None


def _certificate(der: bytes) -> x509.Certificate | None:
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        return None


def _not_theirs(question: Question, certificate: x509.Certificate) -> Refusal | None:
    """Whether the one who asks had the card and its PIN, or stands in for that."""
    presentation = question.presentation
    if not isinstance(presentation, Certificate):
        return None if presentation.stand_in == SIGHT_STAND_IN else Refusal.SIGHT
    has_signed = _has_signed(certificate, question.challenge, presentation.signature)
    return None if has_signed else Refusal.SIGNATURE


def _has_signed(certificate: x509.Certificate, challenge: bytes, signature: bytes) -> bool:
    """The challenge is the digest: the card signs DigestInfo(SHA-256, challenge).

    With an EC key it signs the challenge itself (``kiosk.simulator.signing``).
    """
    public, digest = certificate.public_key(), Prehashed(hashes.SHA256())
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, challenge, padding.PKCS1v15(), digest)
            return True
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, challenge, ec.ECDSA(digest))
            return True
    except InvalidSignature:
        return False
    return False


def _judged_on(question: Question, now: datetime) -> date:
    """An offline check counts on its day, if the clock that named the day was known good."""
    return question.treated_on if question.clock_trusted else day_in_japan(now)


def _expires_on(certificate: x509.Certificate) -> date:
    return day_in_japan(certificate.not_valid_after_utc.astimezone(UTC))


def _notice(certificate: x509.Certificate, on: date) -> Notice | None:
    warning = certificate_warning(certificate.not_valid_after_utc, on)
    if warning is None:
        return None
    is_soon = warning.state is CertificateState.EXPIRES_SOON
    return Notice.EXPIRES_SOON if is_soon else Notice.IN_GRACE
