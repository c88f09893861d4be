"""A crash after every line of the store: what was acknowledged stays, what was purged is gone.

While an operation runs, the folder is copied after every line of ``kiosk/store``, and of
``kiosk/durable`` below it, that is executed: each distinct copy is what a kill -9 at that line
would leave. Every copy is opened again, judged, and the operation carried through on it. (What a
power cut may leave of unsynchronised writes is another matter.)
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import pytest

import kiosk.durable
import kiosk.store
from kiosk.domain.dates import Month
from kiosk.domain.lifecycle import State
from kiosk.ports.corrections import Reason
from kiosk.ports.follow_ups import FollowUp
from kiosk.ports.keys import VaultOutdated
from kiosk.ports.records import CheckUnknown
from kiosk.store.opening import Store
from kiosk.store.vault import unseal
from tests.support.keys import CountingLock, PowerCut
from tests.support.store import NOON, Box, answered

if TYPE_CHECKING:
    from _typeshed import TraceFunction

NOVEMBER = Month(2026, 11)
DECEMBER = Month(2026, 12)
STORE_CODE = (str(Path(kiosk.store.__file__).parent), str(kiosk.durable.__file__))

Content = dict[str, bytes]


@dataclass
class Camera:
    """Takes a picture of a folder after every line of the store, keeping the distinct ones.

    Args:
        folder: what is pictured.
    """

    folder: Path
    pictures: list[Content] = field(default_factory=list)

    def shoot(self) -> None:
        """Keep the folder as it is, unless it is as before. -shm is made anew after a crash."""
        content = {
            each.name: each.read_bytes()
            for each in self.folder.glob("*")
            if not each.name.endswith("-shm")
        }
        if not self.pictures or content != self.pictures[-1]:
            self.pictures.append(content)

    def _trace(self, frame: FrameType, event: str, _: object) -> TraceFunction | None:
        if not frame.f_code.co_filename.startswith(STORE_CODE):
            return None
        if event != "call":
            self.shoot()
        return self._trace

    @contextmanager
    def rolling(self) -> Iterator[None]:
        """Take pictures of what is done inside."""
        before = sys.gettrace()
        sys.settrace(self._trace)
        try:
            yield
        finally:
            sys.settrace(before)
            self.shoot()


def states_of(box: Box, operation: Callable[[Store], object]) -> list[Content]:
    """Every state a crash during the operation can leave."""
    store = box.store()
    camera = Camera(box.sealed)
    with camera.rolling():
        operation(store)
    store.close()
    return camera.pictures


@contextmanager
def reopened(box: Box, tmp_path: Path, content: Content) -> Iterator[Store]:
    """The store, opened on what a crash left, after a reboot."""
    sealed = tmp_path / f"crash-{len(list(tmp_path.iterdir()))}" / "sealed"
    sealed.mkdir(parents=True)
    for name, file in content.items():
        (sealed / name).write_bytes(file)
    with ExitStack() as undo:
        key = CountingLock(sealed) if isinstance(box.key, CountingLock) else box.key
        again = Box(sealed.parent, wall=box.wall, boot_id="after", boot_s=1.0, key=key, undo=undo)
        yield again.store()
        keys = {each.name for each in sealed.glob("vault-*")}
        assert len(keys) == 1, "older vaults and cut-off writes are gone"


def sealed_files(store: Store) -> set[str]:
    return store.folder.sealed()


def test_the_first_opening(box: Box, tmp_path: Path) -> None:
    camera = Camera(box.sealed)
    with camera.rolling():
        box.store().close()
    assert len(camera.pictures) > 5
    for picture in camera.pictures:
        with reopened(box, tmp_path, picture) as store:
            assert store.records.open(box.check()).sequence >= 1


def test_opening_the_first_check_of_a_month(box: Box, tmp_path: Path) -> None:
    before = box.store().records.open(box.check())
    check = box.check(treated_on=DECEMBER.first_day)
    pictures = states_of(box, lambda store: store.records.open(check))
    assert len(pictures) > 5
    found = []
    for picture in pictures:
        with reopened(box, tmp_path, picture) as store:
            kept = store.records.history(None)
            assert kept[0].check_id == before.check_id
            assert [each.check_id for each in kept[1:]] in ([], [check.opening.check_id])
            found.append(len(kept))
            assert store.records.open(box.check()).sequence > kept[-1].sequence
    assert found == sorted(found), "once there, always there"
    assert found[-1] == 2


def test_settling(box: Box, tmp_path: Path) -> None:
    check_id = box.store().records.open(box.check()).check_id

    def settle(store: Store) -> State:
        return store.records.settle(check_id, answered(), at=box.wall, next_attempt_at=None).state

    found = []
    for picture in states_of(box, settle):
        with reopened(box, tmp_path, picture) as store:
            found.append(store.records.get(check_id).state)
            assert settle(store) is State.ANSWERED
            assert len(store.records.history(None)) == 1
    assert set(found) == {State.SENDING, State.ANSWERED}
    assert found == sorted(found, reverse=True)


def test_purging(box: Box, tmp_path: Path) -> None:
    records = box.store().records
    gone = [records.open(box.check()).check_id for _ in range(3)]
    stays = records.open(box.check(treated_on=DECEMBER.first_day)).check_id
    pictures = states_of(box, lambda store: store.records.purge(NOVEMBER))
    assert len(pictures) > 6
    files = []
    for picture in pictures:
        with reopened(box, tmp_path, picture) as store:
            history = [each.check_id for each in store.records.history(None)]
            is_purged = NOVEMBER not in store.records.months()
            assert history == ([stays] if is_purged else [*gone, stays])
            files.append(len(sealed_files(store)))
            assert files[-1] == (1 if is_purged else 2)
            store.records.purge(NOVEMBER)
            assert store.records.tallies()[NOVEMBER].checked == 3, "counted, and once"
            with pytest.raises(CheckUnknown):
                store.records.get(gone[0])
    assert files == sorted(files, reverse=True), "a purged month does not come back"
    assert files[-1] == 1


def test_a_purge_with_a_counter(box: Box, tmp_path: Path) -> None:
    """At every cut point the store opens, and no vault before the one that opened ever does."""
    box.sealed.mkdir(parents=True)
    box.key = CountingLock(box.sealed)
    records = box.store().records
    gone = records.open(box.check()).check_id
    stays = records.open(box.check(treated_on=DECEMBER.first_day)).check_id
    pictures = states_of(box, lambda store: store.records.purge(NOVEMBER))
    vaults = {name: file for each in pictures for name, file in each.items() if "vault-" in name}
    assert len(vaults) == 3, "the old one, the new one and its cut-off write"
    counts = []
    for picture in pictures:
        with reopened(box, tmp_path, picture) as store:
            history = [each.check_id for each in store.records.history(None)]
            is_purged = NOVEMBER not in store.records.months()
            assert history == ([stays] if is_purged else [gone, stays])
            lock = CountingLock(store.folder.path)
            counts.append(lock.count)
            (epoch,) = store.folder.epochs()
            for name, file in vaults.items():
                if not name.endswith(".new") and int(name[-10:]) < epoch:
                    with pytest.raises(VaultOutdated):
                        unseal(file, int(name[-10:]), lock)
            store.records.purge(NOVEMBER)
            assert store.records.history(None)[0].check_id == stays
    assert counts == sorted(counts)
    assert len(set(counts)) == 2, "raised once"


def test_two_vaults_never_share_a_count(box: Box) -> None:
    """A vault cut off before the counter, and changed by a program that never stopped."""
    box.sealed.mkdir(parents=True)
    box.key = lock = CountingLock(box.sealed)
    store = box.store()
    store.records.open(box.check())
    before = lock.count
    lock.is_cut_off = True
    with pytest.raises(PowerCut):
        store.records.open(box.check(treated_on=DECEMBER.first_day))
    lock.is_cut_off = False
    name = max(each.name for each in box.sealed.glob("vault-*"))
    cut_off = (box.sealed / name).read_bytes()
    assert lock.count == before
    store.records.purge(NOVEMBER)
    with pytest.raises(VaultOutdated):
        unseal(cut_off, int(name[-10:]), lock)
    assert store.records.months() == [DECEMBER]


def test_adopting_what_is_provisional(box: Box, tmp_path: Path) -> None:
    records = box.store().records
    first = records.open(box.check(is_trusted=False))
    second = records.open(box.check(is_trusted=False, treated_on=DECEMBER.first_day))
    ids = [first.check_id, second.check_id]
    now = box.stamp()
    pictures = states_of(box, lambda store: store.records.adopt_provisional(now))
    assert len(pictures) > 10
    for picture in pictures:
        with reopened(box, tmp_path, picture) as store:
            assert [each.check_id for each in store.records.history(None)] == ids
            # Life goes on between crash and repair, on one of the copies only.
            store.records.settle(ids[0], answered(), at=box.wall, next_attempt_at=None)
            store.records.adopt_provisional(now)
            kept = store.records.history(None)
            assert [(each.check_id, each.month) for each in kept] == [
                (ids[0], NOVEMBER),
                (ids[1], DECEMBER),
            ]
            assert kept[0].state is State.ANSWERED
            assert len(sealed_files(store)) == 2


def test_a_copy_left_by_a_cut_off_move_does_not_outlive_its_month(box: Box, tmp_path: Path) -> None:
    check_id = box.store().records.open(box.check(is_trusted=False)).check_id
    now = box.stamp()
    pictures = states_of(box, lambda store: store.records.adopt_provisional(now))
    for picture in pictures:
        with reopened(box, tmp_path, picture) as store:
            if store.records.get(check_id).month is None:
                continue
            store.records.purge(NOVEMBER)
            assert store.records.history(None) == []
            assert store.records.adopt_provisional(now) == 0
            with pytest.raises(CheckUnknown):
                store.records.get(check_id)


def confirming(box: Box) -> str:
    """A check of December that closed a follow-up of November; its id."""
    store = box.store()
    follow_up = FollowUp(
        follow_up_id="f", check_id=None, person="p", treated_on=NOVEMBER.first_day,
        kept_at=box.wall, reason="K231",
    )  # fmt: skip
    store.follow_ups.keep(follow_up, is_dated=True)
    check_id = store.records.open(box.check(treated_on=DECEMBER.first_day)).check_id
    store.records.settle(check_id, answered(), at=box.wall, next_attempt_at=None)
    store.follow_ups.close_all_of("p", by=check_id, at=box.wall)
    store.close()
    return check_id


def test_correcting(box: Box, tmp_path: Path) -> None:
    check_id = confirming(box)

    def correct(store: Store) -> None:
        store.corrections.correct(
            check_id, "new", treated_on=NOVEMBER.last_day, reason=Reason.OTHER, at=box.wall
        )

    found = []
    for picture in states_of(box, correct):
        with reopened(box, tmp_path, picture) as after:
            found.append(judged_correction(after, check_id))
    assert found == sorted(found), "once corrected, always corrected"
    assert set(found) == {False, True}


def test_annulling(box: Box, tmp_path: Path) -> None:
    check_id = confirming(box)

    def annul(store: Store) -> None:
        store.corrections.annul(check_id, reason=Reason.OTHER, at=box.wall)

    found = []
    for picture in states_of(box, annul):
        with reopened(box, tmp_path, picture) as after:
            is_annulled = after.records.get(check_id).state is State.ANNULLED
            assert len(after.follow_ups.open()) == int(is_annulled)
            assert after.control.unfinished_withdrawals() == []
            found.append(is_annulled)
    assert found == sorted(found)
    assert set(found) == {False, True}


def judged_correction(store: Store, check_id: str) -> bool:
    """Whether it was made; in any case it was made entirely or not at all."""
    kept = {each.check_id: (each.state, each.month) for each in store.records.history(None)}
    assert store.follow_ups.open() == []
    assert store.control.unfinished_withdrawals() == []
    assert len(store.records.history(DECEMBER)) == int("new" not in kept)
    if "new" not in kept:
        assert kept == {check_id: (State.ANSWERED, DECEMBER)}
        return False
    assert kept == {check_id: (State.CORRECTED, NOVEMBER), "new": (State.ANSWERED, NOVEMBER)}
    # What it had closed was closed by what stands for it now.
    store.corrections.annul("new", reason=Reason.OTHER, at=NOON)
    assert len(store.follow_ups.open()) == 1
    return True
