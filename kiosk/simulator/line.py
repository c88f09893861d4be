"""The line to the simulated service: a real listening socket over TLS, to cut and to mend."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from kiosk.settings import SettingsInvalid
from kiosk.simulator.world import World

if TYPE_CHECKING:
    from uvicorn._types import (
        ASGI3Application,
        ASGIReceiveCallable,
        ASGISendCallable,
        Scope,
    )

HOST = "127.0.0.1"


def bound(port: int) -> socket.socket:
    """A socket that holds a port of loopback; nobody can connect before it listens.

    Args:
        port: 0 = any free one.

    Raises:
        SettingsInvalid: the port is taken or not allowed.
    """
    # asyncio sets TCP_NODELAY only where the protocol is named; without it an answer takes 44 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        name = errno.errorcode.get(error.errno or 0, "")
        raise SettingsInvalid(f"port {port}: {error.strerror} {name}".rstrip()) from None
    return listener


class Line:
    """Accepts while it is whole; refuses, and breaks what was open, while it is cut.

    Args:
        world: whose certificates it shows and demands.
        app: the service.
        port: 0 = any.
        on_open: called each time it begins to listen.
        demands_certificate: of whoever has one; False = nobody is asked, as browsers want it.

    Except for ``close``, all calls come from the event loop's thread.
    """

    def __init__(
        self,
        world: World,
        app: ASGI3Application,
        port: int,
        on_open: Callable[[], None],
        *,
        demands_certificate: bool = True,
    ) -> None:
        self._is_cut = False
        self._world = world
        self._context = server_context(world)
        if not demands_certificate:
            self._context.verify_mode = ssl.CERT_NONE
        self._shown: str | None = None
        self.empty = asyncio.Event()
        self.empty.set()
        self._listener = bound(port)
        self.port: int = self._listener.getsockname()[1]
        config = uvicorn.Config(
            app,
            http=_protocol(self),
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            date_header=False,
            ssl_context_factory=lambda _config, _default: self._context,
        )
        self._server = _Server(config, on_open)

    @property
    def is_cut(self) -> bool:
        """True while nobody can connect."""
        return self._is_cut

    async def serve(self) -> None:
        """Accept connections until ``end``."""
        await self._server.serve(sockets=[self._listener])

    async def cut(self) -> None:
        """Stop listening, break every connection; done when it returns.

        The port stays ours: a bound socket that does not listen refuses connections, and the
        kernel gives the port to nobody else.
        """
        if self._is_cut:
            return
        self._is_cut = True
        self._hang_up()
        await self.empty.wait()
        self._listener = bound(self.port)

    async def mend(self) -> None:
        """Listen on the same port again."""
        if not self._is_cut:
            return
        self._is_cut = False
        await self._server.startup(sockets=[self._listener])

    def show(self, wrong: str | None) -> None:
        """Show a wrong certificate from now on, or the right one: ``World.server_files``."""
        if wrong == self._shown:
            return
        self._shown = wrong
        self._context.load_cert_chain(*self._world.server_files(wrong))
        self._break()

    def end(self) -> None:
        """Let ``serve`` return."""
        self._is_cut = True
        self._hang_up()
        self._server.should_exit = self._server.force_exit = True

    def close(self) -> None:
        """Give the port back, once ``serve`` has returned."""
        self._listener.close()

    def _hang_up(self) -> None:
        for listening in self._server.servers:
            listening.close()
        # A connection in the midst of its handshake is not among those below; it is broken when
        # the handshake ends. Nobody shall wait for that.
        self._server.servers.clear()
        self._break()

    def _break(self) -> None:
        for connection in tuple(self._server.server_state.connections):
            cast("H11Protocol", connection).transport.abort()


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config, on_open: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_open = on_open

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_open()


def server_context(world: World) -> ssl.SSLContext:
    """TLS 1.2 or later; who shows a certificate must show one of the world's authority.

    Without one only activation and time are open; the service says so, in words.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(*world.server_files(None))
    context.load_verify_locations(cafile=world.ca)
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


def _protocol(line: Line) -> type[H11Protocol]:
    class PeerProtocol(H11Protocol):
        """Tells the application who the client is, as the ASGI TLS extension has it."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            line.empty.clear()
            if line.is_cut:
                transport.abort()
                return
            tls = transport.get_extra_info("ssl_object")
            der = tls.getpeercert(binary_form=True) if tls else None
            chain = [ssl.DER_cert_to_PEM_cert(der)] if der else []
            self.app = _with_peer(self.app, chain, transport.abort)

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            if not self.connections:
                line.empty.set()

    return PeerProtocol


def _with_peer(
    app: ASGI3Application, chain: list[str], hang_up: Callable[[], None]
) -> ASGI3Application:
    async def told(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        extensions = {"tls": {"client_cert_chain": chain}, "hang_up": hang_up}
        cast("dict[str, object]", scope)["extensions"] = extensions
        with contextlib.suppress(ConnectionError):
            await app(scope, receive, send)

    return told
