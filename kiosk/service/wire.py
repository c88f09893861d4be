"""JSON as the wire allows it: bounded in size and depth, and text an XML tree could carry.

The body is the OQS tree in JSON (docs/adr/0004-oqs-tree-as-json.md). Both ends read with this.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, NoReturn

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 16

# The closing quote is optional, so that an unterminated string costs one pass and not n.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
# XML 1.0, production 2 (Char): what the tree this stands for could not carry is no text of it.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_NO_TEXT = "a character XML does not have"


class OffTheWire(ValueError):
    """The bytes are not of the wire; the text says why and quotes nothing of them."""


def load(raw: bytes, *, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """The JSON object these bytes hold.

    Args:
        raw: UTF-8 as received.
        max_bytes: refuse more than that.

    Raises:
        OffTheWire: too large, too deep, not UTF-8, not JSON, no object, a name twice in one
            object, or text with characters XML 1.0 does not have.
    """
    if len(raw) > max_bytes:
        raise OffTheWire("too large")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise OffTheWire("not UTF-8") from None
    _check_depth(text)
    document = _parsed(text)
    if not isinstance(document, dict):
        raise OffTheWire("not an object")
    if "\\" in text:
        _check_text(document)
    elif not is_text(text):
        # Nothing is escaped: each character of each string stands here as it is.
        raise OffTheWire(_NO_TEXT)
    return document


def dump(document: dict[str, Any]) -> bytes:
    """The same document always gives the same bytes: UTF-8, no spaces, order kept."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def is_text(text: str) -> bool:
    """True when the tree can carry the text."""
    return _NOT_XML.search(text) is None


def _parsed(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except OffTheWire:
        raise
    except ValueError:
        raise OffTheWire("not JSON") from None


def _check_depth(text: str) -> None:
    depth = 0
    for found in _BRACKET.finditer(_STRING.sub("", text)):
        depth += 1 if found[0] in "[{" else -1
        if depth > MAX_DEPTH:
            raise OffTheWire("too deep")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise OffTheWire("a name stands twice")
    return document


def _constant(_name: str) -> NoReturn:
    raise OffTheWire("not JSON")


def _check_text(value: object) -> None:
    if isinstance(value, str):
        if not is_text(value):
            raise OffTheWire(_NO_TEXT)
    elif isinstance(value, dict):
        _check_all(value)
        _check_all(value.values())
    elif isinstance(value, list):
        _check_all(value)


def _check_all(values: Iterable[object]) -> None:
    for each in values:
        _check_text(each)
