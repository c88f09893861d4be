"""What of the log goes into a support bundle."""

from __future__ import annotations

import json

from kiosk.appliance.bundle import log_document


def test_fields_by_allow_list_and_lines_of_no_form_are_counted() -> None:
    lines = [
        json.dumps({"event": "drain_finished", "count": 2, "check_id": "c", "name": "試験 太郎"}),
        "試験 太郎",
        json.dumps(["試験 太郎"]),
        json.dumps({"name": "試験 太郎"}),
    ]
    document = log_document(lines)
    assert document == {"lines": [{"count": 2, "event": "drain_finished"}], "left_out": 3}
