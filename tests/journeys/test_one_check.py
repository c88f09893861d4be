"""One check end to end: card in a real pcscd, real TLS, sealed store, from the command line."""

from __future__ import annotations

import base64
import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Clinic, open_clinic
from tests.support.pcscd import Pcscd

pytestmark = pytest.mark.pcsc

VERIFY = "00200098"
FIVE = ["00a4040c", "00b08a00", VERIFY, VERIFY, "802a0297"]


@pytest.fixture
def ward(clinic: Clinic, pcscd: Pcscd) -> Clinic:
    """The clinic with a reader on the machine's pcscd."""
    clinic.vpcd = f"{pcscd.host}:{pcscd.port}"
    return clinic


def apdus(log: Path) -> list[str]:
    return [json.loads(line)["command"] for line in log.read_text().splitlines()]


def test_a_valid_check_takes_five_commands_and_is_marked(ward: Clinic, tmp_path: Path) -> None:
    log = tmp_path / "apdus.jsonl"
    with ward.card("taro", "--log", str(log)):
        called = ward.check("1234")
    assert called.status == 0, called.err
    answer = called.document
    assert answer["outcome"] == "answered"
    assert (answer["simulated"], answer["mark"]) == (True, "模擬")
    assert answer["eligibility"]["validity"] == "valid"
    assert answer["eligibility"]["copayment_percent"] == 30
    assert answer["eligibilities"] == [answer["eligibility"]]
    assert [command[:8] for command in apdus(log)] == FIVE
    # What the card says holds times, in which a 12:34 is no PIN.
    assert not any("31323334" in command for command in apdus(log))
    assert [each["check_id"] for each in ward.processed()] == [answer["check_id"]]


def test_a_wrong_pin_then_the_right_one_each_verified_once(ward: Clinic, tmp_path: Path) -> None:
    log = tmp_path / "apdus.jsonl"
    with ward.card("taro", "--log", str(log)):
        wrong = ward.check("9999")
        after_wrong = apdus(log)
        right = ward.check("1234")
    assert (wrong.status, wrong.document["outcome"], wrong.document["code"]) == (11, "card", "K102")
    assert wrong.document["tries_left"] == 2
    assert "K102" in wrong.err
    assert "hint:" in wrong.err
    assert right.status == 0, right.err
    # The PIN is masked in the log, so a VERIFY with data is longer than the bare question.
    given = [command for command in apdus(log) if command.startswith(VERIFY) and "*" in command]
    assert len(given) == 2
    assert len([each for each in after_wrong if "*" in each]) == 1
    assert len(ward.processed()) == 1


def test_a_blocked_pin_is_told_and_not_tried_again(ward: Clinic, tmp_path: Path) -> None:
    log = tmp_path / "apdus.jsonl"
    with ward.card("hanako", "--log", str(log)):
        left = [ward.check("0000").document["tries_left"] for _ in range(2)]
        warned = ward.check("0000")
        left.append(ward.check("0000", "--last-try").document["tries_left"])
        again = ward.check("2345")
    assert left == [2, 1, 0]
    assert (warned.document["code"], warned.document["tries_left"]) == ("K117", 1)
    assert "--last-try" in warned.err
    assert (again.status, again.document["code"], again.document["tries_left"]) == (11, "K103", 0)
    assert sum("*" in command for command in apdus(log)) == 3


@pytest.mark.parametrize("slip", ["123", "12345", "abcd", "", "１２３"])
def test_a_slip_of_the_pin_costs_no_try(ward: Clinic, slip: str) -> None:
    with ward.card("taro"):
        called = ward.check(slip)
        assert (called.status, called.document["code"]) == (11, "K109")
        assert ward.check("9999").document["tries_left"] == 2


def test_identified_by_sight(ward: Clinic, tmp_path: Path) -> None:
    log = tmp_path / "apdus.jsonl"
    with ward.card("hanako", "--log", str(log)):
        called = ward.check(None, "--visual")
    assert called.status == 0, called.err
    assert called.document["eligibility"]["symbol"] == ""
    assert not [command for command in apdus(log) if command.startswith(VERIFY)]


def test_offline_then_caught_up_under_the_same_id(ward: Clinic) -> None:
    ward.simulator("offline")
    with ward.card("taro"):
        called = ward.check("1234")
    assert (called.status, called.document["outcome"]) == (3, "deferred")
    assert called.document["code"] == "K201"
    assert called.document["eligibility"] is None
    check_id = called.document["check_id"]
    waiting = ward.run("queue", "list", "--json").document
    assert [(each["kind"], each["check_id"]) for each in waiting["matters"]] == [
        ("waiting", check_id)
    ]
    assert ward.run("sync", "--once", "--json").status == 3
    ward.simulator("online")
    synced = ward.run("sync", "--once", "--json")
    assert synced.status == 0, synced.err
    assert [(each["check_id"], each["outcome"]) for each in synced.document["checks"]] == [
        (check_id, "answered")
    ]
    assert ward.run("queue", "list", "--json").document["matters"] == []
    kept = ward.run("history", "--json").document["checks"]
    assert [(each["check_id"], each["outcome"]) for each in kept] == [(check_id, "answered")]
    assert kept[0]["treated_on"] == called.document["treated_on"]
    assert [each["check_id"] for each in ward.processed()] == [check_id]


