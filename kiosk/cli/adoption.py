"""``kiosk adoption``: what a clinic still has to do, and what the notices say of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from kiosk.cli.adoption_lines import utterances
from kiosk.cli.days import DAY
from kiosk.cli.door import Door, json_option, phrasebook
from kiosk.cli.statistics import statistics
from kiosk.domain.adoption import (
    Clinic,
    Practitioner,
    Ruling,
    exemptions,
    is_exempt,
    may_use,
    rulings,
    subsidies,
)
from kiosk.domain.adoption_rules import DEVICES, MEASURES, Kind
from kiosk.domain.adoption_steps import (
    ONLY_FOR_REAL,
    SEEN_BY_THE_KIOSK,
    Item,
    Step,
    checklist,
    next_step,
)
from kiosk.domain.dates import day_in_japan
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.settings import DEFAULT_STATE, Settings, SettingsMissing
from kiosk.store.ticked import NotForReal, tick, ticked
from kiosk.usecases import call_centre

_BY_HAND = [step.value for step in Step if step not in SEEN_BY_THE_KIOSK]


class _PractitionerParam(click.ParamType[Practitioner]):
    name = "AGE[,part][,blind]"

    def convert(
        self, value: str | Practitioner, param: click.Parameter | None, ctx: click.Context | None
    ) -> Practitioner:
        if isinstance(value, Practitioner):
            return value
        age, *rest = value.split(",")
        if not (age.isascii() and age.isdigit()) or not set(rest) <= {"part", "blind"}:
            self.fail(f"not {self.name}: {value!r}", param, ctx)
        return Practitioner("part" not in rest, int(age), "blind" in rest)


@click.group(invoke_without_command=True)
@click.option("--kind", type=click.Choice([each.value for each in Kind]), help="Of facility.")
@click.option("--measure", type=click.IntRange(min(MEASURES), max(MEASURES)), help="経過措置.")
@click.option(
    "--practitioner", "practitioners", type=_PractitionerParam(), multiple=True,
    help="Age in April 2024, of each; part: not 常勤; blind: 視覚障害.",
)  # fmt: skip
@click.option("--hard", is_flag=True, help="For age or sight they cannot well check online.")
@click.option("--closes-on", type=DAY, help="Day decided for 廃止 or 休止.")
@click.option("--stops-on", type=DAY, help="Day decided for the end of 受領委任.")
@click.option("--no-delegation", is_flag=True, help="No 受領委任.")
@click.option("--attached", is_flag=True, help="併設の従たる施術所.")
@click.option("--on", "day", type=DAY, help="What applies on that day; without it today.")
@click.option("--cost", type=click.IntRange(0), help="Yen paid for the reader, without the box.")
@json_option
@click.pass_context
def adoption(context: click.Context, /, **facts: Any) -> None:  # noqa: ANN401 - of click
    """Say what is done, what comes next, and what the notices mean for this clinic.

    What is told of the clinic is not kept. Without --kind the notices are left out.
    """
    if context.invoked_subcommand is not None:
        return
    door = context.ensure_object(Door)
    settings, folder = _place(door)
    now = datetime.now(UTC)
    done = ticked(folder)
    clinic = _clinic(facts, is_connected=Step.OPERATION_START in done)
    day = facts["day"] or day_in_japan(now)
    items = checklist(clinic, done, day, is_set_up_for_real=_is_set_up_for_real(settings))
    is_simulated = settings is not None and settings.is_simulated
    document = {
        "simulated": is_simulated,
        "mark": SIMULATED_MARK if is_simulated else None,
        "official_app": False,
        "day": day.isoformat(),
        **_checklist_part(items),
        **_notices_part(clinic if facts["kind"] else None, day, facts["cost"]),
        "call_centre": {"number": call_centre.NUMBER, "open": call_centre.is_open(now)},
    }
    door.report(document, utterances(document, phrasebook()), is_simulated=is_simulated)


@adoption.command()
@click.argument("step", type=click.Choice(_BY_HAND))
@click.option("--on", type=DAY, help="Day it was done; without it today.")
@json_option
@click.pass_obj
def done(door: Door, step: str, on: date | None) -> None:
    """Tick a step of the checklist."""
    settings, folder = _place(door)
    today = day_in_japan(datetime.now(UTC))
    if on is not None and on > today:
        raise click.UsageError("--on: a day to come")
    which = Step(step)
    if which in ONLY_FOR_REAL and not _is_set_up_for_real(settings):
        raise NotForReal(step)
    tick(folder, which, on or today)
    kind = Clinic(Kind.JUDO, is_attached=True)
    items = checklist(kind, ticked(folder), today, is_set_up_for_real=_is_set_up_for_real(settings))
    is_simulated = settings is not None and settings.is_simulated
    document = {
        "simulated": is_simulated,
        "mark": SIMULATED_MARK if is_simulated else None,
        **_checklist_part([each for each in items if each.step is which]),
    }
    door.report(document, utterances(document, phrasebook()), is_simulated=is_simulated)


adoption.add_command(statistics)


def _place(door: Door) -> tuple[Settings | None, Path]:
    """Settings, None before the set-up, and the state folder."""
    try:
        settings = door.settings()
    except SettingsMissing:
        if door.config is not None:
            raise
        return None, door.state_dir or DEFAULT_STATE
    return settings, settings.state.dir


def _is_set_up_for_real(settings: Settings | None) -> bool:
    """Registered with a service that is not simulated: the terminal has its certificate."""
    if settings is None or settings.is_simulated:
        return False
    try:
        return settings.service.certificate.is_file()
    except PermissionError:
        return False


def _clinic(facts: dict[str, Any], *, is_connected: bool) -> Clinic:
    return Clinic(
        Kind(facts["kind"] or Kind.JUDO),
        is_connected=is_connected,
        claims_by_delegation=not facts["no_delegation"],
        practitioners=facts["practitioners"],
        finds_checks_hard=facts["hard"],
        closes_on=facts["closes_on"],
        stops_on=facts["stops_on"],
        is_attached=facts["attached"],
        measure=facts["measure"],
    )


def _checklist_part(items: list[Item]) -> dict[str, Any]:
    return {
        "next": next_step(items),
        "steps": [
            {
                "step": each.step.value,
                "state": each.progress.value,
                "on": each.on and each.on.isoformat(),
                "papers": list(each.papers),
            }
            for each in items
        ],
    }


def _notices_part(clinic: Clinic | None, day: date, cost: int | None) -> dict[str, Any]:
    if clinic is None:
        return {
            "kind": None,
            "may_use": None,
            "exempt": None,
            "reasons": [],
            "rules": [],
            "subsidised": [],
        }
    paid = {
        each.rule.key: each.amount_yen(cost)
        for each, _ in subsidies(clinic, day)
        if cost is not None
    }
    return {
        "kind": clinic.kind.value,
        "may_use": may_use(clinic),
        "exempt": is_exempt(clinic),
        "reasons": [each.value for each in exemptions(clinic)],
        "subsidised": list(DEVICES) if subsidies(clinic, day) else [],
        "rules": [
            _ruling(each) | {"yen": paid.get(each.rule.key)} for each in rulings(clinic, day)
        ],
    }


def _ruling(ruling: Ruling) -> dict[str, Any]:
    rule = ruling.rule
    return {
        "rule": rule.key,
        "topic": rule.topic.value,
        "when": ruling.when.value,
        "spares": ruling.spares,
        "from": rule.from_day and rule.from_day.isoformat(),
        "to": rule.to_day and rule.to_day.isoformat(),
        "about": rule.is_about,
        "plan": rule.is_plan,
        "wording": rule.wording,
        "source": rule.source.document,
        "as_of": rule.source.as_of or None,
    }
