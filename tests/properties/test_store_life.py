"""Any order of opening, answering, claiming, crashing and purging keeps the store's promises.

A Hypothesis machine plays a clinic against a model of plain dictionaries. A power cut copies the
folder as it is, open files and all, and goes on with the copy in another boot.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.domain.check import Answered, Deferred, Outcome, Refused
from kiosk.domain.dates import Month
from kiosk.domain.lifecycle import WAITING, WITHDRAWN, State
from kiosk.ports.corrections import AlreadyWithdrawn, BeingAsked, Reason, StillWaiting
from kiosk.ports.records import ClockNotTrusted, StoredCheck
from kiosk.store.leases import LEASE_SECONDS
from tests.support.store import Box, answered

MONTHS = [Month(2026, 10), Month(2026, 11), Month(2026, 12)]
OUTCOMES: list[Outcome] = [
    answered(),
    Refused("K231", is_simulated=True),
    Deferred("K201"),
    Deferred("K221", needs_staff=True),
]
SETTLED = set(State) - WAITING


@dataclass
class Known:
    """What the model knows of one check."""

    state: State
    month: Month | None
    sequence: int
    attempts: int = 1
    lease: tuple[str, float] | None = None


class Clinic(RuleBasedStateMachine):
    """The store beside its model."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, Known] = {}
        self.claimed: set[str] = set()
        self.highest = 0
        self.undo = ExitStack()

    @initialize()
    def begin(self) -> None:
        self.folder = Path(self.undo.enter_context(tempfile.TemporaryDirectory()))
        self.box = Box(self.folder / "0", undo=ExitStack())
        self.undo.callback(self._leave_the_box)
        self._open_store()

    def _open_store(self) -> None:
        store = self.box.store()
        self.records, self.corrections = store.records, store.corrections

    def _leave_the_box(self) -> None:
        self.box.undo.close()

    def _lease(self) -> tuple[str, float]:
        return self.box.boot_id, self.box.boot_s + LEASE_SECONDS

    def _pick(self, draw: st.DataObject) -> str:
        return draw.draw(st.sampled_from(sorted(self.known, key=lambda i: self.known[i].sequence)))

    @rule(month=st.sampled_from(MONTHS), is_trusted=st.booleans())
    def open(self, month: Month, *, is_trusted: bool) -> None:
        check = self.box.check(treated_on=month.first_day, is_trusted=is_trusted)
        stored = self.records.open(check)
        assert stored.sequence > self.highest
        self.highest = stored.sequence
        self.known[stored.check_id] = Known(
            State.SENDING, month if is_trusted else None, stored.sequence, lease=self._lease()
        )

    @precondition(lambda self: self.known)
    @rule(draw=st.data(), outcome=st.sampled_from(OUTCOMES))
    def settle(self, draw: st.DataObject, outcome: Outcome) -> None:
        check_id = self._pick(draw)
        known = self.known[check_id]
        stored = self.records.settle(
            check_id, outcome, at=self.box.wall, next_attempt_at=self.box.wall
        )
        match outcome:
            case Deferred(needs_staff=needs_staff) if known.state is State.SENDING:
                known.state = State.SET_ASIDE if needs_staff else State.QUEUED
            case Answered() if known.state not in SETTLED:
                known.state = State.ANSWERED
            case Refused() if known.state not in SETTLED:
                known.state = State.REFUSED
        assert stored.state is known.state
        assert (stored.request == b"") is (known.state in SETTLED)

    @rule()
    def start_round(self) -> None:
        self.records.start_round()
        self.claimed.clear()

    @rule()
    def claim(self) -> None:
        free = [
            (known.sequence, check_id)
            for check_id, known in self.known.items()
            if check_id not in self.claimed and self._is_free(known)
        ]
        claimed = self.records.claim(now=self.box.wall, due_only=True, most=2)
        assert [each.check_id for each in claimed] == [each for _, each in sorted(free)[:2]]
        for stored in claimed:
            known = self.known[stored.check_id]
            known.state, known.attempts = State.SENDING, known.attempts + 1
            known.lease = self._lease()
            self.claimed.add(stored.check_id)

    def _is_free(self, known: Known) -> bool:
        if known.state is State.SENDING:
            boot_id, until = known.lease or ("", 0.0)
            return boot_id != self.box.boot_id or self.box.boot_s >= until
        return known.state is State.QUEUED

    @precondition(lambda self: self.known)
    @rule(draw=st.data())
    def retry(self, draw: st.DataObject) -> None:
        check_id = self._pick(draw)
        known = self.known[check_id]
        if known.state is State.SET_ASIDE:
            known.state = State.QUEUED
        assert self.records.retry(check_id).state is known.state

    @precondition(lambda self: self.known)
    @rule(draw=st.data())
    def annul(self, draw: st.DataObject) -> None:
        check_id = self._pick(draw)
        known = self.known[check_id]
        try:
            self.corrections.annul(check_id, reason=Reason.OTHER, at=self.box.wall)
        except BeingAsked:
            assert known.state is State.SENDING
        except AlreadyWithdrawn:
            assert known.state in WITHDRAWN
        else:
            known.state = State.ANNULLED

    @precondition(lambda self: self.known)
    @rule(draw=st.data(), month=st.sampled_from(MONTHS))
    def correct(self, draw: st.DataObject, month: Month) -> None:
        check_id, new_id = self._pick(draw), str(uuid.uuid4())
        known = self.known[check_id]
        try:
            stored = self.corrections.correct(
                check_id,
                new_id,
                treated_on=month.last_day,
                reason=Reason.OTHER,
                at=self.box.wall,
            )
        except ClockNotTrusted:
            assert known.month is None
        except StillWaiting:
            assert known.state in WAITING
        except AlreadyWithdrawn:
            assert known.state in WITHDRAWN
        else:
            assert stored.sequence > self.highest
            self.highest = stored.sequence
            self.known[new_id] = Known(known.state, month, stored.sequence, known.attempts)
            known.state, known.month = State.CORRECTED, month

    @rule(seconds=st.sampled_from([1, 30, 61]))
    def wait(self, seconds: int) -> None:
        self.box.wait(seconds)

    @rule()
    def adopt(self) -> None:
        provisional = [each for each in self.known.values() if each.month is None]
        assert self.records.adopt_provisional(self.box.stamp()) == len(provisional)
        days = {each.sequence: each.treated_on for each in self.records.history(None)}
        for known in provisional:
            known.month = Month.of(days[known.sequence])
            assert known.month in MONTHS

    @rule(month=st.sampled_from(MONTHS))
    def purge(self, month: Month) -> None:
        gone = {i: known for i, known in self.known.items() if known.month == month}
        purged = self.records.purge(month)
        open_ones = [known for known in gone.values() if known.state in WAITING]
        counted = [known for known in gone.values() if known.state not in WITHDRAWN]
        assert (purged.checks, purged.unanswered) == (len(counted), len(open_ones))
        for check_id in gone:
            del self.known[check_id]

    @rule()
    def cut_the_power(self) -> None:
        copy = self.folder / str(len(list(self.folder.iterdir())))
        shutil.copytree(self.box.state_dir, copy)
        self.box.undo.close()
        self.box.state_dir = copy
        self.box.reboot()
        self.box.undo = ExitStack()
        self._open_store()
        self.claimed.clear()

    @rule()
    def go_on_in_another_program(self) -> None:
        self._open_store()
        self.box.wall += timedelta(seconds=1)
        self.claimed.clear()

    @invariant()
    def everything_is_there_once(self) -> None:
        if not hasattr(self, "records"):
            return
        kept = self.records.history(None)
        assert [_told(each) for each in kept] == [
            (known.sequence, check_id, known.state, known.month, known.attempts)
            for check_id, known in sorted(self.known.items(), key=lambda pair: pair[1].sequence)
        ]
        assert self.records.waiting() == [each for each in kept if each.state not in SETTLED]

    def teardown(self) -> None:
        self.undo.close()


def _told(check: StoredCheck) -> tuple[int, str, State, Month | None, int]:
    return check.sequence, check.check_id, check.state, check.month, check.attempts


TestClinic = Clinic.TestCase
TestClinic.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
