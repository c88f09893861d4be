"""The power goes at any moment: nothing acknowledged is lost, nothing is damaged, nothing is back.

The states are those of ``tests.support.power_cut``. A few of each operation are tried in `make
check`, hundreds in `make soak`. That the search finds what it looks for is shown with commits that
are not flushed and with a disk that forgets to synchronise folders.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kiosk.domain.dates import Month
from kiosk.domain.lifecycle import State
from kiosk.ports.records import StoreCorrupt, StoredCheck
from kiosk.store.database import Database, open_database
from kiosk.store.folder import StateFolder
from kiosk.store.keyring import SealedFile
from kiosk.store.leases import Lease
from kiosk.store.month_file import MonthFile
from kiosk.store.opening import Store
from kiosk.store.rows import new_row
from kiosk.store.schema import CONTROL_FILE, MONTH_FILE, Migration, migrate
from kiosk.store.vault import Vault
from tests.faults.test_store_bad_control import entry, spoil
from tests.support.power_cut import (
    Content,
    Model,
    Remains,
    content_of,
    lay_out,
    remains,
)
from tests.support.store import KEY, Box, answered
from tests.support.write_log import logged

WORKER = ("-m", "tests.faults.power_worker")
NOVEMBER = Month(2026, 11)
DECEMBER = Month(2026, 12)
FEW = 10
NOTED = 5
MANY = 600
BOTH = (Model.POSIX, Model.EXT4)


class Trial:
    """One operation on a store that holds something already.

    Args:
        library: that logs writes.
        folder: for the program.
        memory: for what is left; its writes need not be slow.
        operation: by its name in ``power_worker``.
    """

    def __init__(self, library: Path, folder: Path, memory: Path, operation: str) -> None:
        self._library = library
        self._folder = folder
        self._memory = memory
        self._operation = operation
        self.kept: list[str] = []
        self.doomed: set[str] = set()
        self._before = self._prepared()

    def _prepared(self) -> Content:
        with ExitStack() as undo:
            box = Box(self._folder / "before", undo=undo)
            box.state_dir.mkdir()
            if self._operation == "migrate":
                self.kept = _in_first_form(box)
            elif self._operation != "open":
                self._fill(box)
            if self._operation == "salvage":
                undo.close()
                _spoil_an_index(box)
            if self._operation == "mend":
                _note(box.store())
                undo.close()
                spoil(box.sealed / "control.db", 0)
            # As a crash would leave it, so that mending is cut off too.
            return content_of(box.state_dir)

    def _fill(self, box: Box) -> None:
        records = box.store().records
        for turn in range(6):
            day = DECEMBER.first_day if turn % 3 == 1 else None
            check = box.check(treated_on=day, is_trusted=self._operation != "adopt" or turn < 3)
            kept = records.open(check)
            self.kept.append(kept.check_id)
            self.doomed |= {kept.check_id} if kept.month == NOVEMBER else set()

    def tries(
        self,
        wanted: int,
        *,
        manner: str = "",
        deaf: str = "",
        models: tuple[Model, ...] = BOTH,
        after: str = "",
    ) -> Iterator[list[str]]:
        """What is wrong with each of so many states; nothing, one hopes.

        Args:
            wanted: how many.
            manner: of the program.
            deaf: what the disk forgets to synchronise.
            models: of the file system.
            after: leave out cuts before this was promised.
        """
        folder = self._folder / "worker"
        lay_out(self._before, folder)
        program = (*WORKER, self._operation, str(folder), *manner.split())
        log = logged(self._library, program, folder, deaf=deaf)
        seed = random.randrange(2**32)  # noqa: S311  # which states, not a secret
        rng = random.Random(seed)  # noqa: S311
        for each in remains(self._before, log, wanted=wanted, rng=rng, models=models):
            if after in " ".join(each.promises):
                yield [f"{sin}: {each.story}, seed {seed}" for sin in self._judge(each)]

    def _judge(self, each: Remains) -> list[str]:
        after = self._memory / "after"
        lay_out(each.folder, after)
        try:
            with ExitStack() as undo:
                box = Box(after, boot_id="after", boot_s=1.0, undo=undo)
                promises = [*(f"opened {kept}" for kept in self.kept), *each.promises]
                return Judge(box, promises, self.doomed).sins()
        except StoreCorrupt as error:
            return [f"corrupt ({error})"]
        finally:
            shutil.rmtree(after)


class Judge:
    """Looks at what is left.

    Args:
        box: whose folder it is.
        promises: what was said before the cut.
        doomed: checks of the month that may be purged.
    """

    def __init__(self, box: Box, promises: list[str], doomed: set[str]) -> None:
        self._box = box
        said = [each.split() for each in promises]
        self._said: dict[str, set[str]] = {
            word: {what for each, what in said if each == word} for word, _ in said
        }
        self._doomed = doomed

    def sins(self) -> list[str]:
        """What is wrong; nothing, one hopes."""
        store = self._box.store()
        kept = {each.check_id: each for each in store.records.history(None)}
        return [
            *self._lost(kept),
            *self._back(store, kept),
            *self._unsound(store, list(kept.values())),
        ]

    def _lost(self, kept: dict[str, StoredCheck]) -> list[str]:
        owed = self._said.get("opened", set())
        if "purging" in self._said:
            owed -= self._doomed
        settled = self._said.get("answered", set()) & set(kept)
        is_open_again = any(kept[each].state is not State.ANSWERED for each in settled)
        return [*(["lost"] if owed - set(kept) else []), *(["unanswered"] if is_open_again else [])]

    def _back(self, store: Store, kept: dict[str, StoredCheck]) -> list[str]:
        if "purged" not in self._said:
            return []
        is_back = NOVEMBER in store.records.months() or self._doomed & set(kept)
        return ["back"] if is_back else []

    def _unsound(self, store: Store, kept: list[StoredCheck]) -> list[str]:
        sins = []
        if len({each.sequence for each in kept}) != len(kept):
            sins.append("doubled")
        if len(list(self._box.sealed.glob("vault-*"))) != 1:
            sins.append("two vaults")
        for each in kept:
            store.records.settle(each.check_id, answered(), at=self._box.wall, next_attempt_at=None)
        if store.control.audit.verify().fault is not None:
            sins.append("audit broken")
        if "mended" in self._said and len(store.control.audit.entries()) < NOTED:
            sins.append("audit lost")
        store.records.adopt_provisional(self._box.stamp())
        fresh = store.records.open(self._box.check())
        if fresh.sequence <= max((each.sequence for each in kept), default=0):
            sins.append("number given twice")
        if len(store.records.history(None)) != len(kept) + 1:
            sins.append("not adopted whole")
        for file in store.records._open.values():
            # A page half copied from the write-ahead log is whole again once it is copied anew.
            file._database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
            if file._database.rows("PRAGMA cipher_integrity_check") or file._database.row(
                "PRAGMA integrity_check"
            ) != {"integrity_check": "ok"}:
                sins.append("damaged")
        return sins


def _in_first_form(box: Box) -> list[str]:
    """A month file and control.db as their first migration alone left them; the checks' ids."""
    folder = StateFolder(box.state_dir)
    box.undo.callback(folder.close)
    vault = Vault(folder, KEY)
    vault.prepare()
    sealed = SealedFile.invent()
    with folder.exclusive():
        keys = vault.change(vault.keys().with_month(NOVEMBER, sealed))
    _database(box, folder, keys.control, CONTROL_FILE[:1])
    database = _database(box, folder, sealed, MONTH_FILE[:1])
    known = {each["name"] for each in database.rows("PRAGMA table_info(checks)")}
    file = MonthFile(database, NOVEMBER)
    lease = Lease.of_this_process(box.boot())
    rows = [new_row(box.check(), number, lease, None) for number in (1, 2, 3)]
    for row in rows:
        # That form knew less of a check.
        file.adopt([{name: value for name, value in row.items() if name in known}])
    return [row["check_id"] for row in rows]


