"""The simulated card answers as the tables of facts CARD say."""

from __future__ import annotations

import pytest

from kiosk.simulator.card import SimulatedCard
from kiosk.simulator.tries import MemoryTries
from tests.support.cards import CardMaker
from tests.support.scripted import (
    CHALLENGE,
    READ,
    SELECT,
    SELECT_KEY,
    SELECT_PIN,
    SIGN,
    SIGN_OF_FILE,
    TRIES,
    TRIES_OF_FILE,
    VERIFY,
    VERIFY_OF_FILE,
)

WRONG = "002000980439393939"
OTHER_APPLICATION = "00a4040c0ad3921000310001010408"


def say(card: SimulatedCard, *commands: str) -> list[str]:
    """Response to each command, in hex."""
    return [card.transmit(bytes.fromhex(command)).hex() for command in commands]


@pytest.fixture
def card(cards: CardMaker) -> SimulatedCard:
    """A powered card with the JPKI application selected."""
    made = cards.card()
    made.power_on()
    assert say(made, SELECT) == ["9000"]
    return made


def test_other_applications_are_not_there(card: SimulatedCard) -> None:
    assert say(card, OTHER_APPLICATION, "00a4000c023f00") == ["6a82", "6a86"]


def test_nothing_is_there_before_the_application_is_selected(cards: CardMaker) -> None:
    card = cards.card()
    card.power_on()
    assert say(card, "00a4020c02000a", "00b0000000", READ, TRIES, VERIFY, SIGN) == [
        "6a82",
        "6986",
        "6a82",
        "6a88",
        "6a88",
        "6a86",
    ]


def test_the_whole_file_with_filler(card: SimulatedCard, cards: CardMaker) -> None:
    (answer,) = say(card, READ)
    assert answer.startswith(cards.certificate.hex() + "ff")
    assert len(answer) == 2 * (2048 + 2)


def test_short_reads(card: SimulatedCard, cards: CardMaker) -> None:
    by_short_id, again, by_offset, past = say(
        card, "00b08a0000", "00b0000004", "00b0010010", "00b0080000"
    )
    content = cards.certificate.hex()
    assert by_short_id == content[:512] + "9000"
    assert again == content[:8] + "9000"
    assert by_offset == content[512:544] + "9000"
    assert past == "6b00"


def test_the_other_files(card: SimulatedCard, cards: CardMaker) -> None:
    kind, present, issuer = say(card, "00b0860020", "00b0880000", "00b08b00000000")
    assert bytes.fromhex(kind)[:-2].decode().rstrip() == "JPKIAPICCTOKEN2"
    assert present == "8f8f9000"
    assert issuer.startswith(cards.ca_certificate.hex())


@pytest.mark.parametrize(
    ("file_id", "status"), [("0001", "6982"), ("0017", "6981"), ("0018", "6981"), ("001b", "6981")]
)
def test_what_may_not_be_read(card: SimulatedCard, file_id: str, status: str) -> None:
    assert say(card, f"00a4020c02{file_id}", "00b0000000") == ["9000", status]


def test_a_missing_file(card: SimulatedCard) -> None:
    assert say(card, "00a4020c020042", "00b0850000") == ["6a82", "6a82"]


def test_both_pins_tell_their_tries(card: SimulatedCard) -> None:
    assert say(card, TRIES, SELECT_PIN, TRIES_OF_FILE) == ["63c3", "9000", "63c3"]
    assert say(card, "00a4020c02001b", TRIES_OF_FILE, "0020009b") == ["9000", "63c5", "63c5"]


def test_wrong_pins_count_down_and_the_right_one_resets(card: SimulatedCard) -> None:
    assert say(card, WRONG, TRIES, VERIFY, TRIES) == ["63c2", "63c2", "9000", "63c3"]


def test_the_third_wrong_pin_blocks_for_good(card: SimulatedCard) -> None:
    assert say(card, WRONG, WRONG, WRONG) == ["63c2", "63c1", "63c0"]
    card.reset()
    assert say(card, SELECT, TRIES, VERIFY, TRIES) == ["9000", "63c0", "6984", "63c0"]


def test_a_pin_of_another_length_costs_nothing(card: SimulatedCard) -> None:
    assert say(card, "0020009803313233", TRIES) == ["6700", "63c3"]


def test_the_password_of_the_signing_certificate_opens_nothing(card: SimulatedCard) -> None:
    select_key, password = "00a4020c02001a", "0020009b06414243313233"
    assert say(card, password, select_key, SIGN_OF_FILE) == ["63c4", "9000", "6982"]


def test_a_try_is_counted_before_the_pin_is_compared(cards: CardMaker) -> None:
    class Torn(Exception):
        """The power was cut while the counter was written."""

    class TornTries(MemoryTries):
        def write(self, left: int) -> None:
            super().write(left)
            raise Torn

    tries = TornTries()
    card = cards.card(tries=tries)
    card.power_on()
    say(card, SELECT)
    with pytest.raises(Torn):
        say(card, VERIFY)
    assert tries.read() == 2


@pytest.mark.parametrize("signing", [(SIGN,), (SELECT_KEY, SIGN_OF_FILE)])
@pytest.mark.parametrize("verifying", [(VERIFY,), (SELECT_PIN, VERIFY_OF_FILE)])
def test_both_ways_of_signing_give_a_true_signature(
    card: SimulatedCard, cards: CardMaker, signing: tuple[str, ...], verifying: tuple[str, ...]
) -> None:
    assert say(card, *signing)[-1] == "6982"
    assert say(card, *verifying)[-1] == "9000"
    answer = bytes.fromhex(say(card, *signing)[-1])
    assert answer[-2:] == b"\x90\x00"
    cards.check_signature(answer[:-2], CHALLENGE)


@pytest.mark.parametrize("data", ["1f" + "00" * 31, "21" + "00" * 33])
def test_a_hash_of_another_length(card: SimulatedCard, data: str) -> None:
    assert say(card, VERIFY, f"802a0297{data}00") == ["9000", "6700"]


@pytest.mark.parametrize("forget", ["power_off", "reset", "select"])
def test_what_makes_the_card_forget_the_pin(card: SimulatedCard, forget: str) -> None:
    assert say(card, VERIFY, SIGN)[1].endswith("9000")
    if forget == "power_off":
        card.power_off()
        card.power_on()
    elif forget == "reset":
        card.reset()
    assert say(card, SELECT, SIGN) == ["9000", "6982"]


def test_a_wrong_pin_takes_back_the_right_one(card: SimulatedCard) -> None:
    assert say(card, VERIFY, WRONG, SIGN) == ["9000", "63c2", "6982"]


def test_a_card_without_a_pin(cards: CardMaker) -> None:
    card = cards.card(pin=None)
    card.power_on()
    assert say(card, SELECT, TRIES, SELECT_PIN, VERIFY) == ["9000", "6a88", "6a82", "6a88"]


def test_a_card_that_takes_short_commands_only(cards: CardMaker) -> None:
    card = cards.card(short_only=True)
    card.power_on()
    assert say(card, SELECT, READ) == ["9000", "6700"]


@pytest.mark.parametrize(
    ("command", "status"),
    [("", "6700"), ("00a404", "6700"), ("00a4040c0ad392", "6700"), ("00ca000000", "6d00"),
     ("ff00000000", "6e00"), ("00a4040c00", "6a82"), ("802a030020" + "00" * 32, "6a86")],
)  # fmt: skip
def test_what_it_does_not_know(card: SimulatedCard, command: str, status: str) -> None:
    assert say(card, command) == [status]
