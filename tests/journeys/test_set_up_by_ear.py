"""A box set up with the eyes closed: from the choice of a language to the first practice check.

The person hears utterances and presses the keys of the keypad, nothing else; ``heard/`` keeps what
was heard, reviewed by people. In Japanese the sheet lies on a stick, and the power goes half-way;
in English it is typed from paper, the address of the service as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.appliance.network import look
from kiosk.desk.leading import Keys
from kiosk.pages.led import SIGNS_OF
from tests.journeys.conftest import Clinic, Ward
from tests.journeys.ear import BY_CHANCE, Ear, home_in
from tests.journeys.new_box import NewBox, new_box
from tests.support.by_ear import Blind
from tests.support.led import PASSCODE
from tests.support.pcscd import Pcscd

pytest.importorskip("pyopenjtalk", reason="the voice extra is not installed")
pytestmark = [
    pytest.mark.pcsc,
    pytest.mark.soak,
    pytest.mark.timeout(1500),
    # What is kept was heard on a box whose cable is not in yet.
    pytest.mark.skipif(look().is_up, reason="this machine has a line: run it under unshare -n"),
]

OR_WAITED = re.compile(rf"{BY_CHANCE.pattern}|(Simulated\. )?Please wait\.$")
COUNTED = re.compile(r"(SIMULATED[^A-Za-z]*)?[A-Za-z -]+ typed\.|♪\w+")


@pytest.fixture
def box(clinic: Clinic, pcscd: Pcscd, tmp_path: Path) -> Iterator[NewBox]:
    clinic.vpcd = f"{pcscd.host}:{pcscd.port}"
    with new_box(clinic, tmp_path) as made:
        yield made


@pytest.fixture
def ear(box: NewBox, tmp_path: Path) -> Iterator[Ear]:
    of_box = replace(box.clinic, config=box.config)
    somebody = Ear(Ward(of_box), home_in(tmp_path), tmp_path / "ear")
    yield somebody
    somebody.leaves()


def written(keys: Keys, text: str) -> str:
    """The strokes that write it: as on a telephone, 決定 between two signs of one key."""
    strokes, before = "", ""
    for sign in text:
        digit, row = next((d, row) for d, row in SIGNS_OF[keys].items() if sign in row)
        strokes += ("決" if digit == before else "") + digit * (row.index(sign) + 1)
        before = digit
    return strokes


def name_the_service(box: NewBox) -> None:
    """As a distributor of boxes does."""
    folder = box.folder / "kiosk.d"
    folder.mkdir(parents=True)
    text = f'[service]\nurl = "{box.url}"\nca = "{box.stick / "usb" / "ca.pem"}"\n'
    (folder / "10-service.toml").write_text(text)


def to_the_registration(blind: Blind) -> None:
    """The language, what this box is, the terms, and the line it has or has not."""
    blind.hears("日本語はイチ")
    blind.press("1")
    blind.hears("この箱の設定を始めます。")
    blind.press("1")
    blind.hears("イチ、同意する")
    blind.press("1")
    blind.hears("回線につながっていません。")
    blind.press("2")


def names_and_passcode(blind: Blind) -> None:
    blind.hears("承認する")
    blind.press(written(Keys.KANA, "ヤマダハナコ") + "決決")
    blind.hears("短い名前。")
    blind.press(written(Keys.KANA, "ハナコ") + "決決")
    blind.hears("新しい番号")
    blind.press(PASSCODE + "決")
    blind.hears("もういちど、同じもの")
    blind.press(PASSCODE + "決")


def practises_and_begins(box: NewBox, blind: Blind) -> None:
    blind.hears("イチ、今する")
    blind.press("1")
    blind.hears("暗証番号、ヨンケタ。")
    blind.press("1234決")
    blind.hears("カードを読み取り機に置いてください。")
    with box.clinic.card("taro"):
        blind.hears("サービスの答えが届きました。")
        blind.hears("イチ、ピーディーエフを消す")
    blind.press("1")
    blind.hears("設定が終わりました。")
    blind.press("決")
    blind.hears("受付できます。")
    blind.listens()


def test_in_japanese_with_a_stick_and_a_power_cut(box: NewBox, ear: Ear) -> None:
    name_the_service(box)
    box.switch_on()
    blind = ear.sits()
    to_the_registration(blind)
    blind.hears("イチ、settei.pdf")
    blind.press("1")
    blind.hears("端末を登録しました。")
    blind.hears("イチ、次へ")
    blind.press("1")
    names_and_passcode(blind)
    blind.hears("読み取り機を使えます。")
    blind.sees_to("停電、そのあと電気が戻る")
    ear.leaves()
    box.cut_the_power()
    box.switch_on()
    blind = ear.sits()
    blind.hears("まえの続きから始めます。")
    practises_and_begins(box, blind)
    assert not (box.stick / "usb" / "settei.pdf").exists()
    ear.has_heard("set-up")


def typed_unheard(blind: Blind, text: str, keys: Keys, following: str) -> None:
    """A secret of the sheet, counted sign by sign; it is another one in every world."""
    blind.listens()
    begins = len(blind.story)
    blind.press(written(keys, text) + "決決")
    blind.hears(following)
    (ends, *_) = [at for at, line in enumerate(blind.story) if at > begins and following in line]
    assert not [line for line in blind.story[begins + 1 : ends] if not COUNTED.fullmatch(line)]
    blind.story[begins:ends] = ["# typed on the keypad; each sign is counted, none is said"]


def to_the_paper(blind: Blind) -> None:
    """English, what this box is, the terms, the line, and no stick."""
    for words, key in (
        ("for English press two.", "2"),
        ("For yes press one", "1"),
        (". continue", "1"),
        (". I agree", "1"),
    ):
        blind.hears(words)
        blind.press(key)
    blind.hears("Not connected.")
    blind.press("2")
    blind.hears(". type it by hand")
    blind.press("3")


def types_the_paper(box: NewBox, blind: Blind) -> None:
    account = box.account
    blind.hears("Facility code, ten digits")
    blind.press(account.facility.code + "決")
    blind.hears("ID.")
    blind.press(written(Keys.ACCOUNT, account.facility.terminal) + "決決")
    blind.hears("neither say nor show it")
    blind.press("1")
    blind.hears("Password")
    typed_unheard(blind, account.password, Keys.SIGNS, "Activation code")
    typed_unheard(blind, account.activation_code, Keys.CODE, "This terminal is activated.")
    blind.hears(". continue")
    blind.press("1")


def test_in_english_from_paper(box: NewBox, ear: Ear) -> None:
    name_the_service(box)
    box.switch_on()
    blind = ear.sits()
    to_the_paper(blind)
    types_the_paper(box, blind)
    for words, keys in (
        ("Full name", written(Keys.KANA, "ヤマダハナコ") + "決決"),
        ("A short name", written(Keys.KANA, "ハナコ") + "決決"),
        ("New passcode", PASSCODE + "決"),
        ("Enter the same once more.", PASSCODE + "決"),
        (". now", "1"),
        ("PIN, four digits", "1234決"),
    ):
        blind.hears(words)
        blind.press(keys)
    blind.hears("lay the card")
    with box.clinic.card("taro"):
        blind.hears("the service has answered.")
        blind.hears("delete it or throw it away.")
    blind.hears(". start the reception")
    blind.press("1")
    blind.hears("Reception is open.")
    blind.listens()
    ear.has_heard("set-up-en", OR_WAITED)
