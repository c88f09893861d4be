"""One language's rows, and how they are said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from kiosk.errors import Remedy
from kiosk.phrasebook import kept
from kiosk.phrasebook.felt import EN_FELT, JA_FELT, felt_template
from kiosk.phrasebook.forms import FORMS
from kiosk.phrasebook.keys import Phrase
from kiosk.phrasebook.rows import Row, errors_of, must_be_whole, phrases_of
from kiosk.phrasebook.setup_keys import SetupPhrase
from kiosk.phrasebook.template import PhraseError, Template
from kiosk.phrasebook.utterance import Sentence, Utterance

LANGUAGES = tuple(FORMS)

Key = Phrase | SetupPhrase
"""Names a phrase."""


class Phrasebook:
    """The sentences of one language; made by ``load``.

    Args:
        language: "ja" or "en".
        document: the file's content.
    """

    def __init__(self, language: str, document: Mapping[str, Any]) -> None:
        self.language = language
        self._read, self._heard = FORMS[language]
        self._joint = str(document["joint"])
        self.errors = errors_of(document)
        self.rows = phrases_of(document)

    @staticmethod
    @cache
    def load(language: str = "ja") -> Phrasebook:
        """The book of a language that ships: "ja" or "en"."""
        if language not in LANGUAGES:
            raise PhraseError(f"no phrasebook for {language!r}")
        return Phrasebook(language, kept.load(source_of(language), partial(check, language)))

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

    def prompts(self, family: str) -> tuple[str, ...]:
        """The heard forms of a family of rows that are always the same, to be rendered ahead.

        Args:
            family: what their keys begin with, e.g. ``reception.``.
        """
        return tuple(
            self.say(Phrase(key)).heard
            for key, row in self.rows.items()
            if key.startswith(family) and not (row.slots or row.is_private)
        )

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
        as_read, as_heard, as_felt = (_told(values, form) for form in ("read", "heard", "felt"))
        sentences = tuple(
            Sentence(
                read.fill(as_read, self._read),
                heard.fill(as_heard, self._heard),
                self._felt(key, place, (read, heard), as_felt),
            )
            for place, (read, heard) in enumerate(row.sentences)
        )
        return Utterance(sentences, row.is_private, self._joint)

    def _felt(
        self, key: str, place: int, forms: tuple[Template, Template], values: Mapping[str, object]
    ) -> str:
        read, heard = forms
        if self.language != "ja":
            return read.fill(values, EN_FELT)
        template = felt_template(key, place, heard.text)
        return template.fill(values, JA_FELT) if template else heard.fill(values, self._heard)


def _told(values: Mapping[str, object], form: str) -> dict[str, object]:
    """An utterance as a value, a name for instance, has this form of its own as well."""
    return {
        name: getattr(each, form) if isinstance(each, Utterance) else each
        for name, each in values.items()
    }


def source_of(language: str) -> Path:
    """The file a language ships in."""
    return Path(__file__).with_name(f"{language}.toml")


def check(language: str, document: Mapping[str, Any]) -> None:
    """PhraseError when a row is missing, unknown or malformed."""
    must_be_whole(phrases_of(document), errors_of(document), FORMS[language][0])
