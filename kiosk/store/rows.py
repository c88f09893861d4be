"""A check as a row of a month file, and what its life does to the row. No I/O."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date, datetime

from kiosk.domain.check import Answer, Answered, Deferred, Outcome, Refused, Stamp
from kiosk.domain.dates import Month
from kiosk.domain.lifecycle import WAITING, State, Step, advance, step_of
from kiosk.domain.presentation import Presented
from kiosk.domain.treatment import Place
from kiosk.formats import answer_json
from kiosk.ports.counts import CheckFact, Tally
from kiosk.ports.records import NewCheck, StoredCheck
from kiosk.ports.service import FacilityResult
from kiosk.store.database import Row
from kiosk.store.leases import BootMoment, Lease
from kiosk.store.searching import search_columns

Change = Callable[[Row], Row]
"""From a row to the columns that change; none = it stays as it is."""

_NO_LEASE: Row = {"lease_owner": None, "lease_boot_s": None}
NOT_DUE_LATER: Row = {"next_attempt_at": None, "due_boot_id": None, "due_boot_s": None}
"""Settled, for staff, or due at once."""
_SETTLED = frozenset(State) - WAITING
_WAY_TO_SENDING = {
    State.SENDING: (),
    State.QUEUED: (Step.CLAIMED,),
    State.SET_ASIDE: (Step.RETRIED, Step.CLAIMED),
}


def new_row(check: NewCheck, sequence: int, lease: Lease, opened_after: datetime | None) -> Row:
    """The row of a check about to be asked for the first time.

    Args:
        check: what is asked.
        sequence: its number.
        lease: of this process.
        opened_after: latest trusted time on record.
    """
    opening = check.opening
    return {
        "sequence": sequence,
        "check_id": opening.check_id,
        "state": State.SENDING,
        "treated_at": opening.treated_at.isoformat(),
        "treated_on": opening.treated_on.isoformat(),
        **stamp_columns(opening.stamp),
        "opened_after": _iso(opened_after),
        "is_simulated": check.is_simulated,
        "attempts": 1,
        "deferrals": 0,
        **lease_columns(lease),
        "request": check.request,
        "person": check.person,
        "place": check.place.value,
        "presented": check.presented and check.presented.value,
        "card_ends_on": check.card_ends_on and check.card_ends_on.isoformat(),
    }


def stored_check(row: Row, month: Month | None) -> StoredCheck:
    """The row as the port shows it."""
    return StoredCheck(
        sequence=row["sequence"],
        check_id=row["check_id"],
        state=State(row["state"]),
        month=month,
        treated_on=date.fromisoformat(row["treated_on"]),
        opened=stamp_of(row),
        settled_at=moment(row["settled_at"]),
        attempts=row["attempts"],
        next_attempt_at=moment(row["next_attempt_at"]),
        code=row["code"],
        is_simulated=bool(row["is_simulated"]),
        request=row["request"],
        answer=row["answer"] and answer_json.from_record(json.loads(row["answer"])),
        person=row["person"],
        corrects=row["corrects"],
        corrected_by=row["corrected_by"],
        withdrawn_at=moment(row["withdrawn_at"]),
        reason=row["reason"],
        exported_at=moment(row["exported_at"]),
        place=Place(row["place"]),
        terminal=row["terminal"],
        card_ends_on=_day(row["card_ends_on"]),
    )


def result_row(result: FacilityResult, sequence: int) -> Row:
    """The row of what the service answered to a terminal of the facility.

    It was opened when the service received it, by the service's clock, which is believed; whose it
    is no keyed hash says, for the certificate stayed with that terminal.
    """
    return {
        "sequence": sequence,
        "check_id": result.check_id,
        "state": State.ANSWERED,
        "treated_at": result.received_at.isoformat(),
        "treated_on": result.treated_on.isoformat(),
        **stamp_columns(Stamp(result.received_at, "", 0.0, is_trusted=True)),
        "is_simulated": result.answer.is_simulated,
        "attempts": 0,
        "deferrals": 0,
        "request": b"",
        "settled_at": result.received_at.isoformat(),
        **_answer_columns(result.answer),
        "terminal": result.terminal,
        "presented": Presented.CARD.value,
    }


def export(at: datetime) -> Change:
    """What the first acknowledgement by a receipt computer changes; later ones change nothing."""

    def change(row: Row) -> Row:
        is_new = row["exported_at"] is None and State(row["state"]) is State.ANSWERED
        return {"exported_at": at.isoformat()} if is_new else {}

    return change


def settlement(
    outcome: Outcome, at: datetime, next_attempt_at: datetime | None, boot: BootMoment
) -> Change:
    """What an outcome changes.

    A verdict lands on every check that waits: one that comes late, when its lease was taken over
    and the check deferred or set aside by the other, is as true as any (answers are idempotent
    by check id). A deferral lands only on a check that is being sent. Nothing changes what is
    settled. ``boot`` is the same moment as ``at``.
    """

    def change(row: Row) -> Row:
        state = State(row["state"])
        if state in _SETTLED or (isinstance(outcome, Deferred) and state is not State.SENDING):
            return {}
        for step in _WAY_TO_SENDING[state]:
            state = advance(state, step)
        columns = {"state": advance(state, step_of(outcome)), **_NO_LEASE}
        return columns | _outcome_columns(row, outcome, at, _due_columns(at, next_attempt_at, boot))

    return change


def _due_columns(at: datetime, next_attempt_at: datetime | None, boot: BootMoment) -> Row:
    """By the wall clock, and by the boot clock, which no step of the other touches."""
    if next_attempt_at is None:
        return NOT_DUE_LATER
    return {
        "next_attempt_at": next_attempt_at.isoformat(),
        "due_boot_id": boot.boot_id,
        "due_boot_s": boot.seconds + (next_attempt_at - at).total_seconds(),
    }


def _outcome_columns(row: Row, outcome: Outcome, at: datetime, due: Row) -> Row:
    # The question, certificate and all, need not be kept once it is answered or refused.
    settled = {"settled_at": at.isoformat(), **NOT_DUE_LATER, "request": b""}
    match outcome:
        case Answered(answer):
            is_simulated = row["is_simulated"] or answer.is_simulated
            return {
                **settled,
                **_answer_columns(answer),
                "code": None,
                "is_simulated": is_simulated,
            }
        case Refused(code, is_simulated):
            return {**settled, "code": code, "is_simulated": row["is_simulated"] or is_simulated}
        case Deferred(code):
            return {
                "code": code,
                "deferrals": row["deferrals"] + 1,
                "deferred_at": at.isoformat(),
                **due,
            }


def _answer_columns(answer: Answer) -> Row:
    text = json.dumps(answer_json.to_record(answer), ensure_ascii=False)
    return {**search_columns(answer), "answer": text}


def claim(lease: Lease) -> Change:
    """What a claim changes."""

    def change(row: Row) -> Row:
        return {
            "state": advance(State(row["state"]), Step.CLAIMED),
            "attempts": row["attempts"] + 1,
            **lease_columns(lease),
        }

    return change


def release(row: Row) -> Row:
    """What giving a claim back changes; nothing where a verdict came meanwhile."""
    state = State(row["state"])
    if state is not State.SENDING:
        return {}
    return {
        "state": advance(state, Step.RELEASED),
        "attempts": row["attempts"] - 1,
        **_NO_LEASE,
    }


def renewal(row: Row) -> Row:
    """What a retry changes; nothing unless the check was set aside."""
    state = State(row["state"])
    if state is not State.SET_ASIDE:
        return {}
    return {"state": advance(state, Step.RETRIED), **NOT_DUE_LATER}


def is_claimable(row: Row, now: datetime, boot: BootMoment, *, due_only: bool) -> bool:
    """True for a check that waits for someone to ask.

    Args:
        row: state ``sending`` or ``queued``.
        now: by the wall clock, for what was deferred before this boot.
        boot: by the boot clock, for the lease and the next attempt.
        due_only: leave those whose next attempt lies ahead.
    """
    if State(row["state"]) is State.SENDING:
        return not (row["lease_owner"] and _lease_of(row).is_held(boot))
    return not due_only or _is_due(row, now, boot)


def _is_due(row: Row, now: datetime, boot: BootMoment) -> bool:
    if row["due_boot_id"] == boot.boot_id:
        return bool(boot.seconds >= row["due_boot_s"])
    return _wall_seconds(row["next_attempt_at"], row["deferred_at"], now) <= 0


def seconds_until_due(row: Row, now: datetime, boot: BootMoment) -> float | None:
    """Until the first of several is due; None = none has a time.

    Args:
        row: ``by_boot``, the earliest of this boot; ``by_wall`` and ``deferred_at``, the earliest
            and the latest deferral of those before it.
        now: by the wall clock.
        boot: by the boot clock.
    """
    found = []
    if row["by_boot"] is not None:
        found.append(row["by_boot"] - boot.seconds)
    if row["by_wall"] is not None:
        found.append(_wall_seconds(row["by_wall"], row["deferred_at"], now))
    return min(found, default=None)


def _wall_seconds(due: str | None, deferred: str | None, now: datetime) -> float:
    next_attempt_at, deferred_at = moment(due), moment(deferred)
    # Before it was deferred: the clock was set back, and the check could wait for years.
    if next_attempt_at is None or (deferred_at is not None and now < deferred_at):
        return 0.0
    return (next_attempt_at - now).total_seconds()


def _lease_of(row: Row) -> Lease:
    return Lease(row["lease_owner"], row["lease_boot_s"])


def lease_columns(lease: Lease) -> Row:
    """A lease as columns."""
    return {"lease_owner": lease.owner, "lease_boot_s": lease.until}


def stamp_columns(stamp: Stamp) -> Row:
    """The stamp of the opening as columns."""
    return {
        "opened_wall": stamp.wall.isoformat(),
        "opened_boot_id": stamp.boot_id,
        "opened_boot_s": stamp.boot_seconds,
        "opened_trusted": stamp.is_trusted,
    }


def stamp_of(row: Row) -> Stamp:
    """The stamp of the opening."""
    wall = datetime.fromisoformat(row["opened_wall"])
    boot_id, boot_seconds = row["opened_boot_id"], row["opened_boot_s"]
    return Stamp(wall, boot_id, boot_seconds, bool(row["opened_trusted"]))


def moment(text: str | None) -> datetime | None:
    """A time column, aware UTC."""
    return datetime.fromisoformat(text) if text else None


def fact_of(row: Row) -> CheckFact:
    """From the columns of statistics."""
    return CheckFact(
        treated_on=date.fromisoformat(row["treated_on"]),
        opened_at=datetime.fromisoformat(row["opened_wall"]),
        settled_at=moment(row["settled_at"]),
        had_to_wait=row["deferrals"] > 0,
        presented=Presented(row["presented"]) if row["presented"] else None,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def tally_of(row: Row) -> Tally:
    """From a row with its numbers by name."""
    return Tally(*(row[each.name] for each in fields(Tally)))


def month_of(row: Row) -> str:
    """Treatment month, as ``Month.parse`` reads it."""
    return str(row["treated_on"])[:7]


def in_order(checks: Iterable[StoredCheck]) -> list[StoredCheck]:
    """By sequence; of a check in two files the one that comes first."""
    first: dict[str, StoredCheck] = {}
    for each in checks:
        first.setdefault(each.check_id, each)
    return sorted(first.values(), key=lambda each: each.sequence)
