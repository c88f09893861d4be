"""The thread of the visit, where it comes late."""

from __future__ import annotations

import threading

from kiosk.core.visits import Hands, VisitLoop
from kiosk.domain.visit import Approached, Effect, Forget, StaffCalled, Tell, WentBack
from kiosk.phrasebook import Phrase
from tests.support.desk import PATIENCE_S

QUICKLY = 0.001
"""Whether they are still there is asked after a few hundredths of a second."""
LATE_S = 0.2


def test_a_key_struck_in_time_counts_although_the_box_came_late() -> None:
    told: list[Effect] = []
    is_held, goes_on, is_over = threading.Event(), threading.Event(), threading.Event()

    def tell(effect: Effect) -> None:
        told.append(effect)
        if isinstance(effect, Forget):
            is_over.set()

    def call(*, is_called: bool) -> None:
        is_held.set()
        goes_on.wait(PATIENCE_S * is_called)

    def nothing(_: object) -> None:
        """Nobody gets so far."""

    loop = VisitLoop(Hands(tell, nothing, nothing, call, nothing, lambda: True), tempo=QUICKLY)
    loop.happen(Approached())
    loop.happen(StaffCalled())
    loop.start()
    assert is_held.wait(PATIENCE_S)
    loop.happen(WentBack())
    assert not is_over.wait(LATE_S)
    goes_on.set()
    assert is_over.wait(PATIENCE_S)
    loop.stop()
    phrases = [each.phrase for each in told if isinstance(each, Tell)]
    assert Phrase.RECEPTION_WELCOME in phrases
    assert Phrase.RECEPTION_STILL_THERE not in phrases
