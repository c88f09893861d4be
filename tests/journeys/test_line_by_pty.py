"""Line mode at a terminal: reception, menus, settings, search, technician and doctor by lines."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import KIOSK, Clinic, Ward, open_clinic, opened_ward
from tests.journeys.test_access import CODE, NAME, serve, with_secret
from tests.support.line_pty import LinePty, on_a_pty
from tests.support.pcscd import Pcscd, lies, until

pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]
TECHNICIAN = "730461"
FOUND = 4
"""There is something to mend: no reader."""
PEOPLE = """
[[person]]
id = "neighbour"
pin = "8642"
validity = "valid"
[[person.eligibility]]
insurer_number = "06139992"
symbol = ""
number = "98765"
branch_number = "01"
name = "山田　花子"
name_kana = "ﾔﾏﾀﾞ ﾊﾅｺ"
birth_date = 1984-09-03
copayment_percent = 30
"""

STEPS = (
    ("３", "0、戻る。"),
    (CODE, "7、手入力での確認"),
    ("８", "その番号はありません。"),
    ("４", "3、声の大きさ。"),
    ("１", "いまは、ふつう。"),
    ("４", "変えました。"),
    ("１", "いまは、速く。"),
    ("-", "3、声の大きさ。"),
    ("０", "7、手入力での確認"),
    ("7", "1、資格確認書などの番号。"),
    ("1", "保険者番号。"),
    ("０６１３９９９２", "記号。"),
    ("", "番号。"),
    ("９８７６５", "枝番。"),
    ("01", "生年月日。"),
    ("3590903", "これでよければ1"),
    ("1", "3割。"),
    ("1", "保険者番号 06139992"),
    ("", "記号、なし。"),
    ("", "番号 98765"),
    ("6", "模擬。9"),
    ("６", "模擬。8"),
    ("", "枝番 01"),
    ("", "山田　花子様。"),
    ("6", "模擬。ヤ"),
    ("-", "1、記録を開く。"),
    ("-", "1、資格確認書などの番号。"),
    ("-", "1、セキュリティ設定。"),
    ("1", "1、資格確認結果検索。"),
    ("1", "山田　花子様。"),
    ("-", "1、資格確認結果検索。"),
    ("-", "1、セキュリティ設定。"),
    ("-", "ログアウトしました。"),
    ("?", "0、職員のログイン。"),
    ("", "0、終わる。"),
)
"""What is typed, and what is read then."""


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    """With kioskd, a staff number and a technician's."""
    people = tmp_path / "people.toml"
    people.write_text(PEOPLE, "utf-8")
    with open_clinic(tmp_path, "--people", str(people)) as opened:
        setting = ("setup", "passcode", "set", "--passcode-fd", "0")
        for code, more in ((CODE, NAME), (TECHNICIAN, ("--label", "技術", "--role", "technician"))):
            done = with_secret(opened, code, *setting, *more)
            assert done.status == 0, done.err
        _, front = serve(opened)
        front.link.close()
        yield opened


@pytest.fixture
def ward(tmp_path: Path, pcscd: Pcscd) -> Iterator[Ward]:
    """With a card reader."""
    with open_clinic(tmp_path) as opened, opened_ward(opened, pcscd) as made:
        yield made


def kiosk(clinic: Clinic, *arguments: str) -> list[str]:
    return [KIOSK, "--config", str(clinic.config), *arguments]


def walk(opened: LinePty, *steps: tuple[str, str]) -> None:
    """Each line with what is read then."""
    for line, then in steps:
        opened.types(line, then)


def test_menus_settings_an_entry_by_hand_and_the_search(clinic: Clinic) -> None:
    with on_a_pty(kiosk(clinic, "run", "--plain"), clinic.environment(), term="xterm") as line:
        first = line.reads("0、終わる。").splitlines()
        # Status first: without a reader.
        assert first[:2] == [
            "模擬。いまは、受付できません。",
            "カードの読み取り機がつながっていません。",
        ]
        walk(line, *STEPS)
        line.types("0", "\n")
        assert line.ends() == 0
    line.assert_plain(CODE)


@pytest.mark.pcsc
@pytest.mark.parametrize("term", ["dumb", "xterm"])
def test_a_whole_visit_with_a_card_and_a_pin_that_is_not_echoed(ward: Ward, term: str) -> None:
    plain = [] if term == "dumb" else ["--plain"]
    command = kiosk(ward.clinic, "run", *plain)
    with on_a_pty(command, ward.clinic.environment(), term=term) as line:
        assert line.reads("0、終わる。").splitlines()[0] == "模擬。受付できます。"
        ward.lay("taro")
        line.reads("0、やめる。")
        line.types("９９９９", "あと2回です。")
        line.reads("0、やめる。")
        line.types("１２３４", "確認できました。")
        line.reads("山田　太郎様。")
        line.reads("3割。")
        ward.take()
        line.reads("ありがとうございました。")
        line.reads("0、終わる。")
        line.types("０", "\n")
        assert line.ends() == 0
    line.assert_plain("1234", "１２３４", "9999", "９９９９")


@pytest.mark.pcsc
def test_a_script_makes_a_visit_through_a_pipe(ward: Ward) -> None:
    ward.lay("taro")
    until(lambda: lies(0), "the card lies there")  # its 0 gives up a visit without one
    done = subprocess.run(
        kiosk(ward.clinic, "run"), input="1234\n\n0\n", capture_output=True, text=True,
        env={**ward.clinic.environment(), "TERM": "xterm"}, timeout=120, check=False,
    )  # fmt: skip
    told = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert told[0] == "模擬。カードを読みました。"
    assert "模擬。確認できました。" in told
    assert "3割。" in told
    assert "1234" not in done.stdout
    assert "\x1b" not in done.stdout


def test_a_dumb_terminal_and_a_pipe_get_lines_by_themselves(clinic: Clinic) -> None:
    with on_a_pty(kiosk(clinic, "run"), clinic.environment()) as line:
        line.reads("0、終わる。")
        line.types("０", "\n")
        assert line.ends() == 0
    line.assert_plain()
    piped = clinic.run("run")
    assert (piped.status, "\x1b" in piped.out) == (0, False)
    assert piped.out.startswith("模擬。")


def test_the_technician_and_the_doctor(clinic: Clinic) -> None:
    with on_a_pty(kiosk(clinic, "technician"), clinic.environment()) as line:
        line.reads("職員の番号")
        walk(line, (TECHNICIAN, "調べる。"), ("１", "\n"))
        line.reads("戻る。")
        walk(line, ("-", "調べる。"))
    line.assert_plain(TECHNICIAN)
    with on_a_pty(kiosk(clinic, "doctor"), clinic.environment()) as doctor:
        assert doctor.ends() == FOUND
    doctor.assert_plain()
