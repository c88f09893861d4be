"""PIN and signature, byte by byte: a try is never lost to us."""

from __future__ import annotations

import pytest

from kiosk.domain.identity import Mode
from kiosk.errors import CardError, KioskError
from kiosk.ports.card import (
    CardRemoved,
    CardUnreadable,
    NoPinOnCard,
    PinBlocked,
    WrongPin,
)
from kiosk.reader.card import CardDialogue, Form
from kiosk.reader.channel import TransmissionFailed
from tests.support.cards import CardMaker
from tests.support.scripted import (
    OK,
    READ,
    REQUEST,
    SELECT,
    SELECT_KEY,
    SELECT_PIN,
    SIGN,
    SIGN_OF_FILE,
    TRIES,
    TRIES_OF_FILE,
    VERIFY,
    ScriptedChannel,
    Step,
    rest_of_the_classic_dialogue,
)


@pytest.mark.parametrize("status", ["63c0", "6983", "6984"])
@pytest.mark.parametrize("form", list(Form))
def test_a_blocked_pin_is_never_sent(
    certificate: str, by_file: list[Step], status: str, form: Form
) -> None:
    start: list[Step] = (
        [(READ, certificate + OK), (TRIES, status)]
        if form is Form.FIVE_COMMANDS
        else [*by_file, (SELECT_PIN, OK), (TRIES_OF_FILE, status)]
    )
    channel = ScriptedChannel([(SELECT, OK), *start])
    with pytest.raises(PinBlocked):
        CardDialogue(channel, form=form).run(REQUEST)
    channel.assert_played()


@pytest.mark.parametrize(
    "rest",
    [
        [(SELECT_PIN, "6a82")],
        [(SELECT_PIN, OK), (TRIES_OF_FILE, "6a88")],
        [(SELECT_PIN, OK), (TRIES_OF_FILE, "6a82")],
    ],
)
def test_a_card_without_a_pin_gets_none(certificate: str, rest: list[Step]) -> None:
    channel = ScriptedChannel([(SELECT, OK), (READ, certificate + OK), (TRIES, "6a88"), *rest])
    dialogue = CardDialogue(channel)
    with pytest.raises(NoPinOnCard):
        dialogue.run(REQUEST)
    channel.assert_played()
    assert dialogue.form is Form.FIVE_COMMANDS


@pytest.mark.parametrize("status", ["63c2", "6300", "9000"])
def test_what_allows_the_pin_to_be_sent(certificate: str, status: str, signature: str) -> None:
    channel = ScriptedChannel(
        [
            (SELECT, OK),
            (READ, certificate + OK),
            (TRIES, status),
            (VERIFY, OK),
            (SIGN, signature + OK),
        ]
    )
    assert CardDialogue(channel).run(REQUEST).mode is Mode.PIN
    channel.assert_played()


@pytest.mark.parametrize("status", ["6700", "6d00", "6a88", "6f00", "6a86"])
def test_a_reference_the_card_does_not_know_is_asked_by_file(
    certificate: str, status: str, signature: str
) -> None:
    channel = ScriptedChannel(
        [
            (SELECT, OK),
            (READ, certificate + OK),
            (TRIES, status),
            *rest_of_the_classic_dialogue(signature),
        ]
    )
    CardDialogue(channel).run(REQUEST)
    channel.assert_played()


def test_tries_that_make_no_sense_stop_before_the_pin(certificate: str) -> None:
    channel = ScriptedChannel(
        [
            (SELECT, OK),
            (READ, certificate + OK),
            (TRIES, "6f00"),
            (SELECT_PIN, OK),
            (TRIES_OF_FILE, "6f00"),
        ]
    )
    with pytest.raises(CardUnreadable, match="tries left: 6F00"):
        CardDialogue(channel).run(REQUEST)
    channel.assert_played()


@pytest.mark.parametrize(
    ("answer", "error", "tries_left"),
    [
        ("63c2", WrongPin, 2),
        ("63c1", WrongPin, 1),
        ("6300", WrongPin, None),
        ("63c0", PinBlocked, None),
        ("6983", PinBlocked, None),
        ("6984", PinBlocked, None),
        ("6a88", NoPinOnCard, None),
        ("6700", CardUnreadable, None),
        ("6d00", CardUnreadable, None),
        ("6f00", CardUnreadable, None),
        ("6c04", CardUnreadable, None),
        ("6110", CardUnreadable, None),
        ("", CardUnreadable, None),
        (TransmissionFailed(), CardUnreadable, None),
        (CardRemoved(), CardRemoved, None),
    ],
)
def test_the_pin_is_sent_once_whatever_the_card_answers(
    certificate: str,
    answer: str | KioskError,
    error: type[CardError],
    tries_left: int | None,
) -> None:
    channel = ScriptedChannel(
        [(SELECT, OK), (READ, certificate + OK), (TRIES, "63c3"), (VERIFY, answer)]
    )
    with pytest.raises(error) as caught:
        CardDialogue(channel).run(REQUEST)
    channel.assert_played()
    assert getattr(caught.value, "tries_left", None) == tries_left
    assert "1234" not in str(caught.value)


@pytest.mark.parametrize(
    "answer", ["6700", "6d00", "6f00", "6a86", "6985", "6982", TransmissionFailed()]
)
def test_signing_falls_back_without_the_pin(
    certificate: str, answer: str | KioskError, signature: str
) -> None:
    channel = ScriptedChannel(
        [
            (SELECT, OK),
            (READ, certificate + OK),
            (TRIES, "63c3"),
            (VERIFY, OK),
            (SIGN, answer),
            (SELECT_KEY, OK),
            (SIGN_OF_FILE, signature + OK),
        ]
    )
    dialogue = CardDialogue(channel)
    assert dialogue.run(REQUEST).signature == bytes.fromhex(signature)
    channel.assert_played()
    assert channel.power_cycles == 0
    assert dialogue.form is Form.CLASSIC


def test_a_signature_of_another_key_is_found_at_once(certificate: str, cards: CardMaker) -> None:
    over_another_challenge = cards.signature_of(bytes(32)).hex()
    channel = ScriptedChannel(
        [
            (SELECT, OK),
            (READ, certificate + OK),
            (TRIES, "63c3"),
            (VERIFY, OK),
            (SIGN, over_another_challenge + OK),
        ]
    )
    with pytest.raises(CardUnreadable, match="does not fit"):
        CardDialogue(channel).run(REQUEST)
    channel.assert_played()


@pytest.mark.parametrize(
    "rest",
    [
        [(SIGN, "5a" * 255 + OK)],
        [(SIGN, "5a" * 257 + OK)],
        [(SIGN, OK)],
        [(SIGN, "6985"), (SELECT_KEY, "6a82")],
        [(SIGN, "6985"), (SELECT_KEY, OK), (SIGN_OF_FILE, "6985")],
    ],
)
def test_a_signature_that_is_none(certificate: str, rest: list[Step]) -> None:
    channel = ScriptedChannel(
        [(SELECT, OK), (READ, certificate + OK), (TRIES, "63c3"), (VERIFY, OK), *rest]
    )
    with pytest.raises(CardUnreadable):
        CardDialogue(channel).run(REQUEST)
    channel.assert_played()
