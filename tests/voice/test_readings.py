"""Every Japanese sentence has a reviewed reading, and the engine reads it so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from kiosk.phrasebook import Phrasebook
from kiosk.phrasebook.readings import Reading, heard_sentences, load_readings
from kiosk.phrasebook.template import Template

if TYPE_CHECKING:
    from kiosk.voice.openjtalk import OpenJTalkVoice

HOW = "run tools/readings.py and read what it proposes"
_O_OR_U = "オコソトノホモヨロゴゾドボポョウクスツヌフムユルグズブプュ"
_E_OR_I = "エケセテネヘメレゲゼデベペイキシチニヒミリギジビピ"
_SAME = str.maketrans("ヂヅヲ", "ジズオ")
MARKERS = ("ミカエル", "スズキ", "タナカ", "ナカムラ", "キムラ", "ヤマモト")


def sounds(kana: str) -> str:
    """Kana as they sound: a spelling and a pronunciation of the same words become the same."""
    plain = re.sub(r"[、。・ー\s]", "", kana.translate(_SAME))
    plain = re.sub(rf"(?<=[{_O_OR_U}])ウ|(?<=[{_E_OR_I}])イ|(?<=[オコソトノホモヨロ])オ", "", plain)
    return plain.replace("オネエ", "オネ")


def filled(text: str) -> str:
    """A sentence with a name in each slot."""
    parts = Template.parse(text).parts
    names = iter(MARKERS)
    return "".join(literal + (next(names) if slot else "") for literal, slot, _ in parts)


def test_every_sentence_has_the_reading_of_its_present_words() -> None:
    sentences = list(heard_sentences(Phrasebook.load("ja")))
    assert len(sentences) > 600
    known = load_readings()
    for key, place, heard in sentences:
        reading = known.get((key, place))
        assert reading is not None, f"{key} {place}: {HOW}"
        assert reading.heard == heard.text, f"{key} {place}: {HOW}"
        assert Template.parse(reading.reading).slots == heard.slots, key
    assert known.keys() == {(key, place) for key, place, _ in sentences}, HOW


def test_a_reading_is_kana_with_single_spaces() -> None:
    for reading in load_readings().values():
        for literal, _, _ in Template.parse(reading.reading).parts:
            assert re.fullmatch(r"[ァ-ヴー、。 ]*", literal), reading.key
        assert "  " not in reading.reading, reading.key
        assert re.search(r"[、。](?! |$)", reading.reading) is None, reading.key


def test_the_engine_reads_every_sentence_as_reviewed(mei: OpenJTalkVoice) -> None:
    misread = {
        f"{each.key} {each.place}": (said, each.reading)
        for each in load_readings().values()
        if sounds(said := mei.kana(filled(each.heard))) != sounds(filled(each.reading))
    }
    assert not misread


@pytest.mark.parametrize(
    ("said", "written"),
    [("ヒラケマセン", "アケマセン"), ("オモテ", "ヒョー"), ("ハッシン", "ハシン")],
)
def test_another_word_does_not_sound_the_same(said: str, written: str) -> None:
    assert sounds(said) != sounds(written)


def test_a_line_of_the_file_is_what_was_read_from_it() -> None:
    reading = Reading("reception.thanks", 0, "ありがとう。", "アリガトー。")
    assert reading.line.rstrip("\n").split("\t") == [
        "reception.thanks",
        "0",
        "ありがとう。",
        "アリガトー。",
    ]
