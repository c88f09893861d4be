"""``kiosk adoption`` as a clinic calls it, from before the set-up on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli.main import run
from kiosk.domain.adoption_rules import MAY_USE, MEASURES
from kiosk.phrasebook import Phrase, Phrasebook
from kiosk.phrasebook.told_adoption import how_told

BOOK = Phrasebook.load("ja")
SAMPLE = Path(__file__).parent.parent.parent / "config" / "kiosk.toml"


class Clinic:
    """Calls the command on one state folder, and reads its document."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.before: list[str] = []

    def settings(self, *, simulated: bool, registered: bool) -> None:
        text = SAMPLE.read_text("utf-8")
        if simulated:
            text = text.replace("# simulated = false", "simulated = true")
        (self.folder / "kiosk.toml").write_text(text, "utf-8")
        if registered:
            (self.folder / "terminal.pem").touch()
        self.before = ["--config", str(self.folder / "kiosk.toml")]

    def call(self, *arguments: str) -> int:
        return run([*self.before, "--state-dir", str(self.folder), "adoption", *arguments])

    def told(self, *arguments: str) -> dict[str, Any]:
        assert self.call(*arguments, "--json") == 0
        document: dict[str, Any] = json.loads(self.capsys.readouterr().out)
        return document

    def states(self) -> dict[str, str]:
        return {each["step"]: each["state"] for each in self.told()["steps"]}


