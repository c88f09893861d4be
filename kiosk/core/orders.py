"""What the desk can be told to do at once: ask for what waits, queue again, put right, forget.

No patient data is in the answers, but of what staff put right; for the rest a uid that could read
the store anyway needs no login.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kiosk.desk.messages import BadMessage, Reach
from kiosk.ports.clock import Clock
from kiosk.ports.corrections import Reason
from kiosk.ports.exports import Held
from kiosk.ports.records import StateInUse, StoredCheck
from kiosk.settings import OnlySimulated
from kiosk.sync.documents import round_document, settled_document
from kiosk.sync.drain import Round, Settled
from kiosk.usecases.documents import purge_document, stored_document, waiting_document
from kiosk.usecases.purge import PurgeReport

ORDERS: Mapping[str, Reach] = {
    "sync": Reach.BOX,
    "retry": Reach.BOX,
    "purge": Reach.BOX,
    "copy_gone": Reach.BOX,
    "annul": Reach.STAFF,
    "correct": Reach.STAFF,
}
"""By name: who may give them."""
PAGE_CHECKS = 150
"""So many settled checks of a round fit a line of the desk."""


@dataclass(frozen=True, slots=True)
class Deeds:
    """How orders are carried out.

    Args:
        ask_all: one round over everything that waits; told of each check.
        retry: queue a check again, by its id; CheckUnknown.
        annul: let a check count no more, by its id.
        correct: give a check another treatment date, by its id.
        purge: destroy what is past retention, for now or for an instant.
        foresee: only say what would go.
        held: files that go with their month.
        clock: what time it is.
        is_simulated: an instant may be given.
    """

    ask_all: Callable[[Callable[[Settled], None]], Round]
    retry: Callable[[str], StoredCheck]
    annul: Callable[[str, Reason], StoredCheck]
    correct: Callable[[str, date, Reason], StoredCheck]
    purge: Callable[[datetime | None], PurgeReport]
    foresee: Callable[[datetime | None], PurgeReport]
    held: Held
    clock: Clock
    is_simulated: bool


class Orders:
    """Carries out orders, one round at a time.

    Args:
        deeds: how.
        page: settled checks a document may hold; the rest is asked for with ``after``.
    """

    def __init__(self, deeds: Deeds, page: int = PAGE_CHECKS) -> None:
        self._deeds = deeds
        self._page = page
        self._asking = threading.Lock()
        self._last: dict[str, Any] = {"checks": []}
        self._rounds = 0

    def carry_out(self, order: str, about: Mapping[str, Any]) -> dict[str, Any]:
        """The document of an order of ORDERS.

        ``sync`` gives its round in pages: ``next`` is to be sent back as ``after``.

        Args:
            order: its name.
            about: ``check_id`` of a retry; of an annulment and a correction ``reason`` as well, of
                the latter ``treated_on`` (ISO 8601); ``now`` (ISO 8601 with offset) and
                ``dry_run`` of a purge; ``file`` of a copy that is gone, and ``folder``
                ("device:inode") in which it is not seen, or none, on somebody's word; ``after``.

        Raises:
            BadMessage: a parameter is not of its form.
            StateInUse: a round is under way.
            CopyUnknown: no such file is remembered.
            OnlySimulated: ``now`` outside the simulated world.
            StoreError: as the store says.
        """
        if order == "sync":
            return self._round(about.get("after"))
        if order == "retry":
            check = self._deeds.retry(str(about.get("check_id", "")))
            return waiting_document(check, self._deeds.clock.now())
        if order in {"annul", "correct"}:
            return self._put_right(order, about)
        if order == "copy_gone":
            return self._copy_gone(about)
        return self._purge(about.get("now"), is_dry_run=about.get("dry_run") is True)

    def _put_right(self, order: str, about: Mapping[str, Any]) -> dict[str, Any]:
        check_id, reason = str(about.get("check_id", "")), _reason(about.get("reason"))
        if order == "annul":
            return stored_document(self._deeds.annul(check_id, reason))
        treated_on = _day(about.get("treated_on"))
        return stored_document(self._deeds.correct(check_id, treated_on, reason))

    def _purge(self, now: object, *, is_dry_run: bool) -> dict[str, Any]:
        deeds = self._deeds
        if now is not None and not deeds.is_simulated:
            raise OnlySimulated("--now")
        work = deeds.foresee if is_dry_run else deeds.purge
        report = work(None if now is None else _instant(now))
        return purge_document(report, is_simulated=deeds.is_simulated, is_dry_run=is_dry_run)

    def _copy_gone(self, about: Mapping[str, Any]) -> dict[str, Any]:
        file, folder = Path(str(about.get("file", ""))), about.get("folder")
        held = self._deeds.held
        if folder is not None:
            return {"gone": held.let_go_from(file, str(folder))}
        held.let_go(file)
        return {"gone": True}

    def _round(self, after: object) -> dict[str, Any]:
        if after is None:
            self._ask_all()
            number, first = self._rounds, 0
        else:
            number, first = _place(after)
        if number != self._rounds:
            raise BadMessage("after: there was another round since")
        checks, last = self._last["checks"], first + self._page
        following = f"{number}:{last}" if last < len(checks) else None
        return {**self._last, "checks": checks[first:last], "next": following}

    def _ask_all(self) -> None:
        if not self._asking.acquire(blocking=False):
            raise StateInUse("a round is under way")
        try:
            checks: list[dict[str, Any]] = []
            finished = self._deeds.ask_all(lambda each: checks.append(settled_document(each)))
            is_simulated = self._deeds.is_simulated
            self._last = round_document(finished, checks, is_simulated=is_simulated)
            self._rounds += 1
        finally:
            self._asking.release()


def _place(after: object) -> tuple[int, int]:
    number, _, first = str(after).partition(":")
    if not (number.isdecimal() and first.isdecimal()):
        raise BadMessage("after")
    return int(number), int(first)


def _reason(word: object) -> Reason:
    try:
        return Reason(str(word))
    except ValueError:
        raise BadMessage("reason") from None


def _day(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise BadMessage("treated_on") from None


def _instant(text: object) -> datetime:
    try:
        instant = datetime.fromisoformat(str(text))
    except ValueError:
        raise BadMessage("now") from None
    if instant.tzinfo is None:
        raise BadMessage("now")
    return instant
