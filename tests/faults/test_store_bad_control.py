"""Blocks of the vault and of control.db go bad: nothing acknowledged goes with them."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kiosk.domain.dates import Month
from kiosk.domain.passcode import Passcode
from kiosk.events import Event
from kiosk.ports.access import Entry, Holder, Standing
from kiosk.ports.exports import Computer
from kiosk.ports.records import KeyMissing, StoreCorrupt
from kiosk.store.control_salvage import COPY
from kiosk.store.database import open_database
from kiosk.store.keys import DeviceKey
from kiosk.store.opening import Store, open_store
from tests.support.store import NOON, Box

BLOCK = 512
"""The least a disk loses at once."""
NOVEMBER = Month(2026, 11)
DECEMBER = Month(2026, 12)
STAFF = Holder(Standing.STAFF, "front")
PASSCODE = Passcode("violet4711")
OTHER = Passcode("amber2893")
CODE = Passcode("7316482095")
SECRET = b"old" * 7
COMPUTER = Computer("desk", "192.0.2.1", NOON, "0" * 64)


def spoil(file: Path, place: int, length: int = BLOCK) -> None:
    """Write noise over a block of the file, wherever it begins."""
    with file.open("r+b") as opened:
        opened.seek(place)
        opened.write(os.urandom(min(length, file.stat().st_size - place)))


def entry(count: int) -> Entry:
    return Entry(
        Event.LOOKED, NOON, is_trusted=True, who="front", where="screen", what=f"n:{count}"
    )


def fill(store: Store, box: Box) -> str:
    """What a clinic has after some days; the id of its check."""
    control = store.control
    control.access.set_passcode(STAFF, PASSCODE)
    control.computers.pair(COMPUTER)
    control.held.hold(NOVEMBER, Path("/media/stick/out.csv"))
    control.raise_mark(NOON)
    control.preferences.prefer("volume", "80")
    for count in range(60):
        control.audit.append(entry(count))
    gone = box.check(treated_on=DECEMBER.first_day)
    store.records.open(gone)
    store.records.purge(DECEMBER)
    return store.records.open(box.check()).check_id


def control_of(box: Box) -> Path:
    with box.store() as store:
        return control_of_store(store)


def control_of_store(store: Store) -> Path:
    return store.folder.database(store.records._vault.keys().control.name)


# -- the vault -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A closed store, and the id of its check."""
    with ExitStack() as undo:
        box = Box(tmp_path_factory.mktemp("filled") / "state", undo=undo)
        store = box.store()
        check_id = fill(store, box)
        store.control.copy()
    return box.state_dir, check_id


def lay(filled: Path, box: Box) -> None:
    """The filled store in the place of the box's, the age of its files included."""
    shutil.rmtree(box.state_dir, ignore_errors=True)
    shutil.copytree(filled, box.state_dir)


@pytest.fixture
def clinic(filled: tuple[Path, str], box: Box) -> tuple[Box, str]:
    """The same, of its own."""
    lay(filled[0], box)
    return box, filled[1]


@pytest.mark.parametrize("copy", ["vault", "twin"])
@pytest.mark.parametrize("damage", ["noise", "cut", "gone", "zeros"])
def test_one_copy_of_the_vault_is_enough(clinic: tuple[Box, str], copy: str, damage: str) -> None:
    box, check_id = clinic
    (file,) = box.sealed.glob(f"{copy}-*")
    whole = file.read_bytes()
    match damage:
        case "noise":
            spoil(file, 40)
        case "cut":
            file.write_bytes(whole[:100])
        case "zeros":
            file.write_bytes(bytes(len(whole)))
        case _:
            file.unlink()
    with box.store() as store:
        assert store.records.get(check_id).check_id == check_id
        is_told = [each.what for each in store.records.damages()] == ["vault"]
        assert is_told == (copy == "vault" or damage != "gone")
    assert file.read_bytes() == whole, "written anew"


def test_no_copy_of_the_vault_opens_and_nothing_is_touched(clinic: tuple[Box, str]) -> None:
    box, _ = clinic
    for name in ("vault", "twin"):
        (file,) = box.sealed.glob(f"{name}-*")
        spoil(file, 0)
    before = {each.name: each.read_bytes() for each in box.sealed.iterdir()}
    with pytest.raises(StoreCorrupt):
        box.store()
    assert {each.name: each.read_bytes() for each in box.sealed.iterdir()} == before


