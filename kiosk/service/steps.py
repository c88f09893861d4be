"""The way to the service, step by step, for whoever looks for where it breaks off."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Coroutine
from contextlib import closing
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kiosk.errors import ServiceError
from kiosk.ports.service import (
    Account,
    AccountNotInForce,
    AccountStopped,
    ClientCertificateRefused,
    NameNotResolved,
    NoNetwork,
    ServiceTimedOut,
)
from kiosk.service.client import HttpsService
from kiosk.service.failures import Progress, translate
from kiosk.service.link import Link, tls_context

_HTTPS = 443


@dataclass(frozen=True, slots=True)
class Steps:
    """Each step goes the whole way up to it anew, sends nothing of any patient, and is bounded.

    Args:
        url: base URL, https only.
        ca: PEM file of the only certificate authority believed.
        own: PEM files of this terminal's certificate and key.
        patience_s: bound of a step.
    """

    url: str
    ca: Path
    own: tuple[Path, Path]
    patience_s: float

    @property
    def host(self) -> str:
        """Name or address of the service."""
        return urlsplit(self.url).hostname or ""

    @property
    def is_on_this_box(self) -> bool:
        """No cable leads there: a simulated service, by its address."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    def look_up(self) -> str:
        """The first address of the name; NameNotResolved."""
        late = NameNotResolved("no answer within the time")
        return self._bounded(self._addresses(), late)

    def connect(self) -> str:
        """TCP alone; NoNetwork."""
        return self._bounded(self._opened(None), NoNetwork("no connection within the time"))

    def shake_hands(self) -> str:
        """TLS: the version; ServerNotTrusted, ClockRefused, SettingsInvalid of our own files."""
        tls = tls_context(self.ca, self.own)
        try:
            return self._bounded(self._opened(tls), ServiceTimedOut("no TLS within the time"))
        except ClientCertificateRefused:
            # The service has shown itself; what it says of us is another step.
            return ""

    def show_certificate(self) -> str:
        """Until when the service takes our certificate; K211, K217 where it does not."""
        try:
            # The time is told to whoever asks: it says nothing of a certificate.
            return self.account().certificate_expires_at.isoformat()
        except (AccountNotInForce, AccountStopped):
            # It knows by our certificate whose account that is.
            return ""

    def account(self) -> Account:
        """What the service knows of this terminal."""
        certificate, key = self.own
        with HttpsService(self.url, ca=self.ca, certificate=certificate, key=key) as client:
            return client.account(patience_s=self.patience_s)

    def _bounded(self, work: Coroutine[Any, Any, str], late: ServiceError) -> str:
        async def bounded() -> str:
            try:
                async with asyncio.timeout(self.patience_s):
                    return await work
            except TimeoutError:
                raise late from None
            except OSError as error:
                raise translate(error, Progress(self.patience_s)) from error

        with closing(Link()) as link:
            return link.run(bounded())

    async def _addresses(self) -> str:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(self.host, self._port, type=socket.SOCK_STREAM)
        return str(found[0][4][0])

    async def _opened(self, tls: ssl.SSLContext | None) -> str:
        _, writer = await asyncio.open_connection(self.host, self._port, ssl=tls)
        try:
            socket_of_it = writer.get_extra_info("ssl_object")
            return (socket_of_it.version() or "") if socket_of_it else ""
        finally:
            writer.transport.abort()

    @property
    def _port(self) -> int:
        return urlsplit(self.url).port or _HTTPS
