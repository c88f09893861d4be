"""The JSON document of a round: one shape for commands and for the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.sync.drain import Round, Settled
from kiosk.usecases.documents import outcome_part


def round_document(
    finished: Round, checks: Sequence[dict[str, Any]], *, is_simulated: bool
) -> dict[str, Any]:
    """What a round did.

    Args:
        finished: the round.
        checks: those it asked about, as ``settled_document``.
        is_simulated: marked 模擬.
    """
    outcomes = [each["outcome"] for each in checks]
    return {
        "simulated": is_simulated,
        "mark": SIMULATED_MARK if is_simulated else None,
        "asked": finished.asked,
        "answered": finished.answered,
        "refused": outcomes.count("refused"),
        "deferred": outcomes.count("deferred"),
        "set_aside": finished.set_aside,
        "remaining": finished.remaining,
        "checks": list(checks),
    }


def settled_document(settled: Settled) -> dict[str, Any]:
    """No patient data: a timer's output ends in a log."""
    part = outcome_part(settled.outcome, settled.check.treated_on)
    return {
        "check_id": settled.check.check_id,
        "treated_on": settled.check.treated_on.isoformat(),
        "outcome": part["outcome"],
        "code": part.get("code"),
    }
