"""Every fault of the service: what the visitor is told, what is kept, and one answer at the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.domain.check import Answered, Deferred
from kiosk.domain.identity import Pin
from kiosk.domain.lifecycle import State
from kiosk.line.view import lines_for, told_for
from kiosk.phrasebook import Phrasebook
from kiosk.settings import load
from kiosk.simulator.deck import card_of
from kiosk.simulator.fault import FaultKind
from kiosk.simulator.in_process_reader import InProcessReader
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from kiosk.sync.drain import drain
from kiosk.usecases.verify import open_check, verify
from kiosk.wiring import assemble

TOLD = {
    FaultKind.REFUSE: "K201",
    FaultKind.SLOW: "K204",
    FaultKind.DRIP: "K204",
    FaultKind.ERROR: "K208",
    FaultKind.TOO_MANY: "K209",
    FaultKind.BUSY: None,
    FaultKind.MAINTENANCE: "K207",
    FaultKind.PROCESSING: "K206",
    FaultKind.IN_PROGRESS: "K206",
    FaultKind.ANSWER_LOST: "K205",
    FaultKind.TRUNCATED: "K205",
    FaultKind.OVERSIZED: "K210",
    FaultKind.WRONG_TYPE: "K210",
    FaultKind.GARBLED: "K210",
    FaultKind.CERTIFICATE_EXPIRED: "K212",
    FaultKind.CERTIFICATE_FOREIGN: "K203",
    FaultKind.CLOCK: None,
    FaultKind.ACCOUNT_STOPPED: "K221",
    FaultKind.CLIENT_REVOKED: "K217",
}
"""Each, and by which code it defers a check; None = the check is answered all the same."""
SET_ASIDE = {FaultKind.ACCOUNT_STOPPED, FaultKind.CLIENT_REVOKED}
ENDLESS = {FaultKind.SLOW, FaultKind.DRIP, FaultKind.PROCESSING, FaultKind.IN_PROGRESS}
"""What ends with the patience alone."""
PATIENCE_S = 2.5
"""Whoever waited longer would have the answer of a slow service, or of a drip, in the end."""
LONG_S = 30.0
"""For an answer that comes: how fast is nothing to fail by."""


def test_no_fault_is_missing() -> None:
    assert set(TOLD) == set(FaultKind)


@pytest.mark.parametrize("kind", list(TOLD))
def test_a_check_met_by_a_fault_is_told_kept_and_answered_once(
    world: World, simulator: RunningSimulator, kind: FaultKind
) -> None:
    if kind in ENDLESS:
        text = world.config.read_text("utf-8")
        world.config.write_text(text.replace("patience_s = 10", f"patience_s = {PATIENCE_S}"))
    reader = InProcessReader()
    with assemble(load(world.config), laid_on=reader) as kiosk:
        assert kiosk.asking.patience_s == PATIENCE_S or kind not in ENDLESS
        reader.insert(card_of(world, "taro", pull=reader.remove))
        simulator.fault(kind, on="/", delay=-86400.0 if kind is FaultKind.CLOCK else 60.0)
        opening = open_check(kiosk.facility, kiosk.clock)
        pin = Pin(world.pin("taro"))
        outcome = verify(opening, pin, reader, kiosk.asking, is_simulated=True)
        kept = kiosk.records.get(opening.check_id)
        if TOLD[kind] is None:
            assert isinstance(outcome, Answered)
        else:
            assert isinstance(outcome, Deferred)
            assert outcome.code == TOLD[kind]
            assert kept.state is (State.SET_ASIDE if kind in SET_ASIDE else State.QUEUED)
            _is_told(outcome, opening.treated_on)
            simulator.clear()
            kiosk.records.retry(opening.check_id)
            patient = replace(kiosk.asking, patience_s=LONG_S)
            finished = drain(patient, due_only=False)
            assert isinstance(finished.last, Answered)
        assert kiosk.records.get(opening.check_id).state is State.ANSWERED
        asked = [each for each in simulator.journal if each["check_id"] == opening.check_id]
        assert [each["repeated"] for each in asked].count(False) == 1


def _is_told(outcome: Deferred, treated_on: date) -> None:
    """To visitor and staff, never as 有効; the staff hear the reason."""
    for language, waits, valid in (("ja", "確認待ち", "有効"), ("en", "waiting", "valid")):
        book = Phrasebook.load(language)
        visitor = " ".join(each.heard for each in told_for(outcome, treated_on, book))
        staff = " ".join(each.heard for each in lines_for(outcome, treated_on, book))
        assert visitor
        assert valid not in visitor + staff
        assert waits in staff.lower()
        assert book.message(outcome.code).heard
