"""Every event the kiosk logs or audits, by a name that never changes.

Fields beside an event are allow-listed in ``kiosk.log``; none ever holds a PIN, a name, a number
or a certificate.
"""

from __future__ import annotations

from enum import StrEnum


class Event(StrEnum):
    """Past tense: it has happened."""

    DRAIN_FINISHED = "drain_finished"
    MONTH_PURGED = "month_purged"
    PURGE_WITHHELD = "purge_withheld"
    ADOPTION_FAILED = "adoption_failed"
    JOB_FAILED = "job_failed"
    READING_FAILED = "reading_failed"
    CHECK_STORED = "check_stored"
    CHECK_ANSWERED = "check_answered"
    SETTLING_FAILED = "settling_failed"
