"""What is found on a stick, and what is left alone there."""

from __future__ import annotations

import os
from pathlib import Path

from kiosk.cli.sticks import files_on


def test_files_of_one_kind_the_newest_first(tmp_path: Path) -> None:
    stick = tmp_path / "usb" / "厚労省"
    stick.mkdir(parents=True)
    for age, name in enumerate(("new.pdf", "old.PDF", "._new.pdf", "letter.txt")):
        (stick / name).write_text("")
        os.utime(stick / name, (1e9 - age, 1e9 - age))
    (tmp_path / "usb" / "elsewhere").symlink_to("/usr/share")
    assert [each.name for each in files_on([tmp_path, tmp_path / "none"], ".pdf")] == [
        "new.pdf",
        "old.PDF",
    ]


def test_a_stick_full_of_photographs_ends_the_search(tmp_path: Path) -> None:
    deep = tmp_path
    for each in "abcdefg":
        deep /= each
    deep.mkdir(parents=True)
    (deep / "too-deep.pdf").write_text("")
    assert files_on([tmp_path], ".pdf") == []
