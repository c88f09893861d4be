"""Every phrase and error has a row, and each row keeps the rules of rows."""

from __future__ import annotations

import re

import pytest

from kiosk.phrasebook import Phrase, Phrasebook, PhraseError, SetupPhrase
from kiosk.phrasebook.book import check
from kiosk.phrasebook.forms import FORMS
from kiosk.phrasebook.rows import Row
from kiosk.phrasebook.template import Template

PATIENT_KINDS = {"person", "kana"}
PATIENT_PHRASES = ("result.", "validity.", "line.", "loss.", "classification.")
NOT_OF_A_PATIENT = {Phrase.RESULT_NONE}


def all_rows(book: Phrasebook) -> dict[str, Row]:
    errors = {
        f"{code}.{part}": row for code, rows in book.errors.items() for part, row in rows.items()
    }
    return {**book.rows, **errors}


def literal(template: Template) -> str:
    return "".join(text for text, _, _ in template.parts)


def test_every_error_code_has_message_and_hint_and_no_row_is_left_over(
    book: Phrasebook, error_codes: set[str]
) -> None:
    assert len(error_codes) > 40
    assert book.errors.keys() == error_codes | {"unknown"}


def test_every_phrase_has_a_row_and_every_row_a_phrase(book: Phrasebook) -> None:
    assert book.rows.keys() == {each.value for kind in (Phrase, SetupPhrase) for each in kind}


def test_both_languages_have_the_same_slots_sentence_count_may_differ() -> None:
    ja, en = all_rows(Phrasebook.load("ja")), all_rows(Phrasebook.load("en"))
    assert ja.keys() == en.keys()
    assert {key: row.slots for key, row in ja.items()} == {
        key: row.slots for key, row in en.items()
    }
    assert {key: row.is_private for key, row in ja.items()} == {
        key: row.is_private for key, row in en.items()
    }


def test_no_sentence_is_empty_and_japanese_has_no_bare_digit_to_hear(book: Phrasebook) -> None:
    for key, row in all_rows(book).items():
        for read, heard in row.sentences:
            assert literal(read).strip() or read.slots, key
            assert literal(heard).strip() or heard.slots, key
            assert not re.search(r"[0-9０-９]", literal(heard)), key


def test_one_row_holds_one_fact_a_sentence(ja: Phrasebook) -> None:
    for key, row in all_rows(ja).items():
        for read, _ in row.sentences:
            inside = literal(read).removeprefix("模擬。").removesuffix("。")
            assert "。" not in inside or key.startswith("demo."), key


def test_what_names_or_describes_a_patient_is_private(book: Phrasebook) -> None:
    for key, row in book.rows.items():
        kinds = {kind for _, kind in row.slots}
        is_of_a_patient = key.startswith(PATIENT_PHRASES) and key not in NOT_OF_A_PATIENT
        if kinds & PATIENT_KINDS or is_of_a_patient:
            assert row.is_private, key
    assert not any(row.is_private for rows in book.errors.values() for row in rows.values())


def test_every_row_of_the_demo_and_the_simulator_says_so(ja: Phrasebook) -> None:
    due = [key for key in ja.rows if key.startswith(("demo.", "simulated."))]
    assert len(due) > 15
    for key in due:
        assert "模擬" in "".join(literal(read) for read, _ in ja.rows[key].sentences), key
        assert "もぎ" in "".join(literal(heard) for _, heard in ja.rows[key].sentences), key
    english = Phrasebook.load("en")
    for key in due:
        assert "imulated" in "".join(literal(read) for read, _ in english.rows[key].sentences), key


def test_the_mark_stands_before_what_it_marks_once(book: Phrasebook) -> None:
    plain = book.say(Phrase.VALIDITY_VALID)
    marked = book.simulated(plain)
    mark = book.say(Phrase.SIMULATED_MARK)
    assert marked.read == mark.read + plain.read
    assert marked.heard == mark.heard + plain.heard
    assert marked.is_private
    assert book.simulated(marked) is marked


def test_a_block_is_marked_again_where_public_turns_private(ja: Phrasebook) -> None:
    public, private = ja.say(Phrase.RECEPTION_CONFIRMED), ja.say(Phrase.VALIDITY_VALID)
    block = ja.simulated_block([public, public, private, private])
    assert [each.read.startswith("模擬。") for each in block] == [True, False, True, False]
    assert all(each.is_simulated for each in block)


@pytest.mark.parametrize("code", ["K201", "K204", "K223", "unknown"])
def test_what_is_not_answered_never_sounds_confirmed(ja: Phrasebook, code: str) -> None:
    waits = [Phrase.OUTCOME_DEFERRED, Phrase.OUTCOME_SET_ASIDE, Phrase.OUTAGE_RECEIVED]
    said = [ja.say(each) for each in waits] + [ja.message(code), ja.hint(code)]
    for each in said:
        assert not re.search("有効|割|ワリ", each.read + each.heard)


def test_an_unknown_code_still_says_something(book: Phrasebook) -> None:
    assert book.message("K999") == book.message("unknown")
    assert book.hint("K999").heard


def test_a_missing_needless_or_unknown_thing_is_a_bug_with_a_name(ja: Phrasebook) -> None:
    with pytest.raises(PhraseError, match="tries"):
        ja.say(Phrase.RECEPTION_WRONG_PIN)
    with pytest.raises(PhraseError, match="count"):
        ja.say(Phrase.RECEPTION_THANKS, count=1)
    with pytest.raises(PhraseError, match="fr"):
        Phrasebook.load("fr")


BROKEN = {
    "a sentence without heard": ({"read": "あ"}, "read and heard"),
    "a word too many": ({"read": "あ", "heard": "あ", "privat": True}, "read and heard"),
    "more read than heard": ({"read": ["あ", "い"], "heard": "あ"}, "sentences"),
    "other slots": ({"read": "{a:number}", "heard": "{b:number}"}, "other slots"),
    "another kind when heard": ({"read": "{a:number}", "heard": "{a:items}"}, "other slots"),
    "a slot without kind": ({"read": "{a}", "heard": "{a}"}, "without name or kind"),
    "a loose brace": ({"read": "{a", "heard": "a"}, "a"),
    "a kind nobody knows": ({"read": "{a:tone}", "heard": "{a:tone}"}, "kind"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_row_is_found_before_it_is_kept(case: str) -> None:
    row, words = BROKEN[case]
    whole = {"read": "あ", "heard": "あ"}
    document: dict[str, object] = {"joint": "", "error": {}}
    for phrase in (*Phrase, *SetupPhrase):
        group, _, name = phrase.partition(".")
        rows = document.setdefault(group, {})
        assert isinstance(rows, dict)
        rows[name] = row if phrase is Phrase.RECEPTION_THANKS else whole
    with pytest.raises(PhraseError, match=words):
        check("ja", document)


def test_a_row_too_few_is_found_before_it_is_kept() -> None:
    with pytest.raises(PhraseError, match=r"reception\.thanks"):
        check("ja", {"joint": "", "error": {}})


def test_both_languages_know_the_same_kinds() -> None:
    kinds = [forms.keys() for pair in FORMS.values() for forms in pair]
    assert all(each == kinds[0] for each in kinds)


def test_a_private_utterance_hides_its_words_from_logs_and_traces(ja: Phrasebook) -> None:
    said = ja.say(Phrase.VALIDITY_VALID)
    assert repr(said) == str(said) == "Utterance(private)"
    assert "回線" in repr(ja.message("K201"))
