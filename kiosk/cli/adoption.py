"""``kiosk adoption``: what a clinic still has to do, and what the notices say of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from kiosk.cli.days import DAY
from kiosk.cli.door import Door, json_option, phrasebook
from kiosk.cli.navigating import asked, not_ahead, order, place
from kiosk.cli.promotion import promoted, report
from kiosk.cli.statistics import statistics
from kiosk.domain.adoption import Practitioner
from kiosk.domain.adoption_rules import MEASURES, TRANSITIONAL, Kind
from kiosk.domain.adoption_steps import Step
from kiosk.phrasebook.told_adoption import steps_told, told_site, utterances
from kiosk.ports.adoption import MOST_CHARACTERS

_KINDS = click.Choice([each.value for each in Kind])
_MEASURES = click.IntRange(min(MEASURES), max(MEASURES))
_AGE_DIGITS = 3
_STEPS = click.Choice([each.value for each in Step])


class _PractitionerParam(click.ParamType[Practitioner]):
    name = "AGE[,part][,blind]"

    def convert(
        self, value: str | Practitioner, param: click.Parameter | None, ctx: click.Context | None
    ) -> Practitioner:
        if isinstance(value, Practitioner):
            return value
        age, *rest = value.split(",")
        is_age = age.isascii() and age.isdigit() and len(age) <= _AGE_DIGITS
        if not is_age or not set(rest) <= {"part", "blind"}:
            self.fail(f"not {self.name}: {value!r}", param, ctx)
        return Practitioner("part" not in rest, int(age), "blind" in rest)


@click.group(invoke_without_command=True)
@click.option("--kind", type=_KINDS, help="Of facility; without it the one that `site` kept.")
@click.option("--measure", type=_MEASURES, help="経過措置.")
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

    What is told of the clinic here is not kept. Without a kind the notices are left out.
    """
    if context.invoked_subcommand is not None:
        return
    _no_measure_of_others(facts)
    door = context.ensure_object(Door)
    settings, folder = place(door)
    document = asked(settings, folder, _about(facts))
    door.report(
        document, utterances(document, phrasebook()), is_simulated=bool(document["simulated"])
    )


@adoption.command()
@click.argument("step", type=_STEPS)
@click.option("--on", type=DAY, help="Day it was done; without it today.")
@click.option("--number", help="Number of the receipt, of receipt_kept.")
@click.option("--photo", is_flag=True, help="A photo of the receipt is kept, of receipt_kept.")
@json_option
@click.pass_obj
def done(door: Door, *, step: str, on: date | None, number: str | None, photo: bool) -> None:
    """Tick a step of the checklist; what the kiosk sees for itself is not ticked by hand."""
    if step != Step.RECEIPT_KEPT and (number or photo):
        raise click.UsageError("--number and --photo are of receipt_kept")
    if number and (len(number) > MOST_CHARACTERS or not number.isprintable()):
        raise click.UsageError(f"--number: at most {MOST_CHARACTERS} printable signs")
    noted = {"number": number, "photo": photo or None}
    order(door, "adoption_done", {"step": step, "on": not_ahead(on), **noted}, steps_told)


@adoption.command()
@click.argument("step", type=_STEPS)
@json_option
@click.pass_obj
def undo(door: Door, step: str) -> None:
    """Take the tick of a step back."""
    order(door, "adoption_undo", {"step": step}, steps_told)


@adoption.command()
@click.option("--kind", type=_KINDS, required=True, help="Of facility.")
@click.option("--attached/--not-attached", default=None, help="併設の従たる施術所.")
@click.option("--measure", type=_MEASURES, help="経過措置.")
@json_option
@click.pass_obj
def site(door: Door, /, **facts: Any) -> None:  # noqa: ANN401 - of click
    """Keep what kind of facility this is, for the checklist at the screen too."""
    _no_measure_of_others(facts)
    order(door, "adoption_site", facts, told_site)


for _command in (promoted, report, statistics):
    adoption.add_command(_command)


def _no_measure_of_others(facts: Mapping[str, Any]) -> None:
    kind = facts["kind"]
    if facts["measure"] is not None and kind is not None and Kind(kind) not in TRANSITIONAL:
        raise click.UsageError("--measure is of medical institutions and pharmacies")


def _about(facts: Mapping[str, Any]) -> dict[str, Any]:
    people: tuple[Practitioner, ...] = facts["practitioners"]
    told = {
        **facts,
        "practitioners": [[p.age, p.is_full_time, p.is_visually_impaired] for p in people],
        "attached": facts["attached"] or None,
        **{name: facts[name] and facts[name].isoformat() for name in ("closes_on", "stops_on")},
        "day": facts["day"] and facts["day"].isoformat(),
    }
    return {name: value for name, value in told.items() if value is not None}
