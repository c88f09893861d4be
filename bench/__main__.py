"""``make bench``: run every ``bench_*`` module, or those named, and print one JSON line each.

A module has ``run() -> dict[str, float | str]``. Nothing here asserts: figures are read by people.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path


def main(wanted: list[str]) -> None:
    """Run the benchmarks whose names are wanted; all without a name."""
    for file in sorted(Path(__file__).parent.glob("bench_*.py")):
        name = file.stem.removeprefix("bench_")
        if wanted and name not in wanted:
            continue
        figures = import_module(f"bench.{file.stem}").run()
        print(json.dumps({"bench": name, **figures}, ensure_ascii=False), flush=True)


main(sys.argv[1:])
