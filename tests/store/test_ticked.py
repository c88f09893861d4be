"""What the staff ticked outlives a restart, and a spoilt file is named, not overwritten."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.domain.adoption_rules import Kind
from kiosk.domain.adoption_steps import Step
from kiosk.domain.promotion import Deed, Entry
from kiosk.ports.adoption import (
    ChecklistNotKept,
    ChecklistUnreadable,
    Progressed,
    Receipt,
    Site,
)
from kiosk.store.ticked import NAME, AdoptionFile

EVERYTHING = Progressed(
    done={Step.TERMINAL_CHOSEN: date(2026, 12, 31), Step.ACCOUNT: date(2028, 2, 29)},
    seen={Step.PRACTICE: date(2026, 11, 21)},
    receipt=Receipt('第1号 "\\#', has_photo=True),
    site=Site(Kind.PHARMACY, measure=4),
    promotion=(
        Entry(date(2026, 11, 20), Deed.ASKING, 7),
        Entry(date(2026, 11, 21), Deed.POSTER, 2),
    ),
)


def test_everything_is_kept_as_it_was(tmp_path: Path) -> None:
    file = AdoptionFile(tmp_path)
    assert file.progressed() == Progressed()
    file.keep(EVERYTHING)
    assert AdoptionFile(tmp_path).progressed() == EVERYTHING
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text",
    ["no toml", "done = 3", "[done]\nnonsense = 2026-11-21", '[done]\naccount = "yesterday"',
     "[done]\naccount = 2026-11-21T08:00:00Z", '[site]\nkind = "none"',
     '[site]\nkind = "medical"\nmeasure = 7',
     '[[promotion]]\non = 2026-11-21\ndeed = "poster"\ncount = 0', "promotion = 3"],
)  # fmt: skip
def test_a_spoilt_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    with pytest.raises(ChecklistUnreadable):
        AdoptionFile(tmp_path).progressed()


def test_without_a_folder_nothing_is_kept_and_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ChecklistNotKept):
        AdoptionFile(tmp_path / "none").keep(EVERYTHING)


@pytest.mark.parametrize("number", ["x" * 41, "1\n2"])
def test_a_receipt_has_a_number_of_one_line(number: str) -> None:
    with pytest.raises(ValueError, match="40"):
        Receipt(number)
