"""The JSON of an answer: others script against its keys."""

from __future__ import annotations

from datetime import date

from kiosk.domain.check import Answer, Eligibility
from kiosk.formats.answer_json import answer_json, from_record, sex_word, to_record, validity_word

TODAY = date(2026, 11, 21)
# `eligibility`, as promised in the command line's description.
PROMISED = {
    "validity",
    "confirmed_on",
    "insurer_number",
    "insurer_name",
    "symbol",
    "number",
    "branch_number",
    "name",
    "name_kana",
    "birth_date",
    "sex",
    "card_classification",
    "copayment_percent",
    "valid_from",
    "valid_to",
}
TARO = Eligibility(
    card_classification="01",
    insurer_number="０６１３９９９２",
    insurer_name="模擬健康保険組合",
    symbol="ＡＢ",
    number="０１２３",
    branch_number="01",
    name="山田　太郎",
    name_kana="ﾔﾏﾀﾞ ﾀﾛｳ",
    sex="1",
    birth_date=date(1980, 4, 7),
    valid_from=date(2020, 4, 1),
    unknown={"NewTag": "x"},
)


def answer(code: str, *eligibilities: Eligibility) -> Answer:
    return Answer(
        validity_code=code, confirmed_on=TODAY, eligibilities=eligibilities, is_simulated=True
    )


def test_an_eligibility_has_the_promised_keys_with_words_days_and_text() -> None:
    document = answer_json(answer("1", TARO), TODAY)
    eligibility = document["eligibility"]
    assert eligibility.keys() >= PROMISED
    assert eligibility["validity"] == "valid"
    assert eligibility["confirmed_on"] == "2026-11-21"
    assert eligibility["birth_date"] == "1980-04-07"
    assert eligibility["sex"] == "male"
    assert eligibility["copayment_percent"] == 30
    assert eligibility["valid_to"] is None
    assert document["eligibilities"] == [eligibility]


def test_numbers_stay_text_as_the_service_wrote_them() -> None:
    eligibility = answer_json(answer("1", TARO), TODAY)["eligibility"]
    assert eligibility["insurer_number"] == "０６１３９９９２"
    assert eligibility["number"] == "０１２３"
    assert eligibility["branch_number"] == "01"
    assert eligibility["name_kana"] == "ﾔﾏﾀﾞ ﾀﾛｳ"


def test_none_registered_has_an_eligibility_of_nulls_and_no_share() -> None:
    document = answer_json(answer("4"), TODAY)
    assert document["validity"] == "none"
    eligibility = dict(document["eligibility"])
    assert eligibility.pop("validity") == "none"
    assert eligibility.pop("confirmed_on") == "2026-11-21"
    assert set(eligibility.values()) == {None}
    assert document["eligibilities"] == []


def test_of_several_all_are_listed_and_none_counts() -> None:
    document = answer_json(answer("5", TARO, TARO), TODAY)
    assert document["eligibility"] is None
    assert [each["validity"] for each in document["eligibilities"]] == ["several", "several"]


def test_words_for_codes_known_and_unknown() -> None:
    words = [validity_word(answer(code)) for code in "1234567"]
    assert words == [
        "valid",
        "invalid",
        "superseded",
        "none",
        "several",
        "unregistered",
        "unknown",
    ]
    assert [sex_word(code) for code in ("1", "2", "3", "9", None)] == [
        "male",
        "female",
        "unset",
        "9",
        None,
    ]


def test_the_record_keeps_what_the_json_leaves_out() -> None:
    kept = from_record(to_record(answer("7", TARO)))
    assert kept == answer("7", TARO)
    assert kept.eligibilities[0].unknown == {"NewTag": "x"}
    assert "unknown" not in answer_json(answer("1", TARO), TODAY)["eligibility"]
