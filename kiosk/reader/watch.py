"""Watches the readers of pcscd for as long as the kiosk runs, whatever comes and goes."""

from __future__ import annotations

import time
from collections import deque
from contextlib import ExitStack
from threading import Event
from types import ModuleType

from kiosk.errors import CardError
from kiosk.ports.card import Slot
from kiosk.reader.connection import power_off
from kiosk.reader.scard import (
    CANCELLED,
    FIRST_PAUSE_S,
    LONGEST_PAUSE_S,
    NEW_READERS,
    READER_UNAVAILABLE,
    TIMEOUT,
    UNKNOWN_READER,
    ReaderState,
    check_result,
    does_answer,
    load_scard,
    pcsc_context,
    reader_names,
    reader_states,
)

_COUNT_SHIFT = 16
"""The upper half of a state counts what came and went on that reader (pcsclite, reader.h)."""


class PcscWatch:
    """``CardWatch`` over pcscd; blocks there, does not poll.

    Args:
        reader_name: part of the name of the readers to watch; None = all.
    """

    def __init__(self, *, reader_name: str | None = None) -> None:
        self._wanted = reader_name
        self._stop = Event()
        self._undo = ExitStack()
        self._scard: ModuleType | None = None
        self._context: int | None = None
        self._known: list[ReaderState] | None = None
        self._arrivals = 0
        self._told: Slot | None = None
        self._changes: deque[Slot] = deque()
        self._pause_s = FIRST_PAUSE_S

    def next_change(self, seconds: float) -> Slot | None:
        """As ``CardWatch.next_change``."""
        ends_at = time.monotonic() + seconds
        while not self._changes and not self._stop.is_set():
            left = ends_at - time.monotonic()
            if left <= 0:
                return None
            self._look(left)
        if self._stop.is_set():
            self._let_go()
            return None
        return self._changes.popleft()

    def close(self) -> None:
        """As ``CardWatch.close``."""
        self._stop.set()
        scard, context = self._scard, self._context
        if scard is not None and context is not None:
            scard.SCardCancel(context)

    def _look(self, left: float) -> None:
        try:
            scard = self._scard = load_scard()
            if self._context is None:
                self._context = self._undo.enter_context(pcsc_context(scard))
            self._wait(scard, self._context, int(1000 * left) + 1)
        except CardError:
            # Readers and their service come back by themselves, or a technician mends them.
            self._let_go()
            self._note(Slot.NO_READER)
            if not self._changes:
                self._stop.wait(min(self._pause_s, left))
                self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    def _wait(self, scard: ModuleType, context: int, timeout_ms: int) -> None:
        before = self._known
        if before is None:
            names = reader_names(scard, context, self._wanted)
            before = [(name, scard.SCARD_STATE_UNAWARE) for name in names]
            if not names:
                self._note(Slot.NO_READER)
        watched = [*before, (NEW_READERS, self._arrivals)]
        # At once where somebody is to be told first, or nothing is known yet.
        wait_ms = 0 if self._changes else timeout_ms
        result, states = reader_states(scard, context, watched, wait_ms)
        self._pause_s = FIRST_PAUSE_S
        if result in (TIMEOUT, CANCELLED):
            self._known = before
            return
        if result in (UNKNOWN_READER, READER_UNAVAILABLE):
            self._known = None
            return
        check_result(result, "status change")
        *slots, (_, self._arrivals) = states
        if self._told is None:
            self._disarm(scard, context, slots)
        self._take(scard, before, slots)

    def _disarm(self, scard: ModuleType, context: int, slots: list[ReaderState]) -> None:
        """Power off what lay there before this watch: its PIN may still be verified."""
        for name, state in slots:
            if state & scard.SCARD_STATE_PRESENT:
                power_off(scard, context, name)

    def _take(self, scard: ModuleType, before: list[ReaderState], slots: list[ReaderState]) -> None:
        if not any(does_answer(scard, state) for _, state in slots):
            self._note(Slot.NO_READER)
        elif any(state & scard.SCARD_STATE_PRESENT for _, state in slots):
            if self._told is Slot.CARD and _was_swapped(scard, before, slots):
                self._note(Slot.EMPTY)
            self._note(Slot.CARD)
        else:
            self._note(Slot.EMPTY)
        is_stale = self._arrivals & scard.SCARD_STATE_CHANGED or any(
            state & scard.SCARD_STATE_UNKNOWN for _, state in slots
        )
        self._known = None if is_stale else slots

    def _note(self, slot: Slot) -> None:
        if slot is not self._told:
            self._told = slot
            self._changes.append(slot)

    def _let_go(self) -> None:
        self._context = self._known = None
        self._arrivals = 0
        self._undo.close()


def _was_swapped(scard: ModuleType, before: list[ReaderState], slots: list[ReaderState]) -> bool:
    """A card was taken and one laid while nobody looked."""
    counts = dict(before)
    return any(
        state & scard.SCARD_STATE_PRESENT
        and counts.get(name, 0) & scard.SCARD_STATE_PRESENT
        and counts[name] >> _COUNT_SHIFT != state >> _COUNT_SHIFT
        for name, state in slots
    )
