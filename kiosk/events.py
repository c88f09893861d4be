"""Every event the kiosk logs or audits, by a name that never changes.

Fields beside an event are allow-listed in ``kiosk.logs``-style loggers of the doors; none ever
holds a PIN, a name, a number or a certificate.
"""

from __future__ import annotations

from enum import StrEnum


class Event(StrEnum):
    """Past tense: it has happened."""

    CARD_READ = "card_read"
    CARD_FAILED = "card_failed"
    CHECK_STORED = "check_stored"
    CHECK_SETTLED = "check_settled"
    CHECK_DEFERRED = "check_deferred"
    DRAIN_FINISHED = "drain_finished"
    MONTH_PURGED = "month_purged"
    PURGE_WITHHELD = "purge_withheld"
    PROVISIONAL_MOVED = "provisional_moved"
    CLOCK_FAULT_FOUND = "clock_fault_found"
    JOB_FAILED = "job_failed"
    SIMULATOR_READY = "simulator_ready"
