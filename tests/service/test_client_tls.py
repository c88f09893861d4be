"""Whom the client believes, and who believes the client: real handshakes."""

from __future__ import annotations

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.facility import Facility
from kiosk.ports.service import (
    AnswerLost,
    ClientCertificateRefused,
    ClockRefused,
    ServerNotTrusted,
)
from kiosk.simulator import pki
from kiosk.simulator.line import server_context
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from tests.support.service import ScriptedServer, ask, client_of

_OFTEN = 20
"""Of three alerts one is lost to the reset behind it, and must be heard all the same."""


def _server_of(world: World, pair: pki.KeyPair) -> ssl.SSLContext:
    pki.write_pair(pair, world.folder / "server.pem", world.folder / "server.key")
    return server_context(world)


def _days(world: World, starts: int, ends: int) -> pki.KeyPair:
    now = datetime.now(UTC)
    return pki.server_certificate(
        world.service_ca, validity=(now + timedelta(days=starts), now + timedelta(days=ends))
    )


@pytest.mark.parametrize(("starts", "ends"), [(1, 9), (-9, -1)], ids=["not yet", "expired"])
def test_a_certificate_out_of_its_days_points_at_the_clock(
    world: World, starts: int, ends: int
) -> None:
    context = _server_of(world, _days(world, starts, ends))
    with (
        ScriptedServer([b""], context) as server,
        client_of(world, server.url) as service,
        pytest.raises(ClockRefused),
    ):
        ask(service)
    assert server.asked == []


def test_a_foreign_server_gets_nothing(world: World) -> None:
    context = _server_of(world, pki.server_certificate(pki.service_authority()))
    with (
        ScriptedServer([b""], context) as server,
        client_of(world, server.url) as service,
        pytest.raises(ServerNotTrusted),
    ):
        ask(service)
    assert server.asked == []


def test_a_server_of_another_name_gets_nothing(world: World) -> None:
    with (
        ScriptedServer([b""], server_context(world), host="127.0.0.2") as server,
        client_of(world, server.url) as service,
        pytest.raises(ServerNotTrusted),
    ):
        ask(service)
    assert server.asked == []


def test_a_server_without_tls_gets_nothing(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        heard: list[bytes] = []

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                heard.append(connection.recv(65536))
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        with client_of(world, url) as service, pytest.raises(ServerNotTrusted):
            ask(service)
        thread.join()
    assert b"POST" not in b"".join(heard)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_certificate_of_a_stranger_is_told_apart(
    world: World, version: ssl.TLSVersion
) -> None:
    stranger = pki.facility_certificate(pki.service_authority(), Facility("9910000002", "W0000001"))
    folder = world.folder
    pki.write_pair(stranger, folder / "facility.pem", folder / "facility.key")
    context = server_context(world)
    context.minimum_version = context.maximum_version = version
    with (
        ScriptedServer([b""], context) as server,
        client_of(world, server.url) as service,
    ):
        for _ in range(_OFTEN):
            with pytest.raises(ClientCertificateRefused):
                ask(service)


def test_a_stranger_shut_out_in_silence_stays_in_the_queue(
    world: World, simulator: RunningSimulator
) -> None:
    """asyncio's server swallows the alert of such a handshake: it looks like a line cut."""
    stranger = pki.facility_certificate(pki.service_authority(), Facility("9910000001", "W0000001"))
    pki.write_pair(stranger, world.folder / "facility.pem", world.folder / "facility.key")
    with client_of(world, simulator.url) as service, pytest.raises(AnswerLost):
        ask(service)
    assert simulator.journal == []
