"""pcsc-lite's own calls. The only module that knows pyscard, and loads it when first needed.

The low-level API is used on purpose: pyscard's monitors die for good when pcscd restarts, and its
connections hide whether a context was released. Source: facts CARD, "Readers on pcsc-lite".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from kiosk.errors import CardError
from kiosk.ports.card import (
    CardBusy,
    CardRemoved,
    CardUnreadable,
    NoReader,
    ReaderRefused,
    ReaderServiceDown,
    ReaderServiceFull,
    ReaderSupportMissing,
)
from kiosk.reader.contexts import MOST_CONTEXTS, count_contexts, does_listen

NEW_READERS = "\\\\?PnP?\\Notification"
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0

TIMEOUT = 0x8010000A
CANCELLED = 0x80100002
UNKNOWN_READER = 0x80100009
READER_UNAVAILABLE = 0x80100017
_NO_READERS = 0x8010002E
_ERRORS: dict[int, type[CardError]] = {
    0x80100003: ReaderServiceDown,  # invalid handle: pcscd has been restarted
    0x80100006: ReaderServiceDown,  # out of memory
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


def is_known(result: int) -> bool:
    """True for a result that means the same whatever was being done."""
    return result & 0xFFFFFFFF in _ERRORS


def error_of(result: int, doing: str) -> CardError:
    """The error a result means."""
    code = result & 0xFFFFFFFF
    return _ERRORS.get(code, CardUnreadable)(f"{doing}: 0x{code:08X}")


def check_result(result: int, doing: str) -> None:
    """Raise the ``CardError`` of a result that is not success."""
    if result:
        raise error_of(result, doing)


@contextmanager
def pcsc_context(scard: ModuleType) -> Iterator[int]:
    """A context of pcscd, which has 200 of them: released on every way out."""
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    if result and does_listen():
        # pcscd may have begun only just now; whom it hangs up on is hung up on again.
        result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    if result:
        raise _not_let_in(result)
    try:
        yield context
    finally:
        scard.SCardReleaseContext(context)


def _not_let_in(result: int) -> CardError:
    """Why there is no context.

    pcscd hangs up on whom polkit refuses and on whom comes when its contexts are all taken; the
    client library says 0x8010006A or 0x8010001D of either, by who is faster. So they are counted,
    and whoever hangs up does listen: nobody listens for a pcscd that is not there.
    """
    taken = count_contexts()
    if taken is not None and taken >= MOST_CONTEXTS:
        return ReaderServiceFull(f"{taken} contexts are taken")
    error = error_of(result, "establish context")
    if isinstance(error, ReaderServiceDown) and does_listen():
        return ReaderRefused(f"hung up on: 0x{result & 0xFFFFFFFF:08X}")
    return error


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


def does_answer(scard: ModuleType, state: int) -> bool:
    """False for a reader that pcscd lists but cannot speak to: a loose cable, too little power."""
    return not state & scard.SCARD_STATE_UNAVAILABLE


def answering_readers(
    scard: ModuleType, context: int, wanted: str | None = None
) -> list[ReaderState]:
    """The readers that pcscd can speak to, and their states as they are now."""
    names = reader_names(scard, context, wanted)
    if not names:
        return []
    before = [(name, scard.SCARD_STATE_UNAWARE) for name in names]
    result, states = reader_states(scard, context, before, 0)
    check_result(result, "status change")
    return [(name, state) for name, state in states if does_answer(scard, state)]


def control(scard: ModuleType, card: int, code: int, data: bytes) -> bytes:
    """SCardControl: what the reader, not the card, answers to a control code.

    Raises:
        CardError: it does not know the code.
    """
    result, answer = scard.SCardControl(card, code, list(data))
    check_result(result, f"control 0x{code:08X}")
    return bytes(answer)
