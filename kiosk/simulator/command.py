"""Command APDUs as a card meets them: from bytes, all seven cases of ISO/IEC 7816-3, 12.1."""

from __future__ import annotations

from kiosk.reader.apdu import EXTENDED_LE, SHORT_LE, Command

_HEADER = 4
_SHORT_LENGTH = 1
_EXTENDED_LENGTH = 3


def parse_command(raw: bytes) -> Command:
    """Read a command APDU.

    Raises:
        ValueError: the lengths do not fit together.
    """
    if len(raw) < _HEADER:
        raise ValueError("shorter than a header")
    body = raw[_HEADER:]
    is_extended = len(body) >= _EXTENDED_LENGTH and body[0] == 0
    data, le = _extended(body[1:]) if is_extended else _short(body)
    cla, ins, p1, p2 = raw[:_HEADER]
    return Command(cla, ins, p1, p2, data, le, is_extended)


def _short(body: bytes) -> tuple[bytes, int | None]:
    if not body:
        return b"", None
    if len(body) == _SHORT_LENGTH:
        return b"", body[0] or SHORT_LE
    data, rest = body[1 : 1 + body[0]], body[1 + body[0] :]
    if len(data) != body[0] or len(rest) > 1 or not data:
        raise ValueError("Lc does not fit")
    return data, (rest[0] or SHORT_LE) if rest else None


def _extended(body: bytes) -> tuple[bytes, int | None]:
    """What follows the zero byte that announces extended lengths."""
    first = int.from_bytes(body[:2], "big")
    if len(body) == 2:  # noqa: PLR2004 - a length in the extended form has two bytes
        return b"", first or EXTENDED_LE
    data, rest = body[2 : 2 + first], body[2 + first :]
    if len(data) != first or len(rest) not in (0, 2) or not data:
        raise ValueError("Lc does not fit")
    return data, (int.from_bytes(rest, "big") or EXTENDED_LE) if rest else None
