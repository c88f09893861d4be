"""What ``kiosk status`` tells people of the jobs of kioskd."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kiosk.phrasebook import Phrase, Phrasebook, Utterance


def jobs_utterances(jobs: Sequence[dict[str, Any]], book: Phrasebook) -> list[Utterance]:
    """How many jobs did their work when last run, and of the others why not.

    Args:
        jobs: as ``kiosk.sync.schedule.jobs_document`` has them; none where no kioskd runs.
        book: the language.
    """
    if not jobs:
        return [book.say(Phrase.STATUS_JOBS_NONE)]
    results = [str(each["result"]) for each in jobs if each["result"] is not None]
    stuck = [result for result in results if result != "ok"]
    lines = [book.say(Phrase.STATUS_JOBS_FINE, count=len(results) - len(stuck))]
    if stuck:
        lines.append(book.say(Phrase.STATUS_JOBS_STUCK, count=len(stuck)))
        codes = sorted({code if code.startswith("K") else "unknown" for code in stuck})
        lines += [book.message(code) for code in codes]
    return lines
