"""A result as text for QR codes: plain ASCII, since most barcode readers type and know no kanji.

One code is ``MDG1 n/m crc data``: part n of m, CRC-32 (8 hex digits) of the whole data, and a slice
of ``key=value&…`` percent-encoded as UTF-8 (RFC 3986). All parts put together are the whole; the
CRC keeps parts of two results apart. Keys: ``KEYS``.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from datetime import date
from urllib.parse import parse_qsl, urlencode

from kiosk.domain.text import full_width, half_width_kana
from kiosk.formats.answer_json import SIMULATED_MARK, validity_word
from kiosk.formats.result import Result

PREFIX = "MDG1"
PART_CHARACTERS = 300
"""A QR code of version 14 with error correction M: read from a screen by cheap readers."""
MOST_PARTS = 16
KEYS: tuple[tuple[str, str], ...] = (
    ("cls", "card_classification"),
    ("ins", "insurer_number"),
    ("sym", "symbol"),
    ("num", "number"),
    ("brn", "branch_number"),
    ("pfc", "personal_family"),
    ("kana", "name_kana"),
    ("name", "name"),
    ("sex", "sex"),
    ("born", "birth_date"),
    ("from", "valid_from"),
    ("to", "valid_to"),
)
_PART = re.compile(rf"{PREFIX} (\d{{1,2}})/(\d{{1,2}}) ([0-9a-f]{{8}}) (.*)", re.ASCII)
_WIDTH = {"sym": full_width, "num": full_width, "kana": half_width_kana}


class NotTheseParts(ValueError):
    """The codes read are not all parts of one result."""


def qr_parts(result: Result, part_characters: int = PART_CHARACTERS) -> list[str]:
    """The texts of the codes, in order; at least one."""
    data = urlencode(_pairs(result))
    size = max(part_characters, -(-len(data) // MOST_PARTS))
    crc = f"{zlib.crc32(data.encode()):08x}"
    slices = [data[at : at + size] for at in range(0, len(data), size)]
    return [
        f"{PREFIX} {number}/{len(slices)} {crc} {each}"
        for number, each in enumerate(slices, start=1)
    ]


def _pairs(result: Result) -> list[tuple[str, str]]:
    """Of the one eligibility that counts; where the service could not choose, of none."""
    pairs = [("mark", SIMULATED_MARK)] if result.is_simulated else []
    pairs += [
        ("id", result.check_id),
        ("on", result.treated_on.isoformat()),
        ("val", validity_word(result.answer)),
    ]
    if result.copayment_percent is not None:
        pairs.append(("share", str(result.copayment_percent)))
    counts = result.counts
    for key, name in KEYS:
        value = getattr(counts, name) if counts else None
        if value is not None:
            text = value.isoformat() if isinstance(value, date) else str(value)
            pairs.append((key, _WIDTH.get(key, str)(text)))
    return pairs


def values_of(parts: Iterable[str]) -> dict[str, str]:
    """The values of codes read in any order.

    Raises:
        NotTheseParts: one is missing, foreign or damaged.
    """
    found = [_PART.fullmatch(each) for each in parts]
    slices = {int(each[1]): each[4] for each in found if each}
    labels = {(int(each[2]), each[3]) for each in found if each}
    if None in found or len(labels) != 1:
        raise NotTheseParts
    ((count, crc),) = labels
    if set(slices) != set(range(1, count + 1)):
        raise NotTheseParts
    data = "".join(slices[number] for number in range(1, count + 1))
    if f"{zlib.crc32(data.encode()):08x}" != crc:
        raise NotTheseParts
    return dict(parse_qsl(data, keep_blank_values=True))
