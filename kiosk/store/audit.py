"""The audit: rows in control.db, each bound to the one before and sealed with a key that is gone.

Row n carries digest(n) = SHA-256(digest(n-1) ‖ n ‖ promise ‖ body) and seal(n) = HMAC(key(n),
digest(n)); then key(n+1) = SHA-256(key(n)) takes the place of key(n), so that whoever takes the box
over later can forge nothing written earlier (Bellare and Yee, "Forward integrity for secure audit
logs", 1997). The promise is a digest of key(n+1): rows cut off at the end leave a key that no
row promised. The first key leaves the box once, on paper; with it every seal can be checked.
Heads kept elsewhere find what even the owner of this box could do.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime

from kiosk.events import Event
from kiosk.ports.access import Entry, Head, Verdict
from kiosk.store.database import Database, Row
from kiosk.store.retrying import salvaging

_NOTHING = bytes(32)
_NEXT_KEY = b"madoguchi audit key"
_PROMISE = b"madoguchi audit promise"
_PLAIN = re.compile(r"[a-z0-9_.:,;/+-]{0,120}", re.ASCII | re.IGNORECASE)
"""What ``what`` and ``record`` may hold: no kana, no kanji, so no name."""


class AuditLog:
    """``Audit`` in control.db.

    Args:
        database: control.db, migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

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
            key = bytes(self._keys()["current"])
            before = self._last()
            number = before["number"] + 1
            following = _next(key)
            promise = _promise(following)
            digest = _digest(before["digest"], number, promise, body)
            self._database.rows(
                "INSERT INTO audit (number, body, promise, digest, seal) VALUES (?, ?, ?, ?, ?)",
                (number, body, promise, digest, _seal(key, digest)),
            )
            self._database.rows("UPDATE audit_keys SET current = ?", (following,))
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
            keys = self._keys()
        start = start or keys["start"]
        head = Head(len(rows), _NOTHING.hex())
        fault = _first_fault(rows, start)
        if rows:
            head = Head(rows[-1]["number"], bytes(rows[-1]["digest"]).hex())
        fault = fault or _wrong_end(rows, bytes(keys["current"]), start)
        fault = fault or _against(rows, known)
        what, number = fault or (None, None)
        return Verdict(head, what, number, is_sealed=start is not None)

    def _keys(self) -> Row:
        (row,) = self._database.rows("SELECT * FROM audit_keys")
        return row

    def _last(self) -> Row:
        row = self._database.row("SELECT number, digest FROM audit ORDER BY number DESC LIMIT 1")
        return row or {"number": 0, "digest": _NOTHING}


_Fault = tuple[str, int] | None


def _first_fault(rows: Iterable[Row], start: bytes | None) -> _Fault:
    before = _NOTHING
    keys = _keys_from(start) if start else None
    for expected, row in enumerate(rows, start=1):
        if row["number"] != expected:
            return "order", expected
        if row["digest"] != _digest(before, row["number"], row["promise"], row["body"]):
            return "changed", expected
        if keys is not None and not _is_sealed(row, next(keys)):
            return "seal", expected
        before = row["digest"]
    return None


def _is_sealed(row: Row, key: bytes) -> bool:
    is_promised = hmac.compare_digest(row["promise"], _promise(_next(key)))
    return is_promised and hmac.compare_digest(row["seal"], _seal(key, row["digest"]))


def _wrong_end(rows: Sequence[Row], current: bytes, start: bytes | None) -> _Fault:
    """Rows cut off at the end leave a key that goes with none of those that are there."""
    if rows:
        is_right = hmac.compare_digest(rows[-1]["promise"], _promise(current))
    else:
        is_right = start is not None and hmac.compare_digest(start, current)
    return None if is_right else ("truncated", len(rows) + 1)


def _against(rows: Sequence[Row], known: Sequence[Head]) -> _Fault:
    for head in known:
        if head.count > len(rows):
            return "truncated", len(rows) + 1
        digest = bytes(rows[head.count - 1]["digest"]) if head.count else _NOTHING
        if digest.hex() != head.digest:
            return "head", head.count
    return None


def _keys_from(start: bytes) -> Iterator[bytes]:
    key = bytes(start)
    while True:
        yield key
        key = _next(key)


def _next(key: bytes) -> bytes:
    return hashlib.sha256(_NEXT_KEY + key).digest()


def _promise(key: bytes) -> bytes:
    return hashlib.sha256(_PROMISE + key).digest()


def _digest(before: bytes, number: int, promise: bytes, body: str) -> bytes:
    fixed = bytes(before) + int(number).to_bytes(8, "big") + bytes(promise)
    return hashlib.sha256(fixed + body.encode()).digest()


def _seal(key: bytes, digest: bytes) -> bytes:
    return hmac.digest(key, digest, "sha256")


def _body(entry: Entry) -> str:
    document = asdict(entry) | {"event": entry.event.value, "at": entry.at.isoformat()}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _entry(body: str) -> Entry:
    document = json.loads(body)
    document["event"] = Event(document["event"])
    document["at"] = datetime.fromisoformat(document["at"])
    return Entry(**document)
