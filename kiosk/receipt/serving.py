"""The link at work: the drop folder in one thread, the API in another, until it is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import uvicorn

from kiosk.errors import KioskError
from kiosk.events import Event
from kiosk.formats.oqs_tags import Encoding
from kiosk.log import record
from kiosk.ports.exports import CannotListen
from kiosk.receipt.api import Api
from kiosk.receipt.certificate import fingerprint, own_certificate
from kiosk.receipt.drop import Drop
from kiosk.receipt.ledger import Ledger
from kiosk.receipt.line import Line

LOOK_S = 1.0
LONGEST_WAIT_S = 60.0
"""Looks at a folder that is not there grow rarer up to this."""
_STARTS_WITHIN_S = 20.0
_MOST_CONNECTIONS = 64


class ReceiptLink:
    """Everything the link does; a context manager.

    Args:
        line: to kioskd.
        folder: of the link: certificate, ledger.
        no_result: the sentence of a K-code, for the receipt computer's screen.
        look_s: how often the drop folder is looked at.
    """

    def __init__(
        self,
        line: Line,
        folder: Path,
        *,
        no_result: Callable[[str], str],
        look_s: float = LOOK_S,
    ) -> None:
        self._line = line
        self._folder = folder
        self._no_result = no_result
        self._look_s = look_s
        self._stopping = threading.Event()
        self._stack = contextlib.ExitStack()
        self.url = ""
        self.fingerprint = ""
        self.ways: list[str] = []

    def __enter__(self) -> Self:
        manner = self._line.ask("receipt_open")
        self.ways = [name for name in ("drop_folder", "listen") if manner[name]]
        with contextlib.ExitStack() as stack:
            stack.callback(self._line.close)
            if manner["listen"]:
                stack.enter_context(self._serving(manner))
                self._line.introduce(url=self.url, fingerprint=self.fingerprint)
            if manner["drop_folder"]:
                stack.enter_context(self._dropping(self._drop(manner)))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._stack.close()

    def _drop(self, manner: dict[str, Any]) -> Drop:
        return Drop(
            Path(manner["drop_folder"]),
            self._line.ask,
            Ledger(self._folder),
            facility_code=manner["facility_code"],
            encoding=Encoding(manner["encoding"]),
            no_result=self._no_result,
        )

    # -- the drop folder ---------------------------------------------------------------------

    @contextlib.contextmanager
    def _dropping(self, drop: Drop) -> Iterator[None]:
        thread = threading.Thread(target=self._look_again, args=(drop,), name="drop")
        thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            thread.join()

    def _look_again(self, drop: Drop) -> None:
        wait_s, said = self._look_s, ""
        while not self._stopping.wait(wait_s):
            try:
                drop.look()
            except KioskError as error:
                # Once for each fault: a share that is off all night is one line.
                if error.code != said:
                    record(Event.RECEIPT_LINK_FAILED, where="drop", code=error.code)
                said, wait_s = error.code, min(wait_s * 2, LONGEST_WAIT_S)
            else:
                said, wait_s = "", self._look_s

    # -- the API -----------------------------------------------------------------------------

    @contextlib.contextmanager
    def _serving(self, manner: dict[str, Any]) -> Iterator[None]:
        host, _, port = str(manner["listen"]).rpartition(":")
        try:
            certificate, key = own_certificate(self._folder)
            self.fingerprint = fingerprint(certificate)
        except OSError as error:
            raise CannotListen(error.strerror or "certificate") from error
        server = _server(host.strip("[]"), int(port), self._application(manner), (certificate, key))
        thread = threading.Thread(target=_run, args=(server,), name="api")
        thread.start()
        try:
            self._await_start(server, thread)
            bound = server.servers[0].sockets[0].getsockname()
            self.url = f"https://{host}:{bound[1]}"
            yield
        finally:
            server.should_exit = True
            thread.join()

    def _application(self, manner: dict[str, Any]) -> Callable[..., Any]:
        return Api(self._line.ask, binds_address=bool(manner["bind_address"])).application()

    def _await_start(self, server: uvicorn.Server, thread: threading.Thread) -> None:
        waited = 0.0
        while not server.started:
            if not thread.is_alive() or waited > _STARTS_WITHIN_S:
                server.should_exit = True
                raise CannotListen("the address is taken or not ours")
            thread.join(0.02)
            waited += 0.02


def _server(
    host: str,
    port: int,
    application: Callable[..., Any],
    own: tuple[Path, Path],
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
        timeout_keep_alive=15,
        timeout_graceful_shutdown=2,
        h11_max_incomplete_event_size=16 * 1024,
        ws="none",
    )
    return uvicorn.Server(config)


def _run(server: uvicorn.Server) -> None:
    # Not server.run: that would take the signals of this process. It exits where it cannot bind.
    with contextlib.suppress(SystemExit):
        asyncio.run(server.serve())
