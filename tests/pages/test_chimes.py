"""Which sound comes before which words, and to whose ears."""

from __future__ import annotations

import pytest

from kiosk.pages.chimes import earcon_of
from kiosk.pages.speech import Mouth
from kiosk.phrasebook import PersonName, Phrase, Phrasebook
from kiosk.ports.voice import Earcon, Urgency
from tests.support.screen import WrittenVoice

TARO = PersonName("模擬　太郎", "ﾓｷﾞ ﾀﾛｳ")


@pytest.fixture(params=["ja", "en"])
def book(request: pytest.FixtureRequest) -> Phrasebook:
    return Phrasebook.load(request.param)


def test_each_kind_of_answer_has_its_sound(book: Phrasebook) -> None:
    sounds = {
        Earcon.VALID: book.say(Phrase.RECEPTION_CONFIRMED),
        Earcon.DEFERRED: book.say(Phrase.OUTAGE_RECEIVED),
        Earcon.WAITING: book.say(Phrase.RECEPTION_ASKING),
        Earcon.CALL: book.say(Phrase.RECEPTION_CALLED),
        Earcon.INVALID: book.say(Phrase.RESULT_NOT_VALID, name=TARO),
        Earcon.ERROR: book.message("K106"),
    }
    several = book.say(Phrase.VALIDITY_SEVERAL)
    assert earcon_of(several, book) is Earcon.INVALID, "a chart follows it, as it does the others"
    assert {earcon: earcon_of(said, book) for earcon, said in sounds.items()} == {
        earcon: earcon for earcon in sounds
    }


def test_ordinary_words_and_a_valid_private_row_have_none(book: Phrasebook) -> None:
    for said in (
        book.say(Phrase.RECEPTION_LAY_CARD),
        book.say(Phrase.OUTAGE_LINE_DOWN),
        book.say(Phrase.RECEIVE_PRACTISING),
        book.say(Phrase.RESULT_VALID, name=TARO, share=30),
    ):
        assert earcon_of(said, book) is None


def test_the_sound_takes_the_turn_of_its_words_and_goes_where_they_go(book: Phrasebook) -> None:
    voice = WrittenVoice()
    mouth = Mouth(voice)
    mouth.is_simulated = True
    confirmed = book.say(Phrase.RECEPTION_CONFIRMED)
    not_valid = book.say(Phrase.RESULT_NOT_VALID, name=TARO)
    mouth.say([confirmed, not_valid], book, is_new_page=True)
    assert voice.chimes == [
        (Earcon.VALID, Urgency.NOW, False),
        (Earcon.INVALID, Urgency.NORMAL, True),
    ]
    assert {each.urgency for each in voice.heard} == {Urgency.NORMAL}
