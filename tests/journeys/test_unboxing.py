"""From the opened parcel to the first check by speech alone, through processes.

The person never looks. First comes the guide's start as it is read aloud, then the navigator and
the set-up line by line, as a screen reader says them, with the portal's PDF; then the box itself
speaks, and the guide was right. All of it is simulated, and says so.

What was heard is kept in ``unboxing.txt`` beside this file: after a wanted change
``MADOGUCHI_SCREENS=write``, then read it as somebody who hears it.
"""

from __future__ import annotations

import os
import re
import runpy
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.appliance.network import look
from kiosk.phrasebook import Phrase, Phrasebook
from kiosk.settings import load
from tests.journeys.conftest import ANSWERED, KIOSK, Clinic, Ward
from tests.journeys.ear import APLAY
from tests.support.at_the_lines import AtTheLines
from tests.support.by_ear import Blind
from tests.support.portal import visiting

pytest.importorskip("pyopenjtalk", reason="the voice extra is not installed")
pytestmark = [pytest.mark.pcsc, pytest.mark.soak]

ROOT = Path(__file__).parents[2]
KEPT = Path(__file__).with_name("unboxing.txt")
PASSCODE, PIN = "482915", "1234"
BOOK = Phrasebook.load("ja")
RECEIVED = (
    Phrase.RECEPTION_WELCOME,
    Phrase.RECEPTION_LAY_CARD,
    Phrase.RECEPTION_READING,
    Phrase.RECEPTION_CONFIRMED,
    Phrase.RECEPTION_THANKS,
)
"""What the guide says the box says, in its order."""


@pytest.fixture
def sheet(ward: Ward, tmp_path: Path) -> Path:
    """The stick with the portal's PDF: the clinic has registered and applied for one terminal."""
    stick = tmp_path / "stick"
    stick.mkdir()
    with visiting(ward.clinic.portal, ward.clinic.dir / "ca.pem") as member:
        member.register()
        member.send("/apply/start", terminals="1", begins_on="2026-11-01")
        pdf = stick / "sheet.pdf"
        pdf.write_bytes(member.get("/accounts/W0000001/sheet.pdf").content)
    return pdf


