"""Secrets at this door: from a file descriptor or a terminal, never from the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import click

from kiosk.cli.door import phrasebook
from kiosk.domain.passcode import Factor
from kiosk.line.show import text_lines
from kiosk.phrasebook import Phrase, SetupPhrase, Utterance
from kiosk.ports.keys import KeyLocked
from kiosk.store.keys import PasscodeRoot

_MOST = 1024
CODE_TRIES = 5


def unlocking(descriptor: int | None) -> str:
    """The passcode that unlocks the box.

    Args:
        descriptor: one line is read from it; None = the terminal is asked.

    Raises:
        UsageError: the descriptor cannot be read.
        KeyLocked: no terminal is there.
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


def set_unlocking(root: PasscodeRoot, descriptor: int | None) -> str:
    """Give the box the passcode that unlocks it, or another one; UsageError when it is short."""
    passcode = new_unlocking(descriptor)
    try:
        if root.is_set:
            root.change(passcode)
        else:
            root.set(passcode)
    except ValueError:
        raise click.UsageError(phrasebook().say(Phrase.KEYS_PASSCODE_SHORT).read) from None
    click.echo(phrasebook().say(Phrase.KEYS_PASSCODE_SET).read, err=True)
    return passcode


def shown_once(how: Phrase, groups: Iterable[str]) -> list[Utterance]:
    """A secret to be written down: what it is for, then group by group as one spells it."""
    book = phrasebook()
    return [book.say(how), *(book.say(Phrase.ACCESS_GROUP, group=each) for each in groups)]


def cut(text: str, size: int) -> list[str]:
    """A text in groups of so many characters."""
    return [text[at : at + size] for at in range(0, len(text), size)]


def typed_twice(phrase: Phrase) -> str:
    """A secret typed twice at the terminal; a UsageError where there is none."""
    if not sys.stdin.isatty():
        raise click.UsageError("neither a terminal nor a file descriptor to read it from")
    return _asked(phrase, again=True)


def app_codes(descriptor: int | None) -> Iterator[str]:
    """Codes of an authenticator app, one a try, until no more are given.

    Args:
        descriptor: a line each, to its end; None = the terminal is asked, CODE_TRIES times.

    Raises:
        UsageError: neither a terminal nor a descriptor is there, before anything is asked; or it
            cannot be read.
    """
    if descriptor is not None:
        step = _line_by_line(descriptor)
        return iter(lambda: step(Factor.TOTP), "")
    if not sys.stdin.isatty():
        raise click.UsageError("neither a terminal nor --code-fd N to read the app's code from")
    return (_asked(Phrase.SCREEN_TYPE_CODE, again=False) for _ in range(CODE_TRIES))


Step = Callable[[str], str]
"""Fetches what a step of a login wants: of "" the passcode, else of the factor named."""


def staff_login(descriptor: int | None) -> Step:
    """The steps of a staff session at the desk.

    Args:
        descriptor: a line is read from it for each step; None = the terminal is asked.
    """
    if descriptor is not None:
        return _line_by_line(descriptor)
    return _step_at_terminal


def _line_by_line(descriptor: int) -> Step:
    def step(_factor: str) -> str:
        with readable(descriptor):
            return next(lines, "").rstrip("\r\n")

    with readable(descriptor):
        lines = open(descriptor, encoding="utf-8", closefd=False)  # noqa: SIM115 - the caller's own
    return step


@contextmanager
def readable(descriptor: int) -> Iterator[None]:
    """UsageError for what cannot be read, or is no text."""
    try:
        yield
    except OSError as error:
        raise click.UsageError(f"descriptor {descriptor}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise click.UsageError(f"descriptor {descriptor}: not UTF-8") from None


def _step_at_terminal(factor: str) -> str:
    if not sys.stdin.isatty():
        raise click.UsageError("kioskd runs: give the staff's passcode with --passcode-fd N")
    if factor == Factor.FIDO2:
        click.echo(phrasebook().say(Phrase.SCREEN_TOUCH_NOW).read, err=True)
        return ""
    return _asked(Phrase.SCREEN_TYPE_CODE if factor else Phrase.SCREEN_LOGIN_HOW, again=False)


def _asked(phrase: Phrase, *, again: bool) -> str:
    book = phrasebook()
    *first, last = text_lines([book.say(phrase)])
    for line in first:
        click.echo(line, err=True)
    repeated = book.say(SetupPhrase.ASK_AGAIN).read if again else False
    typed = click.prompt(
        last, hide_input=True, confirmation_prompt=repeated, err=True, prompt_suffix=" "
    )
    return str(typed)


def from_descriptor(descriptor: int) -> str:
    """One line of a descriptor; UsageError when it cannot be read."""
    raw = b""
    with readable(descriptor):
        while len(raw) < _MOST and b"\n" not in raw:
            piece = os.read(descriptor, _MOST)
            if not piece:
                break
            raw += piece
        return raw.partition(b"\n")[0].decode()
