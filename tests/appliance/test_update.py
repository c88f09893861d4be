"""Which package of a folder or a stick is installed, and which one is kept to go back to."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.appliance.update import (
    CURRENT,
    NEW,
    NothingToInstall,
    NotOurPackage,
    NoWayBack,
    PackageUnreadable,
    keep,
    keep_given,
    opened,
    stage_newest,
)  # fmt: skip
from tests.appliance.test_minisign import public, signed

pytestmark = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is not here")

INSTALLED = "1.0+deb13"


@dataclass
class Stick:
    """A folder of packages, signed by one key, and the folder of updates of a box with 1.0."""

    folder: Path
    home: Path
    key: Ed25519PrivateKey

    def package(self, version: str, *, architecture: str = "amd64") -> Path:
        tree = self.folder.parent / f"tree-{version}-{architecture}"
        (tree / "DEBIAN").mkdir(parents=True)
        (tree / "DEBIAN/control").write_text(
            f"Package: madoguchi-kiosk\nVersion: {version}\nArchitecture: {architecture}\n"
            "Maintainer: x <x@example.jp>\nDescription: x\n"
        )
        (tree / "data").write_bytes(bytes(4096))
        file = self.folder / f"madoguchi-kiosk_{version}_{architecture}.deb"
        subprocess.run(
            ["/usr/bin/dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, file],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        file.with_name(f"{file.name}.minisig").write_text(signed(self.key, file.read_bytes()))
        return file

    def newest(self) -> tuple[str, list[str]]:
        """The version that is staged, and what was passed over."""
        package, passed_over = stage_newest(
            self.folder, INSTALLED, "amd64", public(self.key), self.home
        )
        assert opened(self.home / NEW).version == package.version
        return package.version, passed_over

    def give(self, file: Path) -> None:
        keep_given(file, INSTALLED, "amd64", public(self.key), self.home)


@pytest.fixture
def stick(tmp_path: Path) -> Stick:
    folder = tmp_path / "stick"
    folder.mkdir()
    return Stick(folder, tmp_path / "home", Ed25519PrivateKey.generate())


def cut_off(file: Path, size: int) -> str:
    content = file.read_bytes()
    assert size < len(content)
    file.write_bytes(content[:size])
    return file.name


def test_the_newest_that_fits_is_taken(stick: Stick) -> None:
    for version in ("1.2+deb13", "1.10+deb13", "1.9+deb13", "0.9+deb13", "2.0+deb12"):
        stick.package(version)
    stick.package("3.0+deb13", architecture="arm64")
    assert stick.newest() == ("1.10+deb13", [])


@pytest.mark.parametrize("left", [0, 100, 12000])
def test_a_file_that_is_cut_off_is_passed_over(stick: Stick, left: int) -> None:
    """Also where only its data are: what it says of itself can still be read then."""
    stick.package("1.1+deb13")
    name = cut_off(stick.package("1.2+deb13"), left)
    assert stick.newest() == ("1.1+deb13", [name])


def test_a_file_that_is_not_ours_is_passed_over(stick: Stick) -> None:
    stick.package("1.1+deb13")
    file = stick.package("1.2+deb13")
    file.with_name(f"{file.name}.minisig").unlink()
    assert stick.newest() == ("1.1+deb13", [file.name])


def test_where_nothing_is_good_it_is_said_why(stick: Stick) -> None:
    with pytest.raises(NothingToInstall):
        stick.newest()
    name = cut_off(stick.package("1.2+deb13"), 100)
    with pytest.raises(PackageUnreadable, match=re.escape(name)):
        stick.newest()
    cut_off(stick.package("1.1+deb13"), 12000)
    with pytest.raises(NotOurPackage, match=r"1\.1"):
        stick.newest()
    assert not (stick.home / NEW).exists()


def test_the_wrong_package_to_go_back_to_leaves_the_right_one(stick: Stick) -> None:
    stick.give(stick.package(INSTALLED))
    other = stick.package(INSTALLED, architecture="arm64")
    for wrong in (stick.package("0.9+deb13"), stick.package("1.1+deb13"), other):
        with pytest.raises(NoWayBack):
            stick.give(wrong)
    broken = stick.folder / "broken.deb"
    broken.write_bytes(b"")
    with pytest.raises(PackageUnreadable):
        stick.give(broken)
    keep(INSTALLED, stick.home)
    assert opened(stick.home / CURRENT).architecture == "amd64"


def test_what_is_kept_and_cannot_be_read_is_no_way_back(stick: Stick) -> None:
    with pytest.raises(NoWayBack):
        keep(INSTALLED, stick.home)
    stick.give(stick.package(INSTALLED))
    cut_off(stick.home / CURRENT, 100)
    with pytest.raises(NoWayBack, match="read"):
        keep(INSTALLED, stick.home)
    with pytest.raises(NoWayBack, match=r"1\.0"):
        stick.give(stick.package("1.1+deb13"))
