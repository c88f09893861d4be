"""What mending control.db took of the audit: named in a row of it, and in the vault.

A number whose row could not be read is lost; one that is missing although its place can be read is
not: somebody took it away, and verifying goes on to say so.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from kiosk.events import Event
from kiosk.ports.access import Entry, Gap
from kiosk.store.audit import AuditLog
from kiosk.store.audit_chain import bridge_of
from kiosk.store.database import Database
from kiosk.store.keyring import Mends
from kiosk.store.salvage import TableRescue
from kiosk.store.stubborn import Stubborn

AUDIT, KEYS = "audit", "audit_keys"
SKIPPED = 10_000
"""Numbers left out where nothing says how many rows there were since the copy; no day has more."""
_MOST_WORDS = 120
"""Of an audit row."""
_MOST_LISTED = 6


def count_of(source: Stubborn) -> int | None:
    """How far the audit had come; None = it cannot be read, or is of an earlier form."""
    rows = source.all("SELECT * FROM audit_keys")
    return rows[0].get("count") if rows else None


def put_on_record(
    target: Database, hit: Sequence[str], mends: Mends, saved: TableRescue, count: int | None
) -> Mends:
    """Let the audit go on behind everything it ever numbered, and name what is lost.

    Args:
        target: the fresh control.db, filled.
        hit: tables that could not be read whole.
        mends: of before.
        saved: of the damaged audit.
        count: how far it had come, where that is known.
    """
    now = datetime.now(UTC)
    gaps, last = _gaps(target, mends, saved, count, now)
    is_keyed = KEYS in hit
    _go_on(target, last, is_keyed=is_keyed)
    words = [f"lost:{_listed(gaps)}"] * bool(gaps) + list(hit)
    what = ",".join(words)[:_MOST_WORDS]
    AuditLog(target).append(
        Entry(Event.CONTROL_SALVAGED, now, is_trusted=False, who="kioskd", where="", what=what)
    )
    bridges = dict(mends.gaps)
    bridged = tuple((gap, bridges.get(gap) or _bridge(target, gap)) for gap in gaps)
    return Mends(bridged, (*mends.keyed, *([last + 1] if is_keyed else [])))


def _gaps(
    target: Database, mends: Mends, saved: TableRescue, count: int | None, now: datetime
) -> tuple[list[Gap], int]:
    """What is lost, that of before included; and the highest number that may have been in use."""
    present = {int(row["number"]) for row in target.rows("SELECT number FROM audit")}
    highest = saved.last if count is None else count
    last = max(highest or 0, *present, *(gap.last for gap, _ in mends.gaps), 0)
    last += SKIPPED if highest is None else 0
    before = {n for gap, _ in mends.gaps for n in range(gap.first, gap.last + 1)}
    lost = before | {each for each in range(1, last + 1) if _is_unread(each, saved)}
    known = {(gap.first, gap.last): gap for gap, _ in mends.gaps}
    unsure = {gap.last for gap, _ in mends.gaps if not gap.is_exact}
    unsure |= {last} if highest is None else set()
    gaps = [
        known.get(run) or Gap(*run, now, is_exact=not any(run[0] <= n <= run[1] for n in unsure))
        for run in _runs(sorted(lost - present))
    ]
    return gaps, last


def _is_unread(number: int, saved: TableRescue) -> bool:
    if saved.unread is None or number in saved.unread:
        return True
    return saved.last is None and number > max(saved.unread, default=0)


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _listed(gaps: Sequence[Gap]) -> str:
    """As many as there is room for; the vault has all of them."""
    listed = [str(each) for each in gaps]
    return "+".join(listed[:_MOST_LISTED] + ["more"] * (len(listed) > _MOST_LISTED))


def _go_on(target: Database, last: int, *, is_keyed: bool) -> None:
    """Behind the last number; with a new key where the old one is lost, for no copy has it."""
    target.rows("UPDATE audit_keys SET count = ?", (last,))
    if is_keyed:
        key = secrets.token_bytes(32)
        target.rows("UPDATE audit_keys SET current = ?, start = ?", (key, key))


def _bridge(target: Database, gap: Gap) -> str:
    (row,) = target.rows(
        "SELECT * FROM audit WHERE number > ? ORDER BY number LIMIT 1", (gap.last,)
    )
    return bridge_of(row)
