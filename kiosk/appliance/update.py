"""Updates: which package, whether it is ours and newer, whether now; then hands it to the applier.

The applier (``packaging/update`` of the source tree) runs as a unit of its own, because it replaces
the very program that called it; see ADR 15.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from kiosk.appliance.minisign import BadSignature, verify
from kiosk.errors import SettingsError

PACKAGE = "madoguchi-kiosk"
HOME = Path("/var/lib/madoguchi-update")
NEW, CURRENT, RESULT = "new.deb", "current.deb", "result"
PENDING = "pending"
"""While an update is under way; still there after a power cut."""
SIGNATURE = ".minisig"
_APPLIER = Path("/usr/lib/madoguchi/update")
_UNIT = "madoguchi-update"
_PATIENCE_S = 30
_APPLY_S = 900


class NothingToInstall(SettingsError):
    """There is no package newer than the one installed, for this Debian and processor."""

    code = "K521"


class NotOurPackage(SettingsError):
    """The package's signature is missing, or not by the key of the settings."""

    code = "K522"


class NotNow(SettingsError):
    """The clinic is open, or somebody is being received."""

    code = "K523"
    retryable = True


class NoWayBack(SettingsError):
    """The package that is installed was not kept, so nothing could go back to it."""

    code = "K524"


class UpdateUndone(SettingsError):
    """The new release was not well; the one from before is back."""

    code = "K525"


class CannotUpdate(SettingsError):
    """Not as root, not on a box, or a tool of Debian failed."""

    code = "K526"


class PackageUnreadable(SettingsError):
    """A file is no package of this program, or it is cut off."""

    code = "K534"


@dataclass(frozen=True, slots=True)
class Package:
    """A package file.

    Args:
        file: where.
        version: as dpkg orders them.
        architecture: of Debian.
    """

    file: Path
    version: str
    architecture: str


def run(*command: str) -> str:
    """Output of a tool of Debian; CannotUpdate when it fails."""
    done = _done(command)
    if done.returncode:
        raise CannotUpdate(f"{command[0]}: {done.stderr.strip()[-200:]}")
    return done.stdout.strip()


