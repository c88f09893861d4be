"""One page of the staff's, and what it may do; the session lays them over each other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from kiosk.domain.preferences import Preferences
from kiosk.pages.clipboard import Clipboard
from kiosk.pages.keys import Action, Press
from kiosk.pages.layout import Size
from kiosk.pages.page import Kind, Page
from kiosk.pages.speech import Privacy
from kiosk.pages.view import DIGITS, TITLES
from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.phrasebook.utterance import Sentence

Document = Mapping[str, Any]
MALFORMED = (KeyError, TypeError, ValueError)
"""What reading a document of another version may raise."""


class Inside(Protocol):
    """A staff session as its pages see it."""

    @property
    def book(self) -> Phrasebook:
        """The language."""

    @property
    def privacy(self) -> Privacy:
        """Where private words are heard."""

    @property
    def preferences(self) -> Preferences:
        """What the staff set at the box."""

    @property
    def clipboard(self) -> Clipboard | None:
        """Of whoever looks on through a terminal; None = there is none, as in line mode."""

    @property
    def room(self) -> Size | None:
        """The terminal, as it is now; None = what is said is written line by line."""

    @property
    def has_zoom(self) -> bool:
        """The type of the terminal can be made smaller."""

    def prefer(self, name: str, value: str) -> None:
        """Set one of them; one step back once it is set."""

    def open(self, leaf: Leaf, *notes: Utterance, over: Leaf | None = None) -> None:
        """Lay a page over this one, or over another with all that lies there gone, and say it."""

    def back(self, *notes: Utterance) -> None:
        """One step back."""

    def show(self, leaf: Leaf, *notes: Utterance) -> None:
        """Back to a page that lies below, all that lies over it gone; says it, notes first."""

    def note(self, *notes: Utterance) -> None:
        """Show and say something below the page, until the next key or page."""

    def say(self, *utterances: Utterance) -> None:
        """Only say it."""

    def is_on_top(self, leaf: Leaf) -> bool:
        """It is the page that is shown."""

    def now(self) -> float:
        """Seconds, only forward."""

    def add(self, *utterances: Utterance) -> None:
        """Say it after what is being said."""

    def tick(self) -> None:
        """The sound of a digit that was taken."""

    def ask(
        self,
        query: str,
        about: Mapping[str, Any],
        then: Callable[[Document], None],
    ) -> None:
        """Ask the desk.

        Args:
            query: its name.
            about: its parameters.
            then: gets the document, if the session and the page are still there; what it raises
                of MALFORMED is told as K314.
        """


class Leaf(ABC):
    """One page.

    Args:
        inside: the session.
    """

    kind: Kind

    def __init__(self, inside: Inside) -> None:
        self.inside = inside

    @property
    def book(self) -> Phrasebook:
        """The language."""
        return self.inside.book

    @property
    @abstractmethod
    def page(self) -> Page:
        """What is shown."""

    @abstractmethod
    def press(self, press: Press) -> None:
        """A key; 戻る, もう一度 and ヘルプ never come here."""

    @property
    def is_empty(self) -> bool:
        """It has nothing to show: where it cannot be filled, it is left again."""
        return False

    @property
    def wakes_at_s(self) -> float | None:
        """When ``tick`` is to be called, if ever, while it is on top."""
        return None

    def tick(self) -> None:  # noqa: B027 - most pages wait for nothing
        """That time has come."""

    def overtaken(self) -> None:  # noqa: B027 - most pages show neither the day nor what is open
        """While it is on top the clock is believed at last, or what is open or kept has changed."""

    def back(self) -> bool:
        """戻る: whether it was taken here, as by a digit that is deleted."""
        return False

    def unanswered(self, *said: Utterance) -> None:
        """What it asked while on top has failed: with nothing to show, it is left again."""
        if self.is_empty:
            self.inside.back(*said)
        else:
            self.inside.note(*said)

    def opened(self) -> None:
        """It has come to the top."""
        self.inside.say(*self.page.said)

    @property
    def unsaid(self) -> tuple[Utterance, ...]:
        """Why names and numbers are not heard here, and where that is changed; where it is so."""
        return self.say(*(Phrase.SCREEN_NAMES_UNSAID,) * self.inside.privacy.is_unsaid)

    def answer(self, said: Sequence[Utterance], *unheard: Utterance) -> None:
        """Answer a key, never with silence.

        Args:
            said: the answer.
            unheard: said before it where all of it is private and such is not said, as the place
                in a list; none = the sound of a key that was taken.
        """
        is_unheard = self.inside.privacy.is_unsaid and all(each.is_private for each in said)
        if is_unheard and not unheard:
            self.inside.tick()
        self.inside.say(*(unheard if is_unheard else ()), *said)

    def say(self, *phrases: Phrase) -> tuple[Utterance, ...]:
        """Phrases without values."""
        return tuple(self.book.say(each) for each in phrases)


@dataclass(frozen=True, slots=True)
class Item:
    """A choice of a menu.

    Args:
        label: what it is.
        choose: what it does.
    """

    label: Phrase
    choose: Callable[[], None]


class Menu(Leaf):
    """Numbered choices.

    Args:
        inside: the session.
        kind: which menu.
        items: the choices, at most seven: line mode keeps 0 and 9 for itself.
        leave: what 戻る leads to.
        lines: what is to be known above the choices, as it is at that moment.
        title: where one is; None = that of the kind.
    """

    def __init__(
        self,
        inside: Inside,
        kind: Kind,
        items: Sequence[Item],
        leave: Phrase,
        lines: Callable[[], tuple[Utterance, ...]] = tuple,
        *,
        title: Phrase | None = None,
    ) -> None:
        super().__init__(inside)
        self.kind = kind
        self._items = tuple(items)
        self._leave = leave
        self._lines = lines
        self._title = title or TITLES[kind]

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        book = self.book
        choices = (
            *numbered([each.label for each in self._items], book),
            book.say(self._leave),
        )
        digits = DIGITS[: len(self._items)]
        title = book.say(self._title)
        return Page(self.kind, title, self._lines(), choices=choices, digits=digits)

    def press(self, press: Press) -> None:
        """As ``Leaf``."""
        if press.action is not Action.DIGIT:
            self.inside.say(*self.page.said)
        elif press.digit in self.page.digits:
            self._items[int(press.digit) - 1].choose()
        else:
            self.inside.note(self.book.say(Phrase.SCREEN_NO_CHOICE))


class AnsweredMenu(Menu):
    """Numbered choices below what the desk says of them; asked when it opens.

    Args:
        inside: the session.
        kind: which menu.
        items: the choices, as of ``Menu``.
    """

    def __init__(self, inside: Inside, kind: Kind, items: Sequence[Item]) -> None:
        super().__init__(inside, kind, items, Phrase.SCREEN_CHOICE_BACK, self._now)
        self._document: Document | None = None

    @property
    def is_empty(self) -> bool:
        """As ``Leaf``."""
        return self._document is None

    def opened(self) -> None:
        """As ``Leaf``: it asks how it stands."""
        self.inside.say(self.book.say(TITLES[self.kind]))
        self._ask()

    @abstractmethod
    def _ask(self) -> None:
        """Have the desk answer to ``_answered``."""

    @abstractmethod
    def _told(self, document: Document) -> tuple[Utterance, ...]:
        """What an answer says, above the choices."""

    def _answered(self, document: Document) -> None:
        self._document = document
        if self.inside.is_on_top(self):
            self.inside.say(*self.page.said)

    def _now(self) -> tuple[Utterance, ...]:
        document = self._document
        return self.say(Phrase.SCREEN_WAIT) if document is None else self._told(document)


def numbered(labels: Sequence[Phrase], book: Phrasebook) -> tuple[Utterance, ...]:
    """Labels as choices, from 1, each a sentence: some of them are titles elsewhere."""
    stop = book.say(Phrase.SCREEN_CHOICE_BACK).read[-1]
    choices = (
        joined(book.say(Phrase.SCREEN_CHOICE, number=number), book.say(label))
        for number, label in enumerate(labels, start=1)
    )
    return tuple(each if each.read.endswith(stop) else _ended(each, stop) for each in choices)


def _ended(choice: Utterance, stop: str) -> Utterance:
    (only,) = choice.sentences
    return replace(choice, sentences=(replace(only, read=only.read + stop),))


def joined(first: Utterance, second: Utterance) -> Utterance:
    """Two as one sentence; private if either is."""
    read, heard = first.read + second.read, first.heard + second.heard
    return Utterance((Sentence(read, heard),), first.is_private or second.is_private, first.joint)
