"""The rows of a language: templates of what is read and what is heard, and the rules they keep.

A row is taken apart when it is first used: a start uses some twenty of a thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.errors import Remedy
from kiosk.phrasebook.keys import Phrase
from kiosk.phrasebook.setup_keys import SetupPhrase
from kiosk.phrasebook.template import Form, PhraseError, Template

_ERROR_NEEDS = frozenset({"message", "hint"})
_ERROR_MAY_HAVE = frozenset({f"hint_{Remedy.STAFF}", f"hint_{Remedy.TECHNICIAN}"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its sentences in both forms.

    Args:
        sentences: read and heard template of each sentence.
        is_private: says something of a patient.
    """

    sentences: tuple[tuple[Template, Template], ...]
    is_private: bool

    @property
    def slots(self) -> frozenset[tuple[str, str]]:
        """Slot names with their kinds."""
        return frozenset(slot for read, _ in self.sentences for slot in read.slots)


class Rows(Mapping[str, Row]):
    """Rows by key; PhraseError where one that is used is malformed.

    Args:
        written: each row as it stands in the file.
        group: what stands before the key where a row is named, as ``K101.``.
    """

    def __init__(self, written: Mapping[str, Any], group: str = "") -> None:
        self._written = written
        self._group = group
        self._rows: dict[str, Row] = {}

    def __getitem__(self, key: str) -> Row:
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = _row(self._group + key, self._written[key])
        return row

    def __contains__(self, key: object) -> bool:
        return key in self._written

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)


def phrases_of(document: Mapping[str, Any]) -> Rows:
    """The rows of a file but for the errors', by phrase."""
    return Rows(
        {
            f"{group}.{name}": row
            for group, rows in document.items()
            if group not in {"joint", "error"}
            for name, row in rows.items()
        }
    )


def errors_of(document: Mapping[str, Any]) -> dict[str, Rows]:
    """The rows of each K code: its message, its hint, its hints for others."""
    return {code: Rows(rows, f"{code}.") for code, rows in document["error"].items()}


def must_be_whole(
    rows: Mapping[str, Row], errors: Mapping[str, Mapping[str, Row]], forms: Mapping[str, Form]
) -> None:
    """Hold every row to the rules: PhraseError when one is missing, unknown or malformed.

    Args:
        rows: by phrase.
        errors: of each K code.
        forms: the kinds of values there are.
    """
    for code, parts in errors.items():
        if not _ERROR_NEEDS <= parts.keys() <= _ERROR_NEEDS | _ERROR_MAY_HAVE:
            raise PhraseError(f"{code} needs a message and a hint, and may have one for others")
    every = [*rows.values(), *(row for parts in errors.values() for row in parts.values())]
    odd = rows.keys() ^ {key.value for kind in (Phrase, SetupPhrase) for key in kind}
    if odd:
        raise PhraseError(f"rows without a key or keys without a row: {sorted(odd)}")
    unknown = {kind for row in every for _, kind in row.slots} - forms.keys()
    if unknown:
        raise PhraseError(f"no such kind of value: {sorted(unknown)}")


def _row(key: str, row: Mapping[str, Any]) -> Row:
    if not {"read", "heard"} <= row.keys() <= {"read", "heard", "private"}:
        raise PhraseError(f"{key} needs read and heard, and may be private")
    read, heard = _sentences(row["read"]), _sentences(row["heard"])
    if len(read) != len(heard):
        raise PhraseError(f"{key} reads {len(read)} sentences and says {len(heard)}")
    if any(r.slots != h.slots for r, h in zip(read, heard, strict=True)):
        raise PhraseError(f"{key} has other slots when heard")
    return Row(tuple(zip(read, heard, strict=True)), bool(row.get("private", False)))


def _sentences(text: str | list[str]) -> list[Template]:
    return [Template.parse(each) for each in ([text] if isinstance(text, str) else text)]
