"""What ``kiosk status`` tells people of the jobs of kioskd."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.phrasebook.told_jobs import told_job


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
    return lines + [_line(told_job(each, now, book)) for each in jobs]


def _line(told: tuple[Utterance, ...]) -> Utterance:
    """All of one job on one line."""
    return Utterance(tuple(each for part in told for each in part.sentences), joint=told[0].joint)
