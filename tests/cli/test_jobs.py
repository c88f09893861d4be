"""What ``kiosk status`` tells of the jobs of a running kioskd."""

from __future__ import annotations

from typing import Any

from kiosk.cli.jobs import jobs_utterances
from kiosk.phrasebook import Phrasebook


def job(result: str | None) -> dict[str, Any]:
    return {"name": "line", "result": result}


def test_jobs_that_failed_are_told_with_their_reason_and_those_not_run_yet_are_not() -> None:
    book = Phrasebook.load("en")
    told = [each.read for each in jobs_utterances([job("ok"), job(None), job("K201")], book)]
    assert told[2:] == [book.message("K201").read]
    assert len(jobs_utterances([job("ok"), job(None)], book)) == 1
    assert len(jobs_utterances([], book)) == 1
    bug = jobs_utterances([job("bug")], book)
    assert bug[-1].read == book.message("unknown").read
