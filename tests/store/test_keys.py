"""Where the device key comes from."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from kiosk.domain.protection import KeyProvider
from kiosk.ports.records import KeyMissing
from kiosk.settings import KeysSection
from kiosk.store.keys import DeviceKey, KeyFile, SystemdCredential, provider

ROOT = bytes(range(32))


@pytest.mark.parametrize("content", [ROOT, ROOT.hex().encode(), ROOT.hex().encode() + b"\n"])
def test_a_key_is_32_bytes_or_64_digits(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    key = SystemdCredential("key", tmp_path).load()
    assert key.wrapping_key(1) == DeviceKey(ROOT).wrapping_key(1)


@pytest.mark.parametrize("content", [b"", ROOT[:31], ROOT + b"x", b"zz" * 32, b"ab" * 31])
def test_another_length_is_no_key(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(KeyMissing) as raised:
        KeyFile(tmp_path / "key").load()
    assert raised.value.__cause__ is None, "the cause could show a piece of the key"


def test_an_absent_key_is_named(tmp_path: Path) -> None:
    for absent in (
        SystemdCredential("key", None),
        SystemdCredential("key", tmp_path),
        KeyFile(tmp_path / "key"),
    ):
        with pytest.raises(KeyMissing):
            absent.load()


def test_the_settings_choose_the_provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kiosk-device-key").write_bytes(ROOT)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    credential = provider(KeysSection(), tmp_path).load()
    file = provider(
        KeysSection(provider=KeyProvider.TEST, file=tmp_path / "kiosk-device-key"), tmp_path
    ).load()
    assert credential.new(3) == file.new(3)
    with pytest.raises(KeyMissing):
        provider(KeysSection(provider=KeyProvider.TEST), tmp_path)


def test_each_epoch_has_its_own_key() -> None:
    key = DeviceKey(ROOT)
    assert len({key.wrapping_key(epoch) for epoch in range(10)}) == 10
    assert all(len(key.wrapping_key(epoch)) == 32 for epoch in range(3))


def test_a_key_is_never_shown_or_written() -> None:
    key = DeviceKey(ROOT)
    assert repr(key) == "DeviceKey(****)"
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_what_another_provider_locked_is_not_guessed_at() -> None:
    with pytest.raises(KeyMissing):
        DeviceKey(ROOT).open(1, b"an envelope")
