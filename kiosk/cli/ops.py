"""``kiosk sync``, ``purge``, ``status``: what a technician or a timer calls."""

from __future__ import annotations

import os
import signal
import threading
from datetime import datetime
from types import FrameType
from typing import Any

import click

from kiosk.cli import lines
from kiosk.cli.door import DEFERRED, Door, json_option, phrasebook
from kiosk.domain.retention import purge_due_at
from kiosk.events import Event
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.phrasebook import Phrase
from kiosk.settings import OnlySimulated, Settings
from kiosk.sync.drain import Round, Settled, drain
from kiosk.usecases.documents import About, audit_document, outcome_part, status_document
from kiosk.usecases.purge import PurgeReport, foresee
from kiosk.usecases.purge import purge as purge_months
from kiosk.usecases.retention import ahead, late
from kiosk.wiring import Kiosk, assemble


@click.command()
@click.option("--once", is_flag=True, help="One round, now, then end.")
@json_option
@click.pass_obj
def sync(door: Door, *, once: bool) -> int:
    """Ask for every check that waits; without --once, go on until SIGTERM."""
    settings = door.settings()
    with assemble(settings, unlock=door.unlock) as kiosk:
        if not once:
            return _sync_until_stopped(door, kiosk)
        checks: list[dict[str, Any]] = []
        finished = drain(
            kiosk.asking,
            due_only=False,
            on_settled=lambda settled: checks.append(_settled_document(settled)),
        )
    _tell_round(door, settings, finished, checks)
    return DEFERRED if finished.remaining else 0


def _sync_until_stopped(door: Door, kiosk: Kiosk) -> int:
    # Here, because APScheduler is not for the commands that end at once.
    from kiosk.sync.jobs import drain_job, purge_job  # noqa: PLC0415
    from kiosk.sync.schedule import Schedule  # noqa: PLC0415

    stop = threading.Event()

    checks: list[dict[str, Any]] = []

    def tell(finished: Round) -> None:
        if finished.asked:
            _tell_round(door, kiosk.settings, finished, checks)
        checks.clear()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    schedule = Schedule(
        [
            drain_job(
                kiosk.asking,
                on_settled=lambda settled: checks.append(_settled_document(settled)),
                on_round=tell,
                hold=lambda seconds: not stop.wait(seconds),
            ),
            purge_job(kiosk.asking),
        ]
    )
    schedule.start()
    stop.wait()
    schedule.stop()
    return 0


def _tell_round(
    door: Door, settings: Settings, finished: Round, checks: list[dict[str, Any]]
) -> None:
    door.report(
        _round_document(finished, settings, checks),
        lines.round_utterances(finished, phrasebook()),
        is_simulated=settings.is_simulated,
    )


def _round_document(
    finished: Round, settings: Settings, checks: list[dict[str, Any]]
) -> dict[str, Any]:
    outcomes = [each["outcome"] for each in checks]
    return {
        "simulated": settings.is_simulated,
        "mark": SIMULATED_MARK if settings.is_simulated else None,
        "asked": finished.asked,
        "answered": finished.answered,
        "refused": outcomes.count("refused"),
        "deferred": outcomes.count("deferred"),
        "set_aside": finished.set_aside,
        "remaining": finished.remaining,
        "checks": list(checks),
    }


def _settled_document(settled: Settled) -> dict[str, Any]:
    """No patient data: a timer's output ends in a log."""
    part = outcome_part(settled.outcome, settled.check.treated_on)
    return {
        "check_id": settled.check.check_id,
        "treated_on": settled.check.treated_on.isoformat(),
        "outcome": part["outcome"],
        "code": part.get("code"),
    }


class _InstantParam(click.ParamType[datetime]):
    name = "ISO8601"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"not an ISO 8601 time: {value!r}", param, ctx)
        if instant.tzinfo is None:
            self.fail("give the offset too, e.g. 2027-01-01T00:00:00+09:00", param, ctx)
        return instant


@click.command()
@click.option(
    "--now",
    type=_InstantParam(),
    help="Apply the rule for this instant; with a simulator's settings only. Moves no clock.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@json_option
@click.pass_obj
def purge(door: Door, *, now: datetime | None, dry_run: bool) -> int:
    """Destroy key and file of every treatment month past retention (翌月末)."""
    settings = door.settings()
    if now is not None and not settings.is_simulated:
        raise OnlySimulated("--now")
    with assemble(settings, unlock=door.unlock) as kiosk:
        work = foresee if dry_run else purge_months
        report = work(kiosk.records, kiosk.clock, as_of=now)
        if not dry_run:
            for each in report.purged:
                what = f"{each.month}:{each.checks}"
                kiosk.gate.note(Event.MONTH_PURGED, f"uid:{os.getuid()}", "command", what=what)
    door.report(
        _purge_document(report, settings, is_dry_run=dry_run),
        lines.purge_utterances(report, phrasebook(), is_dry_run=dry_run),
        is_simulated=settings.is_simulated,
    )
    return 0


def _purge_document(report: PurgeReport, settings: Settings, *, is_dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": is_dry_run,
        "simulated": settings.is_simulated,
        "mark": SIMULATED_MARK if settings.is_simulated else None,
        "as_of": report.as_of.isoformat(),
        "purged": [
            {"month": str(each.month), "checks": each.checks, "unanswered": each.unanswered}
            for each in report.purged
        ],
        "kept": [
            {"month": str(month), "purge_due_at": purge_due_at(month).isoformat()}
            for month in report.kept
        ],
    }


@click.command()
@json_option
@click.pass_obj
def status(door: Door) -> None:
    """Say how the kiosk is doing; no patient data."""
    settings = door.settings()
    with assemble(settings, unlock=door.unlock) as kiosk:
        stamp = kiosk.clock.stamp()
        follow_ups = kiosk.store.follow_ups.open()
        waiting = kiosk.records.waiting()
        provisional = [check for check in waiting if check.month is None]
        about = About(kiosk.facility, settings.service.url, is_simulated=settings.is_simulated)
        losses = kiosk.records.losses()
        fault = kiosk.clock.fault()
        overdue = late(kiosk.records, stamp.wall)
        soon = ahead(kiosk.records, stamp, follow_ups)
        document = status_document(about, kiosk.records, kiosk.clock, follow_ups)
        head = kiosk.gate.head()
    utterances = lines.status_utterances(
        is_clock_trusted=stamp.is_trusted,
        waiting=waiting,
        provisional=len(provisional),
        losses=losses,
        book=phrasebook(),
    )
    utterances = [*lines.clock_fault_utterances(fault, phrasebook()), *utterances]
    utterances += lines.retention_utterances(overdue, soon, phrasebook())
    utterances.append(phrasebook().say(Phrase.AUDIT_HEAD, head=str(head)))
    document |= audit_document(head)
    door.report(document, utterances, is_simulated=settings.is_simulated)
