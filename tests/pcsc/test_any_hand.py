"""Whatever hands do with cards, reader and pcscd, real ones: only a typed wrong PIN spends a try.

A Hypothesis machine. Each reading must end in just what was done to it, each change must reach the
watch, and no second program may find a PIN verified. At the end of each story all is put right, and
an ordinary card must be seen and read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import ClassVar

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kiosk.domain.identity import Pin
from kiosk.errors import CardError
from kiosk.ports.card import (
    CardRemoved,
    LastTry,
    NoCard,
    NoReader,
    PinBlocked,
    ReadCard,
    ReaderServiceDown,
    Slot,
    WrongPin,
)
from kiosk.reader.contexts import count_contexts
from kiosk.reader.pcsc import PcscReader
from kiosk.reader.watch import PcscWatch
from kiosk.simulator.options import KeyKind
from kiosk.simulator.tries import MemoryTries
from tests.pcsc.conftest import MAY_I_SIGN, NO, own_descriptors, second_program
from tests.support.cards import RIGHT_PIN, WRONG_PIN, CardMaker, Counting
from tests.support.pcscd import Laid, OwnPcscd, Pcscd, until
from tests.support.scripted import CHALLENGE

pytestmark = pytest.mark.pcsc
Lay = Callable[..., Laid]
NEXT_KEY = ec.generate_private_key(ec.SECP384R1())
MISHAPS: dict[str, type[CardError]] = {
    "pulled": CardRemoved,
    "pcscd killed": ReaderServiceDown,
    "unplugged": NoReader,
}


class Eyes:
    """The thread of a kiosk that watches its reader."""

    def __init__(self) -> None:
        self._watch = PcscWatch()
        self._is_over = False
        self.told: Slot | None = None
        self.thread = threading.Thread(target=self._look, name="eyes")
        self.thread.start()

    def close(self) -> None:
        self._is_over = True
        while self.thread.is_alive():
            self._watch.close()
            self.thread.join(0.02)

    def _look(self) -> None:
        while not self._is_over:
            self.told = self._watch.next_change(60) or self.told


class Struck(Counting):
    """A card to which, or to whose reader, something may happen before its n-th answer arrives."""

    _at = 0
    _strike: Callable[[], None] | None = None

    def arm(self, at: int, strike: Callable[[], None] | None) -> None:
        """From now on: the n-th command, and what happens then."""
        self._at = len(self.seen) + at
        self._strike = strike

    @property
    def was_struck(self) -> bool:
        return self._strike is not None and len(self.seen) >= self._at

    def transmit(self, command: bytes) -> bytes:
        response = super().transmit(command)
        if self._strike is not None and len(self.seen) == self._at:
            self._strike()
        return response


class Hands(RuleBasedStateMachine):
    """What people and technicians do."""

    own: ClassVar[OwnPcscd]
    lay_on: ClassVar[Lay]
    cards: ClassVar[CardMaker]

    def __init__(self) -> None:
        super().__init__()
        self.own.put_right()
        self.descriptors, self.threads = own_descriptors(), threading.active_count()
        self.eyes = Eyes()
        self.reader = PcscReader()
        self.is_up = self.is_plugged = True
        self.tries = MemoryTries()
        self.card: Struck | None = None
        self.laid: Laid | None = None

    @precondition(lambda self: self.slot is Slot.EMPTY)
    @rule(key=st.sampled_from(KeyKind), is_short=st.booleans(), left=st.sampled_from([3, 2, 1, 0]))
    def lay(self, key: KeyKind, *, is_short: bool, left: int) -> None:
        self.tries = MemoryTries(left)
        key_ = NEXT_KEY if key is KeyKind.ECDSA else None
        self.card = Struck(self.cards.card(key=key_, tries=self.tries, short_only=is_short))
        self.laid = type(self).lay_on(self.card)

    @precondition(lambda self: self.card is not None)
    @rule()
    def take(self) -> None:
        assert self.laid is not None
        self.laid.take()
        self.card = self.laid = None

    @rule(
        pin=st.sampled_from([RIGHT_PIN, WRONG_PIN, None]),
        is_warned=st.booleans(),
        mishap=st.none() | st.sampled_from(list(MISHAPS)),
        at=st.integers(1, 14),
    )
    def read(self, pin: str | None, mishap: str | None, at: int, *, is_warned: bool) -> None:
        before, expected = self.tries.read(), self._end_of(pin, is_warned=is_warned)
        may_send = pin is not None and self._is_sent(is_warned=is_warned)
        sent = self.card.pins if self.card else 0
        if self.card:
            self.card.arm(at, self._strike(mishap) if mishap else None)
        ended = self._read(ReadCard(CHALLENGE, Pin(pin) if pin else None, is_warned=is_warned))
        if self.card:
            assert self.card.pins - sent <= may_send
            has_cost = self.card.pins > sent and pin == WRONG_PIN
            is_given_back = self.card.pins > sent and pin == RIGHT_PIN
            assert self.tries.read() == (3 if is_given_back else before - has_cost)
        if mishap and self.card and self.card.was_struck:
            expected = MISHAPS[mishap]
            self._suffer(mishap)
        assert ended is expected
        self._nobody_else_may_sign()

    @precondition(lambda self: self.is_up)
    @rule(is_killed=st.booleans())
    def stop_pcscd(self, *, is_killed: bool) -> None:
        self.own.stop(kill=is_killed)
        self._suffer("pcscd killed")

    @precondition(lambda self: self.is_plugged and not self.is_up)
    @rule()
    def start_pcscd(self) -> None:
        self.own.start()
        self.is_up = True

    @precondition(lambda self: self.is_up and self.is_plugged)
    @rule()
    def unplug(self) -> None:
        self.own.unplug()
        self._suffer("unplugged")

    @precondition(lambda self: not self.is_plugged)
    @rule()
    def plug_in(self) -> None:
        self.own.plug_in()
        self.is_plugged = True

    @rule()
    def look(self) -> None:
        """What ``kiosk check`` does before it reads; a card that comes is not waited for."""
        ended: type[CardError] | None = None
        try:
            self.reader.wait_for_card(0.05)
        except CardError as error:
            ended = type(error)
        gone = NoReader if self.is_up else ReaderServiceDown
        assert ended is {Slot.CARD: None, Slot.EMPTY: NoCard, Slot.NO_READER: gone}[self.slot]

    @invariant()
    def the_watch_lives_and_knows(self) -> None:
        until(lambda: self.eyes.told is self.slot, f"the watch sees: {self.slot}")
        assert self.eyes.thread.is_alive()

    @invariant()
    def only_the_watch_has_a_context(self) -> None:
        if self.is_up:
            until(lambda: count_contexts() == 1, "pcscd has one context")

    def teardown(self) -> None:
        try:
            self._end_well()
        finally:
            self.eyes.close()
            self.own.put_right()
        assert (own_descriptors(), threading.active_count()) == (self.descriptors, self.threads)

    def _end_well(self) -> None:
        if not self.is_plugged:
            self.plug_in()
        if not self.is_up:
            self.start_pcscd()
        if self.card:
            self.take()
        self.the_watch_lives_and_knows()
        self.lay(KeyKind.RSA, is_short=False, left=3)
        self.the_watch_lives_and_knows()
        self.read(RIGHT_PIN, None, 1, is_warned=False)
        self.take()
        self.the_watch_lives_and_knows()

    @property
    def slot(self) -> Slot:
        """What there is to be seen."""
        if not (self.is_up and self.is_plugged):
            return Slot.NO_READER
        return Slot.CARD if self.card else Slot.EMPTY

    def _end_of(self, pin: str | None, *, is_warned: bool) -> type[CardError] | None:
        """How a reading has to end when nothing happens meanwhile; None = with an identity."""
        if self.slot is Slot.NO_READER:
            return NoReader if self.is_up else ReaderServiceDown
        if self.card is None:
            return CardRemoved
        left = self.tries.read()
        if pin and not self._is_sent(is_warned=is_warned):
            return LastTry if left else PinBlocked
        if pin == WRONG_PIN:
            return WrongPin if left > 1 else PinBlocked
        return None

    def _is_sent(self, *, is_warned: bool) -> bool:
        """Whether a card with so many tries is given the PIN."""
        return self.tries.read() > (0 if is_warned else 1)

    def _read(self, request: ReadCard) -> type[CardError] | None:
        try:
            identity = self.reader.read(request)
        except CardError as error:
            return type(error)
        assert (identity.signature is None) == (request.pin is None)
        return None

    def _strike(self, mishap: str) -> Callable[[], None]:
        assert self.laid is not None
        return {
            "pulled": self.laid.stop.set,
            "pcscd killed": lambda: self.own.stop(kill=True),
            "unplugged": self.own.unplug,
        }[mishap]

    def _suffer(self, mishap: str) -> None:
        """What it means for the card: it has no power, and lies nowhere."""
        self.is_up = self.is_up and mishap != "pcscd killed"
        self.is_plugged = self.is_plugged and mishap != "unplugged"
        if self.laid:
            self.laid.take()
        self.card = self.laid = None

    def _nobody_else_may_sign(self) -> None:
        if self.slot is Slot.CARD:
            with second_program() as second:
                assert second.say_when_free(*MAY_I_SIGN) == NO


def play(pcscd: Pcscd, lay: Lay, cards: CardMaker, stories: int, steps: int) -> None:
    if pcscd.own is None or not pcscd.own.can_unplug:
        pytest.skip("needs gcc, and a pcscd that is ours to stop and to take the reader from")
    people = type("People", (Hands,), {"own": pcscd.own, "lay_on": lay, "cards": cards})
    few = settings(
        max_examples=stories,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(people, settings=few)


def test_no_hand_costs_a_try_or_blinds_the_watch(pcscd: Pcscd, lay: Lay, cards: CardMaker) -> None:
    play(pcscd, lay, cards, 3, 8)


@pytest.mark.soak
@pytest.mark.timeout(5000)
def test_many_hands(pcscd: Pcscd, lay: Lay, cards: CardMaker) -> None:
    play(pcscd, lay, cards, 60, 20)
