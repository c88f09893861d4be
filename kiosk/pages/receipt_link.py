"""レセコン連携: which ways of handing over are on, the pairing code, the computers that may fetch.

What is asked and done here is on record at the desk; a way is opened by a technician alone, closed
by staff too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from kiosk.domain.dates import day_in_japan
from kiosk.domain.patience import Turn, Wait
from kiosk.pages.keys import Action, Press
from kiosk.pages.leaf import Document, Inside, Item, Leaf, Menu, joined
from kiosk.pages.page import Kind, Page
from kiosk.pages.view import TITLES
from kiosk.phrasebook import Phrase, Phrasebook, Utterance

WAYS: Mapping[str, Phrase] = {
    "listen": Phrase.RECEIPT_WAY_LISTEN,
    "drop_folder": Phrase.RECEIPT_WAY_DROP_FOLDER,
    "qr": Phrase.RECEIPT_WAY_QR,
    "copy_text": Phrase.RECEIPT_WAY_COPY_TEXT,
    "seal": Phrase.RECEIPT_WAY_SEAL,
}
"""By the name the desk has for it."""
_STEPS = {"8": 1, "2": -1}
_ANEW, _FINGERPRINT = "1", "2"
_REVOKE = "1"
_BACK = Phrase.SCREEN_CHOICE_BACK


class ReceiptLinkMenu(Menu):
    """Above the choices, which ways are on.

    Args:
        inside: the session.
    """

    def __init__(self, inside: Inside) -> None:
        pair = Item(Phrase.RECEIPT_PAIR, lambda: inside.open(PairingLeaf(inside)))
        computers = Item(Phrase.RECEIPT_COMPUTERS, lambda: inside.open(ComputersLeaf(inside)))
        ways = [Item(label, partial(self._sure, way)) for way, label in WAYS.items()]
        super().__init__(inside, Kind.RECEIPT_LINK, [pair, computers, *ways], _BACK, self._now)
        self._ways: Mapping[str, bool] | None = None
        self._news: tuple[Utterance, ...] = ()

    @property
    def is_empty(self) -> bool:
        """As ``Leaf``."""
        return self._ways is None

    def opened(self) -> None:
        """As ``Leaf``: it asks how it is."""
        self.inside.say(self.book.say(TITLES[self.kind]))
        self.inside.ask("receipt_ways", {}, self._asked)

    def _asked(self, document: Document) -> None:
        self._ways = dict(document["ways"])
        self.inside.say(*self.page.said)
        news, self._news = self._news, ()
        if news:
            self.inside.note(*news)

    def _now(self) -> tuple[Utterance, ...]:
        if self._ways is None:
            return self.say(Phrase.SCREEN_WAIT)
        on = [label for way, label in WAYS.items() if self._ways.get(way)]
        return self.say(Phrase.RECEIPT_ON, *on) if on else self.say(Phrase.RECEIPT_ALL_OFF)

    def _sure(self, way: str) -> None:
        """Asked again: a slip of a key opens no way out of the box."""
        is_on = bool(self._ways and self._ways.get(way))
        asked = Phrase.RECEIPT_TURN_OFF if is_on else Phrase.RECEIPT_TURN_ON
        order = "receipt_off" if is_on else "receipt_on"
        did = partial(self._did, way, is_on=not is_on)
        items = (
            Item(Phrase.PREFER_YES, lambda: self.inside.ask(order, {"way": way}, did)),
            Item(Phrase.PREFER_NO, self.inside.back),
        )
        title = WAYS[way]
        asks = partial(self.say, asked)
        self.inside.open(Menu(self.inside, Kind.CONFIRM, items, _BACK, asks, title=title))

    def _did(self, way: str, _: Document, *, is_on: bool) -> None:
        done = Phrase.RECEIPT_TURNED_ON if is_on else Phrase.RECEIPT_TURNED_OFF
        self._news = (joined(self.book.say(done), self.book.say(WAYS[way])),)
        self.inside.show(self)


class PairingLeaf(Leaf):
    """A pairing code, where the computer connects, and the certificate's fingerprint.

    Args:
        inside: the session.
    """

    kind = Kind.PAIRING

    def __init__(self, inside: Inside) -> None:
        super().__init__(inside)
        self._shown: Document | None = None
        self._wait = Wait(0.0, is_sharp=True)

    @property
    def is_empty(self) -> bool:
        """As ``Leaf``."""
        return self._shown is None

    @property
    def wakes_at_s(self) -> float | None:
        """As ``Leaf``: a code that has ended does not stand there any longer."""
        return self._wait.turns_at_s

    def tick(self) -> None:
        """As ``Leaf``."""
        turn = self._wait.look(self.inside.now())
        if turn is Turn.WARNS:
            self.inside.note(self.book.say(Phrase.RECEIPT_CODE_SOON))
        elif turn is Turn.ENDS and self._shown:
            self._shown = {**self._shown, "code": ""}
            self.inside.say(*self.page.said)

    def opened(self) -> None:
        """As ``Leaf``: it asks for a code, unless it shows one."""
        if self._shown:
            self.inside.say(*self.page.said)
            return
        self.inside.say(self.book.say(TITLES[self.kind]))
        self._ask()

    def _ask(self, *, is_longer: bool = False) -> None:
        self.inside.ask("receipt_pair", {"longer": True} if is_longer else {}, self._got)

    def _got(self, document: Document) -> None:
        if document["code"]:
            self._wait.lasts_s = float(document["seconds"])
            self._wait.begin(self.inside.now())
        else:
            self._wait.stop()
        self._shown = {name: document[name] for name in ("code", "seconds", "url", "fingerprint")}
        self.inside.say(*self.page.said)

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        title = self.book.say(TITLES[self.kind])
        if self._shown is None:
            waits = self.say(Phrase.SCREEN_WAIT)
            return Page(self.kind, title, waits, choices=self.say(_BACK))
        deeds = {_ANEW: Phrase.RECEIPT_ANEW}
        if self._shown["fingerprint"]:
            deeds[_FINGERPRINT] = Phrase.RECEIPT_FINGERPRINT_CHOICE
        choices = self.say(*deeds.values(), _BACK)
        digits = "".join(deeds)
        return Page(self.kind, title, self._lines(self._shown), choices=choices, digits=digits)

    def _lines(self, shown: Document) -> tuple[Utterance, ...]:
        where = pairing_place(shown, self.book)
        if not shown["code"]:
            return self.say(Phrase.RECEIPT_CODE_ENDED)
        lasts = timedelta(seconds=int(shown["seconds"]))
        once = self.book.say(Phrase.RECEIPT_CODE_ONCE, time=lasts)
        return (pairing_code(shown, self.book), once, where)

    def press(self, press: Press) -> None:
        """As ``Leaf``: 決定 keeps a code that is about to end."""
        if press.action is Action.ENTER and self._wait.is_warned:
            self._ask(is_longer=True)
        elif press.action is not Action.DIGIT:
            self.inside.say(*self.page.said)
        elif press.digit not in self.page.digits or self._shown is None:
            self.inside.note(self.book.say(Phrase.SCREEN_NO_CHOICE))
        elif press.digit == _ANEW:
            self._ask()
        else:
            self.inside.note(pairing_fingerprint(self._shown, self.book))


class ComputersLeaf(Leaf):
    """The computers that may fetch, one a page: 8 and 2 walk, 1 ends one's token.

    Args:
        inside: the session.
    """

    kind = Kind.COMPUTERS

    def __init__(self, inside: Inside) -> None:
        super().__init__(inside)
        self._computers: list[Mapping[str, Any]] | None = None
        self._at = 0
        self._news: tuple[Utterance, ...] = ()

    @property
    def is_empty(self) -> bool:
        """As ``Leaf``."""
        return self._computers is None

    def opened(self) -> None:
        """As ``Leaf``: it asks anew."""
        self._computers = None
        self.inside.say(self.book.say(TITLES[self.kind]))
        self.inside.ask("receipt_computers", {}, self._asked)

    def _asked(self, document: Document) -> None:
        self._computers = list(document["computers"])
        self._at = min(self._at, max(0, len(self._computers) - 1))
        self.inside.say(*self.page.said)
        news, self._news = self._news, ()
        if news:
            self.inside.note(*news)

    @property
    def page(self) -> Page:
        """As ``Leaf``."""
        title, leave = self.book.say(TITLES[self.kind]), self.say(_BACK)
        if not self._computers:
            said = Phrase.SCREEN_WAIT if self._computers is None else Phrase.RECEIPT_NO_COMPUTER
            return Page(self.kind, title, self.say(said), choices=leave)
        choices = (*self.say(Phrase.RECEIPT_REVOKE, Phrase.MATTER_WALK), *leave)
        return Page(self.kind, title, self._lines(self._computers), choices=choices, digits="128")

    def _lines(self, computers: list[Mapping[str, Any]]) -> tuple[Utterance, ...]:
        at = computers[self._at]
        place = self.book.say(
            Phrase.RECEIPT_COMPUTER_PLACE, count=len(computers), position=self._at + 1
        )
        paired_on = day_in_japan(datetime.fromisoformat(at["paired_at"]))
        paired = self.book.say(Phrase.RECEIPT_PAIRED_ON, day=paired_on)
        return (place, computer_line(at, self.book), paired)

    def press(self, press: Press) -> None:
        """As ``Leaf``."""
        if press.action is not Action.DIGIT:
            self.inside.say(*self.page.said)
        elif press.digit not in self.page.digits or not self._computers:
            self.inside.note(self.book.say(Phrase.SCREEN_NO_CHOICE))
        elif press.digit == _REVOKE:
            self._sure(self._computers[self._at])
        else:
            self._walk(_STEPS[press.digit], self._computers)

    def _walk(self, step: int, computers: list[Mapping[str, Any]]) -> None:
        if 0 <= self._at + step < len(computers):
            self._at += step
            self.inside.say(*self._lines(computers))
        else:
            edge = Phrase.SEARCH_FIRST if step < 0 else Phrase.SEARCH_LAST
            self.inside.note(self.book.say(edge))

    def _sure(self, computer: Mapping[str, Any]) -> None:
        name = str(computer["name"])
        items = (
            Item(Phrase.PREFER_YES, lambda: self._revoke(name)),
            Item(Phrase.PREFER_NO, self.inside.back),
        )

        def asks() -> tuple[Utterance, ...]:
            return (computer_line(computer, self.book), *self.say(Phrase.RECEIPT_REVOKE_SURE))

        title = TITLES[self.kind]
        self.inside.open(Menu(self.inside, Kind.CONFIRM, items, _BACK, asks, title=title))

    def _revoke(self, name: str) -> None:
        def did(_: Document) -> None:
            self._news = (self.book.say(Phrase.RECEIPT_REVOKED, name=name),)
            self.inside.show(self)

        self.inside.ask("receipt_revoke", {"computer": name}, did)


# ------------------------------------------------------------------ as commands say it too


def pairing_code(document: Document, book: Phrasebook) -> Utterance:
    """The code in two groups of four."""
    code = document["code"]
    return book.say(Phrase.RECEIPT_CODE, code=f"{code[:4]} {code[4:]}")


def pairing_place(document: Document, book: Phrasebook) -> Utterance:
    """Where the computer connects, or that nothing listens there."""
    if not document["url"]:
        return book.say(Phrase.RECEIPT_NOT_SERVING)
    url = urlsplit(document["url"])
    return book.say(Phrase.RECEIPT_URL, host=url.hostname or "", port=str(url.port))


def pairing_fingerprint(document: Document, book: Phrasebook) -> Utterance:
    """Of the certificate, pair by pair."""
    pairs = document["fingerprint"].replace(":", " ")
    return book.say(Phrase.RECEIPT_FINGERPRINT, fingerprint=pairs)


def computer_line(computer: Mapping[str, Any], book: Phrasebook) -> Utterance:
    """Name and address."""
    address = computer["address"] or "-"
    return book.say(Phrase.RECEIPT_COMPUTER, name=computer["name"], address=address)
