"""The log: events by name, fields by allow-list, one line each on standard error.

JSON, but for people at a terminal ``name=value``. What is not on the list cannot be logged, so no
PIN, name, number or certificate can slip in by a careless call (facts STORE_AND_BOX, Audit and
logs). Runs of 8 to 16 digits are masked all the same, and so is whatever is not ASCII: names of
people are, names of ours are not.

A log that nobody reads, or that cannot be written, holds up nobody and breaks nothing: a program
that lives long writes it ``in_background``. What others would say beside it (libraries, Python
itself) is held to the same list: ``keep_to_the_list``.
"""

from __future__ import annotations

import logging
import os
import queue
import re
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, TextIO

from kiosk.events import Event

QUEUE_LINES = 1000
"""So many lines wait for a reader of the log; what comes on top of them is counted, not kept."""
LAST_WORDS_S = 1.0
"""How long the end of a program waits for what is still to be written."""

ALLOWED = frozenset(
    {"at", "check_id", "checks", "code", "count", "event", "job", "month", "next_at", "seconds"}
    | {"outcome", "reader", "remaining", "state", "url", "where"}
    | {"answer", "apdu", "ms"}
)
_OPAQUE = frozenset({"answer", "apdu", "check_id"})
"""Random, or masked where it is made (``kiosk.reader.trace``): a run of digits is no number."""
_LONG_NUMBER = re.compile(r"\d{8,16}")
_NOT_OURS = re.compile(r"[^\x00-\x7f]+")
_LARGEST = 10**7
"""A count, a time, a status are smaller; a number of eight digits is somebody's."""


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
    is_small = isinstance(value, int | float) and abs(value) < _LARGEST
    if is_small or isinstance(value, bool) or value is None:
        return value
    return masked_numbers(_NOT_OURS.sub("*", str(value)))


def masked_numbers(text: str) -> str:
    """A text of others in the log, without runs of digits that could be somebody's."""
    return _LONG_NUMBER.sub("********", text)


def _line(event: Event, fields: dict[str, object]) -> str:
    # structlog brings rich along where that is installed: a quarter second that a command which
    # logs nothing need not spend.
    import structlog  # noqa: PLC0415

    is_for_people = sys.stderr is not None and sys.stderr.isatty()
    render = (
        structlog.processors.LogfmtRenderer(
            sort_keys=True, key_order=["at", "event"], bool_as_flag=False
        )
        if is_for_people
        else structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True)
    )
    document = _by_allow_list(None, "info", {**fields, "event": event.value})
    document = structlog.processors.TimeStamper(fmt="iso", key="at")(None, "info", document)
    return str(render(None, "info", document)) + "\n"


def record(event: Event, **fields: object) -> None:
    """Log one event with allow-listed fields; whatever befalls the log, nothing is raised for it.

    Raises:
        FieldNotAllowed: a field is not on the list (a test looks through every call).
    """
    line = _line(event, fields)
    writer = _Writer.at_work
    if writer is not None:
        writer.put(line)
        return
    with suppress(OSError, ValueError):
        # Closed or full: of a command that ends at once nobody would hear of it anyway.
        _write(line)


@contextmanager
def in_background(*, last_words_s: float = LAST_WORDS_S) -> Iterator[None]:
    """Within, lines are written by a thread of their own: who logs never waits for who reads.

    Args:
        last_words_s: the end waits so long for what is still to be written.
    """
    writer = _Writer()
    before, _Writer.at_work = _Writer.at_work, writer
    try:
        yield
    finally:
        _Writer.at_work = before
        writer.end(last_words_s)


class _Writer:
    """Writes lines one after the other; those it has no room for it counts."""

    at_work: _Writer | None = None

    def __init__(self) -> None:
        self._lines: queue.Queue[str | None] = queue.Queue(QUEUE_LINES)
        self._guard = threading.Lock()
        self._dropped = 0
        # A daemon: stuck in a pipe that nobody reads, it must not keep the program from ending.
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def put(self, line: str) -> None:
        """Take a line; returns at once."""
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            self._drop(1)

    def end(self, within_s: float) -> None:
        """Write what is left, as far as somebody reads it."""
        until = time.monotonic() + within_s
        with suppress(queue.Full):
            self._lines.put(None, timeout=within_s)
        self._thread.join(max(0.0, until - time.monotonic()))

    def _run(self) -> None:
        while True:
            line = self._lines.get()
            if line is not None:
                self._try(line, worth=1)
            if self._lines.empty():
                self._tell_dropped()
            if line is None:
                return

    def _tell_dropped(self) -> None:
        with self._guard:
            count, self._dropped = self._dropped, 0
        if count:
            self._try(_line(Event.LOG_LINES_DROPPED, {"count": count}), worth=count)

    def _try(self, line: str, *, worth: int) -> None:
        try:
            _write(line)
        except (OSError, ValueError):
            self._drop(worth)

    def _drop(self, count: int) -> None:
        with self._guard:
            self._dropped += count


def _write(line: str) -> None:
    """Past Python's own buffer, whose lock a stuck thread would keep beyond the program's end."""
    stream = sys.stderr
    if stream is None:
        return
    number = _number_of(stream)
    if number is None:
        stream.write(line)
        return
    left = line.encode()
    while left:
        left = left[os.write(number, left) :]


def _number_of(stream: IO[str]) -> int | None:
    try:
        return stream.fileno()
    except OSError:
        # Standard error of a test or of the screen, which is no file.
        return None


def keep_to_the_list() -> None:
    """Whatever else would speak on standard error leaves its kind and place in the log, no text.

    A library's warning or error, a thread that dies, an error nobody can catch: what they say, and
    the trace with it, could hold what was worked on. Every program of ours begins with this.
    """
    threading.excepthook = lambda found: record_bug(
        found.thread.name if found.thread else "", found.exc_value or found.exc_type()
    )
    sys.excepthook = lambda _kind, error, _trace: record_bug("", error)
    sys.unraisablehook = lambda found: record_bug("", found.exc_value or found.exc_type())
    warnings.showwarning = _warned
    logging.getLogger().addHandler(_Complaints(logging.WARNING))


def record_bug(job: str, error: BaseException) -> None:
    """Log a fault of ours: its kind and its place, nothing of what it held.

    Args:
        job: whose work it was.
        error: as caught, with its trace.
    """
    where = _place(error.__traceback__)
    record(Event.JOB_FAILED, job=job, code=type(error).__name__, where=where)


def _place(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    del message, file, line
    where = f"{Path(filename).name}:{lineno}"
    record(Event.LIBRARY_COMPLAINED, code=category.__name__, where=where)


class _Complaints(logging.Handler):
    """Takes what libraries log, from warnings upwards; without it Python would print it."""

    def emit(self, found: logging.LogRecord) -> None:
        """As ``logging.Handler``."""
        kind, _, trace = found.exc_info or (None, None, None)
        code = kind.__name__ if kind else found.levelname
        record(Event.LIBRARY_COMPLAINED, code=code, where=f"{found.name} {_place(trace)}".strip())
