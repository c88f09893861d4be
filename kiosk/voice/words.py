"""From phrasebook rows to utterances, and from utterances to sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import wrap

from kiosk.phrasebook import Utterance
from kiosk.ports.voice import Spoken, Urgency

_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]*")
_CLAUSE = re.compile(r"[^、，]*[、，]*")
_WORD = re.compile(r"\s*\S+\s*")
_ENGLISH_END = re.compile(r"[.!?]\s*$")
_LATIN = re.compile(r"[A-Za-z]")
_JAPANESE = re.compile(r"[々\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]")
_LONGEST, _LONGEST_ENGLISH = 60, 200


def is_english(text: str) -> bool:
    """Words in Latin letters, and none in kana or kanji."""
    return bool(_LATIN.search(text)) and not is_japanese(text)


def is_japanese(text: str) -> bool:
    """Something in kana or kanji."""
    return bool(_JAPANESE.search(text))


def spoken(utterance: Utterance, urgency: Urgency = Urgency.NORMAL) -> Spoken:
    """A row of the phrasebook as the voice takes it: its heard form, private when the row is."""
    return Spoken(utterance.heard, urgency, is_private=utterance.is_private)


def sentences(text: str) -> tuple[str, ...]:
    """Text in the pieces in which it is rendered, so that the first sound comes early.

    A piece is a sentence, of one language: a voice spells the words of the other letter by letter.
    A Japanese one of more than 60 characters is parted at its commas, and where it has none,
    anywhere; an English one of more than 200 between two words. Pieces without a word are left out,
    lone surrogates become "?".
    """
    clean = text.encode("utf-8", "replace").decode("utf-8")
    every = (piece for sentence in _SENTENCE.findall(clean) for piece in _of_one_language(sentence))
    pieces = (piece for each in every for piece in _short(each))
    return tuple(piece for piece in pieces if any(map(str.isalnum, piece)))


def _of_one_language(sentence: str) -> Iterator[str]:
    """Parted where English ends, and between two words of which one alone is Japanese."""
    piece = ""
    for word in _WORD.findall(sentence):
        if _ENGLISH_END.search(piece) or _is_other(piece, word):
            yield piece
            piece = ""
        piece += word
    yield piece


def _is_other(piece: str, word: str) -> bool:
    return (is_english(piece) and is_japanese(word)) or (is_japanese(piece) and is_english(word))


def _short(sentence: str) -> Iterator[str]:
    if is_english(sentence):
        yield from wrap(sentence, _LONGEST_ENGLISH)
        return
    if len(sentence) <= _LONGEST:
        yield sentence
        return
    for clause in _CLAUSE.findall(sentence):
        yield from (clause[at : at + _LONGEST] for at in range(0, len(clause), _LONGEST))
