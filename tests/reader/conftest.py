"""What is on the scripted card."""

from __future__ import annotations

import pytest

from tests.support.cards import CardMaker
from tests.support.scripted import CHALLENGE, OK, SELECT_CERTIFICATE, Step, short_reads


@pytest.fixture
def certificate(cards: CardMaker) -> str:
    """The certificate on the scripted card, in hex."""
    return cards.certificate.hex()


@pytest.fixture
def signature(cards: CardMaker) -> str:
    """What the scripted card signs, in hex."""
    return cards.signature_of(CHALLENGE).hex()


@pytest.fixture
def by_file(certificate: str) -> list[Step]:
    """Reading the certificate the classic way."""
    return [(SELECT_CERTIFICATE, OK), *short_reads(bytes.fromhex(certificate))]
