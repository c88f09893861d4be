"""Write ``docs/readers.md`` from ``kiosk/reader/known.toml``.

``python tools/readers_md.py`` writes it; a test says whether it is up to date.
"""  # noqa: INP001 - a script beside the package, not a part of it

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kiosk.reader.known import KnownReader, Verdict, known_readers  # noqa: E402 - as above

HEAD = """\
# Readers

Made by `tools/readers_md.py` from `kiosk/reader/known.toml`; do not edit. `kiosk doctor` goes by
the same rows. **None of these was tried with a real card yet**: the verdicts are what libccid's
list of readers says of their descriptors.

The card lies on a *contactless* reader and is pushed into a *contact* one. A contactless one is to
be preferred: laying a card down needs no eyes.
"""
TITLES = {
    Verdict.GOOD: "Good: extended commands, five for a check",
    Verdict.SHORT_ONLY: "Works, more slowly: short commands only, thirteen for a check",
    Verdict.NO_DRIVER: "Cannot be used: pcscd has no driver",
    Verdict.VIRTUAL: "No reader: a program, for the simulated world",
}
FOOT = """\
## A reader that is not listed

The kiosk asks it (PC/SC part 10, `dwMaxAPDUDataSize`), and otherwise tries one extended read and
falls back to short ones, once and for as long as it runs. `kiosk doctor` says what came of it; lay
a card on the reader first. Please report what it said.

## When a card is not read

`kiosk doctor --card-trace trace.jsonl` reads the card that lies there, without its PIN, and appends
what reader and card said: header, lengths, status words and times. What was read is shown only
when the certificate itself says that it is simulated; of a real card no byte is. With
`[reader] traffic_log = true` kioskd and `kiosk check` log the same of every card, VERIFY and
signature included, as `[4]` and `[256]`: that many bytes, not shown.

## When a reader is not found

- `kiosk doctor` says whether pcscd runs, whether it lets this user in (on Debian 13 polkit asks),
  and whether all its 200 places are taken.
- The kernel modules `port100` and `pn533_usb` take readers away from pcscd. Write
  `blacklist port100` and `blacklist pn533_usb` into `/etc/modprobe.d/readers.conf`, and restart.
- A reader that comes and goes, or cards that stop halfway, on a Raspberry Pi: the supply or the
  cable is weak. Use the maker's own supply and a short, thick cable; no hub without a supply of its
  own.
"""


def row(reader: KnownReader) -> str:
    """One line of a table."""
    ids = ", ".join(f"`{each}`" for each in reader.usb) or "none"
    return f"| {reader.label} | {ids} | {reader.card} | {reader.advice} | {reader.source} |"


def document() -> str:
    """The whole page."""
    parts = [HEAD]
    for verdict, title in TITLES.items():
        rows = [row(each) for each in known_readers() if each.verdict is verdict]
        table = ["| reader | USB id | card | | source |", "|---|---|---|---|---|", *rows]
        parts.append("\n".join([f"## {title}\n", *table]) + "\n")
    return "\n".join([*parts, FOOT])


if __name__ == "__main__":
    (ROOT / "docs" / "readers.md").write_text(document(), "utf-8")
