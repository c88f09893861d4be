"""What the staff ticked and noted: ``adoption.toml`` in the state folder; no patient data.

A file of its own, in the open, because the checklist begins before there is a store.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kiosk.domain.adoption_rules import Kind
from kiosk.domain.adoption_steps import Step
from kiosk.domain.promotion import Deed, Entry
from kiosk.durable import replace_durably
from kiosk.ports.adoption import (
    AdoptionBook,
    ChecklistNotKept,
    ChecklistUnreadable,
    Progressed,
    Receipt,
    Site,
)

NAME = "adoption.toml"


class AdoptionFile(AdoptionBook):
    """The file in one state folder.

    Args:
        folder: of the state; need not be there before something is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / NAME

    def progressed(self) -> Progressed:
        """As ``AdoptionBook``."""
        try:
            return _read(tomllib.loads(self._file.read_text("utf-8")))
        except FileNotFoundError:
            return Progressed()
        except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
            raise ChecklistUnreadable(str(self._file)) from error

    def keep(self, progressed: Progressed) -> None:
        """As ``AdoptionBook``."""
        try:
            replace_durably(self._file, "\n".join(_written(progressed)).encode())
        except OSError as error:
            raise ChecklistNotKept(str(self._file)) from error


def _read(document: Mapping[str, Any]) -> Progressed:
    receipt, site = document.get("receipt", {}), document.get("site")
    return Progressed(
        done=_days(document.get("done", {})),
        seen=_days(document.get("seen", {})),
        receipt=Receipt(str(receipt.get("number", "")), receipt.get("photo") is True),
        site=None if site is None else _site(site),
        promotion=tuple(
            sorted(
                Entry(_day(each["on"]), Deed(each["deed"]), int(each["count"]))
                for each in document.get("promotion", [])
            )
        ),
    )


def _days(rows: Mapping[str, object]) -> dict[Step, date]:
    return {Step(step): _day(day) for step, day in rows.items()}


def _site(row: Mapping[str, Any]) -> Site:
    measure = row.get("measure")
    return Site(
        Kind(row["kind"]), row.get("attached") is True, None if measure is None else int(measure)
    )


def _written(progressed: Progressed) -> Iterator[str]:
    """TOML; a JSON string of printable signs is a TOML string too."""
    yield "# kiosk adoption: written by the kiosk"
    for table, rows in (("done", progressed.done), ("seen", progressed.seen)):
        yield f"[{table}]"
        yield from (f"{step} = {rows[step].isoformat()}" for step in Step if step in rows)
    receipt, site = progressed.receipt, progressed.site
    yield "[receipt]"
    yield f"number = {json.dumps(receipt.number, ensure_ascii=False)}"
    yield f"photo = {json.dumps(receipt.has_photo)}"
    if site is not None:
        yield "[site]"
        yield f'kind = "{site.kind}"'
        yield f"attached = {json.dumps(site.is_attached)}"
        if site.measure is not None:
            yield f"measure = {site.measure}"
    for each in progressed.promotion:
        yield "[[promotion]]"
        yield f"on = {each.on.isoformat()}"
        yield f'deed = "{each.deed}"'
        yield f"count = {each.count}"
    yield ""


def _day(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("not a day")  # noqa: TRY004 - of a file, not of an argument
    return value
