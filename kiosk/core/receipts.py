"""What receipt computers ask at the desk, through their link; and who of them may.

Their link (``kiosk receipt serve``) runs as a user of its own and sees results only: what it asks
is put on record check by check, under the name of the computer it hands them to.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kiosk.core.pairing import NAME, Pairing, text_of
from kiosk.core.ways import Ways
from kiosk.desk.messages import BadMessage, Reach
from kiosk.domain.dates import Month
from kiosk.domain.retention import is_past_retention
from kiosk.events import Event
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.formats.result import Request, Result
from kiosk.formats.result_json import result_json
from kiosk.ports.clock import Clock
from kiosk.ports.exports import (
    Computers,
    Held,
    Trace,
)
from kiosk.ports.records import Records, StoredCheck
from kiosk.usecases.access import Gate
from kiosk.usecases.export import (
    Comparison,
    Cursor,
    compare,
    look_up,
    new_results,
    one_result,
    result_of,
)
from kiosk.usecases.retention import absent

RECEIPT_QUERIES: Mapping[str, Reach] = {
    "receipt_news": Reach.NEWS,
    "receipt_token": Reach.NEWS,
    "receipt_redeem": Reach.NEWS,
    "receipt_open": Reach.NEWS,
    "results": Reach.RECEIPT,
    "result": Reach.RECEIPT,
    "look_up": Reach.RECEIPT,
    "compare": Reach.RECEIPT,
    "exported": Reach.RECEIPT,
    "export": Reach.STAFF,
    "export_written": Reach.STAFF,
    "copied": Reach.STAFF,
    "receipt_pair": Reach.TECHNICIAN,
    "receipt_computers": Reach.TECHNICIAN,
    "receipt_revoke": Reach.TECHNICIAN,
    "receipt_ways": Reach.TECHNICIAN,
    "receipt_on": Reach.MAINTAINER,
    "receipt_off": Reach.TECHNICIAN,
}
"""By name: who may ask."""
PAGE_BYTES = 40 * 1024


@dataclass(frozen=True, slots=True)
class Handing:
    """What handing over needs.

    Args:
        records: where checks are kept.
        clock: what time it is.
        gate: keeps the audit.
        computers: which are paired.
        held: files that go with their month.
        facility_code: of this kiosk.
        is_simulated: mark everything.
        ways: which are on.
    """

    records: Records
    clock: Clock
    gate: Gate
    computers: Computers
    held: Held
    facility_code: str
    is_simulated: bool
    ways: Ways


class Receipts:
    """Answers the link of receipt computers.

    Args:
        handing: what it needs.
        now: seconds, only forward.
        page_bytes: how much of a list a document may hold.
    """

    def __init__(
        self,
        handing: Handing,
        now: Callable[[], float] = time.monotonic,
        *,
        page_bytes: int = PAGE_BYTES,
    ) -> None:
        self._handing = handing
        self._page_bytes = page_bytes
        pairing = Pairing(handing.computers, handing.gate, handing.clock, now)
        self._pairing = pairing
        self._answers: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "receipt_news": self._news,
            "receipt_token": pairing.token,
            "receipt_redeem": pairing.redeem,
            "receipt_open": self._open,
            "results": self._results,
            "result": self._result,
            "look_up": self._look_up,
            "compare": self._compare,
            "exported": self._exported,
            "export": self._export,
            "export_written": self._written,
            "copied": self._result_of_staff,
            "receipt_pair": pairing.pair,
            "receipt_computers": pairing.computers,
            "receipt_revoke": pairing.revoke,
            "receipt_ways": lambda _: handing.ways.document(),
            "receipt_on": lambda about: handing.ways.switch(about, is_on=True),
            "receipt_off": lambda about: handing.ways.switch(about, is_on=False),
        }

    def answer(self, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        """The document of a query of RECEIPT_QUERIES.

        Raises:
            BadMessage: a parameter is not of its form.
            NoResult, CheckUnknown: nothing fits.
            PairingRefused, ComputerRefused, ComputerUnknown: as they say.
            StoreError: the store cannot be read.
        """
        return {**self._marks, **self._answers[query](about)}

    def _open(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """The link says where it listens, and gets what it needs of the settings."""
        self._pairing.place(about)
        held = self._handing
        return {"facility_code": held.facility_code, **held.ways.manner()}

    # -- results -----------------------------------------------------------------------------

    def _news(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """Whether there is something past a cursor, and which of some months are over.

        No patient data; of the months asked for, those whose files must go.
        """
        held = self._handing
        found = held.records.settled(_cursor(about).seen, 1)
        return {"news": bool(found), "over": self._over(about)}

    def _over(self, about: Mapping[str, Any]) -> list[str]:
        asked = about.get("months", [])
        if not isinstance(asked, list):
            raise BadMessage("months")
        try:
            months = {Month.parse(str(each)) for each in asked}
        except ValueError:
            raise BadMessage("months") from None
        kept = self._handing.records.months()
        gone = months - set(kept)
        # A provisional check has a day of treatment and no month yet.
        has_provisional = gone and self._handing.records.settled(dict.fromkeys(kept, 1 << 62), 1)
        now = self._handing.clock.now()
        return sorted(str(m) for m in gone if not has_provisional or is_past_retention(m, now))

    def _results(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """As many results past a cursor as a line holds; each is on record as exported."""
        held, who = self._handing, _who(about)
        page = new_results(
            held.records, held.facility_code, _cursor(about), held.clock.now(), _most(about)
        )
        shown: list[dict[str, Any]] = []
        room, cursor, is_last = self._page_bytes, page.cursor, page.is_last
        for result, past in page.results:
            document = {**result_json(result), "cursor": str(past)}
            room -= len(json.dumps(document, ensure_ascii=False).encode())
            if shown and room < 0:
                cursor, is_last = Cursor.parse(shown[-1]["cursor"]), False
                break
            shown.append(document)
        for document in shown:
            held.gate.note(
                Event.EXPORTED, who, "receipt", what=_how(about), check_id=document["check_id"]
            )
        # All of the page, though some results may be for the next: to hear it twice is no harm.
        withdrawn = list(page.withdrawn)
        told = {"results": shown, "withdrawn": withdrawn, "cursor": str(cursor)}
        return {**told, "more": not is_last}

    def _result(self, about: Mapping[str, Any]) -> dict[str, Any]:
        held = self._handing
        check_id = text_of(about, "check_id")
        return self._told(
            one_result(held.records, held.facility_code, check_id, held.clock.now()), about
        )

    def _look_up(self, about: Mapping[str, Any]) -> dict[str, Any]:
        held = self._handing
        names = ("insurer_number", "symbol", "number", "branch_number")
        born = about.get("birth_date")
        try:
            born_on = date.fromisoformat(str(born)) if born else None
        except ValueError:
            raise BadMessage("birth_date") from None
        texts = {name: text_of(about, name) for name in names if about.get(name) is not None}
        if not texts.get("insurer_number") or not texts.get("number"):
            raise BadMessage("insurer_number, number")
        asked = Request(**texts, birth_date=born_on)
        return self._told(look_up(held.records, held.facility_code, asked, held.clock.now()), about)

    def _told(self, result: Result, about: Mapping[str, Any]) -> dict[str, Any]:
        self._handing.gate.note(
            Event.EXPORTED, _who(about), "receipt", what=_how(about), check_id=result.check_id
        )
        return result_json(result)

    def _compare(self, about: Mapping[str, Any]) -> dict[str, Any]:
        held = self._handing
        theirs = about.get("fields")
        if not isinstance(theirs, dict) or not all(isinstance(v, str) for v in theirs.values()):
            raise BadMessage("fields")
        found = compare(held.records, held.facility_code, theirs, held.clock.now())
        held.gate.note(
            Event.LOOKED, _who(about), "receipt", what="compare", check_id=found.result.check_id
        )
        return _comparison_part(found)

    def _exported(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """An acknowledgement; the first one counts, each is answered alike."""
        held = self._handing
        check_id = text_of(about, "check_id")
        one_result(held.records, held.facility_code, check_id, held.clock.now())
        check = held.records.mark_exported(check_id, held.clock.now())
        held.gate.note(Event.EXPORTED, _who(about), "receipt", what="received", check_id=check_id)
        at = check.exported_at
        return {"check_id": check_id, "exported_at": at.isoformat() if at else None}

    @property
    def _marks(self) -> dict[str, Any]:
        is_simulated = self._handing.is_simulated
        return {"simulated": is_simulated, "mark": SIMULATED_MARK if is_simulated else None}

    def _export(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """Checks of a month that still stand; a file they go to is remembered with the month.

        Of a month that was destroyed, or is to come, ``absent`` says so: its list would be taken
        for one on which nobody came.
        """
        held, after = self._handing, about.get("after") or 0
        try:
            month = Month.parse(text_of(about, "month"))
        except ValueError:
            raise BadMessage("month") from None
        if not isinstance(after, int):
            raise BadMessage("after")
        held.ways.must_be_on("seal" if about.get("sealed") else "files")
        why = absent(held.records, month, held.clock.now())
        if why is not None:
            return {"checks": [], "next": None, "absent": why.value}
        if file := text_of(about, "file"):
            held.held.hold(month, Path(file))
        page: list[dict[str, Any]] = []
        room = self._page_bytes
        for check in held.records.history(month):
            if check.sequence <= after or check.withdrawn_at is not None:
                continue
            document = _entry_document(check, held.facility_code)
            room -= len(json.dumps(document, ensure_ascii=False).encode())
            if page and room < 0:
                return {"checks": page, "next": page[-1]["sequence"], "absent": None}
            page.append(document)
        return {"checks": page, "next": None, "absent": None}

    def _written(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """Whether this process can delete a file when its month goes."""
        try:
            trace = Trace.parse(text_of(about, "trace"))
        except ValueError:
            raise BadMessage("trace") from None
        return {"box_deletes": self._handing.held.written(Path(text_of(about, "file")), trace)}

    def _result_of_staff(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """One result that staff copy or show as codes; the counter has put it on record."""
        held, form = self._handing, about.get("form")
        allowed = {"copied": "copy_text", "qr": "qr"}.get(str(form))
        if allowed is None:
            raise BadMessage("form")
        held.ways.must_be_on(allowed)
        check_id, now = text_of(about, "check_id"), held.clock.now()
        return result_json(one_result(held.records, held.facility_code, check_id, now))


def hands_over(manner: Mapping[str, Any], computers: Computers) -> bool:
    """Whether a receipt computer fetches results from this kiosk.

    Args:
        manner: ``[receipt]`` of the settings.
        computers: which are paired.
    """
    return bool(manner.get("drop_folder")) or bool(computers.all())


def _entry_document(check: StoredCheck, facility_code: str) -> dict[str, Any]:
    result = result_of(check, facility_code)
    return {
        "sequence": check.sequence,
        "check_id": check.check_id,
        "treated_on": check.treated_on.isoformat(),
        "simulated": check.is_simulated,
        "result": result and result_json(result),
    }


def _comparison_part(found: Comparison) -> dict[str, Any]:
    result = found.result
    return {
        "check_id": result.check_id,
        "treated_on": result.treated_on.isoformat(),
        "confirmed": result.answer.confirms(result.treated_on),
        "agrees": not found.differences,
        "differences": [
            {"field": each.field, "theirs": each.theirs, "ours": each.ours}
            for each in found.differences
        ],
    }


def _cursor(about: Mapping[str, Any]) -> Cursor:
    try:
        return Cursor.parse(str(about.get("after") or ""))
    except ValueError:
        raise BadMessage("after") from None


def _most(about: Mapping[str, Any]) -> int:
    most = about.get("most", 100)
    if not isinstance(most, int) or not 0 < most <= 100:  # noqa: PLR2004 - a page
        raise BadMessage("most")
    return most


def _who(about: Mapping[str, Any]) -> str:
    """As the audit names the reader; the link is the only one that may speak for computers."""
    name = about.get("computer")
    is_name = isinstance(name, str) and NAME.fullmatch(name)
    return f"computer/{name}" if is_name else "receipt"


def _how(about: Mapping[str, Any]) -> str:
    how = about.get("how")
    return how if how in {"api", "drop"} else "desk"
