"""The applier of updates in a small world of its own, looked at before every command it runs.

The script is the package's own (``packaging/update``) with its three paths replaced. bash runs it,
for the trap on DEBUG: before each command, also within functions and within the stand-ins here, it
stops and the whole disk is read. A cut of the power there leaves just that, or less: what was
written after the last ``sync`` may be gone (:func:`left_on_the_disk`).
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEPT, HOME = "lib/madoguchi", "lib/madoguchi-update"
LATER = f"{KEPT}/checks/later"
"""A check that was received after the update had opened the reception."""
_UNTOLD = {f"{HOME}/lock", f"{HOME}/result"}
_STAND_INS = r"""
set -T
tell() { printf '%s\n' "$*" >&3; read -r -u 4; }
# The newest version, the form of what it keeps, and how it does: well, never (ready), mute.
kioskd() {
    # systemd: a condition that does not hold is no failure
    if [ -e pending ] && [ ! -e "$ROOT/run/gate" ]; then return 0; fi
    read -r _ form how <"$ROOT/installed"
    [ "$how" != never ] || return 1
    [ -d "$ROOT/lib/madoguchi" ] || mkdir -p "$ROOT/lib/madoguchi/checks"
    [ -e "$ROOT/lib/madoguchi/form" ] || echo "$form" >"$ROOT/lib/madoguchi/form"
    read -r had <"$ROOT/lib/madoguchi/form" || return 1
    [ "$had" -le "$form" ] || return 1
    # A newer form comes with files that an older release stumbles over.
    [ "$form" -ge 2 ] || [ ! -e "$ROOT/lib/madoguchi/form-2" ] || return 1
    [ "$form" = 1 ] || echo >"$ROOT/lib/madoguchi/form-2"
    [ "$had" = "$form" ] || echo "$form" >"$ROOT/lib/madoguchi/form"
    sync
    echo runs >"$ROOT/run/kioskd"
}
systemctl() {
    echo "$*" >>"$ROOT/run/asked"
    case "$*" in
    "start kioskd.service") kioskd ;;
    "start kiosk.target")
        kioskd
        [ -s "$ROOT/run/kioskd" ] || return 0
        : >"$ROOT/run/open"
        local later="$ROOT/lib/madoguchi/checks/later"
        [ -s "$later" ] || printf later >"$later"
        sync
        ;;
    stop*) : >"$ROOT/run/kioskd" ;;
    is-active*) [ -s "$ROOT/run/kioskd" ] ;;
    *NRestarts*) echo 0 ;;
    esac
}
kiosk() {
    case "$1" in
    status) [ -s "$ROOT/run/kioskd" ] && [ "$how" != mute ] ;;
    doctor) return "$DOCTOR" ;;
    esac
}
dpkg() {
    case "$1" in --configure) return 0 ;; esac
    [ ! -e "$ROOT/busy" ] || return 2
    read -r package <"${@: -1}" || return 1
    echo "half 0 never" >"$ROOT/installed"
    echo "$package" >"$ROOT/installed"
}
sync() { tell sync; }
flock() { :; }
# These take their time: the power may go in the middle.
cp() {
    case "$2" in */.) ;; *) [ ! -e "$3" ] || return 1 ;; esac
    [ -e "$2" ] || return 1
    [ -d "$3" ] || mkdir "$3"
    read -r form <"$2/form" || return 1
    echo "$form" >"$3/form"
    command cp -a "$2/." "$3/"
}
rm() {
    for each; do
        [ ! -e "$each/checks/taro" ] || command rm "$each/checks/taro"
        [ "$each" = -rf ] || [ "$each" = -f ] || [ ! -e "$each" ] || command rm "$1" "$each"
    done
}
find() {
    command rm -f "$1/form"
    command find "$@"
}
# Those that change nothing are passed by; what stood before them stands before the next one too.
look() {
    case "$BASH_COMMAND" in
    "["* | case* | for* | local* | read* | return* | exit* | export*) ;;
    tell* | say* | cat* | systemctl* | kiosk*) ;;
    *) tell cut ;;
    esac
}
trap '[ "${FUNCNAME[0]-}" = tell ] || look' DEBUG
. "$ROOT/apply" "$VERB"
"""

Disk = frozenset[tuple[str, str | None]]
"""Each path and what is in it; None: a folder."""
Cut = tuple[Disk, bool]
Seen = dict[str, tuple[int, str | None]]
"""The same with the inodes."""


def disk_of(**files: str | None) -> dict[str, str | None]:
    """A box with 1.0 and two checks, and these files of the folder of updates ("_" for ".")."""
    home = {f"{HOME}/{name.replace('_', '.')}": content for name, content in files.items()}
    return {
        "installed": "1.0 1 well\n", "lib": None, KEPT: None, f"{KEPT}/checks": None,
        f"{KEPT}/form": "1\n", f"{KEPT}/checks/taro": "taro", f"{KEPT}/checks/hanako": "hanako",
        HOME: None, f"{HOME}/current.deb": "1.0 1 well\n", **home,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of the applier did.

    Args:
        status: it ended with.
        asked: what it asked of systemd.
        said: what it wrote for the journal.
        is_open: the reception was opened.
        end: what is on the disk now.
        cuts: what is on the disk after a cut of the power before each of its commands, and whether
            a check had been received by then.
    """

    status: int
    asked: str
    said: str
    is_open: bool
    end: Disk
    cuts: set[Cut]


