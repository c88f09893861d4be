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
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import httpcore

_SECOND_FAMILY_S = 0.25
"""When the next address is tried beside one that does not answer (RFC 8305, section 5)."""

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
    """How connections are made: asyncio finds the address that answers, by whatever family."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> Stream:
        """Connect."""
        local = (local_address, 0) if local_address else None
        with _named(httpcore.ConnectError, httpcore.ConnectTimeout):
            async with asyncio.timeout(timeout):
                transport, _ = await asyncio.get_running_loop().create_connection(
                    asyncio.Protocol,
                    host,
                    port,
                    local_addr=local,
                    happy_eyeballs_delay=_SECOND_FAMILY_S,
                )
        try:
            connection: socket.socket = transport.get_extra_info("socket").dup()
        finally:
            # Only the descriptor of asyncio's is closed; the connection itself stays.
            transport.abort()
        connection.setblocking(False)  # noqa: FBT003 - the socket's own way
        for option in ((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1), *(socket_options or ())):
            connection.setsockopt(*option)
        return Stream(connection)
