"""``kiosk setup`` through the door, against the real service of a simulated world."""

from __future__ import annotations

import io
import json
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.appliance.network import look
from kiosk.cli.main import run
from kiosk.cli.setup_progress import Progress, draft_of, progress_of
from kiosk.core.ownership import set_up_alone
from kiosk.service.activation import Identity
from kiosk.settings import load
from kiosk.simulator.accounts import Account
from kiosk.simulator.portal.sheet import sheet_pdf
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from tests.support.cli import line_on_descriptor
from tests.support.loop_disk import loop_disk
from tests.support.terminal import shorten

CODE, PASSCODE = "9910000042", "482915"
NEW_SHEET, AGAIN, STOP = "1", "2", "3"
NEEDED = ["terms", "activation", "keys", "passcode", "service"]


@dataclass
class Box:
    """A new box beside a running world.

    Args:
        folder: of its settings and state.
        account: its account at the portal.
        world: of the service.
        call: runs ``kiosk setup`` with answers and further arguments; its exit status.
    """

    folder: Path
    account: Account
    world: World
    call: Callable[..., int]

    @property
    def config(self) -> Path:
        return self.folder / "kiosk.toml"

    @property
    def identity(self) -> Identity:
        return Identity(self.folder / "state" / "identity")

    def pdf(self, account: Account | None = None) -> Path:
        """The sheet, on a stick."""
        file = self.folder.with_name("sheet.pdf")
        file.write_bytes(sheet_pdf(account or self.account, "架空はりきゅう院"))
        return file


