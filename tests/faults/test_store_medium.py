"""What a purge leaves on the medium itself: a real ext4 on a loop device, searched byte by byte."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.check import Answered, Eligibility
from kiosk.domain.dates import Month
from kiosk.store.folder import StateFolder
from kiosk.store.keyring import Keys
from kiosk.store.vault import unseal
from tests.support.store import KEY, Box, answered

MONTH = Month(2026, 11)
RECORDS = 1000
NAME = "瀕死魚類{:04}号"
SIZE = 48 << 20
PAGE = 4096


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def medium(tmp_path: Path) -> Iterator[tuple[Path, Path, Callable[[], None]]]:
    """An image, where it is mounted, and what takes it off."""
    if os.geteuid() != 0 or not all(shutil.which(each) for each in ("mkfs.ext4", "losetup")):
        pytest.skip("only root may mount a disk, with e2fsprogs and losetup")
    image, place = tmp_path / "medium.img", tmp_path / "medium"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(SIZE)
    _run("mkfs.ext4", "-q", "-m", "0", "-b", str(PAGE), str(image))
    try:
        _run("mount", "-o", "loop", str(image), str(place))
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no loop device here: {error.stderr.decode().strip()}")
    mounted = [True]

    def take_off() -> None:
        if mounted:
            mounted.clear()
            _run("umount", str(place))

    yield image, place, take_off
    take_off()


def _fill(box: Box) -> None:
    store = box.store()
    for number in range(RECORDS):
        check = store.records.open(box.check())
        person = Eligibility(name=NAME.format(number), number=f"{number:08}7431")
        outcome = Answered(replace(answered().answer, eligibilities=(person,)))
        store.records.settle(check.check_id, outcome, at=box.wall, next_attempt_at=None)


def test_after_a_purge_the_medium_holds_neither_a_name_nor_its_ciphertext(
    medium: tuple[Path, Path, Callable[[], None]],
) -> None:
    image, place, take_off = medium
    box = Box(place / "state")
    _fill(box)
    box.undo.close()
    (month,) = box.sealed.glob("?" * 32 + ".db")
    ciphertext = month.read_bytes()
    (vault,) = box.sealed.glob("vault-*")
    old_vault = vault.read_bytes()
    os.sync()
    assert _blocks(ciphertext) <= _blocks(image.read_bytes())

    box.store().records.purge(MONTH)
    with closing(StateFolder(box.state_dir)) as folder:
        can_trim = folder.trim()
    (kept,) = box.sealed.glob("vault-*")
    keys = unseal_latest(kept)
    box.undo.close()
    take_off()

    left = image.read_bytes()
    for form in ("utf-8", "utf-16-le", "cp932"):
        # What all names have in common, and what all numbers end with.
        assert NAME[:4].encode(form) not in left
    assert MONTH not in keys.months
    assert month.name not in keys.files()
    if can_trim:
        assert not _blocks(ciphertext) & _blocks(left)
        assert old_vault not in left


def _blocks(content: bytes) -> set[bytes]:
    """Its blocks: a file lies on the medium in whole ones."""
    return {content[at : at + PAGE] for at in range(0, len(content), PAGE)}


def unseal_latest(vault: Path) -> Keys:
    """All keys that can be had from what is left, with the device key in hand."""
    return unseal(vault.read_bytes(), int(vault.name.removeprefix("vault-")), KEY)
