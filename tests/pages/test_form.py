"""The insured's numbers by ten keys, 決定 and 戻る."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.domain.presentation import Paper
from kiosk.pages.form import Form, born, heard_after
from kiosk.pages.keys import Action, Press
from kiosk.phrasebook import Phrase, Phrasebook

JA = Phrasebook.load("ja")
ENTER, BACK = Press(Action.ENTER), Press(Action.BACK)
WHOLE = ("06139992", "1", "456", "01", "3550412")


def typed(form: Form, digits: str) -> Form:
    for digit in digits:
        assert form.press(Press(Action.DIGIT, digit))
    return form


def filled(form: Form) -> Form:
    for place, digits in enumerate(WHOLE):
        typed(form, digits)
        while form.place == place:
            form.press(ENTER)
    return form


def read(form: Form) -> str:
    return "".join(each.read for each in form.lines(JA))


def test_everything_is_typed_and_said_once_more() -> None:
    form = filled(Form())
    assert form.is_whole
    assert form.document == {
        "kind": "insured_numbers",
        "insurer_number": "06139992",
        "symbol": "1",
        "number": "456",
        "branch_number": "01",
        "birth_date": "1980-04-12",
    }
    assert "保険者番号 06139992" in read(form)
    assert "昭和55年4月12日" in read(form)


def test_a_wrong_check_digit_is_said_at_once_and_may_be_mended() -> None:
    form = typed(Form(), "06139993")
    form.press(ENTER)
    assert form.place == 0
    assert read(form).startswith("保険者番号が正しくありません。")
    form.press(BACK)
    typed(form, "2").press(ENTER)
    assert form.place == 1


def test_back_leads_one_field_back_with_what_was_typed_and_then_out() -> None:
    form = typed(Form(), "06139992")
    form.press(ENTER)
    form.press(BACK)
    assert (form.place, form.typed) == (0, "06139992")
    for _ in "06139992":
        assert form.press(BACK)
    assert not form.press(BACK)


def test_a_symbol_takes_the_digit_first_then_the_kana_of_its_key() -> None:
    form = typed(Form(), "06139992")
    form.press(ENTER)
    typed(form, "1").press(ENTER)
    typed(form, "1100")
    assert form.typed == "1ア-"
    form.press(ENTER)
    assert form.fields[form.place].name == "symbol"
    form.press(ENTER)
    assert form.fields[form.place].name == "number"


def test_two_means_again_from_the_first_and_nothing_is_lost() -> None:
    form = filled(Form())
    form.press(Press(Action.DIGIT, "2"))
    assert (form.place, form.typed) == (0, "06139992")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3550412", date(1980, 4, 12)),
        ("4010108", date(1989, 1, 8)),
        ("5080229", None),
        ("19800412", date(1980, 4, 12)),
        ("9550412", None),
        ("35500412", None),
        ("355041", None),
        ("", None),
    ],
)
def test_a_birth_date_is_era_and_day_or_the_western_one(text: str, day: date | None) -> None:
    assert born(text) == day


def test_a_field_that_is_full_takes_no_more_and_says_so() -> None:
    form = typed(Form(), "06139992")
    press = Press(Action.DIGIT, "7")
    assert form.press(press)
    assert form.typed == "06139992"
    (heard,) = heard_after(form, 0, press, JA)
    assert heard == JA.say(Phrase.FORM_FULL)
    form.press(BACK)
    assert not form.refused


def test_another_choice_takes_the_place_of_the_first_and_no_other_digit_is_one() -> None:
    form = typed(Form(Paper.FACE), "8")
    form.press(ENTER)
    form.press(ENTER)
    typed(form, "3550412").press(ENTER)
    typed(form, "12")
    assert form.typed == "2"
    typed(form, "7")
    assert form.typed == "2"
    assert form.refused is Phrase.SCREEN_NO_CHOICE


def test_what_the_desk_does_not_take_is_mended_where_it_was_typed() -> None:
    form = filled(Form())
    form.wrong("K341")
    assert form.fields[form.place].name == "birth_date"
    assert form.typed == "3550412"
    form.wrong("K340")
    assert form.place == 0


def test_nothing_typed_is_in_a_repr() -> None:
    assert "06139992" not in repr(filled(Form()))
