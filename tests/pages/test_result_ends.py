"""A result that is still read does not go unsaid."""

from __future__ import annotations

from kiosk.domain.visit import Forget
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell
from tests.support.screen import Desk
from tests.support.screen_script import PIN, SECRETS


def test_a_card_left_is_named_above_a_result_that_is_still_read(desk: Desk) -> None:
    desk.keys(f"5{PIN}決")
    desk.tell(tell(Phrase.RECEPTION_CARD_LEFT))
    assert "カードが残っています。" in desk.text
    assert desk.shows(Kind.RESULT)
    desk.tell(tell(Phrase.RECEPTION_RESULT_ENDS))
    assert "まもなく消えます。" in desk.text
    desk.keys("他")
    assert "まもなく消えます。" not in desk.text
    desk.tell(Forget(), tell(Phrase.RECEPTION_CARD_LEFT))
    assert desk.shows(Kind.CARD_LEFT)
    assert not any(secret in desk.text for secret in SECRETS)
