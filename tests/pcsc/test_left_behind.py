"""What a reading leaves behind on the card and in pcscd when it does not end well."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from kiosk.ports.card import ReaderServiceFull, Slot
from kiosk.reader.contexts import MOST_CONTEXTS, count_contexts
from kiosk.reader.pcsc import PcscReader
from kiosk.reader.watch import PcscWatch
from tests.pcsc.conftest import MAY_I_SIGN, NO, SecondProgram, Slow, WatchedCard, given_up
from tests.support.cards import CardMaker
from tests.support.pcscd import Laid
from tests.support.scripted import READ, REQUEST, SELECT, SIGN, TRIES, VERIFY

pytestmark = pytest.mark.pcsc
Lay = Callable[..., Laid]

_READ = """
import sys
from kiosk.domain.identity import Pin
from kiosk.ports.card import ReadCard
from kiosk.reader.pcsc import PcscReader
PcscReader().read(ReadCard(bytes(range(32)), Pin(sys.argv[1])))
"""


class Stubborn(Slow):
    """A card whose reader resets it without taking its power: the PIN stays verified."""

    def reset(self) -> None:
        self._see("reset")


@contextmanager
def _reading() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", _READ, "1234"], stderr=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_killed_after_the_pin_the_card_is_reset_at_once(
    lay: Lay, cards: CardMaker, second: SecondProgram
) -> None:
    card = Slow(cards.card(), SIGN)
    lay(card)
    with _reading() as process:
        assert card.is_asked.wait(60)
        process.send_signal(signal.SIGKILL)
        process.wait(60)
        card.may_answer.set()
        assert second.say_when_free(*MAY_I_SIGN) == NO
    assert card.seen[card.seen.index(SIGN) + 1] == "reset"


def test_killed_with_a_reader_that_resets_without_power(
    lay: Lay, cards: CardMaker, second: SecondProgram
) -> None:
    """What no process can prevent: until pcscd takes the power, anybody could sign."""
    card = Stubborn(cards.card(), SIGN)
    lay(card)
    with _reading() as process:
        assert card.is_asked.wait(60)
        process.send_signal(signal.SIGKILL)
        process.wait(60)
        card.may_answer.set()
        assert card.ends_powered_off(within=15)
    assert second.say(*MAY_I_SIGN) == NO


def test_a_card_left_verified_is_powered_off_when_the_kiosk_begins(
    lay: Lay, cards: CardMaker, second: SecondProgram
) -> None:
    card = WatchedCard(cards.card())
    lay(card)
    assert second.say(SELECT, TRIES, VERIFY) == ["9000", "63c3", "9000"]
    watch = PcscWatch()
    begins = time.monotonic()
    assert watch.next_change(10) is Slot.CARD
    assert card.ends_powered_off(within=2)
    # Left alone pcscd would take it too, but only after some 5 s.
    assert time.monotonic() - begins < 4
    assert second.say(*MAY_I_SIGN) == NO
    watch.close()
    watch.next_change(0)


def test_a_card_that_another_program_holds_is_left_to_it(
    lay: Lay, cards: CardMaker, second: SecondProgram
) -> None:
    card = WatchedCard(cards.card())
    lay(card)
    watch = PcscWatch()
    with second.connected(exclusively=True):
        assert watch.next_change(10) is Slot.CARD
        assert card.seen[-1] == "on"
    watch.close()
    watch.next_change(0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_a_way_out_like_any_other(
    lay: Lay, cards: CardMaker, number: signal.Signals
) -> None:
    card = Slow(cards.card(), TRIES)
    lay(card)
    program = f"from kiosk.cli.door import end_by_signal\nend_by_signal()\n{_READ}"
    command = [sys.executable, "-c", program, "1234"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        assert card.is_asked.wait(60)
        process.send_signal(number)
        # The signal is seen while the card still thinks.
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        card.may_answer.set()
        process.wait(60)
    assert card.pins == 0
    assert card.ends_powered_off()
    assert "reset" not in card.seen


def test_a_reading_given_up_sends_no_pin(lay: Lay, cards: CardMaker) -> None:
    card = given_up(lay, cards, TRIES)
    card.may_answer.set()
    assert card.ends_powered_off()
    assert card.commands == [SELECT, READ, TRIES]
    assert VERIFY not in card.commands


def test_no_place_left_in_pcscd_is_not_taken_for_a_refusal(lay: Lay, cards: CardMaker) -> None:
    from smartcard import scard  # noqa: PLC0415 - optional extra, skipped where it is missing

    lay(cards.card())
    taken = []
    while (answer := scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM))[0] == 0:
        taken.append(answer[1])
    try:
        assert count_contexts() == MOST_CONTEXTS
        with pytest.raises(ReaderServiceFull, match="200"):
            PcscReader().read(REQUEST)
    finally:
        for each in taken:
            scard.SCardReleaseContext(each)
    assert PcscReader().read(REQUEST).signature is not None
