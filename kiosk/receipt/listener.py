"""The API's server: TLS on one address, in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Self, cast

import uvicorn

from kiosk.ports.exports import CannotListen
from kiosk.receipt.api import Api, Ask
from kiosk.receipt.certificate import fingerprint, own_certificate
from kiosk.receipt.patience import REQUEST_S, PatientProtocol

_STARTS_WITHIN_S = 20.0
_MOST_CONNECTIONS = 64
_ANYWHERE = ("192.0.2.1", 9)
"""Of no network (RFC 5737): a socket to there tells our own address, and nothing is sent."""


class Listener:
    """A context manager: the API listens while it is open.

    Args:
        ask: a question to the desk.
        folder: of the link, for the certificate.
        listen: "host:port"; port 0 = any that is free.
        binds_address: a token works only from where it was paired.
        request_s: a request is whole within this.
    """

    def __init__(
        self,
        ask: Ask,
        folder: Path,
        *,
        listen: str,
        binds_address: bool,
        request_s: float = REQUEST_S,
    ) -> None:
        self._ask = ask
        self._folder = folder
        self._listen = listen
        self._binds_address = binds_address
        self._request_s = request_s
        self.url = ""
        self.fingerprint = ""

    def __enter__(self) -> Self:
        """CannotListen where the address is taken or not ours, or the folder cannot be used."""
        host, _, port = self._listen.rpartition(":")
        try:
            own = own_certificate(self._folder)
            self.fingerprint = fingerprint(own[0])
        except OSError as error:
            raise CannotListen(error.strerror or "certificate") from error
        api = Api(self._ask, binds_address=self._binds_address).application()
        self._server = _server(host.strip("[]"), int(port), api, own, self._request_s)
        self._thread = threading.Thread(target=_run, args=(self._server,), name="api")
        self._thread.start()
        try:
            self._await_start()
        except CannotListen:
            self.__exit__()
            raise
        bound = self._server.servers[0].sockets[0].getsockname()
        self.url = f"https://{_reached_as(host)}:{bound[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()

    def _await_start(self) -> None:
        waited = 0.0
        while not self._server.started:
            if not self._thread.is_alive() or waited > _STARTS_WITHIN_S:
                raise CannotListen("the address is taken or not ours")
            self._thread.join(0.02)
            waited += 0.02


def _reached_as(host: str) -> str:
    """What others call the host; where it is every address of the box, the one on the way out."""
    try:
        if not ipaddress.ip_address(host.strip("[]")).is_unspecified:
            return host
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way_out:
            way_out.connect(_ANYWHERE)
            return str(way_out.getsockname()[0])
    except ValueError:
        return host
    except OSError:
        return socket.gethostname()


def _server(
    host: str,
    port: int,
    application: Callable[..., Any],
    own: tuple[Path, Path],
    request_s: float,
) -> uvicorn.Server:
    config = uvicorn.Config(
        application,
        host=host,
        port=port,
        ssl_certfile=own[0],
        ssl_keyfile=own[1],
        ssl_version=ssl.PROTOCOL_TLS_SERVER,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        limit_concurrency=_MOST_CONNECTIONS,
        http=cast("type[asyncio.Protocol]", partial(PatientProtocol, request_s)),
        timeout_keep_alive=round(REQUEST_S),
        timeout_graceful_shutdown=2,
        h11_max_incomplete_event_size=16 * 1024,
        ws="none",
    )
    return uvicorn.Server(config)


def _run(server: uvicorn.Server) -> None:
    # Not server.run: that would take the signals of this process. It exits where it cannot bind.
    with contextlib.suppress(SystemExit):
        asyncio.run(server.serve())
