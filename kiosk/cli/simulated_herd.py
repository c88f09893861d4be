"""``kiosk simulator herd``: every kiosk of the country after an outage."""

from __future__ import annotations

from pathlib import Path

import click

from kiosk.cli.door import Door, json_option, print_json

OUTAGES = {"10min": (600.0, 600.0), "1h": (3600.0, 3600.0), "1day": (86400.0, 36000.0)}
"""By name: how long it lasts, and for how much of it the clinics are open, in seconds."""


@click.command()
@click.option("--kiosks", type=click.IntRange(1), default=78_000, show_default=True)
@click.option("--rate", type=click.FloatRange(1), default=2000.0, show_default=True,
              help="Checks the service answers a second; 429 above it.")  # fmt: skip
@click.option("--outage", "outages", type=click.Choice(list(OUTAGES)), multiple=True,
              help="Repeatable; all without it.")  # fmt: skip
@click.option("--strategy", "strategies", multiple=True,
              type=click.Choice(["paced", "fixed", "exponential"]),
              help="Repeatable; all without it. paced is the product's own.")  # fmt: skip
@click.option("--plot", type=click.Path(file_okay=False, path_type=Path),
              help="Folder for one SVG an outage.")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True)
@json_option
@click.pass_obj
def herd(
    door: Door,
    *,
    kiosks: int,
    rate: float,
    outages: tuple[str, ...],
    strategies: tuple[str, ...],
    plot: Path | None,
    seed: int,
) -> None:
    """Simulate all kiosks after an outage, with the product's pace and with naive ones."""
    from kiosk.simulator.herd import Herd, Scenario, Strategy  # noqa: PLC0415 - this command alone
    from kiosk.simulator.herd_report import document, figures, picture  # noqa: PLC0415 - likewise

    runs: list[Herd] = []
    scenario = Scenario(kiosks, rate, *OUTAGES["10min"], seed=seed)
    for name in outages or tuple(OUTAGES):
        scenario = Scenario(kiosks, rate, *OUTAGES[name], seed=seed)
        of_this = {
            Strategy(each): Herd(scenario, Strategy(each)) for each in strategies or Strategy
        }
        for each in of_this.values():
            each.run()
            if not door.as_json:
                click.echo("  ".join(f"{key}={value}" for key, value in figures(each).items()))
        runs += of_this.values()
        if plot is not None:
            plot.mkdir(parents=True, exist_ok=True)
            curves = {strategy: each.seconds for strategy, each in of_this.items()}
            (plot / f"{name}.svg").write_text(picture(curves, scenario), "utf-8")
    if door.as_json:
        print_json(document(scenario, runs))
