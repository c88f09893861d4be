"""What the portal keeps, in ``portal.db``: users, sessions, applications and their papers.

Accounts of terminals are not here: they are the service's (``kiosk.simulator.accounts``).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk.domain.adoption_figures import FacilityKind

FILE = "portal.db"
_WAITS_S = 10.0
_LASTS = timedelta(minutes=30)
_PROLONGED_EACH = timedelta(minutes=1)
_WRONG_AT_MOST = 5
_SHUT_FOR = timedelta(minutes=1)
_SCHEMA = """
create table if not exists member (
  facility text primary key, mail text not null unique, name text not null, kind text not null,
  principal text not null default '', salt blob not null, password blob not null,
  wrong integer not null default 0, shut_until text, applied_at text, begins_on text);
create table if not exists session (
  id blob primary key, facility text, token text not null, told text not null default '',
  ends_at text not null);
create table if not exists paper (
  facility text not null, name text not null, kind text not null, content blob not null,
  primary key (facility, name));
create table if not exists subsidy (
  facility text primary key, made_at text not null, content text not null);
create table if not exists cooperation (
  facility text primary key, made_at text not null, content text not null);
"""


class Taken(Exception):
    """The facility, or the mail address, has a user already."""


class ShutOut(Exception):
    """Too many wrong passwords: nobody is let in for a while."""


@dataclass(frozen=True, slots=True)
class Member:
    """A user of the portal: one for a facility.

    Args:
        facility: 機関コード.
        mail: to log in with.
        name: of the facility; invented.
        kind: of the facility.
        principal: facility code of the 主たる施術所; "" = not attached.
        has_applied: 利用開始申請 was made.
        begins_on: 運用開始日; None = not entered.
    """

    facility: str
    mail: str
    name: str
    kind: FacilityKind
    principal: str
    has_applied: bool
    begins_on: date | None


@dataclass(frozen=True, slots=True)
class Session:
    """One browser.

    Args:
        id: the cookie's value; kept hashed.
        facility: of who is logged in; None = nobody.
        token: goes into every form (against forged ones).
    """

    id: str
    facility: str | None
    token: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A file handed in.

    Args:
        name: which paper it is.
        kind: media type.
        content: bytes.
    """

    name: str
    kind: str
    content: bytes


