"""From rows to utterances, and the pieces in which they are rendered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.phrasebook import PersonName, Phrase, Phrasebook
from kiosk.ports.voice import Spoken, Urgency
from kiosk.voice.words import sentences, spoken


def test_a_row_is_spoken_as_it_is_heard() -> None:
    row = Phrasebook.load("ja").say(Phrase.RECEPTION_WELCOME)
    assert spoken(row) == Spoken(row.heard, Urgency.NORMAL, is_private=False)


def test_a_private_row_stays_private_and_out_of_repr() -> None:
    name = PersonName("山田 太郎", "ヤマダ タロウ")
    row = Phrasebook.load("ja").say(Phrase.RESULT_VALID, name=name, share=30)
    said = spoken(row, Urgency.NOW)
    assert said.is_private
    assert said.urgency is Urgency.NOW
    assert "ヤマダ" in said.text_heard
    assert "ヤマダ" not in f"{said!r} {said}"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("読んでいます。動かさないでください。", ("読んでいます。", "動かさないでください。")),
        ("ありますか？はい！", ("ありますか？", "はい！")),
        ("終わりの印がない", ("終わりの印がない",)),
        ("一行目\n二行目", ("一行目\n", "二行目")),
        ("。、", ()),
        ("", ()),
        ("\ud800です。", ("です。",)),
    ],
)
def test_text_is_parted_into_sentences(text: str, pieces: tuple[str, ...]) -> None:
    assert sentences(text) == pieces


def test_a_long_sentence_is_parted_at_its_commas_and_else_anywhere() -> None:
    long = "カードを置きなおし、" * 7 + "あ" * 130 + "。"
    pieces = sentences(long)
    assert pieces[0] == "カードを置きなおし、"
    assert "".join(pieces) == long
    assert max(map(len, pieces)) <= 60


@given(st.text())
def test_no_word_is_lost(text: str) -> None:
    pieces = sentences(text)
    clean = text.encode("utf-8", "replace").decode("utf-8")
    assert [c for c in "".join(pieces) if c.isalnum()] == [c for c in clean if c.isalnum()]
    assert all(0 < len(piece) <= 60 for piece in pieces)
