"""Accounts of terminals as the portal keeps them (資格確認アカウント管理), in ``accounts.db``.

One file for whoever needs it, at once: the service that answers, the portal, the command line.
Passwords and codes stand in it as they are, for the portal shows them again; nothing here is real.
"""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from cryptography import x509

from kiosk.domain.facility import Facility
from kiosk.settings import SettingsInvalid
from kiosk.simulator import pki

FILE = "accounts.db"
_WAITS_S = 10.0
_WRONG_AT_MOST = 10
_SHUT_FOR_S = 60.0
# Neither is mistaken for the other when read aloud or from paper.
_LETTERS = "ACDEFGHJKLMNPQRTUVWXY34679"
_SCHEMA = """
create table if not exists account (
  facility text not null, terminal text not null, password text not null, code text not null,
  code_used integer not null default 0, begins_on text not null, ends_on text, stopped_on text,
  remarks text not null default '', wrong integer not null default 0,
  shut_until real not null default 0, primary key (facility, terminal));
create table if not exists issued (
  serial text primary key, facility text not null, terminal text not null, key text unique,
  body_sha256 text, certificate text not null, issued_at text not null, revoked_at text);
"""


class Status(StrEnum):
    """ステータス of the portal's table."""

    USABLE = "利用可"
    STOPPED = "停止"


