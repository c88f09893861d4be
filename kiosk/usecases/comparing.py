"""What the last answer about the same person said (本日確認済み, changes since the last visit)."""

from __future__ import annotations

from kiosk.domain.changes import Since, since
from kiosk.domain.check import Answered, Outcome
from kiosk.ports.records import Records, StoredCheck


def since_last(records: Records, check: StoredCheck, outcome: Outcome) -> Since | None:
    """Compare an answer with the one before it of the same person.

    Args:
        records: where checks are kept; what is past retention is not there to compare with.
        check: the one that was asked.
        outcome: its outcome.

    Returns:
        None where there is no answer, or none before it.

    Raises:
        StoreError: the store cannot be read.
    """
    if not isinstance(outcome, Answered) or check.person is None:
        return None
    last = records.latest_answered(check.person, before=check.sequence)
    if last is None or last.answer is None:
        return None
    return since(last.answer, last.treated_on, outcome.answer, check.treated_on)
