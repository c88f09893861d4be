"""The audit: rows in control.db, each bound to the one before and sealed with a key that is gone.

Row n carries digest(n) = SHA-256(digest(n-1) ‖ n ‖ promise ‖ body) and seal(n) = HMAC(key(n),
digest(n)); then key(n+1) = SHA-256(key(n)) takes the place of key(n), so that whoever takes the box
over later can forge nothing written earlier (Bellare and Yee, "Forward integrity for secure audit
logs", 1997). The promise is a digest of key(n+1): rows cut off at the end leave a key that no
row promised. The first key leaves the box once, on paper; with it every seal can be checked.
Heads kept elsewhere find what even the owner of this box could do. What a bad block took is named
in a row of its own and in the vault (``kiosk.store.audit_mending``).
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime

from kiosk.events import Event
from kiosk.ports.access import Entry, Head, Verdict
from kiosk.store.audit_chain import NOTHING, Proof, digest_of, following, promise_of, seal_of
from kiosk.store.database import Database, Row
from kiosk.store.keyring import Mends
from kiosk.store.retrying import salvaging

_PLAIN = re.compile(r"[a-z0-9_.:,;/+-]{0,120}", re.ASCII | re.IGNORECASE)
"""What ``what`` and ``record`` may hold: no kana, no kanji, so no name."""


class AuditLog:
    """``Audit`` in control.db.

    Args:
        database: control.db, migrated.
        mends: what mending control.db did, as the vault says now.
    """

    def __init__(self, database: Database, mends: Callable[[], Mends] = Mends) -> None:
        self._database = database
        self._mends = mends

    def salvage(self) -> bool:
        """As ``Database.salvage``."""
        return self._database.salvage()

    @salvaging
    def append(self, entry: Entry) -> Head:
        """See the port; ValueError when a field could hold a name."""
        if not (_PLAIN.fullmatch(entry.what) and _PLAIN.fullmatch(entry.record)):
            raise ValueError("the audit holds names of things, not of people")
        body = _body(entry)
        with self._database.transaction():
            keys = self._keys()
            key, number = bytes(keys["current"]), keys["count"] + 1
            coming = following(key)
            promise = promise_of(coming)
            digest = digest_of(self._last()["digest"], number, promise, body)
            self._database.rows(
                "INSERT INTO audit (number, body, promise, digest, seal) VALUES (?, ?, ?, ?, ?)",
                (number, body, promise, digest, seal_of(key, digest)),
            )
            self._database.rows("UPDATE audit_keys SET current = ?, count = ?", (coming, number))
        return Head(number, digest.hex())

    def entries(self, after: int = 0) -> list[tuple[int, Entry]]:
        """See the port."""
        rows = self._database.rows(
            "SELECT number, body FROM audit WHERE number > ? ORDER BY number", (after,)
        )
        return [(row["number"], _entry(row["body"])) for row in rows]

    def latest(self, event: Event, what: str) -> Entry | None:
        """See the port."""
        # As ``_body`` writes them.
        row = self._database.row(
            "SELECT body FROM audit WHERE instr(body, ?) AND instr(body, ?)"
            " ORDER BY number DESC LIMIT 1",
            (f'"event":"{event.value}"', f'"what":"{what}'),
        )
        return _entry(row["body"]) if row else None

    def head(self) -> Head:
        """See the port."""
        last = self._last()
        return Head(last["number"], last["digest"].hex())

    def opaque(self, check_id: str) -> str:
        """See the port: 16 hexadecimal digits of an HMAC under a key that only control.db holds."""
        key = bytes(self._keys()["opaque"])
        return hmac.digest(key, check_id.encode(), "sha256").hex()[:16]

    def take_start(self) -> bytes | None:
        """See the port."""
        with self._database.transaction():
            start = self._keys()["start"]
            self._database.rows("UPDATE audit_keys SET start = NULL")
        return bytes(start) if start is not None else None

    def verify(self, *, start: bytes | None = None, known: Sequence[Head] = ()) -> Verdict:
        """See the port."""
        with self._database.transaction():
            # One state of rows and keys, whatever other processes write.
            rows = self._database.rows("SELECT * FROM audit ORDER BY number")
            keys, mends = self._keys(), self._mends()
        starts = [bytes(each) for each in (start, keys["start"]) if each is not None]
        proof = Proof(rows, bytes(keys["current"]), starts, mends, known)
        head = Head(proof.last(), bytes(rows[-1]["digest"] if rows else NOTHING).hex())
        what, number = proof.fault() or (None, None)
        return Verdict(head, what, number, is_sealed=proof.is_sealed(), gaps=proof.gaps())

    def _keys(self) -> Row:
        (row,) = self._database.rows("SELECT * FROM audit_keys")
        return row

    def _last(self) -> Row:
        row = self._database.row("SELECT number, digest FROM audit ORDER BY number DESC LIMIT 1")
        return row or {"number": 0, "digest": NOTHING}


def _body(entry: Entry) -> str:
    document = asdict(entry) | {"event": entry.event.value, "at": entry.at.isoformat()}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _entry(body: str) -> Entry:
    document = json.loads(body)
    document["event"] = Event(document["event"])
    document["at"] = datetime.fromisoformat(document["at"])
    return Entry(**document)
