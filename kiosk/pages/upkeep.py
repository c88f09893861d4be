"""The reception closed while a technician works on the box, and opened again, by either side."""

from __future__ import annotations

from functools import partial

from kiosk.pages.around import Around
from kiosk.pages.leaf import Document, Inside
from kiosk.phrasebook import Phrase, Utterance


def is_closed(around: Around) -> bool:
    """No visit begins now."""
    condition = around.condition()
    return condition is not None and condition.closed


def now(around: Around) -> tuple[Utterance, ...]:
    """That it is closed; nothing while it is open."""
    return (around.book().say(Phrase.UPKEEP_NOW),) if is_closed(around) else ()


def close(inside: Inside, *, is_closed: bool) -> None:
    """Close or open it; refused while somebody is served."""
    inside.ask("upkeep", {"closed": is_closed}, partial(_told, inside))


def _told(inside: Inside, document: Document) -> None:
    said = Phrase.UPKEEP_HOW if document["closed"] else Phrase.UPKEEP_OPEN
    inside.note(inside.book.say(said))
