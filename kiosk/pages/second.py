"""二つ目の確認: what a member of staff enrols for their own login, and takes away again.

An app's secret is walked through group by group, and sign by sign, as one types it into a telephone
without seeing it; for the camera of one that is seen it is a QR code. It is said where names are
said (EN 301 549 5.1.3.9). Every change needs the passcode once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from kiosk.pages.handing import CodeLeaf, can_draw
from kiosk.pages.keys import Action, Press
from kiosk.pages.layout import Size, room_for_picture
from kiosk.pages.leaf import Document, Inside, Item, Leaf, Menu
from kiosk.pages.page import Kind, Page
from kiosk.pages.unseen import Asked
from kiosk.pages.view import TITLES
from kiosk.pages.walk import STEPS, Line, Step, Walk
from kiosk.phrasebook import Phrase, Utterance

_GROUP = 4
_HELP = (
    Phrase.SECOND_HOW,
    Phrase.SECOND_SIGNS,
    Phrase.SECOND_AGAIN,
    Phrase.SECOND_TO_CODE,
    Phrase.SECOND_TO_QR,
)
_ALL, _CODE, _QR = "1", "7", "9"
_APP, _KEY = "totp", "fido2"
"""Second factors by the names that the desk has for them."""
_ASKS = {
    "none": Phrase.SECOND_ASKS_NOTHING,
    _APP: Phrase.SECOND_ASKS_APP,
    _KEY: Phrase.SECOND_ASKS_KEY,
}


class SecondMenu(Menu):
    """Above the choices, what is enrolled.

    Args:
        inside: the session.
    """

    def __init__(self, inside: Inside) -> None:
        super().__init__(inside, Kind.SECOND, (), Phrase.SCREEN_CHOICE_BACK, self._now)
        self._found: Document | None = None
        self._news: tuple[Utterance, ...] = ()

    @property
    def is_empty(self) -> bool:
        """As ``Leaf``."""
        return self._found is None

    def opened(self) -> None:
        """As ``Leaf``: it asks how it is, which ends what was under way."""
        self.inside.say(self.book.say(TITLES[self.kind]))
        self.inside.ask("second", {}, self._asked)

    def _asked(self, document: Document) -> None:
        self._found = {name: document[name] for name in ("asks", "app", "keys", "reads_keys")}
        self._items = tuple(self._choices(self._found))
        self.inside.say(*self.page.said)
        news, self._news = self._news, ()
        if news:
            self.inside.note(*news)

    def _now(self) -> tuple[Utterance, ...]:
        found = self._found
        if found is None:
            return self.say(Phrase.SCREEN_WAIT)
        app = Phrase.SECOND_APP_THERE if found["app"] else Phrase.SECOND_APP_NONE
        keys = found["keys"]
        said = [self.book.say(app)]
        if keys:
            said.append(self.book.say(Phrase.SECOND_KEYS, count=keys))
        elif found["reads_keys"]:
            said.append(self.book.say(Phrase.SECOND_KEYS_NONE))
        said.append(self.book.say(_ASKS[found["asks"]]))
        return tuple(said)

    def _choices(self, found: Document) -> Iterator[Item]:
        app = Phrase.SECOND_APP_REPLACE if found["app"] else Phrase.SECOND_APP_ADD
        yield Item(app, partial(self._sure, app, self._begin))
        if found["app"]:
            yield self._removal(Phrase.SECOND_APP_REMOVE, _APP)
        if found["reads_keys"]:
            yield self._enrolment(Phrase.SECOND_KEY_ADD, replaces=False)
            if found["keys"]:
                yield self._enrolment(Phrase.SECOND_KEY_REPLACE, replaces=True)
        if found["keys"]:
            yield self._removal(Phrase.SECOND_KEY_REMOVE, _KEY)

    def _removal(self, label: Phrase, factor: str) -> Item:
        remove = partial(self._order, "second_forget", Phrase.SECOND_REMOVED, factor=factor)
        return Item(label, partial(self._sure, label, remove))

    def _enrolment(self, label: Phrase, *, replaces: bool) -> Item:
        def touch(passcode: str) -> None:
            self.inside.say(self.book.say(Phrase.SCREEN_TOUCH_NOW))
            self._order("second_key", Phrase.SECOND_KEY_SET, passcode, replaces=replaces)

        return Item(label, partial(self._sure, label, touch, Phrase.SECOND_PLUG_IN))

    def _sure(self, title: Phrase, send: Callable[[str], None], *more: Phrase) -> None:
        """Whoever happens to stand before an open session changes nobody's way in."""
        how = (Phrase.SECOND_PASSCODE, *more)
        self.inside.open(Asked(self.inside, title, how, send))

    def _order(self, order: str, done: Phrase, passcode: str, **about: str | bool) -> None:
        self.inside.ask(order, {"passcode": passcode, **about}, partial(self.did, done))

    def _begin(self, passcode: str) -> None:
        def got(document: Document) -> None:
            self.inside.open(SecretLeaf(self.inside, document, self))

        self.inside.ask("second_begin", {"passcode": passcode}, got)

    def did(self, done: Phrase, _: Document) -> None:
        """It is done: back here, with what was done.

        Args:
            done: what is to be said.
        """
        self._news = self.say(done)
        self.inside.show(self)


