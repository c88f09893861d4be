"""The settings in one file and back: whole, ours, and nothing else in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.appliance import config_backup
from kiosk.appliance.box import Box
from kiosk.appliance.checks import settings as check
from kiosk.appliance.config_backup import (
    BackupForeign,
    BackupNewer,
    BackupUnreadable,
    packed,
    refuse_foreign,
    restore,
    unpacked,
)
from kiosk.appliance.finding import State
from kiosk.settings import SettingsInvalid, load
from kiosk.settings_files import restoring, texts_of

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
MAIN = """# ours
[facility]
code = "1312345678"
terminal = "W0000001"
[service]
url = "https://kiosk.invalid"
ca = "/etc/ca.pem"
certificate = "/etc/a.pem"
key = "/etc/a.key"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A settings file with a drop-in."""
    file = tmp_path / "etc" / "kiosk.toml"
    (file.parent / "kiosk.d").mkdir(parents=True)
    file.write_text(f'{MAIN}[state]\ndir = "{tmp_path / "state"}"\n', "utf-8")
    (file.parent / "kiosk.d" / "10-voice.toml").write_text("[access]\nidle_minutes = 3\n", "utf-8")
    return file


def made(config: Path) -> bytes:
    return packed(config, load(config), NOW, "0.2.0")


def changed(content: bytes, **changes: object) -> bytes:
    """With other content and a digest that fits, as somebody who knows the format would."""
    document = json.loads(content) | changes
    del document["sha256"]
    return json.dumps(document | {"sha256": config_backup._digest(document)}).encode()


def test_what_is_backed_up_is_restored(config: Path) -> None:
    before, content = texts_of(config), made(config)
    config.write_text(config.read_text("utf-8").replace("# ours", "# spoilt"), "utf-8")
    (config.parent / "kiosk.d" / "10-voice.toml").unlink()
    (config.parent / "kiosk.d" / "99-later.toml").write_text("[access]\nidle_minutes = 9\n")
    kept = restore(config, unpacked(content))
    assert texts_of(config) == before
    assert not restoring(config).exists()
    assert {each.name for each in kept} == {"kiosk.toml.1.bak", "99-later.toml.1.bak"}


def test_a_new_box_gets_them_under_its_own_name(config: Path, tmp_path: Path) -> None:
    new = tmp_path / "new" / "other.toml"
    new.parent.mkdir()
    assert restore(new, unpacked(made(config))) == []
    assert load(new) == load(config)


def test_every_change_of_the_file_is_noticed(config: Path) -> None:
    content = made(config)
    for place in range(0, len(content), 17):
        bent = bytearray(content)
        bent[place] ^= 1
        if json_of(bent) != json_of(content):
            with pytest.raises((BackupUnreadable, BackupNewer)):
                unpacked(bytes(bent))


def json_of(content: bytes | bytearray) -> object:
    """What it says; None where it is no JSON: white space does not count."""
    try:
        return json.loads(content)
    except ValueError:
        return None


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b'{"format": "other"}', b"\xff"])
def test_what_is_no_backup_is_refused(content: bytes) -> None:
    with pytest.raises(BackupUnreadable):
        unpacked(content)


def test_a_later_versions_is_refused(config: Path) -> None:
    with pytest.raises(BackupNewer):
        unpacked(changed(made(config), version=2))


@pytest.mark.parametrize("name", ["../evil.toml", "/etc/evil.toml", "a/b/c.toml", "shadow"])
def test_no_file_of_another_place_is_written(config: Path, name: str) -> None:
    with pytest.raises(BackupUnreadable):
        unpacked(changed(made(config), files={"kiosk.toml": MAIN, name: "x = 1"}))


def test_another_terminals_is_refused(config: Path) -> None:
    found = unpacked(changed(made(config), terminal="W0000002"))
    with pytest.raises(BackupForeign):
        refuse_foreign(found, load(config))
    refuse_foreign(found, None)


def test_settings_that_are_wrong_change_nothing(config: Path) -> None:
    before = texts_of(config)
    found = unpacked(changed(made(config), files={"kiosk.toml": "[facility]\ncode = 1\n"}))
    with pytest.raises(SettingsInvalid):
        restore(config, found)
    assert texts_of(config) == before
    assert sorted(each.name for each in config.parent.iterdir()) == ["kiosk.d", "kiosk.toml"]


def test_the_doctor_knows_when_the_settings_have_changed(config: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()

    def found() -> State:
        _, backup = check.find(Box(load(config), config=config))
        return backup.state

    assert found() is State.WARN
    config_backup.note(state, config, NOW)
    assert found() is State.OK
    config.write_text(config.read_text("utf-8") + "# more\n", "utf-8")
    assert found() is State.WARN
