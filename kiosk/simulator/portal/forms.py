"""What people fill in at the portal, checked: a value, or why not, in words for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from starlette.datastructures import UploadFile

from kiosk.domain.adoption_figures import FacilityKind
from kiosk.domain.text import half_width, katakana
from kiosk.simulator.portal.registry import Member, Paper

KINDS = {
    FacilityKind.JUDO: "柔道整復師の施術所",
    FacilityKind.AHAKI: "あん摩マッサージ指圧師、はり師、きゅう師の施術所",
}
DEVICES = {
    "reader": "パソコン等につなぐ汎用カードリーダー",
    "phone": "スマートフォン",
    "tablet": "タブレット",
}
ACTIVITIES = {
    "poster": "ポスターの掲示",
    "leaflet": "チラシの掲示",
    "handout": "患者へのチラシの配布",
    "call": "マイナ保険証の利用の声かけ",
}
BANK = "模擬銀行（9999）"
"""The only one there is, so that nobody writes down a real account."""
TERMINALS_AT_MOST = 20
SUBSIDY_AT_MOST = 41_000
COOPERATION_YEN = 50_000
PAPER_BYTES = 1 << 20
_COST_AT_MOST = 10_000_000
_LONGEST = 60
_PASSWORD_AT_LEAST = 10
_CODE = re.compile(r"99\d{8}", re.ASCII)
_MAIL = re.compile(r"[a-z0-9._+-]{1,64}@([a-z0-9-]+\.)*example(\.(com|net|org))?", re.ASCII)
_BRANCH = re.compile(r"\d{3}", re.ASCII)
_ACCOUNT = re.compile(r"\d{7}", re.ASCII)
_HOLDER = re.compile(r"[ァ-ヶー ()（）.]{1,40}")
_MAGIC = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}

_T = TypeVar("_T")


@dataclass
class Form:
    """What was filled in, and what is wrong with it.

    Args:
        given: text of each field, as given.
        wrong: why a field cannot be taken, by its name.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A field, in half width and without blanks at its ends."""
        return half_width(self.given.get(name, "")).strip()

    def take(self, name: str, read: Callable[[str], _T], why: str) -> _T | None:
        """A field read; None, and noted as wrong, when ``read`` raises ValueError."""
        try:
            return read(self.text(name))
        except ValueError:
            self.wrong[name] = why
            return None

    def matching(self, name: str, pattern: re.Pattern[str], why: str) -> str:
        """A field of a pattern; "" when it is wrong."""

        def read(text: str) -> str:
            if not pattern.fullmatch(text):
                raise ValueError
            return text

        return self.take(name, read, why) or ""

    def number(self, name: str, least: int, most: int, why: str) -> int:
        """A whole number; 0 when it is wrong."""

        def read(text: str) -> int:
            if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
                raise ValueError
            return int(text)

        return self.take(name, read, why) or 0

    def day(self, name: str, why: str) -> date | None:
        """A day; None when it is wrong."""
        return self.take(name, date.fromisoformat, why)


def new_member(form: Form) -> tuple[Member, str] | None:
    """新規ユーザー登録: the user and the password; None when something is wrong."""
    code = form.matching("facility", _CODE, "模擬の機関コードは、99で始まる10桁の数字です。")
    name = form.text("name")
    if not 0 < len(name) <= _LONGEST:
        form.wrong["name"] = "施術所名を60文字までで入れてください。"
    kind = form.take("kind", FacilityKind, "施術所の種類を選んでください。")
    mail = form.matching("mail", _MAIL, "模擬のメールアドレスは、.example で終わるものだけです。")
    principal = ""
    if form.text("principal"):
        principal = form.matching("principal", _CODE, "99で始まる10桁の数字か、空です。")
    if principal and principal == code:
        form.wrong["principal"] = "自分の機関コードは入れられません。"
    password = form.given.get("password", "")
    if len(password) < _PASSWORD_AT_LEAST:
        form.wrong["password"] = "パスワードは10文字以上です。"  # noqa: S105 - a sentence
    elif password != form.given.get("again", ""):
        form.wrong["again"] = "2つのパスワードが違います。"
    if form.wrong or kind is None:
        return None
    return Member(code, mail, name, kind, principal, has_applied=False, begins_on=None), password


def bank_account(form: Form) -> dict[str, str]:
    """振込先口座情報."""
    holder = katakana(form.text("holder"))
    if not _HOLDER.fullmatch(holder):
        form.wrong["holder"] = "口座名義をカタカナで入れてください。"
    return {
        "bank": BANK,
        "branch": form.matching("branch", _BRANCH, "支店番号は3桁の数字です。"),
        "number": form.matching("number", _ACCOUNT, "口座番号は7桁の数字です。"),
        "holder": holder,
    }


async def subsidy(
    form: Form, files: Mapping[str, UploadFile]
) -> tuple[dict[str, object], list[Paper]]:
    """助成金交付申請 with its three papers; ``form`` says what is wrong."""
    device = form.text("device")
    if device not in DEVICES:
        form.wrong["device"] = "購入した機器を選んでください。"
    cost = form.number("cost", 1, _COST_AT_MOST, "実費を円で、数字だけで入れてください。")
    content = {
        "device": device,
        "cost": cost,
        "amount": min(cost, SUBSIDY_AT_MOST),
        "account": bank_account(form),
    }
    papers = [
        await _paper(form, files, "receipt", "領収書（写）"),
        await _paper(form, files, "breakdown", "領収書内訳書"),
    ]
    return content, [each for each in papers if each is not None]


def cooperation(form: Form, ticked: list[str]) -> dict[str, object]:
    """協力金: what was done for マイナ保険証, and where the money goes."""
    activities = [each for each in ACTIVITIES if each in ticked]
    if not activities:
        form.wrong["activity"] = "行った取組を1つ以上選んでください。"
    return {
        "activities": activities,
        "amount": COOPERATION_YEN,
        "account": bank_account(form),
    }


async def _paper(
    form: Form, files: Mapping[str, UploadFile], name: str, called: str
) -> Paper | None:
    file = files.get(name)
    content = await file.read(PAPER_BYTES + 1) if file else b""
    kind = next((kind for magic, kind in _MAGIC.items() if content.startswith(magic)), None)
    if not content:
        form.wrong[name] = f"{called}のファイルを選んでください。"
    elif kind is None:
        form.wrong[name] = f"{called}は、PDF、PNG、JPEGのどれかです。"
    elif len(content) > PAPER_BYTES:
        form.wrong[name] = f"{called}は、1メガバイトまでです。"
    else:
        return Paper(name, kind, content)
    return None
