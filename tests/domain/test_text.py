"""Widths and kana."""

from __future__ import annotations

import pytest

from kiosk.domain.text import (
    full_width_kana,
    half_width,
    has_replacement,
    kana_key,
    katakana,
    plain_width,
)


@pytest.mark.parametrize(
    ("written", "plain"),
    [("１２３４", "1234"), ("ＡＢ－１", "AB-1"), ("ｱｲｳ", "アイウ"), ("", ""), ("０1２", "012")],
)
def test_half_width(written: str, plain: str) -> None:
    assert half_width(written) == plain


@pytest.mark.parametrize(
    ("written", "plain"),
    [("１２－３", "12-3"), ("1−3‐4", "1-3-4"), ("ｶﾞＡ", "ガA"), ("①Ⅱ㈱見", "①Ⅱ㈱見"), ("　", " ")],
)
def test_plain_width_leaves_signs_of_their_own(written: str, plain: str) -> None:
    assert plain_width(written) == plain


def test_half_width_kana_of_the_tree_becomes_readable() -> None:
    assert full_width_kana("ﾔﾏﾀﾞ ﾀﾛｳ") == "ヤマダ タロウ"
    assert full_width_kana("ﾊﾟﾋﾟ ｳﾞｧ") == "パピ ヴァ"


def test_hiragana_becomes_katakana_and_nothing_else_changes() -> None:
    assert katakana("やまだゔ ヤマダ山田A") == "ヤマダヴ ヤマダ山田A"


def test_two_spellings_of_one_reading_share_a_key() -> None:
    assert kana_key("ﾔﾏﾀﾞ ﾀﾛｳ") == kana_key("やまだ　たろう") == "ヤマダタロウ"


def test_the_mark_of_a_lost_character() -> None:
    assert has_replacement("山●太郎")
    assert not has_replacement("山田太郎")
