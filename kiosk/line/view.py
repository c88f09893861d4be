"""An outcome as utterances, in the order in which people need them.

Three audiences: ``lines_for`` gives staff every fact, ``told_for`` gives the visitor the words of
JOURNEYS A5 and B2, ``caught_up_for`` what is said of an answer that came later (B4, B5). What is
not answered is 確認待ち and never 有効, and never carries a share.
"""

from __future__ import annotations

from datetime import date

from kiosk.domain.check import Answer, Answered, Deferred, Eligibility, Outcome, Refused
from kiosk.domain.codes import Validity
from kiosk.errors import KioskError
from kiosk.formats.answer_json import validity_word
from kiosk.line.facts import eligibility_lines
from kiosk.phrasebook import PersonName, Phrase, Phrasebook, Utterance

_WRONG_PIN = "K102"


def lines_for(
    outcome: Outcome, treated_on: date, book: Phrasebook, *, is_simulated: bool = False
) -> list[Utterance]:
    """Everything of an outcome, for staff: status first, then one fact a line.

    Args:
        outcome: of the check.
        treated_on: treatment date in Japan; decides which eligibility counts, and the share.
        book: the language.
        is_simulated: card, service or settings belong to the simulated world.
    """
    return _marked(_staff_lines(outcome, treated_on, book), outcome, book, is_simulated)


def told_for(
    outcome: Outcome, treated_on: date, book: Phrasebook, *, is_simulated: bool = False
) -> list[Utterance]:
    """What the visitor is told: a public line without patient data, then the private result."""
    return _marked(_visitor_lines(outcome, treated_on, book), outcome, book, is_simulated)


def caught_up_for(
    outcome: Outcome, treated_on: date, book: Phrasebook, *, is_simulated: bool = False
) -> list[Utterance]:
    """What is said of a check that was 確認待ち, once it has been asked again."""
    return _marked(_later_lines(outcome, treated_on, book), outcome, book, is_simulated)


def error_lines(
    error: KioskError,
    book: Phrasebook,
    *,
    tries_left: int | None = None,
    is_simulated: bool = False,
) -> list[Utterance]:
    """What happened and what to do next; for a wrong PIN the tries left (JOURNEYS A4).

    Args:
        error: what was raised.
        book: the language.
        tries_left: of a wrong PIN, when the card said so.
        is_simulated: as in ``lines_for``.
    """
    lines = [book.message(error.code), book.hint(error.code)]
    if error.code == _WRONG_PIN and tries_left == 1:
        lines.insert(1, book.say(Phrase.RECEPTION_LAST_TRY))
    elif error.code == _WRONG_PIN and tries_left:
        lines = [book.say(Phrase.RECEPTION_WRONG_PIN, tries=tries_left)]
    return book.simulated_block(lines) if is_simulated else lines


def _staff_lines(outcome: Outcome, treated_on: date, book: Phrasebook) -> list[Utterance]:
    if isinstance(outcome, Answered):
        return _answer_lines(outcome.answer, treated_on, book)
    if isinstance(outcome, Refused):
        return _refused_lines(outcome, book)
    return [
        _waits(outcome, book),
        book.message(outcome.code),
        book.hint(outcome.code),
        book.say(Phrase.LINE_TREATED_ON, day=treated_on),
    ]


def _visitor_lines(outcome: Outcome, treated_on: date, book: Phrasebook) -> list[Utterance]:
    if isinstance(outcome, Deferred):
        return [book.say(Phrase.OUTAGE_RECEIVED)]
    ask_staff = book.say(Phrase.RECEPTION_ASK_STAFF)
    if isinstance(outcome, Refused):
        return [ask_staff, *_reason(outcome, book)]
    answer = outcome.answer
    is_confirmed = answer.validity is Validity.VALID and _chosen(answer, treated_on)
    public = book.say(Phrase.RECEPTION_CONFIRMED) if is_confirmed else ask_staff
    return [public, *_result(answer, treated_on, book)]


def _later_lines(outcome: Outcome, treated_on: date, book: Phrasebook) -> list[Utterance]:
    if isinstance(outcome, Answered):
        return _later(outcome.answer, treated_on, book)
    if isinstance(outcome, Refused):
        return _refused_lines(outcome, book)
    return [_waits(outcome, book)]


def _refused_lines(outcome: Refused, book: Phrasebook) -> list[Utterance]:
    return [book.say(Phrase.OUTCOME_REFUSED), *_reason(outcome, book)]


