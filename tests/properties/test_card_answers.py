"""Whatever a card answers, the dialogue ends in an identity or a CardError, the PIN sent once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
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


Bends = dict[int, tuple[int, bytes, int]]
"""Of the nth answer: where it is bent, what stands there instead, how much is cut off."""

_NEXT_KEY = ec.generate_private_key(ec.SECP384R1())
_CORPUS = Path(__file__).with_name("card_answers.jsonl")


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

    def __init__(self, card: SimulatedCard, bends: Bends) -> None:
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


def _any_answers(responses: list[bytes], request_: ReadCard, form: Form) -> None:
    channel = _AnyAnswers(responses)
    assert isinstance(_run(channel, request_, form), CardIdentity | CardError)
    assert channel.pins_sent <= (request_.pin is not None)


def _bent_answers(cards: CardMaker, chip: str, bends: Bends, form: Form) -> None:
    card = cards.card(short_only=chip == "short", key=_NEXT_KEY if chip == "next" else None)
    card.power_on()
    channel = _BentAnswers(card, bends)
    request = ReadCard(bytes(32), Pin(RIGHT_PIN))
    outcome = _run(channel, request, form)
    assert isinstance(outcome, CardIdentity | CardError)
    assert channel.pins_sent <= 1


_any = given(responses=st.lists(_response, max_size=12), request_=_request, form=_form)
_bent = given(
    chip=st.sampled_from(["today", "short", "next"]),
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
_soak = settings(max_examples=100_000, deadline=None, suppress_health_check=list(HealthCheck))


@_any
def test_any_answers(responses: list[bytes], request_: ReadCard, form: Form) -> None:
    _any_answers(responses, request_, form)


@_bent
def test_bent_answers(cards: CardMaker, chip: str, bends: Bends, form: Form) -> None:
    _bent_answers(cards, chip, bends, form)


@pytest.mark.soak
@_soak
@_any
def test_any_answers_for_long(responses: list[bytes], request_: ReadCard, form: Form) -> None:
    _any_answers(responses, request_, form)


@pytest.mark.soak
@_soak
@_bent
def test_bent_answers_for_long(cards: CardMaker, chip: str, bends: Bends, form: Form) -> None:
    _bent_answers(cards, chip, bends, form)


@pytest.mark.parametrize("chip", ["today", "short", "next"])
@pytest.mark.parametrize("form", list(Form))
def test_unbent_they_end_in_a_signature(cards: CardMaker, chip: str, form: Form) -> None:
    """That the paths bent above are walked to their end."""
    card = cards.card(short_only=chip == "short", key=_NEXT_KEY if chip == "next" else None)
    card.power_on()
    outcome = _run(_BentAnswers(card, {}), ReadCard(bytes(32), Pin(RIGHT_PIN)), form)
    assert isinstance(outcome, CardIdentity)
    assert outcome.signature is not None


@pytest.mark.parametrize("line", _CORPUS.read_text("ascii").splitlines())
def test_what_was_found_before(line: str) -> None:
    """Answers at the corners of the dialogue, picked by hand: one JSON list of hex a line.

    Whatever a soak ends badly with is to be added.
    """
    responses = [bytes.fromhex(each) for each in json.loads(line)]
    for form in Form:
        for pin in (Pin(RIGHT_PIN), None):
            _any_answers(responses, ReadCard(bytes(32), pin), form)
