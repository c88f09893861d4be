"""The JSON documents of checks and of the kiosk: one shape for commands and for the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from kiosk import __version__
from kiosk.domain.certificate import CertificateWarning
from kiosk.domain.check import Answered, Deferred, Outcome, Refused, Stamp
from kiosk.domain.dates import Month, day_in_japan
from kiosk.domain.facility import Facility
from kiosk.domain.lifecycle import WAITING, State
from kiosk.domain.retention import purge_due_at
from kiosk.errors import CardError
from kiosk.formats.answer_json import SIMULATED_MARK, answer_json
from kiosk.ports.access import Head, Verdict
from kiosk.ports.card import LastTry, PinBlocked, WrongPin
from kiosk.ports.clock import Clock
from kiosk.ports.counts import Tally
from kiosk.ports.damage import Damage
from kiosk.ports.exports import HeldCopy
from kiosk.ports.records import Loss, Records, StoredCheck
from kiosk.usecases.purge import PurgeReport
from kiosk.usecases.retention import Ahead, late

_DUE = timedelta(days=7)
_KINDS = ("set_aside", "follow_up", "waiting", "unexported", "card_ends", "goes_soon")
"""Words of ``kiosk.usecases.matters.Matter``, which stands above this module."""


def check_document(check_id: str, treated_on: date, *, is_simulated: bool) -> dict[str, Any]:
    """Every key of a check's document, before anything is known of the outcome."""
    return {
        "check_id": check_id,
        "treated_on": treated_on.isoformat(),
        "outcome": None,
        "code": None,
        "tries_left": None,
        "simulated": is_simulated,
        "mark": SIMULATED_MARK if is_simulated else None,
        "validity": None,
        "eligibility": None,
        "eligibilities": [],
        "warning_code": None,
        "warning": None,
        "certificate_warning": None,
    }


def outcome_part(outcome: Outcome, treated_on: date) -> dict[str, Any]:
    """The keys an outcome fills in."""
    certificate = {"certificate_warning": _certificate_part(outcome.certificate)}
    match outcome:
        case Answered(answer=answer):
            return {"outcome": "answered", **answer_json(answer, treated_on), **certificate}
        case Deferred(code=code):
            return {"outcome": "deferred", "code": code, **certificate}
        case Refused(code=code):
            return {"outcome": "refused", "code": code, **certificate}


def _certificate_part(warning: CertificateWarning | None) -> dict[str, str] | None:
    if warning is None:
        return None
    return {
        "state": warning.state.value,
        "expires_on": warning.expires_on.isoformat(),
        "usable_until": warning.usable_until.isoformat(),
    }


def card_part(error: CardError) -> dict[str, Any]:
    """The keys a failed reading fills in; ``tries_left`` None when the card did not say."""
    tries_left = None
    if isinstance(error, WrongPin):
        tries_left = error.tries_left
    elif isinstance(error, LastTry):
        tries_left = 1
    elif isinstance(error, PinBlocked):
        tries_left = 0
    return {"outcome": "card", "code": error.code, "tries_left": tries_left}


def stored_document(check: StoredCheck) -> dict[str, Any]:
    """A stored check with all its patient data; for staff."""
    document = check_document(check.check_id, check.treated_on, is_simulated=check.is_simulated)
    if check.answer is not None:
        document |= answer_json(check.answer, check.treated_on)
    return document | {
        "outcome": _outcome_of(check.state),
        "code": check.code,
        "corrects": check.corrects,
        "corrected_by": check.corrected_by,
        "withdrawn_at": _iso(check.withdrawn_at),
        "reason": check.reason,
        "terminal": check.terminal,
        **_course(check),
    }


def waiting_document(check: StoredCheck, now: datetime) -> dict[str, Any]:
    """A waiting check without patient data; for technicians too."""
    age = max(0.0, (now - check.opened.wall).total_seconds())
    return {
        "check_id": check.check_id,
        "treated_on": check.treated_on.isoformat(),
        "code": check.code,
        "simulated": check.is_simulated,
        "mark": SIMULATED_MARK if check.is_simulated else None,
        "age_seconds": round(age, 1),
        **_course(check),
    }


@dataclass(frozen=True, slots=True)
class About:
    """What a kiosk says of itself.

    Args:
        facility: who asks.
        service: URL of the eligibility service.
        is_simulated: nothing here may be taken for real.
    """

    facility: Facility
    service: str
    is_simulated: bool


