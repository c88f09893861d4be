"""``kiosk paper``: the card for the desk says what the keys of the reception do."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader

from kiosk.pages.keys import KEYS
from kiosk.phrasebook import Phrase, Phrasebook
from tests.support.cli import KIOSK

Done = subprocess.CompletedProcess[str]
CLINIC = "みほん鍼灸院"
SAMPLE = Path(__file__).parents[2] / "config" / "kiosk.toml"


def made(file: Path, *words: str, before: tuple[str, ...] = ()) -> Done:
    command = [KIOSK, *before, "paper", *(words or ("keypad",)), "--output", str(file), "--json"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_keypad_card_says_what_the_help_page_says_on_two_pages(tmp_path: Path) -> None:
    file = tmp_path / "keypad.pdf"
    done = made(file)
    assert done.returncode == 0, done.stderr
    about = {"simulated": False, "mark": None, "file": str(file), "paper": "keypad"}
    assert json.loads(done.stdout) == about
    keypad, meanings = (page.extract_text() for page in PdfReader(file).pages)
    assert all(digit in keypad for digit in "0123456789")
    for language in ("ja", "en"):
        book = Phrasebook.load(language)
        for name in book.say(Phrase.SCREEN_KEYS).read.split():
            assert name.lstrip("＊／*/") in keypad
        for key in KEYS:
            assert key.sign in keypad
            assert book.say(key.means).read in meanings
    settings = tmp_path / "kiosk.toml"
    settings.write_text(
        SAMPLE.read_text("utf-8").replace("# simulated = false", "simulated = true")
    )
    marked = made(tmp_path / "marked.pdf", before=("--config", str(settings)))
    assert json.loads(marked.stdout)["mark"] == "模擬"
    again = made(file)
    assert again.returncode == 16, "nothing is written over"


@pytest.mark.parametrize(
    ("paper", "title", "words"),
    [
        ("poster", Phrase.PAPER_POSTER_TITLE, Phrase.PAPER_POSTER),
        ("leaflet", Phrase.PAPER_LEAFLET_TITLE, Phrase.PAPER_LEAFLET),
        ("sign", Phrase.PAPER_POSTER_TITLE, Phrase.PAPER_POSTER_TITLE),
    ],
)
@pytest.mark.parametrize("mark", ["", "模擬"])
def test_paper_for_the_wall_has_the_clinics_name_and_every_word(
    tmp_path: Path, paper: str, title: Phrase, words: Phrase, mark: str
) -> None:
    sample, simulated = SAMPLE.read_text("utf-8"), str(bool(mark)).lower()
    settings, file = tmp_path / "kiosk.toml", tmp_path / "wall.pdf"
    settings.write_text(
        re.sub(r"(?m)^# simulated = \w+", f"simulated = {simulated}", sample), "utf-8"
    )
    done = made(file, paper, "--clinic", CLINIC, before=("--config", str(settings)))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["paper"] == paper
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(file).pages)
    assert CLINIC in text
    assert ("模擬" in text) == bool(mark), "paper of a kiosk that does not check must say so"
    for language in ("ja", "en"):
        book = Phrasebook.load(language)
        said = [book.say(title).read, *(each.read for each in book.say(words).sentences)]
        assert not [each for each in said if "".join(each.split()) not in text]
