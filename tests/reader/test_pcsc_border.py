"""What pcscd says in numbers, said in our errors; and the extra that may be missing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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

_HANGS_UP = """
import os, socket, threading
listener = socket.socket(socket.AF_UNIX)
listener.bind(os.environ["PCSCLITE_CSOCK_NAME"])
listener.listen()
def hang_up():
    while True:
        line, _ = listener.accept()
        line.recv(4096)
        line.close()
threading.Thread(target=hang_up, daemon=True).start()
"""
_SAYS_ERROR = "except Exception as error: print(error.code)"


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


def test_a_service_that_hangs_up_refuses(tmp_path: Path) -> None:
    """So does pcscd 2 to whom polkit refuses; by the client library's own word."""
    pytest.importorskip("smartcard", reason="pyscard is missing: install the extra `reader`")
    program = f"{_HANGS_UP}import kiosk.reader.survey as s\ntry: s.survey()\n{_SAYS_ERROR}"
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PCSCLITE_CSOCK_NAME": str(tmp_path / "pcscd.comm")},
    )
    assert done.stdout == "K124\n"


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
