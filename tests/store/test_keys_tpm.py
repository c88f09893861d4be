"""Vaults locked by a real TPM 2 in software (swtpm)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.dates import Month
from kiosk.ports.keys import TpmUnusable, VaultOutdated
from kiosk.ports.records import KeyMissing
from kiosk.store.keys import TpmCounter, TpmLock, VaultKey
from kiosk.store.keys.tpm import ceremony
from kiosk.store.opening import open_store
from tests.support.keys import PowerCut, running_tpm
from tests.support.store import KEY, Box

INDEX = 0x01500020
NOVEMBER = Month(2026, 11)


class CutLock(TpmLock):
    """Loses power before or after the counter is raised for a new vault."""

    _cut = ""
    _newest = b""

    def arm(self, cut: str) -> None:
        """Cut the power "before" or "after" the next raise; "" = no more."""
        self._cut, self._newest = cut, b""

    def new(self, epoch: int) -> VaultKey:
        """As ``VaultLock.new``."""
        made = super().new(epoch)
        self._newest = made.envelope
        return made

    def retire(self, envelope: bytes) -> None:
        """As ``VaultLock.retire``."""
        is_new = envelope == self._newest
        if is_new and self._cut == "before":
            raise PowerCut
        super().retire(envelope)
        if is_new and self._cut == "after":
            raise PowerCut


@pytest.fixture
def tcti(tmp_path: Path) -> Iterator[str]:
    """A TPM of this test's own."""
    with running_tpm(tmp_path / "tpm") as tcti:
        yield tcti


def test_an_old_copy_of_the_card_opens_no_more(box: Box, tcti: str, tmp_path: Path) -> None:
    box.key = TpmLock(tcti, INDEX).load()
    store = box.store()
    check_id = store.records.open(box.check()).check_id
    store.close()
    copy = tmp_path / "copy"
    shutil.copytree(box.state_dir, copy)
    reopened = box.store()
    assert reopened.records.get(check_id).check_id == check_id
    reopened.records.purge(NOVEMBER)
    assert reopened.records.history(None) == []
    before = sorted(each.name for each in (copy / "sealed").iterdir())
    with pytest.raises(VaultOutdated):
        open_store(copy, TpmLock(tcti, INDEX))
    assert sorted(each.name for each in (copy / "sealed").iterdir()) == before


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_power_cut_at_the_counter_is_finished(box: Box, tcti: str, cut: str) -> None:
    box.key = lock = CutLock(tcti, INDEX)
    store = box.store()
    store.records.open(box.check())
    old = max(box.sealed.glob("vault-*"))
    copy = old.read_bytes()
    lock.arm(cut)
    with pytest.raises(PowerCut):
        store.records.purge(NOVEMBER)
    assert old.exists(), "nothing is unlinked before the counter is raised"
    lock.arm("")
    store.close()
    again = box.store()
    assert again.records.months() == []
    assert not old.exists()
    again.close()
    for vault in (*box.sealed.glob("vault-*"), *box.sealed.glob("twin-*")):
        vault.unlink()
    old.write_bytes(copy)
    with pytest.raises(VaultOutdated):
        box.store()


def test_another_tpm_opens_nothing(box: Box, tcti: str, tmp_path: Path) -> None:
    box.key = TpmLock(tcti, INDEX)
    box.store().records.open(box.check())
    with running_tpm(tmp_path / "other") as other, pytest.raises(KeyMissing):
        open_store(box.state_dir, TpmLock(other, INDEX))


def test_what_the_tpm_did_not_lock_it_does_not_open(box: Box, tcti: str) -> None:
    box.store().close()
    with pytest.raises(KeyMissing):
        open_store(box.state_dir, TpmLock(tcti, INDEX))
    assert KEY.new(1).envelope == b""


def test_a_counter_made_anew_begins_above_the_old_one(box: Box, tcti: str) -> None:
    """Who deletes the counter to set it back finds that TPMs have thought of it."""
    box.key = TpmLock(tcti, INDEX)
    store = box.store()
    store.records.open(box.check())
    old = max(box.sealed.glob("vault-*"))
    copy = old.read_bytes()
    store.records.purge(NOVEMBER)
    store.close()
    with ceremony(tcti) as tools:
        counter = TpmCounter(tools, INDEX)
        before = counter.value()
        tools.run("nvundefine", counter.name, "-C", "o")
        counter.make()
        assert counter.value() > before
    (vault,) = box.sealed.glob("vault-*")
    vault.unlink()
    old.write_bytes(copy)
    with pytest.raises(VaultOutdated):
        box.store()


def test_no_tpm_is_named(tmp_path: Path) -> None:
    if shutil.which("tpm2_unseal") is None:
        pytest.skip("tpm2-tools are not installed")
    with pytest.raises(TpmUnusable):
        TpmLock(f"device:{tmp_path / 'tpmrm0'}", INDEX).load()
