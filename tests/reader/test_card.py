"""Selecting and reading, byte by byte: what is sent in every situation, and what it means."""

from __future__ import annotations

import pytest

from kiosk.domain.identity import Mode, Pin
from kiosk.errors import CardError
from kiosk.ports.card import (
    CardRemoved,
    CardUnreadable,
    CertificateUnreadable,
    DriversLicence,
    NotMyNumberCard,
    PaymentCard,
    PhonePresented,
    ReadCard,
    StorageCard,
    UnknownToken,
)
from kiosk.reader.card import CardDialogue, Form
from kiosk.reader.channel import TransmissionFailed
from tests.support.cards import NOT_AFTER, CardMaker
from tests.support.scripted import (
    CARD,
    OK,
    PHONE,
    READ,
    READ_KIND,
    REQUEST,
    SELECT,
    SELECT_CERTIFICATE,
    SELECT_KIND,
    SELECT_OTHERS,
    SIGHT,
    SIGN,
    TRIES,
    VERIFY,
    ScriptedChannel,
    Step,
    rest_of_the_classic_dialogue,
    short_reads,
)


def test_five_commands_do_a_check(certificate: str, signature: str) -> None:
    filler = "ff" * 300
    channel = ScriptedChannel(
        [
            (SELECT, OK),
            (READ, certificate + filler + OK),
            (TRIES, "63c3"),
            (VERIFY, OK),
            (SIGN, signature + OK),
        ]
    )
    dialogue = CardDialogue(channel)
    identity = dialogue.run(REQUEST)
    channel.assert_played()
    assert identity.mode is Mode.PIN
    assert identity.certificate.hex() == certificate
    assert identity.signature == bytes.fromhex(signature)
    assert identity.not_after == NOT_AFTER
    assert identity.is_simulated
    assert dialogue.form is Form.FIVE_COMMANDS


def test_by_sight_the_certificate_alone_is_read(certificate: str) -> None:
    channel = ScriptedChannel([(SELECT, OK), (READ, certificate + OK)])
    identity = CardDialogue(channel).run(SIGHT)
    channel.assert_played()
    assert (identity.mode, identity.signature) == (Mode.VISUAL, None)


def test_a_challenge_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        CardDialogue(ScriptedChannel([])).run(ReadCard(b"short", Pin("1234")))


def test_the_first_command_after_power_up_may_fail_once(certificate: str) -> None:
    channel = ScriptedChannel([(SELECT, "6f00"), (SELECT, OK), (READ, certificate + OK)])
    CardDialogue(channel).run(SIGHT)
    channel.assert_played()


@pytest.mark.parametrize("status", ["6700", "6d00", "6f00", "6a82", "6a86", "6b00", "6982"])
def test_what_reader_or_card_does_not_take_is_read_by_file(
    by_file: list[Step], status: str, signature: str
) -> None:
    channel = ScriptedChannel(
        [(SELECT, OK), (READ, status), *by_file, *rest_of_the_classic_dialogue(signature)]
    )
    dialogue = CardDialogue(channel)
    dialogue.run(REQUEST)
    channel.assert_played()
    assert dialogue.form is Form.CLASSIC
    assert channel.power_cycles == 0


def test_a_reader_that_breaks_on_an_extended_command_is_opened_anew(
    by_file: list[Step], signature: str
) -> None:
    channel = ScriptedChannel(
        [
            (SELECT, OK),
            (READ, TransmissionFailed()),
            (SELECT, OK),
            *by_file,
            *rest_of_the_classic_dialogue(signature),
        ]
    )
    CardDialogue(channel).run(REQUEST)
    channel.assert_played()
    assert channel.power_cycles == 1


def test_the_classic_form_is_used_at_once_where_it_was_needed_before(
    by_file: list[Step], signature: str
) -> None:
    channel = ScriptedChannel([(SELECT, OK), *by_file, *rest_of_the_classic_dialogue(signature)])
    CardDialogue(channel, form=Form.CLASSIC).run(REQUEST)
    channel.assert_played()


def test_an_extended_read_cut_short_is_completed(certificate: str) -> None:
    content = bytes.fromhex(certificate)
    channel = ScriptedChannel(
        [
            (SELECT, OK),
            (READ, content[:256].hex() + "6282"),
            *short_reads(content, start=256),
        ]
    )
    dialogue = CardDialogue(channel)
    assert dialogue.run(SIGHT).certificate == content
    channel.assert_played()
    assert dialogue.form is Form.FIVE_COMMANDS


def test_bytes_that_wait_are_fetched(certificate: str) -> None:
    content = bytes.fromhex(certificate)
    steps: list[Step] = [(SELECT, OK)]
    command = READ
    for offset in range(0, len(content), 256):
        waiting = min(256, len(content) - offset - 256) % 256
        is_last = offset + 256 >= len(content)
        status = OK if is_last else f"61{waiting:02x}"
        steps.append((command, content[offset : offset + 256].hex() + status))
        command = f"00c00000{waiting:02x}"
    channel = ScriptedChannel(steps)
    assert CardDialogue(channel).run(SIGHT).certificate == content
    channel.assert_played()


def test_the_length_a_card_insists_on_is_used_once(certificate: str) -> None:
    content = bytes.fromhex(certificate)
    channel = ScriptedChannel(
        [
            (SELECT, OK),
            (READ, "6c80"),
            ("00b08a0080", content[:128].hex() + OK),
            *[
                (
                    f"00b0{offset:04x}{min(256, len(content) - offset) % 256:02x}",
                    content[offset : offset + 256].hex() + OK,
                )
                for offset in range(128, len(content), 256)
            ],
        ]
    )
    assert CardDialogue(channel).run(SIGHT).certificate == content
    channel.assert_played()


