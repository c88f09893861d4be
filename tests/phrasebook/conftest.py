"""The books, and every error code the code declares."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import kiosk
from kiosk.phrasebook import Phrasebook

PACKAGE = Path(kiosk.__file__).parent


@pytest.fixture
def ja() -> Phrasebook:
    """The Japanese book."""
    return Phrasebook.load("ja")


@pytest.fixture(params=["ja", "en"])
def book(request: pytest.FixtureRequest) -> Phrasebook:
    """Each book that ships."""
    return Phrasebook.load(request.param)


@pytest.fixture(scope="session")
def error_codes() -> set[str]:
    """Codes of every error class in the package, read from its source."""
    classes = (
        node
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    return {code for each in classes for code in _code_of(each)}


def _code_of(kind: ast.ClassDef) -> list[str]:
    return [
        statement.value.value
        for statement in kind.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
        and re.fullmatch(r"K\d{3}", statement.value.value)
    ]
