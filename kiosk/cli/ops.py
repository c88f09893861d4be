"""``kiosk sync``, ``purge``, ``status``: what a technician or a timer calls."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kiosk.cli import lines
from kiosk.cli.desk_or_store import Source, opened, refuse_beside_kioskd, source, whole
from kiosk.cli.door import DEFERRED, Door, json_option, phrasebook
from kiosk.cli.jobs import jobs_utterances
from kiosk.cli.stopping import stopped_by_signal
from kiosk.log import in_background
from kiosk.settings import OnlySimulated, Settings
from kiosk.store.copies import folder_without
from kiosk.sync.documents import round_document, settled_document
from kiosk.sync.drain import Round
from kiosk.wiring import Kiosk


@click.command()
@click.option("--once", is_flag=True, help="One round, now, then end.")
@json_option
@click.pass_obj
def sync(door: Door, *, once: bool) -> int:
    """Ask for every check that waits; without --once, go on until SIGTERM."""
    settings = door.settings()
    if not once:
        refuse_beside_kioskd(settings)
        with in_background(), opened(door, settings) as kiosk:
            return _sync_until_stopped(door, kiosk)
    with source(door, settings) as found:
        document = whole(found, "sync")
    _tell_round(door, document)
    return DEFERRED if document["remaining"] else 0


def _sync_until_stopped(door: Door, kiosk: Kiosk) -> int:
    # Here, because APScheduler is not for the commands that end at once.
    from kiosk.sync.jobs import drain_job, purge_job  # noqa: PLC0415
    from kiosk.sync.schedule import Schedule  # noqa: PLC0415

    stop = stopped_by_signal()
    checks: list[dict[str, Any]] = []

    def tell(finished: Round) -> None:
        if finished.asked:
            is_simulated = kiosk.settings.is_simulated
            _tell_round(door, round_document(finished, checks, is_simulated=is_simulated))
        checks.clear()

    schedule = Schedule(
        [
            drain_job(
                kiosk.asking,
                on_settled=lambda settled: checks.append(settled_document(settled)),
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


def _tell_round(door: Door, document: dict[str, Any]) -> None:
    utterances = lines.round_utterances(document, phrasebook())
    door.report(document, utterances, is_simulated=document["simulated"])


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
@click.option(
    "--gone", type=click.Path(path_type=Path), multiple=True, metavar="FILE",
    help="This exported file exists no more, though it cannot be seen from here: a lost stick.",
)  # fmt: skip
@json_option
@click.pass_obj
def purge(door: Door, *, now: datetime | None, dry_run: bool, gone: tuple[Path, ...]) -> int:
    """Destroy key and file of every treatment month past retention (翌月末).

    Exported files that the kiosk cannot delete are named, exit 3: delete them and call it again.
    """
    settings = door.settings()
    if now is not None and not settings.is_simulated:
        raise OnlySimulated("--now")
    about = {"now": now.isoformat() if now else None, "dry_run": dry_run}
    with source(door, settings) as found:
        for each in () if dry_run else gone:
            found.answer("copy_gone", {"file": str(each.absolute())})
        document = found.answer("purge", about)
        if not dry_run:
            for name in ("copies", "copies_kept"):
                document[name] = [each for each in document[name] if not _is_gone(found, each)]
    utterances = lines.purge_utterances(document, phrasebook())
    door.report(document, utterances, is_simulated=settings.is_simulated)
    return DEFERRED if document["copies"] else 0


def _is_gone(found: Source, copy: dict[str, Any]) -> bool:
    """Whether whoever calls sees that a file is gone from its folder; kioskd may not see it."""
    folder = folder_without(Path(copy["file"]))
    if folder is None:
        return False
    about = {"file": copy["file"], "folder": folder}
    return bool(found.answer("copy_gone", about)["gone"])


@click.command()
@click.option("--prometheus", is_flag=True, help="As text for node_exporter's textfile collector.")
@json_option
@click.pass_obj
def status(door: Door, *, prometheus: bool) -> None:
    """Say how the kiosk is doing; no patient data."""
    if prometheus and door.as_json:
        raise click.UsageError("--prometheus or --json, not both")
    settings = door.settings()
    with source(door, settings) as found:
        document = found.answer("status", {})
    # Only kioskd has any.
    document.setdefault("jobs", [])
    if prometheus:
        click.echo(_metrics(settings, document), nl=False)
        return
    utterances = lines.status_utterances(document, phrasebook())
    utterances += jobs_utterances(document, phrasebook())
    door.report(document, utterances, is_simulated=settings.is_simulated)


def _metrics(settings: Settings, document: dict[str, Any]) -> str:
    # Here, because the other commands need neither PC/SC nor X.509.
    from kiosk.appliance.metrics import prometheus  # noqa: PLC0415
    from kiosk.reader.survey import count_readers  # noqa: PLC0415
    from kiosk.service.link import expires_at  # noqa: PLC0415

    try:
        ends_at = expires_at(settings.service.certificate)
    except (OSError, ValueError):
        # No sample says that it is not known; kiosk doctor says why.
        ends_at = None
    return prometheus(document, certificate_ends_at=ends_at, readers=count_readers())
