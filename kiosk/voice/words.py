"""From phrasebook rows to utterances, and from utterances to sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosk.phrasebook import Utterance
from kiosk.ports.voice import Spoken, Urgency

_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]*")
_CLAUSE = re.compile(r"[^、，]*[、，]*")
_LONGEST = 60


def spoken(utterance: Utterance, urgency: Urgency = Urgency.NORMAL) -> Spoken:
    """A row of the phrasebook as the voice takes it: its heard form, private when the row is."""
    return Spoken(utterance.heard, urgency, is_private=utterance.is_private)


def sentences(text: str) -> tuple[str, ...]:
    """Text in the pieces in which it is rendered, so that the first sound comes early.

    A piece is a sentence; one of more than 60 characters is parted at its commas, and where it has
    none, anywhere. Pieces without a word are left out, lone surrogates become "?".
    """
    clean = text.encode("utf-8", "replace").decode("utf-8")
    pieces = (piece for sentence in _SENTENCE.findall(clean) for piece in _short(sentence))
    return tuple(piece for piece in pieces if any(map(str.isalnum, piece)))


def _short(sentence: str) -> Iterator[str]:
    if len(sentence) <= _LONGEST:
        yield sentence
        return
    for clause in _CLAUSE.findall(sentence):
        yield from (clause[at : at + _LONGEST] for at in range(0, len(clause), _LONGEST))
