"""The folder: modes, the lock, durable writes."""

from __future__ import annotations

import resource
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kiosk.ports.records import DiskFull, StateInUse
from kiosk.store.folder import StateFolder
from tests.support.store import Box


def test_everything_belongs_to_its_owner_alone(box: Box) -> None:
    store = box.store()
    store.records.open(box.check())
    assert box.sealed.stat().st_mode & 0o777 == 0o700
    modes = {each.name: each.stat().st_mode & 0o777 for each in box.sealed.iterdir()}
    assert len(modes) > 4
    assert set(modes.values()) == {0o600}, modes


def test_a_folder_that_others_could_read_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "sealed").mkdir(mode=0o755)
    StateFolder(tmp_path).close()
    assert (tmp_path / "sealed").stat().st_mode & 0o777 == 0o700
    assert tmp_path.stat().st_mode & 0o777 == 0o755, "only our own folder is changed"


def test_the_state_folder_itself_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    state = tmp_path / "far" / "state"
    StateFolder(state).close()
    assert state.stat().st_mode & 0o777 == 0o700


def test_users_share_and_a_change_excludes(tmp_path: Path) -> None:
    first, second = StateFolder(tmp_path), StateFolder(tmp_path, patience_s=0.05)
    with first.shared(), second.shared(), pytest.raises(StateInUse):
        _enter_exclusively(StateFolder(tmp_path, patience_s=0.05))
    with first.exclusive(), pytest.raises(StateInUse):
        _enter_exclusively(second)
    _enter_exclusively(second)
    first.close()
    second.close()


def _enter_exclusively(folder: StateFolder) -> None:
    with folder.exclusive():
        pass


def test_a_shared_hold_does_not_become_exclusive(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    with folder.shared(), pytest.raises(RuntimeError):
        _enter_exclusively(folder)
    with folder.exclusive(), folder.exclusive(), folder.shared():
        assert folder.epochs() == ()


def test_threads_of_one_process_take_turns(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    inside: list[str] = []

    def visit() -> None:
        with folder.shared():
            inside.append("thread")

    thread = threading.Thread(target=visit)
    with folder.exclusive():
        thread.start()
        thread.join(0.05)
        inside.append("main")
    thread.join()
    assert inside == ["main", "thread"]


def test_a_dead_holder_lets_go(tmp_path: Path) -> None:
    program = (
        "import os, sys, pathlib\n"
        "from kiosk.store.folder import StateFolder\n"
        "with StateFolder(pathlib.Path(sys.argv[1])).exclusive():\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path], check=False)
    assert done.returncode == -9
    folder = StateFolder(tmp_path, patience_s=0)
    _enter_exclusively(folder)


def test_a_write_that_finds_no_room_leaves_the_old_content(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    target = folder.vault(1)
    folder.write(target, b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(DiskFull):
            folder.write(target, b"x" * 2000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert target.read_bytes() == b"old"
    assert not folder.has_leftovers()
