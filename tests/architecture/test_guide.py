"""What the guide for people says stands on the screen and in the phrasebook, in both languages."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

LANGUAGES = ("ja", "en")
BOLD = re.compile(r"\*\*(.+?)\*\*")
QUOTED = re.compile(r"> [「“](.+?)[」”]$", re.MULTILINE)
SLOT = re.compile(r"\\\{\w+:\w+\\\}")
KEYS = {"ja": {"もう一度", "戻る", "決定", "ヘルプ"}, "en": {"Again", "Back", "Enter", "Help"}}
MARKS = {"ja": set(), "en": {"not a real check"}}
LEAST_BOLD, LEAST_QUOTES, LEAST_WORDS = 60, 15, 4


def rows(root: Path, language: str) -> Iterator[str]:
    """Every sentence that can be read, one a row as the phrasebook splits it."""

    def below(table: dict[str, object]) -> Iterator[str]:
        for key, value in table.items():
            if isinstance(value, dict):
                yield from below(value)
            elif key == "read":
                yield from value if isinstance(value, list) else [str(value)]
            elif isinstance(value, str) and key != "heard":
                yield value

    yield from below(tomllib.loads((root / f"kiosk/phrasebook/{language}.toml").read_text("utf-8")))


def pages(root: Path, language: str) -> dict[str, str]:
    """The guide without its list of errors, which is made from the phrasebook."""
    folder = root / "docs" / language
    return {
        page.name: page.read_text("utf-8")
        for page in sorted(folder.glob("*.md"))
        if page.name != "errors.md"
    }


def test_both_languages_have_the_same_pages_and_the_same_parts(root: Path) -> None:
    ours = {language: pages(root, language) for language in LANGUAGES}
    assert list(ours["ja"]) == list(ours["en"])
    for name, text in ours["ja"].items():
        shape = [re.findall(r"^#+ ", each, re.MULTILINE) for each in (text, ours["en"][name])]
        assert shape[0] == shape[1], name


@pytest.mark.parametrize("language", LANGUAGES)
def test_bold_words_stand_on_the_screen(root: Path, language: str) -> None:
    every = [*rows(root, language)]
    joined = "\n".join(every) + "\n" + "".join(every) + "\n" + " ".join(every)
    bold = [word for text in pages(root, language).values() for word in BOLD.findall(text)]
    assert len(bold) > LEAST_BOLD
    assert not {word for word in bold if word not in joined} - KEYS[language] - MARKS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_box_is_quoted_with_it_says(root: Path, language: str) -> None:
    said = [
        re.compile(SLOT.sub("[^。]+", re.escape(row)))
        for row in rows(root, language)
        if len(SLOT.sub("", re.escape(row))) >= LEAST_WORDS  # a row of slots says anything
    ]
    quotes = [words for text in pages(root, language).values() for words in QUOTED.findall(text)]
    assert len(quotes) > LEAST_QUOTES
    ends = r"(?<=。)" if language == "ja" else r"(?<=[.?]) "
    sentences = {each for words in quotes for each in re.split(ends, words) if each}
    assert not {each for each in sentences if not any(row.fullmatch(each) for row in said)}


def test_the_guide_is_built_without_a_warning(root: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, root / "tools" / "guide.py", tmp_path / "guide"],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for language in LANGUAGES:
        text = (tmp_path / "guide" / language / "start.txt").read_text("utf-8")
        assert not re.search(r"[*>#`|]", text), "a sign that only eyes need"
        assert (tmp_path / "guide" / language / "errors.html").exists()
        pages = PdfReader(tmp_path / "guide" / language / "start.pdf").pages
        printed = "".join("".join(page.extract_text().split()) for page in pages)
        missing = [line for line in text.splitlines() if "".join(line.split()) not in printed]
        assert len(missing) < len(pages), "only what a turn of the page divides"
