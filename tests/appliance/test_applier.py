"""The power goes before any command of an update, and again before any of what follows.

The real script (``packaging/update``) over every disk that such a cut can leave, until there is no
other (:mod:`tests.support.applier`).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.applier import HOME, KEPT, Applier, Cut, Disk, disk_of

RELEASES = {"1.0 1 well\n", "1.1 1 well\n", "1.1 2 well\n"}
"""Those that may be what runs in the end."""


def is_pending(disk: Disk) -> bool:
    return f"{HOME}/pending" in dict(disk)


def holds(disk: Disk, *, received: bool) -> None:
    """kioskd may start on it, and finds each check that was kept."""
    there = dict(disk)
    assert there["installed"] in RELEASES, there
    release, form = there["installed"] or "", there[f"{KEPT}/form"] or ""
    assert 1 <= int(form) <= int(release.split()[1]), there
    checks = {"taro", "hanako"} | ({"later"} if received else set())
    assert checks <= {there.get(f"{KEPT}/checks/{each}") for each in checks}, there


def ends_well(disk: Disk, *, received: bool) -> None:
    holds(disk, received=received)
    there = dict(disk)
    assert there[f"{HOME}/current.deb"] == there["installed"]
    left = {path.removeprefix(f"{HOME}/") for path in there if path.startswith(f"{HOME}/")}
    assert left <= {"current.deb", "previous.deb", "new.deb"}, "a copy of what is kept stays"


def every_cut_is_outlived(applier: Applier, first: set[Cut], doctor: int) -> int:
    """Each start of the machine on a disk that a cut has left, and on those that one leaves."""
    waiting, seen = set(first), set[Cut]()
    while waiting:
        disk, received = cut = waiting.pop()
        seen.add(cut)
        if not is_pending(disk):
            # kioskd starts at once, beside the unit that clears away.
            holds(disk, received=received)
        run = applier.run("undo", disk, doctor=doctor)
        assert run.status == 0, run.said
        assert run.is_open == is_pending(disk), "only what was shut is opened"
        ends_well(run.end, received=received or run.is_open)
        # What was received before the cut is kept as well as what is afterwards.
        waiting |= {(left, later or received) for left, later in run.cuts} - seen
    return len(seen)


@pytest.mark.parametrize(
    ("new", "doctor"),
    # 4: no line yet at the start, so that no release is well and all is laid back each time.
    [
        ("1.1 1 well", 3),
        ("1.1 2 well", 3),
        ("1.1 1 never", 3),
        ("1.1 2 mute", 3),
        ("1.1 2 well", 4),
    ],
)
@pytest.mark.soak
def test_a_cut_takes_what_was_not_synced(tmp_path: Path, new: str, doctor: int) -> None:
    goes_on_from_every_cut(Applier(tmp_path / "box", is_harsh=True), new, doctor)


def test_the_power_goes_before_any_command(tmp_path: Path) -> None:
    goes_on_from_every_cut(Applier(tmp_path / "box"), "1.1 2 mute", doctor=3)


def goes_on_from_every_cut(applier: Applier, new: str, doctor: int) -> None:
    """An update to that release, cut off everywhere."""
    disk = disk_of(new_deb=f"{new}\n", previous_deb="0.9 1 well\n")
    run = applier.run("apply", frozenset(disk.items()))
    assert run.status == 0, run.said
    assert run.is_open
    ends_well(run.end, received=True)
    assert dict(run.end)["installed"] == (f"{new}\n" if new.endswith("well") else "1.0 1 well\n")
    assert every_cut_is_outlived(applier, run.cuts, doctor) > 20


def test_an_update_that_cannot_begin_leaves_the_reception_open(tmp_path: Path) -> None:
    disk = disk_of(new_deb="1.1 1 well\n")
    # Nothing to copy, as with a full disk.
    gone = {path: content for path, content in disk.items() if path != f"{KEPT}/form"}
    run = Applier(tmp_path / "box").run("apply", frozenset(gone.items()))
    assert run.status == 1
    assert run.is_open
    assert not is_pending(run.end)


def test_what_an_update_left_is_no_part_of_the_next(tmp_path: Path) -> None:
    left = {f"{HOME}/state": None, f"{HOME}/state/form": "", f"{HOME}/laying": ""}
    disk = disk_of(new_deb="1.1 2 mute\n") | left
    run = Applier(tmp_path / "box").run("apply", frozenset(disk.items()))
    assert run.status == 0, run.said
    ends_well(run.end, received=True)


def test_what_dpkg_in_other_hands_keeps_from_being_undone_is_undone_later(tmp_path: Path) -> None:
    applier = Applier(tmp_path / "box")
    run = applier.run(
        "apply", frozenset(disk_of(new_deb="1.1 1 well\n").items()), is_dpkg_busy=True
    )
    assert run.status != 0
    assert is_pending(run.end)
    assert not run.is_open
    assert "kiosk-undo-update.service" in run.asked
    again = applier.run("undo", run.end)
    assert again.is_open
    ends_well(again.end, received=True)


@pytest.mark.parametrize("verb", ["apply", "undo"])
def test_boxes_left_by_a_cut_that_could_not_be_undone(tmp_path: Path, verb: str) -> None:
    """Without current.deb, and with the only checks in the copy."""
    disk = disk_of(pending="", before="3\n", new_deb="1.1 1 well\n")
    copied = {
        path.replace(KEPT, f"{HOME}/state", 1) if f"{path}/".startswith(f"{KEPT}/") else path: each
        for path, each in disk.items()
    }
    copied[f"{HOME}/previous.deb"] = copied.pop(f"{HOME}/current.deb")
    run = Applier(tmp_path / "box").run(verb, frozenset(copied.items()))
    assert run.status == 0, run.said
    assert run.is_open
    ends_well(run.end, received=True)
