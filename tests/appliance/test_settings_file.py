"""The set-up's hand in kiosk.toml: comments stay, the file before is kept, never half a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.appliance.settings_file import Place, SettingsNotWritten, write_settings
from kiosk.domain.facility import Facility
from kiosk.service.activation import Identity
from kiosk.settings import SettingsInvalid, load


def place(folder: Path, *, terminal: str = "W0000002", is_simulated: bool = False) -> Place:
    return Place(
        Facility("9910000007", terminal), "https://service.example", folder / "ca.pem",
        Identity(folder / "state" / "identity"), folder / "state", is_simulated,
    )  # fmt: skip


def test_a_new_file_is_whole_and_points_at_the_current_pair(tmp_path: Path) -> None:
    file = tmp_path / "etc" / "kiosk.toml"
    assert write_settings(file, place(tmp_path)) is None
    settings = load(file)
    assert settings.facility.facility() == Facility("9910000007", "W0000002")
    assert settings.service.certificate == tmp_path / "state/identity/current/terminal.pem"
    assert settings.state.dir == tmp_path / "state"
    assert not settings.is_simulated
    assert "simulated" not in file.read_text("utf-8")
    assert file.stat().st_mode & 0o777 == 0o644


def test_of_the_sample_every_comment_and_key_stays(tmp_path: Path) -> None:
    sample = Path(__file__).parents[2] / "config" / "kiosk.toml"
    file = tmp_path / "kiosk.toml"
    file.write_text(sample.read_text("utf-8").replace("# idle_minutes = 5", "idle_minutes = 7"))
    file.chmod(0o640)
    before = file.read_text("utf-8")
    kept = write_settings(file, place(tmp_path))
    assert kept == tmp_path / "kiosk.toml.1.bak"
    assert kept.read_text("utf-8") == before
    assert load(file).access.idle_minutes == 7
    comments = [line for line in before.splitlines() if line.startswith("#")]
    assert [
        line for line in file.read_text("utf-8").splitlines() if line.startswith("#")
    ] == comments
    assert file.stat().st_mode & 0o777 == 0o640


def test_again_with_the_same_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    write_settings(file, place(tmp_path))
    was = file.stat()
    assert write_settings(file, place(tmp_path)) is None
    assert file.stat().st_ino == was.st_ino
    assert (
        write_settings(file, place(tmp_path, terminal="W0000003")) == tmp_path / "kiosk.toml.1.bak"
    )
    assert write_settings(file, place(tmp_path)) == tmp_path / "kiosk.toml.2.bak"


def test_what_would_be_wrong_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    write_settings(file, place(tmp_path, is_simulated=True))
    before = file.read_bytes()
    with pytest.raises(SettingsInvalid):
        write_settings(file, place(tmp_path, is_simulated=False))
    assert file.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["device.key", "kiosk.toml"]


def test_a_broken_file_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    for text in ("[facility", "service = 3\n"):
        file.write_text(text)
        with pytest.raises(SettingsInvalid):
            write_settings(file, place(tmp_path))
        assert file.read_text("utf-8") == text


def test_a_place_that_takes_nothing(tmp_path: Path) -> None:
    (tmp_path / "etc").write_text("a file")
    with pytest.raises(SettingsNotWritten):
        write_settings(tmp_path / "etc" / "kiosk.toml", place(tmp_path))
