"""Copied text, CSV, JSON and QR: what goes in comes out again, marked where it is due."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import shutil
import subprocess
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.check import Eligibility
from kiosk.domain.dates import wareki
from kiosk.formats import copied, csv_rows
from kiosk.formats.qr import NotTheseParts, qr_parts, values_of
from kiosk.formats.qr_picture import qr_lines, qr_png
from kiosk.formats.result import Result
from kiosk.formats.result_json import result_json, result_of, results_json
from tests.support.results import DAYS, any_result, eligibility, result

# ------------------------------------------------------------------ copied text


def test_the_text_a_receipt_computer_takes_apart() -> None:
    text = copied.copied_text(result(eligibility(symbol="", late_elderly_ratio="010")))
    assert text.split("\r\n") == [
        "確認日 : \t令和8年11月21日",
        "資格\t有効",
        "資格情報(医療保険)",
        "保険者番号\t06139992",
        "保険者名\t架空健康保険組合",
        "記号\t",
        "番号\t００１２",
        "枝番\t01",
        "フリガナ\tタカサキ イチロウ",
        "氏名\t髙﨑　一郎",
        "生年月日\t昭和55年1月8日",
        "性別\t男",
        "証区分\t01",
        "有効開始日\t令和2年4月1日",
        "資格取得年月日\t令和2年4月1日",
        "負担割合\t1割",
        "本人・家族の別\t本人",
        "",
    ]


def test_simulated_and_invalid_say_so_first() -> None:
    lines = copied.copied_text(result(validity="2", is_simulated=True)).split("\r\n")
    assert lines[0].startswith("模擬\t")
    assert "資格\t無効" in lines
    assert "模擬" not in copied.copied_text(result())


@settings(max_examples=30, deadline=None)
@given(said=any_result())
def test_copied_text_comes_apart_into_its_labels(said: Result) -> None:
    blocks = copied.blocks_of(copied.copied_text(said))
    assert len(blocks) == len(said.answer.eligibilities)
    for block, each in zip(blocks, said.answer.eligibilities, strict=True):
        lines = block[copied.INSURANCE]
        assert lines.get("番号") == (each.number and one_line(each.number))
        assert lines.get("記号") == (each.symbol and one_line(each.symbol))
        assert ("生年月日" in lines) is (each.birth_date is not None)
        assert (copied.ELDERLY in block) is any(
            (each.elderly_valid_from, each.elderly_valid_to, each.elderly_ratio)
        )


def one_line(text: str) -> str:
    return re.sub("[\u2028\u2029]", " ", text)


@given(day=DAYS)
def test_days_in_wareki_read_back(day: date) -> None:
    assert copied.day_of(wareki(day)) == day


@pytest.mark.parametrize("text", ["", "2026-11-21", "令和x年1月1日", "慶応3年1月1日"])
def test_other_days_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="not a day"):
        copied.day_of(text)


# ------------------------------------------------------------------ CSV


def without_empty(each: Eligibility) -> Eligibility:
    """CSV cannot tell empty from absent."""
    empty = {f.name: None for f in fields(Eligibility) if getattr(each, f.name) == ""}
    return replace(each, unknown={}, **empty)


@settings(max_examples=30, deadline=None)
@given(said=st.lists(any_result(), max_size=3))
def test_csv_reads_back(said: list[Result]) -> None:
    raw = csv_rows.results_csv(said)
    assert raw.startswith(b"\xef\xbb\xbfmark,check_id,")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    expected = [
        without_empty(each) for one in said for each in one.answer.eligibilities or (Eligibility(),)
    ]
    assert [replace(csv_rows.eligibility_of(row), unknown={}) for row in rows] == expected


def test_csv_says_the_share_only_of_what_is_valid() -> None:
    valid, gone = eligibility(), eligibility(disqualified_on=date(2026, 10, 1))

    def shares(said: Result) -> list[str]:
        text = csv_rows.results_csv([said]).decode("utf-8-sig")
        return [row["copayment_percent"] for row in csv.DictReader(io.StringIO(text, newline=""))]

    assert shares(result(valid)) == ["30"]
    assert shares(result(valid, gone)) == ["30", ""]
    assert shares(result(valid, validity="2")) == [""]
    assert shares(result(eligibility(card_classification="05"))) == ["100"]
    assert shares(result(eligibility(card_classification="A1"))) == [""]
    marked = csv_rows.results_csv([result(is_simulated=True)]).decode("utf-8-sig")
    assert marked.splitlines()[1].startswith("模擬,")


# ------------------------------------------------------------------ JSON


@settings(max_examples=30, deadline=None)
@given(said=any_result())
def test_json_reads_back_without_loss(said: Result) -> None:
    document = json.loads(json.dumps(result_json(said), ensure_ascii=False))
    assert result_of(document) == said
    assert (document["mark"] == "模擬") is said.is_simulated
    assert results_json([said], is_simulated=said.is_simulated)["results"] == [document]


def test_json_of_another_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="schema"):
        result_of({**result_json(result()), "schema": "madoguchi-result/2"})


# ------------------------------------------------------------------ QR


@settings(max_examples=30, deadline=None)
@given(said=any_result(), size=st.integers(20, 400), order=st.randoms())
def test_qr_codes_read_in_any_order_are_the_whole(
    said: Result, size: int, order: random.Random
) -> None:
    parts = qr_parts(said, size)
    assert all(each.isascii() and each.isprintable() for each in parts)
    order.shuffle(parts)
    values = values_of(parts)
    assert values["id"] == said.check_id
    assert values.get("mark") == ("模擬" if said.is_simulated else None)
    counts = said.counts
    assert values.get("name") == (counts.name if counts else None)


def test_parts_of_two_results_or_a_missing_one_are_not_taken_together() -> None:
    ours = qr_parts(result(eligibility(name="髙﨑　𠮷")), 60)
    other = qr_parts(result(eligibility(name="山田　太郎")), 60)
    assert len(ours) > 3
    for parts in (ours[1:], [*ours[:-1], other[-1]], [*ours[:-1], ours[-1] + "x"], ["MDG1"], []):
        with pytest.raises(NotTheseParts):
            values_of(parts)


def test_the_screens_code_is_dark_on_light_with_a_quiet_zone() -> None:
    (text,) = qr_parts(result(), 4000)
    lines = qr_lines(text)
    assert {each for line in lines for each in line} == set("█▀▄ ")
    assert lines[0] == lines[1] == "█" * len(lines[0])
    assert len(lines) * 2 - len(lines[0]) in {0, 1}


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbarimg (zbar-tools) is not here")
def test_zbar_reads_every_part(tmp_path: Path) -> None:
    said = result(eligibility(symbol="", name="髙﨑　𠮷", card_classification="A1"))
    read = []
    for number, text in enumerate(qr_parts(said, 150)):
        file = tmp_path / f"{number}.png"
        file.write_bytes(qr_png(text))
        done = subprocess.run(
            ["zbarimg", "-q", "--raw", file],  # noqa: S607 - where it is installed
            capture_output=True,
            text=True,
            check=True,
        )
        read.append(done.stdout.removesuffix("\n"))
    values = values_of(read)
    assert values["name"] == "髙﨑　𠮷"
    assert values["sym"] == ""
    assert values["num"] == "００１２"
