"""``kiosk audit``: who did what, and whether it still stands as it was written."""

from __future__ import annotations

import os
from typing import Any

import click

from kiosk.cli.desk_or_store import opened
from kiosk.cli.door import DESCRIPTOR, REFUSED, Door, json_option, phrasebook
from kiosk.cli.secret import cut, from_descriptor, shown_once
from kiosk.domain.dates import JST
from kiosk.events import Event
from kiosk.phrasebook import Phrase
from kiosk.ports.access import AuditBroken, Entry, Gap, Head
from kiosk.usecases.documents import verdict_document

_GROUP = 8
_MOST = 2**63 - 1
"""What a row of the database can be numbered."""


class _HeadParam(click.ParamType[Head]):
    name = "COUNT;DIGEST"

    def convert(
        self, value: str | Head, param: click.Parameter | None, ctx: click.Context | None
    ) -> Head:
        try:
            return value if isinstance(value, Head) else Head.parse(value)
        except ValueError:
            self.fail("not COUNT;DIGEST as kiosk status prints it", param, ctx)


@click.group()
def audit() -> None:
    """Show who did what; see whether the audit stands as it was written."""


@audit.command()
@click.option(
    "--after", type=click.IntRange(0, _MOST), default=0, metavar="NUMBER",
    help="Rows after this number.",
)  # fmt: skip
@json_option
@click.pass_obj
def show(door: Door, *, after: int) -> None:
    """Show the rows, oldest first; of patients no more than an opaque id."""
    settings = door.settings()
    with opened(door, settings) as kiosk:
        log = kiosk.store.control.audit
        rows, head = log.entries(after), log.head()
    book = phrasebook()
    utterances = [
        book.say(
            Phrase.AUDIT_ROW,
            number=number,
            at=row.at.astimezone(JST).strftime("%Y-%m-%d %H:%M:%S"),
            event=row.event.value,
            who=row.who,
            where=row.where,
            what=row.what or row.record or "-",
        )
        for number, row in rows
    ] or [book.say(Phrase.AUDIT_EMPTY)]
    document = {
        "count": head.count,
        "head": str(head),
        "rows": [_row_document(number, row) for number, row in rows],
    }
    door.report(document, utterances, is_simulated=settings.is_simulated)


def _row_document(number: int, row: Entry) -> dict[str, Any]:
    return {
        "number": number,
        "at": row.at.isoformat(),
        "clock_trusted": row.is_trusted,
        "event": row.event.value,
        "who": row.who,
        "where": row.where,
        "what": row.what,
        "record": row.record,
    }


@audit.command()
@click.option("--head", "heads", type=_HeadParam(), multiple=True, help="Kept elsewhere earlier.")
@click.option(
    "--key-fd", type=DESCRIPTOR, metavar="N", help="The first key, from kiosk audit take-key."
)
@json_option
@click.pass_obj
def verify(door: Door, *, heads: tuple[Head, ...], key_fd: int | None) -> None:
    """Find rows changed, lost, exchanged or cut off; exit status 13 (K325) when there are any.

    Rows lost by a damage of the disk that was mended and put on record are told, and are no fault.
    """
    settings = door.settings()
    start = None if key_fd is None else _key(from_descriptor(key_fd))
    with opened(door, settings) as kiosk:
        verdict = kiosk.store.control.audit.verify(start=start, known=heads)
    if verdict.fault is not None:
        raise AuditBroken(f"{verdict.fault} at row {verdict.number}")
    book = phrasebook()
    utterances = [book.say(_gap_phrase(gap), **_slots(gap)) for gap in verdict.gaps]
    if verdict.gaps:
        utterances.append(book.say(Phrase.AUDIT_REST))
    else:
        utterances.append(book.say(Phrase.AUDIT_SOUND, count=verdict.head.count))
    if not verdict.is_sealed:
        utterances.append(book.say(Phrase.AUDIT_UNSEALED))
    door.report(verdict_document(verdict), utterances, is_simulated=settings.is_simulated)


def _gap_phrase(gap: Gap) -> Phrase:
    return Phrase.AUDIT_GAP if gap.is_exact else Phrase.AUDIT_GAP_UNSURE


def _slots(gap: Gap) -> dict[str, Any]:
    return {"first": gap.first, "last": gap.last, "day": gap.at.astimezone(JST).date()}


def _key(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise click.UsageError("--key-fd: not hexadecimal") from None


@audit.command("take-key")
@json_option
@click.pass_obj
def take_key(door: Door) -> int:
    """Print the first key once, to be kept on paper elsewhere; the box forgets it.

    Exit status 4 where it was taken before.
    """
    settings = door.settings()
    with opened(door, settings) as kiosk:
        key = kiosk.store.control.audit.take_start()
        if key is not None:
            kiosk.gate.note(Event.AUDIT_KEY_TAKEN, f"uid:{os.getuid()}", "command")
    utterances = [phrasebook().say(Phrase.AUDIT_KEY_GONE)]
    if key is not None:
        utterances = shown_once(Phrase.AUDIT_KEY_HOW, cut(key.hex(), _GROUP))
    document = {"key": key.hex() if key else None}
    door.report(document, utterances, is_simulated=settings.is_simulated)
    return 0 if key else REFUSED
