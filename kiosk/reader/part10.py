"""What a reader says of itself: PC/SC part 10, GET_FEATURE_REQUEST and GET_TLV_PROPERTIES.

Source: PC/SC Specification part 10, 2.2 and 2.6.14; pcsc-lite, reader.h.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.errors import CardError
from kiosk.reader.apdu import SHORT_LE

GET_FEATURE_REQUEST = 0x42000000 + 3400
"""``SCARD_CTL_CODE(3400)`` of pcsc-lite."""
_GET_TLV_PROPERTIES = 0x12
_CODE_LENGTH = 4
_MAX_APDU_DATA_SIZE, _VENDOR, _PRODUCT = 0x0A, 0x0B, 0x0C

Control = Callable[[int, bytes], bytes]


@dataclass(frozen=True, slots=True)
class ReaderProperties:
    """What a reader told; None for what it did not.

    Args:
        max_apdu_data: bytes of data in one APDU; 0 = short APDUs only, 65536 = extended ones.
        usb_id: ``054c:0dc9``.
    """

    max_apdu_data: int | None = None
    usb_id: str | None = None

    @property
    def takes_extended(self) -> bool | None:
        """Whether extended APDUs get through; None when it did not say."""
        return None if self.max_apdu_data is None else self.max_apdu_data > SHORT_LE


def read_properties(control: Control) -> ReaderProperties:
    """Ask a reader; whoever does not know the question has told nothing.

    Args:
        control: SCardControl: code and data to answer; a CardError when it is refused.
    """
    try:
        code = _tlvs(control(GET_FEATURE_REQUEST, b"")).get(_GET_TLV_PROPERTIES, b"")
        if len(code) != _CODE_LENGTH:
            return ReaderProperties()
        answer = control(int.from_bytes(code, "big"), b"")
    except CardError:
        return ReaderProperties()
    return parse_properties(answer)


def parse_properties(answer: bytes) -> ReaderProperties:
    """From the answer to GET_TLV_PROPERTIES; numbers in it are little-endian."""
    told = {tag: int.from_bytes(value, "little") for tag, value in _tlvs(answer).items()}
    usb_id = None
    if _VENDOR in told and _PRODUCT in told:
        usb_id = f"{told[_VENDOR]:04x}:{told[_PRODUCT]:04x}"
    return ReaderProperties(told.get(_MAX_APDU_DATA_SIZE), usb_id)


def _tlvs(data: bytes) -> dict[int, bytes]:
    """Tag of one byte, length of one byte, value; what is cut short is left out."""
    found: dict[int, bytes] = {}
    while len(data) > 1 and len(data) >= 2 + data[1]:
        found[data[0]] = data[2 : 2 + data[1]]
        data = data[2 + data[1] :]
    return found
