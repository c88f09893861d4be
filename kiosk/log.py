"""The log: events by name, fields by allow-list, one JSON line each on standard error.

What is not on the list cannot be logged, so no PIN, name, number or certificate can slip in by a
careless call (facts STORE_AND_BOX, Audit and logs). Runs of 8 to 16 digits are masked all the same.
"""

from __future__ import annotations

import re
import sys
import threading
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from kiosk.events import Event

ALLOWED = frozenset(
    {"at", "check_id", "checks", "code", "count", "event", "job", "month", "next_at", "seconds"}
    | {"outcome", "reader", "remaining", "state", "url", "where"}
    | {"answer", "apdu", "ms"}
)
_OPAQUE = frozenset({"answer", "apdu", "check_id"})
"""Random, or masked where it is made (``kiosk.reader.trace``): a run of digits is no number."""
_LONG_NUMBER = re.compile(r"\d{8,16}")


class FieldNotAllowed(TypeError):
    """A field outside the allow-list: a bug in the caller, found by the first test that logs it."""


def _by_allow_list(
    _logger: object, _method: str, fields: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    unknown = set(fields) - ALLOWED
    if unknown:
        raise FieldNotAllowed(", ".join(sorted(unknown)))
    return {
        name: str(value) if name in _OPAQUE else _masked(value) for name, value in fields.items()
    }


def _masked(value: object) -> object:
    if isinstance(value, bool | int | float) or value is None:
        return value
    return _LONG_NUMBER.sub("********", str(value))


def _logger() -> Any:  # noqa: ANN401 - structlog's bound loggers are typed as Any
    # structlog brings rich along where that is installed: a quarter second that a command which
    # logs nothing need not spend. Made anew each time, so that it writes to the standard error of
    # the moment.
    import structlog  # noqa: PLC0415

    return structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            _by_allow_list,
            structlog.processors.TimeStamper(fmt="iso", key="at"),
            structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True),
        ],
    )


def record(event: Event, **fields: object) -> None:
    """Log one event with allow-listed fields.

    Raises:
        FieldNotAllowed: a field is not on the list.
    """
    _logger().info(event.value, **fields)


def mute_threads() -> None:
    """A thread that dies of a bug leaves its kind and place in the log, no message and no locals.

    Python's own report prints the exception's text, which could hold what the thread worked on.
    """
    threading.excepthook = _died


def _died(found: threading.ExceptHookArgs) -> None:
    frames = traceback.extract_tb(found.exc_traceback)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    name = found.thread.name if found.thread else ""
    record(Event.JOB_FAILED, job=name, code=found.exc_type.__name__, where=where)
