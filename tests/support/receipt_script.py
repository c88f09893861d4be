"""What the scripted core tells the pages of the receipt computers."""

from __future__ import annotations

from typing import Any

PAIRING: dict[str, Any] = {
    "code": "40271836",
    "seconds": 300,
    "url": "https://192.168.1.20:8443",
    "fingerprint": ":".join(["0A", "F3"] * 16),
}
COMPUTERS: tuple[dict[str, Any], ...] = (
    {"name": "desk-1", "address": "192.168.1.31", "paired_at": "2026-11-19T16:00:00+00:00"},
    {"name": "back-room", "address": "", "paired_at": "2026-11-20T01:00:00+00:00"},
)


def receipt_documents() -> dict[str, dict[str, Any]]:
    """By query."""
    return {
        "receipt_ways": {"ways": {"listen": True, "qr": True}},
        "receipt_pair": PAIRING,
        "receipt_computers": {"computers": list(COMPUTERS)},
        "receipt_revoke": {},
    }
