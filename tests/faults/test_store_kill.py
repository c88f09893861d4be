"""Kill -9 in the middle of two programs' work: nothing lost, nothing doubled, nothing back."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from kiosk.domain.lifecycle import State
from kiosk.store.keys import DeviceKey
from kiosk.store.opening import Store, open_store

WORKER = Path(__file__).with_name("store_worker.py")
ROUNDS = 5
SOAK_ROUNDS = 100
PROGRAMS = 2
ORDER = {"opened": State.SENDING, "deferred": State.QUEUED, "answered": State.ANSWERED}


def _work_and_die(state_dir: Path, lines: int, told: dict[str, set[str]]) -> None:
    """Two programs at once, each killed after so many lines, at whatever it is doing then."""
    programs = [
        subprocess.Popen([sys.executable, WORKER, state_dir], stdout=subprocess.PIPE, text=True)
        for _ in range(PROGRAMS)
    ]
    for program in programs:
        assert program.stdout is not None
        with program.stdout as output:
            heard = [output.readline() for _ in range(lines)]
            program.kill()
            heard += output.readlines()
        assert program.wait() == -9, "it was at work until it was killed"
        for line in heard:
            if line.endswith("\n"):
                word, what = line.split()
                told[word].add(what)


def _judge(store: Store, told: dict[str, set[str]]) -> None:
    kept = store.records.history(None)
    states = {each.check_id: each.state for each in kept}
    assert len(states) == len(kept), "doubled"
    assert len({each.sequence for each in kept}) == len(kept)
    assert told["opened"] <= set(states), "lost"
    assert {states[each] for each in told["answered"]} == {State.ANSWERED}
    waited = told["deferred"] - told["answered"]
    assert {states[each] for each in waited} <= {State.QUEUED, State.ANSWERED}
    assert not told["purged"] & set(states), "back"


def _unheard(store: Store, told: dict[str, set[str]]) -> int:
    """What nobody acknowledged."""
    kept = {each.check_id for each in store.records.history(None)}
    return len(kept - told["opened"] - told["purging"])


@pytest.mark.parametrize("rounds", [ROUNDS, pytest.param(SOAK_ROUNDS, marks=pytest.mark.soak)])
def test_kills_lose_double_and_bring_back_nothing(tmp_path: Path, rounds: int) -> None:
    told: dict[str, set[str]] = defaultdict(set)
    for _ in range(rounds):
        _work_and_die(tmp_path, random.randrange(5, 120), told)  # noqa: S311  # no secret
        with open_store(tmp_path, DeviceKey(b"k" * 32)) as store:
            _judge(store, told)
            # At most the checks each program was at.
            assert _unheard(store, told) <= 2 * rounds * PROGRAMS
    assert len(told["purged"]) >= rounds


def test_a_dead_programs_checks_are_taken_over_at_once(tmp_path: Path) -> None:
    told: dict[str, set[str]] = defaultdict(set)
    _work_and_die(tmp_path, 20, told)
    with open_store(tmp_path, DeviceKey(b"k" * 32)) as store:
        records = store.records
        sending = {each.check_id for each in records.waiting() if each.state is State.SENDING}
        assert sending
        claimed = set()
        now = records.waiting()[0].opened.wall
        while found := records.claim(now=now, due_only=False, most=3):
            claimed |= {check.check_id for check in found}
        assert sending <= claimed
