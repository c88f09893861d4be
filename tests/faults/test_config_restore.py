"""The power goes while a backup of the settings is restored: the old ones count, or the new."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kiosk.appliance.config_backup import packed
from kiosk.appliance.settings_file import finish
from kiosk.settings import load
from kiosk.settings_files import restoring, texts_of
from tests.support.power_cut import Model, Remains, content_of, lay_out, remains
from tests.support.write_log import logged

WORKER = ("-m", "tests.faults.restore_worker")
MAIN = """[facility]
code = "1312345678"
terminal = "W0000001"
[service]
url = "https://{name}.invalid"
ca = "/etc/ca.pem"
certificate = "/etc/a.pem"
key = "/etc/a.key"
"""
MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of our own in it
FEW = 20
MANY = 600


def lay_settings(folder: Path, name: str, *drop_ins: str) -> dict[str, str]:
    """A settings file with drop-ins; what it says."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "kiosk.d").mkdir(parents=True)
    file = folder / "kiosk.toml"
    file.write_text(MAIN.format(name=name), "utf-8")
    for each in drop_ins:
        text = f"# {name}\n[access]\nidle_minutes = 4\n" + f"# {name} {each}\n" * 480
        (folder / "kiosk.d" / each).write_text(text, "utf-8")
    return said(file)


def said(file: Path) -> dict[str, str]:
    return {each.name: text for each, text in texts_of(file).items()}


def tries(
    library: Path, folder: Path, wanted: int, *, files: int = 2, deaf: str = ""
) -> Iterator[tuple[Remains, str]]:
    """So many states, each with which settings count in it: "old", "new", else "mixed"."""
    work = folder / "work"
    # Each of a dozen sectors and more, and of many files: any of them may tear.
    common = [f"{number}-b.toml" for number in range(20, 20 + files)]
    new = lay_settings(work, "new", "10-a.toml", *common)
    file = work / "kiosk.toml"
    backup = packed(file, load(file), datetime(2026, 11, 21, tzinfo=UTC), "0.2.0")
    old = lay_settings(work, "old", *common, "90-c.toml")
    (work / "backup.json").write_bytes(backup)
    before = content_of(work)
    log = logged(library, (*WORKER, str(work)), work, deaf=deaf)
    seed = random.randrange(2**32)  # noqa: S311  # which states, not a secret
    rng = random.Random(seed)  # noqa: S311
    models = (Model.POSIX, Model.EXT4)
    for each in remains(before, log, wanted=wanted, rng=rng, models=models):
        with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else folder) as memory:
            after = Path(memory) / "after"
            lay_out(each.folder, after)
            yield each, f"{judged(after / 'kiosk.toml', old, new)}"


def judged(file: Path, old: dict[str, str], new: dict[str, str]) -> str:
    """Which count, before and after the restore is finished."""
    found = said(file)
    finish(file)
    if said(file) != found or restoring(file).exists():
        return "changed by finishing"
    return "old" if found == old else "new" if found == new else "mixed"


def judge(library: Path, folder: Path, wanted: int, files: int) -> None:
    count, seen = 0, set()
    for each, which in tries(library, folder, wanted, files=files):
        count += 1
        seen.add(which)
        assert which == "new" or "restored it" not in each.promises, each.story
    assert count == wanted
    assert seen == {"old", "new"}


def test_a_power_cut_leaves_the_old_settings_or_the_new(write_log: Path, tmp_path: Path) -> None:
    judge(write_log, tmp_path, FEW, files=2)


@pytest.mark.soak
def test_no_power_cut_mixes_settings(write_log: Path, tmp_path: Path) -> None:
    judge(write_log, tmp_path, MANY, files=12)


def test_with_names_that_are_not_synchronised_the_search_finds_the_loss(
    write_log: Path, tmp_path: Path
) -> None:
    found = tries(write_log, tmp_path, MANY, deaf="folder")
    assert any(which != "new" and "restored it" in each.promises for each, which in found)
