"""The way to the service as the doctor walks it: real sockets, real TLS, the simulated service."""

from __future__ import annotations

import shutil
import socket
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cryptography import x509

from kiosk.appliance.box import Box
from kiosk.appliance.checks import certificate, network
from kiosk.appliance.finding import Finding, State
from kiosk.settings import Settings, load
from kiosk.simulator.fault import FaultKind
from kiosk.simulator.line import server_context
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import FACILITY, World
from tests.support.service import ScriptedServer

STEPS = ["link", "name", "connection", "tls", "certificate", "account"]


def settings_of(world: World, url: str) -> Settings:
    world.write_config(url)
    return load(world.config)


def walked(settings: Settings, root: Path = Path("/")) -> list[Finding]:
    found = list(network.find(Box(settings, root)))
    assert [each.name for each in found] == [f"network.{step}" for step in STEPS]
    return found


def assert_breaks_off(found: list[Finding], step: str, code: str) -> None:
    at = STEPS.index(step)
    states = [each.state for each in found]
    assert states == [State.OK] * at + [State.FAIL] + [State.SKIPPED] * (len(STEPS) - at - 1)
    assert found[at].code == code


def test_all_the_way(world: World, simulator: RunningSimulator) -> None:
    found = walked(settings_of(world, simulator.url))
    assert {each.state for each in found} == {State.OK}
    assert found[-1].detail == FACILITY.terminal


def test_no_cable_and_no_way_out(world: World, tmp_path: Path) -> None:
    settings = settings_of(world, "https://service.invalid")
    root = tmp_path / "box"
    assert_breaks_off(walked(settings, root), "link", "K201")
    (root / "sys/class/net/eth0").mkdir(parents=True)
    (root / "sys/class/net/eth0/operstate").write_text("up\n")
    found = walked(settings, root)
    assert found[0].detail == "no default route"


def test_a_name_nobody_knows(world: World, tmp_path: Path) -> None:
    root = tmp_path / "box"
    (root / "sys/class/net/eth0").mkdir(parents=True)
    (root / "sys/class/net/eth0/operstate").write_text("up\n")
    (root / "proc/net").mkdir(parents=True)
    (root / "proc/net/route").write_text("Iface\tDestination\tGateway\neth0\t00000000\t0101A8C0\n")
    # RFC 6761, 6.4: it never resolves, whatever resolver is there.
    found = walked(settings_of(world, "https://service.invalid"), root)
    assert_breaks_off(found, "name", "K202")


def test_nobody_listens(world: World) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    assert_breaks_off(walked(settings_of(world, f"https://127.0.0.1:{port}")), "connection", "K201")


def test_somebody_else_answers(world: World, simulator: RunningSimulator) -> None:
    settings = settings_of(world, simulator.url)
    other = settings.service.model_copy(update={"ca": world.folder / "card-ca.pem"})
    assert other.ca.exists()
    found = walked(settings.model_copy(update={"service": other}))
    assert_breaks_off(found, "tls", "K203")


def test_a_service_that_never_speaks_tls(world: World) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        settings = settings_of(world, f"https://127.0.0.1:{silent.getsockname()[1]}")
        hasty = settings.service.model_copy(update={"patience_s": 0.3})
        found = walked(settings.model_copy(update={"service": hasty}))
    assert_breaks_off(found, "tls", "K204")


def test_an_account_that_is_over(world: World, simulator: RunningSimulator) -> None:
    settings = settings_of(world, simulator.url)
    world.accounts.limit(FACILITY, begins_on=date(2024, 1, 1), ends_on=date(2025, 1, 1))
    found = walked(settings)
    assert_breaks_off(found, "account", "K216")


def test_what_answers_but_not_by_the_protocol(world: World) -> None:
    with ScriptedServer([b"no HTTP\r\n\r\n"], server_context(world)) as odd:
        assert_breaks_off(walked(settings_of(world, odd.url)), "certificate", "K210")


def test_a_certificate_that_was_revoked(world: World, simulator: RunningSimulator) -> None:
    settings = settings_of(world, simulator.url)
    simulator.fault(FaultKind.CLIENT_REVOKED, on="/v1/account")
    assert_breaks_off(walked(settings), "certificate", "K217")


def test_how_long_the_certificate_lasts(world: World) -> None:
    settings = settings_of(world, "https://127.0.0.1:1")
    (found,) = certificate.find(Box(settings))
    ends_at = x509.load_pem_x509_certificate(
        settings.service.certificate.read_bytes()
    ).not_valid_after_utc
    left = ends_at - datetime.now(UTC)
    assert (found.state is State.OK) == (left >= timedelta(days=30))
    assert found.detail == ends_at.isoformat()
    settings.service.certificate.unlink()
    (found,) = certificate.find(Box(settings))
    assert found.state is State.UNKNOWN
    shutil.copy(settings.service.key, settings.service.certificate)
    (found,) = certificate.find(Box(settings))
    assert found.state is State.UNKNOWN
