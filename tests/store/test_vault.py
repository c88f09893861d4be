"""The vault: what opens it, and what is never deleted."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.dates import Month
from kiosk.ports.records import KeyMissing, StoreCorrupt
from kiosk.store.folder import StateFolder
from kiosk.store.keyring import Keys, SealedFile
from kiosk.store.keys import DeviceKey
from kiosk.store.opening import open_store
from kiosk.store.vault import Vault, seal, unseal
from tests.support.store import KEY, Box

OTHER = DeviceKey(b"o" * 32)
NOVEMBER = Month(2026, 11)
KEYS = Keys(
    epoch=7,
    control=SealedFile.invent("control.db"),
    provisional=SealedFile.invent(),
    months={NOVEMBER: SealedFile.invent()},
)


def _content(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def test_what_is_sealed_is_unsealed() -> None:
    assert unseal(seal(KEYS, KEY), 7, KEY) == KEYS


def test_nothing_of_the_keys_or_months_shows() -> None:
    content = seal(KEYS, KEY)
    for file in (KEYS.control, *KEYS.months.values()):
        assert file.key not in content
        assert file.key.hex().encode() not in content
        assert file.key.hex() not in repr(KEYS)
    assert b"2026" not in content


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(KeyMissing):
        unseal(seal(KEYS, KEY), 7, OTHER)


@pytest.mark.parametrize("cut", [0, 10, 24, 40, -1])
def test_a_cut_vault_does_not_open(cut: int) -> None:
    with pytest.raises((KeyMissing, StoreCorrupt)):
        unseal(seal(KEYS, KEY)[:cut], 7, KEY)


def test_every_flipped_byte_is_noticed() -> None:
    content = seal(KEYS, KEY)
    for place in range(0, len(content), 7):
        flipped = bytearray(content)
        flipped[place] ^= 1
        with pytest.raises((KeyMissing, StoreCorrupt)):
            unseal(bytes(flipped), 7, KEY)


def test_an_old_vault_does_not_pass_for_a_newer(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    folder.write(folder.vault(8), seal(KEYS, KEY))
    with folder.shared(), pytest.raises(StoreCorrupt):
        Vault(folder, KEY).keys()


def test_a_wrong_device_key_deletes_nothing(box: Box) -> None:
    store = box.store()
    store.records.open(box.check())
    store.close()
    # What looks like the leavings of a crash must stay, too.
    (box.sealed / f"{'0' * 32}.db").write_bytes(b"an orphan")
    (box.sealed / "vault-0000000099.new").write_bytes(b"cut off")
    before = _content(box.sealed)
    with pytest.raises(KeyMissing):
        open_store(box.state_dir, OTHER)
    assert _content(box.sealed) == before


def test_a_vault_that_is_gone_deletes_nothing(box: Box) -> None:
    store = box.store()
    store.records.open(box.check())
    store.close()
    for vault in (*box.sealed.glob("vault-*"), *box.sealed.glob("twin-*")):
        vault.unlink()
    before = _content(box.sealed)
    with pytest.raises(StoreCorrupt):
        box.store()
    assert _content(box.sealed) == before


def test_the_highest_epoch_that_opens_wins(box: Box) -> None:
    store = box.store()
    kept = store.records.open(box.check()).check_id
    (newest,) = box.sealed.glob("vault-*")
    store.close()
    folder = StateFolder(box.state_dir)
    folder.write(folder.vault(1), seal(replace(KEYS, epoch=1), KEY))
    assert box.store().records.get(kept).check_id == kept
    assert list(box.sealed.glob("vault-*")) == [newest]


def test_beside_a_later_vault_that_does_not_open_no_file_is_removed(box: Box) -> None:
    store = box.store()
    kept = store.records.open(box.check()).check_id
    store.close()
    (box.sealed / "vault-0000000099").write_bytes(b"damaged")
    unknown = box.sealed / f"{'0' * 32}.db"
    unknown.write_bytes(b"perhaps only the damaged vault knows it")
    reopened = box.store()
    assert reopened.records.get(kept).check_id == kept
    assert unknown.exists()
    december = reopened.records.open(box.check(treated_on=Month(2026, 12).first_day))
    assert (box.sealed / "vault-0000000100").exists()
    assert reopened.records.get(december.check_id) == december


def test_orphans_and_leftovers_go_with_the_next_opening(box: Box) -> None:
    box.store().close()
    for name in (f"{'0' * 32}.db", f"{'1' * 32}.db-wal", "vault-0000000099.new"):
        (box.sealed / name).write_bytes(b"left by a crash")
    box.store().close()
    left = {each.name for each in box.sealed.iterdir()}
    assert left == {"lock", "control.db", "vault-0000000001", "twin-0000000001"}


def test_file_names_do_not_name_the_month(box: Box) -> None:
    store = box.store()
    store.records.open(box.check())
    (name,) = [each.name for each in box.sealed.glob("*.db") if each.name != "control.db"]
    assert re.fullmatch(r"[0-9a-f]{32}\.db", name)


def test_another_programs_change_is_seen(box: Box) -> None:
    first, second = box.store(), box.store()
    check_id = first.records.open(box.check()).check_id
    assert second.records.get(check_id).month == NOVEMBER
    second.records.purge(NOVEMBER)
    assert first.records.months() == []
    assert first.records.history(None) == []
