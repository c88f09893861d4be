"""Every fault of the service: what the visitor is told, what is kept, and one answer at the end."""

from __future__ import annotations

import pytest

from kiosk.domain.check import Answered, Deferred
from kiosk.domain.identity import Pin
from kiosk.domain.lifecycle import State
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
    FaultKind.ERROR: "K208",
    FaultKind.TOO_MANY: "K209",
    FaultKind.MAINTENANCE: "K207",
    FaultKind.ANSWER_LOST: "K205",
    FaultKind.TRUNCATED: "K205",
    FaultKind.OVERSIZED: "K210",
    FaultKind.WRONG_TYPE: "K210",
    FaultKind.GARBLED: "K210",
    FaultKind.CERTIFICATE_EXPIRED: "K212",
    FaultKind.CERTIFICATE_FOREIGN: "K203",
    FaultKind.ACCOUNT_STOPPED: "K221",
    FaultKind.CLIENT_REVOKED: "K217",
}
SET_ASIDE = {FaultKind.ACCOUNT_STOPPED, FaultKind.CLIENT_REVOKED}


@pytest.mark.parametrize("kind", list(TOLD))
def test_a_check_met_by_a_fault_is_told_kept_and_answered_once(
    world: World, simulator: RunningSimulator, kind: FaultKind
) -> None:
    reader = InProcessReader()
    with assemble(load(world.config), laid_on=reader) as kiosk:
        reader.insert(card_of(world, "taro", pull=reader.remove))
        simulator.fault(kind, on="/")
        opening = open_check(kiosk.facility, kiosk.clock)
        pin = Pin(world.pin("taro"))
        outcome = verify(opening, pin, reader, kiosk.asking, is_simulated=True)
        assert isinstance(outcome, Deferred)
        assert outcome.code == TOLD[kind]
        for language in ("ja", "en"):
            assert Phrasebook.load(language).message(outcome.code).heard
        kept = kiosk.records.get(opening.check_id)
        assert kept.state is (State.SET_ASIDE if kind in SET_ASIDE else State.QUEUED)
        simulator.clear()
        kiosk.records.retry(opening.check_id)
        finished = drain(kiosk.asking, due_only=False)
        assert isinstance(finished.last, Answered)
        assert kiosk.records.get(opening.check_id).state is State.ANSWERED
        asked = [each for each in simulator.journal if each["check_id"] == opening.check_id]
        assert [each["repeated"] for each in asked].count(False) == 1