class Registry:
    """The portal's file; every change is on disk when the call returns.

    Args:
        folder: of the world.
    """

    def __init__(self, folder: Path) -> None:
        file = folder / FILE
        file.touch(0o600)
        self._db = sqlite3.connect(
            file, timeout=_WAITS_S, isolation_level=None, check_same_thread=False
        )
        self._db.row_factory = sqlite3.Row
        # One flush a change instead of three.
        self._db.execute("pragma journal_mode = wal")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def register(self, member: Member, password: str) -> None:
        """Keep a new user; Taken when there is one."""
        salt = secrets.token_bytes(16)
        try:
            self._db.execute(
                "insert into member (facility, mail, name, kind, principal, salt, password)"
                " values (?, ?, ?, ?, ?, ?, ?)",
                (
                    member.facility, member.mail, member.name, member.kind.value,
                    member.principal, salt, _hashed(password, salt),
                ),
            )  # fmt: skip
        except sqlite3.IntegrityError:
            raise Taken from None

    def log_in(self, mail: str, password: str, now: datetime) -> Member | None:
        """The user whose password it is, None otherwise; ShutOut after too many wrong ones."""
        row = self._db.execute("select * from member where mail = ?", (mail,)).fetchone()
        if row is None:
            _hashed(password, b"nobody")
            return None
        if row["shut_until"] and now < datetime.fromisoformat(row["shut_until"]):
            raise ShutOut
        if hmac.compare_digest(_hashed(password, row["salt"]), row["password"]):
            self._set(row["facility"], wrong=0, shut_until=None)
            return _member(row)
        if row["wrong"] + 1 < _WRONG_AT_MOST:
            self._set(row["facility"], wrong=row["wrong"] + 1)
        else:
            self._set(row["facility"], wrong=0, shut_until=(now + _SHUT_FOR).isoformat())
        return None

    def member(self, facility: str) -> Member | None:
        """The user of a facility; None = there is none."""
        row = self._db.execute("select * from member where facility = ?", (facility,)).fetchone()
        return _member(row) if row else None

    def members(self) -> list[Member]:
        """Every user, by facility."""
        return [_member(row) for row in self._db.execute("select * from member order by facility")]

    def apply(self, facility: str, at: datetime) -> None:
        """利用開始申請 was made."""
        self._set(facility, applied_at=at.isoformat())

    def begin(self, facility: str, on: date) -> None:
        """運用開始日."""
        self._set(facility, begins_on=on.isoformat())

    def open_session(self, facility: str | None, now: datetime) -> Session:
        """A new session; those that are over go."""
        self._db.execute("delete from session where ends_at < ?", (now.isoformat(),))
        session = Session(secrets.token_urlsafe(32), facility, secrets.token_urlsafe(32))
        self._db.execute(
            "insert into session (id, facility, token, ends_at) values (?, ?, ?, ?)",
            (_hidden(session.id), facility, session.token, (now + _LASTS).isoformat()),
        )
        return session

    def session(self, session_id: str, now: datetime) -> Session | None:
        """The session of a cookie, prolonged; None when it is over or never was."""
        hidden = _hidden(session_id)
        row = self._db.execute(
            "select * from session where id = ? and ends_at >= ?", (hidden, now.isoformat())
        ).fetchone()
        if row is None:
            return None
        ends_at = now + _LASTS
        if ends_at - datetime.fromisoformat(row["ends_at"]) > _PROLONGED_EACH:
            values = (ends_at.isoformat(), hidden)
            self._db.execute("update session set ends_at = ? where id = ?", values)
        return Session(session_id, row["facility"], row["token"])

    def end_session(self, session: Session) -> None:
        """Log out."""
        self._db.execute("delete from session where id = ?", (_hidden(session.id),))

    def tell(self, session: Session, text: str) -> None:
        """Say something on the next page."""
        self._db.execute("update session set told = ? where id = ?", (text, _hidden(session.id)))

    def told(self, session: Session) -> str:
        """What is to be said now; once."""
        hidden = _hidden(session.id)
        row = self._db.execute("select told from session where id = ?", (hidden,)).fetchone()
        if row is None or not row["told"]:
            return ""
        self._db.execute("update session set told = '' where id = ?", (hidden,))
        return str(row["told"])

    def hand_in(
        self, which: str, facility: str, at: datetime, content: dict[str, Any], papers: list[Paper]
    ) -> None:
        """Keep an application with its papers, all or nothing; Taken when it was made before.

        Args:
            which: "subsidy" or "cooperation".
            facility: whose.
            at: now.
            content: what was filled in.
            papers: files.
        """
        self._db.execute("begin immediate")
        try:
            self._db.execute(
                f"insert into {which} values (?, ?, ?)",  # noqa: S608 - a constant of this package
                (facility, at.isoformat(), json.dumps(content, ensure_ascii=False)),
            )
            self._db.executemany(
                "insert into paper values (?, ?, ?, ?)",
                [(facility, each.name, each.kind, each.content) for each in papers],
            )
        except BaseException as error:
            self._db.execute("rollback")
            if isinstance(error, sqlite3.IntegrityError):
                raise Taken from None
            raise
        self._db.execute("commit")

    def handed_in(self, which: str, facility: str) -> dict[str, Any] | None:
        """What was filled in; None = nothing yet."""
        row = self._db.execute(
            f"select content from {which} where facility = ?",  # noqa: S608 - as above
            (facility,),
        ).fetchone()
        return json.loads(row["content"]) if row else None

    def papers(self, facility: str) -> list[Paper]:
        """Files of a facility, by name."""
        rows = self._db.execute("select * from paper where facility = ? order by name", (facility,))
        return [Paper(row["name"], row["kind"], row["content"]) for row in rows]

    def _set(self, facility: str, **values: str | int | None) -> None:
        names = ", ".join(f"{name} = :{name}" for name in values)
        self._db.execute(
            f"update member set {names} where facility = :at",  # noqa: S608 - columns of this module
            values | {"at": facility},
        )


def _member(row: sqlite3.Row) -> Member:
    return Member(
        facility=row["facility"],
        mail=row["mail"],
        name=row["name"],
        kind=FacilityKind(row["kind"]),
        principal=row["principal"],
        has_applied=row["applied_at"] is not None,
        begins_on=date.fromisoformat(row["begins_on"]) if row["begins_on"] else None,
    )


def _hashed(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=1 << 13, r=8, p=1)


def _hidden(session_id: str) -> bytes:
    return hashlib.sha256(session_id.encode()).digest()
