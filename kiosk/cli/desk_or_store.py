"""Where a command gets its answer: at the desk of a running kioskd, or from the store itself.

Either way the same code makes the same documents (``kiosk.core.answers``, ``kiosk.core.orders``).
A command holds no lock of its own: the store's are enough, and kioskd may start at any moment.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from kiosk.cli.door import Door
from kiosk.cli.secret import Step
from kiosk.core.adopting import ADOPTION_QUERIES, Adopting
from kiosk.core.answers import QUERIES, Answers
from kiosk.core.orders import ORDERS, Deeds, Orders
from kiosk.core.ownership import owner
from kiosk.core.receipts import RECEIPT_QUERIES, Handing, Receipts, hands_over
from kiosk.core.ways import Ways
from kiosk.desk.asking import Asker
from kiosk.desk.client import SocketLink
from kiosk.desk.messages import CoreUnreachable
from kiosk.desk.sessions import Asked, recorded
from kiosk.events import Event
from kiosk.ports.records import StateInUse
from kiosk.settings import Settings, StateMissing
from kiosk.sync.drain import drain
from kiosk.usecases.documents import About
from kiosk.usecases.matters import Agenda
from kiosk.usecases.purge import PurgeReport, foresee, purge
from kiosk.wiring import Kiosk, assemble, receipt_manner

_WHOLE = 1 << 40
"""In this process a document need not fit a line."""


class Source(Protocol):
    """Answers queries and carries out orders."""

    def answer(self, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        """The document; KioskError when there is none."""


@contextmanager
def source(door: Door, settings: Settings, *, login: Step | None = None) -> Iterator[Source]:
    """The desk where kioskd runs, else the store.

    Args:
        door: of the command.
        settings: as loaded.
        login: of the staff, for patient data at the desk; who may open the store needs none
            there.
    """
    link = desk_of(settings)
    if link is None:
        with opened(door, settings) as kiosk:
            yield from_store(kiosk)
        return
    try:
        desk = Asker(link, "command")
        if login is not None:
            desk.log_in(login)
        yield desk
    finally:
        link.close()


def opened(door: Door, settings: Settings) -> Kiosk:
    """The store of a box that was begun; whoever only looks or tends lays out none.

    Raises:
        StateMissing: there is no state folder; a slip in its name would else make an empty one
            that is well.
        StoreError: as ``assemble``.
    """
    try:
        settings.state.dir.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise StateMissing(str(settings.state.dir)) from None
    except OSError:
        # It is there; the store names what is wrong with it.
        pass
    return assemble(settings, unlock=door.unlock)


def from_store(kiosk: Kiosk) -> Source:
    """The store itself, opened by the caller."""
    return _Store(kiosk)


def whole(source: Source, query: str, *, of: str = "checks", **about: object) -> dict[str, Any]:
    """A document with all its pages; ``of`` names what is in pages."""
    document = source.answer(query, about)
    following = document.pop("next", None)
    while following is not None:
        page = source.answer(query, {**about, "after": following})
        document[of] += page[of]
        following = page["next"]
    return document


def desk_of(settings: Settings) -> SocketLink | None:
    """A line to the kioskd of this state folder; None where none answers."""
    found = owner(settings.state.dir)
    if found is None or found.desk is None:
        return None
    try:
        return SocketLink(found.desk)
    except CoreUnreachable:
        return None


def refuse_beside_kioskd(settings: Settings) -> None:
    """StateInUse where kioskd runs: reader and timers are its own."""
    link = desk_of(settings)
    if link is not None:
        link.close()
        found = owner(settings.state.dir)
        raise StateInUse(f"kioskd runs as process {found.pid if found else '?'}")


def _purge(kiosk: Kiosk, now: datetime | None) -> PurgeReport:
    report = purge(kiosk.records, kiosk.clock, as_of=now)
    for each in report.purged:
        what = f"{each.month}:{each.checks}"
        kiosk.gate.note(Event.MONTH_PURGED, f"uid:{os.getuid()}", "command", what=what)
    return report


def _ways(kiosk: Kiosk) -> Ways:
    return Ways(receipt_manner(kiosk.settings), kiosk.store.control.switches)


def _agenda(kiosk: Kiosk) -> Agenda:
    control, manner = kiosk.store.control, _ways(kiosk).manner()
    return Agenda(
        kiosk.records,
        kiosk.clock,
        kiosk.store.follow_ups.open,
        lambda: hands_over(manner, control.computers),
        control.held.files,
    )


class _Store:
    """``Source`` in this process.

    Args:
        kiosk: open.
    """

    def __init__(self, kiosk: Kiosk) -> None:
        settings, records, clock = kiosk.settings, kiosk.records, kiosk.clock
        self._gate = kiosk.gate
        is_simulated = settings.is_simulated
        about = About(kiosk.facility, settings.service.url, is_simulated=is_simulated)
        self._answers = Answers(
            about,
            records,
            clock,
            _agenda(kiosk),
            kiosk.gate,
            own=lambda: {"jobs": [], "unkept": 0, "online_only": None, "visit": False},
            page_bytes=_WHOLE,
        )
        deeds = Deeds(
            ask_all=lambda told: drain(kiosk.asking, due_only=False, on_settled=told),
            retry=records.retry,
            annul=kiosk.putting_right.annul,
            correct=kiosk.putting_right.correct,
            purge=lambda now: _purge(kiosk, now),
            foresee=lambda now: foresee(records, clock, as_of=now),
            held=kiosk.store.control.held,
            clock=clock,
            is_simulated=is_simulated,
        )
        self._orders = Orders(deeds, page=_WHOLE)
        control = kiosk.store.control
        handing = Handing(
            records,
            clock,
            kiosk.gate,
            control.computers,
            control.held,
            kiosk.facility.code,
            is_simulated,
            _ways(kiosk),
        )
        self._receipts = Receipts(handing, page_bytes=_WHOLE)
        self._adopting = Adopting(kiosk.navigator, self._answers.statistics, kiosk.facility.code)

    def answer(self, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        """As ``Source.answer``."""
        # Whoever opens the store here holds the device key; it is on record all the same.
        who, where = f"uid:{os.getuid()}", "command"
        reach = {**QUERIES, **ORDERS, **RECEIPT_QUERIES, **ADOPTION_QUERIES}[query]
        asked = Asked(who, where, query, reach, about)
        return recorded(self._gate, asked, lambda: self._found(query, about))

    def _found(self, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        if query in QUERIES:
            return self._answers.answer(query, about)
        if query in ADOPTION_QUERIES:
            return self._adopting.answer(query, about)
        if query in RECEIPT_QUERIES:
            return self._receipts.answer(query, about)
        return self._orders.carry_out(query, about)
