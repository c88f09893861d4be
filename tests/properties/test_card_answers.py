"""Whatever a card answers, the dialogue ends in an identity or a CardError, the PIN sent once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.identity import CardIdentity, Pin
from kiosk.errors import CardError
from kiosk.ports.card import CardRemoved, ReadCard
from kiosk.reader.card import CardDialogue, Form
from kiosk.reader.channel import Channel
from kiosk.simulator.card import SimulatedCard
from tests.support.cards import RIGHT_PIN, CardMaker

# A mutated certificate may make the X.509 parser frown aloud; frowning is no failure.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

_STATUSES = [
    "9000", "6100", "6110", "6c00", "6c10", "6282", "6300", "63c0", "63c2", "6581", "6700",
    "6982", "6983", "6984", "6985", "6a82", "6a86", "6a88", "6b00", "6d00", "6f00",
]  # fmt: skip
_status = st.sampled_from([bytes.fromhex(each) for each in _STATUSES]) | st.binary(max_size=2)
_response = st.builds(lambda data, status: data + status, st.binary(max_size=300), _status)
_request = st.sampled_from([ReadCard(bytes(32), Pin(RIGHT_PIN)), ReadCard(bytes(32), None)])
_form = st.sampled_from(Form)


def _is_pin(command: bytes) -> bool:
    return command[1] == 0x20 and len(command) > 4


class _AnyAnswers:
    """Answers with what Hypothesis thought of; then the card is gone."""

    def __init__(self, responses: list[bytes]) -> None:
        self._responses = iter(responses)
        self.pins_sent = 0

    def transmit(self, command: bytes) -> bytes:
        self.pins_sent += _is_pin(command)
        response = next(self._responses, None)
        if response is None:
            raise CardRemoved
        return response

    def power_cycle(self) -> None:
        return


class _BentAnswers:
    """A true card, some of whose answers are bent on the way: (nth answer, how)."""

    def __init__(self, card: SimulatedCard, bends: dict[int, tuple[int, bytes, int]]) -> None:
        self._card = card
        self._bends = bends
        self._count = 0
        self.pins_sent = 0

    def transmit(self, command: bytes) -> bytes:
        self.pins_sent += _is_pin(command)
        response = self._card.transmit(command)
        at, instead, cut = self._bends.get(self._count, (0, b"", 0))
        self._count += 1
        at %= max(1, len(response))
        bent = response[:at] + instead + response[at + len(instead) :]
        return bent[: len(bent) - cut % (len(bent) + 1)]

    def power_cycle(self) -> None:
        self._card.power_off()
        self._card.power_on()


def _run(channel: Channel, request: ReadCard, form: Form) -> CardIdentity | CardError:
    try:
        return CardDialogue(channel, form=form).run(request)
    except CardError as error:
        return error


@given(responses=st.lists(_response, max_size=12), request_=_request, form=_form)
def test_any_answers(responses: list[bytes], request_: ReadCard, form: Form) -> None:
    channel = _AnyAnswers(responses)
    assert isinstance(_run(channel, request_, form), CardIdentity | CardError)
    assert channel.pins_sent <= (request_.pin is not None)


@given(
    bends=st.dictionaries(
        st.integers(0, 13),
        st.tuples(
            st.integers(0, 3000), st.binary(max_size=3) | _status, st.just(0) | st.integers(0, 3000)
        ),
        min_size=1,
        max_size=3,
    ),
    form=_form,
)
def test_bent_answers(
    cards: CardMaker, bends: dict[int, tuple[int, bytes, int]], form: Form
) -> None:
    card = cards.card()
    card.power_on()
    channel = _BentAnswers(card, bends)
    request = ReadCard(bytes(32), Pin(RIGHT_PIN))
    assert isinstance(_run(channel, request, form), CardIdentity | CardError)
    assert channel.pins_sent <= 1
