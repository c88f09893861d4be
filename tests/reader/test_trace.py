"""What a trace shows, what it never shows, and that it can be played again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.identity import CardIdentity, Pin
from kiosk.errors import CardError
from kiosk.ports.card import CardRemoved, ReadCard
from kiosk.ports.exports import NotWritten
from kiosk.reader.card import CardDialogue
from kiosk.reader.channel import Channel, TransmissionFailed
from kiosk.reader.trace import (
    Recorder,
    TracedChannel,
    Tracer,
    TrafficLog,
    masked_command,
    masked_response,
)
from kiosk.simulator.card import SimulatedCard
from tests.support.cards import CardMaker
from tests.support.replay import ReplayChannel, dialogues
from tests.support.scripted import (
    CHALLENGE,
    OK,
    READ,
    REQUEST,
    SELECT,
    SIGHT,
    SIGN,
    SIGN_OF_FILE,
    TRIES,
    TRIES_OF_FILE,
    VERIFY,
    ScriptedChannel,
    Step,
)


class Powered:
    """A simulated card as a channel."""

    def __init__(self, card: SimulatedCard) -> None:
        self._card = card
        card.power_on()

    def transmit(self, command: bytes) -> bytes:
        return self._card.transmit(command)

    def power_cycle(self) -> None:
        self._card.power_off()
        self._card.power_on()


def run(tracer: Tracer, channel: Channel, request: ReadCard = REQUEST) -> CardIdentity:
    with tracer.dialogue("Reader") as tell:
        return CardDialogue(TracedChannel(channel, tell)).run(request)


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (SELECT, SELECT),
        (READ, READ),
        ("00b0010000", "00b0010000"),
        (TRIES, TRIES),
        (VERIFY, "0020009804[4]"),
        (SIGN, "802a029720[32]00"),
        (SIGN_OF_FILE, "802a008033[51]00"),
        ("802a0297000020" + "5a" * 32 + "0000", "802a0297000020[32]0000"),
        ("0020009831323334", "00200098[4]"),
        ("002000980531323334", "00200098[5]"),
        ("00200098003132333435", "00200098[6]"),
        ("00", "00"),
        ("", ""),
    ],
)
def test_a_command_shows_its_form_only(command: str, shown: str) -> None:
    assert masked_command(bytes.fromhex(command)) == shown


@pytest.mark.parametrize(
    ("response", "shown"), [("9000", "9000"), ("5a5a63c2", "[2]63c2"), ("90", "[1]"), ("", "")]
)
def test_a_response_shows_its_status_only(response: str, shown: str) -> None:
    assert masked_response(bytes.fromhex(response)) == shown


@given(st.binary(min_size=2, max_size=6), st.binary(min_size=4, max_size=4))
def test_a_pin_is_masked_wherever_it_stands(head: bytes, pin: bytes) -> None:
    command = head[:1] + b"\x20" + head[1:] + pin
    shown = masked_command(command)
    assert len(bytes.fromhex(shown.partition("[")[0])) <= 5
    assert "[" in shown


@pytest.mark.parametrize("takes_extended", [True, False])
def test_no_pin_no_challenge_and_no_signature_are_in_a_recording(
    cards: CardMaker, tmp_path: Path, *, takes_extended: bool
) -> None:
    path = tmp_path / "trace.jsonl"
    identity = run(Recorder(path), Powered(cards.card(short_only=not takes_extended)))
    text = path.read_text()
    assert identity.signature is not None
    for secret in (b"1234", CHALLENGE, identity.signature, identity.signature[:4]):
        assert secret.hex() not in text
    assert "1234" not in text
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(text.splitlines()[0]) == {"reader": "Reader", "simulated": True}


def test_the_certificate_of_a_real_card_is_in_no_recording(
    cards: CardMaker, tmp_path: Path
) -> None:
    path = tmp_path / "trace.jsonl"
    der = cards.certificate_for(cards.key, issuer=("Example", "CA"))
    steps: list[Step] = [(SELECT, OK), (READ, der.hex() + "ff" * 9 + OK)]
    run(Recorder(path), ScriptedChannel(steps), SIGHT)
    first, select, read = map(json.loads, path.read_text().splitlines())
    assert first["simulated"] is False
    assert select["command"] == SELECT
    assert (read["command"], read["response"]) == (READ, f"[{len(der) + 9}]9000")


@pytest.mark.parametrize("takes_extended", [True, False])
@pytest.mark.parametrize("request_", [REQUEST, SIGHT, ReadCard(CHALLENGE, Pin("9999"))])
def test_what_was_recorded_plays_again(
    cards: CardMaker, tmp_path: Path, request_: ReadCard, *, takes_extended: bool
) -> None:
    path = tmp_path / "trace.jsonl"

    def outcome(channel: Callable[[], Channel]) -> object:
        try:
            return run(Recorder(path), channel(), request_)
        except CardError as error:
            return type(error), getattr(error, "tries_left", None)

    first = outcome(lambda: Powered(cards.card(short_only=not takes_extended)))
    (lines,) = dialogues(path)
    replay = ReplayChannel(lines, fill=lambda _command, _length: cards.signature_of(CHALLENGE))
    assert outcome(lambda: replay) == first
    replay.assert_played()


def test_what_went_wrong_is_recorded_and_plays_again(cards: CardMaker, tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    card = Powered(cards.card(short_only=True))

    class Breaks:
        def transmit(self, command: bytes) -> bytes:
            if command.hex() == READ:
                raise TransmissionFailed
            if command.hex() == TRIES_OF_FILE:
                raise CardRemoved
            return card.transmit(command)

        def power_cycle(self) -> None:
            card.power_cycle()

    with pytest.raises(CardRemoved):
        run(Recorder(path), Breaks())
    (lines,) = dialogues(path)
    errors = [(each["command"], each["error"]) for each in lines if each["error"]]
    assert errors == [(READ, "TransmissionFailed"), (TRIES_OF_FILE, "CardRemoved")]
    replay = ReplayChannel(lines)
    with pytest.raises(CardRemoved):
        CardDialogue(replay).run(REQUEST)
    replay.assert_played()


def test_no_card_is_asked_where_the_recording_cannot_be_kept(tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match="No such file"):
        run(Recorder(tmp_path / "nowhere" / "trace.jsonl"), ScriptedChannel([]))
    with pytest.raises(NotWritten, match="No space"):
        run(Recorder(Path("/dev/full")), ScriptedChannel([(SELECT, OK), (READ, "6a82")]), SIGHT)


def test_the_log_shows_even_less(cards: CardMaker, capsys: pytest.CaptureFixture[str]) -> None:
    run(TrafficLog(), Powered(cards.card()))
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [each["apdu"] for each in lines] == [
        SELECT,
        READ,
        TRIES,
        "0020009804[4]",
        "802a029720[32]00",
    ]
    assert [each["answer"] for each in lines] == ["9000", "[2048]9000", "63c3", "9000", "[256]9000"]
    assert {each["event"] for each in lines} == {"card_commanded"}
