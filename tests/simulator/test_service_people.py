"""The built-in people and the file of ``--people``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.domain.codes import Validity
from kiosk.domain.insurance import InsurerNumber
from kiosk.settings import SettingsInvalid, SettingsMissing
from kiosk.simulator import people
from kiosk.simulator.people import Person

SOMEONE = '[[person]]\nid = "someone"\nvalidity = "valid"\n'
ELIGIBILITY = SOMEONE + "[[person.eligibility]]\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.toml"


def loaded(file: Path, text: str) -> Person:
    file.write_text(text, "utf-8")
    (person,) = people.load(file).values()
    return person


def test_the_built_in_people_have_stories_pins_and_fictitious_insurers() -> None:
    known = people.built_in()
    assert {"taro", "hanako", "late-elderly", "elderly-no-ratio", "invalid", "none"} <= set(known)
    for person in known.values():
        assert person.story
        assert person.story_ja
        assert person.pin is not None
        for told in person.told:
            assert told.eligibility.insurer_number is not None
            insurer = InsurerNumber(told.eligibility.insurer_number)
            assert "1399" in insurer.digits
    assert {person.validity for person in known.values()} == set(Validity)
    assert len({person.pin for person in known.values()}) == len(known)


def test_text_travels_unchanged(file: Path) -> None:
    person = loaded(
        file,
        ELIGIBILITY + 'name_kana = "ヤマダ　ﾀﾛｳ"\nsymbol = ""\nnumber = " ０１ "\nsex = "female"\n'
        'birth_date = 1980-04-12\nvalid_to = "2027-03-31"\nlate_elderly_ratio = "020"\n',
    )
    (told,) = person.told
    assert told.eligibility.name_kana == "ヤマダ　ﾀﾛｳ"
    assert told.eligibility.symbol == ""
    assert told.eligibility.number == " ０１ "
    assert told.eligibility.branch_number is None
    assert told.eligibility.sex == "2"
    assert told.eligibility.birth_date == date(1980, 4, 12)
    assert told.eligibility.valid_to == date(2027, 3, 31)
    assert told.eligibility.late_elderly_ratio == "020"


@pytest.mark.parametrize("word", [*(each.word for each in Validity), *Validity])
def test_a_validity_is_a_word_or_a_digit(file: Path, word: str) -> None:
    person = loaded(file, f'[[person]]\nid = "x"\nvalidity = "{word}"\n')
    assert word in {person.validity.word, str(person.validity)}


def test_the_day_of_the_answer_can_be_told(file: Path) -> None:
    assert loaded(file, ELIGIBILITY + "confirmed_on = 2026-11-01\n").confirmed_on == date(
        2026, 11, 1
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("x = 1", "x: unknown key"),
        ("person = 3", "person"),
        ('[[person]]\nvalidity = "valid"', "person.0.id"),
        ('[[person]]\nid = "a"', "person.0.validity"),
        ('[[person]]\nid = "../a"\nvalidity = "valid"', "person.0.id"),
        ('[[person]]\nid = "a"\nvalidity = "sure"', "person.0.validity"),
        ('[[person]]\nid = "a"\nvalidity = 1', "person.0.validity"),
        (SOMEONE + "pin = 1234", "person.0.pin"),
        (SOMEONE + 'pin = "12345"', "person.0.pin"),
        (SOMEONE + 'pin = "１２３４"', "person.0.pin"),
        (SOMEONE + 'card = "revoked"', "person.0.card: unknown key"),
        (SOMEONE + 'certificate_sha256 = "ab"', "person.0.certificate_sha256"),
        (ELIGIBILITY + "number = 12", "person.0.eligibility.0.number"),
        (ELIGIBILITY + 'validity = "valid"', "person.0.eligibility.0.validity: unknown key"),
        (ELIGIBILITY + 'birth_date = "1980-13-01"', "person.0.eligibility.0.birth_date"),
        (ELIGIBILITY + "birth_date = 1980-01-01T00:00:00", "person.0.eligibility.0.birth_date"),
        (ELIGIBILITY + 'name = "a\\u001b"', "person.0.eligibility.0.name"),
        (ELIGIBILITY + "copayment_percent = 15", "person.0.eligibility.0.copayment_percent"),
        (
            ELIGIBILITY + 'copayment_percent = 30\ncard_classification = "05"',
            "person someone: copayment_percent",
        ),
        (
            ELIGIBILITY + "confirmed_on = 2026-11-01\n"
            "[[person.eligibility]]\nconfirmed_on = 2026-11-02",
            "person someone: confirmed_on",
        ),
        (SOMEONE + SOMEONE, "person someone: the id stands twice"),
        ("not toml", "Expected '='"),
    ],
)
def test_a_wrong_file_is_told_with_its_place(file: Path, text: str, place: str) -> None:
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsInvalid) as caught:
        people.load(file)
    assert place in caught.value.detail


def test_an_error_in_a_file_does_not_quote_patient_data(file: Path) -> None:
    file.write_text(ELIGIBILITY + 'birth_date = "TAGGED"\n', "utf-8")
    with pytest.raises(SettingsInvalid) as caught:
        people.load(file)
    assert "TAGGED" not in caught.value.detail


def test_a_file_that_is_not_there(file: Path) -> None:
    with pytest.raises(SettingsMissing):
        people.load(file)


def test_a_certificate_belongs_to_one_person(file: Path) -> None:
    one, other = (
        f'[[person]]\nid = "{each}"\nvalidity = "none"\ncertificate_sha256 = "{digits}"\n'
        for each, digits in (("a", "AB" * 32), ("b", "ab:" * 31 + "ab"))
    )
    file.write_text(one + other)
    with pytest.raises(SettingsInvalid, match="person b"):
        people.load(file)


def test_a_built_in_id_is_taken(file: Path) -> None:
    added = {"taro": loaded(file, SOMEONE.replace("someone", "taro"))}
    with pytest.raises(SettingsInvalid, match="person taro"):
        people.together(people.built_in(), added)