@pytest.fixture
def clinic(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Clinic:
    return Clinic(tmp_path, capsys)


def test_before_the_set_up_it_leads_from_the_first_step(clinic: Clinic) -> None:
    assert clinic.told()["next"] == "terminal_chosen"
    ticked = clinic.told("done", "terminal_chosen", "--on", "2026-11-01")
    assert [(each["state"], each["on"]) for each in ticked["steps"]] == [("done", "2026-11-01")]
    document = clinic.told()
    assert document["next"] == "terminal_bought"
    assert not document["official_app"]
    assert document["rules"] == []


@pytest.mark.parametrize(
    ("simulated", "registered", "state"),
    [(False, False, "open"), (False, True, "seen"), (True, True, "open")],
)
def test_it_sees_for_itself_whether_it_is_set_up(
    clinic: Clinic, state: str, *, simulated: bool, registered: bool
) -> None:
    clinic.settings(simulated=simulated, registered=registered)
    assert clinic.states()["kiosk_set_up"] == state
    assert clinic.told()["simulated"] is simulated
    assert clinic.states()["first_check"] == "open"


@pytest.mark.parametrize(
    "arguments",
    [
        ["done", "nonsense"],
        ["done", "account", "--photo"],
        ["done", "receipt_kept", "--number", "x" * 41],
        ["promoted", "poster", "--count", "10000"],
        ["promoted", "poster", "--count", "1", "--on", "9999-12-31"],
        ["done", "account", "--on", "9999-12-31"],
        ["--kind", "nonsense"],
        ["--measure", "7"],
        ["--practitioner", "old"],
        ["--practitioner", "70,deaf"],
        ["--cost", "-1"],
    ],
)
def test_usage(clinic: Clinic, arguments: list[str]) -> None:
    assert clinic.call(*arguments) == 2
    assert clinic.capsys.readouterr().out == ""
    assert not list(clinic.folder.iterdir())


def test_a_mix_of_aged_and_blind_is_spared(clinic: Clinic) -> None:
    people = ("--kind", "ahaki", "--practitioner", "71", "--practitioner", "40,blind")
    assert not clinic.told(*people)["exempt"]
    document = clinic.told(*people, "--hard")
    assert document["reasons"] == ["aged_or_impaired"]
    (rule,) = (each for each in document["rules"] if each["rule"] == "exemption.ahaki")
    assert "施術者が皆、高齢（※1）又は視覚障害により" in rule["wording"]
    assert (rule["as_of"], rule["when"]) == ("2024-11-21", "now")
    spared = {each["rule"] for each in document["rules"] if each["spares"]}
    assert {"duty", "sanction.stop"} <= spared
    assert not any(rule.startswith("subsidy") for rule in spared)


def test_a_cost_says_what_was_paid_and_every_rule_its_source(clinic: Clinic) -> None:
    rules = clinic.told("--kind", "pharmacy", "--measure", "2", "--cost", "4000")["rules"]
    assert [each["yen"] for each in rules if each["topic"] == "subsidy"] == [3_000]
    assert all(each["source"] and each["wording"] for each in rules)


def test_on_a_day_of_the_subsidy_the_lines_say_how_much(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")

    def told(day: str) -> list[str]:
        assert clinic.call("--kind", "judo", "--cost", "50000", "--on", day) == 0
        return clinic.capsys.readouterr().out.splitlines()

    paid, box = "　補助の額は41000円です。", "この機器の本体は、対象ではありません。"
    last, after = told("2025-02-01"), told("2025-02-02")
    assert paid in last
    assert "まだ 助成金の申請" in last
    assert paid not in after
    assert "これから：令和6年度と同様、導入に当たっての補助を令和7年度も継続して実施" in after
    assert box in last
    assert "令和7年2月1日の時点です。" in last
    assert "締切を過ぎました 助成金の申請" in told("2026-04-01")
    assert "過ぎました：最大4.1万円の費用補助を行います。" in "".join(after)
    assert "　令和6年4月1日から令和7年2月1日まで" in after
    stop = after.index("これから：受領委任の取扱いを中止")
    assert after[stop + 1] == "　時期の目処：2026年12月から"
    assert any("やむを得ない" in each and "（令和6年11月21日）" in each for each in after)


def test_an_exempt_clinic_hears_why(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    assert clinic.call("--kind", "ahaki", "--practitioner", "75", "--hard") == 0
    told = clinic.capsys.readouterr().out.splitlines()
    assert told[told.index("義務化の対象外の事由にあたります。") + 1] == "　施術者が皆、高齢"


@pytest.mark.parametrize("step", ["kiosk_set_up", "practice", "first_check"])
@pytest.mark.parametrize("verb", ["done", "undo"])
def test_what_the_kiosk_sees_is_not_ticked_by_hand(clinic: Clinic, verb: str, step: str) -> None:
    assert clinic.call(verb, step, "--json") == 15
    assert json.loads(clinic.capsys.readouterr().out)["code"] == "K542"
    assert not list(clinic.folder.iterdir())


def test_a_receipt_is_noted_and_taken_back_with_its_tick(clinic: Clinic) -> None:
    noted = clinic.told("done", "receipt_kept", "--number", "A-12", "--photo")
    assert noted["receipt"] == {"number": "A-12", "photo": True}
    clinic.told("done", "receipt_kept", "--on", "2026-11-01")
    assert clinic.told()["receipt"]["number"] == "A-12"
    assert clinic.told("undo", "receipt_kept")["receipt"] == {"number": None, "photo": False}
    assert clinic.states()["receipt_kept"] == "open"


def test_the_kind_that_was_kept_decides_the_checklist(clinic: Clinic) -> None:
    clinic.told("site", "--kind", "pharmacy", "--measure", "4")
    document = clinic.told()
    assert (document["kind"], document["measure"], document["may_use"]) == ("pharmacy", 4, True)
    assert "reward_report" not in clinic.states()
    assert document["portal"].startswith("医療機関等")
    assert clinic.told("--kind", "judo")["kind"] == "judo"
    assert clinic.told()["kind"] == "pharmacy"


def test_the_log_of_a_day_is_said_anew_and_taken_out(clinic: Clinic) -> None:
    for count in (3, 5, 0):
        told = clinic.told("promoted", "asking", "--count", str(count), "--on", "2026-11-20")
        assert (told["deed"], told["on"], told["count"]) == ("asking", "2026-11-20", count)
    assert "promotion" not in (clinic.folder / "adoption.toml").read_text("utf-8")


def test_operation_begun_ends_the_sanctions(clinic: Clinic) -> None:
    def spared() -> set[bool]:
        rules = clinic.told("--kind", "judo")["rules"]
        return {each["spares"] for each in rules if each["topic"] == "sanction"}

    assert spared() == {False}
    clinic.told("done", "operation_start")
    assert spared() == {True}


def test_people_are_told_what_this_box_is_not_and_what_comes_next(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    clinic.settings(simulated=True, registered=True)
    assert clinic.call("--kind", "judo", "--attached") == 0
    lines = clinic.capsys.readouterr().out.splitlines()
    assert "模擬" in lines[0]
    told = "\n".join(lines)
    assert "マイナ資格確認アプリではありません" in told
    assert "次は、端末の選定です。" in told
    assert "領収書（写）" in told
    assert "併設の申告" in told
    assert "0800" in lines[-1] or "0800" in lines[-2]


def test_a_spoilt_checklist_has_a_code(clinic: Clinic) -> None:
    (clinic.folder / "adoption.toml").write_text("no toml")
    assert clinic.call("--json") == 15
    assert json.loads(clinic.capsys.readouterr().out)["code"] == "K540"


@pytest.mark.parametrize(
    ("about", "called"),
    [
        ("--kind judo", "助成金交付申請"),
        ("--kind midwife", "助成金交付申請"),
        ("--kind pharmacy --measure 2", "補助金申請"),
    ],
)
def test_each_portal_calls_the_subsidy_its_own_name(
    clinic: Clinic, about: str, called: str
) -> None:
    portal = clinic.told(*about.split())["portal"]
    told = "".join(each.read for each in how_told("subsidy", portal, BOOK).sentences)
    assert portal in told
    assert f"{called}をします。" in told


DAYS = ("2024-10-01", "2025-01-15", "2025-02-02", "2026-11-22")
NOT_FOR_YOU, ASK_MEASURE = (
    BOOK.say(each).sentences[0].read
    for each in (Phrase.ADOPTION_NOT_FOR_YOU, Phrase.ADOPTION_ASK_MEASURE)
)


@pytest.mark.parametrize("kind", ["medical", "pharmacy"])
@pytest.mark.parametrize("measure", [None, *MEASURES])
@pytest.mark.parametrize("day", DAYS)
def test_nobody_is_led_to_buy_what_is_not_open_to_them(
    clinic: Clinic, kind: str, measure: int | None, day: str
) -> None:
    which = [] if measure is None else ["--measure", str(measure)]
    about = ("--kind", kind, *which, "--on", day)
    document = clinic.told(*about)
    assert clinic.call(*about) == 0
    text = clinic.capsys.readouterr().out
    steps = {each["step"] for each in document["steps"]}
    is_open = None if measure is None else measure in MAY_USE
    assert document["may_use"] is is_open
    assert text.count(NOT_FOR_YOU) == (is_open is False)
    assert text.count(ASK_MEASURE) == (is_open is None)
    assert (document["next"] is None) == (steps == set()) == (is_open is False)
    assert ("subsidy" in steps) == ("subsidy_papers" in steps) == (is_open is True)
    assert bool(document["subsidised"]) == (is_open is True)
    if is_open is not True:
        said = NOT_FOR_YOU if is_open is False else ASK_MEASURE
        assert "助成金の申請" not in text
        assert text.index(said) < text.find("端末の選定") or steps == set()


@pytest.mark.parametrize("kind", ["judo", "ahaki", "checkup", "midwife"])
@pytest.mark.parametrize("command", [(), ("site",)])
def test_a_measure_is_of_medical_institutions_and_pharmacies(
    clinic: Clinic, command: tuple[str, ...], kind: str
) -> None:
    assert clinic.call(*command, "--kind", kind, "--measure", "3") == 2
    assert "--measure" in clinic.capsys.readouterr().err
    assert not list(clinic.folder.iterdir())
    document = clinic.told("--kind", kind)
    assert (document["may_use"], document["next"]) == (True, "terminal_chosen")
