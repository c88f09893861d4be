"""TOML that is parsed once and kept as JSON, as Python keeps the bytecode of a module (ADR 16).

Parsing a language's thousand rows takes longer than anything else in a start; reading them back
takes a fortieth of it. What is kept stands in ``__pycache__`` beside its source (or where
PYTHONPYCACHEPREFIX says), under the hash of the source's bytes: another source is parsed anew, and
where nothing can be written the source is parsed each time. ``python -m kiosk.phrasebook`` keeps
what ships; the package of a box is built with it, for there the folder is read-only.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from collections.abc import Callable
from importlib.util import cache_from_source, source_hash
from pathlib import Path
from typing import Any

Document = dict[str, Any]


def load(source: Path, check: Callable[[Document], None]) -> Document:
    """The content of a TOML file, as it was kept or else parsed.

    Args:
        source: the file.
        check: raises where the content breaks a rule; asked before it is kept, and not again.
    """
    text = source.read_bytes()
    kept = _kept(source, text)
    if kept is not None:
        return kept
    document = _parsed(text, check)
    if not sys.dont_write_bytecode:
        with contextlib.suppress(OSError):  # a folder of somebody else's: parsed the next time too
            _keep(source, text, document)
    return document


def keep(source: Path, check: Callable[[Document], None]) -> None:
    """Parse and keep, whatever is kept already; OSError where it cannot be written."""
    text = source.read_bytes()
    _keep(source, text, _parsed(text, check))


def place_of(source: Path) -> Path:
    """Where the content of a file is kept."""
    return Path(cache_from_source(source)).with_suffix(".json")


def _kept(source: Path, text: bytes) -> Document | None:
    try:
        kept = json.loads(place_of(source).read_bytes())
        document: Document = kept["document"]
        return document if kept["source"] == _name_of(text) else None
    except (OSError, ValueError, LookupError, TypeError):
        return None  # absent, or not of our making


def _parsed(text: bytes, check: Callable[[Document], None]) -> Document:
    import tomllib  # noqa: PLC0415 - not loaded where everything is kept

    document = tomllib.loads(text.decode("utf-8"))
    check(document)
    return document


def _keep(source: Path, text: bytes, document: Document) -> None:
    place = place_of(source)
    place.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: another process may start at this moment, or the power go.
    aside = place.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    kept = {"source": _name_of(text), "document": document}
    try:
        aside.write_text(json.dumps(kept, ensure_ascii=False, separators=(",", ":")), "utf-8")
        aside.replace(place)
    finally:
        aside.unlink(missing_ok=True)


def _name_of(text: bytes) -> str:
    """The hash that PEP 552 names a source by."""
    return source_hash(text).hex()
