"""What the box said at rest, and for how long it can be read."""

from __future__ import annotations

from dataclasses import replace

from kiosk.pages.noticed import Noticed
from kiosk.phrasebook import Phrase, Phrasebook

JA = Phrasebook.load("ja")
RESTARTED = JA.say(Phrase.OUTAGE_RESTARTED, waiting=1)
CUT = JA.say(Phrase.OUTAGE_LINE_DOWN)


def test_what_is_said_together_stands_together_and_later_news_take_its_place() -> None:
    now_s = 100.0
    noticed = Noticed(lambda: now_s)
    noticed.take((RESTARTED,))
    now_s += 0.1
    noticed.take((CUT, replace(CUT, is_private=True)))
    assert [*noticed.words] == [RESTARTED, CUT], "what is private is not of the box"
    now_s += 30
    noticed.take((CUT,))
    assert [*noticed.words] == [CUT]
    noticed.forget()
    assert not noticed.words
