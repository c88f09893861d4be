"""A disk that is full or cannot be written: said by its name, nothing half acknowledged."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.domain.dates import Month
from kiosk.domain.lifecycle import State
from kiosk.ports.records import DiskFull, DiskReadOnly, StoreCorrupt
from tests.support.loop_disk import loop_disk
from tests.support.store import Box, answered

BIG = os.urandom(8000)
ROOM = 1024 * 1024
OPENS = """
import sys
from pathlib import Path
from kiosk.errors import KioskError
from kiosk.store.opening import open_store
from tests.support.store import KEY
try:
    open_store(Path(sys.argv[1]), KEY)
except KioskError as error:
    print(error.code, end="")
"""


def _mount(*arguments: str | Path) -> bool:
    tool = shutil.which("mount")
    return (
        tool is not None
        and not subprocess.run([tool, *arguments], check=False, capture_output=True).returncode
    )


@pytest.fixture
def small_disk(box: Box) -> Iterator[Callable[[str], None]]:
    """The box's folder on a disk of 1 MiB of its own; remounts it with an option."""
    disk = box.state_dir
    disk.mkdir()
    if not _mount("-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", disk):
        pytest.skip("needs the right to mount a tmpfs")

    def remount(option: str) -> None:
        assert _mount("-o", f"remount,{option}", disk)

    yield remount
    box.undo.close()
    subprocess.run([shutil.which("umount") or "umount", disk], check=True)


def _fill(box: Box) -> list[str]:
    """Open checks until there is no room; those acknowledged."""
    records = box.store().records
    acknowledged: list[str] = []

    def open_for_ever() -> None:
        while True:
            acknowledged.append(records.open(box.check(request=BIG)).check_id)

    with pytest.raises(DiskFull) as raised:
        open_for_ever()
    assert raised.value.code == "K303"
    return acknowledged


@pytest.mark.usefixtures("small_disk")
def test_a_full_disk_loses_no_acknowledged_check(box: Box) -> None:
    acknowledged = _fill(box)
    assert len(acknowledged) > 10
    assert [each.check_id for each in box.store().records.history(None)] == acknowledged


@pytest.mark.usefixtures("small_disk")
def test_a_full_disk_settles_nothing_by_halves(box: Box) -> None:
    acknowledged = _fill(box)
    records = box.store().records
    filler = box.state_dir / "filler"
    with pytest.raises(OSError, match="space"):
        filler.write_bytes(bytes(ROOM))
    settled = set()

    def settle_all() -> None:
        for check_id in acknowledged:
            records.settle(check_id, answered("長" * 5000), at=box.wall, next_attempt_at=None)
            settled.add(check_id)

    with pytest.raises(DiskFull):
        settle_all()
    for check_id in acknowledged:
        expected = State.ANSWERED if check_id in settled else State.SENDING
        assert records.get(check_id).state is expected
    filler.unlink()


def test_work_goes_on_when_there_is_room_again(box: Box, small_disk: Callable[[str], None]) -> None:
    acknowledged = _fill(box)
    small_disk(f"size={4 * ROOM}")
    records = box.store().records
    after = records.open(box.check(request=BIG)).check_id
    assert [each.check_id for each in records.history(None)] == [*acknowledged, after]
    assert records.purge(Month(2026, 11)).checks == len(acknowledged) + 1


@pytest.mark.usefixtures("small_disk")
def test_a_disk_that_others_filled_is_named_at_opening(box: Box) -> None:
    box.store().records.open(box.check())
    box.undo.close()
    with pytest.raises(OSError, match="space"):
        (box.state_dir / "filler").write_bytes(bytes(ROOM))
    with pytest.raises(DiskFull):
        box.store().records.open(box.check())


def test_a_read_only_disk_is_named(box: Box, small_disk: Callable[[str], None]) -> None:
    kept = box.store().records.open(box.check()).check_id
    box.undo.close()
    small_disk("ro")
    store = box.store()
    records = store.records
    assert isinstance(records.takes_nothing(), DiskReadOnly)
    assert not store.folder.is_writable_again()
    assert [each.check_id for each in records.history(None)] == [kept]
    with pytest.raises(DiskReadOnly) as raised:
        records.open(box.check())
    assert raised.value.code == "K304"
    with pytest.raises(DiskReadOnly):
        records.purge(Month(2026, 11))
    assert store.control.audit.verify().fault is None
    small_disk("rw")
    # What was opened to be read stays so: another may write by now.
    with pytest.raises(DiskReadOnly):
        records.open(box.check())
    assert store.folder.is_writable_again()
    box.undo.close()
    records = box.store().records
    assert records.takes_nothing() is None
    later = records.open(box.check()).check_id
    assert [each.check_id for each in records.history(None)] == [kept, later]


@pytest.mark.usefixtures("small_disk")
def test_an_empty_read_only_disk_is_named(box: Box, small_disk: Callable[[str], None]) -> None:
    small_disk("ro")
    with pytest.raises(DiskReadOnly):
        box.store()


def test_a_disk_that_shut_itself_after_an_error_is_no_damaged_file(tmp_path: Path) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    with loop_disk(tmp_path / "disk.img", place) as disk:
        box = Box(place / "state")
        records = box.store().records
        kept = records.open(box.check()).check_id
        disk.wear_out()
        with pytest.raises(DiskReadOnly):
            records.open(box.check())
        assert [each.check_id for each in records.history(None)] == [kept]
        box.undo.close()


def test_a_folder_without_the_right_to_write_is_named(box: Box) -> None:
    box.state_dir.mkdir(mode=0o500)
    # Root may write everywhere, but for a root that gave all its powers up.
    powerless = ["setpriv", "--bounding-set=-all"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*powerless, sys.executable, "-c", OPENS, box.state_dir],
        capture_output=True,
        text=True,
        check=False,
    )
    box.state_dir.chmod(0o700)
    assert (done.returncode, done.stdout) == (0, "K304"), done.stderr


def test_a_file_in_the_way_is_named_and_not_a_bug(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    box = Box(tmp_path / "state")
    with pytest.raises(DiskReadOnly):
        box.store()


def test_a_folder_that_vanished_is_named(box: Box) -> None:
    store = box.store()
    store.records.open(box.check())
    shutil.rmtree(box.state_dir)
    with pytest.raises(StoreCorrupt):
        store.records.open(box.check())
