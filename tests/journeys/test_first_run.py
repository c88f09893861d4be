"""A box without settings: its own screen leads to a reception, and a power cut harms nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.appliance.network import look
from tests.journeys.conftest import Clinic
from tests.journeys.new_box import NewBox, new_box
from tests.support.led import PASSCODE, Newcomer, to_the_reader, to_the_sheet
from tests.support.pcscd import Pcscd


@pytest.fixture
def box(clinic: Clinic, tmp_path: Path) -> Iterator[NewBox]:
    with new_box(clinic, tmp_path) as made:
        yield made


def test_wrong_values_a_power_cut_and_on_to_the_reception(box: NewBox) -> None:
    box.switch_on()
    person = box.newcomer()
    to_the_sheet(person, box.url)
    person.choose("手で入れる", at="設定情報のPDF")
    person.write("機関コード", box.account.facility.code)
    person.write("アカウントID", box.account.facility.terminal)
    person.choose("声に出して、見せる")
    person.write("パスワード", "Madoguchi-2026")
    person.write("アクティベーションコード", box.account.activation_code)
    person.choose("別の設定情報を読む", at="K213")
    assert not box.identity.certificate.exists()
    person.choose("settei.pdf")
    person.screen.until("保存の鍵")
    box.cut_the_power()
    assert not box.config.exists(), "nothing counts yet"
    before = box.identity.certificate.read_bytes()

    box.switch_on()
    person = box.newcomer()
    person.screen.until("前の続きから始めます")
    assert person.screen.front.is_simulated, "marked as soon as it is known"
    to_the_reader(person)
    person.put_off("あとでする", until="PDFを消す")
    person.choose("PDFを消す")
    person.choose("受付を始める", at="設定が終わりました")
    assert box.says()["simulated"] is True
    assert box.identity.certificate.read_bytes() == before
    # A reader is on this machine, or none is: it is the reception either way.
    box.newcomer().screen.until("受付でき")
    for secret in (box.account.password, box.account.activation_code, PASSCODE):
        assert secret.encode() not in box.written()


@pytest.mark.soak
@pytest.mark.pcsc
def test_from_a_bare_box_to_the_first_check(box: NewBox, pcscd: Pcscd) -> None:
    box.clinic.vpcd = f"{pcscd.host}:{pcscd.port}"
    box.switch_on()
    person = box.newcomer()
    to_the_sheet(person, box.url)
    person.choose("settei.pdf")
    to_the_reader(person)
    person.choose("今する", at="読み取り機を使えます")
    person.write("暗証番号4桁", "1234")
    with box.clinic.card("taro"):
        person.choose("PDFを消す", at="有効")
    person.choose("受付を始める", at="設定が終わりました")
    assert box.says()["simulated"] is True
    box.newcomer().screen.until("受付できます")
    assert not (box.stick / "usb" / "settei.pdf").exists()


def cut(box: NewBox, person: Newcomer, step: int) -> Newcomer:
    """Killed where a step begins, it goes on with that step."""
    person.screen.until(f"手順{step}／12")
    box.cut_the_power()
    box.switch_on()
    again = box.newcomer()
    again.screen.until("前の続きから始めます")
    assert f"手順{step}／12" in again.screen.text
    return again


def cut_to_the_keys(box: NewBox) -> Newcomer:
    """As far as the registration, killed before each step."""
    box.switch_on()
    person = box.newcomer()
    for step, label in enumerate(("日本語", "次へ", "同意する"), start=1):
        person = cut(box, person, step) if step > 1 else person
        person.choose(label)
    if not look().is_up:
        person = cut(box, person, 4)
        person.choose("このまま先へ")
    person = cut(box, person, 5)
    person.choose("次へ")
    person.write("サービスのURL", box.url)
    person.choose("ca.pem")
    person.choose("settei.pdf")
    return cut(box, person, 6)


@pytest.mark.soak
@pytest.mark.pcsc
def test_killed_between_any_two_steps_it_goes_on_with_the_next(box: NewBox, pcscd: Pcscd) -> None:
    box.clinic.vpcd = f"{pcscd.host}:{pcscd.port}"
    person = cut_to_the_keys(box)
    person.choose("次へ")
    person.write("承認する人の氏名", "ヤマダハナコ")
    person = cut(box, person, 7)
    person.choose("次へ")
    person.write("短い名前", "ウケツケ")
    person.write("新しい番号", PASSCODE)
    person.write("もう一度、同じもの", PASSCODE)
    person.screen.until("練習の確認")
    person = cut(box, person, 10)
    person.choose("今する")
    person.write("暗証番号4桁", "1234")
    with box.clinic.card("taro"):
        person = cut(box, person, 11)
    person.choose("PDFを消す")
    person.screen.until("設定が終わりました")
    # What counts is there: killed now, it opens the reception.
    box.cut_the_power()
    assert box.config.exists()
    left = {each.name for each in box.folder.iterdir()}
    assert not left & {"kiosk.draft", "kiosk.progress"}
    assert len(box.clinic.processed()) == 1, "the practice check was made once"