def status_document(
    about: About, records: Records, clock: Clock, matters: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """How the kiosk is doing; no patient data.

    Args:
        about: the kiosk.
        records: where checks are kept.
        clock: what time it is.
        matters: what is open, as ``Agenda.matters`` gives it.
    """
    stamp = clock.stamp()
    of = {kind: [each for each in matters if each["kind"] == kind] for kind in _KINDS}
    return {
        "version": __version__,
        "simulated": about.is_simulated,
        "mark": SIMULATED_MARK if about.is_simulated else None,
        "facility": about.facility.code,
        "terminal": about.facility.terminal,
        "service": about.service,
        "clock": _clock_document(clock, stamp),
        "queue": _queue_document(of["waiting"], of["set_aside"]),
        "months": [
            {"month": str(month), "purge_due_at": purge_due_at(month).isoformat()}
            for month in records.months()
        ],
        "purge": _purge_part(records, stamp.wall, of["goes_soon"]),
        "follow_ups": _follow_ups_document(of["follow_up"], day_in_japan(stamp.wall)),
        "unexported": sum(each["count"] for each in of["unexported"]),
        "counts": [_tally_document(month, tally) for month, tally in records.tallies().items()],
        "losses": [_loss_document(each) for each in records.losses()],
        "damages": [_damage_document(each) for each in records.damages()],
    }


def _purge_part(
    records: Records, now: datetime, goes_soon: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What should be gone, what goes soon, and which copies of what is gone may be left."""
    ahead = ("month", "last_day", "unconfirmed")
    return {
        "late": [str(month) for month in late(records, now)],
        "ahead": [{name: each[name] for name in ahead} for each in goes_soon],
        "copies": [_copy_document(each) for each in records.copies_left()],
    }


def _clock_document(clock: Clock, stamp: Stamp) -> dict[str, Any]:
    return {
        "now": stamp.wall.isoformat(),
        "trusted": stamp.is_trusted,
        "fault": clock.fault(),
        "mark": _iso(clock.mark()),
    }


def _queue_document(
    waiting: Sequence[Mapping[str, Any]], set_aside: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    every = [*waiting, *set_aside]
    return {
        "waiting": len(every),
        "set_aside": len(set_aside),
        "provisional": sum(each["month"] is None for each in every),
        "oldest_seconds": max((each["age_seconds"] for each in every), default=None),
    }


def _follow_ups_document(follow_ups: Sequence[Mapping[str, Any]], today: date) -> dict[str, int]:
    """How many are open; how many of them belong to a month that is over within a week, or was."""
    last_days = [date.fromisoformat(each["due_on"]) for each in follow_ups]
    return {"open": len(last_days), "due": sum(day - today <= _DUE for day in last_days)}


def _tally_document(month: Month, tally: Tally) -> dict[str, Any]:
    return {
        "month": str(month),
        "checked": tally.checked,
        "answered": tally.answered,
        "refused": tally.refused,
        "deferred": tally.deferred,
    }


def _damage_document(damage: Damage) -> dict[str, Any]:
    """What a bad place did to what is kept beyond every month (K350)."""
    return {
        "what": damage.what,
        "at": damage.at.isoformat(),
        "copied_at": _iso(damage.copied_at),
    }


def _loss_document(loss: Loss) -> dict[str, Any]:
    """What a bad place on the disk cost (K315)."""
    return {
        "month": str(loss.month) if loss.month else None,
        "saved": loss.saved,
        "sequences": list(loss.sequences),
    }


def audit_document(head: Head) -> dict[str, Any]:
    """How far the audit has come, in a status; to be kept elsewhere."""
    return {"audit": {"count": head.count, "head": str(head)}}


def verdict_document(verdict: Verdict) -> dict[str, Any]:
    """What a look at the whole audit found; ``fault`` null when it stands as written.

    ``lost`` are rows that a damage took, on record: no fault.
    """
    return {
        "count": verdict.head.count,
        "head": str(verdict.head),
        "sealed": verdict.is_sealed,
        "fault": verdict.fault,
        "row": verdict.number,
        "lost": [
            {
                "first": gap.first,
                "last": gap.last,
                "exact": gap.is_exact,
                "mended_at": gap.at.isoformat(),
            }
            for gap in verdict.gaps
        ],
    }


def ahead_document(each: Ahead) -> dict[str, Any]:
    """A month that goes soon."""
    return {
        "month": str(each.month),
        "last_day": each.last_day.isoformat(),
        "unconfirmed": each.unconfirmed,
    }


def purge_document(
    report: PurgeReport, *, is_simulated: bool, is_dry_run: bool = False
) -> dict[str, Any]:
    """Which months went, or would go, and which stay; no patient data."""
    return {
        "dry_run": is_dry_run,
        "simulated": is_simulated,
        "mark": SIMULATED_MARK if is_simulated else None,
        "as_of": report.as_of.isoformat(),
        "purged": [
            {"month": str(each.month), "checks": each.checks, "unanswered": each.unanswered}
            for each in report.purged
        ],
        "kept": [
            {"month": str(month), "purge_due_at": purge_due_at(month).isoformat()}
            for month in report.kept
        ],
        "copies": [_copy_document(each) for each in report.copies],
        "copies_kept": [_copy_document(each) for each in report.copies_kept],
    }


def _copy_document(copy: HeldCopy) -> dict[str, str]:
    """A file of a destroyed month that the kiosk could not delete (K357)."""
    return {"file": str(copy.file), "month": str(copy.month)}


def _course(check: StoredCheck) -> dict[str, Any]:
    return {
        "sequence": check.sequence,
        "state": check.state.value,
        "month": str(check.month) if check.month else None,
        "opened_at": check.opened.wall.isoformat(),
        "clock_trusted": check.opened.is_trusted,
        "settled_at": _iso(check.settled_at),
        "attempts": check.attempts,
        "next_attempt_at": _iso(check.next_attempt_at),
    }


def _outcome_of(state: State) -> str:
    return "deferred" if state in WAITING else state.value


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
