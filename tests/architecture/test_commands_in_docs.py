"""Every command that stands in the docs is one, with every option it is given there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from kiosk.cli.main import cli, globals_first

DOCS = (
    "README.md", "README.ja.md", "SECURITY.md", "docs/install.md", "docs/technician.md",
    "docs/security.md", "docs/fleet.md", "docs/access.md", "docs/keys.md", "docs/setup.md",
    *(f"docs/{language}/{page}.md" for language in ("ja", "en") for page in ("month", "steps")),
)  # fmt: skip
CODE = re.compile(r"```(?:sh)?\n(.*?)```|`([^`\n]+)`", re.DOTALL)
CALL = re.compile(r"(?:^|[ (=\n])(?:kiosk|madoguchi-admin) ([a-z][^\n|&;)#>`'\"]*)")
LEAST = 60


def calls(text: str) -> Iterator[list[str]]:
    """The words after the name of the program."""
    for block in CODE.finditer(text):
        for call in CALL.finditer(" " + (block[1] or block[2])):
            yield call[1].split()


def options_of(command: click.Command) -> dict[str, bool]:
    """By name: whether a value follows."""
    return {
        name: not getattr(param, "is_flag", False)
        for param in command.params
        for name in (*param.opts, *param.secondary_opts)
    }


def fault_of(words: list[str]) -> str | None:
    """What is wrong with a call; None = nothing."""
    command: click.Command = cli
    context = click.Context(cli)
    options = options_of(cli) | {"--help": False}
    rest = iter(globals_first([each.rstrip(",.:") for each in words]))
    for word in rest:
        name, _, value = word.partition("=")
        if word.startswith("--"):
            if name not in options:
                return f"{command.name} has no {name}"
            if options[name] and not value:
                next(rest, None)
        elif isinstance(command, click.Group) and re.fullmatch(r"[a-z-]+", word):
            found = command.get_command(context, word)
            if found is None:
                return f"{command.name} has no {word}"
            command = found
            options |= options_of(command)
    return None


@pytest.mark.parametrize("name", DOCS)
def test_every_command_exists(root: Path, name: str) -> None:
    every = list(calls((root / name).read_text("utf-8")))
    assert not [f"{' '.join(words)}: {fault}" for words in every if (fault := fault_of(words))]


def test_there_are_commands_to_look_at(root: Path) -> None:
    assert sum(len(list(calls((root / name).read_text("utf-8")))) for name in DOCS) > LEAST


@pytest.mark.parametrize("line", ["kiosk docter", "kiosk status --jsn", "kiosk setup pascode set"])
def test_a_command_that_is_none_is_found(line: str) -> None:
    assert [fault_of(words) for words in calls(f"`{line}`")] != [None]
