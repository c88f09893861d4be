"""The text the official app puts on the clipboard: ``label⇥value``, CRLF, days in 和暦.

Receipt computers take it apart by label. Labels and headings are those of facts DOMAIN, "Copied
text"; which heading a label stands under, and the lines ``模擬`` and ``資格``, are our own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from kiosk.domain.check import Eligibility
from kiosk.domain.codes import Sex
from kiosk.domain.dates import ERAS, wareki
from kiosk.domain.text import full_width_kana
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.formats.result import Result

LINE_END = "\r\n"
INSURANCE = "資格情報(医療保険)"
BACK = "裏面記載情報"
ELDERLY = "高齢受給者証"
CONFIRMED_ON = "確認日 : "
VALIDITY = "資格"
SIMULATED_LINE = f"{SIMULATED_MARK}\t本物の資格ではありません"
_VALIDITY = {
    "1": "有効",
    "2": "無効",
    "3": "無効（新しい資格あり）",
    "4": "資格情報なし",
    "5": "複数該当",
    "6": "有効（未登録）",
}
_SEX = {Sex.MALE.value: "男", Sex.FEMALE.value: "女", Sex.UNSET.value: "未設定"}
_PERSONAL = {"1": "本人", "2": "家族"}
_RATIO = {"010": "1割", "020": "2割", "030": "3割"}
_PRESCHOOL = {"1": "未就学"}

_Shape = Callable[[str], str]


def _same(text: str) -> str:
    return text


def _word_of(words: dict[str, str]) -> _Shape:
    return lambda code: words.get(code, code)


_INSURANCE_LINES: tuple[tuple[str, str, _Shape], ...] = (
    ("保険者番号", "insurer_number", _same),
    ("保険者名", "insurer_name", _same),
    ("記号", "symbol", _same),
    ("番号", "number", _same),
    ("枝番", "branch_number", _same),
    ("フリガナ", "name_kana", full_width_kana),
    ("氏名", "name", _same),
    ("生年月日", "birth_date", _same),
    ("性別", "sex", _word_of(_SEX)),
    ("証区分", "card_classification", _same),
    ("有効開始日", "valid_from", _same),
    ("有効終了日", "valid_to", _same),
    ("資格取得年月日", "qualified_on", _same),
    ("負担割合", "late_elderly_ratio", _word_of(_RATIO)),
    ("本人・家族の別", "personal_family", _word_of(_PERSONAL)),
    ("被保険者氏名", "insured_name", _same),
    ("照会番号", "reference_number", _same),
    ("未就学区分", "preschool", _word_of(_PRESCHOOL)),
)
_BACK_LINES: tuple[tuple[str, str, _Shape], ...] = (
    ("フリガナ", "name_of_other_kana", full_width_kana),
    ("氏名", "name_of_other", _same),
    ("性別", "sex_on_back", _word_of(_SEX)),
)
_ELDERLY_LINES: tuple[tuple[str, str, _Shape], ...] = (
    ("有効開始日", "elderly_valid_from", _same),
    ("有効終了日", "elderly_valid_to", _same),
    ("負担割合", "elderly_ratio", _word_of(_RATIO)),
)
_BLOCKS = ((INSURANCE, _INSURANCE_LINES), (BACK, _BACK_LINES), (ELDERLY, _ELDERLY_LINES))
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_WAREKI = re.compile(r"(\D+)(元|\d+)年(\d+)月(\d+)日")


def copied_text(result: Result) -> str:
    """A result as the official app copies it: one block for each eligibility; none for none."""
    answer = result.answer
    lines = [SIMULATED_LINE] if result.is_simulated else []
    confirmed_on = wareki(answer.confirmed_on) if answer.confirmed_on else ""
    lines += [
        f"{CONFIRMED_ON}\t{confirmed_on}",
        f"{VALIDITY}\t{_VALIDITY.get(answer.validity_code, answer.validity_code)}",
    ]
    for each in answer.eligibilities:
        lines += _blocks(each)
    return LINE_END.join(lines) + LINE_END


def _blocks(eligibility: Eligibility) -> Iterator[str]:
    for heading, table in _BLOCKS:
        lines = [
            f"{label}\t{_shaped(value, shape)}"
            for label, name, shape in table
            if (value := getattr(eligibility, name)) is not None
        ]
        if lines or heading is INSURANCE:
            yield heading
            yield from lines


def _shaped(value: str | date, shape: _Shape) -> str:
    if isinstance(value, date):
        return wareki(value)
    # A tab or a line end in a value would be a second label.
    return shape(_CONTROL.sub(" ", value))


def blocks_of(text: str) -> list[dict[str, dict[str, str]]]:
    """Text of this form taken apart again: for each eligibility, heading → label → value."""
    found: list[dict[str, dict[str, str]]] = []
    lines: dict[str, str] = {}
    for line in text.split(LINE_END):
        label, tab, value = line.partition("\t")
        if not tab and label in {INSURANCE, BACK, ELDERLY}:
            if label == INSURANCE:
                found.append({})
            lines = found[-1].setdefault(label, {})
        elif tab:
            lines[label] = value
    return found


def day_of(text: str) -> date:
    """From 和暦, as ``wareki`` says it; ValueError for anything else."""
    found = _WAREKI.fullmatch(text)
    begins = {era: day.year for day, era in ERAS}
    if found is None or found[1] not in begins:
        raise ValueError("not a day in 和暦")
    year = 1 if found[2] == "元" else int(found[2])
    return date(begins[found[1]] + year - 1, int(found[3]), int(found[4]))
