"""A box without settings: its own screen leads to a reception, and a power cut harms nothing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kiosk.service.activation import Identity
from kiosk.settings import load
from kiosk.simulator.accounts import Account
from kiosk.simulator.portal.sheet import sheet_pdf
from kiosk.simulator.world import World
from tests.journeys.conftest import PATIENCE_S, Clinic
from tests.support.led import PASSCODE, Newcomer, to_the_line, to_the_reader, to_the_sheet
from tests.support.pcscd import Pcscd


@dataclass
class NewBox:
    """A box beside a running world; nothing is set up.

    Args:
        clinic: whose simulator it will ask.
        account: its account at the portal.
        folder: of its settings.
    """

    clinic: Clinic
    account: Account
    folder: Path
    serving: subprocess.Popen[str] | None = None
    people: list[Newcomer] = field(default_factory=list)

    @property
    def config(self) -> Path:
        return self.folder / "kiosk.toml"

    @property
    def log(self) -> Path:
        return self.folder.with_name("box.log")

    @property
    def url(self) -> str:
        return load(self.clinic.config).service.url

    @property
    def identity(self) -> Identity:
        return Identity(self.folder / "state" / "identity")

    def switch_on(self) -> Newcomer:
        stick = str(self.folder.with_name("stick"))
        with self.log.open("a", encoding="utf-8") as log:
            self.serving = self.clinic.start("serve", "--stick", stick, config=self.config, log=log)
        assert self.says()["settings"] is False
        return self.newcomer()

    def says(self) -> dict[str, Any]:
        """The next line of kioskd: fronts may come."""
        assert self.serving is not None
        assert self.serving.stdout is not None
        found: dict[str, Any] = json.loads(self.serving.stdout.readline())
        return found

    def newcomer(self) -> Newcomer:
        person = Newcomer(self.folder / "state" / "desk.sock")
        self.people.append(person)
        return person

    def cut_the_power(self) -> None:
        assert self.serving is not None
        self.serving.kill()
        self.serving.communicate(timeout=PATIENCE_S)

    def written(self) -> bytes:
        """All that lies in its files, and what it logged."""
        kept = [each for each in self.folder.rglob("*") if each.is_file() and not each.is_symlink()]
        return b"".join(each.read_bytes() for each in (*kept, self.log))


@pytest.fixture
def box(clinic: Clinic, tmp_path: Path) -> Iterator[NewBox]:
    world = World.open(clinic.dir)
    account = world.accounts.add("9910000042", begins_on=world.accounts.all()[0].begins_on)
    stick = tmp_path / "stick" / "usb"
    stick.mkdir(parents=True)
    (stick / "settei.pdf").write_bytes(sheet_pdf(account, "架空はりきゅう院"))
    (stick / "ca.pem").write_bytes(world.ca.read_bytes())
    made = NewBox(clinic, account, tmp_path / "box")
    yield made
    for each in made.people:
        each.hang_up()


def test_wrong_values_a_power_cut_and_on_to_the_reception(box: NewBox) -> None:
    person = box.switch_on()
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
    person.screen.until("端末を登録しました")
    box.cut_the_power()
    assert not box.config.exists(), "nothing counts yet"
    before = box.identity.certificate.read_bytes()

    person = box.switch_on()
    to_the_line(person)
    person.screen.until("もう登録されています")
    assert person.screen.front.is_simulated, "marked as soon as it is known"
    to_the_reader(person)
    person.put_off("あとでする", until="設定が終わりました")
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
    person = box.switch_on()
    to_the_sheet(person, box.url)
    person.choose("settei.pdf")
    to_the_reader(person)
    person.choose("今する", at="カードリーダーを使えます")
    person.write("暗証番号4桁", "1234")
    with box.clinic.card("taro"):
        person.choose("PDFを消す", at="有効")
    person.choose("受付を始める", at="設定が終わりました")
    assert box.says()["simulated"] is True
    box.newcomer().screen.until("受付できます")
    assert not (box.folder.with_name("stick") / "usb" / "settei.pdf").exists()
