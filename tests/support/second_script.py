"""What a scripted core knows of somebody's second factors."""

from __future__ import annotations

from typing import Any

SECRET = "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U"  # noqa: S105 - of nobody
URI = f"otpauth://totp/Madoguchi:1312345671%20staff-1?secret={SECRET}"
NOTHING: dict[str, Any] = {"asks": "none", "app": False, "keys": 0, "reads_keys": True}


def second_documents() -> dict[str, dict[str, Any]]:
    """By the name of the query; whoever wants more in it changes it."""
    app = {**NOTHING, "app": True}
    return {
        "second": dict(NOTHING),
        "second_begin": {"secret": SECRET, "uri": URI},
        "second_prove": app,
        "second_key": {**NOTHING, "keys": 1},
        "second_forget": dict(NOTHING),
    }
