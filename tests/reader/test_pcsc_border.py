"""What pcscd says in numbers, said in our errors; and the extra that may be missing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kiosk.errors import CardError
from kiosk.ports.card import (
    CardBusy,
    CardRemoved,
    CardUnreadable,
    NoReader,
    ReaderRefused,
    ReaderServiceDown,
    ReaderSupportMissing,
)
from kiosk.reader.pcsc import PcscReader
from kiosk.reader.scard import error_of
from tests.support.scripted import REQUEST


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (0x8010000B, CardBusy),
        (0x8010000C, CardRemoved),
        (0x80100069, CardRemoved),
        (0x80100066, CardUnreadable),
        (0x80100013, ReaderServiceDown),
        (0x8010001D, ReaderServiceDown),
        (0x8010001E, ReaderServiceDown),
        (0x80100006, ReaderServiceDown),
        (0x8010002E, NoReader),
        (0x80100017, NoReader),
        (0x8010006A, ReaderRefused),
        (0x8010006A - (1 << 32), ReaderRefused),
    ],
)
def test_codes_of_pcscd(code: int, error: type[CardError]) -> None:
    assert type(error_of(code, "connect")) is error
    assert str(error_of(code, "connect")) == f"{error.code} connect: 0x{code & 0xFFFFFFFF:08X}"


def test_pyscard_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "smartcard", None)
    monkeypatch.setitem(sys.modules, "smartcard.scard", None)
    with pytest.raises(ReaderSupportMissing):
        PcscReader().wait_for_card(0)
    with pytest.raises(ReaderSupportMissing):
        PcscReader().read(REQUEST)


def test_pyscard_is_not_loaded_before_it_is_needed() -> None:
    program = "import sys, kiosk.reader.pcsc; print('smartcard' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout == "False\n"