def _reason(outcome: Refused, book: Phrasebook) -> list[Utterance]:
    return [book.message(outcome.code), book.hint(outcome.code)]


def _waits(outcome: Deferred, book: Phrasebook) -> Utterance:
    return book.say(Phrase.OUTCOME_SET_ASIDE if outcome.needs_staff else Phrase.OUTCOME_DEFERRED)


def _chosen(answer: Answer, treated_on: date) -> bool:
    return answer.the_one_that_counts(treated_on) is not None


def _answer_lines(answer: Answer, treated_on: date, book: Phrasebook) -> list[Utterance]:
    lines = [book.say(Phrase(f"validity.{validity_word(answer)}"))]
    counts = answer.the_one_that_counts(treated_on)
    if counts is None and answer.validity is not Validity.SEVERAL and answer.eligibilities:
        lines.append(book.say(Phrase.RESULT_UNDECIDED))
    shown = [counts] if counts else list(answer.eligibilities)
    for position, eligibility in enumerate(shown, start=1):
        if not counts:
            lines.append(book.say(Phrase.LINE_WHICH, position=position))
        if answer.validity is not Validity.NONE:
            lines += eligibility_lines(answer, eligibility, treated_on, book)
    if answer.warning:
        lines.append(book.say(Phrase.LINE_WARNING, warning=answer.warning))
    lines.append(book.say(Phrase.LINE_TREATED_ON, day=treated_on))
    if answer.confirmed_on:
        lines.append(book.say(Phrase.LINE_CONFIRMED_ON, day=answer.confirmed_on))
    return lines


def _result(answer: Answer, treated_on: date, book: Phrasebook) -> list[Utterance]:
    counts = answer.the_one_that_counts(treated_on)
    lines: list[Utterance] = []
    if answer.validity is Validity.VALID and counts:
        lines.append(_valid(counts, treated_on, book, Phrase.RESULT_VALID))
        lines += _refund(counts, treated_on, book)
    elif answer.validity in {Validity.INVALID, Validity.SUPERSEDED} and counts:
        lines.append(book.say(Phrase.RESULT_NOT_VALID, name=_name(counts)))
    else:
        lines.append(_without_one(answer, book))
    if answer.warning:
        lines.append(book.say(Phrase.LINE_WARNING, warning=answer.warning))
    return lines


def _later(answer: Answer, treated_on: date, book: Phrasebook) -> list[Utterance]:
    counts = answer.the_one_that_counts(treated_on)
    if answer.validity is Validity.VALID and counts:
        valid = _valid(counts, treated_on, book, Phrase.RESULT_VALID_LATER)
        return [valid, *_refund(counts, treated_on, book)]
    if answer.validity in {Validity.INVALID, Validity.SUPERSEDED} and counts:
        return [book.say(Phrase.RESULT_NOT_VALID_LATER, name=_name(counts))]
    return [_without_one(answer, book)]


def _valid(counts: Eligibility, on: date, book: Phrasebook, phrase: Phrase) -> Utterance:
    share = counts.copayment_percent(on)
    if share is None:
        return book.say(Phrase(f"{phrase}_ask_share"), name=_name(counts))
    return book.say(phrase, name=_name(counts), share=share)


def _refund(counts: Eligibility, on: date, book: Phrasebook) -> list[Utterance]:
    whole = 100
    is_whole = counts.copayment_percent(on) == whole
    return [book.say(Phrase.LINE_SHARE_REFUNDED)] if is_whole else []


def _without_one(answer: Answer, book: Phrasebook) -> Utterance:
    """Valid or not, but without an eligibility to go by."""
    if answer.validity is Validity.NONE:
        return book.say(Phrase.RESULT_NONE)
    if answer.validity in {Validity.VALID, Validity.INVALID, Validity.SUPERSEDED}:
        return book.say(Phrase.RESULT_UNDECIDED)
    return book.say(Phrase(f"validity.{validity_word(answer)}"))


def _name(eligibility: Eligibility) -> PersonName:
    return PersonName(eligibility.name, eligibility.name_kana)


def _marked(
    lines: list[Utterance],
    outcome: Outcome,
    book: Phrasebook,
    is_simulated: bool,  # noqa: FBT001 - private, and every caller passes its own flag on
) -> list[Utterance]:
    came_simulated = (
        outcome.answer.is_simulated
        if isinstance(outcome, Answered)
        else isinstance(outcome, Refused) and outcome.is_simulated
    )
    return book.simulated_block(lines) if is_simulated or came_simulated else lines
