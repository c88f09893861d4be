"""Bodies and whole responses bent at random, the same ones for the same seed.

Hypothesis shrinks what it finds, at a hundred times the price of a body; this is for the many. What
a run finds is kept in ``tests/service/corpus`` and tried first from then on.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

_NASTY: list[Any] = [
    None, True, False, 0, -1, 2**63, 10**400, 1e308, -0.0, [], {}, [[]], [None], [{}], {"": ""},
    "", " ", "\u3000", "0", "9" * 300, "１２", "\u0000", "\ud800", "\U0001f600", "\u202e",
    "\u009b31m", "●" * 2000, "null", "=1+1", "a\r\nb", "2", "9", "0001-01-01", "9999-12-31",
    "2026-W47-6", "20261131", "00000000", "99991231", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "2026-11-21T03:00:00", "2026-11-21T03:00:00+23:59:59.999999",
    "urn:madoguchi:problem:",
    "urn:madoguchi:problem:maintenance",
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
]  # fmt: skip
_PIECES = [
    b"\xff", b"\xef\xbb\xbf", b"\x00", b"\xed\xa0\x80", b"[" * 20, b"{" * 99999, b"NaN",
    b"Infinity", b"1e999", b"9" * 5000, b'"', b"\\", b"\\ud800", b"\\u0000", b",", b"}", b"]",
    b'{"a":1,"a":2}',
]  # fmt: skip
_HEADERS = [
    b"Retry-After: " + b"9" * 500, b"Retry-After: -1", b"Retry-After: Sat, 99 Nov 99999 00:00 GMT",
    b"Retry-After: \xff", b"Date: ", b"Date: Sat, 21 Nov 0000 00:00:00 GMT",
    b"Date: Sat, 31 Dec 9999 23:59:59 -9999", b"Date: 1", b"Date: \xe5\xb9\xb3",
    b"Date: a, b c d e f",
    b'RateLimit: "queue";r=0;t=999999999', b"RateLimit: ;r=;t=", b'RateLimit: "q";r=0;t=0',
    b"Content-Encoding: gzip", b"Content-Type: text/html", b"Content-Type: ", b"Content-Length: -1",
    b"Content-Length: 99999999999999999999", b"Transfer-Encoding: chunked", b"Transfer-Encoding: x",
    b"Location: http://127.0.0.1:1/", b"Upgrade: websocket", b"X: " + b"x" * 70000, b"Bad Name: 1",
    b"\x00: \x00", b" folded", b"Set-Cookie: a=\xff",
]  # fmt: skip
_STATUSES = [
    100, 101, 103, 199, 200, 201, 202, 204, 206, 299, 301, 302, 304, 400, 401, 403, 404, 405, 408,
    409, 413, 415, 418, 422, 425, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 599, 600, 999,
]  # fmt: skip


class Mutation:
    """An endless supply of bent bodies.

    Args:
        bodies: what they are made of.
        seed: the same one gives the same bodies.
    """

    def __init__(self, bodies: Sequence[bytes], seed: int) -> None:
        self._bodies = list(bodies)
        self._random = random.Random(seed)  # noqa: S311 - guards nothing

    def body(self) -> bytes:
        """One body: parts replaced, moved or taken out, then perhaps a few bytes."""
        chosen, others = self._random.choice(self._bodies), self._random.choice(self._bodies)
        raw = bytearray(self._bent(chosen, others) if self._random.random() < 0.8 else chosen)
        for _ in range(self._random.choice((0, 0, 1, 2))):
            self._scratch(raw)
        return bytes(raw)

    def certificate(self, der: bytes) -> bytes:
        """A certificate of which a few bytes are others."""
        raw = bytearray(der)
        for _ in range(self._random.randint(1, 3)):
            raw[self._random.randrange(len(raw))] = self._random.randrange(256)
        return bytes(raw)

    def response(self) -> bytes:
        """A whole HTTP response that ends the connection."""
        choose, chance = self._random.choice, self._random.random
        body = self.body() if chance() < 0.7 else choose(self._bodies)
        status = choose(_STATUSES) if chance() < 0.6 else choose((200, 201, 202))
        lines = [
            f"HTTP/1.1 {status} x".encode(),
            b"Content-Type: application/json",
            b"Content-Length: " + str(len(body)).encode(),
            b"Connection: close",
        ]
        for _ in range(choose((0, 0, 1, 2))):
            lines[self._random.randint(1, len(lines)) :] = [choose(_HEADERS)]
        raw = bytearray(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        if chance() < 0.2:
            self._scratch(raw)
        return bytes(raw)

    def _bent(self, chosen: bytes, other: bytes) -> bytes:
        try:
            document, foreign = json.loads(chosen), json.loads(other)
        except ValueError:
            return chosen
        for _ in range(self._random.randint(1, 3)):
            places = list(_places(document))
            if not places:
                break
            self._bend(document, self._random.choice(places), foreign)
        try:
            return json.dumps(document, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return json.dumps(document).encode()

    def _bend(self, document: Any, place: tuple[Any, ...], foreign: Any) -> None:  # noqa: ANN401 - trees
        *path, last = place
        node = document
        for key in path:
            node = node[key]
        how = self._random.randrange(6)
        if how == 0:
            del node[last]
        elif how == 1 and isinstance(node, dict):
            node[self._random.choice(["X", "", "●", last.lower(), last * 20])] = node.pop(last)
        elif how == 2:
            node[last] = self._value(foreign)
        elif how == 3 and isinstance(node[last], str) and node[last]:
            node[last] = self._spoilt(node[last])
        elif how == 4:
            node[last] = [node[last]] * self._random.randint(1, 3)
        else:
            node[last] = self._random.choice(_NASTY)

    def _value(self, foreign: Any) -> Any:  # noqa: ANN401 - any part of a tree
        """Something of another body, copied so that no tree comes to hold itself."""
        node = foreign
        for _ in range(self._random.randint(1, 6)):
            if not isinstance(node, dict | list) or not node:
                break
            node = self._random.choice(list(node.values()) if isinstance(node, dict) else node)
        return json.loads(json.dumps(node))

    def _spoilt(self, text: str) -> str:
        place = self._random.randrange(len(text))
        piece = self._random.choice(["", "x", "9", "-", "\u0000", "\ud800", "９", "\n", text])
        return text[:place] + piece + text[place + self._random.randint(0, 1) :]

    def _scratch(self, raw: bytearray) -> None:
        place = self._random.randrange(len(raw) + 1)
        how = self._random.randrange(4)
        if how == 0:
            del raw[place:]
        elif how == 1:
            raw[place:place] = self._random.choice(_PIECES)
        elif how == 2:
            raw[place : place + self._random.randint(1, 9)] = b""
        else:
            raw[place : place + 1] = bytes([self._random.randrange(256)])


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - a tree
    if isinstance(node, dict | list):
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            yield (*path, key)
            yield from _places(node[key], (*path, key))
