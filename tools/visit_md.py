"""Write ``docs/visit.md`` from the table of the visit.

``python tools/visit_md.py`` writes it; with ``--check`` it only says whether it is up to date.
"""  # noqa: INP001 - a script beside the package, not a part of it

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kiosk.usecases.reception import TABLE  # noqa: E402 - the path above makes it importable

TARGET = ROOT / "docs" / "visit.md"

HEAD = """\
# The visit

Made by `tools/visit_md.py` from `kiosk.usecases.reception.TABLE`; do not edit.

One visitor at the reception, from the first key or card to the clean screen. The machine does no
I/O: an event goes in, the next phase and the effects come out. Screen and line mode drive the same
one over the desk. What the table does not have is ignored, and so is any event of another visit.
"""


def main(arguments: list[str]) -> int:
    """Write or check; the exit status."""
    text = document()
    if arguments == ["--check"]:
        is_current = TARGET.exists() and TARGET.read_text("utf-8") == text
        return 0 if is_current else 1
    TARGET.write_text(text, "utf-8")
    return 0


def document() -> str:
    """The whole page."""
    return "\n".join([HEAD, "```mermaid", *_diagram(), "```", "", *_table(), ""])


def _diagram() -> list[str]:
    arrows: dict[tuple[str, str], list[str]] = {}
    for (phase, event), rule in TABLE.items():
        for target in rule.to:
            if target is not phase:
                arrows.setdefault((phase.value, target.value), []).append(_words(event))
    lines = [f"    {start} --> {end}: {', '.join(on)}" for (start, end), on in arrows.items()]
    return ["stateDiagram-v2", "    [*] --> resting", *lines]


def _table() -> list[str]:
    rows = [
        f"| {phase.value} | {_words(event)} | {', '.join(each.value for each in rule.to)} "
        f"| {rule.does} |"
        for (phase, event), rule in sorted(
            TABLE.items(),
            key=lambda row: (list(type(row[0][0])).index(row[0][0]), _words(row[0][1])),
        )
    ]
    return ["| phase | event | leads to | does |", "|---|---|---|---|", *rows]


def _words(event: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", event.__name__).lower()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