@pytest.fixture
def box(
    world: World, simulator: RunningSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Box:
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    folder = tmp_path / "box"

    def call(*arguments: str | Path, answers: tuple[str, ...] = ()) -> int:
        # Where the box of the test itself has no line, the set-up asks: go on as it is.
        lines = answers if look().is_up or not answers else ("2", *answers)
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        given = [
            "setup", "--config", folder / "kiosk.toml", "--agree", "--accept-as", "試験 花子",
            "--label", "受付", "--passcode-fd", line_on_descriptor(PASSCODE), "--no-practice",
            "--service", simulator.url, "--ca", world.ca, *arguments,
        ]  # fmt: skip
        return run([str(each) for each in given])

    account = world.accounts.add(CODE, begins_on=world.accounts.all()[0].begins_on)
    return Box(folder, account, world, call)


def sheet_on_descriptor(account: Account) -> str:
    lines = f"{CODE}\nW0000001\n{account.password}\n{account.activation_code}"
    return line_on_descriptor(lines)


def document(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_from_the_pdf_to_a_box_that_may_ask(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    pdf = box.pdf()
    box.call("--json", "--settings-pdf", pdf, "--delete-pdf")
    told = document(capsys)
    assert {name: told["steps"][name] for name in NEEDED} == dict.fromkeys(NEEDED, "done")
    assert told["mark"] == "模擬"
    assert (told["facility"], told["terminal"]) == (CODE, "W0000001")
    assert told["config_before"] is None
    settings = load(box.config)
    assert settings.is_simulated
    assert settings.service.certificate == box.identity.certificate
    assert not pdf.exists()
    assert run(["status", "--json", "--config", str(box.config)]) == 0


def test_a_pdf_that_can_only_be_read_is_not_offered_to_be_deleted(
    box: Box, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a box mounts its sticks."""
    (tmp_path / "stick").mkdir()
    with loop_disk(tmp_path / "stick.img", tmp_path / "stick") as stick:
        pdf = stick.place / "settei.pdf"
        pdf.write_bytes(box.pdf().read_bytes())
        stick.remount("ro")
        box.call("--json", "--settings-pdf", pdf)
        assert pdf.exists()
    told = capsys.readouterr()
    assert json.loads(told.out)["steps"]["pdf"] == "skipped"
    assert "この箱では、PDFを消せません。パソコンで消してください。" in told.err.replace("\n", "")
    assert "PDFを消す" not in told.err


def test_beside_a_set_up_at_the_screen_it_is_refused_and_nothing_is_begun(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    with set_up_alone(box.folder / "state"):
        assert box.call("--json", "--settings-pdf", box.pdf(), "--delete-pdf") == 15
    assert document(capsys)["code"] == "K527"
    assert not box.config.exists()
    assert not box.identity.certificate.exists()
    assert box.folder.with_name("sheet.pdf").exists()


def test_what_a_set_up_at_the_screen_left_goes_with_it(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    pdf = box.pdf()
    left = draft_of(box.config), progress_of(box.config)
    box.folder.mkdir()
    left[0].write_text("# half of it\n")
    Progress("en", {"language": "done"}, frozenset({pdf})).keep(left[1])
    box.call("--json", "--sheet-fd", sheet_on_descriptor(box.account), "--delete-pdf")
    assert document(capsys)["steps"]["pdf"] == "done"
    assert box.config.exists()
    assert not [each for each in left if each.exists()]
    assert not pdf.exists(), "the screen's set-up had read it"


def test_secrets_are_in_no_file_and_no_word(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    box.call("--settings-pdf", box.pdf(), "--keep-pdf")
    said = capsys.readouterr()
    kept = [each.read_bytes() for each in box.folder.rglob("*") if each.is_file()]
    for secret in (box.account.password, box.account.activation_code, PASSCODE):
        assert secret not in said.out + said.err
        assert not [content for content in kept if secret.encode() in content]
    assert "\x1b" not in said.out + said.err
    assert box.folder.with_name("sheet.pdf").exists()


def test_again_keeps_everything_and_needs_no_sheet(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    box.call("--settings-pdf", box.pdf(), "--keep-pdf")
    before = box.identity.certificate.read_bytes(), box.config.read_bytes()
    capsys.readouterr()
    box.call("--json")
    steps = document(capsys)["steps"]
    assert [steps[name] for name in ("activation", "keys", "passcode")] == ["kept", "done", "kept"]
    assert (box.identity.certificate.read_bytes(), box.config.read_bytes()) == before
    box.call("--json", "--settings-pdf", box.pdf(), "--keep-pdf")
    assert document(capsys)["steps"]["activation"] == "kept"


def test_typed_values_in_full_width(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    account = box.account
    typed = ("", "９９１００００" + "０４２", "ｗ0000001")
    box.call("--json", answers=(*typed, account.password, account.activation_code.lower()))
    assert document(capsys)["steps"]["activation"] == "done"


def test_what_is_half_typed_is_asked_again_at_once(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    account = box.account
    typed = (
        "",
        "99100",
        CODE,
        "W01",
        "W0000001",
        account.password,
        "ACDE",
        account.activation_code,
    )
    box.call("--json", answers=typed)
    said = capsys.readouterr()
    assert said.err.count("設定情報の値が足りないか、形が違います。") == 3
    assert "設定情報のPDFや紙が残っていたら" in said.err
    assert json.loads(said.out)["steps"]["activation"] == "done"
    assert stat.S_IMODE((box.folder / "state").stat().st_mode) == 0o700


def test_an_empty_value_leads_back_to_the_choice(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    assert box.call("--json", answers=("", CODE, "", STOP)) == 15
    assert document(capsys)["code"] == "K507"
    assert is_untouched(box)


def test_four_lines_of_a_descriptor(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    box.call("--json", "--sheet-fd", sheet_on_descriptor(box.account))
    assert document(capsys)["steps"]["activation"] == "done"


def is_untouched(box: Box) -> bool:
    return not box.config.exists() and box.identity.expires_at is None


def test_wrong_stopped_and_half_typed_values_change_nothing(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    facility, accounts = box.account.facility, box.world.accounts
    values = (CODE, facility.terminal, box.account.password, box.account.activation_code)
    for place, value, code, status in (
        (2, "WRONG", "K213", 12), (3, "ACDE-FGHJ-KLMN-PQRT", "K215", 12), (3, "ACDE", "K507", 15),
    ):  # fmt: skip
        lines = "\n".join((*values[:place], value, *values[place + 1 :]))
        assert box.call("--json", "--sheet-fd", line_on_descriptor(lines)) == status
        assert document(capsys)["code"] == code
        assert is_untouched(box)
    accounts.stop(facility, box.account.begins_on)
    assert box.call("--json", "--settings-pdf", box.pdf()) == 12
    assert document(capsys)["code"] == "K221"
    assert is_untouched(box)
    accounts.resume(facility)
    box.call("--json", "--settings-pdf", box.pdf(), "--keep-pdf")
    assert document(capsys)["steps"]["activation"] == "done"


def test_a_slip_is_put_right_at_once(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    letter = box.folder.with_name("letter.pdf")
    letter.write_bytes(b"%PDF-1.4 no sheet")
    answers = ("9", NEW_SHEET, str(box.pdf()))
    box.call("--json", "--settings-pdf", letter, "--delete-pdf", answers=answers)
    said = capsys.readouterr()
    assert letter.exists()
    assert not box.folder.with_name("sheet.pdf").exists()
    assert "K506" in said.err
    assert "その番号はありません。" in said.err
    assert json.loads(said.out)["steps"]["activation"] == "done"


def test_a_replaced_box_is_led_through_the_reissue(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    pdf = box.pdf()
    box.call("--settings-pdf", pdf, "--keep-pdf")
    old = box.identity.certificate.read_bytes()
    box.folder.rename(box.folder.with_name("stolen"))
    assert box.call("--settings-pdf", pdf, answers=(STOP,)) == 12
    said = capsys.readouterr().err
    assert "K214" in said
    assert "再発行を押し、新しいPDFをダウンロードしてください。" in said
    assert "前の端末に残っていた確認待ちは、取り戻せません。" in said
    assert is_untouched(box)
    fresh = box.pdf(box.world.accounts.reissue(box.account.facility))
    box.call("--json", "--settings-pdf", fresh, "--keep-pdf")
    assert document(capsys)["steps"]["activation"] == "done"
    assert box.identity.certificate.read_bytes() != old
    stolen = box.folder.with_name("stolen")
    moved = (stolen / "kiosk.toml").read_text().replace(str(box.folder), str(stolen))
    (stolen / "kiosk.toml").write_text(moved)
    capsys.readouterr()
    assert run(["setup", "--config", str(stolen / "kiosk.toml"), "--agree"]) == 2
    assert "K217" in capsys.readouterr().err


def test_a_box_that_was_off_too_long_is_led_through_the_reissue(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    box.call("--settings-pdf", box.pdf(), "--keep-pdf")
    shorten(box.world, box.identity, box.account.facility, -timedelta(days=3))
    capsys.readouterr()
    assert box.call("--settings-pdf", box.pdf(), answers=(STOP,)) == 12
    said = capsys.readouterr().err
    assert said.index("K225") < said.index("K214") < said.index("再発行を押し")
    assert "取り戻せません" not in said
    fresh = box.pdf(box.world.accounts.reissue(box.account.facility))
    box.call("--json", "--settings-pdf", fresh, "--keep-pdf")
    told = document(capsys)
    assert {name: told["steps"][name] for name in ("activation", "keys", "service")} == {
        "activation": "done",
        "keys": "done",
        "service": "done",
    }


def test_while_the_line_is_down_nothing_is_lost(
    box: Box, simulator: RunningSimulator, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator.offline()
    assert box.call("--json", "--settings-pdf", box.pdf()) == 12
    assert document(capsys)["code"].startswith("K2")
    assert is_untouched(box)
    simulator.online()
    box.call("--json", "--settings-pdf", box.pdf(), "--keep-pdf", answers=())
    assert document(capsys)["steps"]["activation"] == "done"


def test_on_a_disk_that_takes_nothing_it_names_the_disk_and_wastes_no_code(
    box: Box, simulator: RunningSimulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def code(status: int) -> str:
        assert box.call("--json", "--sheet-fd", sheet_on_descriptor(box.account)) == status
        return str(document(capsys)["code"])

    box.folder.mkdir()
    with loop_disk(tmp_path / "disk.img", box.folder) as disk:
        disk.fill()
        assert code(13) == "K303", "the state folder"
        disk.clear()
        (box.folder / "state").mkdir()
        disk.fill()
        assert code(13) == "K303", "the authority's file"
        disk.clear()
        simulator.offline()
        assert code(12) == "K201"
        simulator.online()
        disk.fill()
        assert code(13) == "K303", "the certificate that has come"
        disk.remount("ro")
        assert code(13) == "K304"
        disk.remount("rw")
        disk.clear()
        box.call("--json", "--sheet-fd", sheet_on_descriptor(box.account))
        assert document(capsys)["steps"]["activation"] == "done"


def test_another_account_leaves_the_settings_before(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    box.call("--settings-pdf", box.pdf(), "--keep-pdf")
    before = box.config.read_text("utf-8")
    second = box.world.accounts.add(CODE, begins_on=box.account.begins_on)
    capsys.readouterr()
    box.call("--json", "--settings-pdf", box.pdf(second), "--keep-pdf")
    told = document(capsys)
    assert told["terminal"] == "W0000002"
    assert Path(told["config_before"]).read_text("utf-8") == before


def test_terms_that_are_declined_end_it(
    box: Box, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("２\n"))
    assert run(["setup", "--json", "--config", str(box.config)]) == 15
    assert document(capsys)["code"] == "K509"
    assert is_untouched(box)


def test_on_the_sample_with_a_passcode_that_unlocks(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = (Path(__file__).parents[2] / "config" / "kiosk.toml").read_text("utf-8")
    box.folder.mkdir()
    changed = sample.replace('# provider = "systemd-credential"', 'provider = "passcode"')
    box.config.write_text(changed.replace('# dir = "/var/lib/madoguchi"', 'dir = "state"'))
    unlock = line_on_descriptor("さくらともみじ二十本")
    box.call("--json", "--settings-pdf", box.pdf(), "--keep-pdf", "--unlock-fd", unlock)
    told = document(capsys)
    assert {name: told["steps"][name] for name in NEEDED} == dict.fromkeys(NEEDED, "done")
    assert told["config_before"] == str(box.folder / "kiosk.toml.1.bak")
    assert "さくら" not in box.config.read_text("utf-8")
