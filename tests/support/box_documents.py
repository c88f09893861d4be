"""What a scripted core says of the box itself."""

from __future__ import annotations

from typing import Any

from kiosk.appliance.finding import Finding, State
from kiosk.cli.technician import findings_document
from kiosk.phrasebook import Phrase
from kiosk.ports.card import NoReader

STATUS: dict[str, Any] = {
    "clock": {"now": "2026-11-21T03:00:00+00:00"},
    "version": "1.2.3",
    "simulated": True,
    "facility": "1312345671",
    "jobs": [
        {
            "name": "drain",
            "last_at": "2026-11-21T02:58:00+00:00",
            "next_at": "2026-11-21T03:05:00+00:00",
            "result": "K201",
            "running": False,
        },
        {
            "name": "self_test",
            "last_at": None,
            "next_at": "2026-11-21T09:00:00+00:00",
            "result": None,
            "running": True,
        },
        {
            "name": "a newer one",
            "last_at": "2026-11-21T00:00:00+00:00",
            "next_at": "2026-11-21T03:00:00+00:00",
            "result": "bug",
            "running": False,
        },
    ],
}
FINDINGS = findings_document(
    [
        Finding("audit", State.OK, Phrase.AUDIT_SOUND, values={"count": 12}, detail="12;ab"),
        Finding.of("reader.present", NoReader("none"), why=Phrase.DOCTOR_WHY_READER),
    ]
)
RECEPTION: dict[str, Any] = {
    "attendance": "unattended",
    "identify": "pin",
    "place": "clinic",
    "treated_on": None,
    "practice": False,
}
