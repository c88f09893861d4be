"""No row is left over: every phrase is said somewhere in the kiosk."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import kiosk
from kiosk.phrasebook import Key, Phrase, SetupPhrase
from kiosk.usecases.export import COMPARED

PACKAGE = Path(kiosk.__file__).parent
MADE = (
    *("validity.", "classification.", "loss.", "receipt.", "change."),
    *("adoption.step_", "adoption.how_", "adoption.kind_", "promotion.deed_"),
)
"""Families whose keys are made of a code of the answer, as ``Phrase(f"loss.{code}")``."""
MADE_OF_A_FIELD = {Phrase(f"receipt.{each}") for each in (*COMPARED, "share_percent", "valid")}
"""What a receipt computer's record is compared by."""
MADE_OF_A_PHRASE = {Phrase.RESULT_VALID_ASK_SHARE, Phrase.RESULT_VALID_LATER_ASK_SHARE}


def sources() -> str:
    declared = {PACKAGE / "phrasebook" / name for name in ("keys.py", "setup_keys.py")}
    files = (file for file in PACKAGE.rglob("*.py") if file not in declared)
    return "\n".join(file.read_text("utf-8") for file in files)


def unused(text: str, phrases: Iterable[Key]) -> set[Key]:
    return {
        each
        for each in phrases
        if not re.search(rf"Phrase\.{each.name}\b", text) and each.value not in text
    }


def test_every_phrase_is_said_somewhere() -> None:
    text = sources()
    left = unused(text, (*Phrase, *SetupPhrase)) - MADE_OF_A_PHRASE - MADE_OF_A_FIELD
    assert not {each for each in left if not each.startswith(MADE)}
    assert all(f'Phrase(f"{family}{{' in text for family in (*MADE, "receipt."))


def test_what_is_unused_is_found() -> None:
    assert unused("say(Phrase.SETUP_DONE)", [Phrase.SETUP_DONE, Phrase.BUG_HINT]) == {
        Phrase.BUG_HINT
    }
