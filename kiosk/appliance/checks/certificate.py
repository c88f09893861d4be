"""``certificate``: how long this terminal's client certificate lasts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.errors import Remedy, SettingsError
from kiosk.phrasebook import Phrase
from kiosk.ports.service import WARN_BEFORE, TerminalCertificateEnds
from kiosk.service.link import expires_at

_NAME = "certificate"


def find(box: Box) -> Iterator[Finding]:
    """What its file says, by this box's clock."""
    if isinstance(box.settings, SettingsError):
        return
    try:
        ends_at = expires_at(box.settings.service.certificate)
    except (OSError, ValueError) as error:
        detail = type(error).__name__
        yield Finding(_NAME, State.UNKNOWN, Phrase.DOCTOR_CERTIFICATE_UNREAD, detail=detail)
        return
    left, detail = ends_at - datetime.now(UTC), ends_at.isoformat()
    if left <= timedelta():
        yield Finding(
            _NAME,
            State.FAIL,
            Phrase.DOCTOR_CERTIFICATE_ENDED,
            why=Phrase.DOCTOR_WHY_NET,
            hint=Phrase.DOCTOR_HINT_CERTIFICATE,
            remedy=Remedy.TECHNICIAN,
            detail=detail,
        )
    elif left < WARN_BEFORE:
        why, error_of = Phrase.DOCTOR_WHY_NET, TerminalCertificateEnds
        yield Finding.of(_NAME, error_of, why=why, state=State.WARN, detail=detail)
    else:
        yield Finding(_NAME, State.OK, Phrase.DOCTOR_CERTIFICATE, detail=detail)
