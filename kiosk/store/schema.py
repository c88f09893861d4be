"""The tables, built up by migrations.

A migration is a function; the file's ``user_version`` counts those that ran and is written in
the same transaction. A migration, once released, never changes: the next one mends it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kiosk.formats import answer_json
from kiosk.ports.records import StoreCorrupt
from kiosk.store.database import Database
from kiosk.store.searching import search_columns

if TYPE_CHECKING:
    import sqlite_utils

Migration = Callable[["sqlite_utils.Database"], None]


def migrate(database: Database, migrations: Sequence[Migration]) -> None:
    """Bring a file to the newest form; nothing is loaded or written when it has it.

    Raises:
        StoreCorrupt: the file was written by a later version of the kiosk.
    """
    if _version(database) == len(migrations):
        return
    # Loaded before others have to wait: on a slow box that takes seconds.
    tables = database.toolbox()
    with database.transaction():
        version = _version(database)
        if version > len(migrations):
            raise StoreCorrupt(f"a sealed file has form {version}, newer than this program")
        for migration in migrations[version:]:
            migration(tables)
        database.rows(f"PRAGMA user_version = {len(migrations)}")


def _version(database: Database) -> int:
    row = database.row("PRAGMA user_version")
    return int(row["user_version"]) if row else 0


def _checks(tables: sqlite_utils.Database) -> None:
    """One row a check; times are ISO 8601 UTC, days ISO 8601 of Japan."""
    tables.table("checks").create(
        {
            "sequence": int,
            "check_id": str,
            "state": str,
            "treated_at": str,
            "treated_on": str,
            "opened_wall": str,
            "opened_boot_id": str,
            "opened_boot_s": float,
            "opened_trusted": int,
            # Latest trusted time on record when it was opened: it cannot have been earlier.
            "opened_after": str,
            "is_simulated": int,
            "attempts": int,
            "deferrals": int,
            "next_attempt_at": str,
            "deferred_at": str,
            "code": str,
            "settled_at": str,
            "lease_owner": str,
            "lease_boot_s": float,
            "request": bytes,
            "answer": str,
        },
        pk="sequence",
        not_null={
            *("check_id", "state", "treated_at", "treated_on", "opened_wall", "opened_boot_id"),
            *("opened_boot_s", "opened_trusted", "is_simulated", "attempts", "deferrals"),
            "request",
        },
        strict=True,
    )
    tables.table("checks").create_index(["check_id"], unique=True)


def _waiting(tables: sqlite_utils.Database) -> None:
    """What waits is found without reading what is settled: sqlite_utils has no partial index."""
    tables.execute(
        "CREATE INDEX waiting ON checks (sequence)"
        " WHERE state IN ('sending', 'queued', 'set_aside')"
    )


def _people(tables: sqlite_utils.Database) -> None:
    """Whose check it is, as a keyed hash: for the repeat of the day and for what is to follow."""
    tables.execute("ALTER TABLE checks ADD COLUMN person TEXT")
    tables.execute("CREATE INDEX people ON checks (person) WHERE person IS NOT NULL")


def _search(tables: sqlite_utils.Database) -> None:
    """What is looked for, beside what is counted, in one index: neither reads a whole check."""
    for column in ("kana", "born", "number"):
        tables.execute(f"ALTER TABLE checks ADD COLUMN {column} TEXT")
    tables.execute(
        "CREATE INDEX search ON checks (treated_on, kana, born, number, state, deferrals)"
    )
    for row in tables.query("SELECT sequence, answer FROM checks WHERE answer IS NOT NULL"):
        answer = answer_json.from_record(json.loads(row["answer"]))
        tables.table("checks").update(row["sequence"], search_columns(answer))


def _follow_ups(tables: sqlite_utils.Database) -> None:
    """What is still to be confirmed; times ISO 8601 UTC, days ISO 8601 of Japan."""
    tables.table("follow_ups").create(
        {
            "follow_up_id": str,
            "check_id": str,
            "person": str,
            "treated_on": str,
            "kept_at": str,
            "reason": str,
            "way": str,
            "closed_at": str,
            "closed_by": str,
            "is_simulated": int,
        },
        pk="follow_up_id",
        not_null={"treated_on", "kept_at", "reason", "is_simulated"},
        strict=True,
    )


def _withdrawals(tables: sqlite_utils.Database) -> None:
    """What was put right: which version stands for which, since when and why."""
    for column in ("corrects", "corrected_by", "withdrawn_at", "reason"):
        # Column names are our own.
        tables.execute(f"ALTER TABLE checks ADD COLUMN {column} TEXT")


def _places(tables: sqlite_utils.Database) -> None:
    """Where the treatment took place; what is older was taken in the clinic."""
    tables.execute("ALTER TABLE checks ADD COLUMN place TEXT NOT NULL DEFAULT 'clinic'")


def _resolutions(tables: sqlite_utils.Database) -> None:
    """What the staff decided where the service could not."""
    tables.execute("ALTER TABLE follow_ups ADD COLUMN resolution TEXT")
    tables.execute("ALTER TABLE follow_ups ADD COLUMN choice INTEGER")


def _numbering(tables: sqlite_utils.Database) -> None:
    tables.table("numbering").insert(
        {"id": 1, "next": 1, "ceiling": 1, "boot_id": ""}, pk="id", strict=True
    )


def _clock(tables: sqlite_utils.Database) -> None:
    tables.table("clock").create(
        {"id": int, "mark": str, "hint": str, "hint_boot_id": str, "hint_boot_s": float},
        pk="id",
        strict=True,
    )
    tables.table("clock").insert({"id": 1})


def _counts(tables: sqlite_utils.Database) -> None:
    """By month and file: a month that was purged and begun anew is counted twice, rightly."""
    numbers = ("checked", "answered", "refused", "deferred")
    tables.table("counts").create(
        {"month": str, "file": str, **dict.fromkeys(numbers, int)},
        pk=("month", "file"),
        not_null=set(numbers),
        strict=True,
    )


def _access(tables: sqlite_utils.Database) -> None:
    """Who may enter: passcodes and second factors by holder, wrong tries by place."""
    holder = {"standing": str, "label": str}
    tables.table("passcodes").create(
        {**holder, "hash": str}, pk=("standing", "label"), not_null={"hash"}, strict=True
    )
    tables.table("totp").create(
        {**holder, "secret": bytes, "used": int},
        pk=("standing", "label"),
        not_null={"secret", "used"},
        strict=True,
    )
    tables.table("security_keys").create({**holder, "credential": bytes}, strict=True)
    tables.table("recovery_codes").create({**holder, "hash": str}, strict=True)
    tables.table("tries").create(
        {"place": str, "wrong": int, "boot_id": str, "until_s": float, "wait_s": float},
        pk="place",
        strict=True,
    )


def _audit(tables: sqlite_utils.Database) -> None:
    """Rows bound to one another, and the keys of their seals; see ``kiosk.store.audit``."""
    tables.table("audit").create(
        {"number": int, "body": str, "promise": bytes, "digest": bytes, "seal": bytes},
        pk="number",
        not_null={"body", "promise", "digest", "seal"},
        strict=True,
    )
    tables.table("audit_keys").create(
        {"id": int, "current": bytes, "start": bytes, "opaque": bytes}, pk="id", strict=True
    )
    first = os.urandom(32)
    tables.table("audit_keys").insert(
        {"id": 1, "current": first, "start": first, "opaque": os.urandom(32)}
    )


def _pepper(tables: sqlite_utils.Database) -> None:
    """Key of the hashes that stand for a person: without this file nobody can recompute one."""
    tables.table("pepper").insert({"id": 1, "key": os.urandom(32)}, pk="id", strict=True)


def _acceptances(tables: sqlite_utils.Database) -> None:
    """Who took on what the key provider does not protect against."""
    tables.table("acceptances").create(
        {"provider": str, "name": str, "at": str},
        pk="provider",
        not_null={"name", "at"},
        strict=True,
    )


def _unfinished(tables: sqlite_utils.Database) -> None:
    """What is being put right, so that a crash leaves no half of it; ids are random."""
    tables.table("unfinished").create({"check_id": str, "new_id": str}, pk="check_id", strict=True)


def _handing_over(tables: sqlite_utils.Database) -> None:
    """What receipt computers have and have not: settled checks are numbered in their order.

    By triggers, so that whatever settles a check, or brings a settled one from another file,
    numbers it in the same transaction.
    """
    tables.execute("ALTER TABLE checks ADD COLUMN exported_at TEXT")
    tables.execute("ALTER TABLE checks ADD COLUMN settled_number INTEGER")
    tables.execute(
        "UPDATE checks SET settled_number = sequence WHERE state IN ('answered', 'refused')"
    )
    tables.execute(
        "CREATE UNIQUE INDEX settled ON checks (settled_number) WHERE settled_number IS NOT NULL"
    )
    is_settled = "NEW.state IN ('answered', 'refused') AND NEW.settled_number IS NULL"
    # A reader of results must hear that one it has does not stand any more: it is new once more.
    is_withdrawn = (
        "NEW.withdrawn_at IS NOT NULL AND OLD.withdrawn_at IS NULL"
        " AND NEW.settled_number IS NOT NULL"
    )
    for name, event, condition in (
        ("settle", "UPDATE OF state", is_settled),
        ("settle_new", "INSERT", is_settled),
        ("withdraw", "UPDATE OF withdrawn_at", is_withdrawn),
    ):
        tables.execute(
            # Names, events and conditions are those of the loop, none comes from outside.
            f"CREATE TRIGGER {name} AFTER {event} ON checks WHEN {condition} BEGIN"  # noqa: S608
            " UPDATE checks SET settled_number = 1 + (SELECT coalesce(max(settled_number), 0)"
            " FROM checks WHERE settled_number IS NOT NULL) WHERE sequence = NEW.sequence; END"
        )


def _computers(tables: sqlite_utils.Database) -> None:
    """Which receipt computers may fetch, and which files with results we wrote."""
    tables.table("computers").create(
        {"name": str, "address": str, "paired_at": str, "token_hash": str},
        pk="name",
        not_null={"address", "paired_at", "token_hash"},
        strict=True,
    )
    tables.table("held_files").create(
        {"path": str, "month": str}, pk="path", not_null={"month"}, strict=True
    )


def _reception(tables: sqlite_utils.Database) -> None:
    """How the staff chose to receive visits: one row, or none."""
    choices = ("attendance", "identify", "place")
    tables.table("reception").create(
        {"id": int, **dict.fromkeys(choices, str)}, pk="id", not_null=set(choices), strict=True
    )


def _preferences(tables: sqlite_utils.Database) -> None:
    """What the staff set at the box: ``kiosk.domain.preferences``."""
    tables.table("preferences").create(
        {"name": str, "value": str}, pk="name", not_null={"value"}, strict=True
    )


def _unexported(tables: sqlite_utils.Database) -> None:
    """What no receipt computer has yet is counted without reading what each of them has."""
    tables.execute(
        "CREATE INDEX unexported ON checks (settled_at)"
        " WHERE state = 'answered' AND exported_at IS NULL"
    )


def _terminals(tables: sqlite_utils.Database) -> None:
    """What another terminal of the facility asked; its own receipt computer is its own matter."""
    tables.execute("ALTER TABLE checks ADD COLUMN terminal TEXT")
    tables.execute("DROP INDEX unexported")
    tables.execute(
        "CREATE INDEX unexported ON checks (settled_at)"
        " WHERE state = 'answered' AND exported_at IS NULL AND terminal IS NULL"
    )


def _pulled(tables: sqlite_utils.Database) -> None:
    """How far the facility's results were fetched: one row, or none."""
    tables.table("pulled").create(
        {"id": int, "cursor": str}, pk="id", not_null={"cursor"}, strict=True
    )