def test_a_damaged_vault_beside_a_whole_twin_still_says_that_the_key_is_another(
    clinic: tuple[Box, str],
) -> None:
    box, _ = clinic
    (file,) = box.sealed.glob("vault-*")
    spoil(file, 0)
    with pytest.raises(KeyMissing):
        open_store(box.state_dir, DeviceKey(b"o" * 32))


def test_an_earlier_generation_never_stands_in_for_a_damaged_copy(box: Box) -> None:
    """Whoever lays back old copies of both finds them removed; a purged month stays purged."""
    with box.store() as store:
        store.records.open(box.check())
        store.records.open(box.check(treated_on=DECEMBER.first_day))
        old = [(each, each.read_bytes()) for each in box.sealed.glob("*-00*")]
        store.records.purge(NOVEMBER)
    for path, content in old:
        path.write_bytes(content)
    newest = max(box.sealed.glob("vault-*"))
    spoil(newest, 40)
    with box.store() as store:
        assert store.records.months() == [DECEMBER]
    assert not any(path.exists() for path, _ in old)


# -- control.db ------------------------------------------------------------------------------


def judge(box: Box, check_id: str) -> None:
    """Everything that a copy of the same day can know is there; the kiosk goes on."""
    with box.store() as store:
        control = store.control
        highest = store.records.get(check_id).sequence
        assert control.access.holder_of(PASSCODE) == STAFF
        assert list(control.computers.all()) == [COMPUTER]
        assert control.held.files(NOVEMBER) == [Path("/media/stick/out.csv")]
        assert control.mark() == NOON
        assert control.preferences.preferences().volume == "80"
        assert store.records.tallies()[DECEMBER].checked == 1
        texts = {each.what for _, each in control.audit.entries()}
        assert {f"n:{count}" for count in range(60)} <= texts
        assert control.audit.verify().fault is None
        assert store.records.open(box.check()).sequence > highest
        control.audit.append(entry(99))
        assert control.audit.verify().fault is None


def trial(box: Box, check_id: str, place: int) -> None:
    """Spoil a block of control.db: it is mended, told, and everything is there."""
    file = control_of(box)
    spoil(file, place % file.stat().st_size)
    with box.store() as store:
        store.control.salvage()
        assert store.records.damages()
    judge(box, check_id)


def try_places(filled: tuple[Path, str], box: Box, examples: int) -> None:
    # Not made smaller where one fails: every place is as good as another.
    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(st.integers(0, 1 << 20))
    def every_place(place: int) -> None:
        lay(filled[0], box)
        trial(box, filled[1], place)

    every_place()


def test_everything_comes_back_whichever_block_goes(filled: tuple[Path, str], box: Box) -> None:
    try_places(filled, box, 6)


@pytest.mark.soak
def test_everything_comes_back_whichever_blocks_go(filled: tuple[Path, str], box: Box) -> None:
    try_places(filled, box, 1000)


@pytest.mark.parametrize("damage", ["gone", "empty", "zeros"])
def test_a_control_file_that_is_gone_comes_back(clinic: tuple[Box, str], damage: str) -> None:
    box, check_id = clinic
    file = control_of(box)
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(bytes(0 if damage == "empty" else file.stat().st_size))
    judge(box, check_id)


def test_without_a_copy_the_rest_is_saved_and_the_kiosk_goes_on(clinic: tuple[Box, str]) -> None:
    box, check_id = clinic
    (box.sealed / COPY).unlink()
    file = control_of(box)
    # The beginning: without it nothing of the file opens.
    spoil(file, 0)
    with box.store() as store:
        assert store.records.get(check_id).check_id == check_id
        told = {each.what: each.copied_at for each in store.records.damages()}
        assert {"passcodes", "audit", "counts", "held_files"} <= set(told)
        assert set(told.values()) == {None}
        assert store.control.access.holders() == []
        assert store.records.open(box.check()).sequence > store.records.get(check_id).sequence


