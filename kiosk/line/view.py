"""An outcome as utterances, in the order in which people need them.

Three audiences: ``lines_for`` gives staff every fact, ``told_for`` gives the visitor the words of
JOURNEYS A5 and B2, ``caught_up_for`` what is said of an answer that came later (B4, B5). What is
not answered is 確認待ち and never 有効, and never carries a share.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kiosk.domain.check import Answered, Deferred, Outcome, Refused
from kiosk.domain.codes import Validity
from kiosk.domain.visit import Tell
from kiosk.errors import KioskError
from kiosk.formats.answer_json import validity_word
from kiosk.pages.facts import eligibility_lines
from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.phrasebook.tells import utterances
from kiosk.phrasebook.told import told, told_certificate, told_later, told_warnings

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
    return _marked(_said(told(outcome, treated_on), book), outcome, book, is_simulated)


def caught_up_for(
    outcome: Outcome, treated_on: date, book: Phrasebook, *, is_simulated: bool = False
) -> list[Utterance]:
    """What is said of a check that was 確認待ち, once it has been asked again."""
    return _marked(_said(told_later(outcome, treated_on), book), outcome, book, is_simulated)


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
        return _answer_lines(outcome, treated_on, book)
    if isinstance(outcome, Refused):
        return _said(told_later(outcome, treated_on), book)
    return [
        _waits(outcome, book),
        book.message(outcome.code),
        book.hint(outcome.code),
        *_said(told_certificate(outcome.certificate), book),
        book.say(Phrase.LINE_TREATED_ON, day=treated_on),
    ]


def _said(tells: Iterable[Tell], book: Phrasebook) -> list[Utterance]:
    return [line for each in tells for line in utterances(each.phrase, each.values, book)]


def _waits(outcome: Deferred, book: Phrasebook) -> Utterance:
    return book.say(Phrase.OUTCOME_SET_ASIDE if outcome.needs_staff else Phrase.OUTCOME_DEFERRED)


def _answer_lines(outcome: Answered, treated_on: date, book: Phrasebook) -> list[Utterance]:
    answer = outcome.answer
    lines = [book.say(Phrase(f"validity.{validity_word(answer)}"))]
    counts = answer.the_one_that_counts(treated_on)
    if counts is None and answer.validity is not Validity.SEVERAL and answer.eligibilities:
        lines.append(book.say(Phrase.RESULT_UNDECIDED))
    shown = [counts] if counts else list(answer.eligibilities)
    for position, eligibility in enumerate(shown, start=1):
        if not counts:
            lines.append(book.say(Phrase.LINE_WHICH, position=position))
        if answer.validity is not Validity.NONE:
            lines += eligibility_lines(answer.validity, eligibility, treated_on, book)
    lines += _said(told_warnings(outcome), book)
    lines.append(book.say(Phrase.LINE_TREATED_ON, day=treated_on))
    if answer.confirmed_on:
        lines.append(book.say(Phrase.LINE_CONFIRMED_ON, day=answer.confirmed_on))
    return lines


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
