"""Write ``kiosk/pages/glyphs.toml``: the characters of every big word, as dots.

``python tools/glyphs.py FONT.bdf …``; the first font that has a character draws it. Made from
7x13B and 12x13ja of X11's misc fonts (public domain; Debian: xfonts-base, ``pcf2bdf``).
"""  # noqa: INP001 - a script beside the package, not a part of it

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kiosk.phrasebook import Phrase, Phrasebook  # noqa: E402 - the path above makes it importable

TARGET = ROOT / "kiosk" / "pages" / "glyphs.toml"
HEIGHT = 12
"""Dots: four rows of sextants. The fonts' thirteenth row is empty in these characters."""
HEAD = """\
# Made by tools/glyphs.py from X11's misc fonts 7x13B and 12x13ja (public domain); do not edit.
[glyphs]
"""


def main(fonts: list[str]) -> int:
    """Write it; the exit status."""
    read = [glyphs(Path(each).read_text("latin-1")) for each in fonts]
    lines = [HEAD]
    for character in sorted(wanted()):
        found = next((font[character] for font in read if character in font), None)
        if found is None:
            sys.exit(f"no font has {character}")
        rows = ",\n".join(f'    "{row}"' for row in found)
        lines.append(f'"{character}" = [\n{rows},\n]\n')
    TARGET.write_text("".join(lines), "utf-8")
    return 0


def wanted() -> set[str]:
    """Every character of a big word in either language."""
    books = (Phrasebook.load("ja"), Phrasebook.load("en"))
    big = [each for each in Phrase if each.value.startswith("big.")]
    return {sign for book in books for each in big for sign in book.say(each).read}


def glyphs(bdf: str) -> dict[str, list[str]]:
    """Characters of a font as rows of dots, top first, all of ``HEIGHT``."""
    found: dict[str, list[str]] = {}
    for part in bdf.split("STARTCHAR")[1:]:
        lines = part.splitlines()
        fields = {line.split()[0]: line.split()[1:] for line in lines if " " in line}
        start = lines.index("BITMAP") + 1
        width, height, left, below = (int(each) for each in fields["BBX"])
        advance = int(fields["DWIDTH"][0])
        bits = [f"{int(row, 16):0{len(row) * 4}b}"[:width] for row in lines[start : start + height]]
        rows = ["." * left + row.replace("0", ".").replace("1", "#") for row in bits]
        # The baseline lies two dots above the foot of the cell in both fonts.
        top = HEIGHT - 2 - below - height + 1
        above = ["." * advance] * max(0, top)
        cell = [*above, *(row.ljust(advance, ".") for row in rows)][:HEIGHT]
        cell += ["." * advance] * (HEIGHT - len(cell))
        found[chr(int(fields["ENCODING"][0]))] = cell
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