@pytest.mark.parametrize("status", ["6a82", "6d00", "6e00", "6a86", "6700"])
@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        (["9000"], DriversLicence),
        (["6a82", "9000"], PaymentCard),
        (["6a82", "6d00"], NotMyNumberCard),
        (["6a82", TransmissionFailed()], NotMyNumberCard),
    ],
)
def test_another_card_is_named_where_it_can_be(
    status: str, answers: list[str | CardError], kind: type[CardError]
) -> None:
    asked = zip(SELECT_OTHERS, answers, strict=False)
    channel = ScriptedChannel([(SELECT, status), *asked])
    with pytest.raises(NotMyNumberCard) as caught:
        CardDialogue(channel).run(REQUEST)
    assert type(caught.value) is kind
    channel.assert_played()


@pytest.mark.parametrize("status", ["6a81", "6300"])
def test_a_card_without_applications(status: str) -> None:
    channel = ScriptedChannel([(SELECT, status)])
    with pytest.raises(StorageCard):
        CardDialogue(channel).run(REQUEST)
    channel.assert_played()


@pytest.mark.parametrize(
    "script",
    [
        [(SELECT, "6f00"), (SELECT, "6f00")],
        [(SELECT, "6581")],
        [(SELECT, "90")],
        [(SELECT, "")],
        [(SELECT, TransmissionFailed())],
    ],
)
def test_a_broken_chip(script: list[Step]) -> None:
    channel = ScriptedChannel(script)
    with pytest.raises(CardUnreadable):
        CardDialogue(channel).run(REQUEST)
    channel.assert_played()


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ([(SELECT_KIND, OK), (READ_KIND, PHONE + OK)], PhonePresented),
        ([(SELECT_KIND, OK), (READ_KIND, "4f".ljust(64, "2") + OK)], UnknownToken),
        ([(SELECT_KIND, OK), (READ_KIND, CARD + OK)], CertificateUnreadable),
        ([(SELECT_KIND, OK), (READ_KIND, "6982")], CertificateUnreadable),
        ([(SELECT_KIND, "6a82")], CertificateUnreadable),
    ],
)
def test_a_certificate_behind_the_pin_is_that_of_a_phone(
    token: list[Step], error: type[CardError]
) -> None:
    channel = ScriptedChannel(
        [
            (SELECT, OK),
            (READ, "6982"),
            (SELECT_CERTIFICATE, OK),
            ("00b0000000", "6982"),
            *token,
        ]
    )
    with pytest.raises(error):
        CardDialogue(channel).run(REQUEST)
    channel.assert_played()


@pytest.mark.parametrize(
    "content",
    ["", "ff" * 256, "00" * 256, "30", "3080", "3003020101", "30847fffffff" + "00" * 250],
)
def test_a_file_without_a_certificate(content: str) -> None:
    channel = ScriptedChannel(
        [
            (SELECT, OK),
            (READ, content + OK),
            (SELECT_CERTIFICATE, OK),
            ("00b0000000", content + OK),
        ]
    )
    with pytest.raises(CertificateUnreadable):
        CardDialogue(channel).run(REQUEST)


def test_a_file_that_ends_before_its_certificate(certificate: str) -> None:
    head = certificate[:512]
    channel = ScriptedChannel(
        [
            (SELECT, OK),
            (READ, head + OK),
            ("00b0010000", "6b00"),
            (SELECT_CERTIFICATE, OK),
            ("00b0000000", head + OK),
            ("00b0010000", OK),
        ]
    )
    with pytest.raises(CertificateUnreadable):
        CardDialogue(channel).run(REQUEST)
    channel.assert_played()


@pytest.mark.parametrize("form", list(Form))
def test_pulled_at_any_command(
    certificate: str, by_file: list[Step], form: Form, signature: str
) -> None:
    whole: list[Step] = (
        [
            (SELECT, OK),
            (READ, certificate + OK),
            (TRIES, "63c3"),
            (VERIFY, OK),
            (SIGN, signature + OK),
        ]
        if form is Form.FIVE_COMMANDS
        else [(SELECT, OK), *by_file, *rest_of_the_classic_dialogue(signature)]
    )
    for pulled_at, (command, _) in enumerate(whole):
        channel = ScriptedChannel([*whole[:pulled_at], (command, CardRemoved())])
        with pytest.raises(CardRemoved):
            CardDialogue(channel, form=form).run(REQUEST)
        channel.assert_played()


@pytest.mark.parametrize(
    ("subject", "issuer", "is_simulated"),
    [
        (("Example", "1"), ("SIMULATED JPKI", "CA"), True),
        (("Example", "1"), ("Example", "模擬認証局"), True),
        (("Example", "SIMULATED 1"), ("Example", "CA"), True),
        (("Example", "1"), ("Example", "CA"), False),
    ],
)
def test_a_simulated_certificate_says_so_itself(
    cards: CardMaker,
    subject: tuple[str, str],
    issuer: tuple[str, str],
    is_simulated: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    der = cards.certificate_for(cards.key, subject=subject, issuer=issuer).hex()
    channel = ScriptedChannel([(SELECT, OK), (READ, der + OK)])
    assert CardDialogue(channel).run(SIGHT).is_simulated is is_simulated
