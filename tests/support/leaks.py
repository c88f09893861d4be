"""Looks for a secret in bytes: in every container, every encoding, and encoded once more."""

from __future__ import annotations

import base64
import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Iterator
from urllib.parse import quote

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp932", "euc-jp", "iso2022_jp")
_SHORTEST = 4
"""Fewer bytes stand in any binary by chance."""


def unpacked(content: bytes) -> Iterator[bytes]:
    """What it is, and what is in it, and in that."""
    yield content
    if content.startswith(b"\x1f\x8b"):
        yield from unpacked(gzip.decompress(content))
    elif content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from unpacked(archive.read(name))
    elif content[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            for each in archive.getmembers():
                yield each.name.encode()
                if (inner := archive.extractfile(each)) is not None:
                    yield from unpacked(inner.read())


def spellings(secret: str) -> set[bytes]:
    """The secret as it may stand in a file; what an encoding cannot say is left out."""
    plain = {
        raw for encoding in ENCODINGS if len(raw := secret.encode(encoding, "ignore")) >= _SHORTEST
    }
    found = set(plain)
    for raw in plain:
        found |= {raw.hex().encode(), raw.hex().upper().encode()}
        # In base64 a text has three forms, by where it begins; its first and last signs depend on
        # what stands beside it.
        for before in range(3):
            coded = base64.b64encode(bytes(before) + raw)
            inner = coded[-(-8 * before // 6) : len(coded) - (4 if coded.endswith(b"=") else 0)]
            if len(inner) >= 2 * _SHORTEST:
                found |= {inner, inner.translate(bytes.maketrans(b"+/", b"-_"))}
    return found | {json.dumps(secret).strip('"').encode(), quote(secret).encode()}


def assert_absent(secret: str, content: bytes) -> None:
    """AssertionError where the secret stands anywhere, also across lines."""
    whole = content.replace(b"\n", b"").replace(b"\r", b"")
    for each in spellings(secret):
        assert each not in content, each
        assert each not in whole, each
