"""What the doctor says of keys, folder, clock, purge and queue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kiosk.appliance.box import Box
from kiosk.appliance.checks import audit, folder, follow_ups, keys, life, losses
from kiosk.appliance.doctor import Check
from kiosk.appliance.finding import State
from kiosk.phrasebook import Phrase
from kiosk.ports.keys import KeyLocked
from kiosk.ports.records import KeyMissing, KeyNotHanded
from kiosk.settings import Settings

WELL: dict[str, Any] = {
    "clock": {"now": "2026-12-25T03:00:00+00:00", "trusted": True, "fault": None, "mark": None},
    "purge": {"late": [], "ahead": [], "copies": []},
    "queue": {"waiting": 0, "oldest_seconds": None},
}


def _settings(state: Path, provider: str = "systemd-credential") -> Settings:
    return Settings.model_validate(
        {
            "facility": {"code": "1312345678", "terminal": "W0000001"},
            "service": {"url": "https://a.example", "ca": "a", "certificate": "b", "key": "c"},
            "keys": {"provider": provider},
            "state": {"dir": state},
        }
    )


@pytest.mark.parametrize(
    ("provider", "is_accepted", "state", "code"),
    [
        ("systemd-credential", False, State.WARN, "K334"),
        ("systemd-credential", True, State.OK, ""),
        ("tpm", False, State.OK, ""),
        ("passcode", False, State.OK, ""),
    ],
)
def test_the_row_of_the_table_is_said(
    tmp_path: Path,
    provider: str,
    is_accepted: bool,  # noqa: FBT001
    state: State,
    code: str,
) -> None:
    card, whole, purged = keys.find(Box(_settings(tmp_path, provider), is_accepted=is_accepted))
    assert (card.state, card.code) == (state, code)
    assert (whole.what is Phrase.KEYS_STOLEN_BOX_SAFE) == (provider == "passcode")
    assert (purged.what is Phrase.KEYS_PURGED_FOR_GOOD) == (provider == "tpm")


def test_a_folder_that_others_may_open(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    mode, disk = folder.find(Box(_settings(tmp_path)))
    assert (mode.state, mode.detail) == (State.WARN, "0750")
    assert disk.name == "state.disk"
    tmp_path.chmod(0o700)
    mode, _ = folder.find(Box(_settings(tmp_path)))
    assert mode.state is State.OK


def test_a_store_that_does_not_open_is_said_and_one_that_is_not_there_is_not(
    tmp_path: Path,
) -> None:
    *_, opens = folder.find(Box(_settings(tmp_path), status=KeyLocked()))
    assert (opens.state, opens.code) == (State.FAIL, "K330")
    (none,) = folder.find(Box(_settings(tmp_path / "absent")))
    assert none.state is State.SKIPPED
    assert list(life.find(Box(_settings(tmp_path), status=KeyLocked()))) == []


def _states(tmp_path: Path, **status: dict[str, Any]) -> dict[str, State]:
    found = life.find(Box(_settings(tmp_path), status=WELL | status))
    return {each.name: each.state for each in found}


def test_late_is_red_and_waiting_long_is_yellow(tmp_path: Path) -> None:
    well = dict.fromkeys(("clock", "purge", "copies", "queue.oldest"), State.OK)
    assert _states(tmp_path) == well
    late = WELL["purge"] | {"late": ["2026-10"]}
    assert _states(tmp_path, purge=late) == well | {"purge": State.FAIL}
    copy = WELL["purge"] | {"copies": [{"file": "/media/usb/a.csv", "month": "2026-10"}]}
    assert _states(tmp_path, purge=copy) == well | {"copies": State.FAIL}
    old = {"waiting": 2, "oldest_seconds": 86400.0}
    assert _states(tmp_path, queue=old) == well | {"queue.oldest": State.WARN}
    soon = {"month": "2026-11", "last_day": "2026-12-31", "unconfirmed": 1}
    ahead = WELL["purge"] | {"ahead": [soon, soon | {"unconfirmed": 0}]}
    assert _states(tmp_path, purge=ahead) == well | {"queue.month_end": State.WARN}


@pytest.mark.parametrize(
    ("trusted", "fault", "state"),
    [
        (False, None, State.WARN),
        (False, "set_back", State.FAIL),
        (False, "leapt_ahead", State.FAIL),
    ],
)
def test_the_clock(tmp_path: Path, trusted: bool, fault: str | None, state: State) -> None:  # noqa: FBT001
    clock = WELL["clock"] | {"trusted": trusted, "fault": fault}
    assert _states(tmp_path, clock=clock)["clock"] is state


@pytest.mark.parametrize(
    ("fault", "state", "code"), [(None, State.OK, ""), ("changed", State.FAIL, "K325")]
)
def test_the_audit(tmp_path: Path, fault: str | None, state: State, code: str) -> None:
    verdict = {"count": 3, "head": "3;ab", "sealed": True, "fault": fault, "row": fault and 2}
    verdict |= {"lost": []}
    (found,) = audit.find(Box(_settings(tmp_path), status=WELL | {"audit": verdict}))
    assert (found.state, found.code) == (state, code)
    assert found.detail == ("changed at row 2" if fault else "3;ab")


def test_rows_of_the_audit_that_a_damage_took_are_no_fault(tmp_path: Path) -> None:
    gap = {"first": 41, "last": 57, "exact": True, "mended_at": "2026-11-21T01:00:00+00:00"}
    verdict = {"count": 60, "head": "60;ab", "sealed": True, "fault": None, "row": None}
    status = WELL | {"audit": verdict | {"lost": [gap]}}
    (found,) = audit.find(Box(_settings(tmp_path), status=status))
    assert (found.state, found.what) == (State.OK, Phrase.DOCTOR_AUDIT_GAPS)
    assert found.detail == "60;ab; lost by damage, on record: 41-57"


def test_what_was_lost_is_named(tmp_path: Path) -> None:
    loss = {"month": "2026-11", "saved": 9, "sequences": [4, 7]}
    status = WELL | {"losses": [loss], "damages": []}
    found, _ = losses.find(Box(_settings(tmp_path), status=status))
    assert (found.state, found.code, found.detail) == (State.WARN, "K315", "4, 7")
    gone = [loss, {"month": "2026-10", "saved": 0, "sequences": []}]
    status = WELL | {"losses": gone, "damages": []}
    found, _ = losses.find(Box(_settings(tmp_path), status=status))
    assert (found.state, found.detail) == (State.WARN, "4, 7, 2026-10")
    sound = Box(_settings(tmp_path), status=WELL | {"losses": [], "damages": []})
    assert {each.state for each in losses.find(sound)} == {State.OK}


def test_what_was_mended_is_named_with_the_age_of_the_copy(tmp_path: Path) -> None:
    at = "2026-11-21T01:00:00+00:00"
    hits = [
        {"what": "passcodes", "at": at, "copied_at": "2026-11-20T01:00:00+00:00"},
        {"what": "vault", "at": at, "copied_at": None},
    ]
    status = WELL | {"losses": [], "damages": hits}
    _, found = losses.find(Box(_settings(tmp_path), status=status))
    assert (found.state, found.code) == (State.WARN, "K350")
    assert found.detail == "passcodes (copy of 2026-11-20), vault"


@pytest.mark.parametrize(("due", "state"), [(0, State.OK), (2, State.WARN)])
def test_follow_ups_that_are_due(tmp_path: Path, due: int, state: State) -> None:
    counts = {"open": 5, "due": due}
    (found,) = follow_ups.find(Box(_settings(tmp_path), status=WELL | {"follow_ups": counts}))
    assert (found.state, found.detail) == (state, "open 5")


@pytest.mark.parametrize("find", [audit.find, losses.find, follow_ups.find])
def test_nothing_is_said_of_a_store_that_does_not_open(tmp_path: Path, find: Check) -> None:
    assert list(find(Box(_settings(tmp_path), status=KeyLocked()))) == []


@pytest.mark.parametrize(
    ("error", "state"), [(KeyMissing("no file"), State.FAIL), (KeyNotHanded(), State.UNKNOWN)]
)
def test_who_has_no_key_does_not_say_that_it_is_lost(
    tmp_path: Path, error: KeyMissing, state: State
) -> None:
    tmp_path.chmod(0o700)
    found = {each.name: each for each in folder.find(Box(_settings(tmp_path), status=error))}
    assert (found["state.opens"].state, found["state.opens"].code) == (state, error.code)
