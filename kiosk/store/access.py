"""Passcodes, second factors and the count of wrong tries, in control.db."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from kiosk.domain.passcode import Factor, Passcode
from kiosk.ports.access import Holder, LockedOut, PasscodeUnfit, Standing
from kiosk.store.database import Database
from kiosk.store.leases import BootClock, read_boot_clock

MEMORY_KIB = 19456
ITERATIONS = 2
LANES = 1
"""Argon2id as OWASP's password storage cheat sheet asks for at least: a box with 1 GB beside a
screen and a voice has 19 MiB to spare at any moment. Each hash says what it was made with."""
FREE_TRIES = 5
WAITS_S = (30.0, 60.0, 300.0, 900.0)
"""After so many wrong tries, and after each further one; the last stays."""
_TABLES = {Factor.TOTP: "totp", Factor.FIDO2: "security_keys"}
_HASH_BYTES = 32
_SALT_BYTES = 16


class AccessBook:
    """``Access`` in control.db.

    Args:
        database: control.db, migrated.
        boot: the boot clock: no change of the wall clock shortens a wait, and a restart begins
            it anew.
    """

    def __init__(self, database: Database, boot: BootClock = read_boot_clock) -> None:
        self._database = database
        self._boot = boot

    def holders(self) -> list[Holder]:
        """See the port."""
        rows = self._database.rows("SELECT standing, label FROM passcodes ORDER BY 1, 2")
        return [Holder(Standing(row["standing"]), row["label"]) for row in rows]

    def set_passcode(self, holder: Holder, passcode: Passcode) -> None:
        """See the port."""
        if self.holder_of(passcode) not in {None, holder}:
            raise PasscodeUnfit("in use already")
        self._keep(holder, passcode)

    def remove(self, holder: Holder) -> bool:
        """See the port."""
        with self._database.revoking():
            was_there = self._take("passcodes", holder)
            for table in ("recovery_codes", *_TABLES.values()):
                self._take(table, holder)
        return was_there

    def holder_of(self, passcode: Passcode) -> Holder | None:
        """See the port; a hash made with other parameters than today's is made anew."""
        for row in self._database.rows("SELECT * FROM passcodes ORDER BY standing, label"):
            if _is_hash_of(passcode, row["hash"]):
                holder = Holder(Standing(row["standing"]), row["label"])
                if not row["hash"].startswith(_PREFIX):
                    self._keep(holder, passcode)
                return holder
        return None

    def _keep(self, holder: Holder, passcode: Passcode) -> None:
        with self._database.revoking():
            self._database.rows(
                "INSERT INTO passcodes (standing, label, hash) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET hash = excluded.hash",
                (*_id(holder), _hash(passcode)),
            )

    # -- tries -------------------------------------------------------------------------------

    def count_try(self, where: str) -> None:
        """See the port."""
        with self._database.transaction():
            wrong, left = self._standing_of(where)
            if left > 0:
                raise LockedOut(math.ceil(left))
            over = wrong + 1 - FREE_TRIES
            wait = WAITS_S[min(over, len(WAITS_S) - 1)] if over >= 0 else 0.0
            now = self._boot()
            self._database.rows(
                "INSERT INTO tries (place, wrong, boot_id, until_s, wait_s) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET wrong = excluded.wrong, boot_id = excluded.boot_id,"
                " until_s = excluded.until_s, wait_s = excluded.wait_s",
                (where, wrong + 1, now.boot_id, now.seconds + wait, wait),
            )

    def _standing_of(self, where: str) -> tuple[int, float]:
        """How many were wrong, and how many seconds are left to wait."""
        row = self._database.row("SELECT * FROM tries WHERE place = ?", (where,))
        if row is None:
            return 0, 0.0
        now = self._boot()
        if row["boot_id"] == now.boot_id:
            return row["wrong"], row["until_s"] - now.seconds
        # Seen for the first time in this boot: how long the box was off nobody knows, so the
        # whole wait counts from the start of the boot.
        return row["wrong"], row["wait_s"] - now.seconds

    def forgive(self, where: str) -> None:
        """See the port."""
        with self._database.transaction():
            self._database.rows("DELETE FROM tries WHERE place = ?", (where,))

    # -- second factors ----------------------------------------------------------------------

    def set_totp(self, holder: Holder, secret: bytes, used: int = 0) -> None:
        """See the port."""
        with self._database.revoking():
            self._database.rows(
                "INSERT OR REPLACE INTO totp (standing, label, secret, used) VALUES (?, ?, ?, ?)",
                (*_id(holder), secret, used),
            )

    def totp(self, holder: Holder) -> bytes | None:
        """See the port."""
        row = self._database.row(
            "SELECT secret FROM totp WHERE standing = ? AND label = ?", _id(holder)
        )
        return bytes(row["secret"]) if row else None

    def use_step(self, holder: Holder, step: int) -> bool:
        """See the port."""
        with self._database.transaction():
            used = self._database.rows(
                "UPDATE totp SET used = ? WHERE standing = ? AND label = ? AND used < ?"
                " RETURNING used",
                (step, *_id(holder), step),
            )
        return bool(used)

    def add_security_key(self, holder: Holder, credential: bytes) -> None:
        """See the port."""
        with self._database.transaction():
            self._add_key(holder, credential)

    def set_security_key(self, holder: Holder, credential: bytes) -> None:
        """See the port."""
        with self._database.revoking():
            self._take("security_keys", holder)
            self._add_key(holder, credential)

    def _add_key(self, holder: Holder, credential: bytes) -> None:
        self._database.rows(
            "INSERT INTO security_keys (standing, label, credential) VALUES (?, ?, ?)",
            (*_id(holder), credential),
        )

    def forget_second(self, holder: Holder, factor: Factor) -> bool:
        """See the port."""
        with self._database.revoking():
            return self._take(_TABLES[factor], holder)

    def _take(self, table: str, holder: Holder) -> bool:
        """Take what a table holds of somebody; its name is one of this file, none comes in."""
        found = self._database.rows(
            f"DELETE FROM {table} WHERE standing = ? AND label = ? RETURNING label",  # noqa: S608 - see above
            _id(holder),
        )
        return bool(found)

    def security_keys(self, holder: Holder) -> list[bytes]:
        """See the port."""
        rows = self._database.rows(
            "SELECT credential FROM security_keys WHERE standing = ? AND label = ? ORDER BY rowid",
            _id(holder),
        )
        return [bytes(row["credential"]) for row in rows]

    def set_recovery(self, holder: Holder, codes: Sequence[Passcode]) -> None:
        """See the port."""
        hashes = [_hash(code) for code in codes]
        with self._database.revoking():
            self._take("recovery_codes", holder)
            for each in hashes:
                self._database.rows(
                    "INSERT INTO recovery_codes (standing, label, hash) VALUES (?, ?, ?)",
                    (*_id(holder), each),
                )

    def use_recovery(self, holder: Holder, code: Passcode) -> bool:
        """See the port."""
        rows = self._database.rows(
            "SELECT hash FROM recovery_codes WHERE standing = ? AND label = ?", _id(holder)
        )
        for row in rows:
            if _is_hash_of(code, row["hash"]):
                with self._database.revoking():
                    used = self._database.rows(
                        "DELETE FROM recovery_codes WHERE hash = ? RETURNING hash", (row["hash"],)
                    )
                return bool(used)
        return False

    def forget_everybody(self) -> None:
        """See the port."""
        with self._database.revoking():
            for table in ("passcodes", *_TABLES.values(), "recovery_codes", "tries"):
                # The names are those of the loop, none comes from outside.
                self._database.rows(f"DELETE FROM {table}")  # noqa: S608 - see above


def _argon2(salt: bytes) -> Argon2id:
    return Argon2id(
        salt=salt,
        length=_HASH_BYTES,
        iterations=ITERATIONS,
        lanes=LANES,
        memory_cost=MEMORY_KIB,
    )


_PREFIX = f"$argon2id$v=19$m={MEMORY_KIB},t={ITERATIONS},p={LANES}$"


def _hash(passcode: Passcode) -> str:
    """As a PHC string: ``$argon2id$v=19$m=…,t=…,p=…$salt$hash``."""
    return _argon2(os.urandom(_SALT_BYTES)).derive_phc_encoded(passcode.reveal())


def _is_hash_of(passcode: Passcode, phc: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(passcode.reveal(), phc)
    except InvalidKey:
        return False
    return True


def _id(holder: Holder) -> tuple[str, str]:
    return holder.standing.value, holder.label
