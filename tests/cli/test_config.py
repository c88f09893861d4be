"""``kiosk config check`` and ``show``: the settings, looked at before kioskd does."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from kiosk.phrasebook import Phrase, Phrasebook
from tests.support.cli import KIOSK

SAMPLE = Path(__file__).parents[2] / "config" / "kiosk.toml"


def config(file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [KIOSK, "--config", str(file), "config", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    copy = tmp_path / "kiosk.toml"
    copy.write_bytes(SAMPLE.read_bytes())
    return copy


def test_check_of_the_sample_finds_nothing(file: Path) -> None:
    done = config(file, "check", "--json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert (found["is_valid"], found["problems"], found["simulated"]) == (True, [], False)


def test_check_tells_every_mistake_at_once(file: Path) -> None:
    text = file.read_text().replace("# traffic_log", "trafic_log").replace("# dir =", "dri =")
    file.write_text(text)
    done = config(file, "check", "--json")
    assert done.returncode == 15
    problems = json.loads(done.stdout)["problems"]
    assert [each["nearest"] for each in problems] == ["reader.traffic_log", "state.dir"]
    assert [text.splitlines()[each["line"] - 1][:3] for each in problems] == ["tra", "dri"]
    assert "K501" in done.stderr
    assert "reader.traffic_log?" in done.stderr
    assert "state.dir?" in done.stderr


def test_a_mistake_is_told_in_the_readers_language_and_what_may_stand_there(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    wrong = '[update]\nhours = "9"\n[access]\nidle_minutes = 99\nsecond_factor = "x"\nbogus = 1\n'
    text = file.read_text().replace("[update]", "").replace("[access]", "")
    file.write_text(f"{text}\n{wrong}")
    done = config(file, "check", "--json")
    problems = {each["key"]: each for each in json.loads(done.stdout)["problems"]}
    told = {key: (each["kind"], each["allowed"]) for key, each in problems.items()}
    assert told == {
        "update.hours": ("value", "21:00-06:00"),
        "access.idle_minutes": ("value", "<= 60"),
        "access.second_factor": ("value", "none, totp, fido2"),
        "access.bogus": ("unknown", None),
    }
    book = Phrasebook.load("ja")
    assert f"{book.say(Phrase.CONFIG_VALUE).read} (<= 60)" in done.stderr
    assert book.say(Phrase.CONFIG_UNKNOWN).read in done.stderr
    assert "should" not in done.stderr


def test_show_tells_what_counts_and_where_it_is_written(file: Path) -> None:
    file.with_suffix(".d").mkdir()
    drop_in = file.with_suffix(".d") / "10.toml"
    drop_in.write_text('[reader]\nname = "PICC"\n')
    done = config(file, "show", "--json")
    rows = {row["key"]: row for row in json.loads(done.stdout)["settings"]}
    assert rows["reader.name"] == {"key": "reader.name", "value": "PICC", "from": f"{drop_in}:2"}
    assert rows["access.idle_minutes"]["from"] is None
    assert 'reader.name = "PICC"' in config(file, "show").stdout
