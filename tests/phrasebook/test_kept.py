"""What is kept of a parsed file saves the parsing, and is never an older file's content."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kiosk.phrasebook import kept
from kiosk.phrasebook.book import LANGUAGES, source_of

OLD, NEW = 'word = "old"\n', 'word = "new"\n'


def no_rule(_document: Mapping[str, Any]) -> None:
    """Everything is allowed."""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    path = tmp_path / "rows.toml"
    path.write_text(OLD, "utf-8")
    return path


def test_what_was_parsed_is_read_back_the_next_time(source: Path) -> None:
    assert kept.load(source, no_rule) == {"word": "old"}
    place = kept.place_of(source)
    document = json.loads(place.read_text("utf-8"))
    place.write_text(json.dumps({**document, "document": {"word": "kept"}}), "utf-8")
    assert kept.load(source, no_rule) == {"word": "kept"}
    assert [each.name for each in place.parent.iterdir()] == [place.name]


def test_a_source_of_the_same_age_and_size_is_parsed_anew(source: Path) -> None:
    kept.load(source, no_rule)
    before = source.stat()
    source.write_text(NEW, "utf-8")
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (source.stat().st_mtime_ns, source.stat().st_size) == (before.st_mtime_ns, len(OLD))
    assert kept.load(source, no_rule) == {"word": "new"}
    source.write_text(OLD, "utf-8")
    assert kept.load(source, no_rule) == {"word": "old"}


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"source": 1}', '{"document": {}}'])
def test_what_is_not_of_our_making_is_parsed_over(source: Path, content: str) -> None:
    kept.load(source, no_rule)
    kept.place_of(source).write_text(content, "utf-8")
    assert kept.load(source, no_rule) == {"word": "old"}
    assert json.loads(kept.place_of(source).read_text("utf-8"))["document"] == {"word": "old"}


def test_where_nothing_can_be_written_the_source_is_parsed_each_time(source: Path) -> None:
    kept.place_of(source).parent.write_text("a file in the folder's place", "utf-8")
    assert kept.load(source, no_rule) == {"word": "old"}
    source.write_text(NEW, "utf-8")
    assert kept.load(source, no_rule) == {"word": "new"}
    with pytest.raises(OSError, match="__pycache__"):
        kept.keep(source, no_rule)


def test_nothing_is_written_where_python_writes_nothing(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert kept.load(source, no_rule) == {"word": "old"}
    assert not kept.place_of(source).exists()


def test_what_breaks_a_rule_is_not_kept(source: Path) -> None:
    def refuse(document: Mapping[str, Any]) -> None:
        raise ValueError(document["word"])

    with pytest.raises(ValueError, match="old"):
        kept.load(source, refuse)
    assert not kept.place_of(source).exists()


def test_the_package_of_a_box_is_built_with_every_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-B", "-m", "kiosk.phrasebook"]
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    subprocess.run(command, env=environment, check=True)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    for language in LANGUAGES:
        source = source_of(language)
        document = json.loads(kept.place_of(source).read_text("utf-8"))["document"]
        assert document == tomllib.loads(source.read_text("utf-8"))
        assert kept.load(source, no_parsing) == document


def no_parsing(_document: Mapping[str, Any]) -> None:
    """A rule is asked only where something was parsed."""
    raise AssertionError
