"""How the simulated service judges a card: the rules of the real one as far as they are public."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from kiosk.domain.certificate import CertificateState, certificate_warning, grace_ends_on
from kiosk.domain.codes import Notice, Validity
from kiosk.domain.dates import day_in_japan
from kiosk.service.message import SIGHT_STAND_IN
from kiosk.service.results import Refusal
from kiosk.simulator import matching
from kiosk.simulator.options import CardState
from kiosk.simulator.people import Person
from kiosk.simulator.pki import is_issued_by
from kiosk.simulator.question import Certificate, FourItems, InsuredNumbers, Question, Visual
from kiosk.simulator.world import World


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a question.

    Args:
        person: whose card it is, if it is anyone's.
        refusal: why no answer is given; None = it is given.
        notice: what accompanies the answer.
        unknown_as: what is told where no one person was found: none or several.
    """

    person: Person | None
    refusal: Refusal | None = None
    notice: Notice | None = None
    unknown_as: Validity = Validity.NONE


def judge(
    world: World, question: Question, now: datetime, was_told: Callable[[Person], bool]
) -> Judgement:
    """A card by its certificate, everyone else by what they say of themselves.

    Args:
        world: who is believed, who is known.
        question: as parsed.
        now: aware; when the question came in.
        was_told: whether the facility was answered about a person before.
    """
    match question.presentation:
        case InsuredNumbers() as asked:
            everyone = [_known(person, was_told) for person in world.people.values()]
            judgement = _judge_found(matching.by_numbers(everyone, asked, question.treated_on))
        case FourItems() as asked:
            everyone = [_known(person, was_told) for person in world.people.values()]
            judgement = _judge_found(matching.by_four_items(everyone, asked))
        case presentation:
            judgement = _judge_card(world, question, presentation, now, was_told)
    person = judgement.person
    return replace(judgement, person=person.on_the_day(question.treated_on) if person else None)


def _known(person: Person, was_told: Callable[[Person], bool]) -> Person:
    return person.changed() if person.later and was_told(person) else person


def _judge_found(found: tuple[Person, ...]) -> Judgement:
    """Nobody, or more than one: nothing is told of anyone."""
    if len(found) == 1:
        return Judgement(found[0])
    return Judgement(None, unknown_as=Validity.SEVERAL if found else Validity.NONE)


def _judge_card(
    world: World,
    question: Question,
    presentation: Certificate | Visual,
    now: datetime,
    was_told: Callable[[Person], bool],
) -> Judgement:
    """Chain, signature or stand-in, validity, revocation, link: in this order."""
    der = presentation.certificate
    found = world.find(der)
    person = _known(found, was_told) if found else None
    certificate = _certificate(der)
    refusal = _refusal(world, question, presentation, certificate, person, now)
    if certificate is None or refusal is not None:
        return Judgement(person, refusal or Refusal.ISSUER)
    return Judgement(person, None, _notice(certificate, _judged_on(question, now)))


def _refusal(
    world: World,
    question: Question,
    presentation: Certificate | Visual,
    certificate: x509.Certificate | None,
    person: Person | None,
    now: datetime,
) -> Refusal | None:
    if certificate is None or not any(
        is_issued_by(certificate, issuer) for issuer in world.card_issuers
    ):
        return Refusal.ISSUER
    if forged := _not_theirs(question, presentation, certificate):
        return forged
    if certificate.not_valid_before_utc > now:
        return Refusal.NOT_YET_VALID
    if _judged_on(question, now) > grace_ends_on(_expires_on(certificate)):
        return Refusal.EXPIRED
    if world.is_card_revoked(certificate):
        return Refusal.REVOKED
    is_linked = person is not None and person.card is not CardState.NOT_LINKED
    return None if is_linked else Refusal.NOT_LINKED


def _certificate(der: bytes) -> x509.Certificate | None:
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        return None


def _not_theirs(
    question: Question, presentation: Certificate | Visual, certificate: x509.Certificate
) -> Refusal | None:
    """Whether the one who asks had the card and its PIN, or stands in for that."""
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
