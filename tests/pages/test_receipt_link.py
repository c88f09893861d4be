"""レセコンとの連携: what the pages ask of the desk, and what they say of it."""

from __future__ import annotations

import pytest

from kiosk.desk.messages import Ask, Failed, Message
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase
from tests.screens.staff_pages import LOGIN
from tests.support.receipt_script import PAIRING
from tests.support.screen import Desk
from tests.support.screen_script import ScriptedCore

MENU = LOGIN + "6"


def asked(desk: Desk) -> list[tuple[str, dict[str, object]]]:
    """What the pages asked, in order."""
    return [(each.query, each.about) for each in desk.sent(Ask) if isinstance(each, Ask)]


def heard(desk: Desk, phrase: Phrase) -> bool:
    return desk.front.book.say(phrase).heard in "".join(desk.voice.said)


class _NotTechnician(ScriptedCore):
    """The session is of staff."""

    def _answer(self, message: Message) -> list[Message]:
        if isinstance(message, Ask) and message.query == "receipt_on":
            return [Failed(message.id, "K313")]
        return super()._answer(message)


def test_a_way_is_turned_on_and_off_only_after_a_second_question(desk: Desk) -> None:
    desk.keys(MENU + "6")
    assert desk.shows(Kind.CONFIRM)
    desk.keys("2")
    assert "receipt_on" not in dict(asked(desk))
    desk.keys("61")
    assert ("receipt_on", {"way": "copy_text"}) in asked(desk)
    assert heard(desk, Phrase.RECEIPT_TURNED_ON)
    desk.keys("61")
    assert asked(desk)[-2:] == [("receipt_off", {"way": "copy_text"}), ("receipt_ways", {})]
    assert heard(desk, Phrase.RECEIPT_TURNED_OFF)


def test_staff_are_told_that_a_technician_opens_a_way() -> None:
    desk = Desk(_NotTechnician())
    desk.connect()
    desk.keys(MENU + "61")
    assert desk.front.book.message("K313").heard in "".join(desk.voice.said)


def test_the_code_is_heard_by_digits_and_ends_with_its_time(desk: Desk) -> None:
    desk.keys(MENU + "1")
    assert "ヨンゼロ、ニナナ、イチハチ、サンロク" in "".join(desk.voice.said)
    at_s = desk.clock.at_s
    for _ in range(3):
        desk.wait(99.0)
        desk.keys("再")
        assert "4027" in desk.text
    at_wake = desk.front.wakes_at_s
    assert at_wake == at_s + PAIRING["seconds"]
    desk.wait(3.0)
    assert "4027" not in desk.text
    assert heard(desk, Phrase.RECEIPT_CODE_ENDED)
    desk.keys("1")
    assert "4027" in desk.text
    assert [query for query, _ in asked(desk)].count("receipt_pair") == 2


def test_a_link_that_does_not_listen_has_no_fingerprint(desk: Desk) -> None:
    desk.core.documents["receipt_pair"] = {**PAIRING, "url": None, "fingerprint": None}
    desk.keys(MENU + "1")
    assert heard(desk, Phrase.RECEIPT_NOT_SERVING)
    desk.keys("2")
    assert heard(desk, Phrase.SCREEN_NO_CHOICE)


def test_a_computer_is_revoked_by_name_after_a_second_question(desk: Desk) -> None:
    desk.keys(MENU + "281")
    assert desk.shows(Kind.CONFIRM)
    assert "receipt_revoke" not in dict(asked(desk))
    desk.core.documents["receipt_computers"]["computers"].pop()
    desk.keys("1")
    assert asked(desk)[-2:] == [
        ("receipt_revoke", {"computer": "back-room"}), ("receipt_computers", {})
    ]  # fmt: skip
    assert "desk-1" in desk.text
    assert "back-room" in "".join(desk.voice.said[-1:])


@pytest.mark.parametrize(("keys", "edge"), [("2", "SEARCH_FIRST"), ("88", "SEARCH_LAST")])
def test_the_list_has_two_ends(desk: Desk, keys: str, edge: str) -> None:
    desk.keys(MENU + "2" + keys)
    assert heard(desk, Phrase[edge])


def test_nobody_paired_is_said(desk: Desk) -> None:
    desk.core.documents["receipt_computers"] = {"computers": []}
    desk.keys(MENU + "2")
    assert heard(desk, Phrase.RECEIPT_NO_COMPUTER)
