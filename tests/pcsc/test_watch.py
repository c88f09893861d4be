"""Waiting for a card while cards and pcscd come and go."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import pytest

from kiosk.ports.card import NoCard, NoReader, Slot
from kiosk.reader.pcsc import PcscReader
from kiosk.reader.survey import count_readers, survey
from kiosk.reader.watch import PcscWatch
from tests.pcsc.conftest import WatchedCard
from tests.support.cards import CardMaker
from tests.support.pcscd import Laid, OwnPcscd, Pcscd, pcscd_socket
from tests.support.scripted import REQUEST, SELECT, SIGN, VERIFY
from tests.support.service import NOBODY_WAITS_S

pytestmark = pytest.mark.pcsc
Lay = Callable[..., Laid]

_WAIT = """
import signal
import sys
from kiosk.errors import CardError
from kiosk.reader.pcsc import PcscReader
# As at a terminal, also where the tests were started in the background, which ignores it.
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    print("waiting", flush=True)
    PcscReader().wait_for_card(float(sys.argv[1]))
    print("card")
except CardError as error:
    print(error.code)
except KeyboardInterrupt:
    print("interrupted")
"""


@contextmanager
def _waiting(seconds: float, *, pcscd_at: Path | None = None) -> Iterator[subprocess.Popen[str]]:
    """A program that waits for a card on the pcscd behind that socket, and says what came."""
    environment = os.environ | {"PCSCLITE_CSOCK_NAME": str(pcscd_at or pcscd_socket())}
    command = [sys.executable, "-c", _WAIT, str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        yield process


def _outcome(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=60)
    return out.strip()


def test_a_card_is_seen_at_once(lay: Lay, cards: CardMaker) -> None:
    hand = Timer(0.3, lay, [cards.card()])
    hand.start()
    PcscReader().wait_for_card(NOBODY_WAITS_S)
    hand.join()


@pytest.mark.usefixtures("pcscd")
def test_waiting_does_not_poll() -> None:
    before = time.process_time()
    with pytest.raises(NoCard):
        PcscReader().wait_for_card(1)
    assert time.process_time() - before < 0.1


@pytest.mark.usefixtures("pcscd")
def test_ctrl_c_ends_the_wait() -> None:
    with _waiting(100) as process:
        process.send_signal(signal.SIGINT)
        assert _outcome(process) == "interrupted"


@pytest.mark.usefixtures("pcscd")
def test_pcscd_absent_until_the_time_is_up(tmp_path: Path) -> None:
    with _waiting(0.5, pcscd_at=tmp_path / "nobody") as process:
        assert _outcome(process) == "K122"


@pytest.mark.usefixtures("pcscd")
def test_ctrl_c_ends_the_wait_for_pcscd(tmp_path: Path) -> None:
    with _waiting(100, pcscd_at=tmp_path / "nobody") as process:
        process.send_signal(signal.SIGINT)
        assert _outcome(process) == "interrupted"


def test_pcscd_that_comes_late_is_found(lay: Lay, cards: CardMaker, tmp_path: Path) -> None:
    lay(cards.card())
    with _waiting(20, pcscd_at=tmp_path / "pcscd") as process:
        (tmp_path / "pcscd").symlink_to(pcscd_socket())
        assert _outcome(process) == "card"


def test_pcscd_restarted_while_waiting(pcscd: Pcscd, lay: Lay, cards: CardMaker) -> None:
    if pcscd.own is None:
        pytest.skip("pcscd is not ours to restart")
    with _waiting(60) as process:
        pcscd.own.restart()
        lay(cards.card())
        assert _outcome(process) == "card"


_LOOK = """
import sys
from kiosk.reader.watch import PcscWatch
watch = PcscWatch()
while True:
    print(watch.next_change(60), flush=True)
"""


@contextmanager
def _looking(pcscd_at: Path | None = None) -> Iterator[Callable[[], str]]:
    """A program that watches the readers for good; gives what it saw next."""
    environment = os.environ | {"PCSCLITE_CSOCK_NAME": str(pcscd_at or pcscd_socket())}
    command = [sys.executable, "-c", _LOOK]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        yield lambda: (process.stdout and process.stdout.readline().strip()) or ""
        process.kill()


def test_a_watch_outlives_pcscd(pcscd: Pcscd, lay: Lay, cards: CardMaker) -> None:
    if pcscd.own is None:
        pytest.skip("pcscd is not ours to restart")
    with _looking() as seen:
        assert seen() == "empty"
        pcscd.own.restart()
        assert seen() == "no_reader"
        assert seen() == "empty"
        lay(cards.card())
        assert seen() == "card"


@pytest.mark.usefixtures("pcscd")
def test_a_watch_that_begins_before_pcscd_finds_it(tmp_path: Path) -> None:
    with _looking(tmp_path / "pcscd") as seen:
        assert seen() == "no_reader"
        (tmp_path / "pcscd").symlink_to(pcscd_socket())
        assert seen() == "empty"


@pytest.fixture
def loose(pcscd: Pcscd) -> Iterator[OwnPcscd]:
    """The pcscd whose reader can be unplugged."""
    if pcscd.own is None or not pcscd.own.can_unplug:
        pytest.skip("the reader cannot be unplugged: needs gcc, and a pcscd that is ours")
    yield pcscd.own
    pcscd.own.put_right()


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(SELECT, marks=pytest.mark.soak),
        VERIFY,
        pytest.param(SIGN, marks=pytest.mark.soak),
    ],
)
def test_a_reader_that_does_not_answer_any_more_is_none(
    loose: OwnPcscd, lay: Lay, cards: CardMaker, at: str
) -> None:
    """pcscd goes on listing it; who waits for a card to be laid there would wait for ever."""

    class Unplugged(WatchedCard):
        def transmit(self, command: bytes) -> bytes:
            response = super().transmit(command)
            if command.hex() == at:
                loose.unplug()
            return response

    watch, reader = PcscWatch(), PcscReader()
    card = Unplugged(cards.card())
    laid = lay(card)
    assert watch.next_change(10) is Slot.CARD
    with pytest.raises(NoReader):
        reader.read(REQUEST)
    assert card.commands[-1] == at
    assert card.pins == (at != SELECT)
    assert watch.next_change(10) is Slot.NO_READER
    with pytest.raises(NoReader):
        reader.wait_for_card(0.2)
    with pytest.raises(NoReader):
        reader.read(REQUEST)
    assert (survey(), count_readers()) == ([], 0)
    laid.take()
    loose.plug_in()
    assert watch.next_change(10) is Slot.EMPTY
    watch.close()
    watch.next_change(0)
