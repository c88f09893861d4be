"""An outcome told line by line."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.check import Answer, Answered, Deferred, Eligibility, Outcome, Refused
from kiosk.domain.codes import Validity
from kiosk.errors import KioskError
from kiosk.line.show import show, text_lines
from kiosk.line.view import caught_up_for, error_lines, lines_for, told_for
from kiosk.phrasebook import Phrasebook
from kiosk.ports import service
from kiosk.ports.card import NoReader, PinBlocked, WrongPin

TODAY = date(2026, 11, 21)
JA = Phrasebook.load("ja")
TARO = Eligibility(
    card_classification="01",
    insurer_number="06139992",
    number="１２３",
    branch_number="01",
    name="山田　太郎",
    name_kana="ﾔﾏﾀﾞ ﾀﾛｳ",
    sex="1",
    birth_date=date(1980, 4, 7),
    valid_from=date(2020, 4, 1),
    insurer_name="模擬健康保険組合",
)
SERVICE_CODES = sorted(
    kind.code
    for kind in KioskError.by_code.values()
    if kind.__module__ == service.__name__ and not issubclass(kind, service.CheckRefused)
)
VIEWS = [lines_for, told_for, caught_up_for]


def answered(
    validity: str,
    *eligibilities: Eligibility,
    warning: str | None = None,
    warning_code: str | None = None,
) -> Answered:
    return Answered(
        Answer(
            validity_code=validity,
            confirmed_on=TODAY,
            eligibilities=eligibilities,
            is_simulated=False,
            warning=warning,
            warning_code=warning_code,
        )
    )


def text(outcome: Outcome) -> list[str]:
    return text_lines(lines_for(outcome, TODAY, JA))


def test_a_valid_answer_has_the_status_first_and_one_fact_a_line() -> None:
    assert text(answered("1", TARO)) == [
        "資格、有効。",
        "山田　太郎様。",
        "フリガナ ヤマダ タロウ",
        "負担割合 3割",
        "保険者番号 06139992",
        "記号、なし。",
        "番号 １２３",
        "枝番 01",
        "保険者名 模擬健康保険組合",
        "生年月日 昭和55年4月7日",
        "性別 男",
        "証区分 一般",
        "有効開始日 令和2年4月1日",
        "施術日 令和8年11月21日",
        "確認日 令和8年11月21日",
    ]


def test_the_visitor_hears_journey_a5() -> None:
    public, private = told_for(answered("1", TARO), TODAY, JA)
    assert public.read == "確認できました。保険証の提示は要りません。カードをお取りください。"
    assert private.heard == "ヤマダタロウサマ。資格、有効。サンワリ。"
    assert (public.is_private, private.is_private) == (False, True)


def test_a_later_answer_is_said_as_in_journey_b4_and_b5() -> None:
    (valid,) = caught_up_for(answered("1", TARO), TODAY, JA)
    assert valid.heard == "ヤマダタロウサマ。有効。サンワリ。"
    (invalid,) = caught_up_for(answered("2", TARO), TODAY, JA)
    assert invalid.heard.endswith("資格、無効。次の来院で、番号を必ず確認してください。")


def test_a_share_that_is_not_known_is_asked_for_and_never_guessed() -> None:
    elder = Eligibility(name="山田", name_kana="ﾔﾏﾀﾞ", birth_date=date(1953, 4, 7))
    assert "負担割合は分かりません。" in text(answered("1", elder))
    told = told_for(answered("1", elder), TODAY, JA)[1].read
    assert "負担割合は分かりません。" in told
    assert "割。" not in told
    assert "分かりません" in caught_up_for(answered("1", elder), TODAY, JA)[0].read


def test_the_whole_share_is_said_to_be_refunded() -> None:
    special = Eligibility(card_classification="05", name="山田", birth_date=date(1990, 1, 2))
    for view in VIEWS:
        lines = text_lines(view(answered("1", special), TODAY, JA))
        assert any("10割（全額）" in line for line in lines)
        assert "後で払い戻されます。" in lines


@pytest.mark.parametrize("code", ["2", "3"])
def test_an_invalid_eligibility_says_why_and_never_a_share(code: str) -> None:
    lost = Eligibility(name="山田", disqualified_on=date(2026, 10, 1), loss_reason="03")
    for view in VIEWS:
        lines = text_lines(view(answered(code, lost), TODAY, JA))
        assert not any("割" in line for line in lines)
        assert not any("確認できました" in line for line in lines)
    assert "資格を失った日 令和8年10月1日" in text(answered(code, lost))
    assert "喪失事由 ほかの保険に加入" in text(answered(code, lost))
    assert ("新しい資格があります。" in text(answered(code, lost))) == (code == "3")


def test_none_registered_says_so() -> None:
    assert text(answered("4"))[0] == "資格情報なし。"
    assert told_for(answered("4"), TODAY, JA)[1].read == "資格情報なし。"
    assert caught_up_for(answered("4"), TODAY, JA)[0].read == "資格情報なし。"


def test_of_several_none_is_chosen_and_all_are_shown() -> None:
    other = Eligibility(name="山田　太郎", insurer_number="139998")
    lines = text(answered("5", TARO, other))
    assert lines[:3] == [
        "資格が複数あります。",
        "どれかに決められません。",
        "保険者に確かめてください。",
    ]
    assert "資格、1件目。" in lines
    assert "資格、2件目。" in lines
    assert "保険者番号 139998" in lines
    for view in (told_for, caught_up_for):
        assert not any("有効" in line for line in text_lines(view(answered("5", TARO), TODAY, JA)))


def test_valid_without_one_that_counts_is_not_called_confirmed() -> None:
    outcome = answered("1", TARO, TARO)
    assert "資格を一つに決められません。" in text(outcome)
    told = text_lines(told_for(outcome, TODAY, JA))
    assert told[0] == "確認が終わりました。"
    assert "資格を一つに決められません。" in told
    assert "資格を一つに決められません。" in text_lines(caught_up_for(outcome, TODAY, JA))


def test_medical_assistance_never_gets_a_share() -> None:
    lines = text(answered("6", Eligibility(card_classification="A1", birth_date=date(1980, 1, 2))))
    assert lines[:3] == ["資格、有効。", "未登録です。", "医療扶助のみです。"]
    assert "負担割合は分かりません。" in lines
    assert "証区分 医療扶助" in lines


def test_a_validity_of_tomorrow_is_not_taken_for_confirmed() -> None:
    for view in VIEWS:
        lines = text_lines(view(answered("9", TARO), TODAY, JA))
        assert "資格は、確認できていません。" in lines
        assert not any("有効。" in line or "割" in line for line in lines)


def test_a_name_with_a_replaced_character_is_pointed_out() -> None:
    name = Eligibility(name="山●　太郎", name_kana="ﾔﾏｻﾞｷ ﾀﾛｳ")
    assert "お名前に表示できない文字があります。" in text(answered("1", name))


def test_the_services_own_warning_is_shown() -> None:
    outcome = answered("1", TARO, warning="証明書の期限が近い")
    assert "お知らせ 証明書の期限が近い" in text(outcome)
    assert "お知らせ 証明書の期限が近い" in text_lines(told_for(outcome, TODAY, JA))


@pytest.mark.parametrize("needs_staff", [False, True])
@pytest.mark.parametrize("code", SERVICE_CODES)
def test_a_waiting_check_is_never_valid_and_has_no_share(code: str, needs_staff: bool) -> None:  # noqa: FBT001 - a parameter of the table
    for view in VIEWS:
        said = view(Deferred(code, needs_staff=needs_staff), TODAY, JA)
        lines = text_lines(said) + [each.heard for each in said]
        assert any("確認待ち" in line for line in lines)
        assert not any(re.search("有効|割|ワリ|確認できました", line) for line in lines)


def test_a_refusal_says_what_to_do() -> None:
    for view in VIEWS:
        lines = text_lines(view(Refused("K233", is_simulated=False), TODAY, JA))
        assert "マイナポータルで利用を申し込んでください。" in lines
        assert not any("模擬" in line for line in lines)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    "outcome",
    [answered("1", TARO), answered("4"), Deferred("K201"), Refused("K233", is_simulated=True)],
)
def test_every_block_of_the_simulated_world_is_marked_for_eye_and_ear(
    view: object, outcome: Outcome
) -> None:
    assert callable(view)
    said = view(outcome, TODAY, JA, is_simulated=True)
    assert said[0].read.startswith("模擬。")
    assert said[0].heard.startswith("もぎ。")
    private = [each for each in said if each.is_private]
    assert not private or private[0].read.startswith("模擬。")


def test_what_came_from_the_simulator_is_marked_without_being_asked_to() -> None:
    answer = Answer(validity_code="1", confirmed_on=None, eligibilities=(TARO,), is_simulated=True)
    assert text_lines(lines_for(Answered(answer), TODAY, JA))[0] == "模擬。資格、有効。"
    assert text_lines(lines_for(Refused("K231", is_simulated=True), TODAY, JA))[0].startswith(
        "模擬。"
    )


def test_patient_data_can_be_left_out_of_what_is_written() -> None:
    said = told_for(answered("1", TARO), TODAY, JA)
    assert text_lines(said, with_private=False) == [
        "確認できました。",
        "保険証の提示は要りません。",
        "カードをお取りください。",
    ]
    assert text_lines(lines_for(answered("1", TARO), TODAY, JA), with_private=False) == []


def test_a_wrong_pin_says_the_tries_left_as_in_journey_a4() -> None:
    assert text_lines(error_lines(WrongPin(2), JA, tries_left=2)) == [
        "暗証番号が違います。",
        "あと2回です。",
        "もう一度、4桁を押してください。",
    ]
    assert text_lines(error_lines(WrongPin(1), JA, tries_left=1)) == [
        "暗証番号が違います。",
        "あと1回です。",
        "まちがえると、市区町村の窓口で手続きが要ります。",
        "もう一度、4桁を押してください。",
    ]
    assert text_lines(error_lines(WrongPin(None), JA)) == [
        "暗証番号が違います。",
        "もう一度、4桁を押してください。",
    ]


def test_another_error_says_what_happened_and_what_next() -> None:
    assert text_lines(error_lines(NoReader(), JA)) == [
        "カードの読み取り機がつながっていません。",
        "読み取り機の線を差し直してください。",
    ]
    assert error_lines(PinBlocked(), JA, is_simulated=True)[0].read.startswith("模擬。")


@given(
    name=st.text(),
    symbol=st.text(),
    warning=st.text(),
    validity=st.sampled_from([each.value for each in Validity]),
)
def test_whatever_the_service_writes_stays_plain_lines(
    name: str, symbol: str, warning: str, validity: str
) -> None:
    hostile = Eligibility(name=name, name_kana=name, symbol=symbol, insurer_name=warning)
    stream = io.StringIO()
    said = lines_for(answered(validity, hostile, warning=warning), TODAY, JA)
    show(said, stream)
    written = stream.getvalue()
    assert "\x1b" not in written
    assert len(written.splitlines()) == len(text_lines(said)) == written.count("\n")
    written.encode("utf-8")
