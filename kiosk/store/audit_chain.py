"""How rows of the audit are bound and sealed, and whether they still are. No I/O.

See ``kiosk.store.audit`` for what is bound to what. A gap counts as explained only where the vault
says, number by number, that mending control.db found it: who writes to control.db, even with its
key in hand, can add no such word. Who can write to the disk can destroy a block, and that will be
mended and told as a loss; nobody can do it untold, nor change or add a row.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kiosk.ports.access import Gap, Head
from kiosk.store.database import Row
from kiosk.store.keyring import Mends

NOTHING = bytes(32)
_NEXT_KEY = b"madoguchi audit key"
_PROMISE = b"madoguchi audit promise"
Fault = tuple[str, int] | None


def following(key: bytes, steps: int = 1) -> bytes:
    """The key so many rows later."""
    for _ in range(steps):
        key = hashlib.sha256(_NEXT_KEY + key).digest()
    return key


def promise_of(key: bytes) -> bytes:
    """What a row says of the key of the next."""
    return hashlib.sha256(_PROMISE + key).digest()


def digest_of(before: bytes, number: int, promise: bytes, body: str) -> bytes:
    """What binds a row to the one before."""
    fixed = bytes(before) + int(number).to_bytes(8, "big") + bytes(promise)
    return hashlib.sha256(fixed + body.encode()).digest()


def seal_of(key: bytes, digest: bytes) -> bytes:
    """What only the key of its row makes."""
    return hmac.digest(key, digest, "sha256")


def bridge_of(row: Row) -> str:
    """What stands for a whole row behind a gap, hex SHA-256."""
    bound = digest_of(row["digest"], row["number"], row["promise"], row["body"])
    return hashlib.sha256(bound + bytes(row["seal"])).hexdigest()


@dataclass(frozen=True, slots=True)
class Proof:
    """What is to be looked at.

    Args:
        rows: all, by number.
        current: the key of the next row.
        starts: first keys at hand, of any part of the chain.
        mends: of the audit, from the vault.
        known: heads kept elsewhere.
    """

    rows: Sequence[Row]
    current: bytes
    starts: Sequence[bytes]
    mends: Mends
    known: Sequence[Head]

    def fault(self) -> Fault:
        """The first thing that is wrong; None when nothing is."""
        return self._broken() or self._unsealed() or self._wrong_end() or self._against_known()

    def is_sealed(self) -> bool:
        """Every seal could be checked."""
        return all(self._start_of(part) for part in self._parts())

    def gaps(self) -> tuple[Gap, ...]:
        """What was lost and is on record."""
        return tuple(gap for gap, _ in self.mends.gaps)

    def last(self) -> int:
        """Number of the last row."""
        return int(self.rows[-1]["number"]) if self.rows else 0

    def _broken(self) -> Fault:
        bridges = {gap.first: (gap, bridge) for gap, bridge in self.mends.gaps}
        before, expected = NOTHING, 1
        for row in self.rows:
            gap, bridge = bridges.pop(expected, (None, ""))
            if row["number"] != (gap.last + 1 if gap else expected):
                return "order", expected
            if gap:
                is_right = bridge_of(row) == bridge
            else:
                digest = digest_of(before, row["number"], row["promise"], row["body"])
                is_right = digest == row["digest"]
            if not is_right:
                return "changed", row["number"]
            before, expected = row["digest"], row["number"] + 1
        # Each mending wrote a row behind what it found.
        is_cut = bridges or any(number >= expected for number in self.mends.keyed)
        return ("truncated", expected) if is_cut else None

    def _parts(self) -> list[tuple[int, Sequence[Row]]]:
        """Where the seals began, and began anew, with the rows from there."""
        ends = (*self.mends.keyed, self.last() + 1)
        begins = (1, *self.mends.keyed)
        return [
            (begin, [row for row in self.rows if begin <= row["number"] < end])
            for begin, end in zip(begins, ends, strict=True)
        ]

    def _start_of(self, part: tuple[int, Sequence[Row]]) -> bytes | None:
        """The first key that is that of a part; of one without rows any is."""
        begin, rows = part
        return next((each for each in self.starts if _fits(each, begin, rows)), None)

    def _unsealed(self) -> Fault:
        used = set()
        for part in self._parts():
            start = self._start_of(part)
            if start is None:
                continue
            used.add(start)
            for row, key in _keyed(start, *part):
                is_promised = hmac.compare_digest(row["promise"], promise_of(following(key)))
                is_sealed = hmac.compare_digest(row["seal"], seal_of(key, row["digest"]))
                if not (is_promised and is_sealed):
                    return "seal", row["number"]
        # A first key that fits no part: it is another audit, or its first row was made anew.
        return None if used >= set(self.starts) else ("seal", 1)

    def _wrong_end(self) -> Fault:
        """Rows cut off at the end leave a key that goes with none of those that are there."""
        if self.rows:
            is_right = hmac.compare_digest(self.rows[-1]["promise"], promise_of(self.current))
        else:
            is_right = any(hmac.compare_digest(each, self.current) for each in self.starts)
        return None if is_right else ("truncated", self.last() + 1)

    def _against_known(self) -> Fault:
        digests: Mapping[int, bytes] = {row["number"]: bytes(row["digest"]) for row in self.rows}
        for head in self.known:
            if head.count > self.last():
                return "truncated", self.last() + 1
            digest = digests.get(head.count) if head.count else NOTHING
            # Of a row that went with a damage nothing is left to compare.
            if digest is not None and digest.hex() != head.digest:
                return "head", head.count
        return None


def _fits(start: bytes, begin: int, rows: Sequence[Row]) -> bool:
    if not rows:
        return True
    key = following(start, rows[0]["number"] - begin)
    return hmac.compare_digest(rows[0]["promise"], promise_of(following(key)))


def _keyed(start: bytes, begin: int, rows: Sequence[Row]) -> Iterator[tuple[Row, bytes]]:
    key, number = start, begin
    for row in rows:
        key = following(key, row["number"] - number)
        number = row["number"]
        yield row, key
