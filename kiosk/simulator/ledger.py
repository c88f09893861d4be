"""What the simulated service has processed: idempotency by check id, and the journal.

``processed.jsonl`` has one line a question: ``{"at", "check_id", "person", "repeated", "result"}``;
the first time of a check has ``repeated`` false, so that "asked once at the service" can be
counted. ``answers.jsonl`` keeps the answers, so that a service started again gives them again.
``anchors.jsonl`` keeps the heads of the audits that kiosks send, one line each time one changes:
``{"at", "facility", "count", "digest", "is_behind"}``; ``is_behind`` when an audit that had come
further is shorter now, or another at the same length.

All of them, and the memory of the Idempotency-Keys with them, reach back to the beginning of the
month before the one in which a question comes in: what came earlier is past the retention of any
facility (翌月末) and goes. It goes by the day it came in: a kiosk's wrong clock neither keeps nor
loses anything.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from kiosk.domain.dates import Month, day_in_japan
from kiosk.domain.facility import Facility
from kiosk.domain.retention import is_past_retention
from kiosk.simulator import pki

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


@dataclass(slots=True)
class Answers:
    """What a facility was answered.

    Args:
        first: place of the first of the checks; earlier ones have gone, and places stay good.
        checks: oldest first.
    """

    first: int = 0
    checks: list[Processed] = field(default_factory=list)

    def let_go(self, is_past: Callable[[datetime], bool]) -> None:
        """Drop from the beginning what came in too long ago."""
        gone = next(
            (at for at, each in enumerate(self.checks) if not is_past(each.received_at)),
            len(self.checks),
        )
        self.first += gone
        del self.checks[:gone]


class Ledger:
    """Kept in memory, written through to a folder. For one thread.

    Args:
        folder: of the world.
        now: aware.
    """

    def __init__(self, folder: Path, now: datetime | None = None) -> None:
        self._journal = folder / JOURNAL
        self._answers = folder / ANSWERS
        self._anchors = folder / ANCHORS
        self._heads: dict[tuple[str, str], tuple[int, str]] = {}
        for line in _lines(self._anchors):
            self._further(tuple(line["facility"]), line["count"], line["digest"])
        self._known: dict[str, Processed] = {}
        self._answered: dict[str, Answers] = {}
        self._about: dict[tuple[str, str | None], list[Processed]] = {}
        for line in _lines(self._answers):
            if "first" in line:
                self._answered |= {code: Answers(at) for code, at in line["first"].items()}
            else:
                self._know(_stored(line))
        self._month = Month(1, 1)
        self._let_go(now or datetime.now(UTC))

    def get(self, check_id: str) -> Processed | None:
        """The check as processed; None = never asked."""
        return self._known.get(check_id)

    def answered(self, facility_code: str) -> Answers:
        """What all terminals of a facility were answered and is still kept."""
        return self._answered.get(facility_code, Answers())

    def about(self, facility_code: str, person: str | None) -> Sequence[Processed]:
        """Of those the ones about one person; empty for nobody."""
        return self._about.get((facility_code, person), ()) if person else ()

    def enter(self, check: Processed) -> None:
        """Keep a check processed for the first time; on disk when it returns."""
        self._let_go(check.received_at)
        _append(self._answers, _line_of(check))
        self._know(check)
        self._note(check, check.received_at, repeated=False)

    def repeat(self, check: Processed) -> None:
        """Note that a check was asked again."""
        self._note(check, datetime.now(UTC), repeated=True)

    def _know(self, check: Processed) -> None:
        self._known[check.check_id] = check
        if check.is_answered:
            code = check.facility.code
            self._answered.setdefault(code, Answers()).checks.append(check)
            self._about.setdefault((code, check.person), []).append(check)

    def _let_go(self, now: datetime) -> None:
        """Once a month, and where anything has gone: from memory first, then from the files."""
        month = Month.of(day_in_japan(now))
        if month <= self._month:
            return
        self._month = month
        oldest = min((each.received_at for each in self._known.values()), default=now)
        if not self._is_past(oldest):
            return
        self._known = {
            check_id: each
            for check_id, each in self._known.items()
            if not self._is_past(each.received_at)
        }
        for answers in self._answered.values():
            answers.let_go(self._is_past)
        self._about = {}
        for code, answers in self._answered.items():
            for check in answers.checks:
                self._about.setdefault((code, check.person), []).append(check)
        self._rewrite()

    def _is_past(self, came_at: datetime) -> bool:
        return is_past_retention(Month.of(day_in_japan(came_at)), self._month.start)

    def _rewrite(self) -> None:
        first = {code: answers.first for code, answers in self._answered.items()}
        kept = (_line_of(check) for check in self._known.values())
        _replace(self._answers, [{"first": first}, *kept])
        _replace(self._journal, (line for line in _lines(self._journal) if self._is_fresh(line)))
        latest = (line for line in _lines(self._anchors) if self._is_fresh(line, is_head=True))
        _replace(self._anchors, latest)

    def _is_fresh(self, line: dict[str, Any], *, is_head: bool = False) -> bool:
        """Not past; and the head of an audit, however old, as long as none came further."""
        if is_head and self._heads.get(tuple(line["facility"])) == (line["count"], line["digest"]):
            return True
        return not self._is_past(datetime.fromisoformat(line["at"]))

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

    def _note(self, check: Processed, at: datetime, *, repeated: bool) -> None:
        _append(
            self._journal,
            {
                "at": at.isoformat(),
                "check_id": check.check_id,
                "person": check.person,
                "repeated": repeated,
                "result": check.result,
            },
        )


def journal(folder: Path) -> list[dict[str, Any]]:
    """The lines of ``processed.jsonl``, oldest first; empty before the first question."""
    return list(_lines(folder / JOURNAL))


def _line_of(check: Processed) -> dict[str, Any]:
    return {
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
    }


def _stored(line: dict[str, Any]) -> Processed:
    return Processed(
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


def _replace(file: Path, lines: Iterable[dict[str, Any]]) -> None:
    pki.write_private(file, "".join(f"{_text_of(line)}\n" for line in lines).encode())


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
        whole.write(b"\n" * is_torn + _text_of(line).encode() + b"\n")


def _text_of(line: dict[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))
