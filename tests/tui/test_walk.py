"""Whatever keys are pressed and whatever happens: no dead end, no crash, nobody's data at rest."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from kiosk.desk.messages import Condition, Typed
from kiosk.domain.visit import AskPin, Forget
from kiosk.pages.breaking import width
from kiosk.pages.layout import Size
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell, tell_code
from tests.support.screen import Desk
from tests.support.screen_script import PASSCODE, PIN, SECRETS, TARO, ScriptedCore

pytestmark = pytest.mark.timeout(600)  # it only computes: for how long is the machine's affair
KEYS = "0123456789決戻再助他"
PUBLIC = frozenset(
    {Kind.IDLE, Kind.PIN, Kind.LAY_CARD, Kind.READING, Kind.ASKING, Kind.CARD_LEFT, Kind.THANKS,
     Kind.HELP, Kind.LOGIN, Kind.BUSY, Kind.GONE}
)  # fmt: skip
# What is typed there is shown, whatever a hand types; a list says what it was searched by.
SHOWN_AS_TYPED = frozenset({Kind.FIND, Kind.NUMBERS, Kind.SEARCH})
TELLS = (
    tell(Phrase.RECEPTION_LAY_CARD),
    tell(Phrase.RECEPTION_CARD_LEFT),
    tell(Phrase.RECEPTION_STILL_THERE),
    tell(Phrase.RECEPTION_THANKS),
    tell(Phrase.OUTAGE_LINE_DOWN),
    tell(Phrase.OUTAGE_LINE_BACK, confirmed=1, left=0),
    tell(Phrase.RESULT_VALID, name=TARO, share=30),
    tell(Phrase.RESULT_VALID_LATER, name=TARO, share=30),
    tell_code("K121"),
    AskPin(),
    Forget(),
)


class Walk(RuleBasedStateMachine):
    """A hand on the keypad, a core, cards, zoom and time."""

    @initialize(is_simulated=st.booleans(), language=st.sampled_from(["ja", "en"]))
    def open(self, *, is_simulated: bool, language: str) -> None:
        self.desk = Desk(ScriptedCore(is_simulated=is_simulated, language=language))
        self.desk.connect()

    @rule(keys=st.text(alphabet=KEYS, max_size=8))
    def press(self, keys: str) -> None:
        self.desk.keys(keys)

    @rule(is_right=st.booleans())
    def type_a_pin(self, *, is_right: bool) -> None:
        self.desk.core.tries = 3
        self.desk.keys((PIN if is_right else "1111") + "決")

    @rule()
    def log_in(self) -> None:
        self.desk.keys(f"助0{PASSCODE}決")

    @rule(keys=st.text(alphabet="12345678決", min_size=1, max_size=5))
    def wander_in_the_staffs_pages(self, keys: str) -> None:
        self.desk.keys(f"助0{PASSCODE}決{keys}")

    @rule()
    def core_is_busy(self) -> None:
        self.desk.is_busy = True

    @rule()
    def core_catches_up(self) -> None:
        self.desk.catch_up()

    @rule(effect=st.sampled_from(TELLS))
    def happen(self, effect: object) -> None:
        self.desk.tell(effect)  # type: ignore[arg-type]

    @rule()
    def card_taken(self) -> None:
        self.desk.hear(*self.desk.core.take_card())

    @rule(seconds=st.sampled_from([0.0, 0.05, 1.0, 30.0, 101.0]))
    def wait(self, seconds: float) -> None:
        self.desk.wait(seconds)

    @rule(columns=st.integers(20, 100), rows=st.integers(8, 30))
    def zoom(self, columns: int, rows: int) -> None:
        self.desk.front.size = Size(columns, rows)

    @rule(line=st.none() | st.booleans(), reader=st.booleans(), waiting=st.integers(0, 200))
    def condition(self, *, line: bool | None, reader: bool, waiting: int) -> None:
        self.desk.hear(Condition(line, reader, waiting, clock=True))

    @rule()
    def core_restarts(self) -> None:
        self.desk.front.lost()
        self.desk.core.forget()
        self.desk.answers.clear()
        self.desk.catch_up()
        self.desk.connect()

    @invariant()
    def nobodys_data_where_it_has_no_place(self) -> None:
        if self.desk.front.page.kind in PUBLIC:
            assert not any(secret in self.desk.text for secret in SECRETS)
        if self.desk.front.page.kind not in SHOWN_AS_TYPED:
            assert PIN not in self.desk.text
            assert PASSCODE not in self.desk.text

    @invariant()
    def every_sheet_fits(self) -> None:
        size, sheet = self.desk.front.size, self.desk.front.sheet
        assert len(sheet) == size.rows
        assert all(width(row.text) <= size.columns for row in sheet)

    @invariant()
    def nothing_private_is_said_in_public(self) -> None:
        public = [each.text for each in self.desk.voice.heard if not each.is_private]
        assert not any(secret in text for text in public for secret in SECRETS)
        self.desk.voice.log.clear()

    @invariant()
    def only_whole_pins_are_sent(self) -> None:
        assert all(len(each.pin) == 4 for each in self.desk.core.heard if isinstance(each, Typed))


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


@pytest.mark.soak
def test_a_long_walk() -> None:
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=1_000,
            stateful_step_count=60,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=KEYS, max_size=30), st.booleans())
def test_there_is_always_a_way_back_to_rest(keys: str, is_staff: bool) -> None:  # noqa: FBT001 - drawn
    desk = Desk(ScriptedCore())
    desk.connect()
    desk.keys(f"助0{PASSCODE}決{keys}" if is_staff else keys)
    for _ in range(80):
        if desk.shows(Kind.IDLE):
            break
        desk.keys("戻")
    assert desk.shows(Kind.IDLE)
