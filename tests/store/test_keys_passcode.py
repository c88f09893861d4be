"""The device key under a passcode."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.domain.protection import KeyProvider
from kiosk.ports.keys import KeyLocked, UnlockRefused
from kiosk.ports.records import KeyMissing
from kiosk.settings import KeysSection
from kiosk.store.keys import PasscodeRoot, provider
from tests.support.store import Box

PASSCODE = "五つの桜と二本の松 12"
OTHER = "another one 1"


def _root(folder: Path, passcode: str = PASSCODE) -> PasscodeRoot:
    return PasscodeRoot(folder, lambda: passcode)


def test_the_passcode_opens_what_it_locked(box: Box) -> None:
    _root(box.state_dir).set(PASSCODE)
    box.key = _root(box.state_dir).load()
    check_id = box.store().records.open(box.check()).check_id
    box.key = _root(box.state_dir).load()
    assert box.store().records.get(check_id).check_id == check_id


def test_another_passcode_is_refused(tmp_path: Path) -> None:
    _root(tmp_path).set(PASSCODE)
    with pytest.raises(UnlockRefused):
        _root(tmp_path, OTHER).load()


def test_a_changed_passcode_opens_the_same_root(tmp_path: Path) -> None:
    _root(tmp_path).set(PASSCODE)
    before = _root(tmp_path).load()
    _root(tmp_path).change(OTHER)
    assert _root(tmp_path, OTHER).load().new(4) == before.new(4)
    with pytest.raises(UnlockRefused):
        _root(tmp_path).load()


def test_a_passcode_is_set_once_and_is_long(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="10 characters"):
        _root(tmp_path).set("123456789")
    assert not _root(tmp_path).is_set
    _root(tmp_path).set(PASSCODE)
    with pytest.raises(KeyMissing):
        _root(tmp_path).set(OTHER)


def test_nobody_asked_is_a_locked_box(tmp_path: Path) -> None:
    keys = KeysSection(provider=KeyProvider.PASSCODE)
    with pytest.raises(KeyMissing):
        provider(keys, tmp_path).load()
    _root(tmp_path).set(PASSCODE)
    with pytest.raises(KeyLocked):
        provider(keys, tmp_path).load()
    assert len(provider(keys, tmp_path, lambda: PASSCODE).load().new(1).key) == 32


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"salt": 1}'])
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "unlock.json").write_text(content)
    with pytest.raises(KeyMissing):
        _root(tmp_path).load()


def test_nothing_of_the_passcode_or_the_root_is_written(tmp_path: Path) -> None:
    _root(tmp_path).set(PASSCODE)
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    kept = json.loads(file.read_text())
    assert len(bytes.fromhex(kept["root"])) == 32 + 16, "ciphertext and tag"
    assert kept["memory_kib"] >= 64 * 1024
