"""``CardReader`` over pcscd: waits for a card, reads it alone, and always powers it off."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from threading import Event, Thread
from types import ModuleType

from kiosk.domain.identity import CardIdentity
from kiosk.ports.card import (
    CardRemoved,
    CardUnreadable,
    NoCard,
    NoReader,
    ReadCard,
    ReaderServiceDown,
    SeveralCards,
)
from kiosk.reader.card import CardDialogue, Form
from kiosk.reader.channel import Channel
from kiosk.reader.connection import PcscConnection, connected
from kiosk.reader.scard import (
    CANCELLED,
    FIRST_PAUSE_S,
    LONGEST_PAUSE_S,
    NEW_READERS,
    READER_UNAVAILABLE,
    TIMEOUT,
    UNKNOWN_READER,
    ReaderState,
    answering_readers,
    check_result,
    does_answer,
    load_scard,
    pcsc_context,
    reader_names,
    reader_states,
)
from kiosk.reader.trace import TracedChannel, Tracer

_CANCEL_AGAIN_S = 0.1
# Far longer than the slowest good card: 13 short commands and a signature take about a second.
_PATIENCE_S = 20.0
# What a reading that nobody waits for any more gets to power the card off.
_LETS_GO_S = 1.0


class _Watch:
    """One wait for one card, in a thread of its own so that a signal can end it.

    Args:
        seconds: how long to look.
        wanted: part of the reader's name, None = any reader.
    """

    def __init__(self, seconds: float, wanted: str | None) -> None:
        self._scard = load_scard()
        self._deadline = time.monotonic() + seconds
        self._wanted = wanted
        self._stop = Event()
        self._context: int | None = None
        self._pause_s = FIRST_PAUSE_S

    def run(self) -> None:
        """Return when one card lies there; the errors of ``CardReader.wait_for_card``."""
        while True:
            try:
                return self._watch_service()
            except ReaderServiceDown:
                self._stop.wait(min(self._pause_s, self._left()))
                self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
                if self._left() <= 0 or self._stop.is_set():
                    raise

    def cancel(self) -> None:
        """End a wait from another thread; to be repeated until ``run`` has returned."""
        self._stop.set()
        context = self._context
        if context is not None:
            self._scard.SCardCancel(context)

    def _left(self) -> float:
        return max(0.0, self._deadline - time.monotonic())

    def _watch_service(self) -> None:
        with pcsc_context(self._scard) as context:
            self._context = context
            try:
                self._watch_readers(context)
            finally:
                self._context = None

    def _watch_readers(self, context: int) -> None:
        arrivals = self._scard.SCARD_STATE_UNAWARE
        is_found = False
        while not is_found:
            names = reader_names(self._scard, context, self._wanted)
            self._pause_s = FIRST_PAUSE_S
            is_found, arrivals = self._watch_cards(context, names, arrivals)

    def _watch_cards(self, context: int, names: list[str], arrivals: int) -> tuple[bool, int]:
        """True when a card lies there, False when the readers are to be listed anew."""
        states = [(name, self._scard.SCARD_STATE_UNAWARE) for name in names]
        states.append((NEW_READERS, arrivals))
        while True:
            result, states = reader_states(self._scard, context, states, self._left_ms())
            if result in (UNKNOWN_READER, READER_UNAVAILABLE):
                return False, arrivals
            *slots, (_, now) = states
            if result in (TIMEOUT, CANCELLED) or self._stop.is_set():
                raise NoCard if _do_any_answer(self._scard, slots) else NoReader
            check_result(result, "status change")
            arrivals = now
            if _card_among(self._scard, slots) is not None:
                return True, arrivals
            if self._is_stale(slots, arrivals):
                return False, arrivals

    def _left_ms(self) -> int:
        return int(1000 * self._left())

    def _is_stale(self, slots: list[ReaderState], arrivals: int) -> bool:
        if arrivals & self._scard.SCARD_STATE_CHANGED:
            return True
        return any(state & self._scard.SCARD_STATE_UNKNOWN for _, state in slots)


def _do_any_answer(scard: ModuleType, slots: list[ReaderState]) -> bool:
    return any(does_answer(scard, state) for _, state in slots)


def _card_among(scard: ModuleType, slots: list[ReaderState]) -> str | None:
    """Name of the reader with the card, None when there is no card; SeveralCards."""
    occupied = [name for name, state in slots if state & scard.SCARD_STATE_PRESENT]
    if len(occupied) > 1:
        raise SeveralCards(f"{len(occupied)} readers hold a card")
    return occupied[0] if occupied else None


def _within(seconds: float, work: Callable[[Event], CardIdentity]) -> CardIdentity:
    """The result of work that may block in pcscd, where no signal and no PC/SC call can end it.

    When the time is up, or a signal ends the wait, the work is told to give up and gets a moment to
    power the card off. A reader that does not answer outlasts it: the thread is left behind, sends
    nothing more, and lets go of everything when the reader answers or the card is taken.
    """
    done: Future[CardIdentity] = Future()
    given_up = Event()

    def run() -> None:
        try:
            done.set_result(work(given_up))
        except BaseException as error:  # noqa: BLE001 - not judged here: handed to the caller whole
            done.set_exception(error)

    reading = Thread(target=run, name="card-read", daemon=True)
    reading.start()
    try:
        return done.result(seconds)
    except TimeoutError as fault:
        raise CardUnreadable(f"no answer within {seconds:g} s") from fault
    finally:
        given_up.set()
        reading.join(_LETS_GO_S)


def _first_form(channel: PcscConnection) -> Form:
    """What the reader says it takes; the five commands where it says nothing."""
    return Form.CLASSIC if channel.properties().takes_extended is False else Form.FIVE_COMMANDS


class PcscReader:
    """``CardReader`` over pcscd: every reader it knows, or those of a name.

    Asks each reader once what it takes, and remembers which form of the dialogue did work there.

    Args:
        reader_name: part of the name of the readers to use; None = all.
        patience_s: longest time for one reading; a card slower than that is unreadable.
        tracer: is told of the traffic; None = nobody.
    """

    def __init__(
        self,
        *,
        reader_name: str | None = None,
        patience_s: float = _PATIENCE_S,
        tracer: Tracer | None = None,
    ) -> None:
        self._wanted = reader_name
        self._tracer = tracer
        self._patience_s = patience_s
        self._forms: dict[str, Form] = {}

    def wait_for_card(self, seconds: float) -> None:
        """As ``CardReader.wait_for_card``; blocks in pcscd, does not poll.

        An exception in this thread (Ctrl-C) ends the wait at once.
        """
        watch = _Watch(seconds, self._wanted)
        with ThreadPoolExecutor(1, "card-watch") as pool:
            looked = pool.submit(watch.run)
            try:
                looked.result()
            finally:
                while not looked.done():
                    watch.cancel()
                    wait([looked], timeout=_CANCEL_AGAIN_S)

    def read(self, request: ReadCard) -> CardIdentity:
        """As ``CardReader.read``.

        Raises:
            CardRemoved: no card lies there any more.
            CardError: as the port says.
        """
        return _within(self._patience_s, lambda given_up: self._read(request, given_up))

    def _read(self, request: ReadCard, given_up: Event) -> CardIdentity:
        scard = load_scard()
        with pcsc_context(scard) as context:
            name = self._occupied_reader(scard, context)
            with ExitStack() as stack:
                card = stack.enter_context(connected(scard, context, name, given_up))
                form = self._forms.get(name) or _first_form(card)
                dialogue = CardDialogue(self._traced(card, name, stack), form=form)
                try:
                    return dialogue.run(request)
                finally:
                    self._forms[name] = dialogue.form

    def _traced(self, card: Channel, name: str, stack: ExitStack) -> Channel:
        if self._tracer is None:
            return card
        return TracedChannel(card, stack.enter_context(self._tracer.dialogue(name)))

    def _occupied_reader(self, scard: ModuleType, context: int) -> str:
        readers = answering_readers(scard, context, self._wanted)
        if not readers:
            raise NoReader
        name = _card_among(scard, readers)
        if name is None:
            raise CardRemoved
        return name
