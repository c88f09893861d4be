"""How a connection is made: by the address that answers, and none left open when given up."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Coroutine, Iterator
from typing import Any

import httpcore
import pytest

from kiosk.service.stream import Backend, Stream
from tests.pcsc.conftest import own_descriptors

_LOCAL = "127.0.0.1"


class _Named(asyncio.SelectorEventLoop):
    """A loop that knows the addresses of one name.

    Args:
        ports: of this machine, in the order of preference.
    """

    def __init__(self, ports: list[int]) -> None:
        super().__init__()
        self._ports = ports

    async def getaddrinfo(self, *_: object, **__: object) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (_LOCAL, port))
            for port in self._ports
        ]


def _run(work: Coroutine[Any, Any, Any], ports: list[int]) -> None:
    with contextlib.closing(_Named(ports)) as loop:
        loop.run_until_complete(work)


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.create_server((_LOCAL, 0), backlog=1000) as server:
        yield server.getsockname()[1]


@pytest.fixture
def refusing() -> int:
    with socket.create_server((_LOCAL, 0)) as server:
        port: int = server.getsockname()[1]
    return port


@pytest.fixture
def silent() -> Iterator[int]:
    """Its queue is full: whoever connects hears nothing."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.create_server((_LOCAL, 0), backlog=0))
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            with contextlib.suppress(BlockingIOError):
                waiting.connect(server.getsockname())
        yield server.getsockname()[1]


async def _connected(within_s: float = 20.0) -> Stream:
    return await Backend().connect_tcp("kiosk.invalid", 443, within_s)


async def _stands() -> None:
    stream = await _connected()
    assert not stream.get_extra_info("is_readable")
    await stream.aclose()


def test_the_next_address_where_one_refuses(refusing: int, listening: int) -> None:
    _run(_stands(), [refusing, listening])


def test_the_next_address_where_one_is_silent(silent: int, listening: int) -> None:
    before = own_descriptors()
    _run(_stands(), [silent, listening])
    assert own_descriptors() == before


def test_no_address_stands(refusing: int) -> None:
    with pytest.raises(httpcore.ConnectError):
        _run(_connected(), [refusing, refusing])
    with pytest.raises(httpcore.ConnectError):
        _run(_connected(), [])


def test_a_connection_that_stands_as_it_is_given_up_is_closed(listening: int) -> None:
    """At whatever moment: one that nobody holds would stay open until it is collected."""

    async def work() -> None:
        before, stood, late = own_descriptors(), 0, 0
        while stood < 50:
            try:
                await (await _connected((stood + late) * 5e-6)).aclose()
                stood += 1
            except httpcore.ConnectTimeout:
                late += 1
        assert late
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert own_descriptors() == before

    _run(work(), [listening])