def test_answer_withheld_and_killed_is_answered_once_after_the_restart(
    ward: Clinic, until: Callable[[Callable[[], bool]], None]
) -> None:
    ward.simulator("hold")
    with ward.card("taro"):
        checking = ward.start("check", "--local", "--json", pin="1234")
        until(lambda: len(ward.processed()) == 1)
        checking.send_signal(signal.SIGKILL)
        checking.wait()
    waiting = ward.run("queue", "list", "--json").document["matters"]
    assert [each["state"] for each in waiting] == ["sending"]
    ward.simulator("release")
    synced = ward.run("sync", "--once", "--json").document
    assert [each["outcome"] for each in synced["checks"]] == ["answered"]
    asked = ward.processed()
    assert {each["check_id"] for each in asked} == {waiting[0]["check_id"]}
    assert [each["repeated"] for each in asked] == [False, True]
    assert len(ward.run("history", "--json").document["checks"]) == 1


def test_forgotten_to_the_second(ward: Clinic) -> None:
    with ward.card("taro"):
        ward.check("1234", "--treated-on", "2026-11-15")
        ward.check("1234", "--treated-on", "2026-12-31")
    months = ward.run("status", "--json").document["months"]
    assert [each["month"] for each in months] == ["2026-11", "2026-12"]
    before = set(files(ward))
    early = ward.run("purge", "--json", "--now", "2026-12-31T23:59:59+09:00").document
    assert early["purged"] == []
    on_time = ward.run("purge", "--json", "--now", "2027-01-01T00:00:00+09:00").document
    assert [(each["month"], each["checks"]) for each in on_time["purged"]] == [("2026-11", 1)]
    gone = before - set(files(ward))
    assert any(name.endswith(".db") for name in gone)
    assert any(name.startswith("vault") for name in gone)
    kept = ward.run("history", "--json").document["checks"]
    assert [each["treated_on"] for each in kept] == ["2026-12-31"]
    late = ward.run("purge", "--json", "--now", "2027-02-01T00:00:00+09:00").document
    assert [each["month"] for each in late["purged"]] == ["2026-12"]
    assert ward.run("history", "--json").document["count"] == 0


def test_a_check_under_an_untrusted_clock_waits_for_its_month(ward: Clinic) -> None:
    doubting = with_trust(ward, "never")
    ward.simulator("offline")
    with ward.card("taro"):
        assert ward.check("1234", config=doubting).status == 3
    status = ward.run("status", "--json", config=doubting).document
    assert status["clock"]["trusted"] is False
    assert status["queue"]["provisional"] == 1
    assert status["months"] == []
    withheld = ward.run("purge", "--json", config=doubting)
    assert (withheld.status, withheld.document["code"]) == (13, "K308")
    # The service's Date, received over TLS, is what makes this clock believed.
    ward.simulator("online")
    believing = with_trust(ward, "auto")
    assert ward.run("sync", "--once", "--json", config=believing).document["answered"] == 1
    status = ward.run("status", "--json", config=believing).document
    assert status["clock"]["trusted"] is True
    assert status["queue"]["provisional"] == 0
    month = ward.run("history", "--json", config=believing).document["checks"][0]["month"]
    assert [each["month"] for each in status["months"]] == [month]


def test_nothing_of_the_patient_lies_open_on_the_disk(ward: Clinic, tmp_path: Path) -> None:
    people = tmp_path / "tagged.toml"
    people.write_text(TAGGED, "utf-8")
    other = tmp_path / "other"
    other.mkdir()
    with open_clinic(other, "--people", str(people)) as tagged:
        tagged.vpcd = ward.vpcd
        with tagged.card("tagged"):
            answered = tagged.check("8642")
            tagged.simulator("offline")
            tagged.check("8642")
            wrong = tagged.check("8643")
        tagged.run("sync", "--once", "--json")
        certificate = (tagged.dir / "cards" / "tagged.pem").read_bytes()
        told = [answered.err, wrong.err, *(tagged.run(name).err for name in ("status", "queue"))]
        roots = (tagged.state, tagged.temp)
        # As the card gave it, and as it stands in the body of a question that waits.
        proofs = [certificate[300:340], base64.b64encode(certificate)[400:440]]
        found = searched(roots, [*TAGS, *proofs])
    assert answered.document["eligibility"]["name"] == "札付　太郎"
    assert found == []
    assert not [text for text in told for tag in TAGS if tag.decode("utf-8", "replace") in text]


TAGGED = """
[[person]]
id = "tagged"
pin = "8642"
validity = "valid"
[[person.eligibility]]
insurer_number = "06139992"
symbol = "TAG-SYMBOL-77"
number = "TAG-NUMBER-88"
name = "札付　太郎"
name_kana = "TAG-KANA"
birth_date = 1971-03-09
"""
TAGS = [b"TAG-SYMBOL-77", b"TAG-NUMBER-88", "札付".encode(), "札付".encode("cp932"), b"TAG-KANA"]
TAGS += [b"8642\n", b"06139992"]


def searched(roots: tuple[Path, ...], tags: list[bytes]) -> list[tuple[str, bytes]]:
    return [
        (path.name, tag)
        for root in roots
        for path in root.rglob("*")
        if path.is_file()
        for tag in tags
        if tag in path.read_bytes()
    ]


def files(ward: Clinic) -> list[str]:
    return [path.name for path in ward.state.rglob("*") if path.is_file()]


def with_trust(ward: Clinic, trust: str) -> Path:
    config = ward.dir / f"{trust}.toml"
    text = ward.config.read_text("utf-8")
    assert 'trust = "always"' in text
    config.write_text(text.replace('trust = "always"', f'trust = "{trust}"'), "utf-8")
    return config


def test_wrong_settings_are_told_in_json_too(clinic: Clinic, tmp_path: Path) -> None:
    config = tmp_path / "wrong.toml"
    config.write_text(clinic.config.read_text("utf-8").replace("patience_s", "patience"), "utf-8")
    called = clinic.run("status", "--json", config=config)
    document: dict[str, Any] = called.document
    assert (called.status, document["code"]) == (15, "K501")
    assert "service.patience" in called.err
