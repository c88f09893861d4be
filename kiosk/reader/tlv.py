"""The length of a DER value that has filler behind it."""

from __future__ import annotations

SEQUENCE = 0x30
_LONG_FORM = 0x80
_LENGTH_BYTES = 4


def sequence_length(head: bytes) -> int:
    """Length in bytes of the DER SEQUENCE that starts here, its tag and length included.

    Args:
        head: at least the tag and the length; more does not matter.

    Raises:
        ValueError: not a SEQUENCE, or its length is not that of DER (X.690, 10.1).
    """
    if len(head) <= 1 or head[0] != SEQUENCE:
        raise ValueError("not a DER sequence")
    first = head[1]
    if first < _LONG_FORM:
        return 2 + first
    count = first - _LONG_FORM
    if not 1 <= count <= _LENGTH_BYTES or len(head) < 2 + count:
        raise ValueError("not a DER length")
    length = int.from_bytes(head[2 : 2 + count], "big")
    if length < _LONG_FORM or length >> (8 * (count - 1)) == 0:
        raise ValueError("not the shortest DER length")
    return 2 + count + length
