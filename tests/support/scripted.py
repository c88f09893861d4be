"""The exact commands of the dialogue, and a channel that plays a script of them."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain.identity import Pin
from kiosk.errors import KioskError
from kiosk.ports.card import ReadCard

Step = tuple[str, str | KioskError]

CHALLENGE = bytes(range(32))
REQUEST = ReadCard(CHALLENGE, Pin("1234"))
SIGHT = ReadCard(CHALLENGE, None)

SELECT = "00a4040c0ad392f000260100000001"
READ = "00b08a00000000"
TRIES = "00200098"
VERIFY = "002000980431323334"
SIGN = f"802a029720{CHALLENGE.hex()}00"
SELECT_OTHERS = (
    "00a4040c10a0000002310100000000000000000000",
    "00a4040c0e325041592e5359532e4444463031",
)
SELECT_CERTIFICATE = "00a4020c02000a"
SELECT_PIN = "00a4020c020018"
TRIES_OF_FILE = "00200080"
VERIFY_OF_FILE = "002000800431323334"
SELECT_KEY = "00a4020c020017"
SIGN_OF_FILE = f"802a0080333031300d060960864801650304020105000420{CHALLENGE.hex()}00"
SELECT_KIND = "00a4020c020006"
READ_KIND = "00b0000020"
CARD = "JPKIAPICCTOKEN2".ljust(32).encode().hex()
PHONE = "JPKIAPGPSETOKEN".ljust(32).encode().hex()
OK = "9000"


class ScriptedChannel:
    """``Channel`` for which each step is (command in hex, response in hex or the error raised)."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = list(steps)
        self._sent = 0
        self.power_cycles = 0

    def transmit(self, command: bytes) -> bytes:
        assert self._sent < len(self._steps), f"unexpected command {command.hex(' ')}"
        expected, response = self._steps[self._sent]
        self._sent += 1
        assert command == bytes.fromhex(expected)
        if isinstance(response, KioskError):
            raise response
        return bytes.fromhex(response)

    def power_cycle(self) -> None:
        self.power_cycles += 1

    def assert_played(self) -> None:
        """Every step was taken."""
        assert self._sent == len(self._steps)


def short_reads(content: bytes, start: int = 0) -> list[Step]:
    """READ BINARY in steps of 256 bytes; the last asks only for what is missing."""
    steps: list[Step] = []
    for offset in range(start, len(content), 256):
        part = content[offset : offset + 256]
        le = 0 if offset == 0 else len(part) % 256
        steps.append((f"00b0{offset:04x}{le:02x}", part.hex() + OK))
    return steps


def rest_of_the_classic_dialogue(signature: str) -> list[Step]:
    """PIN and signature (hex) by file ids."""
    return [
        (SELECT_PIN, OK),
        (TRIES_OF_FILE, "63c3"),
        (VERIFY_OF_FILE, OK),
        (SELECT_KEY, OK),
        (SIGN_OF_FILE, signature + OK),
    ]
