"""HTTPS to the service: one response at a time, read to its end, bounded as a whole.

The limits and the errors are those of ``docs/protocol.md``; what an answer means is not known here.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import httpcore
import httpx

from kiosk.ports.service import AnswerLost, MalformedAnswer, TerminalCertificateEnds
from kiosk.service import message, results, wire
from kiosk.service.failures import Progress, out_of_patience, translate
from kiosk.service.link import Link, expires_at
from kiosk.service.stream import Backend

ERRORS = 400
_JSON = ("application/json", "application/problem+json")
_CONNECT_S = 5.0
# TCP and TLS are timed apart; together they end before the patience does, for httpcore closes a
# handshake that timed out, but not one that was cancelled.
_CONNECT_SHARE = 0.45
_KEPT_ALIVE_S = 4.0
_HTTPS = 443
_ADDRESSES = 8
_LISTENS_S = 1.0
"""An alert follows the handshake by one way of the line; the visitor waits meanwhile."""
_LONGEST_WAIT_S = 86400.0
_LONGEST_PAUSE_S = 3600.0
_LIMIT = re.compile(r";\s*([rt])=(\d{1,9})(?=[;,\s]|$)", re.ASCII)
_HEADERS = {"Accept": ", ".join(_JSON), "Accept-Encoding": "identity", "User-Agent": "madoguchi"}

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One response, read to its end.

    Args:
        status: HTTP status.
        body: as it came.
        served_at: ``Date``, aware UTC.
        retry_after_s: ``Retry-After``.
        pause_s: how long the next question of a queue is not welcome (``RateLimit``).
    """

    status: int
    body: bytes
    served_at: datetime | None
    retry_after_s: float | None
    pause_s: float

    def unless_failed(self, *, expected: int = 200) -> Exchange:
        """This exchange.

        Raises:
            ServiceError: what another status than the expected one means.
        """
        if self.status == expected:
            return self
        if self.status < ERRORS:
            raise MalformedAnswer(f"status {self.status}")
        raise results.problem_error(self.status, message.problem(self.body), self.retry_after_s)


