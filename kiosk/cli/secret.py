"""Secrets at this door: from a file descriptor or a terminal, never from the command line."""

from __future__ import annotations

import os
import sys

import click

from kiosk.cli.door import phrasebook
from kiosk.phrasebook import Phrase
from kiosk.ports.keys import KeyLocked

_MOST = 1024


def unlocking(descriptor: int | None) -> str:
    """The passcode that unlocks the box.

    Args:
        descriptor: one line is read from it; None = the terminal is asked.

    Raises:
        KeyLocked: the descriptor cannot be read, or no terminal is there.
    """
    if descriptor is not None:
        return from_descriptor(descriptor)
    if not sys.stdin.isatty():
        raise KeyLocked("neither a terminal nor --unlock-fd")
    return _asked(Phrase.KEYS_UNLOCK, again=False)


def new_unlocking(descriptor: int | None) -> str:
    """A new one; at a terminal it is typed twice. Raises as ``unlocking``."""
    if descriptor is not None or not sys.stdin.isatty():
        return unlocking(descriptor)
    return _asked(Phrase.KEYS_NEW_PASSCODE, again=True)


def typed_twice(phrase: Phrase) -> str:
    """A secret typed twice at the terminal; a UsageError where there is none."""
    if not sys.stdin.isatty():
        raise click.UsageError("neither a terminal nor a file descriptor to read it from")
    return _asked(phrase, again=True)


def _asked(phrase: Phrase, *, again: bool) -> str:
    text = phrasebook().say(phrase).read
    return str(click.prompt(text, hide_input=True, confirmation_prompt=again, err=True))


def from_descriptor(descriptor: int) -> str:
    """One line of a descriptor; KeyLocked when it cannot be read."""
    raw = b""
    try:
        while len(raw) < _MOST and b"\n" not in raw:
            piece = os.read(descriptor, _MOST)
            if not piece:
                break
            raw += piece
        return raw.partition(b"\n")[0].decode()
    except OSError as error:
        raise KeyLocked(f"descriptor {descriptor}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise KeyLocked(f"descriptor {descriptor}: not UTF-8") from None
