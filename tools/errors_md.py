"""Write ``docs/errors.md`` from the docstrings of the errors and the phrasebook.

And ``docs/ja/errors.md``, ``docs/en/errors.md``: the same for the people of a clinic, with what is
said and what to do, and nothing of the code. ``python tools/errors_md.py`` writes them; with
``--check`` it only says whether they are up to date.
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

DOCS = ROOT / "docs"
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


# For the people of a clinic: the page's head, and who else than the one before it can do something.
GUIDES: dict[str, tuple[str, dict[errors.Remedy, str]]] = {
    "ja": (
        """\
# お知らせ番号と、することの一覧

画面に「お知らせ番号」が出たら、その番号をここで探してください。電話で助けを頼むときも、この番号を伝えてください。
番号の最初の数字は、1がカードと読み取り機、2が回線とサービス、3が保存、4が声と画面、5が設定、6が操作です。
「もう一度」と書いてあるものは、そのまま、やり直してかまいません。
""",
        {errors.Remedy.STAFF: "職員は：", errors.Remedy.TECHNICIAN: "保守の担当は："},
    ),
    "en": (
        """\
# Notice numbers, and what to do

When the screen shows a notice number, look it up here. Say it too when
you ask for help by telephone.
The first digit: 1 card and reader, 2 line and service, 3 what is kept, 4 voice and screen,
5 settings, 6 use. Where it says "again", simply try once more.
""",
        {errors.Remedy.STAFF: "Staff: ", errors.Remedy.TECHNICIAN: "A technician: "},
    ),
}


def main(arguments: list[str]) -> int:
    """Write or check; the exit status."""
    pages = {DOCS / "errors.md": document()}
    pages |= {DOCS / language / "errors.md": for_people(language) for language in GUIDES}
    if arguments == ["--check"]:
        is_current = all(
            page.exists() and page.read_text("utf-8") == text for page, text in pages.items()
        )
        return 0 if is_current else 1
    for page, text in pages.items():
        page.write_text(text, "utf-8")
    return 0


def for_people(language: str) -> str:
    """What is said and what to do, by code, in one language."""
    head, names = GUIDES[language]
    book, by_code = Phrasebook.load(language), declared()
    again = {"ja": "もう一度", "en": "again"}[language]
    parts = [head]
    for code in sorted(by_code):
        kind = by_code[code]
        said = [f"- {book.hint(code).read}"] + [
            f"- {name}{book.hint(code, who).read}"
            for who, name in names.items()
            if book.has_own_hint(code, who)
        ]
        retry = f" ({again})" if kind.retryable else ""
        parts.append(f"## {code} {book.message(code).read}{retry}\n\n" + "\n".join(said) + "\n")
    return "\n".join(parts)


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
