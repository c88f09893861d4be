"""What a ``Tell`` says, by its phrase and values; a front needs nothing else of the visit."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.phrasebook.book import Phrasebook
from kiosk.phrasebook.keys import Phrase
from kiosk.phrasebook.utterance import Utterance

ERROR = "error."
"""What stands before the code in the phrase of an error: message and hint."""


def utterances(phrase: str, values: Mapping[str, object], book: Phrasebook) -> list[Utterance]:
    """What a ``Tell`` says in one language.

    Args:
        phrase: as ``Tell.phrase``; ``error.Kxxx`` gives message and hint.
        values: of its slots.
        book: the language.

    Raises:
        PhraseError: a value is missing or needless.
        ValueError: no such phrase.
    """
    if phrase.startswith(ERROR):
        code = phrase.removeprefix(ERROR)
        return [book.message(code), book.hint(code)]
    return [book.say(Phrase(phrase), **values)]
