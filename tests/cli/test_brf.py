"""A file for an embosser: what is in it, who may read it, and that it is never written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.cli.brf import write_brf
from kiosk.domain.braille import brf, cells
from kiosk.phrasebook import PersonName, Phrase, Phrasebook
from kiosk.ports.voice import BrailleNotWritten

BOOK = Phrasebook.load("ja")
TARO = PersonName("模擬　太郎", "ﾓｷﾞ ﾀﾛｳ")


def test_a_result_is_written_a_fact_a_line_under_the_mark_for_its_owner_alone(
    tmp_path: Path,
) -> None:
    path = tmp_path / "result.brf"
    block = BOOK.simulated_block([BOOK.say(Phrase.RESULT_VALID, name=TARO, share=30)])
    write_brf(path, block, BOOK)
    wanted = ["モギ。 モギ タロウ サマ。", "シカク、 ユーコー。", "3ワリ。"]
    assert path.read_bytes().decode("ascii").split("\r\n") == [*map(brf, map(cells, wanted)), ""]
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_file_is_written_over_and_no_folder_made(tmp_path: Path) -> None:
    path = tmp_path / "result.brf"
    path.write_text("another")
    for each in (path, tmp_path / "no" / "folder.brf"):
        with pytest.raises(BrailleNotWritten):
            write_brf(each, [BOOK.say(Phrase.RESULT_NONE)], BOOK)
    assert path.read_text() == "another"
    assert list(tmp_path.iterdir()) == [path]
