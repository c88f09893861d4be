"""What the last answer about the same person said (本日確認済み, changes since the last visit)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from kiosk.domain.changes import Change, Since, since
from kiosk.domain.check import Answer, Answered, Earlier, Outcome
from kiosk.domain.text import kana_key
from kiosk.ports.records import Records, Search, StoredCheck

_NEVER = datetime.min.replace(tzinfo=UTC)


def since_last(records: Records, check: StoredCheck, outcome: Outcome) -> Since | None:
    """Compare an answer with the one before it of the same person.

    Args:
        records: where checks are kept; what is past retention is not there to compare with.
        check: the one that was asked.
        outcome: its outcome.

    Returns:
        None where there is no answer, or none before it. What the service knows of other terminals'
        answers counts too where it is more than is known here.

    Raises:
        StoreError: the store cannot be read.
    """
    if not isinstance(outcome, Answered):
        return None
    namesakes = _namesakes(records, check, outcome.answer)
    found: list[StoredCheck | None] = [
        each for each in namesakes if each.terminal is not None and each.withdrawn_at is None
    ]
    if check.person is not None:
        found.append(records.latest_answered(check.person, before=check.sequence))
    last = max(filter(None, found), key=lambda each: each.settled_at or _NEVER, default=None)
    told = None
    if last is not None and last.answer is not None:
        told = since(last.answer, last.treated_on, outcome.answer, check.treated_on)
    # One that was withdrawn here is known here, and is no reason to say that it was done.
    return _with_what_is_not_here_yet(told, outcome.earlier, check.treated_on, namesakes)


def _with_what_is_not_here_yet(
    told: Since | None, earlier: Earlier, on: date, known: Sequence[StoredCheck]
) -> Since | None:
    """Another terminal's answer is fetched only later; until then the service alone knows it."""
    is_again = earlier.today > sum(each.treated_on == on for each in known)
    latest = max((each.treated_on for each in known), default=date.min)
    last_on = on if is_again else earlier.last_on
    if last_on is None or not (is_again or last_on > latest):
        return told
    changes: tuple[Change, ...] = ()
    if earlier.differs:
        changes = (told.changes if told else ()) or (Change.CONTENT,)
    return Since(last_on, is_today=is_again, changes=changes)


def _namesakes(records: Records, check: StoredCheck, answer: Answer) -> list[StoredCheck]:
    """Other answers about the same person: by reading of the name and birth date [R].

    The certificate stayed with the other terminals, and the insured number may have changed since.
    """
    person = answer.the_one_that_counts(check.treated_on)
    if person is None or person.birth_date is None or not person.name_kana:
        return []
    wanted = Search(kana=person.name_kana, born=person.birth_date)
    return [
        each
        for each in records.search(wanted)
        if each.check_id != check.check_id
        and each.answer is not None
        and _reading(each.answer) == kana_key(person.name_kana)
    ]


def _reading(answer: Answer) -> str:
    """As the search has it: of the first eligibility."""
    first = answer.eligibilities[0] if answer.eligibilities else None
    return kana_key(first.name_kana or "") if first else ""