def test_what_a_copy_knows_of_is_not_begun_twice(clinic: tuple[Box, str]) -> None:
    """A correction that was under way when the copy was made may be long finished."""
    box, check_id = clinic
    with box.store() as store:
        store.control.begin_withdrawal(check_id, None)
        (box.sealed / COPY).unlink()
        store.control.copy()
        store.control.end_withdrawal(check_id)
    control_of(box).unlink()
    with box.store() as store:
        assert store.control.unfinished_withdrawals() == []


def test_a_damage_found_at_work_is_mended_at_once_by_whichever_program(
    clinic: tuple[Box, str],
) -> None:
    box, check_id = clinic
    first, second = box.store(), box.store()
    file = control_of(box)
    for place in range(0, file.stat().st_size, 4096):
        spoil(file, place)
    assert second.control.access.holder_of(PASSCODE) == STAFF
    # The other had it open all the time, and writes to the mended one.
    first.control.audit.append(entry(77))
    assert first.control.audit.entries() == second.control.audit.entries()
    sequence = first.records.open(box.check()).sequence
    assert sequence > second.records.get(check_id).sequence
    assert second.records.open(box.check()).sequence > sequence


def test_the_copy_holds_no_key_of_the_audit(clinic: tuple[Box, str]) -> None:
    """Who takes the box over later must not be able to forge what was written since the copy."""
    box, _ = clinic
    with box.store() as store:
        folder, key = store.folder, store.records._vault.keys().control.key
        copy = open_database(folder, COPY, key)
        (row,) = copy.rows("SELECT current, start FROM audit_keys")
        copy.close()
    assert row == {"current": None, "start": None}


def test_a_fresh_copy_is_left_and_an_old_one_renewed(clinic: tuple[Box, str]) -> None:
    box, _ = clinic
    copy = box.sealed / COPY
    with box.store() as store:
        before = copy.stat().st_ino
        store.control.copy()
        assert copy.stat().st_ino == before
        os.utime(copy, (0, 0))
        store.control.copy()
        assert copy.stat().st_ino != before


def test_the_damaged_file_is_kept_aside_until_the_next(clinic: tuple[Box, str]) -> None:
    box, _ = clinic
    for _ in range(2):
        file = control_of(box)
        spoil(file, 0)
        box.store().close()
        assert file.exists()
    assert len([each for each in box.sealed.glob("control*.db") if each.name != COPY]) == 2


def take_away(store: Store, what: str) -> None:
    control = store.control
    match what:
        case "removed":
            control.access.remove(STAFF)
        case "everybody":
            control.access.forget_everybody()
        case _:
            control.access.set_passcode(STAFF, OTHER)
            control.access.set_totp(STAFF, b"new" * 7)
            assert control.access.use_recovery(STAFF, CODE)
    control.computers.revoke(COMPUTER.name)


def harm(file: Path, damage: str) -> None:
    match damage:
        case "gone":
            file.unlink()
        case "noise":
            for place in range(0, file.stat().st_size, 4096):
                spoil(file, place)
        case _:
            log = file.with_name(f"{file.name}-wal")
            log.write_bytes(bytes(log.stat().st_size))


@pytest.mark.parametrize("damage", ["gone", "noise", "log"])
@pytest.mark.parametrize("what", ["removed", "everybody", "changed"])
def test_what_was_revoked_never_comes_back_with_a_damage(
    clinic: tuple[Box, str], what: str, damage: str
) -> None:
    """Neither from the copy of that day nor from a log that lost its end."""
    box, _ = clinic
    with box.store() as store:
        store.control.access.set_totp(STAFF, SECRET)
        store.control.access.set_recovery(STAFF, [CODE])
        take_away(store, what)
        file = control_of_store(store)
        left = box.state_dir.with_name("left")
        shutil.copytree(box.sealed, left)
    # As a cut of the power left it: nobody closed anything.
    shutil.rmtree(box.sealed)
    left.rename(box.sealed)
    harm(file, damage)
    with box.store() as store:
        access = store.control.access
        assert access.holder_of(PASSCODE) is None
        assert access.totp(STAFF) != SECRET
        assert not access.use_recovery(STAFF, CODE)
        assert store.control.computers.all() == []
        if what == "changed":
            assert access.holder_of(OTHER) == STAFF, "what is in force is in the copy of now"