def _damages(tables: sqlite_utils.Database) -> None:
    """What bad places on the disk did to control.db and to the vault."""
    tables.table("damages").create(
        {"what": str, "at": str, "copied_at": str}, not_null={"what", "at"}, strict=True
    )


def _presented(tables: sqlite_utils.Database) -> None:
    """By what was asked, and until when the card's certificate runs."""
    for column in ("presented", "card_ends_on"):
        tables.execute(f"ALTER TABLE checks ADD COLUMN {column} TEXT")
    tables.execute("CREATE INDEX card_ends ON checks (card_ends_on) WHERE card_ends_on NOTNULL")
    tables.execute("DROP INDEX search")
    tables.execute(
        "CREATE INDEX search"
        " ON checks (treated_on, kana, born, number, state, deferrals, presented)"
    )


def _ways(tables: sqlite_utils.Database) -> None:
    """How many came by card is counted beyond the purge."""
    for column in ("by_card", "by_hand"):
        tables.execute(f"ALTER TABLE counts ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0")


def _due(tables: sqlite_utils.Database) -> None:
    """When a check is due again by the boot clock: the wall clock may leap meanwhile."""
    tables.execute("ALTER TABLE checks ADD COLUMN due_boot_id TEXT")
    tables.execute("ALTER TABLE checks ADD COLUMN due_boot_s REAL")


