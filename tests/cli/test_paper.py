"""``kiosk paper``: the card for the desk says what the keys of the reception do."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from pypdf import PdfReader

from kiosk.pages.keys import KEYS
from kiosk.phrasebook import Phrase, Phrasebook
from tests.support.cli import KIOSK


def made(file: Path) -> subprocess.CompletedProcess[str]:
    command = [KIOSK, "paper", "keypad", "--output", str(file), "--json"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_keypad_card_says_what_the_help_page_says_on_two_pages(tmp_path: Path) -> None:
    file = tmp_path / "keypad.pdf"
    done = made(file)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"file": str(file), "paper": "keypad"}
    keypad, meanings = (page.extract_text() for page in PdfReader(file).pages)
    assert all(digit in keypad for digit in "0123456789")
    for language in ("ja", "en"):
        book = Phrasebook.load(language)
        for name in book.say(Phrase.SCREEN_KEYS).read.split():
            assert name.lstrip("＊／*/") in keypad
        for key in KEYS:
            assert key.sign in keypad
            assert book.say(key.means).read in meanings
    again = made(file)
    assert again.returncode == 16, "nothing is written over"
