"""What the settings file and its drop-ins say together, and on which line each key stands.

Beside ``kiosk.toml`` the folder ``kiosk.d`` may hold more files ``*.toml``; they are read in the
order of their names, and a key goes over the same key of the files before (as systemd has it).
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from kiosk.plain_files import read_plain

Texts = str | Mapping[Path, str]

_MOST_BYTES = 1 << 20
"""Of one file; the sample with every key explained has a fiftieth of it."""
_ALIKE, _MUCH_ALIKE = 0.6, 0.8
"""How near a name must be to one of its section, and to one of another (1 = the same)."""
_HEADER = re.compile(r"\s*\[\s*([\w-]+)\s*\]")
_KEY = re.compile(r"\s*([\w-]+)\s*=")


class Unreadable(Exception):
    """A file is no TOML, or cannot be read.

    Args:
        file: which.
        line: where, 0 = not at a line.
        what: is wrong.
    """

    def __init__(self, file: Path, line: int, what: str) -> None:
        super().__init__(file, line, what)
        self.file, self.line, self.what = file, line, what


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written; line 0 = nowhere in particular."""

    file: Path
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else str(self.file)


class Wrong(StrEnum):
    """What kind of mistake it is."""

    UNKNOWN = "unknown"
    MISSING = "missing"
    VALUE = "value"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the settings.

    Args:
        place: file and line.
        key: "section.key", "" where it is the file.
        what: is wrong.
        nearest: the valid key that was probably meant.
        kind: of mistake.
        allowed: what the value may be, in signs of every language: "<= 60", "none, totp".
    """

    place: Place
    key: str
    what: str
    nearest: str | None = None
    kind: Wrong = Wrong.OTHER
    allowed: str = ""

    def __str__(self) -> str:
        meant = f" ({self.nearest}?)" if self.nearest else ""
        return ": ".join(each for each in (str(self.place), self.key, self.what) if each) + meant


@dataclass(slots=True)
class Written:
    """All files together.

    Args:
        file: the first of them.
        document: as TOML gives it, merged.
        places: of "section" and "section.key", the last that counts.
    """

    file: Path
    document: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def place(self, key: str) -> Place:
        """Of a key, or of its section, or of the file."""
        section = key.partition(".")[0]
        return self.places.get(key) or self.places.get(section) or Place(self.file)


def drop_ins(file: Path) -> list[Path]:
    """The files that go over this one, in order."""
    return sorted(file.with_suffix(".d").glob("*.toml"))


def restoring(file: Path) -> Path:
    """Where a set of files lies that is being put in the place of these; it counts in theirs."""
    return file.with_suffix(".restoring")


def texts_of(file: Path) -> dict[Path, str]:
    """The settings file and its drop-ins as they count, in order.

    While a backup is restored (``kiosk.appliance.config_backup``) its files count from one moment
    to the next, whichever of them is laid out already.

    Raises:
        FileNotFoundError: the file itself is not there.
        Unreadable: one of them cannot be read.
    """
    pending = restoring(file)
    try:
        text = _text(pending)
    except FileNotFoundError:
        return {each: _text(each) for each in (file, *drop_ins(file))}
    except Unreadable:
        _text(file)  # where it is the folder that may not be looked into, this says so better
        raise
    try:
        held = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(pending, 0, str(error)) from None
    return {file.parent / name: text for name, text in held.items()}


def gather(file: Path, text: Texts | None = None) -> Written:
    """Read a settings file and its drop-ins.

    Args:
        file: which.
        text: takes the place of what the file holds; a mapping, of what all of them hold.

    Raises:
        FileNotFoundError: the file itself is not there.
        Unreadable: one of them cannot be used.
    """
    written = Written(file)
    if text is None:
        texts = texts_of(file)
    elif isinstance(text, Mapping):
        texts = dict(text)
    else:
        texts = {file: text} | {each: _text(each) for each in drop_ins(file)}
    for each, held in texts.items():
        for section, content in _parsed(each, held).items():
            before = written.document.get(section)
            if isinstance(before, dict) and isinstance(content, dict):
                before.update(content)
            else:
                written.document[section] = content
        written.places.update(_places(each, held))
    return written


def _text(file: Path) -> str:
    try:
        return read_plain(file, _MOST_BYTES).decode()
    except FileNotFoundError:
        raise
    except UnicodeDecodeError as error:
        raise Unreadable(file, 0, str(error)) from None
    except OSError as error:
        raise Unreadable(file, 0, error.strerror or type(error).__name__) from None


def _parsed(file: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as error:
        # tomllib says the place in words only; of a number too long to be one it says none.
        found = re.search(r"line (\d+)", str(error))
        raise Unreadable(file, int(found[1]) if found else 0, str(error)) from None
    except RecursionError:
        raise Unreadable(file, 0, "nested too deep") from None


def _places(file: Path, text: str) -> dict[str, Place]:
    """By line, as people write settings; a key within a long string is not told apart."""
    places: dict[str, Place] = {}
    above = ""
    for number, line in enumerate(text.splitlines(), 1):
        if found := _HEADER.match(line):
            above = f"{found[1]}."
            places[found[1]] = Place(file, number)
        elif found := _KEY.match(line):
            places[f"{above}{found[1]}"] = Place(file, number)
    return places


def nearest(key: str, known: Iterable[str]) -> str | None:
    """The valid "section.key" that was probably meant; None where none is like it.

    A key that stands in the wrong section is found as well.
    """
    candidates = list(known)
    section, _, name = key.rpartition(".")
    for each in candidates:
        if section and each.rpartition(".")[2] == name:
            return each
    here = [each for each in candidates if each.rpartition(".")[0] == section]
    return _alike(name, here, _ALIKE) or _alike(name, candidates, _MUCH_ALIKE)


def _alike(name: str, keys: Iterable[str], least: float) -> str | None:
    """By their names alone: all keys of a section begin alike."""
    by_name = {each.rpartition(".")[2]: each for each in keys}
    found = difflib.get_close_matches(name, by_name, 1, least)
    return by_name[found[0]] if found else None
