"""Utterances as plain lines of text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from kiosk.phrasebook import Utterance


def text_lines(utterances: Iterable[Utterance], *, with_private: bool = True) -> list[str]:
    """One line a sentence, as it is read; without the private ones on request."""
    return [
        sentence.read
        for utterance in utterances
        if with_private or not utterance.is_private
        for sentence in utterance.sentences
    ]


def show(utterances: Iterable[Utterance], stream: TextIO, *, with_private: bool = True) -> None:
    """Write one line a sentence and flush, so that a reader behind a pipe has it at once."""
    stream.writelines(f"{line}\n" for line in text_lines(utterances, with_private=with_private))
    stream.flush()
