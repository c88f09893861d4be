"""The page of a form: one field, what stands in it, and at the end all of them. Pure."""

from __future__ import annotations

from kiosk.domain.presentation import Paper
from kiosk.pages.form import Form
from kiosk.pages.page import Kind, Page, Shown
from kiosk.pages.pin_lines import first_sentences
from kiosk.phrasebook import Phrase, Phrasebook, Utterance

_EVERY = "0123456789"


def numbers(form: Form, book: Phrasebook, how: tuple[Utterance, ...] = ()) -> Page:
    """The page on which numbers or the four items are typed, one field at a time.

    Args:
        form: what was typed so far.
        book: the language.
        how: what they are copied from, told before the first field and shown above it.
    """
    is_face = form.paper is Paper.FACE
    title = book.say(Phrase.SCREEN_TITLE_ITEMS if is_face else Phrase.SCREEN_TITLE_NUMBERS)
    lines = form.lines(book)
    if form.is_whole:
        return Page(Kind.NUMBERS, title, lines, digits="12", code=form.code)
    entry = Shown(form.shown, is_added_to=True)
    typed = form.standing(book)
    short = (*first_sentences(how), *lines) if how else ()
    return Page(
        Kind.NUMBERS, title, (*how, *lines), entry=entry, typed=typed, digits=_EVERY,
        code=form.code, short=short, takes_kana=form.takes_kana, takes_text=form.takes_text,
    )  # fmt: skip
