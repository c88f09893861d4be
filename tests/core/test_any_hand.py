"""Whatever hands do with cards, keys, reader and service: only a typed PIN spends a PIN try.

A Hypothesis machine plays people before the core. At the end of each story reader and card are put
right, and an ordinary visit must succeed: nothing is stuck.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kiosk.desk.messages import Key
from kiosk.domain.identity import Pin
from kiosk.domain.visit import Phase
from kiosk.ports.card import ReaderServiceDown
from kiosk.simulator import pki
from kiosk.simulator.card import SimulatedCard
from kiosk.simulator.mishaps import PulledCard
from kiosk.simulator.options import CardOptions, KeyKind, Pulled
from kiosk.simulator.tries import MemoryTries
from tests.core.conftest import Box
from tests.support.cards import Counting

PERSON = "taro"
PATIENCE_S = 30.0
WRONG = "9999"


class Hands(RuleBasedStateMachine):
    """People, and what they do."""

    box: Box
    pairs: dict[KeyKind, pki.KeyPair]

    def __init__(self) -> None:
        super().__init__()
        self.visitor = self.box.visitor()
        self.right = self.box.world.pin(PERSON)
        self.typed = self.wrong = 0
        self.tries = MemoryTries()
        self.laid: list[Counting] = []

    @rule(
        key=st.sampled_from(KeyKind),
        is_short=st.booleans(),
        pulled=st.none() | st.tuples(st.integers(1, 8), st.sampled_from(Pulled)),
    )
    def lay(self, key: KeyKind, *, is_short: bool, pulled: tuple[int, Pulled] | None) -> None:
        pair = self.pairs[key]
        card = Counting(
            SimulatedCard(
                key=pair.key,
                certificate=pki.der(pair.certificate),
                ca_certificate=self.box.world.card_ca_certificate,
                pin=Pin(self.right),
                tries=self.tries,
                options=CardOptions(short_only=is_short),
            )
        )
        self.laid.append(card)
        reader = self.box.reader
        reader.insert(PulledCard(card, *pulled, reader.remove) if pulled else card)

    @rule()
    def take(self) -> None:
        self.box.reader.remove()

    @rule(key=st.sampled_from(Key))
    def press(self, key: Key) -> None:
        self.visitor.press(key)

    @rule(is_right=st.booleans())
    def type_pin(self, *, is_right: bool) -> None:
        self.typed += 1
        self.wrong += not is_right
        self.visitor.type_pin(self.right if is_right else WRONG)

    @rule()
    def unplug(self) -> None:
        self.box.reader.unplug()

    @rule()
    def stop_pcscd(self) -> None:
        self.box.reader.unplug(ReaderServiceDown())

    @rule()
    def plug_in(self) -> None:
        self.box.reader.plug_in()

    @rule()
    def wait(self) -> None:
        """Until nothing is being read or asked."""
        self._until(lambda: self.phase not in (Phase.READING, Phase.ASKING))

    @invariant()
    def a_pin_goes_to_a_card_once_at_most(self) -> None:
        assert sum(each.pins for each in self.laid) <= self.typed

    def teardown(self) -> None:
        try:
            self._end_well()
        finally:
            self.visitor.link.close()

    def _end_well(self) -> None:
        self.box.reader.plug_in()
        self.box.reader.remove()
        self._until(self._rests)
        # A card counts a try down before it compares: only at rest does the number hold.
        assert 3 - self.tries.read() <= self.wrong
        self.tries.write(3)
        self._ordinary_visit()
        self.box.reader.remove()
        self._until(self._rests)

    def _ordinary_visit(self) -> None:
        """Somebody who does as asked; what was typed last may still be under way when they come."""
        for _ in range(3):
            self.lay(KeyKind.RSA, is_short=False, pulled=None)
            self._until(self._is_told)
            if self.laid[-1].signatures:
                assert self.tries.read() == 3
                return
            self.box.reader.remove()
            self._until(self._rests)
        raise AssertionError("nobody gets through any more")

    def _is_told(self) -> bool:
        if self.phase is Phase.IDENTIFYING:
            self.typed += 1
            self.visitor.type_pin(self.right)
            self._until(lambda: self.phase is not Phase.IDENTIFYING)
        return self.phase is Phase.TOLD

    def _rests(self) -> bool:
        if self.phase is not Phase.RESTING:
            self.visitor.press(Key.BACK)
        return self.phase is Phase.RESTING

    @property
    def phase(self) -> Phase:
        assert self.box.core is not None
        return self.box.core._visits.phase

    def _until(self, is_so: Callable[[], bool]) -> None:
        """Poll another thread, with a deadline."""
        deadline = time.monotonic() + PATIENCE_S
        for _ in count():
            if is_so():
                return
            assert time.monotonic() < deadline, f"stuck in {self.phase}"
            time.sleep(0.002)


def play(box: Box, stories: int) -> None:
    pairs = {key: box.world.card(PERSON, key=key) for key in KeyKind}
    people = type("People", (Hands,), {"box": box, "pairs": pairs})
    few = settings(
        max_examples=stories,
        stateful_step_count=15,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(people, settings=few)


def test_no_hand_costs_a_try_or_gets_it_stuck(box: Box) -> None:
    play(box, 60)


@pytest.mark.soak
def test_many_hands(box: Box) -> None:
    play(box, 1000)
