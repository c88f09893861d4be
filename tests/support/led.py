"""Somebody before the screen of a box that is not set up: keys in, by the words that were shown."""

from __future__ import annotations

import time
from pathlib import Path

from kiosk.appliance.network import look
from kiosk.desk.messages import CoreUnreachable
from kiosk.pages.keys import Press, press_of
from kiosk.pages.layout import Size
from kiosk.pages.page import Kind
from tests.support.screen import PATIENCE_S, Screen

PASSCODE = "482915"
_ROOM = Size(120, 40)


class Newcomer:
    """One front at the desk of the set-up.

    Args:
        path: of its socket.
        patience_s: how long it looks for a word.
    """

    def __init__(self, path: Path, patience_s: float = PATIENCE_S) -> None:
        self.screen = _reached(path, patience_s)
        self.screen.front.size = _ROOM

    def choose(self, label: str, *, at: str = "") -> None:
        """The digit of this choice, on the page with these words, as soon as it is there."""
        if at:
            self.screen.until(at)
        self.screen.until(label)
        front = self.screen.front
        (digit,) = [
            str(number)
            for number, each in enumerate(front.page.choices, start=1)
            if label in each.read
        ]
        self.screen.keys(digit)

    def put_off(self, label: str, *, until: str) -> None:
        """The same choice on every page until these words are there."""
        while until not in self.screen.text:
            front = self.screen.front
            choices = enumerate(front.page.choices, 1)
            found = [place for place, each in choices if label in each.read]
            if found:
                self.screen.keys(str(found[0]))
            message = self.screen.link.receive(self.screen.patience_s)
            assert message is not None, self.screen.text
            front.hear(message)

    def write(self, words: str, text: str) -> None:
        """On a full keyboard, where these words ask for it, and 決定."""
        self.screen.until(words)
        assert self.screen.front.page.kind is Kind.SETUP_ENTRY, self.screen.text
        for each in text:
            self.press(press_of(each, each))
        self.screen.keys("enter")

    def press(self, press: Press) -> None:
        """One key."""
        self.screen.clock.at_s += 1.0
        self.screen.front.press(press)

    def hang_up(self) -> None:
        """The line of this front ends."""
        self.screen.link.close()


def to_the_line(person: Newcomer) -> None:
    """Japanese, what it is, the terms, and the line, whether this machine has one or not."""
    person.choose("日本語")
    person.choose("次へ", at="この箱について")
    person.choose("同意する", at="利用規約")
    if not look().is_up:
        person.choose("このまま先へ", at="回線につながっていません")


def to_the_sheet(person: Newcomer, url: str) -> None:
    """As far as the PDF: the service and its authority, which no drop-in names."""
    to_the_line(person)
    if look().is_up:
        person.choose("次へ", at="回線につながっています")
    person.write("サービスのURL", url)
    person.choose("ca.pem")


def to_the_reader(person: Newcomer) -> None:
    """The names and the passcode."""
    person.choose("次へ", at="保存の鍵")
    person.write("承認する人の氏名", "ヤマダハナコ")
    person.write("短い名前", "ウケツケ")
    person.write("新しい番号", PASSCODE)
    person.write("もう一度、同じもの", PASSCODE)


def _reached(path: Path, patience_s: float) -> Screen:
    ends_at = time.monotonic() + patience_s
    while True:
        try:
            return Screen(path, patience_s)
        except CoreUnreachable:
            assert time.monotonic() < ends_at, "nobody answers"
