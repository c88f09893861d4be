"""One record: a fact a line, the numbers first, walked by keys as one writes it down (JOURNEYS C3).

8 and 2 walk the lines, 6 and 4 the characters of a line, 3 says one by a word that begins with it,
5 says the line again, 1 says them all; 7 puts a mistaken record right, 9 copies or shows a code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from kiosk.domain.codes import Validity
from kiosk.formats.answer_json import eligibility_of
from kiosk.pages.facts import record_lines
from kiosk.pages.handing import handing_menu
from kiosk.pages.keys import Action, Press
from kiosk.pages.leaf import Inside, Leaf
from kiosk.pages.page import Kind, Page
from kiosk.pages.putting_right import PuttingRight, can_be_put_right
from kiosk.pages.view import TITLES
from kiosk.pages.walk import STEPS, Line, Step, Walk
from kiosk.phrasebook import PersonName, Phrase, Phrasebook, Utterance
from kiosk.phrasebook.tells import utterances
from kiosk.phrasebook.told import WITHDRAWN_ITEM, told_notice

_EDGES = {Step.DOWN: Phrase.SEARCH_LAST, Step.UP: Phrase.SEARCH_FIRST}
_ALL, _PUT_RIGHT, _HAND = "1", "7", "9"
_NONE = Validity.NONE.word
_ITEMS = {
    Validity.INVALID.word: Phrase.HISTORY_ITEM_INVALID,
    Validity.SUPERSEDED.word: Phrase.HISTORY_ITEM_SUPERSEDED,
    _NONE: Phrase.HISTORY_ITEM_NONE,
    Validity.SEVERAL.word: Phrase.HISTORY_ITEM_SEVERAL,
    Validity.UNREGISTERED.word: Phrase.HISTORY_ITEM_UNREGISTERED,
    "unknown": Phrase.HISTORY_ITEM_UNKNOWN,
}
"""Of all but the valid, by the word of ``validity``: no list shows them as one that counts."""
_OF_NOBODY = frozenset({Phrase.HISTORY_ITEM_NONE, Phrase.HISTORY_ITEM_UNANSWERED})
_SPELLED = (
    ("insurer_number", Phrase.LINE_INSURER_NUMBER),
    ("symbol", Phrase.LINE_SYMBOL),
    ("number", Phrase.LINE_NUMBER),
    ("branch_number", Phrase.LINE_BRANCH_NUMBER),
)


class RecordLeaf(Leaf):
    """One check that was kept.

    Args:
        inside: the session.
        check: its document, as ``search`` gives it; KeyError, TypeError or ValueError when it is
            of another form.
        put_right: goes back to the list once it was, with what is to be said there.
    """

    kind = Kind.RECORD

    def __init__(
        self, inside: Inside, check: Mapping[str, Any], put_right: Callable[[Utterance], None]
    ) -> None:
        super().__init__(inside)
        self._check, self._put_right = check, put_right
        self._can_be_put_right = can_be_put_right(check)
        spelled = _spellings(check, self.book)
        lines = lines_of(check, self.book)
        self._walk = Walk.through([Line(each, spelled.get(each, "")) for each in lines])

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        book = self.book
        walk = self._walk
        choices = self.say(Phrase.RECORD_MORE, Phrase.SCREEN_CHOICE_BACK)
        lines = (walk.lines[walk.row].whole, self._place)
        title = book.say(TITLES[self.kind])
        return Page(
            self.kind,
            title,
            lines,
            choices=choices,
            digits="12345689" + _PUT_RIGHT * self._can_be_put_right,
            holds_enter=True,
            default=self.say(Phrase.RECORD_LINES),
            help=(*self.unsaid, *self.say(*self._help)),
        )

    @property
    def _place(self) -> Utterance:
        count, position = len(self._walk.lines), self._walk.row + 1
        return self.book.say(Phrase.RECORD_PLACE, count=count, position=position)

    def opened(self) -> None:
        """As ``Leaf``, and why some of it is not heard."""
        super().opened()
        self.inside.add(*self.unsaid)

    @property
    def _help(self) -> tuple[Phrase, ...]:
        further = (Phrase.RECORD_PUT_RIGHT,) * self._can_be_put_right
        return Phrase.RECORD_CHARACTERS, Phrase.RECORD_AGAIN, *further, Phrase.RECORD_HAND

    def press(self, press: Press) -> None:
        """As ``Leaf``: 決定 goes on to the next line."""
        if press.action is Action.ENTER or press.digit in STEPS:
            self._step(STEPS.get(press.digit, Step.DOWN))
        elif press.digit == _ALL:
            self.answer([each.whole for each in self._walk.lines], *self.unsaid)
        elif press.digit == _PUT_RIGHT and self._can_be_put_right:
            which = entry_line(self._check, self.book)
            right = PuttingRight(self.inside, self._check, which, self._put_right)
            self.inside.open(right.menu())
        elif press.digit == _HAND:
            self.inside.open(handing_menu(self.inside, str(self._check["check_id"])))
        elif press.action is Action.DIGIT:
            self.inside.note(self.book.say(Phrase.SCREEN_NO_CHOICE))
        else:
            self.inside.say(*self.page.said)

    @property
    def _no_sign(self) -> Phrase:
        has_signs = self._walk.lines[self._walk.row].signs
        return Phrase.RECORD_NO_MORE if has_signs else Phrase.RECORD_NO_SIGNS

    def _step(self, step: Step) -> None:
        walk = self._walk.step(step)
        if walk is None:
            self.inside.note(self.book.say(_EDGES.get(step, self._no_sign)))
            return
        self._walk = walk
        self.answer([walk.said(self.book)], *(self._place,) * (walk.sign is None))


def entry_line(check: Mapping[str, Any], book: Phrasebook) -> Utterance:
    """One check of a list: day, person, and what there is instead of a valid eligibility.

    Args:
        check: with ``treated_on``, ``outcome``, ``validity``, ``eligibility``, ``eligibilities``;
            KeyError, TypeError or ValueError when it has not.
        book: the language.
    """
    day = date.fromisoformat(check["treated_on"])
    answered = _ITEMS.get(check["validity"] or "", Phrase.HISTORY_ITEM)
    items = {"answered": answered, **WITHDRAWN_ITEM}
    phrase = items.get(check["outcome"], Phrase.HISTORY_ITEM_UNANSWERED)
    if phrase in _OF_NOBODY:
        return book.say(phrase, day=day)
    found: Mapping[str, Any] = check["eligibility"] or next(iter(check["eligibilities"]), {})
    name = PersonName(found.get("name"), found.get("name_kana"))
    return book.say(phrase, day=day, name=name)


def lines_of(check: Mapping[str, Any], book: Phrasebook) -> list[Utterance]:
    """Every fact of a check, numbers first; what is not valid is said to be so before them.

    Args:
        check: as ``history --json`` writes it.
        book: the language.
    """
    day = date.fromisoformat(check["treated_on"])
    treated = book.say(Phrase.LINE_TREATED_ON, day=day)
    # That a record counts no more comes before anything one might write down of it.
    withdrawn = [entry_line(check, book)] if check["outcome"] in WITHDRAWN_ITEM else []
    if check["validity"] is None:
        code = check["code"]
        said = (book.message(code), book.hint(code)) if code else ()
        first = withdrawn or [book.say(Phrase.HISTORY_ITEM_UNANSWERED, day=day)]
        return [*first, *said, treated]
    lines = [line for each in _counting(check) for line in _facts(each, check, day, book)]
    validity = book.say(Phrase(f"validity.{check['validity']}"))
    notice = notice_lines(check, book)
    if check["validity"] == Validity.VALID.word:
        return [*withdrawn, *lines, *notice, validity, treated]
    # Nobody is to write down the numbers of an insurance that is lost before they hear of it.
    return [*withdrawn, validity, *lines, *notice, treated]


def notice_lines(check: Mapping[str, Any], book: Phrasebook) -> list[Utterance]:
    """What the service said beside its answer; args as ``lines_of``."""
    tells = told_notice(check.get("warning_code"), check["warning"])
    return [line for each in tells for line in utterances(each.phrase, each.values, book)]


def _counting(check: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The eligibility that counts, or every one from 1; where none was found, nothing."""
    if check["validity"] == _NONE:
        return
    if check["eligibility"]:
        yield 0, check["eligibility"]
    else:
        yield from enumerate(check["eligibilities"], start=1)


def _facts(
    each: tuple[int, Mapping[str, Any]], check: Mapping[str, Any], day: date, book: Phrasebook
) -> Iterator[Utterance]:
    position, document = each
    if position:
        yield book.say(Phrase.LINE_WHICH, position=position)
    word = check["validity"]
    validity = Validity.from_word(word) if word != "unknown" else None
    yield from record_lines(validity, eligibility_of(document), day, book)


def _spellings(check: Mapping[str, Any], book: Phrasebook) -> dict[Utterance, str]:
    """What can be walked character by character, by its line."""
    found: dict[Utterance, str] = {}
    for _, document in _counting(check) if check["validity"] else ():
        for name, phrase in _SPELLED:
            value = document[name]
            if value and value.strip():
                found[book.say(phrase, value=value)] = value
        kana = document["name_kana"]
        if kana:
            person = PersonName(document["name"], kana)
            found[book.say(Phrase.LINE_NAME, name=person)] = kana
            found[book.say(Phrase.LINE_KANA, kana=kana)] = kana
    return found
