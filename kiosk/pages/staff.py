"""Behind the passcode: the staff's session and its menu. Before it, nothing stored can be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from kiosk.desk.messages import UPKEEP, Ask, BadMessage, Failed, Logout, Reply, Session
from kiosk.domain.patience import WARNING_S
from kiosk.domain.preferences import Preferences, preferences_of
from kiosk.pages.around import Around
from kiosk.pages.by_hand import ByHand
from kiosk.pages.clipboard import Clipboard
from kiosk.pages.keys import Action, Press
from kiosk.pages.layout import Size
from kiosk.pages.leaf import MALFORMED, Document, Item, Leaf, Menu
from kiosk.pages.login import LoginLeaf, wait_lines
from kiosk.pages.matters import Matters
from kiosk.pages.month_end import StaffMenu
from kiosk.pages.more import more_menu
from kiosk.pages.page import Kind, Page
from kiosk.pages.receipt_link import ReceiptLinkMenu
from kiosk.pages.receiving import Receiving
from kiosk.pages.requests import Answer
from kiosk.pages.search import SearchLeaf
from kiosk.pages.second import SecondMenu
from kiosk.pages.settings import as_set, settings_menu
from kiosk.pages.speech import Privacy
from kiosk.pages.upkeep import close, is_closed, now
from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.ports.voice import Output

_OUTPUT_CHOICES: Mapping[Output | None, Phrase] = {
    None: Phrase.SCREEN_CHOICE_OUTPUT_SHOWN,
    Output.LOUDSPEAKER: Phrase.SCREEN_CHOICE_OUTPUT_LOUDSPEAKER,
    Output.HEADPHONES: Phrase.SCREEN_CHOICE_OUTPUT_HEADPHONES,
}
_OUTPUT_NOW: Mapping[Output | None, Phrase] = {
    None: Phrase.SCREEN_OUTPUT_SHOWN,
    Output.LOUDSPEAKER: Phrase.SCREEN_OUTPUT_LOUDSPEAKER,
    Output.HEADPHONES: Phrase.SCREEN_OUTPUT_HEADPHONES,
}


class Staff:
    """A staff session, from the first digit of the passcode to the logout; ``Inside`` of its pages.

    Args:
        around: what it needs of the screen.
    """

    def __init__(self, around: Around) -> None:
        self._around = around
        self._leaves: list[Leaf] = []
        self._notes: tuple[Utterance, ...] = ()
        self._news: tuple[Utterance, ...] = ()
        self._untold: tuple[Utterance, ...] = ()
        self._titled: Utterance | None = None
        self._is_in = False
        self._is_warned = self._is_core_ending = self._is_upkeep_ending = False
        self._pressed_s = around.now()
        self._begin()

    def _begin(self) -> None:
        self.open(LoginLeaf(self, self._log_in, self._entered))

    # ---------------------------------------------------------------- as the front sees it

    @property
    def is_over(self) -> bool:
        """Back to the reception."""
        return not self._leaves

    @property
    def is_in(self) -> bool:
        """The passcode was right."""
        return self._is_in

    @property
    def is_warned(self) -> bool:
        """The lock is near: a key says that somebody is there."""
        return self._is_warned

    @property
    def wakes_at_s(self) -> float:
        """When ``tick`` has something to do."""
        emptied_s = self.clipboard.wakes_at_s if self.clipboard else None
        leaf_s = self._leaves[-1].wakes_at_s if self._leaves else None
        return min(s for s in (self._locks_at_s, emptied_s, leaf_s) if s is not None)

    @property
    def _locks_at_s(self) -> float:
        """When it is warned, or locked."""
        lock_s = float(self.preferences.lock_s)
        return self._pressed_s + (lock_s if self._is_warned else lock_s - WARNING_S)

    @property
    def page(self) -> Page:
        """What is shown; only while it is not over."""
        page = self._leaves[-1].page
        return replace(page, lines=page.lines + self._notes)

    def press(self, press: Press) -> None:
        """A key of the staff."""
        was_warned = self._is_warned or self._is_upkeep_ending
        self.stay()
        if was_warned:
            self._reopen()
        elif press.action is not Action.BACK:
            self._leaves[-1].press(press)
        elif not self._leaves[-1].back():
            self.back()

    def stay(self) -> None:
        """A key was pressed: it cut off what was being said, and the time begins anew."""
        self._pressed_s, self._is_warned = self._around.now(), False
        self._untold, self._titled = (), None
        if self._is_core_ending:
            # Digits that are typed here the core hears nothing of: it is told of them.
            self._is_core_ending = False
            self._around.requests.ask(partial(Ask, query="preferences"), lambda _: None)
        if self._is_upkeep_ending:
            self._is_upkeep_ending = False
            close(self, is_closed=True)

    def tick_on(self) -> bool:
        """Time has passed: empty the clipboard, warn, then lock; whether there is news of it."""
        said = self.clipboard.tick() if self.clipboard else None
        if said:
            self.note(self.book.say(said))
        before = self._notes
        leaf_s = self._leaves[-1].wakes_at_s if self._leaves else None
        if leaf_s is not None and self._around.now() >= leaf_s:
            self._leaves[-1].tick()
        if self._around.now() < self._locks_at_s:
            return said is Phrase.HANDING_COPY_SOON or self._notes not in {before, ()}
        if self._is_warned:
            self._end()
            return True
        self._is_warned = True
        self.note(self.book.say(Phrase.SCREEN_LOGOUT_SOON))
        return True

    def news(self, utterances: tuple[Utterance, ...]) -> None:
        """Something the core tells, as of an earlier visitor, for staff alone."""
        self.note(*utterances)
        self._untold += utterances

    def session(self, session: Session) -> None:
        """The core is about to end the session for want of use, or a closed reception; or has."""
        if not self._is_in:
            return
        if session.about == UPKEEP:
            self._is_upkeep_ending = session.ends_in_s > 0
            said = Phrase.UPKEEP_SOON if session.ends_in_s else Phrase.UPKEEP_OPEN
            self.news((self.book.say(said),))
            return
        if session.ends_in_s:
            self._is_core_ending = True
            self.news((self.book.say(Phrase.SCREEN_LOGOUT_SOON),))
            return
        self._is_in = False
        self._end()

    def overtaken(self) -> None:
        """The clock is believed from now on, or what is open or kept has changed."""
        if self._is_in:
            self._leaves[-1].overtaken()

    def keep(self, preferences: Mapping[str, str]) -> None:
        """Have the box keep what the staff want for themselves; told only where it does not."""
        for name, value in preferences.items():
            self.ask(
                "set",
                {"name": name, "value": value},
                lambda document: self._around.prefer(preferences_of(document)),
            )

    def leave(self) -> None:
        """End it: nothing of it can be brought back."""
        if self._is_in:
            self._around.requests.ask(Logout, lambda _: None)
        if self.clipboard:
            self.clipboard.empty()
        self._is_in = False
        self._leaves.clear()
        self._notes = self._news = self._untold = ()

    # ---------------------------------------------------------------- as its pages see it

    @property
    def book(self) -> Phrasebook:
        """As ``Inside``."""
        return self._around.book()

    @property
    def privacy(self) -> Privacy:
        """As ``Inside``."""
        return self._around.privacy

    @property
    def preferences(self) -> Preferences:
        """As ``Inside``."""
        return self._around.preferences()

    @property
    def clipboard(self) -> Clipboard | None:
        """As ``Inside``."""
        return self._around.clipboard

    @property
    def room(self) -> Size | None:
        """As ``Inside``."""
        return self._around.room()

    @property
    def has_zoom(self) -> bool:
        """As ``Inside``."""
        return self._around.has_zoom()

    def prefer(self, name: str, value: str) -> None:
        """As ``Inside``."""

        def chosen(document: Document) -> None:
            self._around.prefer(preferences_of(document))
            self._back_to(Kind.SETTINGS, self.book.say(Phrase.PREFER_DONE), *as_set(self, name))

        self.ask("set", {"name": name, "value": value}, chosen)

    def _back_to(self, kind: Kind, *notes: Utterance) -> None:
        while len(self._leaves) > 1 and self._leaves[-1].kind is not kind:
            self._leaves.pop()
        self._reopen(*notes)

    def open(self, leaf: Leaf, *notes: Utterance, over: Leaf | None = None) -> None:
        """As ``Inside``."""
        if over is not None:
            del self._leaves[self._leaves.index(over) + 1 :]
        self._leaves.append(leaf)
        self._reopen(*notes)

    def back(self, *notes: Utterance) -> None:
        """As ``Inside``."""
        self._leaves.pop()
        if self._leaves:
            self._reopen(*notes)
        elif self._is_in:
            self._end()

    def show(self, leaf: Leaf, *notes: Utterance) -> None:
        """As ``Inside``."""
        del self._leaves[self._leaves.index(leaf) + 1 :]
        self._reopen(*notes)

    def note(self, *notes: Utterance) -> None:
        """As ``Inside``."""
        self._notes = notes
        self._around.say(notes)

    def say(self, *utterances: Utterance) -> None:
        """As ``Inside``; what led here is said behind the title of the page that is there.

        No page cuts off what was told since the last key: what follows a title that waited for its
        answer is said after it, and a page that opens by itself says it again.
        """
        title, *rest = utterances
        if title == self._titled:
            self._around.say(tuple(rest))
        else:
            self._notes = (*self._news, *self._untold)
            self._around.say((title, *self._notes, *rest), is_new_page=True)
        self._news = ()
        self._titled = None if rest else title

    def is_on_top(self, leaf: Leaf) -> bool:
        """As ``Inside``."""
        return self._leaves[-1] is leaf

    def now(self) -> float:
        """As ``Inside``."""
        return self._around.now()

    def add(self, *utterances: Utterance) -> None:
        """As ``Inside``."""
        self._around.say(utterances)

    def tick(self) -> None:
        """As ``Inside``."""
        self._around.tick()

    def ask(self, query: str, about: Mapping[str, Any], then: Callable[[Document], None]) -> None:
        """As ``Inside``."""
        asker = self._leaves[-1]

        def answered(answer: Answer) -> None:
            if not (self._is_in and asker in self._leaves):
                return
            if isinstance(answer, Failed):
                self._fail(asker, answer.code, answer.wait_s)
                return
            try:
                then(answer.document)
            except MALFORMED:
                self._fail(asker, BadMessage.code)

        self._around.requests.ask(partial(Ask, query=query, about=dict(about)), answered)

    # ---------------------------------------------------------------- inside

    def _reopen(self, *notes: Utterance) -> None:
        # Behind a menu of eight lines nobody would hear that it was done: they press the next key.
        self._news = notes
        self._leaves[-1].opened()

    def _fail(self, asker: Leaf, code: str, wait_s: int = 0) -> None:
        book = self.book
        said = book.message(code), book.hint(code), *wait_lines(wait_s, book)
        if self.is_on_top(asker):
            asker.unanswered(*said)
        else:
            self.note(*said)

    def _end(self) -> None:
        self.leave()
        # What was still being said of a record ends here, also where nobody pressed a key.
        self._around.say((self.book.say(Phrase.SCREEN_LOGGED_OUT),), is_new_page=True)

    def _log_in(self, make: Callable[[int], Any], then: Callable[[Answer], None]) -> None:
        def answered(answer: Answer) -> None:
            if self.is_over:
                # They left before the answer came: the session it opened must not stay open.
                self._is_in = isinstance(answer, Reply)
                self.leave()
            else:
                then(answer)

        self._around.requests.ask(make, answered)

    def _entered(self, struck: str = "") -> None:
        self._is_in = True
        self._leaves.clear()
        self.open(self._menu(), self.book.say(Phrase.SCREEN_LOGGED_IN))
        for each in struck:
            self.press(Press(Action.DIGIT, each))

    def _menu(self) -> Leaf:
        items = [
            Item(Phrase.SCREEN_CHOICE_SECURITY, lambda: self.open(self._security())),
            Item(Phrase.SCREEN_CHOICE_QUEUE, lambda: self.open(Matters(self))),
            Item(Phrase.SCREEN_CHOICE_RECEIVING, lambda: self.open(Receiving(self))),
            Item(Phrase.SCREEN_CHOICE_SETTINGS, lambda: self.open(settings_menu(self))),
            Item(Phrase.SCREEN_CHOICE_MORE, lambda: self.open(more_menu(self))),
            Item(Phrase.RECEIPT_LINK, lambda: self.open(ReceiptLinkMenu(self))),
        ]
        # Seven choices at most: while the reception is closed, to open it comes first.
        if is_closed(self._around):
            items.append(Item(Phrase.UPKEEP_CHOICE_OPEN, lambda: close(self, is_closed=False)))
        else:
            items.append(Item(Phrase.BY_HAND_TITLE, lambda: self.open(ByHand(self))))
        return StaffMenu(self, items, lambda: now(self._around))

    def _security(self) -> Leaf:
        items = [Item(Phrase.SCREEN_CHOICE_SEARCH, lambda: self.open(SearchLeaf(self)))]
        if len(self.privacy.outputs) > 1:
            items.append(Item(Phrase.SCREEN_CHOICE_OUTPUT, lambda: self.open(self._outputs())))
        items.append(Item(Phrase.SECOND_TITLE, lambda: self.open(SecondMenu(self))))
        return Menu(self, Kind.SECURITY, items, Phrase.SCREEN_CHOICE_BACK, self._unsaid)

    def _unsaid(self) -> tuple[Utterance, ...]:
        """Whoever cannot see the lists is told why names are not heard, and where to change it."""
        return (self.book.say(Phrase.SCREEN_OUTPUT_UNSAID),) * self.privacy.is_unsaid

    def _outputs(self) -> Leaf:
        """Where private words go until the logout."""
        items = [
            Item(_OUTPUT_CHOICES[each], partial(self._choose_output, each))
            for each in self.privacy.outputs
        ]
        return Menu(
            self,
            Kind.OUTPUT,
            items,
            Phrase.SCREEN_CHOICE_BACK,
            lambda: (self.book.say(_OUTPUT_NOW[self.privacy.chosen]),),
        )

    def _choose_output(self, output: Output | None) -> None:
        self.privacy.choose(output)
        self.back(self.book.say(_OUTPUT_NOW[output]))
