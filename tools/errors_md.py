"""Write ``docs/errors.md`` from the docstrings of the errors and the phrasebook.

``python tools/errors_md.py`` writes it; with ``--check`` it only says whether it is up to date.
"""  # noqa: INP001 - a script beside the package, not a part of it

from __future__ import annotations

import importlib
import inspect
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kiosk import errors  # noqa: E402 - the path above makes it importable
from kiosk.phrasebook import Phrasebook  # noqa: E402 - likewise

TARGET = ROOT / "docs" / "errors.md"
_DECLARES_A_CODE = re.compile(r'^    code = "K\d{3}"', re.MULTILINE)

HEAD = """\
# Errors

Made by `tools/errors_md.py` from the docstrings and the phrasebook; do not edit.

The command line prints `code: message` and `hint: what to do next` on standard error and ends with
the exit status given. A code never changes its meaning and is never given twice. "Again" says
whether the same thing can succeed later without anybody mending anything. A K2xx while checking is
no failure of the check: it is kept, 確認待ち, and asked again (exit status 3); with K231-K239 the
service refused this card (exit status 4).
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
    by_code = declared()
    families = [
        kind for kind in errors.KioskError.__subclasses__() if kind.__module__ == "kiosk.errors"
    ]
    parts = [HEAD]
    for family in families:
        members = [code for code in sorted(by_code) if issubclass(by_code[code], family)]
        if members:
            parts.append(f"## {family.__name__}\n\n{inspect.cleandoc(family.__doc__ or '')}\n")
            parts += [entry(by_code[code]) for code in members]
    return "\n".join(parts)


def declared() -> dict[str, type[errors.KioskError]]:
    """Every error of the package, by code."""
    for file in sorted((ROOT / "kiosk").rglob("*.py")):
        if _DECLARES_A_CODE.search(file.read_text("utf-8")):
            importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    return errors.KioskError.by_code


def entry(kind: type[errors.KioskError]) -> str:
    """One error: what it means, who mends it, what is said."""
    japanese, english = Phrasebook.load("ja"), Phrasebook.load("en")
    meaning = inspect.cleandoc(kind.__doc__ or "").partition("\n\nArgs:")[0]
    again = "yes" if kind.retryable else "no"
    return (
        f"### {kind.code} {kind.__name__}\n\n"
        f"{meaning}\n\n"
        f"- Mended by: {kind.remedy.value}. Again: {again}. "
        f"Exit status: {10 + int(kind.code[1])}.\n"
        f"- 「{japanese.message(kind.code).read}」「{japanese.hint(kind.code).read}」\n"
        f"- {english.message(kind.code).read} {english.hint(kind.code).read}\n"
        f"{_for_others(kind.code, japanese, english)}"
    )


def _for_others(code: str, japanese: Phrasebook, english: Phrasebook) -> str:
    """What staff and technician can do besides."""
    return "".join(
        f"- For {who.value}: 「{japanese.hint(code, who).read}」 {english.hint(code, who).read}\n"
        for who in (errors.Remedy.STAFF, errors.Remedy.TECHNICIAN)
        if japanese.has_own_hint(code, who)
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
