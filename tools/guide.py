"""Build the guide for people: a site a language, the start in large print and as text to be heard.

``python tools/guide.py FOLDER`` writes ``FOLDER/ja`` and ``FOLDER/en``; ``--sound`` adds
``start.wav`` in the kiosk's own voice (a minute of work).
"""  # noqa: INP001 - a script beside the package, not a part of it

from __future__ import annotations

import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

LANGUAGES = ("ja", "en")
START = "start.md"
LETTERS = 24.0
"""Points, of the large print."""
_HEADED = 6
"""Letters high: a heading and two lines."""
_ENDS = ("。", "、", ".", ":", "?", "」", "”", "：")


def main(arguments: list[str]) -> int:
    """Build all of it; the exit status."""
    folders = [each for each in arguments if not each.startswith("--")]
    if len(folders) != 1 or set(arguments) - set(folders) - {"--sound"}:
        sys.stderr.write("usage: tools/guide.py FOLDER [--sound]\n")
        return 2
    folder = Path(folders[0])
    for language in LANGUAGES:
        site(language, folder / language)
        text = (ROOT / "docs" / language / START).read_text("utf-8")
        lines = list(spoken(text, language))
        (folder / language / "start.txt").write_text("\n".join(lines) + "\n", "utf-8")
        (folder / language / "start.pdf").write_bytes(large_print(text, language))
        if "--sound" in arguments:
            sound(lines, folder / language / "start.wav")
    return 0


def site(language: str, folder: Path) -> None:
    """The pages of one language as HTML; a warning is an error."""
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going", "-E"]
    options = ["-d", f"{folder}.doctrees", "-c", ROOT / "docs/guide", "-D", f"language={language}"]
    subprocess.run(  # noqa: S603 - our own pages
        [str(each) for each in (*command, *options, ROOT / "docs" / language, folder)], check=True
    )


def spoken(text: str, language: str) -> Iterator[str]:
    """One line a paragraph, without a sign that only eyes need; steps are numbered in words."""
    return (words for _, words in _told(text, language))


def _told(text: str, language: str) -> Iterator[tuple[bool, str]]:
    """As ``spoken``, each with whether it is a heading."""
    for token, inline in _paragraphs(MarkdownIt().parse(text)):
        words = "".join(
            each.content if each.type != "softbreak" else " " * (language == "en")
            for each in inline.children or ()
        )
        if token.markup == "." and token.info:
            words = f"{token.info}、{words}" if language == "ja" else f"{token.info}. {words}"
        ended = words if words.endswith(_ENDS) else words + ("。" if language == "ja" else ".")
        yield token.type == "heading_open", ended


def _paragraphs(tokens: list[Token]) -> Iterator[tuple[Token, Token]]:
    """Each block's words with the token that opened what it stands in."""
    opened = tokens[0]
    for token in tokens:
        if token.type == "inline":
            yield opened, token
        elif token.nesting == 1 and token.type != "paragraph_open":
            opened = token


def large_print(text: str, language: str) -> bytes:
    """The same lines as a PDF in large letters; a heading stays with what it heads."""
    from kiosk.formats.large_print import LargePrint, fonts_of_this_box  # noqa: PLC0415 - an extra

    lines = list(_told(text, language))
    paper = LargePrint(fonts_of_this_box(), title=lines[0][1], language=language)
    for is_heading, line in lines:
        if is_heading:
            paper.keep(_HEADED * LETTERS)
        paper.text(line, LETTERS, is_bold=is_heading)
        paper.gap(LETTERS / 2)
    return paper.finished()


def sound(lines: list[str], file: Path) -> None:
    """The lines as the kiosk would say them, with a second between two: 16-bit mono WAV."""
    from kiosk.voice.player import SAMPLE_RATE  # noqa: PLC0415 - the voice takes a second to load
    from kiosk.voice.voices import Voices  # noqa: PLC0415 - likewise

    voices, pause = Voices(), bytes(2 * SAMPLE_RATE)
    with wave.open(str(file), "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(SAMPLE_RATE)
        for line in lines:
            written.writeframes(b"".join(voices.rendered(line)) + pause)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
