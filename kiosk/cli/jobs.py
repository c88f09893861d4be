"""What ``kiosk status`` tells people of the jobs of kioskd."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.phrasebook.told_jobs import told_job
from kiosk.phrasebook.utterance import Sentence


def jobs_utterances(status: Mapping[str, Any], book: Phrasebook) -> list[Utterance]:
    """How many jobs did their work when last run, then each: how it went, last and next run.

    Args:
        status: ``jobs`` as ``kiosk.sync.schedule.jobs_document`` has them, none where no kioskd
            runs; and ``clock`` with ``now``.
        book: the language.
    """
    jobs = status["jobs"]
    if not jobs:
        return [book.say(Phrase.STATUS_JOBS_NONE)]
    results = [each["result"] for each in jobs if each["result"] is not None]
    stuck = sum(result != "ok" for result in results)
    lines = [book.say(Phrase.STATUS_JOBS_FINE, count=len(results) - stuck)]
    if stuck:
        lines.append(book.say(Phrase.STATUS_JOBS_STUCK, count=stuck))
    now = datetime.fromisoformat(status["clock"]["now"])
    return lines + [_line(each, now, book) for each in jobs]


def _line(job: Mapping[str, Any], now: datetime, book: Phrasebook) -> Utterance:
    """All of one job as one sentence: one that is several is written line by line."""
    told = list(told_job(job, now, book))
    if job["result"] not in {None, "ok", "bug"}:
        told.append(book.say(Phrase.SCREEN_CODE, code=job["result"]))
    read, heard = ([getattr(each, form) for each in told] for form in ("read", "heard"))
    joint = told[0].joint
    return Utterance((Sentence(joint.join(read), joint.join(heard)),), joint=joint)