@dataclass(frozen=True, slots=True)
class Account:
    """One row of the portal's table.

    Args:
        facility: 機関コード and アカウントID.
        password: as on the sheet (マイナ資格確認アプリユーザ設定情報).
        activation_code: likewise; the one issued last.
        is_code_used: a terminal was activated with it.
        begins_on: 利用開始年月日, first day of use.
        ends_on: 終了年月日, last day; None = open.
        stopped_on: 停止年月日; None = not stopped.
        remarks: 備考.
    """

    facility: Facility
    password: str
    activation_code: str
    is_code_used: bool
    begins_on: date
    ends_on: date | None
    stopped_on: date | None
    remarks: str

    @property
    def status(self) -> Status:
        """利用可 or 停止."""
        return Status.USABLE if self.stopped_on is None else Status.STOPPED

    def is_in_force(self, on: date) -> bool:
        """True within first and last day."""
        return self.begins_on <= on and (self.ends_on is None or on <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Issued:
    """A client certificate the service has made.

    Args:
        facility: for which account.
        key: idempotency key it was asked under.
        body_sha256: hex over the body of that question.
        certificate: itself.
    """

    facility: Facility
    key: str
    body_sha256: str
    certificate: x509.Certificate


class Accounts:
    """The accounts of a world; every change is on disk when the call returns.

    Args:
        folder: of the world.
    """

    def __init__(self, folder: Path) -> None:
        file = folder / FILE
        file.touch(0o600)
        # One connection for the thread that makes it and the one that serves, never both at once.
        self._db = sqlite3.connect(
            file, timeout=_WAITS_S, isolation_level=None, check_same_thread=False
        )
        self._db.row_factory = sqlite3.Row
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and nobody else writes meanwhile."""
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def add(
        self, facility_code: str, *, begins_on: date, ends_on: date | None = None, remarks: str = ""
    ) -> Account:
        """One more terminal for a facility: the next free id, a password and a code of its own.

        Raises:
            ValueError: not a facility code.
        """
        with self.transaction():
            facility = self._add(facility_code, begins_on, ends_on, remarks)
        return self.the(facility)

    def get(self, facility: Facility) -> Account | None:
        """The account; None = there is none."""
        rows = self._rows("facility = ? and terminal = ?", facility.code, facility.terminal)
        return next(rows, None)

    def the(self, facility: Facility) -> Account:
        """The account; SettingsInvalid when there is none."""
        found = self.get(facility)
        if found is None:
            raise SettingsInvalid(f"no account {facility.terminal} of facility {facility.code}")
        return found

    def of(self, facility_code: str) -> list[Account]:
        """Those of one facility, by id."""
        return list(self._rows("facility = ?", facility_code))

    def all(self) -> list[Account]:
        """Every account, by facility and id."""
        return list(self._rows("true"))

    def stop(self, facility: Facility, on: date) -> None:
        """停止: everything but its own account is refused from now on."""
        self._set(facility, stopped_on=on.isoformat())

    def resume(self, facility: Facility) -> None:
        """利用可 again."""
        self._set(facility, stopped_on=None)

    def limit(self, facility: Facility, *, begins_on: date, ends_on: date | None) -> None:
        """Set first and last day of use."""
        last = ends_on.isoformat() if ends_on else None
        self._set(facility, begins_on=begins_on.isoformat(), ends_on=last)

    def remark(self, facility: Facility, remarks: str) -> None:
        """Set 備考."""
        self._set(facility, remarks=remarks)

    def reissue(self, facility: Facility) -> Account:
        """A new activation code; the one before it is good for nothing now."""
        self._set(facility, code=_code(), code_used=0)
        return self.the(facility)

    def revoke(self, facility: Facility) -> None:
        """Revoke every certificate of the account."""
        self.the(facility)
        self._revoke(facility)

    def count_wrong(self, facility: Facility, now: datetime) -> None:
        """Note a wrong password; the tenth shuts the account for a minute."""
        at = (facility.code, facility.terminal)
        where = "where facility = ? and terminal = ?"
        self._db.execute(f"update account set wrong = wrong + 1 {where}", at)  # noqa: S608 - constant
        self._db.execute(
            f"update account set wrong = 0, shut_until = ? {where} and wrong >= ?",  # noqa: S608
            (now.timestamp() + _SHUT_FOR_S, *at, _WRONG_AT_MOST),
        )

    def shut_for(self, facility: Facility, now: datetime) -> float:
        """Seconds until passwords are looked at again; 0 = they are."""
        row = self._db.execute(
            "select shut_until from account where facility = ? and terminal = ?",
            (facility.code, facility.terminal),
        ).fetchone()
        return max(0.0, row["shut_until"] - now.timestamp()) if row else 0.0

    def issued_under(self, key: str) -> Issued | None:
        """What was made under an idempotency key; None = nothing."""
        row = self._db.execute("select * from issued where key = ?", (key,)).fetchone()
        if row is None:
            return None
        certificate = x509.load_pem_x509_certificate(row["certificate"].encode())
        return Issued(
            Facility(row["facility"], row["terminal"]), row["key"], row["body_sha256"], certificate
        )

    def activate(self, issued: Issued) -> None:
        """Use the code up: keep the certificate made for it, revoke those before it."""
        with self.transaction():
            self._revoke(issued.facility)
            self._set(issued.facility, code_used=1, wrong=0)
            self._keep(issued)

    def renew(self, issued: Issued) -> None:
        """Keep one more certificate; those before it stay good."""
        self._keep(issued)

    def seed(self, facility: Facility, certificate: x509.Certificate, begins_on: date) -> None:
        """A new world's: one terminal that has its certificate, and one to be activated."""
        with self.transaction():
            if self.get(facility) is not None:
                return
            self._insert(facility, begins_on, None, "1台目（模擬）")
            self._set(facility, code_used=1)
            self._keep(Issued(facility, f"seed-{certificate.serial_number:x}", "", certificate))
            self._add(facility.code, begins_on, None, "2台目（模擬）")

    def is_revoked(self, certificate: x509.Certificate) -> bool:
        """True for a client certificate that is good no longer."""
        serial = f"{certificate.serial_number:x}"
        query = "select 1 from issued where serial = ? and revoked_at is not null"
        return self._db.execute(query, (serial,)).fetchone() is not None

    def _add(
        self, facility_code: str, begins_on: date, ends_on: date | None, remarks: str
    ) -> Facility:
        known = [each.facility.terminal for each in self.of(facility_code)]
        number = 1 + max((int(each[1:]) for each in known), default=0)
        facility = Facility(facility_code, f"W{number:07}")
        self._insert(facility, begins_on, ends_on, remarks)
        return facility

    def _insert(
        self, facility: Facility, begins_on: date, ends_on: date | None, remarks: str
    ) -> None:
        self._db.execute(
            "insert or ignore into account"
            " (facility, terminal, password, code, begins_on, ends_on, remarks)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            (
                facility.code,
                facility.terminal,
                "".join(secrets.choice(_LETTERS) for _ in range(10)),
                _code(),
                begins_on.isoformat(),
                ends_on.isoformat() if ends_on else None,
                remarks,
            ),
        )

    def _keep(self, issued: Issued) -> None:
        self._db.execute(
            "insert or ignore into issued"
            " (serial, facility, terminal, key, body_sha256, certificate, issued_at)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            (
                f"{issued.certificate.serial_number:x}",
                issued.facility.code,
                issued.facility.terminal,
                issued.key,
                issued.body_sha256,
                pki.pem(issued.certificate).decode(),
                datetime.now(UTC).isoformat(),
            ),
        )

    def _revoke(self, facility: Facility) -> None:
        self._db.execute(
            "update issued set revoked_at = ?"
            " where facility = ? and terminal = ? and revoked_at is null",
            (datetime.now(UTC).isoformat(), facility.code, facility.terminal),
        )

    def _set(self, facility: Facility, **values: str | int | None) -> None:
        names = ", ".join(f"{name} = :{name}" for name in values)
        at = {"at_facility": facility.code, "at_terminal": facility.terminal}
        changed = self._db.execute(
            f"update account set {names}"  # noqa: S608 - names of columns, all of this module
            " where facility = :at_facility and terminal = :at_terminal",
            values | at,
        )
        if changed.rowcount == 0:
            self.the(facility)

    def _rows(self, where: str, *values: Any) -> Iterator[Account]:  # noqa: ANN401 - of SQL
        query = f"select * from account where {where} order by facility, terminal"  # noqa: S608
        for row in self._db.execute(query, values):
            yield Account(
                facility=Facility(row["facility"], row["terminal"]),
                password=row["password"],
                activation_code=row["code"],
                is_code_used=bool(row["code_used"]),
                begins_on=date.fromisoformat(row["begins_on"]),
                ends_on=_day(row["ends_on"]),
                stopped_on=_day(row["stopped_on"]),
                remarks=row["remarks"],
            )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _code() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
