"""What ``kiosk status`` tells of the jobs of a running kioskd."""

from __future__ import annotations

from typing import Any

from kiosk.cli.jobs import jobs_utterances
from kiosk.line.show import text_lines
from kiosk.phrasebook import Phrasebook

NOW = "2026-11-21T12:00:00+00:00"


def job(result: str | None, last_at: str | None = "2026-11-21T11:57:00+00:00") -> dict[str, Any]:
    next_at = "2026-11-21T14:00:30+00:00"
    return {
        "name": "line", "result": result, "last_at": last_at, "next_at": next_at, "running": False,
    }  # fmt: skip


def told(*jobs: dict[str, Any], language: str = "en") -> list[str]:
    status = {"clock": {"now": NOW}, "jobs": jobs}
    return text_lines(jobs_utterances(status, Phrasebook.load(language)))


def test_each_job_is_told_with_how_it_went_and_its_last_and_next_run() -> None:
    book = Phrasebook.load("en")
    lines = told(job("ok"), job(None, None), job("K201"), job("bug"))
    assert lines[2:] == [
        "Looking after the line. It went well. It ran 3 minutes ago. It runs again in 2 hours.",
        "Looking after the line. It has not run yet. It runs again in 2 hours.",
        (
            f"Looking after the line. {book.message('K201').read} It ran 3 minutes ago."
            " It runs again in 2 hours. Code K201"
        ),
        "Looking after the line. It failed. It ran 3 minutes ago. It runs again in 2 hours.",
    ]
    assert told(job("ok"), language="ja")[1:] == [
        "回線の見回り。前回は、うまくいきました。前回は、3分前です。次は、2時間後です。"
    ]


def test_jobs_that_could_not_are_counted_and_those_not_run_yet_are_not() -> None:
    assert told(job("ok"), job(None), job("K201"))[:2] == [
        "Jobs that did their work: 1.", "Jobs that could not: 1.",
    ]  # fmt: skip
    assert len(told(job("ok"), job(None))) == 3
    assert len(told()) == 1
