"""What the staff ticked outlives a restart, and a spoilt file is named, not overwritten."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.domain.adoption_steps import Step
from kiosk.store.ticked import NAME, ChecklistNotKept, ChecklistUnreadable, tick, ticked


def test_ticks_are_kept_with_their_days(tmp_path: Path) -> None:
    assert ticked(tmp_path) == {}
    tick(tmp_path, Step.ACCOUNT, date(2028, 2, 29))
    tick(tmp_path, Step.TERMINAL_CHOSEN, date(2026, 12, 31))
    tick(tmp_path, Step.ACCOUNT, date(2026, 11, 21))
    assert ticked(tmp_path) == {
        Step.TERMINAL_CHOSEN: date(2026, 12, 31),
        Step.ACCOUNT: date(2026, 11, 21),
    }
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text",
    ["no toml", "done = 3", "[done]\nnonsense = 2026-11-21", '[done]\naccount = "yesterday"',
     "[done]\naccount = 2026-11-21T08:00:00Z"],
)  # fmt: skip
def test_a_spoilt_file_stays_as_it_is(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    with pytest.raises(ChecklistUnreadable):
        tick(tmp_path, Step.ACCOUNT, date(2026, 11, 21))
    assert (tmp_path / NAME).read_text() == text


def test_without_a_folder_nothing_is_kept_and_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ChecklistNotKept):
        tick(tmp_path / "none", Step.ACCOUNT, date(2026, 11, 21))
