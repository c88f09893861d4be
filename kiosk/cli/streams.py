"""Standard input, output and error as a command may take them for granted."""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

READER_GONE = 141
"""As a shell tells of a program whose reader went away (SIGPIPE)."""
_LAST_STANDARD = 2


def put_in_order() -> None:
    """Open what the caller closed, and write Japanese whatever the locale says.

    A closed descriptor would be given to the next file that is opened, and a sentence for people
    would be written into it.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= _LAST_STANDARD:
        os.set_inheritable(number, True)  # noqa: FBT003 - the call has no name for it
    os.close(number)
    sys.stdin = sys.stdin or open(0)  # noqa: SIM115 - as long as the process
    sys.stdout = sys.stdout or open(1, "w")  # noqa: SIM115 - likewise
    sys.stderr = sys.stderr or open(2, "w")  # noqa: SIM115 - likewise
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(
                encoding="utf-8" if is_ascii else None, errors="backslashreplace"
            )  # one rare kanji is no reason to say nothing


def takes_any_character(encoding: str | None) -> bool:
    """False where a kanji of a name may be missing."""
    return encoding is not None and codecs.lookup(encoding).name.startswith("utf")


@contextmanager
def printing() -> Iterator[None]:
    """Around what goes to standard output: its reader may go away, its disk may be full.

    Raises:
        NotWritten: it does not get there.
    """
    try:
        yield
    except OSError as error:
        from kiosk.ports.exports import NotWritten  # noqa: PLC0415 - `kiosk --help` needs none

        # What is still buffered is for nobody.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if isinstance(error, BrokenPipeError):
            sys.exit(READER_GONE)
        raise NotWritten(error.strerror or "") from None
