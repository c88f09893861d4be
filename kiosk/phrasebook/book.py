"""One language's rows, and how they are said."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from kiosk.errors import Remedy
from kiosk.phrasebook.felt import JA_FELT, felt_template
from kiosk.phrasebook.forms import FORMS
from kiosk.phrasebook.keys import Phrase
from kiosk.phrasebook.setup_keys import SetupPhrase
from kiosk.phrasebook.template import Form, PhraseError, Template
from kiosk.phrasebook.utterance import Sentence, Utterance

LANGUAGES = tuple(FORMS)
_ERROR_NEEDS = frozenset({"message", "hint"})
_ERROR_MAY_HAVE = frozenset({f"hint_{Remedy.STAFF}", f"hint_{Remedy.TECHNICIAN}"})


Key = Phrase | SetupPhrase
"""Names a phrase."""


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


class Phrasebook:
    """The sentences of one language; made by ``load``.

    Args:
        language: "ja" or "en".
        document: the file's content; PhraseError when a row is missing, unknown or malformed.
    """

    def __init__(self, language: str, document: Mapping[str, Any]) -> None:
        self.language = language
        self._read, self._heard = FORMS[language]
        self._joint = str(document["joint"])
        self.errors = {code: _error_rows(code, row) for code, row in document["error"].items()}
        self.rows = {key: _row(key, row) for key, row in _flat(document)}
        _must_agree(self.rows)
        _must_know(self, self._read)

    @staticmethod
    @cache
    def load(language: str = "ja") -> Phrasebook:
        """The book of a language that ships: "ja" or "en"."""
        if language not in LANGUAGES:
            raise PhraseError(f"no phrasebook for {language!r}")
        text = resources.files("kiosk.phrasebook").joinpath(f"{language}.toml").read_text("utf-8")
        return Phrasebook(language, tomllib.loads(text))

    def say(self, phrase: Key, **values: object) -> Utterance:
        """A phrase with its values; PhraseError when one is missing or not of the row."""
        return self._fill(phrase, self.rows[phrase], values)

    def message(self, code: str) -> Utterance:
        """What a K code means; an unknown code has a row of its own, ``error.unknown``."""
        return self._error(code, "message")

    def hint(self, code: str, audience: Remedy = Remedy.PATIENT) -> Utterance:
        """What one of these people can do about a K code.

        Args:
            code: K code.
            audience: staff and technician have words of their own where they can do something
                else; where they have none, they get the patient's.
        """
        is_own = self.has_own_hint(code, audience)
        return self._error(code, f"hint_{audience}" if is_own else "hint")

    def has_own_hint(self, code: str, audience: Remedy) -> bool:
        """True when these people have words of their own for a K code."""
        return f"hint_{audience}" in self.errors.get(code, ())

    def simulated(self, utterance: Utterance) -> Utterance:
        """The same under the mark 模擬; unchanged where it stands already."""
        if utterance.is_simulated:
            return utterance
        first, *rest = utterance.sentences
        mark = self.say(Phrase.SIMULATED_MARK)
        felt = f"{mark.felt} {first.felt or first.heard}"
        marked = Sentence(mark.read + first.read, mark.heard + first.heard, felt)
        return replace(utterance, sentences=(marked, *rest), is_simulated=True)

    def simulated_block(self, block: Sequence[Utterance]) -> list[Utterance]:
        """A block of lines under the mark, which stands on the first line of each run.

        A run ends where public changes to private: the two may go to different ears.
        """
        marked: list[Utterance] = []
        for each in block:
            starts = not marked or marked[-1].is_private != each.is_private
            marked.append(self.simulated(each) if starts else replace(each, is_simulated=True))
        return marked

    def _error(self, code: str, part: str) -> Utterance:
        known = code if code in self.errors else "unknown"
        return self._fill(f"{known}.{part}", self.errors[known][part], {})

    def _fill(self, key: str, row: Row, values: Mapping[str, object]) -> Utterance:
        needless = values.keys() - {name for name, _ in row.slots}
        if needless:
            raise PhraseError(f"no slot for {sorted(needless)}")
        sentences = tuple(
            Sentence(
                read.fill(values, self._read),
                heard.fill(values, self._heard),
                self._felt(key, place, (read, heard), values),
            )
            for place, (read, heard) in enumerate(row.sentences)
        )
        return Utterance(sentences, row.is_private, self._joint)

    def _felt(
        self, key: str, place: int, forms: tuple[Template, Template], values: Mapping[str, object]
    ) -> str:
        read, heard = forms
        if self.language != "ja":
            return read.fill(values, self._read)
        template = felt_template(key, place, heard.text)
        return template.fill(values, JA_FELT) if template else heard.fill(values, self._heard)


def _flat(document: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [
        (f"{group}.{name}", row)
        for group, rows in document.items()
        if group not in {"joint", "error"}
        for name, row in rows.items()
    ]


def _error_rows(code: str, rows: Mapping[str, Any]) -> Mapping[str, Row]:
    if not _ERROR_NEEDS <= rows.keys() <= _ERROR_NEEDS | _ERROR_MAY_HAVE:
        raise PhraseError(f"{code} needs a message and a hint, and may have one for others")
    return {part: _row(f"{code}.{part}", row) for part, row in rows.items()}


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


def _must_agree(rows: Mapping[str, Row]) -> None:
    odd = rows.keys() ^ {key.value for kind in (Phrase, SetupPhrase) for key in kind}
    if odd:
        raise PhraseError(f"rows without a key or keys without a row: {sorted(odd)}")


def _must_know(book: Phrasebook, forms: Mapping[str, Form]) -> None:
    unknown = {kind for row in book.rows.values() for _, kind in row.slots} - forms.keys()
    if unknown:
        raise PhraseError(f"no such kind of value: {sorted(unknown)}")
