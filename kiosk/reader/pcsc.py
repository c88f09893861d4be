"""Readers of pcsc-lite. The only module that knows pyscard, and loads it when first needed.

The low-level API is used on purpose: pyscard's monitors die for good when pcscd restarts, and its
connections hide whether a context was released. Source: facts CARD, "Readers on pcsc-lite".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Event, Thread
from types import ModuleType

from kiosk.domain.identity import CardIdentity
from kiosk.errors import CardError
from kiosk.ports.card import (
    CardBusy,
    CardRemoved,
    CardUnreadable,
    NoCard,
    NoReader,
    ReadCard,
    ReaderRefused,
    ReaderServiceDown,
    ReaderSupportMissing,
    SeveralCards,
)
from kiosk.reader.apdu import STATUS_LENGTH
from kiosk.reader.card import CardDialogue, Form
from kiosk.reader.channel import TransmissionFailed

NEW_READERS = "\\\\?PnP?\\Notification"
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0
_CANCEL_AGAIN_S = 0.1
# Far longer than the slowest good card: 13 short commands and a signature take about a second.
_PATIENCE_S = 20.0
# pcscd notices a taken card up to this long after a command to it has failed.
_REMOVAL_NOTICED_MS = 600

TIMEOUT = 0x8010000A
CANCELLED = 0x80100002
UNKNOWN_READER = 0x80100009
READER_UNAVAILABLE = 0x80100017
_NO_READERS = 0x8010002E
_ERRORS: dict[int, type[CardError]] = {
    0x80100003: ReaderServiceDown,  # invalid handle: pcscd has been restarted
    0x80100006: ReaderServiceDown,  # out of memory: all 200 contexts are taken
    0x80100013: ReaderServiceDown,  # communication error: pcscd has just gone
    0x8010001D: ReaderServiceDown,  # no service
    0x8010001E: ReaderServiceDown,  # service stopped
    0x8010006A: ReaderRefused,  # security violation: polkit says no
    0x8010000B: CardBusy,  # sharing violation
    0x8010000C: CardRemoved,  # no smart card
    0x80100069: CardRemoved,  # removed card
    UNKNOWN_READER: NoReader,
    READER_UNAVAILABLE: NoReader,
    _NO_READERS: NoReader,
}

ReaderState = tuple[str, int]


def load_scard() -> ModuleType:
    """The low-level module of pyscard; ReaderSupportMissing without the extra."""
    try:
        import smartcard.scard  # noqa: PLC0415 - an optional extra, loaded when first needed
    except ImportError as fault:
        raise ReaderSupportMissing(str(fault.name)) from fault
    module: ModuleType = smartcard.scard
    return module


def _error(result: int, doing: str) -> CardError:
    code = result & 0xFFFFFFFF
    return _ERRORS.get(code, CardUnreadable)(f"{doing}: 0x{code:08X}")


def check_result(result: int, doing: str) -> None:
    """Raise the ``CardError`` of a result that is not success."""
    if result:
        raise _error(result, doing)


@contextmanager
def pcsc_context(scard: ModuleType) -> Iterator[int]:
    """A context of pcscd, which has 200 of them: released on every way out."""
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    check_result(result, "establish context")
    try:
        yield context
    finally:
        scard.SCardReleaseContext(context)


def reader_names(scard: ModuleType, context: int, wanted: str | None) -> list[str]:
    """Names of the readers pcscd knows, or of those wanted."""
    result, names = scard.SCardListReaders(context, [])
    if result & 0xFFFFFFFF == _NO_READERS:
        return []
    check_result(result, "list readers")
    return [name for name in names if wanted is None or wanted in name]


def reader_states(
    scard: ModuleType, context: int, before: list[ReaderState], timeout_ms: int
) -> tuple[int, list[ReaderState]]:
    """SCardGetStatusChange: result (unsigned) and the states as they are now."""
    result, states = scard.SCardGetStatusChange(context, timeout_ms, before)
    return result & 0xFFFFFFFF, [(name, state) for name, state, _ in states]


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
            if result in (TIMEOUT, CANCELLED) or self._stop.is_set():
                raise NoCard if names else NoReader
            check_result(result, "status change")
            *slots, (_, arrivals) = states
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


def _card_among(scard: ModuleType, slots: list[ReaderState]) -> str | None:
    """Name of the reader with the card, None when there is no card; SeveralCards."""
    occupied = [name for name, state in slots if state & scard.SCARD_STATE_PRESENT]
    if len(occupied) > 1:
        raise SeveralCards(f"{len(occupied)} readers hold a card")
    return occupied[0] if occupied else None


class _CardConnection:
    """A card held exclusively: ``Channel`` of the dialogue.

    Args:
        scard: pyscard's low-level module.
        context: PC/SC context.
        reader_name: where the card lies.
        card: handle of SCardConnect.
        protocol: active protocol.
    """

    def __init__(
        self, scard: ModuleType, context: int, reader_name: str, card: int, protocol: int
    ) -> None:
        self._scard = scard
        self._context = context
        self._reader_name = reader_name
        self._card = card
        self._protocol = protocol

    def transmit(self, command: bytes) -> bytes:
        """As ``Channel.transmit``."""
        result, response = self._scard.SCardTransmit(self._card, self._protocol, list(command))
        if result == 0 and len(response) >= STATUS_LENGTH:
            return bytes(response)
        raise self._fault(result)

    def power_cycle(self) -> None:
        """As ``Channel.power_cycle``."""
        scard = self._scard
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        result, self._protocol = scard.SCardReconnect(
            self._card, scard.SCARD_SHARE_EXCLUSIVE, protocols, scard.SCARD_UNPOWER_CARD
        )
        if result:
            raise CardRemoved if self._is_taken() else _error(result, "reconnect")

    def _fault(self, result: int) -> CardError:
        code = result & 0xFFFFFFFF
        if code in _ERRORS:
            return _error(result, "transmit")
        if self._is_taken():
            return CardRemoved(f"transmit: 0x{code:08X}")
        return TransmissionFailed(f"transmit: 0x{code:08X}")

    def _is_taken(self) -> bool:
        """A pulled card and a command the reader does not carry look the same at first."""
        states = [(self._reader_name, self._scard.SCARD_STATE_UNAWARE)]
        for timeout_ms in (0, _REMOVAL_NOTICED_MS):
            result, states = reader_states(self._scard, self._context, states, timeout_ms)
            if result not in (0, TIMEOUT):
                raise _error(result, "status change")
            if not states[0][1] & self._scard.SCARD_STATE_PRESENT:
                return True
        return False


@contextmanager
def _connection(scard: ModuleType, context: int, reader_name: str) -> Iterator[_CardConnection]:
    """The card, exclusively; powered off on every way out, so that it forgets the PIN."""
    protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    result, card, protocol = scard.SCardConnect(
        context, reader_name, scard.SCARD_SHARE_EXCLUSIVE, protocols
    )
    check_result(result, "connect")
    try:
        check_result(scard.SCardBeginTransaction(card), "begin")
        yield _CardConnection(scard, context, reader_name, card, protocol)
    finally:
        # A card or service that has gone makes these fail; there is nothing left to power off then.
        scard.SCardEndTransaction(card, scard.SCARD_LEAVE_CARD)
        scard.SCardDisconnect(card, scard.SCARD_UNPOWER_CARD)


def _within(seconds: float, work: Callable[[], CardIdentity]) -> CardIdentity:
    """The result of work that may block in pcscd, where no signal and no PC/SC call can end it.

    When the time is up the thread is left behind: it holds the reader until the reader answers or
    the card is taken, and then lets go of everything by itself.
    """
    done: Future[CardIdentity] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - not judged here: handed to the caller whole
            done.set_exception(error)

    Thread(target=run, name="card-read", daemon=True).start()
    try:
        return done.result(seconds)
    except TimeoutError as fault:
        raise CardUnreadable(f"no answer within {seconds:g} s") from fault


class PcscReader:
    """``CardReader`` over pcscd: every reader it knows, or those of a name.

    Remembers for each reader which form of the dialogue it takes.

    Args:
        reader_name: part of the name of the readers to use; None = all.
        patience_s: longest time for one reading; a card slower than that is unreadable.
    """

    def __init__(self, *, reader_name: str | None = None, patience_s: float = _PATIENCE_S) -> None:
        self._wanted = reader_name
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
        return _within(self._patience_s, lambda: self._read(request))

    def _read(self, request: ReadCard) -> CardIdentity:
        scard = load_scard()
        with pcsc_context(scard) as context:
            name = self._occupied_reader(scard, context)
            with _connection(scard, context, name) as channel:
                dialogue = CardDialogue(channel, form=self._forms.get(name, Form.FIVE_COMMANDS))
                try:
                    return dialogue.run(request)
                finally:
                    self._forms[name] = dialogue.form

    def _occupied_reader(self, scard: ModuleType, context: int) -> str:
        names = reader_names(scard, context, self._wanted)
        if not names:
            raise NoReader
        before = [(name, scard.SCARD_STATE_UNAWARE) for name in names]
        result, states = reader_states(scard, context, before, 0)
        check_result(result, "status change")
        name = _card_among(scard, states)
        if name is None:
            raise CardRemoved
        return name
