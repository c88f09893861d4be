"""Where the tries of a simulated card are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.simulator.tries import FileTries
from tests.support.cards import CardMaker
from tests.support.scripted import SELECT, TRIES


def test_a_card_never_tried_has_all_tries(tmp_path: Path) -> None:
    assert FileTries(tmp_path / "tries").read() == 3


def test_what_was_written_is_there_for_the_next_process(tmp_path: Path) -> None:
    FileTries(tmp_path / "tries").write(1)
    assert FileTries(tmp_path / "tries").read() == 1
    assert [each.name for each in tmp_path.iterdir()] == ["tries"]


def test_a_damaged_file_is_not_taken_for_a_number(tmp_path: Path) -> None:
    (tmp_path / "tries").write_text("three")
    with pytest.raises(ValueError, match="invalid literal"):
        FileTries(tmp_path / "tries").read()


def test_a_card_laid_again_remembers(cards: CardMaker, tmp_path: Path) -> None:
    def answer(command: str) -> str:
        card = cards.card(tries=FileTries(tmp_path / "tries"))
        card.power_on()
        card.transmit(bytes.fromhex(SELECT))
        return card.transmit(bytes.fromhex(command)).hex()

    wrong = "002000980439393939"
    assert [answer(wrong) for _ in range(4)] == ["63c2", "63c1", "63c0", "6984"]
    assert answer(TRIES) == "63c0"
