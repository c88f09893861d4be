"""Known vulnerabilities of what uv.lock names: ``tools/audit.py DATABASE``, without a network.

DATABASE is a copy of https://github.com/pypa/advisory-database (a folder) or OSV's
``PyPI/all.zip``, taken there on any machine with a line. Prints one line a finding and how new the
newest advisory is: nothing that came after it can be found. Ends with 1 where something was found.
The form is OSV's: https://ossf.github.io/osv-schema/
"""  # noqa: INP001 - a script beside the package, not a part of it

from __future__ import annotations

import json
import sys
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # it publishes none
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

LOCK = Path(__file__).resolve().parent.parent / "uv.lock"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def locked(lock: Path) -> dict[str, Version]:
    """What a lock file names, by normalised name."""
    packages = tomllib.loads(lock.read_text())["package"]
    return {canonicalize_name(each["name"]): Version(each["version"]) for each in packages}


def advisories(database: Path) -> Iterator[dict[str, Any]]:
    """Every advisory of a folder or an archive."""
    if database.is_file():
        with zipfile.ZipFile(database) as archive:
            for name in archive.namelist():
                yield json.loads(archive.read(name))
        return
    for file in sorted(database.rglob("*.json")):
        yield json.loads(file.read_text())
    for file in sorted((*database.rglob("*.yaml"), *database.rglob("*.yml"))):
        found = yaml.load(file.read_text(), _LOADER)  # noqa: S506 - the safe loader, in C
        if isinstance(found, dict) and "affected" in found:
            yield found


def hits(advisory: Mapping[str, Any], have: Mapping[str, Version]) -> Iterator[str]:
    """Names of packages that an advisory is about, in the version we have."""
    if advisory.get("withdrawn"):
        return
    for affected in advisory.get("affected", ()):
        package = affected.get("package", {})
        name = canonicalize_name(package.get("name", ""))
        version = have.get(name)
        if package.get("ecosystem") == "PyPI" and version is not None:
            listed = {str(each) for each in affected.get("versions", ())}
            ranges = [each for each in affected.get("ranges", ()) if each["type"] == "ECOSYSTEM"]
            if str(version) in listed or any(
                _is_within(each["events"], version) for each in ranges
            ):
                yield name


def _is_within(events: list[dict[str, str]], version: Version) -> bool:
    """As OSV's schema has it: the last event at or below the version decides."""
    is_in = False
    for event in sorted(events, key=lambda each: _number(next(iter(each.values())))):
        ((kind, value),) = event.items()
        at = _number(value)
        if kind == "introduced" and version >= at:
            is_in = True
        if (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            is_in = False
    return is_in


def _number(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        # A commit, or a number that PyPI would refuse: nothing is known to be below it.
        return Version("0")


def main(database: Path, lock: Path = LOCK) -> int:
    """Print what was found; the exit status."""
    have, newest, count, found = locked(lock), "", 0, 0
    for advisory in advisories(database):
        count += 1
        newest = max(newest, str(advisory.get("modified", "")))
        for name in hits(advisory, have):
            found += 1
            also = " ".join(advisory.get("aliases", ()))
            print(f"{name} {have[name]}: {advisory['id']} {also}")  # noqa: T201 - its answer
    what = f"{found} found: {len(have)} packages, {count} advisories, the newest of {newest[:10]}"
    print(what, file=sys.stderr)  # noqa: T201 - likewise
    if not count:
        print(f"no advisories in {database}", file=sys.stderr)  # noqa: T201 - likewise
        return 2
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - itself and the database
        sys.exit("usage: tools/audit.py DATABASE")
    sys.exit(main(Path(sys.argv[1])))
