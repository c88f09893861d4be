"""Files under 400 lines, functions under 40."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

FILE_LIMIT = 400
FUNCTION_LIMIT = 40
TABLES = frozenset({("phrasebook", "keys.py")})
"""Lists of one kind of thing; an enumeration cannot be parted."""


def functions(file: Path) -> Iterator[tuple[str, int]]:
    """Each function with its length in lines, docstring included."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or 0) - node.lineno + 1


def test_no_file_is_too_long(sources: list[Path]) -> None:
    long = {
        str(file): n
        for file in sources
        if (n := len(file.read_text().splitlines())) >= FILE_LIMIT
        and (file.parent.name, file.name) not in TABLES
    }
    assert not long


def test_no_function_is_too_long(sources: list[Path]) -> None:
    long = {
        f"{file}:{name}": lines
        for file in sources
        for name, lines in functions(file)
        if lines >= FUNCTION_LIMIT
    }
    assert not long


def test_the_measure_measures(tmp_path: Path) -> None:
    file = tmp_path / "long.py"
    file.write_text("def long() -> None:\n" + "    pass\n" * 39)
    assert dict(functions(file)) == {"long": 40}


def test_we_looked_at_the_whole_project(sources: list[Path]) -> None:
    assert {"kiosk", "tests"} <= {part for file in sources for part in file.parts}
    assert len(sources) > 100
