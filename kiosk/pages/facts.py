"""One eligibility, one fact a line, in the order of JOURNEYS C3."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kiosk.domain.check import Eligibility
from kiosk.domain.codes import CardClassification, Sex, Validity
from kiosk.domain.text import has_replacement
from kiosk.phrasebook import PersonName, Phrase, Phrasebook, Utterance

_NUMBERS = (
    ("insurer_number", Phrase.LINE_INSURER_NUMBER, Phrase.LINE_INSURER_NUMBER_NONE),
    ("symbol", Phrase.LINE_SYMBOL, Phrase.LINE_SYMBOL_NONE),
    ("number", Phrase.LINE_NUMBER, Phrase.LINE_NUMBER_NONE),
    ("branch_number", Phrase.LINE_BRANCH_NUMBER, Phrase.LINE_BRANCH_NUMBER_NONE),
)
_DAYS = (
    ("valid_from", Phrase.LINE_VALID_FROM),
    ("valid_to", Phrase.LINE_VALID_TO),
    ("disqualified_on", Phrase.LINE_DISQUALIFIED_ON),
)
_SEXES = {Sex.MALE: Phrase.LINE_SEX_MALE, Sex.FEMALE: Phrase.LINE_SEX_FEMALE}
_LOSS_REASONS = frozenset({"01", "02", "03", "99"})
_HAS_SHARE = frozenset({Validity.VALID, Validity.SEVERAL})


def eligibility_lines(
    validity: Validity | None, eligibility: Eligibility, treated_on: date, book: Phrasebook
) -> list[Utterance]:
    """Every fact of one eligibility; a share only where the eligibility can be charged by."""
    return [
        *_person(eligibility, book),
        *_share(validity, eligibility, treated_on, book),
        *insured_lines(eligibility, book),
        *_about(eligibility, book),
    ]


def record_lines(
    validity: Validity | None, eligibility: Eligibility, treated_on: date, book: Phrasebook
) -> list[Utterance]:
    """The same for who writes it down: the numbers first (JOURNEYS C3)."""
    return [
        *insured_lines(eligibility, book),
        *_person(eligibility, book),
        *_share(validity, eligibility, treated_on, book),
        *_about(eligibility, book),
    ]


def _person(eligibility: Eligibility, book: Phrasebook) -> Iterator[Utterance]:
    name = PersonName(eligibility.name, eligibility.name_kana)
    yield book.say(Phrase.LINE_NAME, name=name)
    if eligibility.name and has_replacement(eligibility.name):
        yield book.say(Phrase.LINE_NAME_INCOMPLETE)
    if eligibility.name_kana:
        yield book.say(Phrase.LINE_KANA, kana=eligibility.name_kana)


def _share(
    validity: Validity | None, eligibility: Eligibility, on: date, book: Phrasebook
) -> Iterator[Utterance]:
    share = eligibility.copayment_percent(on)
    if validity is Validity.UNREGISTERED or (validity in _HAS_SHARE and not share):
        yield book.say(Phrase.LINE_SHARE_UNKNOWN)
    elif share and validity in _HAS_SHARE:
        yield book.say(Phrase.LINE_SHARE, share=share)
        if eligibility.card_classification == CardClassification.SPECIAL:
            yield book.say(Phrase.LINE_SHARE_REFUNDED)


def insured_lines(eligibility: Eligibility, book: Phrasebook) -> Iterator[Utterance]:
    """The numbers, and whose they are."""
    for attribute, given, absent in _NUMBERS:
        value: str | None = getattr(eligibility, attribute)
        yield book.say(given, value=value) if value and value.strip() else book.say(absent)
    if eligibility.insurer_name:
        yield book.say(Phrase.LINE_INSURER_NAME, value=eligibility.insurer_name)


def _about(eligibility: Eligibility, book: Phrasebook) -> Iterator[Utterance]:
    if eligibility.birth_date:
        yield book.say(Phrase.LINE_BIRTH_DATE, day=eligibility.birth_date)
    if eligibility.sex in _SEXES:
        yield book.say(_SEXES[Sex(eligibility.sex)])
    if eligibility.card_classification in {each.value for each in CardClassification}:
        yield book.say(Phrase(f"classification.{eligibility.card_classification.lower()}"))
    for attribute, phrase in _DAYS:
        day: date | None = getattr(eligibility, attribute)
        if day:
            yield book.say(phrase, day=day)
    if eligibility.loss_reason in _LOSS_REASONS:
        yield book.say(Phrase(f"loss.{eligibility.loss_reason}"))
