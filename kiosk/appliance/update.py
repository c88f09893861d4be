"""Updates: which package, whether it is ours and newer, whether now; then hands it to the applier.

The applier (``packaging/update`` of the source tree) runs as a unit of its own, because it replaces
the very program that called it; see ADR 15.
"""

from __future__ import annotations

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
    tool = shutil.which(command[0])
    if tool is None:
        raise CannotUpdate(f"{command[0]} is not there")
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands, each value one argument
            [tool, *command[1:]], capture_output=True, text=True, check=False, timeout=_APPLY_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotUpdate(f"{command[0]}: {type(error).__name__}") from error
    if done.returncode:
        raise CannotUpdate(f"{command[0]}: {done.stderr.strip()[-200:]}")
    return done.stdout.strip()


def opened(file: Path) -> Package:
    """What a package file says of itself; CannotUpdate where it is none of ours."""
    fields = dict(
        line.split(": ", 1)
        for line in run("dpkg-deb", "--field", str(file), "Package", "Version", "Architecture")
        .splitlines()
    )  # fmt: skip
    if fields.get("Package") != PACKAGE:
        raise CannotUpdate(f"{file.name} is not {PACKAGE}")
    return Package(file, fields["Version"], fields["Architecture"])


def is_newer(version: str, than: str) -> bool:
    """As dpkg orders versions."""
    dpkg = shutil.which("dpkg") or "dpkg"
    command = [dpkg, "--compare-versions", version, "gt", than]
    return subprocess.run(command, check=False, timeout=_PATIENCE_S).returncode == 0  # noqa: S603 - fixed


def newest(place: Path, installed: str, architecture: str) -> Package:
    """The newest package of a folder (or the file itself) that goes over the installed one.

    The release of Debian stands behind the plus sign of the version: 1.2.0+deb13.

    Raises:
        NothingToInstall: there is none.
    """
    files = sorted(place.glob(f"{PACKAGE}_*.deb")) if place.is_dir() else [place]
    if not place.exists():
        raise NothingToInstall(str(place))
    release = installed.partition("+")[2]
    best: Package | None = None
    for each in map(opened, files):
        fits = each.architecture == architecture and each.version.partition("+")[2] == release
        if fits and is_newer(each.version, best.version if best else installed):
            best = each
    if best is None:
        raise NothingToInstall(f"{place}: nothing over {installed}")
    return best


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
    except FileNotFoundError:
        raise NotOurPackage(f"{package.file.name}{SIGNATURE} is missing") from None
    except (BadSignature, UnicodeDecodeError) as error:
        copy.unlink(missing_ok=True)
        raise NotOurPackage(f"{package.file.name}: {error}") from None
    return Package(copy.replace(home / name), package.version, package.architecture)


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
    if (found := opened(kept).version) != installed:
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
