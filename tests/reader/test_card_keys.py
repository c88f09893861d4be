"""Keys other than today's: the next card's ECDSA P-384, and those nobody has announced."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

from kiosk.ports.card import CardUnreadable, UnknownToken
from kiosk.reader.card import CardDialogue, Form
from tests.support.cards import CardMaker
from tests.support.scripted import (
    CHALLENGE,
    OK,
    READ,
    REQUEST,
    SELECT,
    SELECT_KEY,
    SIGN,
    TRIES,
    VERIFY,
    ScriptedChannel,
    Step,
)

SIGN_BLOCK = f"802a008020{CHALLENGE.hex()}00"


@pytest.fixture(scope="module")
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP384R1())


def sign(key: ec.EllipticCurvePrivateKey, challenge: bytes = CHALLENGE) -> bytes:
    return key.sign(challenge, ec.ECDSA(Prehashed(hashes.SHA256())))


def until_verified(certificate: bytes) -> list[Step]:
    return [(SELECT, OK), (READ, certificate.hex() + OK), (TRIES, "63c3"), (VERIFY, OK)]


def test_the_next_card_signs_with_the_same_five(
    cards: CardMaker, key: ec.EllipticCurvePrivateKey
) -> None:
    signature = sign(key)
    start = until_verified(cards.certificate_for(key))
    channel = ScriptedChannel([*start, (SIGN, signature.hex() + OK)])
    dialogue = CardDialogue(channel)
    assert dialogue.run(REQUEST).signature == signature
    assert dialogue.form is Form.FIVE_COMMANDS
    channel.assert_played()


def test_its_hash_goes_without_a_digest_info(
    cards: CardMaker, key: ec.EllipticCurvePrivateKey
) -> None:
    start = until_verified(cards.certificate_for(key))
    channel = ScriptedChannel(
        [*start, (SIGN, "6985"), (SELECT_KEY, OK), (SIGN_BLOCK, sign(key).hex() + OK)]
    )
    assert CardDialogue(channel).run(REQUEST).signature is not None
    channel.assert_played()


def test_any_length_of_der_is_taken(cards: CardMaker, key: ec.EllipticCurvePrivateKey) -> None:
    """102 to 104 bytes mostly, less when a number begins with zeros."""
    lengths = set()
    start = until_verified(cards.certificate_for(key))
    for _ in range(30):
        signature = sign(key)
        lengths.add(len(signature))
        CardDialogue(ScriptedChannel([*start, (SIGN, signature.hex() + OK)])).run(REQUEST)
    assert len(lengths) > 1


@pytest.mark.parametrize(
    "bend",
    [
        lambda signature: signature[:-1],
        lambda signature: signature + b"\x00",
        lambda signature: b"\x31" + signature[1:],
        lambda _: b"",
        lambda _: b"\x30\x00",
        lambda _: b"\x5a" * 96,
        lambda _: encode_dss_signature(1, 1),
        lambda _: encode_dss_signature(0, 0),
        lambda _: encode_dss_signature(1 << 600, 1 << 600),
    ],
)
def test_a_bent_one_is_not(cards: CardMaker, key: ec.EllipticCurvePrivateKey, bend: object) -> None:
    assert callable(bend)
    start = until_verified(cards.certificate_for(key))
    channel = ScriptedChannel([*start, (SIGN, bend(sign(key)).hex() + OK)])
    with pytest.raises(CardUnreadable, match="signature"):
        CardDialogue(channel).run(REQUEST)
    channel.assert_played()


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: rsa.generate_private_key(65537, 3072), "RSA 3072"),
        (lambda: ec.generate_private_key(ec.SECP256R1()), "EC 256"),
        (ed25519.Ed25519PrivateKey.generate, "other 0"),
    ],
)
def test_a_key_without_a_command_is_refused_before_the_pin(
    cards: CardMaker, make: object, name: str
) -> None:
    assert callable(make)
    der = cards.certificate_for(make()).hex()
    channel = ScriptedChannel([(SELECT, OK), (READ, der + OK)])
    with pytest.raises(UnknownToken, match=name):
        CardDialogue(channel).run(REQUEST)
    channel.assert_played()
