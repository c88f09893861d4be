"""Where a sentence may be cut so that its beginning sounds while the rest is still being made.

The engine takes 0.06 s for a second of sound on a desk computer, several times that on a small
box, and makes a whole sentence before it gives any of it: half of what one waited for the first
sound. Cut before a stop, whose closure is a moment of silence, the parts join without a click, and
each keeps the durations it has in the whole, for a label names its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

FIRST = 8
"""Phonemes of the first part, at least: about half a second of sound."""
_GROWTH = 2
_REST = 6
_PHONEME = re.compile(r"-(.+?)\+")
_STOPS = frozenset({"pau", "k", "ky", "kw", "t", "ty", "ch", "ts", "p", "py", "cl"})


def parts(labels: Sequence[str]) -> Iterator[list[str]]:
    """Full-context labels of a sentence in parts, each at least twice as long as the one before.

    A part is made in less time than the one before it sounds, also where making takes a third of
    the time of the sound. Nothing is cut off that would be shorter than half a second.
    """
    start, wanted = 0, FIRST
    for place in range(len(labels) - _REST):
        if place - start >= wanted and _phoneme(labels[place]) in _STOPS:
            yield list(labels[start:place])
            start, wanted = place, wanted * _GROWTH
    yield list(labels[start:])


def _phoneme(label: str) -> str:
    found = _PHONEME.search(label)
    return found[1] if found else ""
