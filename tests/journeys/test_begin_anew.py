"""No vault opens any more: the technician begins with an empty store, and nothing is hidden."""

from __future__ import annotations

from pathlib import Path

from tests.faults.test_store_bad_control import spoil
from tests.journeys.conftest import Clinic
from tests.journeys.test_access import WORDS, with_secret

NAME = "山田 保守"


def sealed(clinic: Clinic) -> Path:
    return clinic.state / "sealed"


def break_both_vaults(folder: Path) -> None:
    for pattern in ("vault-*", "twin-*"):
        (file,) = folder.glob(pattern)
        spoil(file, 0)


def test_with_both_vaults_gone_the_technician_begins_anew_by_name(clinic: Clinic) -> None:
    clinic.run("setup", "passcode", "list")
    refused = with_secret(clinic, WORDS, "setup", "--begin-anew", NAME)
    assert (refused.status, "--reset-access" in refused.err) == (2, True), "a vault opens"
    break_both_vaults(sealed(clinic))
    before = {each.name: each.read_bytes() for each in sealed(clinic).iterdir()}
    stuck = clinic.run("status")
    assert (stuck.status, "K302" in stuck.err, "--begin-anew" in stuck.err) == (13, True, True)
    withheld = with_secret(clinic, "はい", "setup", "--begin-anew", NAME)
    assert (withheld.status, "K329" in withheld.err) == (13, True)
    assert {each.name: each.read_bytes() for each in sealed(clinic).iterdir()} == before
    done = with_secret(clinic, WORDS, "setup", "--begin-anew", NAME, "--json")
    assert (done.status, done.document["by"]) == (0, NAME)
    assert "まだ送れていない" in done.err
    assert clinic.run("status").status == 0
    (row,) = clinic.run("audit", "show", "--json").document["rows"]
    assert (row["event"], row["who"]) == ("begun_anew", NAME)
    (aside,) = sealed(clinic).glob("lost-*")
    kept = {each.name: each.read_bytes() for each in aside.iterdir()}
    assert kept == {name: content for name, content in before.items() if name != "lock"}
