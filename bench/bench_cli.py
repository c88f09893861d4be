"""Start and memory of the command line against a bare click program."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.timing import peak_mib, process
from kiosk.simulator.world import World

BARE = "import click; click.command()(lambda: click.echo('x')).main([], standalone_mode=False)"


def run() -> dict[str, float]:
    """Milliseconds, MiB and ratios of ``--help`` and ``status``."""
    kiosk = str(Path(sys.executable).with_name("kiosk"))
    bare = [sys.executable, "-c", BARE]
    with TemporaryDirectory() as folder:
        world = World.create(Path(folder))
        world.write_config("https://127.0.0.1:1")
        status = [kiosk, "--config", str(world.config), "status", "--json"]
        figures = {
            "click_ms": process(bare),
            "help_ms": process([kiosk, "--help"]),
            "status_ms": process(status),
            "click_mib": peak_mib(bare),
            "help_mib": peak_mib([kiosk, "--help"]),
            "status_mib": peak_mib(status),
        }
    figures["help_ratio"] = round(figures["help_ms"] / figures["click_ms"], 2)
    figures["status_ratio"] = round(figures["status_ms"] / figures["click_ms"], 2)
    return figures