@pytest.fixture
def blind_environment(clinic: Clinic, tmp_path: Path) -> dict[str, str]:
    """Japanese, and loudspeakers nobody hears."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "aplay").write_text(APLAY)
    (programs / "aplay").chmod(0o755)
    ours = {"LC_ALL": "ja_JP.UTF-8", "PATH": f"{programs}:{os.environ['PATH']}"}
    return clinic.environment() | ours


@pytest.fixture
def heard() -> list[str]:
    """Everything, in order; keys and lines that were typed begin with ``>``."""
    return []


@pytest.fixture
def box(ward: Ward, tmp_path: Path) -> Iterator[Path]:
    """The settings file of the new box; kioskd of the fixture is another, and ends here."""
    ward.switch_off()
    yield tmp_path / "box" / "kiosk.toml"
    if ward.kioskd is not None and ward.kioskd.poll() is None:
        ward.switch_off()


def the_guide(heard: list[str]) -> None:
    """The first chapter, read aloud: how a visit goes."""
    tool = runpy.run_path(str(ROOT / "tools/guide.py"))
    lines = list(tool["spoken"]((ROOT / "docs/ja/start.md").read_text("utf-8"), "ja"))
    begin = lines.index("患者さんが、ひとりで受付をする。")
    end = lines.index("暗証番号をまちがえたら。")
    quoted = [line.strip("「」") for line in lines[begin:end] if line.startswith("「")]
    assert quoted == ["".join(each.read for each in BOOK.say(one).sentences) for one in RECEIVED]
    heard += ["# 手引き（読み上げ）", *lines[begin:end]]


def the_navigator(box: Path, heard: list[str], environment: dict[str, str]) -> None:
    """What this box is not, and what comes next; before there are settings."""
    heard.append("# kiosk adoption（画面読み上げ）")
    state = box.parent / "state"
    call = [KIOSK, "--state-dir", str(state), "adoption", "--kind", "ahaki", "--on", "2026-11-21"]
    told = subprocess.run(call, env=environment, capture_output=True, text=True, check=True).stdout
    first, *_ = lines = told.splitlines()
    assert "国のマイナ資格確認アプリではありません" in first
    after = next(place for place, each in enumerate(lines) if each.startswith("次は"))
    assert lines[after] == "次は、端末の選定です。"
    heard += [*lines[:2], lines[after]]


def the_set_up(
    ward: Ward, box: Path, sheet: Path, heard: list[str], environment: dict[str, str]
) -> None:
    """``kiosk setup`` without a single option but where it is; every question is heard."""
    heard.append("# kiosk setup（画面読み上げ）")
    person = AtTheLines([KIOSK, "--config", box, "setup"], environment, heard)
    person.hears("手順1／9、利用規約。")
    chooses(person, "1、同意する。")
    if not look().is_up:
        person.hears("回線につながっていません。")
        chooses(person, "2、このまま先へ。")
    service = load(ward.clinic.config).service
    asked = (
        ("サービスのURL", service.url, "（保守の担当に聞いたURL）"),
        ("証明書（PEM）の場所", str(service.ca), "（USBメモリーのファイル）"),
        ("手で入れるときは、そのまま決定を押してください。", str(sheet), "（USBメモリーのPDF）"),
        ("あとにするときは、そのまま決定を押してください。", "試験 花子", None),
        ("番号を使う人の短い名前", "受付", None),
        ("新しい番号", PASSCODE, "（職員の番号）"),
        ("もう一度、同じものを入れてください。", PASSCODE, "（職員の番号）"),
    )
    for question, answer, shown in asked:
        person.hears(question)
        person.types(answer, shown=shown)
    person.hears("読み取り機を使えます。")
    person.hears("アカウントは利用可です。")
    person.hears("自分のマイナンバーカードで、一度確認してみます。")
    chooses(person, "1、今する。")
    person.hears("暗証番号4桁")
    person.types(PIN, shown="（暗証番号）")
    person.hears("カードを読み取り機に置いてください。")
    ward.lay("taro")
    person.hears("資格、有効。")
    ward.take()
    person.hears("消してください。")
    chooses(person, "1、PDFを消す。")
    person.hears("設定が終わりました。")
    assert person.ends() == 0
    assert not sheet.exists()


def chooses(person: AtTheLines, choice: str) -> None:
    """A choice that was offered, by its number."""
    person.hears(choice)
    person.hears("番号を入れて、決定を押してください。")
    person.types(choice[0])


def the_first_visitor(ward: Ward, blind: Blind, heard: list[str]) -> None:
    """The box speaks, and it goes as the guide said."""
    heard.append("# 受付（この箱の声）")
    # What is said at rest begins as the question for the PIN does.
    said = [BOOK.say(each).sentences[-1].heard for each in RECEIVED]
    blind.hears("受付できます。")
    blind.press("5戻")
    heard.append(blind.hears(said[0]))
    blind.press(PIN + "決")
    heard.append(blind.hears(said[1]))
    ward.lay("taro")
    heard += [blind.hears(said[2]), blind.hears(said[3])]
    ward.take()
    heard.append(blind.hears(said[4]))


def kept_form(heard: list[str], box: Path) -> str:
    """Without what differs from day to day and machine to machine: date, folders, the line."""
    text = "\n".join(heard).replace(str(box.parent.parent), "…")
    text = re.sub(r"^(施術日|確認日) .*$", r"\1 （きょう）", text, flags=re.MULTILINE)
    return re.sub(r"(手順2／9、.*\n)(?:.*\n)*?(?=手順3／9)", r"\1（回線による）\n", text) + "\n"


def test_from_the_parcel_to_the_first_check(
    ward: Ward, sheet: Path, box: Path, heard: list[str], blind_environment: dict[str, str],
    tmp_path: Path,
) -> None:  # fmt: skip
    the_guide(heard)
    the_navigator(box, heard, blind_environment)
    the_set_up(ward, box, sheet, heard, blind_environment)
    ward.clinic.config = box
    ward.switch_on()
    ear = tmp_path / "ear"
    ear.mkdir()
    blind = Blind(ward.socket, ear / "said.jsonl", blind_environment)
    try:
        the_first_visitor(ward, blind, heard)
    finally:
        blind.close()
    assert ward.states() == [ANSWERED, ANSWERED]
    assert not [line for line in heard if PASSCODE in line or PIN in line]
    told = kept_form(heard, box)
    if os.environ.get("MADOGUCHI_SCREENS") == "write":
        KEPT.write_text(told, "utf-8")
    assert told == KEPT.read_text("utf-8")
