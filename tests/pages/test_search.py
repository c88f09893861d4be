"""資格確認結果検索 and one record, by keypad and by what is heard alone (JOURNEYS C3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.desk.messages import Ask
from kiosk.pages.finding import day_typed
from kiosk.pages.kana import MOST, ROWS, KanaEntry
from kiosk.pages.page import Kind
from tests.support.box_documents import STATUS
from tests.support.screen import Desk
from tests.support.screen_script import PASSCODE, SEARCH, SECRETS, ScriptedCore

Opened = Callable[..., Desk]
LOGIN = f"助0{PASSCODE}決"
TODAY = date(2026, 11, 21)


@pytest.fixture
def searching(desk: Desk) -> Desk:
    desk.keys(LOGIN + "122")
    desk.voice.news()
    desk.keys("1")
    assert desk.shows(Kind.SEARCH)
    return desk


def wanted(desk: Desk) -> list[dict[str, object]]:
    asked = [each for each in desk.sent(Ask) if isinstance(each, Ask)]
    return [each.about for each in asked if each.query == "search"]


def test_it_opens_on_todays_list_and_says_the_first(searching: Desk) -> None:
    assert wanted(searching) == [{"day": "2026-11-21"}]
    said = searching.voice.news()
    assert said[0] == "資格確認結果検索。"
    assert "〔私〕ジュウイチガツニジュウイチニチ、ヤマダタロウサマ。" in said
    assert said.index("ニケンのうち、イチケンメ。") < len(said) - 3


def test_journey_c3_a_record_one_line_a_key(searching: Desk) -> None:
    searching.keys("決")
    assert searching.shows(Kind.RECORD)
    said = searching.voice.news()
    assert "〔私〕保険者番号。ゼロロク、イチサン、キュウキュウ、キュウニ。" in said
    heard = []
    for _ in range(3):
        searching.keys("決")
        heard += searching.voice.news()
    assert heard == [
        "〔私〕記号、なし。",
        "〔私〕番号。イチ、ニ、サン。",
        "〔私〕えだばん。ゼロイチ。",
    ]
    searching.keys("2")
    assert searching.voice.news() == ["〔私〕番号。イチ、ニ、サン。"]
    searching.keys("5")
    assert searching.voice.news() == ["〔私〕番号。イチ、ニ、サン。"]


def test_a_number_can_be_walked_digit_by_digit(searching: Desk) -> None:
    searching.keys("決88")
    searching.voice.news()
    searching.keys("666")
    assert searching.voice.news() == ["〔私〕イチ。", "〔私〕ニ。", "〔私〕サン。"]
    searching.keys("6")
    assert searching.voice.news() == ["この行の文字は、ここまでです。"]
    searching.keys("4")
    assert searching.voice.news() == ["〔私〕ニ。"]


def test_a_name_is_spelled_from_its_kana(searching: Desk) -> None:
    searching.keys("決" + "8" * 6)
    assert "フリガナ ヤマダ タロウ" in searching.text
    searching.voice.news()
    searching.keys("666")
    assert searching.voice.news() == ["〔私〕ヤ。", "〔私〕マ。", "〔私〕ダ。"]
    searching.keys("3")
    assert searching.voice.news() == ["〔私〕タバコのタ、ダクテン。"]


def test_a_name_is_spelled_where_it_is_written_too(searching: Desk) -> None:
    searching.keys("決" + "8" * 5)
    assert searching.voice.news()[-1] == "〔私〕ヤマダタロウサマ。"
    searching.keys("66")
    assert searching.voice.news() == ["〔私〕ヤ。", "〔私〕マ。"]


def test_a_line_without_signs_says_so(searching: Desk) -> None:
    searching.keys("決" + "8" * 20)
    searching.voice.news()
    searching.keys("6")
    assert searching.voice.news() == ["この行は、ヒトモジずつは聞けません。"]


def test_all_of_a_record_at_once_and_the_edges(searching: Desk) -> None:
    searching.keys("決2")
    assert "これより前はありません。" in searching.text
    searching.voice.news()
    searching.keys("1")
    said = searching.voice.news()
    assert said[0].startswith("〔私〕保険者番号。")
    assert "〔私〕資格、有効。" in said
    searching.keys("8" * 20)
    assert "これより後はありません。" in searching.text
    searching.keys("0")
    assert "その番号はありません。" in searching.text


def test_the_list_is_walked_and_back_is_where_one_was(searching: Desk) -> None:
    searching.keys("8決")
    assert searching.shows(Kind.RECORD)
    assert "まだ確認できていません" in searching.text
    searching.keys("戻")
    assert searching.shows(Kind.SEARCH)
    assert "2件のうち、2件目。" in searching.text
    searching.keys("8")
    assert "これより後はありません。" in searching.text


def test_a_long_list_is_fetched_as_it_is_walked(open_desk: Opened) -> None:
    check = SEARCH["checks"][1]
    documents = {"search": {"count": 5, "checks": [check] * 5}, "status": STATUS}
    desk = open_desk(ScriptedCore(documents=documents, page_size=2))
    desk.keys(LOGIN + "11")
    assert wanted(desk) == [{"day": "2026-11-21"}]
    desk.keys("88")
    assert wanted(desk)[1:] == [{"day": "2026-11-21", "after": 2}]
    assert "5件のうち、3件目。" in desk.text


def test_by_kana_as_on_a_telephone(searching: Desk) -> None:
    searching.keys("11" + "8")
    assert searching.voice.said[-1] == "〔私〕ヤ。"
    searching.keys("7" + "4" * 7)
    assert "ヤマ［ダ］" in searching.text, "what the same key would change can be seen"
    searching.keys("戻" + "4" * 7 + "戻" + "4444444")
    searching.keys("決")
    assert searching.shows(Kind.FIND)
    searching.keys("決")
    assert searching.shows(Kind.SEARCH)
    assert wanted(searching)[-1] == {"kana": "ヤマダ"}
    searching.keys("戻")
    assert searching.shows(Kind.SECURITY)


def test_by_day_number_and_birth_date(searching: Desk) -> None:
    searching.keys("12" + "1120決")
    assert wanted(searching)[-1] == {"day": "2026-11-20"}
    searching.keys("13" + "0123決")
    assert wanted(searching)[-1] == {"number": "0123"}
    searching.keys("14" + "19800407決")
    assert wanted(searching)[-1] == {"born": "1980-04-07"}
    searching.keys("14" + "3550407決")
    assert wanted(searching)[-1] == {"born": "1980-04-07"}
    searching.keys("15")
    assert wanted(searching)[-1] == {"day": "2026-11-21"}


def test_what_is_no_day_stays_to_be_mended(searching: Desk) -> None:
    searching.keys("12" + "1131決")
    assert searching.shows(Kind.FIND)
    assert "その日はありません。" in searching.text.replace("\n", "")
    searching.keys("戻0決")
    assert wanted(searching)[-1] == {"day": "2025-11-30"}


def test_after_retention_the_list_says_so(open_desk: Opened) -> None:
    over = {"count": 0, "checks": [], "next": None, "retention_over": True}
    desk = open_desk(ScriptedCore(documents={"search": over, "status": STATUS}))
    desk.keys(LOGIN + "11")
    assert "保存期間が終わりました。" in desk.text


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_withdrawn_record_says_so_before_its_numbers(
    open_desk: Opened, *, is_answered: bool
) -> None:
    check = {**SEARCH["checks"][0 if is_answered else 1], "outcome": "annulled"}
    documents = {"search": {"count": 1, "checks": [check]}, "status": STATUS}
    desk = open_desk(ScriptedCore(documents=documents))
    desk.keys(LOGIN + "11")
    assert "取り消し済み。" in desk.text
    desk.keys("決")
    assert "取り消し済み。" in desk.text


def found(open_desk: Opened, word: str) -> Desk:
    """The list of today with one answer of this validity, all of it said."""
    check = {**SEARCH["checks"][0], "validity": word}
    if word == "none":
        nothing = dict.fromkeys(check["eligibility"])
        check = {**check, "eligibility": nothing, "eligibilities": [nothing]}
    documents = {"search": {"count": 1, "checks": [check]}, "status": STATUS}
    desk = open_desk(ScriptedCore(documents=documents))
    desk.keys(LOGIN + "1221")
    return desk


WHY = "名前や番号は、声に出しません。聞くには、セキュリティ設定の、ニを押します。"


def audible(desk: Desk, keys: str) -> list[str]:
    """What is heard in the room of the last of these keys."""
    desk.keys(keys[:-1])
    desk.voice.log.clear()
    desk.keys(keys[-1])
    return desk.voice.audible


def test_where_names_are_not_said_a_list_says_why_and_where_one_is(open_desk: Opened) -> None:
    documents = {"search": {"count": 2, "checks": [SEARCH["checks"][0]] * 2}, "status": STATUS}
    desk = open_desk(ScriptedCore(documents=documents))
    assert audible(desk, LOGIN + "11")[-1] == WHY
    assert audible(desk, "8") == ["ニケンのうち、ニケンメ。"]
    assert audible(desk, "2") == ["ニケンのうち、イチケンメ。"]


def test_where_numbers_are_not_said_a_record_says_why_and_which_line_it_is(desk: Desk) -> None:
    assert audible(desk, LOGIN + "11決")[-1] == WHY
    assert audible(desk, "決") == ["ジュウサンギョウのうち、ニギョウメ。"]
    assert audible(desk, "2") == ["ジュウサンギョウのうち、イチギョウメ。"]
    assert audible(desk, "5") == ["ジュウサンギョウのうち、イチギョウメ。"]
    assert audible(desk, "1") == [WHY]
    for sign in "6643":
        assert audible(desk, sign) == []
        assert "tick" in desk.voice.log
    assert WHY in audible(desk, "助")


def test_where_they_are_said_nothing_is_said_of_it(searching: Desk) -> None:
    assert WHY not in audible(searching, "決")
    assert audible(searching, "決") == ["記号、なし。"]
    assert WHY not in audible(searching, "助")


@pytest.mark.parametrize(
    ("word", "item", "first"),
    [
        ("invalid", "ヤマダタロウサマ、資格、無効。", "資格、無効。"),
        ("superseded", "ヤマダタロウサマ、資格、無効、新しい資格あり。", "資格、無効。"),
        ("several", "ヤマダタロウサマ、資格が複数。", "資格が複数あります。"),
        (
            "unregistered",
            "ヤマダタロウサマ、みとうろく、いりょうふじょのみ。",
            "資格、有効。みとうろくです。",
        ),
        ("unknown", "ヤマダタロウサマ、知らない答え。", "この箱の知らない答えです。"),
    ],
)
def test_what_is_not_valid_is_said_to_be_so_before_any_number(
    open_desk: Opened, word: str, item: str, first: str
) -> None:
    desk = found(open_desk, word)
    assert f"〔私〕ジュウイチガツニジュウイチニチ、{item}" in desk.voice.news()
    desk.keys("決")
    title, line, *_ = desk.voice.news()
    assert (title, line.startswith(f"〔私〕{first}")) == ("資格確認結果。", True)
    assert "保険者番号" not in desk.text
    desk.keys("決")
    assert desk.voice.news()[0].startswith("〔私〕保険者番号。")


def test_where_no_eligibility_was_found_nothing_is_read_as_if_it_were_of_one(
    open_desk: Opened,
) -> None:
    desk = found(open_desk, "none")
    assert "〔私〕ジュウイチガツニジュウイチニチ、資格情報なし。" in desk.voice.news()
    desk.keys("決")
    desk.voice.news()
    desk.keys("1")
    assert desk.voice.news() == [
        "〔私〕資格情報なし。",
        "〔私〕せじゅつび。レイワハチネンジュウイチガツニジュウイチニチ。",
    ]


def test_help_on_a_record_says_its_further_keys_first(searching: Desk) -> None:
    searching.keys("決助")
    assert searching.shows(Kind.HELP)
    assert "結果を1行ずつ読みます。8で次、2で前の行。" in searching.text.replace("\n", "")
    assert "番号を押して選びます。" not in searching.text
    assert "6で次の1文字、" in searching.text
    searching.keys("戻")
    assert searching.shows(Kind.RECORD)


def test_the_logout_leaves_nothing_of_a_record(searching: Desk) -> None:
    searching.keys("決戻戻戻戻")
    assert searching.shows(Kind.IDLE)
    searching.keys("再助戻")
    assert not any(secret in searching.text for secret in SECRETS)


@pytest.mark.parametrize(
    ("digits", "day"),
    [
        ("5", date(2026, 11, 5)),
        ("21", TODAY),
        ("1122", date(2025, 11, 22)),
        ("0101", date(2026, 1, 1)),
        ("20240229", date(2024, 2, 29)),
        ("31", None),
        ("123", None),
        ("0000", None),
    ],
)
def test_a_day_is_typed_as_short_as_it_is_clear(digits: str, day: date | None) -> None:
    assert day_typed(digits, TODAY) == day


@given(st.text(alphabet="0123456789", max_size=80))
def test_kana_never_fail_and_back_empties_them(digits: str) -> None:
    entry = KanaEntry()
    for each in digits:
        kana = entry.press(each)
        assert kana in (*ROWS[each], "")
    assert len(entry.text) <= MOST
    assert entry.text not in repr(entry) or not entry.text
    while entry.back():
        pass
    assert not entry.text


def test_two_kana_of_one_row_are_parted_by_enter() -> None:
    entry = KanaEntry()
    for each in "11":
        entry.press(each)
    assert entry.fix()
    entry.press("1")
    assert entry.text == "イア"
    assert not KanaEntry().fix()
