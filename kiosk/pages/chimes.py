"""Which short sound comes before which words: how a thing has gone is heard before it is said.

The sound of an answer goes where its words go: that of "not valid" belongs to a private row, so the
room hears no more of it than of the words (EN 301 549 5.1.3.9).
"""

from __future__ import annotations

from functools import cache

from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.ports.voice import Earcon

_SOUNDS = {
    Phrase.RECEPTION_CONFIRMED: Earcon.VALID,
    Phrase.RECEPTION_CONFIRMED_BY_NUMBERS: Earcon.VALID,
    Phrase.OUTAGE_RECEIVED: Earcon.DEFERRED,
    Phrase.OUTAGE_RECEIVED_BY_NUMBERS: Earcon.DEFERRED,
    Phrase.RECEPTION_ASKING: Earcon.WAITING,
    Phrase.RECEPTION_CALLED: Earcon.CALL,
    Phrase.VALIDITY_INVALID: Earcon.INVALID,
    Phrase.RESULT_NONE: Earcon.INVALID,
    Phrase.RESULT_UNDECIDED: Earcon.INVALID,
    Phrase.VALIDITY_SEVERAL: Earcon.INVALID,
}


def earcon_of(utterance: Utterance, book: Phrasebook) -> Earcon | None:
    """The sound before an utterance; None = it is only said."""
    known = _known(book)
    sounds = (known.get(each.heard) for each in utterance.sentences)
    return next((each for each in sounds if each is not None), None)


@cache
def _known(book: Phrasebook) -> dict[str, Earcon]:
    errors = {book.message(code).sentences[0].heard: Earcon.ERROR for code in book.errors}
    phrases = {book.say(each).sentences[0].heard: earcon for each, earcon in _SOUNDS.items()}
    # A line that is cut is told as news too, and is no error of whoever stands here.
    errors.pop(book.say(Phrase.OUTAGE_LINE_DOWN).sentences[0].heard, None)
    return errors | phrases