class SecretLeaf(Leaf):
    """The secret of an app: 8 and 2 walk its groups, 6 and 4 the signs of one, as in a record.

    Args:
        inside: the session.
        document: of ``second_begin``; KeyError or TypeError where it is of another form.
        above: where one comes from.
    """

    kind = Kind.SECRET

    def __init__(self, inside: Inside, document: Document, above: SecondMenu) -> None:
        super().__init__(inside)
        secret: str = document["secret"]
        self._uri: str = document["uri"]
        self._above = above
        groups = [secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP)]
        self._walk = Walk.through([Line(self._whole(each), each) for each in groups])

    def _whole(self, group: str) -> Utterance:
        return self.book.say(Phrase.SECOND_GROUP, group=group)

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        lines = (self._place, self._walk.lines[self._walk.row].whole, *self._why_unsaid)
        return Page(
            self.kind,
            self.book.say(TITLES[self.kind]),
            lines,
            choices=self.say(Phrase.RECORD_MORE, Phrase.SCREEN_CHOICE_BACK),
            digits="".join((*STEPS, _ALL, _CODE, _QR)),
            holds_enter=True,
            default=self.say(Phrase.SECOND_LAST if self._is_last else Phrase.SECOND_GROUPS),
            help=self.say(*_HELP),
        )

    @property
    def _place(self) -> Utterance:
        count, position = len(self._walk.lines), self._walk.row + 1
        return self.book.say(Phrase.SECOND_PLACE, count=count, position=position)

    @property
    def _why_unsaid(self) -> tuple[Utterance, ...]:
        return self.say(*(Phrase.SECOND_UNSAID,) * self.inside.privacy.is_unsaid)

    @property
    def _is_last(self) -> bool:
        return self._walk.row == len(self._walk.lines) - 1

    def press(self, press: Press) -> None:
        """As ``Leaf``: 決定 goes on to the next group, and after the last to the code."""
        step = Step.DOWN if press.action is Action.ENTER else STEPS.get(press.digit)
        if press.digit == _CODE or (step is Step.DOWN and self._is_last):
            self._ask_code()
        elif step:
            self._step(step)
        elif press.digit == _ALL:
            self.answer([each.whole for each in self._walk.lines], *self._why_unsaid)
        elif press.digit == _QR:
            self._show_code()
        elif press.action is Action.DIGIT:
            self.inside.note(self.book.say(Phrase.SCREEN_NO_CHOICE))
        else:
            self.inside.say(*self.page.said)

    def back(self) -> bool:
        """As ``Leaf``: the passcode that led here is not asked for again."""
        self.inside.show(self._above)
        return True

    def _step(self, step: Step) -> None:
        walk = self._walk.step(step)
        if walk is None:
            is_sign = step in {Step.NEXT_SIGN, Step.LAST_SIGN}
            edge = Phrase.SECOND_NO_MORE if is_sign else Phrase.SEARCH_FIRST
            self.inside.note(self.book.say(edge))
            return
        self._walk = walk
        self.answer([walk.said(self.book)], *(self._place,) * (walk.sign is None))

    def _ask_code(self) -> None:
        def send(typed: str) -> None:
            done = partial(self._above.did, Phrase.SECOND_APP_SET)
            self.inside.ask("second_prove", {"code": typed}, done)

        how = (Phrase.SECOND_CODE,)
        self.inside.open(Asked(self.inside, Phrase.SECOND_CODE_TITLE, how, send))

    def _show_code(self) -> None:
        if can_draw(self.inside):
            draw = partial(_picture, self._uri)
            self.inside.open(CodeLeaf(self.inside, draw, Phrase.SECOND_SCAN))


def _picture(uri: str, room: Size) -> tuple[tuple[str, ...], ...]:
    """The code for a terminal; none where it is too small to hold it."""
    from kiosk.formats.qr_picture import capacity, qr_lines  # noqa: PLC0415 - segno, where wanted

    return (tuple(qr_lines(uri)),) if capacity(*room_for_picture(room)) >= len(uri) else ()
