"""A patient alone who walks away from any page of a visit leaves nobody's data on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from kiosk.desk.local import LocalLink
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from tests.core.conftest import Box
from tests.core.test_pages_in_process import BlindStaff
from tests.support.screen import PATIENCE_S

VALUES = ("山田", "太郎", "ヤマダ", "タロウ", "有効", "3割", "サンワリ", "1234", "9999")
QUICKLY = 0.05
"""40 s are 2 s."""


class Patient(BlindStaff):
    """Alone before the box; then nobody."""

    @property
    def text(self) -> str:
        return "".join(row.text for row in self.front.sheet)

    def is_asked_for_the_pin(self) -> None:
        while self.front.page.entry is None:
            message = self.link.receive(PATIENCE_S)
            assert message is not None, self.text
            self.front.hear(message)

    def goes(self) -> list[str]:
        """What is said until the box is at rest by itself, with not a key more."""
        begins = len(self.voice.said)
        while self.front.page.kind is not Kind.IDLE:
            if self.front.page.kind is Kind.CARD_LEFT:
                assert not any(each in self.text for each in VALUES)
            message = self.link.receive(PATIENCE_S)
            assert message is not None, self.text
            self.front.hear(message)
        return self.voice.said[begins:]


Way = Callable[[Box, Patient], None]


def keys(*turns: tuple[str, str]) -> Way:
    """Strokes, and what is heard upon them."""

    def way(_: Box, patient: Patient) -> None:
        for strokes, words in turns:
            patient.press(strokes)
            if words:
                patient.hears(words)
            else:
                patient.is_asked_for_the_pin()

    return way


BEGUN = ("5", "")


def with_card(strokes: str, words: str, after: str = "") -> Way:
    def way(box: Box, patient: Patient) -> None:
        box.lay("taro")
        patient.is_asked_for_the_pin()
        patient.press(strokes)
        if words:
            patient.hears(words)
        patient.press(after)

    return way


def card_taken(box: Box, patient: Patient) -> None:
    with_card("1234決", "保険証の提示は要りません。")(box, patient)
    box.take()


def card_pulled(box: Box, patient: Patient) -> None:
    with_card("1234決", "読んでいます。")(box, patient)
    box.take()


STILL_THERE, CARD_LEFT = Phrase.RECEPTION_STILL_THERE, Phrase.RECEPTION_CARD_LEFT
WAYS: dict[str, tuple[Way, Phrase | None]] = {
    "the PIN": (keys(BEGUN), STILL_THERE),
    "half a PIN": (keys(BEGUN, ("12", "ニケタ")), STILL_THERE),
    "help over half a PIN": (keys(BEGUN, ("12助", "ヘルプ")), STILL_THERE),
    "聞きかた over half a PIN": (keys(BEGUN, ("12助3", "聞きかた")), STILL_THERE),
    "the card": (keys(BEGUN, ("1234決", "カードを読み取り機に")), STILL_THERE),
    "without a card": (keys(("助1", "職員にお声がけください。")), Phrase.RECEPTION_RESULT_ENDS),
    "a PIN with the card there": (with_card("12", "ニケタ"), STILL_THERE),
    "a wrong PIN": (with_card("9999決", "暗証番号が違います。"), STILL_THERE),
    "the result, card left": (with_card("1234決", "保険証の提示は要りません。"), CARD_LEFT),
    "help over the result": (with_card("1234決", "保険証の提示は要りません。", "助"), CARD_LEFT),
    "the result, card taken": (card_taken, None),
    "a card pulled while it is read": (card_pulled, None),
}


@pytest.fixture
def box(world: World, simulator: RunningSimulator) -> Iterator[Box]:
    made = Box(world, simulator)
    made.tempo = QUICKLY
    made.switch_on()
    yield made
    made.switch_off()


@pytest.mark.soak
@pytest.mark.parametrize("name", WAYS)
def test_whoever_walks_away_leaves_nothing(box: Box, name: str) -> None:
    way, warning = WAYS[name]
    assert box.core is not None
    patient = Patient(LocalLink(box.core.counter))
    patient.hears("受付できます。")
    way(box, patient)
    said = patient.goes()
    assert not any(each in patient.text for each in VALUES), patient.text
    if warning is not None:
        book = patient.front.book
        assert any(book.say(warning).heard in each for each in said), said
    box.take()
    patient.voice.news()
    for strokes in ("再", "助", "再", "戻"):
        patient.press(strokes)
        assert not any(each in patient.text for each in VALUES), patient.text
    told = "".join(patient.voice.news())
    assert not any(each in told for each in VALUES), "nothing brings it back"
    patient.link.close()
