"""Command and response APDUs of ISO/IEC 7816-4, as bytes and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

SHORT_LE = 256
EXTENDED_LE = 65536
STATUS_LENGTH = 2
_SHORT_DATA = 255
_EXTENDED_DATA = 65535

_WRONG_PIN = 0x63C0
_MORE_DATA = 0x61
_WRONG_LE = 0x6C


class SW(IntEnum):
    """Status words the dialogue tells apart (ISO/IEC 7816-4, 5.6; facts CARD)."""

    OK = 0x9000
    END_OF_FILE = 0x6282
    NO_LIMIT_KNOWN = 0x6300
    NO_TRY_LEFT = 0x63C0
    WRONG_LENGTH = 0x6700
    INCOMPATIBLE_FILE = 0x6981
    SECURITY_NOT_SATISFIED = 0x6982
    BLOCKED = 0x6983
    DATA_INVALIDATED = 0x6984
    CONDITIONS_NOT_SATISFIED = 0x6985
    NO_CURRENT_FILE = 0x6986
    FUNCTION_NOT_SUPPORTED = 0x6A81
    FILE_NOT_FOUND = 0x6A82
    WRONG_P1_P2 = 0x6A86
    REFERENCE_NOT_FOUND = 0x6A88
    PAST_THE_END = 0x6B00
    UNKNOWN_INSTRUCTION = 0x6D00
    UNKNOWN_CLASS = 0x6E00
    NO_DIAGNOSIS = 0x6F00


def describe(status: int) -> str:
    """A status word for technicians: ``6A82 FILE_NOT_FOUND``; never holds card data."""
    try:
        return f"{status:04X} {SW(status).name}"
    except ValueError:
        return f"{status:04X}"


@dataclass(frozen=True, slots=True)
class Command:
    """One command APDU.

    Args:
        cla: class byte.
        ins: instruction byte.
        p1: first parameter.
        p2: second parameter.
        data: up to 255 bytes, 65535 when extended; hidden from ``repr``, for it may be a PIN.
        le: most bytes expected back, 1 to 256 (65536 when extended); None = none.
        is_extended: encode lengths in the extended form.

    Raises:
        ValueError: a length does not fit the form.
    """

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = field(default=b"", repr=False)
    le: int | None = None
    is_extended: bool = False

    def __post_init__(self) -> None:
        most_data, most_le = (
            (_EXTENDED_DATA, EXTENDED_LE) if self.is_extended else (_SHORT_DATA, SHORT_LE)
        )
        if len(self.data) > most_data:
            raise ValueError("the data does not fit this form of APDU")
        if self.le is not None and not 1 <= self.le <= most_le:
            raise ValueError("Le does not fit this form of APDU")

    def encode(self) -> bytes:
        """The bytes on the wire: cases 1 to 4, short or extended (ISO/IEC 7816-3, 12.1.3)."""
        header = bytes((self.cla, self.ins, self.p1, self.p2))
        if self.is_extended:
            return header + self._extended_body()
        body = bytes((len(self.data),)) + self.data if self.data else b""
        if self.le is not None:
            body += bytes((self.le % SHORT_LE,))
        return header + body

    def _extended_body(self) -> bytes:
        if not self.data and self.le is None:
            return b""
        body = b"\x00"
        if self.data:
            body += len(self.data).to_bytes(2, "big") + self.data
        if self.le is not None:
            body += (self.le % EXTENDED_LE).to_bytes(2, "big")
        return body


@dataclass(frozen=True, slots=True)
class Response:
    """One response APDU.

    Args:
        data: body, may be empty.
        status: status word SW1 SW2, two bytes as a number.
    """

    data: bytes = field(repr=False)
    status: int

    @classmethod
    def decode(cls, raw: bytes) -> Response:
        """From the bytes of the wire.

        Raises:
            ValueError: shorter than a status word.
        """
        if len(raw) < STATUS_LENGTH:
            raise ValueError("a response has at least a status word")
        return cls(raw[:-STATUS_LENGTH], int.from_bytes(raw[-STATUS_LENGTH:], "big"))

    @property
    def is_ok(self) -> bool:
        """True for 9000."""
        return self.status == SW.OK

    @property
    def is_read(self) -> bool:
        """True when what was read counts: 9000, or 6282, fewer bytes than asked for."""
        return self.status in (SW.OK, SW.END_OF_FILE)

    @property
    def more(self) -> int | None:
        """Bytes waiting for GET RESPONSE (61xx, 00 = 256), None when none wait."""
        return self._second_byte_of(_MORE_DATA)

    @property
    def right_le(self) -> int | None:
        """The Le the card wants instead (6Cxx, 00 = 256), None when it did not complain."""
        return self._second_byte_of(_WRONG_LE)

    @property
    def tries_left(self) -> int | None:
        """X of 63Cx, None for any other status."""
        return self.status & 0xF if self.status & 0xFFF0 == _WRONG_PIN else None

    def _second_byte_of(self, first: int) -> int | None:
        return (self.status & 0xFF or SHORT_LE) if self.status >> 8 == first else None
