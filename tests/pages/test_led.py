"""What is typed in the set-up: by ten digits, by a full keyboard, and secrets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.desk.leading import ANSWER, Blank, Keys, Lead, lead_of
from kiosk.desk.messages import BadMessage, Entered, Failed
from kiosk.pages.keys import Press, press_of
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase, Phrasebook, SetupPhrase
from tests.support.screen import Desk

BOOK = Phrasebook.load("ja")
NUMBER = 7


def asked(desk: Desk, keys: Keys, least: int = 1, *, is_secret: bool = False) -> Lead:
    lead = Lead(
        NUMBER,
        step=(BOOK.say(SetupPhrase.STEP_ACTIVATION),),
        question=(BOOK.say(SetupPhrase.ASK_ID),),
        blank=Blank(keys, least, 40, is_secret),
    )
    desk.tell(lead)
    desk.voice.news()
    return lead


def typed(desk: Desk, text: str) -> None:
    for each in text:
        desk.press(press_of(each, each))


def sent(desk: Desk) -> list[dict[str, object]]:
    return [each.presentation for each in desk.sent(Entered) if isinstance(each, Entered)]


def answer(**what: object) -> dict[str, object]:
    return {"kind": ANSWER, "number": NUMBER, **what}


def test_ten_digits_write_letters_as_on_a_telephone(desk: Desk) -> None:
    asked(desk, Keys.ACCOUNT, 8)
    desk.keys("99")
    assert desk.voice.news()[-1] == "ダブリュー。"
    desk.keys("決")
    desk.keys("0000")
    desk.keys("決")
    assert not sent(desk), "too few"
    desk.keys("001決")
    assert sent(desk) == [answer(text="W0000001")]
    assert desk.shows(Kind.SETUP_WORK)


def test_a_keyboard_writes_what_is_on_its_keys_once_it_has_written_a_letter(desk: Desk) -> None:
    asked(desk, Keys.CODE, 8)
    typed(desk, "abcd-1223")
    desk.press(press_of("backspace", "\x08"))
    desk.keys("決")
    assert sent(desk) == [answer(text="ABCD-122")]


def test_without_a_letter_the_four_keys_stay_what_they_are(desk: Desk) -> None:
    asked(desk, Keys.SIGNS)
    desk.keys("2戻")
    assert desk.voice.news()
    desk.keys("助")
    assert desk.shows(Kind.HELP)
    desk.keys("助戻")
    assert sent(desk) == [answer(back=True)]


def test_capitals_are_told_from_small_letters(desk: Desk) -> None:
    asked(desk, Keys.SIGNS)
    typed(desk, "bB")
    assert desk.voice.said[-2:] == ["ビー。", "大文字のビー。"]


def test_a_secret_is_counted_and_neither_shown_nor_said(desk: Desk) -> None:
    asked(desk, Keys.DIGITS, 4, is_secret=True)
    desk.keys("4829")
    assert desk.voice.news()[-1] == "ヨンもじ。"
    assert "8" not in "".join(desk.text.splitlines()[2:6])
    desk.keys("再")
    assert not [each for each in desk.voice.news() if "ハチ" in each]
    assert "4829" not in repr(desk.front.page)


def test_what_was_not_taken_is_asked_again(desk: Desk) -> None:
    asked(desk, Keys.DIGITS)
    desk.keys("5決")
    (message,) = desk.sent(Entered)
    assert isinstance(message, Entered)
    desk.hear(Failed(message.id, BadMessage.code))
    assert desk.shows(Kind.SETUP_ENTRY)


def test_news_of_the_same_question_is_said_once(desk: Desk) -> None:
    news, more = (BOOK.say(each) for each in (SetupPhrase.SERVICE_GOOD, SetupPhrase.READER_GOOD))
    lead = Lead(NUMBER, told=(news,))
    desk.tell(lead)
    desk.tell(replace(lead, told=(news, more)))
    assert desk.voice.news() == [news.heard, more.heard]


def test_at_work_it_says_so_and_every_key_is_answered(desk: Desk) -> None:
    desk.tell(Lead(NUMBER))
    desk.wait(1.0)
    wait = BOOK.say(Phrase.SCREEN_WAIT).heard
    assert desk.voice.news() == [wait]
    desk.keys("5")
    assert wait in desk.voice.news()


def test_a_document_of_another_version_is_none() -> None:
    lead = Lead(NUMBER, "en", is_simulated=True, blank=Blank(Keys.KANA, 1, 20))
    assert lead_of(lead.document()) == lead
    for broken in ({}, {**lead.document(), "blank": ["braille", 1, 2, False]}):
        with pytest.raises(BadMessage):
            lead_of(broken)


def test_the_sign_of_a_key_is_in_no_repr() -> None:
    assert "q" not in repr(Press(press_of("q", "q").action, sign="q")).replace("Press", "")