def _audit_count(tables: sqlite_utils.Database) -> None:
    """How far the audit has come, beside its keys: not on the block that may lose its last rows."""
    tables.execute("ALTER TABLE audit_keys ADD COLUMN count INTEGER")
    tables.execute("UPDATE audit_keys SET count = (SELECT coalesce(max(number), 0) FROM audit)")


def _traces(tables: sqlite_utils.Database) -> None:
    """Which file a copy of a month is: its path alone may be another's, or another process's."""
    tables.execute("ALTER TABLE held_files ADD COLUMN trace TEXT")


def _begun(tables: sqlite_utils.Database) -> None:
    """Names of the month files that were there: one that is gone is a loss, not a beginning."""
    tables.execute("CREATE TABLE begun (file TEXT PRIMARY KEY) STRICT")


MONTH_FILE: tuple[Migration, ...] = (
    _checks, _waiting, _people, _follow_ups, _search, _withdrawals, _handing_over, _places,
    _resolutions, _unexported, _terminals, _presented, _due,
)  # fmt: skip
CONTROL_FILE: tuple[Migration, ...] = (
    _numbering, _clock, _counts, _access, _audit, _pepper, _acceptances, _unfinished,
    _computers, _reception, _preferences, _pulled, _damages, _ways, _audit_count, _traces,
    _begun,
)  # fmt: skip
