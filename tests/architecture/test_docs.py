"""What stands in the docs is so, and what is so stands in the docs."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from kiosk.cli.main import COMMANDS
from kiosk.domain.codes import ELDERLY_TAGS, ELIGIBILITY_TAGS
from kiosk.settings import Settings, load

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
NOT_OURS = re.compile(r"/(?:work|root|home)/")


def documents(root: Path) -> list[Path]:
    return [*root.glob("*.md"), *(root / "docs").rglob("*.md")]


def test_the_page_of_errors_is_up_to_date(root: Path) -> None:
    done = subprocess.run([sys.executable, root / "tools" / "errors_md.py", "--check"], check=False)
    assert done.returncode == 0, "run: .venv/bin/python tools/errors_md.py"


def test_the_schema_for_editors_is_up_to_date(root: Path) -> None:
    tool = root / "tools" / "settings_schema.py"
    done = subprocess.run([sys.executable, tool, "--check"], check=False)
    assert done.returncode == 0, "run: .venv/bin/python tools/settings_schema.py"


def test_every_error_is_on_it(root: Path) -> None:
    codes = {
        code
        for file in (root / "kiosk").rglob("*.py")
        for code in re.findall(r'^    code = "(K\d{3})"', file.read_text("utf-8"), re.MULTILINE)
    }
    page = (root / "docs" / "errors.md").read_text("utf-8")
    assert len(codes) > 40
    assert set(re.findall(r"^### (K\d{3}) ", page, re.MULTILINE)) == codes


def test_links_lead_somewhere(root: Path) -> None:
    broken = [
        f"{document.relative_to(root)}: {target}"
        for document in documents(root)
        for target in LINK.findall(document.read_text("utf-8"))
        if not (document.parent / target).exists()
    ]
    assert not broken


def test_no_place_of_a_developers_machine_is_in_the_project(root: Path) -> None:
    config = (file for file in (root / "config").rglob("*") if file.is_file())
    ours = [*documents(root), *(root / "kiosk").rglob("*.py"), *config]
    assert not [file for file in ours if NOT_OURS.search(file.read_text("utf-8"))]


def settings_keys(model: type[BaseModel], above: str = "") -> set[str]:
    keys: set[str] = set()
    for name, described in model.model_fields.items():
        kind = described.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            keys |= settings_keys(kind, f"{above}{name}.")
        else:
            keys.add(f"{above}{name}")
    return keys


def sample_keys(text: str) -> set[str]:
    """Keys of the sample, those commented out as ``# key = value`` too."""
    keys, section = set(), ""
    for line in text.splitlines():
        if found := re.fullmatch(r"\[(\w+)\]", line):
            section = found[1]
        elif found := re.match(r"(?:# )?(\w+) = ", line):
            keys.add(f"{section}.{found[1]}")
    return keys


def test_the_sample_names_every_setting_and_nothing_else(root: Path) -> None:
    sample = (root / "config" / "kiosk.toml").read_text("utf-8")
    assert sample_keys(sample) == settings_keys(Settings)


def test_the_sample_loads_as_it_is(root: Path) -> None:
    settings = load(root / "config" / "kiosk.toml")
    assert not settings.is_simulated
    assert settings.facility.facility().code == settings.facility.code


def test_what_the_sample_comments_out_is_the_default(root: Path, tmp_path: Path) -> None:
    sample = (root / "config" / "kiosk.toml").read_text("utf-8")
    every = re.sub(r"^# (\w+ = )", r"\1", sample, flags=re.MULTILINE)
    assert set(tomllib.loads(every)) == set(Settings.model_fields)
    file = tmp_path / "kiosk.toml"
    # These have no default: the sample shows how they look.
    for name in ("file", "drop_folder", "receiver"):
        every = re.sub(rf'^{name} = ".*"\n', "", every, flags=re.MULTILINE)
    file.write_text(every)
    plain = tmp_path / "plain.toml"
    plain.write_text(sample)
    assert load(file) == load(plain)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_in_the_readme(root: Path, name: str) -> None:
    assert re.search(rf"(kiosk|make) {name}\b", (root / "README.md").read_text("utf-8"))


def test_every_tag_of_the_tree_is_in_the_glossary(root: Path) -> None:
    glossary = (root / "docs" / "GLOSSARY.md").read_text("utf-8")
    missing = [
        (tag, name)
        for tag, name, _ in (*ELIGIBILITY_TAGS, *ELDERLY_TAGS)
        if f"`{tag}`" not in glossary or f"`{name}`" not in glossary
    ]
    assert not missing


def test_the_plan_names_every_package(root: Path) -> None:
    plan = (root / "docs" / "ARCHITECTURE.md").read_text("utf-8")
    packages = {
        path.stem
        for path in (root / "kiosk").iterdir()
        if not path.name.startswith("_") and path.suffix in {"", ".py"}
    }
    missing = [name for name in packages if not re.search(rf"^  {name}[./ ]", plan, re.MULTILINE)]
    assert not missing


def test_decisions_have_a_number_of_their_own_and_a_status(root: Path) -> None:
    """Gaps may be: a number is cited once it is given, and some decisions were never taken."""
    records = sorted((root / "docs" / "adr").glob("*.md"))
    assert len({record.name[:4] for record in records}) == len(records) > 0
    for record in records:
        text = record.read_text("utf-8")
        assert text.startswith(f"# {int(record.name[:4])}. "), record.name
        assert re.search(r"^Date: \d{4}-\d{2}-\d{2}\. Status: \w+", text, re.MULTILINE), record.name


def test_help_of_every_command_is_a_sentence() -> None:
    assert all(line.endswith(".") for _, line in COMMANDS.values())
