"""The bytes of one connection: TCP and TLS on a plain socket, for httpcore.

httpcore's own way under asyncio leads through anyio, which carries TLS through buffers in Python:
that took a third of a question's time. Here OpenSSL reads and writes the socket itself, and the
loop is asked only when it would block. What an exception means is left to httpx, as ever.
"""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
from asyncio.staggered import staggered_race
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import zip_longest
from typing import Any, TypeVar

import httpcore

_SECOND_FAMILY_S = 0.25
"""When the next address is tried beside one that does not answer (RFC 8305, section 5)."""

_Place = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]
"""As ``getaddrinfo`` has it."""

_T = TypeVar("_T")


@contextmanager
def _named(failed: type[Exception], late: type[Exception]) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise late from error
    except OSError as error:
        raise failed(str(error)) from error


class Stream(httpcore.AsyncNetworkStream):
    """A connection, with or without TLS. For one loop, and one reader or writer at a time.

    Args:
        connection: connected, does not block.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        """So many bytes at most; none at the end."""
        with _named(httpcore.ReadError, httpcore.ReadTimeout):
            return await self._patiently(partial(self._socket.recv, max_bytes), timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's
        """All of it."""
        rest = memoryview(buffer)
        with _named(httpcore.WriteError, httpcore.WriteTimeout):
            while rest:
                # The same bytes each time, as OpenSSL wants it of a write that is done again.
                sent = await self._patiently(partial(self._socket.send, rest), timeout)
                rest = rest[sent:]

    async def aclose(self) -> None:
        """Close at once; what the other side still says is not heard."""
        self._socket.close()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's
    ) -> Stream:
        """This connection under TLS; closed when that fails or takes too long."""
        try:
            with _named(httpcore.ConnectError, httpcore.ConnectTimeout):
                tls = ssl_context.wrap_socket(
                    self._socket, server_hostname=server_hostname, do_handshake_on_connect=False
                )
                self._socket = tls
                await self._patiently(tls.do_handshake, timeout)
        except BaseException:
            self._socket.close()
            raise
        return self

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as httpcore has it
        """``is_readable`` of a connection kept alive: something came, mostly its end."""
        if info != "is_readable":
            return None
        if self._socket.fileno() < 0:
            return True
        waiting = select.poll()
        waiting.register(self._socket, select.POLLIN)
        return bool(waiting.poll(0))

    async def _patiently(self, act: Callable[[], _T], within_s: float | None) -> _T:
        """Once more each time the socket is ready; TimeoutError after so many seconds."""
        try:
            return act()
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError) as wants:
            wanted: OSError = wants
        async with asyncio.timeout(within_s):
            while True:
                await self._ready(to_write=isinstance(wanted, ssl.SSLWantWriteError))
                try:
                    return act()
                except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError) as wants:
                    wanted = wants

    async def _ready(self, *, to_write: bool) -> None:
        loop = asyncio.get_running_loop()
        come: asyncio.Future[None] = loop.create_future()
        watch, leave = (
            (loop.add_writer, loop.remove_writer)
            if to_write
            else (loop.add_reader, loop.remove_reader)
        )
        place = self._socket.fileno()
        watch(place, _tell, come)
        try:
            await come
        finally:
            leave(place)


def _tell(come: asyncio.Future[None]) -> None:
    if not come.done():
        come.set_result(None)


class Backend(httpcore.AsyncNetworkBackend):
    """How connections are made: to the address that answers, by whatever family."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> Stream:
        """Connect."""
        with _named(httpcore.ConnectError, httpcore.ConnectTimeout):
            async with asyncio.timeout(timeout):
                connection = await _connected(host, port, local_address)
        for option in ((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1), *(socket_options or ())):
            connection.setsockopt(*option)
        return Stream(connection)


async def _connected(host: str, port: int, local: str | None) -> socket.socket:
    """The first connection that stands; the others are closed, and it too where nobody waits.

    ``loop.create_connection`` loses a connection that comes to stand while it is being given up:
    its descriptor stays open until it is collected.
    """
    loop = asyncio.get_running_loop()
    places = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    standing: list[socket.socket] = []
    first: socket.socket | None = None
    try:
        first, _, faults = await staggered_race(
            [partial(_connect, place, local, standing) for place in _by_turns(places)],
            _SECOND_FAMILY_S,
        )
    finally:
        for connection in standing:
            if connection is not first:
                connection.close()
    if first is None:
        raise next((fault for fault in faults if fault), OSError(f"no address of {host}"))
    return first


async def _connect(
    place: _Place, local: str | None, standing: list[socket.socket]
) -> socket.socket:
    family, kind, protocol, _, address = place
    connection = socket.socket(family, kind, protocol)
    try:
        connection.setblocking(False)  # noqa: FBT003 - the socket's own way
        if local is not None:
            connection.bind((local, 0))
        await asyncio.get_running_loop().sock_connect(connection, address)
    except BaseException:
        connection.close()
        raise
    standing.append(connection)
    return connection


def _by_turns(places: Sequence[_Place]) -> list[_Place]:
    """The families by turns, each in its order, the preferred one first (RFC 8305, section 4)."""
    families = dict.fromkeys(place[0] for place in places)
    each = [[place for place in places if place[0] is family] for family in families]
    return [place for turn in zip_longest(*each) for place in turn if place]
