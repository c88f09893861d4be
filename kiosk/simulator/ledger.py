"""What the simulated service has processed: idempotency by check id, and the journal.

``processed.jsonl`` has one line a question: ``{"at", "check_id", "person", "repeated", "result"}``;
the first time of a check has ``repeated`` false, so that "asked once at the service" can be
counted. ``answers.jsonl`` keeps the answers, so that a service started again gives them again.
``anchors.jsonl`` keeps the heads of the audits that kiosks send, one line each time one changes:
``{"at", "facility", "count", "digest", "is_behind"}``; ``is_behind`` when an audit that had come
further is shorter now, or another at the same length.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from kiosk.domain.facility import Facility

JOURNAL = "processed.jsonl"
ANSWERS = "answers.jsonl"
ANCHORS = "anchors.jsonl"
_ANCHOR = re.compile(r"(\d{1,12});([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Processed:
    """One check, processed.

    Args:
        check_id: its id.
        facility: who asked.
        body_sha256: hex over the body of the question.
        answer: body of the answer, the same bytes every time.
        kind: of the presentation, e.g. "certificate".
        treated_at: time of treatment as asked, ISO 8601.
        treated_on: its day in Japan.
        received_at: aware; when the question came in.
        is_answered: an answer was given, no refusal.
        person: id of the person, None = nobody we know.
        result: refusal or notice, "" for neither.
    """

    check_id: str
    facility: Facility
    body_sha256: str
    answer: bytes
    kind: str
    treated_at: str
    treated_on: date
    received_at: datetime
    is_answered: bool
    person: str | None
    result: str


class Ledger:
    """Kept in memory, written through to a folder. For one thread.

    Args:
        folder: of the world.
    """

    def __init__(self, folder: Path) -> None:
        self._journal = folder / JOURNAL
        self._answers = folder / ANSWERS
        self._anchors = folder / ANCHORS
        self._heads: dict[tuple[str, str], tuple[int, str]] = {}
        for line in _lines(self._anchors):
            self._further(tuple(line["facility"]), line["count"], line["digest"])
        self._known: dict[str, Processed] = {}
        self._answered: dict[str, list[Processed]] = {}
        self._about: dict[tuple[str, str | None], list[Processed]] = {}
        for each in _stored(self._answers):
            self._know(each)

    def get(self, check_id: str) -> Processed | None:
        """The check as processed; None = never asked."""
        return self._known.get(check_id)

    def answered(self, facility_code: str) -> Sequence[Processed]:
        """What all terminals of a facility were answered, oldest first; it only ever grows."""
        return self._answered.get(facility_code, ())

    def about(self, facility_code: str, person: str | None) -> Sequence[Processed]:
        """Of those the ones about one person; empty for nobody."""
        return self._about.get((facility_code, person), ()) if person else ()

    def enter(self, check: Processed) -> None:
        """Keep a check processed for the first time; on disk when it returns."""
        _append(
            self._answers,
            {
                "check_id": check.check_id,
                "facility": [check.facility.code, check.facility.terminal],
                "body_sha256": check.body_sha256,
                "answer": check.answer.decode(),
                "kind": check.kind,
                "treated_at": check.treated_at,
                "treated_on": check.treated_on.isoformat(),
                "received_at": check.received_at.isoformat(),
                "is_answered": check.is_answered,
                "person": check.person,
                "result": check.result,
            },
        )
        self._know(check)
        self._note(check, repeated=False)

    def repeat(self, check: Processed) -> None:
        """Note that a check was asked again."""
        self._note(check, repeated=True)

    def _know(self, check: Processed) -> None:
        self._known[check.check_id] = check
        if check.is_answered:
            code = check.facility.code
            self._answered.setdefault(code, []).append(check)
            self._about.setdefault((code, check.person), []).append(check)

    def anchor(self, facility: Facility, text: str) -> None:
        """Keep the head of a kiosk's audit; what is none is left alone: it stops no check."""
        found = _ANCHOR.fullmatch(text)
        whose = (facility.code, facility.terminal)
        if found is None or self._heads.get(whose) == (int(found[1]), found[2]):
            return
        count, digest = int(found[1]), found[2]
        is_behind = not self._further(whose, count, digest)
        _append(
            self._anchors,
            {
                "at": datetime.now(UTC).isoformat(),
                "facility": whose,
                "count": count,
                "digest": digest,
                "is_behind": is_behind,
            },
        )

    def _further(self, whose: tuple[str, str], count: int, digest: str) -> bool:
        """Whether it is further than, or the same as, the furthest so far; then that."""
        known = self._heads.get(whose, (0, digest))
        if count < known[0] or (count == known[0] and digest != known[1]):
            return False
        self._heads[whose] = count, digest
        return True

    def _note(self, check: Processed, *, repeated: bool) -> None:
        _append(
            self._journal,
            {
                "at": datetime.now(UTC).isoformat(),
                "check_id": check.check_id,
                "person": check.person,
                "repeated": repeated,
                "result": check.result,
            },
        )


def journal(folder: Path) -> list[dict[str, Any]]:
    """The lines of ``processed.jsonl``, oldest first; empty before the first question."""
    return list(_lines(folder / JOURNAL))


def _stored(file: Path) -> Iterator[Processed]:
    for line in _lines(file):
        yield Processed(
            check_id=line["check_id"],
            facility=Facility(*line["facility"]),
            body_sha256=line["body_sha256"],
            answer=line["answer"].encode(),
            kind=line["kind"],
            treated_at=line["treated_at"],
            treated_on=date.fromisoformat(line["treated_on"]),
            received_at=datetime.fromisoformat(line["received_at"]),
            is_answered=line["is_answered"],
            person=line["person"],
            result=line["result"],
        )


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    """Whole lines only: the last may be torn by a kill."""
    with contextlib.suppress(FileNotFoundError):
        for line in file.read_bytes().splitlines(keepends=True):
            with contextlib.suppress(ValueError):
                yield json.loads(line)


def _append(file: Path, line: dict[str, Any]) -> None:
    """One write a line, after a line end that a torn line may lack."""
    handle = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as whole:
        size = whole.seek(0, os.SEEK_END)
        is_torn = size > 0 and os.pread(whole.fileno(), 1, size - 1) != b"\n"
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        whole.write(b"\n" * is_torn + text.encode() + b"\n")