class _Http(httpx.AsyncHTTPTransport):
    """httpx over our own streams: it has no argument for them, so its pool is made here."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls, keepalive_expiry=_KEPT_ALIVE_S, network_backend=Backend()
        )


class Transport:
    """A client of one server; calls may come from several threads.

    Args:
        url: base URL, https only.
        tls: whom it believes, and who it is.
        own: PEM file of the certificate it shows; None = it shows none.
    """

    def __init__(self, url: str, tls: ssl.SSLContext, own: Path | None = None) -> None:
        self._own = own
        self._link = Link()
        self._tls = tls
        self._base = httpx.URL(url)
        # Parsing the same address for each question takes a tenth of its time.
        self._address = lru_cache(_ADDRESSES)(self._base.join)
        # The layer below httpx.AsyncClient: redirects, cookies and proxies take a fifth of the time
        # of a question, and none may happen; a cookie that cannot be sent back would spoil all.
        self._http = _Http(tls)

    def run(self, work: Callable[[Progress, float], Awaitable[_T]], *, patience_s: float) -> _T:
        """Do the work within the patience, all of it.

        Args:
            work: takes the progress, and the end on the clock of the loop.
            patience_s: bound of everything, name lookup included.
        """
        return self._link.run(self._bounded(work, patience_s))

    def begin(
        self, work: Callable[[Progress, float], Awaitable[_T]], *, patience_s: float
    ) -> Future[_T]:
        """As ``run``, but without waiting."""
        return self._link.begin(self._bounded(work, patience_s))

    def get(self, path: str, *, patience_s: float) -> Exchange:
        """One harmless question, answered with 200.

        Raises:
            ServiceError: what the line or the status says.
        """
        return self.run(
            lambda progress, _: self.send("GET", path, progress), patience_s=patience_s
        ).unless_failed()

    def close(self) -> None:
        """Close the connections kept alive; nothing can be asked afterwards."""
        self._link.run(self._http.aclose())
        self._link.close()

    async def _bounded(
        self, work: Callable[[Progress, float], Awaitable[_T]], patience_s: float
    ) -> _T:
        progress = Progress(connect_s=min(_CONNECT_S, patience_s * _CONNECT_SHARE))
        ends_at = asyncio.get_running_loop().time() + patience_s
        try:
            async with asyncio.timeout_at(ends_at):
                return await work(progress, ends_at)
        except TimeoutError:
            raise out_of_patience(progress) from None

    async def send(
        self,
        method: str,
        path: str,
        progress: Progress,
        *,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
    ) -> Exchange:
        """One request and its whole response; only inside ``run``."""
        progress.is_fresh = progress.is_sent = progress.is_heard = False
        request = httpx.Request(
            method,
            self._address(path),
            headers={**_HEADERS, **(headers or {})},
            content=content,
            extensions={"timeout": {"connect": progress.connect_s}, "trace": progress.trace},
        )
        try:
            async with aclosing(await self._http.handle_async_request(request)) as response:
                return await _read(response)
        except (httpx.RequestError, OSError) as error:
            found = translate(error, progress)
            # Under TLS 1.3 our certificate is judged when our side of the handshake is done.
            if isinstance(found, AnswerLost) and progress.is_fresh and not progress.is_heard:
                await self._listen(progress.connect_s)
                if self._has_ended():
                    found = TerminalCertificateEnds("it has ended")
            raise found from error

    def _has_ended(self) -> bool:
        """Our certificate, by this box's clock: a server that hangs up on it need not say why."""
        try:
            return self._own is not None and expires_at(self._own) < datetime.now(UTC)
        except (OSError, ValueError):
            return False

    async def _listen(self, connect_s: float) -> None:
        """Connect and say nothing, to hear an alert that an earlier reset has swallowed.

        A server whose alert crosses our question resets the connection, and what it said last is
        lost. On a connection over which nothing was sent it is heard. Nothing is concluded from
        silence or from a hang-up: a line that breaks twice is a broken line.

        Raises:
            ServiceError: what the alert says, if one comes.
        """
        url = self._base
        progress = Progress(connect_s, is_sent=True)
        try:
            async with asyncio.timeout(connect_s):
                reader, writer = await asyncio.open_connection(
                    url.host, url.port or _HTTPS, ssl=self._tls
                )
            try:
                async with asyncio.timeout(_LISTENS_S):
                    await reader.read(1)
            finally:
                writer.transport.abort()
        except ssl.SSLError as error:
            raise translate(error, progress) from error
        except OSError:
            return


async def _read(response: httpx.Response) -> Exchange:
    """The body as it came, up to the wire's limit; compressed ones are not unpacked."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise MalformedAnswer("compressed")
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > wire.MAX_BYTES:
            raise MalformedAnswer("too large")
    _refuse_foreign(response)
    served_at = _http_date(response.headers.get("Date"))
    waits = retry_after(response.headers.get("Retry-After"), served_at or datetime.now(UTC))
    pause = pause_s(response.headers.get("RateLimit"))
    return Exchange(response.status_code, bytes(body), served_at, waits, pause)


def _refuse_foreign(response: httpx.Response) -> None:
    """An answer must be JSON; of an error the status says enough."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in _JSON and response.status_code < ERRORS:
        raise MalformedAnswer(f"status {response.status_code}, not JSON")


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds of a ``Retry-After`` header (RFC 9110, 10.2.3); None when absent or unreadable.

    Args:
        header: seconds, or an HTTP date.
        now: aware; what a date is counted from, the server's own ``Date`` where it sent one.

    At most a day: a service that names more would silence a clinic by mistake.
    """
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), _LONGEST_WAIT_S)
    until = _http_date(text)
    if until is None:
        return None
    return min(max((until - now).total_seconds(), 0.0), _LONGEST_WAIT_S)


def pause_s(header: str | None) -> float:
    """Seconds of a ``RateLimit`` header of which nothing remains; 0 when it asks for no pause.

    draft-ietf-httpapi-ratelimit-headers-10: ``"queue";r=0;t=12``; r = what remains, t = seconds
    until there is more. At most an hour.
    """
    found = {name: int(digits) for name, digits in _LIMIT.findall(header or "")}
    return 0.0 if found.get("r", 1) else min(float(found.get("t", 0)), _LONGEST_PAUSE_S)


def _http_date(header: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(header) if header else None
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC) if moment else None
    except (ValueError, OverflowError):
        return None