def _spoil_an_index(box: Box) -> None:
    """A bad block that costs no row."""
    for file in box.sealed.glob("*[0-9a-f].db"):
        with file.open("r+b") as opened:
            opened.seek(2 * 4096)
            opened.write(bytes(4096))


def _note(store: Store) -> None:
    """What only control.db and its copy know."""
    for count in range(NOTED):
        store.control.audit.append(entry(count))
    store.control.copy()


def _database(
    box: Box, folder: StateFolder, sealed: SealedFile, form: Sequence[Migration]
) -> Database:
    database = open_database(folder, sealed.name, sealed.key)
    box.undo.callback(database.close)
    migrate(database, form)
    return database


OPERATIONS = ["open", "settle", "vault", "adopt", "purge", "migrate", "salvage", "mend"]


@pytest.fixture
def trial(write_log: Path, tmp_path: Path) -> Iterator[Callable[[str], Trial]]:
    """Makes a trial of an operation."""
    memory = Path("/dev/shm")  # noqa: S108  # a folder of our own in it
    with TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as folder:
        yield lambda operation: Trial(write_log, tmp_path, Path(folder), operation)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_power_cut_takes_nothing(trial: Callable[[str], Trial], operation: str) -> None:
    assert list(trial(operation).tries(FEW)) == [[]] * FEW


@pytest.mark.soak
@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_power_cut_takes_anything(trial: Callable[[str], Trial], operation: str) -> None:
    assert list(trial(operation).tries(MANY)) == [[]] * MANY


def test_without_a_flush_at_each_commit_the_search_finds_the_loss(
    trial: Callable[[str], Trial],
) -> None:
    tries = trial("settle").tries(MANY, manner="hasty")
    assert any(sin.startswith("unanswered") for sins in tries for sin in sins)


def test_with_names_that_are_not_synchronised_the_search_finds_the_loss(
    trial: Callable[[str], Trial],
) -> None:
    tries = trial("vault").tries(MANY, deaf="folder", models=(Model.POSIX,))
    assert any(sin.startswith("lost") for sins in tries for sin in sins)


def test_with_names_that_are_not_synchronised_the_search_finds_a_purged_month(
    trial: Callable[[str], Trial],
) -> None:
    tries = trial("purge").tries(MANY, deaf="folder", models=(Model.POSIX,), after="purged")
    assert any(sin.startswith("back") for sins in tries for sin in sins)
