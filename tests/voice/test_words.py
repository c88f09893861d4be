"""From rows to utterances, and the pieces in which they are rendered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.phrasebook import PersonName, Phrase, Phrasebook
from kiosk.ports.voice import Spoken, Urgency
from kiosk.voice.words import is_english, is_japanese, sentences, spoken


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


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Reading. Do not move the card.", ("Reading.", "Do not move the card.")),
        ("カトウ ススム. Eligibility valid.", ("カトウ ススム. ", "Eligibility valid.")),
        ("Insurer: 見本組合（模擬）.", ("Insurer:", "見本組合（模擬）.")),
        ("22 November, カトウ, annulled.", ("22 November,", "カトウ, ", "annulled.")),
        ("Press 再発行 and go on.", ("Press", "再発行 ", "and go on.")),
        ("Symbol: ア, one two.", ("Symbol:", "ア, ", "one two.")),
        ("エフ2、PINは 12です。", ("エフ2、PINは 12です。",)),
    ],
)
def test_no_voice_is_given_words_of_the_other_language(text: str, pieces: tuple[str, ...]) -> None:
    assert sentences(text) == pieces


def test_a_name_in_an_english_result_stands_by_itself() -> None:
    name = PersonName("加藤　進", "ｶﾄｳ ｽｽﾑ")
    row = Phrasebook.load("en").say(Phrase.RESULT_VALID, name=name, share=30)
    pieces = [each.strip() for each in sentences(row.heard)]
    assert pieces == ["カトウ ススム.", "Eligibility valid.", "You pay thirty percent."]


def test_english_is_told_by_its_letters() -> None:
    assert is_english("Put your card on the reader.")
    assert not is_english("カードを置いてください。")
    assert not is_english("エフ2、PINは")
    assert not is_english("123")
    assert not is_japanese("123")


def test_no_english_word_is_cut_in_two() -> None:
    for row in Phrasebook.load("en").rows.values():
        for _, heard in row.sentences:
            assert " ".join(sentences(heard.text)).split() == heard.text.split()
    long = "and so on " * 60
    assert " ".join(sentences(long)).split() == long.split()


@given(st.text())
def test_no_word_is_lost(text: str) -> None:
    pieces = sentences(text)
    clean = text.encode("utf-8", "replace").decode("utf-8")
    assert [c for c in "".join(pieces) if c.isalnum()] == [c for c in clean if c.isalnum()]
    assert all(0 < len(piece) <= (200 if is_english(piece) else 60) for piece in pieces)
