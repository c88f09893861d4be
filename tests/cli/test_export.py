"""``kiosk export`` and ``kiosk receipt`` beside no kioskd: what the settings allow, and no more."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.cli.main import run
from kiosk.domain.dates import Month
from kiosk.formats.oqs_read import read_answer
from kiosk.settings import load
from kiosk.simulator.world import World
from kiosk.wiring import assemble
from tests.support.results import eligibility
from tests.support.store import Box, answered

Call = Callable[..., int]


@pytest.fixture
def call(world: World, box: Box, monkeypatch: pytest.MonkeyPatch) -> Call:
    """A command on a store with one result and one check that waits."""
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    world.write_config("https://127.0.0.1:1")
    with assemble(load(world.config)) as kiosk:
        done = kiosk.records.open(box.check())
        kiosk.records.settle(
            done.check_id, answered(eligibility().name or ""), at=box.wall, next_attempt_at=None
        )
        kiosk.records.open(box.check())

    def called(*arguments: str, receipt: str = "files = true") -> int:
        text = world.config.read_text("utf-8").partition("\n[receipt]")[0]
        world.config.write_text(f"{text}\n[receipt]\n{receipt}\n", "utf-8")
        return run(["--config", str(world.config), *arguments])

    return called


def export(form: str, file: Path) -> tuple[str, ...]:
    return ("export", "--month", "2026-11", "--format", form, "--output", str(file), "--json")


def test_a_month_becomes_a_file_that_goes_with_it(
    call: Call, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {form: tmp_path / form for form in ("json", "csv", "oqs", "copied", "list-csv")}
    for form, file in files.items():
        assert call(*export(form, file)) == 0
        report = json.loads(capsys.readouterr().out)
        assert (report["results"], report["unconfirmed"], report["mark"]) == (1, 1, "模擬")
        assert file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(io.BytesIO(files["oqs"].read_bytes())) as archive:
        (name,) = archive.namelist()
        assert read_answer(archive.read(name)).eligibilities[0].name == "髙﨑　一郎"
    assert files["list-csv"].read_text("utf-8-sig").count("確認待ち") == 1
    with assemble(load(world.config)) as kiosk:
        whats = [each.what for _, each in kiosk.store.control.audit.entries()]
        assert "export:2026-11:csv" in whats
        kiosk.records.purge(Month(2026, 11))
    assert not any(file.exists() for file in files.values())


@pytest.mark.parametrize(
    ("month", "absent", "words"),
    [
        # Past retention by the clock, whether it ever held anything; or purged, as on a test box.
        ("2026-01", "destroyed", "1月分の記録は、もう消してあります。"),
        ("2026-11", "destroyed", "11月分の記録は、もう消してあります。"),
        ("2999-01", "to_come", "1月は、まだ来ていません。"),
    ],
)
def test_a_month_that_is_not_here_is_no_month_without_visitors(
    call: Call,
    world: World,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    month: str,
    absent: str,
    words: str,
) -> None:
    with assemble(load(world.config)) as kiosk:
        kiosk.records.purge(Month(2026, 11))
    file = tmp_path / "list.csv"
    arguments = ("export", "--month", month, "--format", "list-csv", "--output", str(file))
    assert call(*arguments, "--json") == 4
    document = json.loads(capsys.readouterr().out)
    assert (document["absent"], document["file"]) == (absent, None)
    assert call(*arguments) == 4
    assert words in capsys.readouterr().out
    assert not file.exists()
    with assemble(load(world.config)) as kiosk:
        assert kiosk.store.control.held.files(Month.parse(month)) == []


_KIOSK = "import sys; from kiosk.cli.main import run; sys.exit(run(sys.argv[1:]))"


@pytest.mark.parametrize(
    "hide",
    [
        # As PrivateTmp= and ProtectSystem=strict of systemd/kioskd.service do.
        'mount -t tmpfs tmpfs "$1"',
        'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"',
    ],
)
def test_what_kioskd_cannot_delete_is_told_until_it_is_gone(
    call: Call, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], hide: str
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    file = folder / "a.csv"
    assert call(*export("csv", file)) == 0
    assert json.loads(capsys.readouterr().out)["box_deletes"] is True
    purge = ("--config", world.config, "purge", "--now", "2027-02-01T00:00:00+09:00", "--json")
    seen_so = ("unshare", "--mount", "--map-root-user", "sh", "-c", f'{hide} && shift && exec "$@"')
    done = subprocess.run(
        (*seen_so, "-", folder, sys.executable, "-c", _KIOSK, *purge),
        check=False,
        capture_output=True,
        text=True,
    )
    if "unshare:" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"no mounts of its own here: {done.stderr}")
    assert done.returncode == 3, done.stderr
    left = [{"file": str(file), "month": "2026-11"}]
    assert json.loads(done.stdout)["copies"] == left
    assert file.exists()
    assert call("status", "--json") == 0
    # Opening the store here, where it is seen, has deleted it.
    assert json.loads(capsys.readouterr().out)["purge"]["copies"] == []
    assert not file.exists()


def test_a_copy_that_cannot_be_seen_goes_on_somebodys_word(
    call: Call, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    file = folder / "a.csv"
    assert call(*export("csv", file)) == 0
    folder.rename(tmp_path / "away")
    with assemble(load(world.config)) as kiosk:
        kiosk.records.purge(Month(2026, 11))
    capsys.readouterr()
    assert call("purge") == 3
    told = capsys.readouterr().out
    assert str(file) in told
    assert "消した月のファイルが、残っているかもしれません。" in told
    assert call("status") == 0
    assert str(file) in capsys.readouterr().out
    assert call("purge", "--gone", str(file)) == 0
    assert call("purge", "--gone", str(file)) == 13
    assert "K358" in capsys.readouterr().err
    with assemble(load(world.config)) as kiosk:
        whats = [each.what for _, each in kiosk.store.control.audit.entries()]
    assert "copy_gone" in whats


def test_a_copy_that_somebody_deleted_is_seen_to_be_gone(
    call: Call, world: World, tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    early = tmp_path / "early.csv"
    for each in (file, early):
        assert call(*export("csv", each)) == 0
    early.unlink()
    assert call("purge") == 0
    file.unlink()
    with assemble(load(world.config)) as kiosk:
        kiosk.records.purge(Month(2026, 11))
        assert [each.file for each in kiosk.records.copies_left()] == [file]
    assert call("purge") == 0


@pytest.mark.parametrize(
    ("receipt", "extra", "code"),
    [
        ("", (), "K603"),
        ("files = true", ("--seal",), "K603"),
        ('receiver = "nobody.pem"', ("--seal",), "K611"),
    ],
)
def test_what_is_not_turned_on_writes_nothing_and_is_not_on_record_as_exported(
    call: Call,
    world: World,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    receipt: str,
    extra: tuple[str, ...],
    code: str,
) -> None:
    file = tmp_path / "a.csv"
    assert call(*export("csv", file), *extra, receipt=receipt) == 16
    assert json.loads(capsys.readouterr().out)["code"] == code
    assert not file.exists()
    with assemble(load(world.config)) as kiosk:
        rows = [(each.event.value, each.what) for _, each in kiosk.store.control.audit.entries()]
    # The others are refused before the store is asked.
    assert rows == ([("refused", "export:2026-11:csv:K603")] if not receipt else [])


def test_no_file_is_written_over(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("theirs")
    assert call(*export("csv", file)) == 16
    assert file.read_text() == "theirs"


def test_pairing_needs_the_kiosk_and_listing_does_not(
    call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("receipt", "pair") == 13
    assert call("receipt", "revoke", "desk-9") == 16
    capsys.readouterr()
    assert call("receipt", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out)["computers"] == []


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not here")
def test_a_sealed_month_is_opened_by_its_receiver_alone(
    call: Call, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def openssl(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["openssl", *arguments], check=False, capture_output=True)  # noqa: S607 - where it is installed

    for name in ("receiver", "stranger"):
        key, certificate = str(tmp_path / f"{name}.key"), str(tmp_path / f"{name}.pem")
        subject = ("-subj", f"/CN={name}", "-days", "30", "-nodes", "-newkey", "rsa:2048")
        done = openssl("req", "-x509", *subject, "-keyout", key, "-out", certificate)
        assert done.returncode == 0, done.stderr
    file = tmp_path / "stick.p7m"
    receipt = f'receiver = "{tmp_path / "receiver.pem"}"'
    assert call(*export("csv", file), "--seal", receipt=receipt) == 0
    assert json.loads(capsys.readouterr().out)["sealed"] is True
    assert "髙﨑".encode() not in file.read_bytes()
    decrypt = ("cms", "-decrypt", "-binary", "-inform", "DER", "-in", str(file), "-inkey")

    def opened_by(name: str) -> subprocess.CompletedProcess[bytes]:
        recipient = ("-recip", str(tmp_path / f"{name}.pem"))
        return openssl(*decrypt, str(tmp_path / f"{name}.key"), *recipient)

    assert "髙﨑　一郎" in opened_by("receiver").stdout.decode("utf-8-sig")
    stranger = opened_by("stranger")
    assert stranger.returncode != 0 or "髙﨑".encode() not in stranger.stdout
    with assemble(load(world.config)) as kiosk:
        kiosk.records.purge(Month(2026, 11))
    assert not file.exists()


def test_a_way_is_turned_on_and_off_and_on_record(
    call: Call, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    def ways(*arguments: str) -> dict[str, bool]:
        assert call("receipt", *arguments, "--json") == 0
        document: dict[str, dict[str, bool]] = json.loads(capsys.readouterr().out)
        return document["ways"]

    assert not any(ways("ways").values())
    assert ways("on", "qr")["qr"] is True
    assert ways("ways")["qr"] is True
    assert call("receipt", "ways") == 0
    assert "QRコード" in capsys.readouterr().out
    assert ways("off", "qr")["qr"] is False
    assert call("receipt", "on", "drop_folder") == 16
    assert "K612" in capsys.readouterr().err
    with assemble(load(world.config)) as kiosk:
        rows = [each for _, each in kiosk.store.control.audit.entries()]
    changed = [each.what for each in rows if each.event.value == "settings_changed"]
    assert changed == ["receipt.qr:on", "receipt.qr:off"]
