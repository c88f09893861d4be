"""The folder of a world, and the commands that reach the simulator running in it."""

from __future__ import annotations

import json
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk import settings
from kiosk.domain.check import Answer
from kiosk.ports.service import NoNetwork
from kiosk.settings import SettingsInvalid, SettingsMissing, SimulatorUnreachable
from kiosk.simulator import control
from kiosk.simulator.control import Command
from kiosk.simulator.ledger import journal
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from tests.support.cli import KIOSK, kiosk_simulator
from tests.support.service import PATIENCE_S, check_of, client_of


@contextmanager
def serving(folder: Path, *options: str | Path) -> Iterator[dict[str, Any]]:
    """``kiosk simulator serve`` as a process; ends it by SIGTERM and looks at its exit."""
    command = [KIOSK, "simulator", "serve", "--dir", str(folder), *(str(each) for each in options)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()
        assert (process.wait(60), rest) == (0, "")


def test_the_command_line_from_serve_to_sigterm(world: World) -> None:
    check = check_of(world, "taro")
    with serving(world.folder) as ready:
        assert set(ready) == {"url", "portal", "config", "ca"}
        assert Path(ready["ca"]).read_bytes() == world.ca.read_bytes()
        config = settings.load(Path(ready["config"]))
        assert config.is_simulated
        assert config.service.url == ready["url"]
        assert config.service.patience_s == 10
        with client_of(world, ready["url"]) as service:
            body = service.compose(check)
            assert kiosk_simulator("offline", "--dir", world.folder).returncode == 0
            with pytest.raises(NoNetwork):
                service.ask(check.opening.check_id, body, patience_s=PATIENCE_S)
            assert kiosk_simulator("online", "--dir", world.folder).returncode == 0
            reply = service.ask(check.opening.check_id, body, patience_s=PATIENCE_S)
        assert isinstance(reply.verdict, Answer)
        second = kiosk_simulator("serve", "--dir", world.folder)
        assert (second.returncode, second.stdout) == (15, "")
    assert len(journal(world.folder)) == 1
    gone = kiosk_simulator("offline", "--dir", world.folder)
    assert gone.returncode == 15
    assert "K505" in gone.stderr


def test_people_are_listed_as_json(world: World) -> None:
    rows = json.loads(kiosk_simulator("people", "--dir", world.folder, "--json").stdout)
    assert {"id": "taro", "pin": "1234"}.items() <= rows[0].items()
    assert all(row["story"] and row["story_ja"] for row in rows)


def test_a_wrong_people_file_stops_serve_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "people.toml").write_text("x = 1")
    done = kiosk_simulator(
        "serve", "--dir", tmp_path / "world", "--people", tmp_path / "people.toml"
    )
    assert done.returncode == 15
    assert "x: unknown key" in done.stderr
    assert not (tmp_path / "world").exists()


def test_the_folder_and_its_keys_are_private(tmp_path: Path) -> None:
    world = World.create(tmp_path / "a" / "world")
    world.card("taro")
    with RunningSimulator(world):
        modes = {each: stat.S_IMODE(each.stat().st_mode) for each in world.folder.rglob("*")}
    assert stat.S_IMODE(world.folder.stat().st_mode) == 0o700
    private = [each for each in modes if each.suffix in {".key", ".pem"}]
    assert len(private) >= 10
    assert {modes[each] for each in private} == {0o600}
    assert len((world.folder / "device.key").read_bytes()) == 32


def test_a_world_made_again_is_the_same_world(world: World, tmp_path: Path) -> None:
    (tmp_path / "people.toml").write_text('[[person]]\nid = "x"\nvalidity = "none"\n')
    world.write_config("https://127.0.0.1:1")
    edited = world.config.read_text() + "\n# a note of the technician\n"
    world.config.write_text(edited)
    card = world.card_certificate("taro")
    again = World.create(world.folder, people_file=tmp_path / "people.toml")
    assert again.card_ca_certificate == world.card_ca_certificate
    assert again.card_certificate("taro") == card
    assert "x" in World.create(world.folder).people
    with RunningSimulator(again) as simulator:
        assert world.config.read_text() == edited.replace("https://127.0.0.1:1", simulator.url)


def test_a_card_made_by_another_process_is_known_at_once(
    world: World, simulator: RunningSimulator
) -> None:
    check = check_of(World.open(world.folder), "several")
    with client_of(world, simulator.url) as service:
        body = service.compose(check)
        service.ask(check.opening.check_id, body, patience_s=PATIENCE_S)
    assert [line["person"] for line in simulator.journal] == ["several"]


def test_an_unknown_person_is_told_who_there_is(world: World) -> None:
    with pytest.raises(SettingsInvalid, match="taro, hanako"):
        world.card("nobody")
    with pytest.raises(SettingsInvalid):
        world.tries_file("../taro")


def test_a_folder_without_a_world(tmp_path: Path) -> None:
    with pytest.raises(SettingsMissing):
        World.open(tmp_path)
    with pytest.raises(SimulatorUnreachable):
        control.send(tmp_path, Command.HOLD)
    with pytest.raises(SimulatorUnreachable):
        control.send(tmp_path / "none", Command.HOLD)


def test_a_port_that_is_taken(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(SettingsInvalid, match=f"port {port}"),
            RunningSimulator(world, port=port),
        ):
            pass
        world.write_config(f"https://127.0.0.1:{port}")
        with RunningSimulator(world) as simulator:
            assert simulator.url != f"https://127.0.0.1:{port}"


def test_commands_reach_a_folder_of_any_length_and_may_be_repeated(
    world: World, tmp_path: Path
) -> None:
    deep = tmp_path / ("long" * 30) / ("longer" * 20)
    deep.parent.mkdir()
    world.folder.rename(deep)
    with RunningSimulator(World.open(deep)) as simulator:
        for command in (
            Command.OFFLINE,
            Command.OFFLINE,
            Command.ONLINE,
            Command.ONLINE,
            Command.HOLD,
            Command.HOLD,
            Command.RELEASE,
        ):
            control.send(deep, command)
        assert simulator.journal == []
    assert not (deep / "control.sock").exists()


def test_an_unknown_command_is_not_done(
    world: World, simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world.folder)
    with socket.socket(socket.AF_UNIX) as line:
        line.connect("control.sock")
        line.sendall(b'{"do": "explode"}\n')
        assert b"error" in line.recv(4096)
    assert simulator.journal == []


def test_a_simulator_killed_leaves_nothing_in_the_way(world: World) -> None:
    (world.folder / "control.sock").touch()
    (world.folder / "serve.lock").touch()
    with RunningSimulator(world):
        control.send(world.folder, Command.OFFLINE)
