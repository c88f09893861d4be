"""``kiosk bundle`` over a store with people in it, with and without kioskd."""

from __future__ import annotations

import base64
import gzip
import json
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli.main import run
from kiosk.core.ownership import owned
from kiosk.desk.messages import Role
from kiosk.desk.server import DeskServer
from kiosk.events import Event
from tests.core.conftest import PASSCODE, Box
from tests.support.leaks import assert_absent, unpacked
from tests.support.visitor import Visitor

Visit = Callable[[str, str], Visitor]
PIN = "1234"
LEAST = 5
"""A shorter run of letters or digits is a code of a table, which any text may hold."""


@pytest.fixture
def seeded(box: Box, a_visit: Visit) -> Box:
    """One check was answered, another waits; the clinic has a passcode."""
    box.set_passcode()
    visitor = a_visit("taro", PIN)
    visitor.until("result.valid")
    with closing(visitor.link):
        box.take()
    box.simulator.offline()
    visitor = a_visit("taro", PIN)
    visitor.until("outage.received")
    with closing(visitor.link):
        box.take()
    assert [each.answer is None for each in box.stored()] == [False, True]
    return box


@pytest.fixture
def kioskd(seeded: Box, tmp_path: Path) -> Iterator[None]:
    """The core's socket; who calls may no more than a technician."""
    assert seeded.core is not None
    path, state = tmp_path / "run" / "desk.sock", seeded.world.folder / "state"
    with (
        owned(state, path),
        DeskServer(seeded.core.counter, path, lambda _: Role.TECHNICIAN),
    ):
        yield


def secrets(box: Box) -> set[str]:
    """What must not leave: the person's data in every spelling of a date, PIN, passcode."""
    found = {PASSCODE}
    for person in box.world.people.values():
        for told in person.told:
            eligibility = told.eligibility
            values = (getattr(eligibility, name) for name in eligibility.__slots__)
            found |= {str(each) for each in values if isinstance(each, str)}
            born = eligibility.birth_date
            if born is not None:
                found |= {born.isoformat(), f"{born:%Y%m%d}", f"{born:%Y/%m/%d}"}
    found |= {part for each in found for part in re.split(r"[ 　]", each)}
    return {each for each in found if len(each) >= (LEAST if each.isascii() else 2)}


def bundled(box: Box, file: Path) -> dict[str, Any]:
    assert run(["--config", str(box.world.config), "bundle", str(file), "--json"]) == 0
    with tarfile.open(file) as archive:
        return {
            Path(each.name).stem: json.loads(content.read())
            for each in archive.getmembers()
            if (content := archive.extractfile(each))
        }


def assert_bare(box: Box, file: Path) -> None:
    content = b"\n".join(unpacked(file.read_bytes()))
    for secret in secrets(box):
        assert_absent(secret, content)
    assert not re.search(rb"(?<!\d)" + PIN.encode() + rb"(?!\d)", content)
    for each in box.stored():
        assert each.check_id.encode() not in content


def rows(box: Box) -> list[tuple[str, str]]:
    assert box.kiosk is not None
    entries = box.kiosk.store.control.audit.entries()
    return [
        (each.where, each.what) for _, each in entries if each.event is Event.MAINTAINED_REMOTELY
    ]


def test_without_kioskd(seeded: Box, tmp_path: Path) -> None:
    members = bundled(seeded, tmp_path / "out.tar.gz")
    assert set(members) == {"about", "doctor", "status", "settings", "versions", "log", "units"}
    assert members["about"]["mark"] == members["status"]["mark"] == "模擬"
    assert members["about"]["audited"] is True
    assert members["status"]["audit"]["fault"] is None
    assert members["settings"]["service"]["key"] == members["settings"]["keys"]["file"] == "***"
    assert members["versions"]["packages"]["madoguchi-kiosk"] == members["versions"]["kiosk"]
    assert_bare(seeded, tmp_path / "out.tar.gz")
    assert rows(seeded) == [("command", "bundle")]


@pytest.mark.usefixtures("kioskd")
def test_beside_kioskd_as_a_technician(seeded: Box, tmp_path: Path) -> None:
    members = bundled(seeded, tmp_path / "out.tar.gz")
    assert members["status"]["audit"]["fault"] is None
    assert members["status"]["jobs"] is not None
    assert_bare(seeded, tmp_path / "out.tar.gz")
    assert rows(seeded) == [("command", "bundle")]


def b64(name: str) -> bytes:
    return base64.b64encode(b"x" + name.encode())


@pytest.mark.parametrize(
    "spelled",
    [
        lambda name: name.encode("cp932"),
        lambda name: name.encode("utf-16-be"),
        lambda name: name.encode().hex().upper().encode(),
        lambda name: json.dumps(name).encode(),
        b64,
        lambda name: gzip.compress(b64(name)),
        lambda name: b64(name)[:9] + b"\n" + b64(name)[9:],
    ],
)
def test_the_search_finds_what_is_there(
    seeded: Box, tmp_path: Path, spelled: Callable[[str], bytes]
) -> None:
    name = max(secrets(seeded), key=len)
    file, out = tmp_path / "inner", tmp_path / "bad.tar.gz"
    file.write_bytes(spelled(name))
    with tarfile.open(out, "w:gz") as archive:
        archive.add(file, "inner")
    with pytest.raises(AssertionError):
        assert_bare(seeded, out)


def test_never_over_a_file_and_for_its_owner_alone(seeded: Box, tmp_path: Path) -> None:
    file = tmp_path / "out.tar.gz"
    bundled(seeded, file)
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()
    assert run(["--config", str(seeded.world.config), "bundle", str(file)]) == 16
    assert file.read_bytes() == before
    assert len(rows(seeded)) == 1, "nothing was taken, nothing is on record"


def test_settings_that_cannot_be_read_make_a_bundle_off_the_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "out.tar.gz"
    assert run(["--config", str(tmp_path / "none.toml"), "bundle", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["audited"] is False
    with tarfile.open(file) as archive:
        settings = archive.extractfile("madoguchi-bundle/settings.json")
        assert settings is not None
        assert json.loads(settings.read())["code"] == "K502"
