"""What the doctor puts right."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.appliance.repairs import REPAIRS, mend, repairs_for
from kiosk.phrasebook import Phrase
from kiosk.ports.card import ReaderRefused, ReaderServiceDown
from kiosk.settings import Settings, SettingsInvalid, load
from kiosk.simulator.world import World

WHY = Phrase.DOCTOR_WHY_READER
BROKEN = Box(SettingsInvalid("kiosk.toml"))


def of(name: str, state: State = State.FAIL) -> Finding:
    return Finding(name, state, Phrase.DOCTOR_MODULES)


def nothing() -> None:
    raise AssertionError("no purge was asked for")


def test_only_what_is_ill_and_curable_is_offered_once() -> None:
    assert repairs_for([of("purge"), of("purge"), of("state.disk"), of("clock")]) == [REPAIRS[-1]]
    well = [of(each.name, State.OK) for each in REPAIRS]
    assert repairs_for([*well, of("reader.modules", State.UNKNOWN)]) == []


@pytest.mark.parametrize(("error", "count"), [(ReaderServiceDown, 1), (ReaderRefused, 0)])
def test_a_restart_cures_a_service_that_is_down_not_one_that_refuses(
    error: type[ReaderServiceDown | ReaderRefused], count: int
) -> None:
    assert len(repairs_for([Finding.of("reader.service", error, why=WHY)])) == count


def test_the_folder_is_closed_to_others(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    settings.state.dir.mkdir(parents=True, exist_ok=True)
    settings.state.dir.chmod(0o755)
    (closing,) = repairs_for([of("state.folder", State.WARN)])
    assert mend(closing, Box(settings), nothing) == ""
    assert settings.state.dir.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_is_gone_is_no_breakage(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    (closing,) = repairs_for([of("state.folder")])
    assert mend(closing, Box(settings), nothing) == "No such file or directory"


def test_the_purge_is_asked_for_and_its_code_told() -> None:
    asked: list[str] = []
    (purging,) = repairs_for([of("purge")])
    assert mend(purging, BROKEN, lambda: asked.append("purge")) == ""
    assert asked == ["purge"]

    def refused() -> None:
        raise ReaderServiceDown

    assert mend(purging, BROKEN, refused) == "K122"


def test_a_tool_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    (modules,) = repairs_for([of("reader.modules", State.WARN)])
    assert mend(modules, BROKEN, nothing) == "modprobe is not there"


def _settings(folder: Path) -> Settings:
    world = World.create(folder)
    world.write_config("https://127.0.0.1:1")
    settings = load(world.config)
    return settings.model_copy(
        update={"state": settings.state.model_copy(update={"dir": folder / "kept"})}
    )
