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
    MONTH_SALVAGED = "month_salvaged"
    SALVAGE_FAILED = "salvage_failed"
    VAULT_MENDED = "vault_mended"
    CONTROL_SALVAGED = "control_salvaged"
    COPY_FAILED = "copy_failed"
    PURGE_WITHHELD = "purge_withheld"
    FOLLOW_UP_FAILED = "follow_up_failed"
    ADOPTION_FAILED = "adoption_failed"
    JOB_FAILED = "job_failed"
    LIBRARY_COMPLAINED = "library_complained"
    CLOCK_NOT_TRUSTED = "clock_not_trusted"
    SELF_TEST_FAILED = "self_test_failed"
    CERTIFICATE_RENEWED = "certificate_renewed"
    RESULTS_TAKEN_IN = "results_taken_in"
    READING_FAILED = "reading_failed"
    CARD_COMMANDED = "card_commanded"
    CHECK_STORED = "check_stored"
    RECEIPT_LINK_FAILED = "receipt_link_failed"
    CHECK_NOT_KEPT = "check_not_kept"
    DISK_TAKES_WRITES_AGAIN = "disk_takes_writes_again"
    CHECK_ANSWERED = "check_answered"
    SETTLING_FAILED = "settling_failed"
    WITHDRAWAL_UNFINISHED = "withdrawal_unfinished"
    LOG_LINES_DROPPED = "log_lines_dropped"
    COMPARING_FAILED = "comparing_failed"
    CHECKLIST_FAILED = "checklist_failed"

    # In the audit. Who did it and where stands beside; of patients, an opaque id at most.
    LOGGED_IN = "logged_in"
    LOGIN_FAILED = "login_failed"
    LOGGED_OUT = "logged_out"
    SESSION_LOCKED = "session_locked"
    STAFF_CALLED = "staff_called"
    CALL_ANSWERED = "call_answered"
    LOOKED = "looked"
    ORDERED = "ordered"
    REFUSED = "refused"
    COPIED = "copied"
    EXPORTED = "exported"
    COMPUTER_PAIRED = "computer_paired"
    COMPUTER_REVOKED = "computer_revoked"
    PAIRING_FAILED = "pairing_failed"
    TOKEN_MISUSED = "token_misused"  # noqa: S105 - a name, no secret
    SETTINGS_CHANGED = "settings_changed"
    SETTINGS_BACKED_UP = "settings_backed_up"
    SETTINGS_RESTORED = "settings_restored"
    PASSCODE_SET = "passcode_set"
    PASSCODE_REMOVED = "passcode_removed"
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    ACCESS_RESET = "access_reset"
    MONTHS_DESTROYED = "months_destroyed"
    BEGUN_ANEW = "begun_anew"
    AUDIT_KEY_TAKEN = "audit_key_taken"
    PROTECTION_ACCEPTED = "protection_accepted"
    CHECK_CORRECTED = "check_corrected"
    CHECK_ANNULLED = "check_annulled"
    FOLLOW_UP_RESOLVED = "follow_up_resolved"
    CHECKLIST_CHANGED = "checklist_changed"
    CLOCK_MARK_RESET = "clock_mark_reset"
    MAINTAINED_REMOTELY = "maintained_remotely"