def _done(command: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    tool = shutil.which(command[0])
    if tool is None:
        raise CannotUpdate(f"{command[0]} is not there")
    try:
        return subprocess.run(  # noqa: S603 - fixed commands, each value one argument
            [tool, *command[1:]], capture_output=True, text=True, check=False, timeout=_APPLY_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotUpdate(f"{command[0]}: {type(error).__name__}") from error


def opened(file: Path) -> Package:
    """What a package file says of itself; PackageUnreadable where it is none of ours."""
    names = ("Package", "Version", "Architecture")
    done = _done(("dpkg-deb", "--field", str(file), *names))
    fields = dict(line.partition(": ")[::2] for line in done.stdout.splitlines())
    if done.returncode or fields.keys() != {*names} or fields["Package"] != PACKAGE:
        raise PackageUnreadable(file.name)
    return Package(file, fields["Version"], fields["Architecture"])


def is_newer(version: str, than: str) -> bool:
    """As dpkg orders versions."""
    dpkg = shutil.which("dpkg") or "dpkg"
    command = [dpkg, "--compare-versions", version, "gt", than]
    return subprocess.run(command, check=False, timeout=_PATIENCE_S).returncode == 0  # noqa: S603 - fixed


def newer(place: Path, installed: str, architecture: str) -> tuple[list[Package], list[str]]:
    """Packages of a folder (or the file itself) that go over the installed one, newest first.

    The release of Debian stands behind the plus sign of the version: 1.2.0+deb13.

    Returns:
        The packages, and the names of the files that cannot be read as one.
    """
    files = sorted(place.glob(f"{PACKAGE}_*.deb")) if place.is_dir() else [place]
    release = installed.partition("+")[2]
    found: list[Package] = []
    broken: list[str] = []
    for file in files:
        try:
            each = opened(file)
        except PackageUnreadable:
            broken.append(file.name)
            continue
        fits = each.architecture == architecture and each.version.partition("+")[2] == release
        if fits and is_newer(each.version, installed):
            older = (at for at, other in enumerate(found) if is_newer(each.version, other.version))
            found.insert(next(older, len(found)), each)
    return found, broken


def stage_newest(
    place: Path, installed: str, architecture: str, public_key: str, home: Path
) -> tuple[Package, list[str]]:
    """Stage the newest package there that is whole and ours.

    Most of a file that was cut off while it was copied to a stick can still be read; its signature
    tells.

    Returns:
        The package, and the names of the files that were passed over as no good.

    Raises:
        NotOurPackage: those that are newer are unsigned, or not by that key.
        PackageUnreadable: there is none but files that cannot be read.
        NothingToInstall: there is none at all.
    """
    found, passed_over = newer(place, installed, architecture)
    first: NotOurPackage | None = None
    for each in found:
        try:
            return stage(each, public_key, home, NEW), passed_over
        except NotOurPackage as error:
            first = first or error
            passed_over.append(each.file.name)
    if first is not None:
        raise first
    if passed_over:
        raise PackageUnreadable(", ".join(passed_over))
    raise NothingToInstall(f"{place}: nothing over {installed}")


def stage(package: Package, public_key: str, home: Path, name: str) -> Package:
    """Copy a package to where the applier takes it, and verify the copy.

    A stick may be another one the next moment; what was verified is what is installed.

    Raises:
        NotOurPackage: unsigned, or not by that key.
    """
    if not public_key:
        raise NotOurPackage("update.public_key is not set")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    copy = home / f"{name}.new"
    try:
        signature = package.file.with_name(package.file.name + SIGNATURE).read_text("utf-8")
        shutil.copyfile(package.file, copy)
        verify(copy, signature, public_key)
        if opened(copy).version != package.version:
            raise NotOurPackage(f"{package.file.name} is another one now")
    except FileNotFoundError:
        raise NotOurPackage(f"{package.file.name}{SIGNATURE} is missing") from None
    except (BadSignature, UnicodeDecodeError) as error:
        copy.unlink(missing_ok=True)
        raise NotOurPackage(f"{package.file.name}: {error}") from None
    with copy.open("rb") as whole:
        # The name may reach the disk before what it names; current.deb is the only way back.
        os.fsync(whole.fileno())
    return Package(copy.replace(home / name), package.version, package.architecture)


def keep_given(file: Path, installed: str, architecture: str, public_key: str, home: Path) -> None:
    """Keep a package to go back to; the one that is kept stays where this is not the installed one.

    Raises:
        NoWayBack: it is another release, or for another processor.
        PackageUnreadable: it is no package.
        NotOurPackage: unsigned, or not by that key.
    """
    given = opened(file)
    is_it = given.version == installed and given.architecture == architecture
    if not is_it:
        raise NoWayBack(
            f"{file.name} is {given.version} for {given.architecture}, "
            f"{installed} for {architecture} is installed"
        )
    stage(given, public_key, home, CURRENT)


def refuse_while_open(now: datetime, hours: str, is_visited: bool) -> None:  # noqa: FBT001 - as asked
    """NotNow in opening hours, or while somebody is being received.

    Args:
        now: Japan time.
        hours: when updates may be made, "21:00-06:00"; over midnight too.
        is_visited: the desk says that a visit is under way.
    """
    begin, end = (time.fromisoformat(each) for each in hours.split("-"))
    moment = now.time()
    is_inside = begin <= moment < end if begin < end else moment >= begin or moment < end
    if not is_inside:
        raise NotNow(f"{moment:%H:%M}, not within {hours}")
    if is_visited:
        raise NotNow("somebody is being received")


def keep(installed: str, home: Path) -> None:
    """Make sure that the installed release can be gone back to.

    Raises:
        NoWayBack: it was not kept, or it is another release.
    """
    kept = home / CURRENT
    if not kept.exists():
        raise NoWayBack(installed)
    try:
        found = opened(kept).version
    except PackageUnreadable:
        raise NoWayBack(f"{kept} cannot be read") from None
    if found != installed:
        raise NoWayBack(f"{found} is kept, {installed} is installed")


def apply(home: Path) -> None:
    """Let the applier do it, whoever hangs up meanwhile.

    Raises:
        UpdateUndone: the release from before is back.
        CannotUpdate: it did not come to an end.
    """
    applier = home / "apply"
    shutil.copyfile(_APPLIER, applier)
    applier.chmod(0o700)
    (home / RESULT).unlink(missing_ok=True)
    run("systemd-run", "--quiet", "--wait", "--collect", f"--unit={_UNIT}", str(applier), "apply")
    try:
        result = (home / RESULT).read_text("ascii").strip()
    except FileNotFoundError:
        raise CannotUpdate(f"journalctl --unit={_UNIT}") from None
    if result != "updated":
        raise UpdateUndone(f"journalctl --unit={_UNIT}")