class Applier:
    """Runs the script over one disk after another.

    Args:
        folder: it is made.
        is_harsh: a cut takes what was not synced with it; else all that was done stays.
    """

    def __init__(self, folder: Path, *, is_harsh: bool = False) -> None:
        self._root = folder
        self._is_harsh = is_harsh
        script = (ROOT / "packaging/update").read_text("utf-8")
        for name, place in (
            ("HOME_OF_UPDATES", HOME), ("STATE", KEPT), ("GATE", "run/gate"),
        ):  # fmt: skip
            script, count = re.subn(rf"(?m)^{name}=.*$", f"{name}='{folder}/{place}'", script)
            assert count == 1, name
        self._script = script

    def run(self, verb: str, disk: Disk, *, doctor: int = 3, is_dpkg_busy: bool = False) -> Run:
        """From the start of the machine: nothing of before is left in memory.

        Args:
            verb: of the script.
            disk: what is on the disk.
            doctor: the status of ``kiosk doctor``.
            is_dpkg_busy: somebody else holds dpkg's lock.
        """
        shutil.rmtree(self._root, ignore_errors=True)
        self._root.mkdir()
        for path, content in sorted(disk):
            if content is None:
                (self._root / path).mkdir(parents=True)
            else:
                (self._root / path).write_text(content, "utf-8")
        (self._root / "run").mkdir()
        (self._root / "run/asked").touch()
        (self._root / "apply").write_text(self._script, "utf-8")
        if is_dpkg_busy:
            (self._root / "busy").touch()
        cuts: set[Cut] = set()
        status = self._watched({"VERB": verb, "DOCTOR": str(doctor)}, cuts)
        said = (self._root / "journal").read_text("utf-8")
        is_open = (self._root / "run/open").exists()
        asked = (self._root / "run/asked").read_text("utf-8")
        return Run(status, asked, said, is_open, _plain(self._seen()), cuts)

    def _watched(self, words: dict[str, str], cuts: set[Cut]) -> int:
        told, tells = _pipe()
        goes, go = _pipe()
        environment = {"PATH": os.environ["PATH"], "ROOT": str(self._root), **words}
        durable = self._seen()
        command = f"exec 3>&{tells} 4<&{goes} 2>'{self._root}/journal'\n{_STAND_INS}"
        child = subprocess.Popen(
            ["/bin/bash", "--posix", "-c", command], env=environment, pass_fds=(tells, goes)
        )
        os.close(tells)
        os.close(goes)
        with os.fdopen(told) as lines, os.fdopen(go, "w") as answers:
            for line in lines:
                now = self._seen()
                if line == "sync\n":
                    durable = now
                received = durable.get(LATER, (0, None))[1] == "later"
                left = left_on_the_disk(now, durable) if self._is_harsh else (_plain(now),)
                cuts.update((disk, received) for disk in left)
                answers.write("\n")
                answers.flush()
        return child.wait()

    def _seen(self) -> Seen:
        return dict(_walk(self._root, ""))


def _pipe() -> tuple[int, int]:
    """Where the script and its stand-ins have nothing open."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for end in ends]
    for end in ends:
        os.close(end)
    return moved[0], moved[1]


def _walk(root: Path, folder: str) -> Iterator[tuple[str, tuple[int, str | None]]]:
    with os.scandir(root / folder) as entries:
        for entry in entries:
            path = f"{folder}/{entry.name}".lstrip("/")
            if path in _UNTOLD or not path.startswith(("lib", "installed")):
                continue
            if entry.is_dir():
                yield path, (entry.inode(), None)
                yield from _walk(root, path)
            else:
                with open(entry.path, "rb") as file:  # noqa: PTH123 - a hundred times a run
                    yield path, (entry.inode(), file.read().decode())


def _plain(seen: Seen) -> Disk:
    return frozenset((path, content) for path, (_, content) in seen.items())


def left_on_the_disk(now: Seen, durable: Seen) -> Iterator[Disk]:
    """What a cut of the power may leave.

    All; the names without what is in them; the older names of one folder; the one mark that says
    whether an update is pending, sooner or later than the rest. dpkg syncs by itself.
    """
    yield _plain(now)
    known = set(durable.values())
    yield frozenset(
        (path, each[1] if each[1] is None or path == "installed" or each in known else "")
        for path, each in now.items()
    )
    for place in (KEPT, HOME, f"{HOME}/pending"):
        yield _plain(_mixed(now, durable, place))
    yield _plain(_mixed(durable, now, f"{HOME}/pending", "installed"))


def _mixed(most: Seen, other: Seen, *places: str) -> Seen:
    """One disk, and of the other what lies in those places."""
    mixed = {path: each for path, each in most.items() if not _lies_in(path, places)}
    mixed.update((path, each) for path, each in other.items() if _lies_in(path, places))
    return mixed


def _lies_in(path: str, places: tuple[str, ...]) -> bool:
    return any(path == place or path.startswith(place + "/") for place in places)
