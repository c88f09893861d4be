"""The client of ``docs/protocol.md``: one question at a time over HTTPS, bounded as a whole.

Retries belong to the queue; inside one call only "still processing" (202) and "in progress" (409)
are asked again, within the patience given.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from kiosk.domain.check import Answer, EligibilityCheck, Refused
from kiosk.errors import ServiceError
from kiosk.ports.service import (
    AnswerLost,
    ClientCertificateRefused,
    MalformedAnswer,
    Reply,
    ServiceFault,
    StillProcessing,
)
from kiosk.service import message, results, wire
from kiosk.service.failures import Progress, out_of_patience, translate
from kiosk.service.link import Link, tls_context

CHECKS = "/v1/checks"
TIME = "/v1/time"
_JSON = ("application/json", "application/problem+json")
_CONNECT_S = 5.0
# TCP and TLS are timed apart; together they end before the patience does, for httpcore closes a
# handshake that timed out, but not one that was cancelled.
_CONNECT_SHARE = 0.45
_KEPT_ALIVE_S = 4.0
_POLL_S = 0.5
_LONGEST_WAIT_S = 86400.0
_OK, _ACCEPTED, _NOT_FOUND, _CONFLICT, _ERRORS = 200, 202, 404, 409, 400
_HEADERS = {"Accept": ", ".join(_JSON), "Accept-Encoding": "identity", "User-Agent": "madoguchi"}


@dataclass(frozen=True, slots=True)
class _Exchange:
    """One response, read to its end."""

    status: int
    body: bytes
    served_at: datetime | None
    retry_after_s: float | None


class HttpsService:
    """``kiosk.ports.service.EligibilityService`` over HTTPS; calls may come from several threads.

    Args:
        url: base URL, https only.
        ca: PEM file of the only certificate authority believed.
        certificate: PEM file of this terminal's client certificate.
        key: PEM file of its private key.

    Raises:
        SettingsInvalid: a file is missing or not what it should be.
    """

    def __init__(self, url: str, *, ca: Path, certificate: Path, key: Path) -> None:
        self._link = Link()
        self._http = httpx.AsyncClient(
            base_url=url,
            verify=tls_context(ca, certificate, key),
            trust_env=False,
            headers=_HEADERS,
            timeout=httpx.Timeout(None, connect=_CONNECT_S),
            limits=httpx.Limits(keepalive_expiry=_KEPT_ALIVE_S),
        )

    def compose(self, check: EligibilityCheck) -> bytes:
        """See the port."""
        return message.compose(check)

    def ask(self, check_id: str, body: bytes, *, patience_s: float) -> Reply:
        """See the port."""
        return self._link.run(self._bounded(check_id, body, patience_s))

    def close(self) -> None:
        """Close the connections kept alive; nothing can be asked afterwards."""
        self._link.run(self._http.aclose())
        self._link.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    async def _bounded(self, check_id: str, body: bytes, patience_s: float) -> Reply:
        progress = Progress(connect_s=min(_CONNECT_S, patience_s * _CONNECT_SHARE))
        ends_at = asyncio.get_running_loop().time() + patience_s
        try:
            async with asyncio.timeout_at(ends_at):
                return await self._until_settled(check_id, body, progress, ends_at)
        except TimeoutError:
            raise out_of_patience(progress) from None

    async def _until_settled(
        self, check_id: str, body: bytes, progress: Progress, ends_at: float
    ) -> Reply:
        is_poll = False
        while True:
            exchange = await (
                self._exchange("GET", f"{CHECKS}/{check_id}", progress)
                if is_poll
                else self._question(check_id, body, progress)
            )
            verdict = _verdict(exchange, check_id, is_poll=is_poll)
            if verdict is not None:
                return Reply(verdict, exchange.served_at)
            progress.is_processing = True
            is_poll = exchange.status != _CONFLICT
            await _wait(exchange.retry_after_s, ends_at)

    async def _question(self, check_id: str, body: bytes, progress: Progress) -> _Exchange:
        headers = {"Idempotency-Key": check_id, "Content-Type": "application/json"}
        try:
            return await self._exchange("POST", CHECKS, progress, headers=headers, content=body)
        except AnswerLost as error:
            if (
                progress.is_fresh
                and not progress.is_heard
                and await self._is_shut_out(progress.connect_s)
            ):
                raise ClientCertificateRefused(
                    "the service hangs up after the handshake"
                ) from error
            raise

    async def _is_shut_out(self, connect_s: float) -> bool:
        """Tell a refused client certificate from a line that broke.

        Under TLS 1.3 a server judges our certificate after our side of the handshake is done; one
        that then hangs up without an alert looks like a broken line. It does so to a harmless
        question on a new connection as well; a line that broke does not.
        """
        progress = Progress(connect_s)
        try:
            await self._exchange("GET", TIME, progress, headers={"Connection": "close"})
        except AnswerLost:
            return progress.is_fresh and not progress.is_heard
        except ClientCertificateRefused:
            return True
        except ServiceError:
            return False
        return False

    async def _exchange(
        self,
        method: str,
        path: str,
        progress: Progress,
        *,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
    ) -> _Exchange:
        progress.is_fresh = progress.is_sent = progress.is_heard = False
        try:
            async with self._http.stream(
                method,
                path,
                headers=headers,
                content=content,
                timeout=httpx.Timeout(None, connect=progress.connect_s),
                extensions={"trace": progress.trace},
            ) as response:
                return await _read(response)
        except (httpx.RequestError, OSError) as error:
            raise translate(error, progress) from error


async def _wait(retry_after_s: float | None, ends_at: float) -> None:
    pause = _POLL_S if retry_after_s is None else retry_after_s
    if asyncio.get_running_loop().time() + pause >= ends_at:
        raise StillProcessing(retry_after_s=retry_after_s)
    await asyncio.sleep(pause)


async def _read(response: httpx.Response) -> _Exchange:
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
    return _Exchange(response.status_code, bytes(body), served_at, waits)


def _refuse_foreign(response: httpx.Response) -> None:
    """An answer must be JSON; of an error the status says enough."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in _JSON and response.status_code < _ERRORS:
        raise MalformedAnswer(f"status {response.status_code}, not JSON")


def _verdict(exchange: _Exchange, check_id: str, *, is_poll: bool) -> Answer | Refused | None:
    """The verdict; None = ask again later. Raises what the status says otherwise."""
    if exchange.status in (_OK, _ACCEPTED):
        found = message.parse(exchange.body, check_id=check_id)
        if isinstance(found, message.Abnormal):
            raise ServiceFault(found.error_code)
        return None if isinstance(found, message.StillWorking) else found
    if exchange.status == _CONFLICT:
        return None
    if exchange.status < _ERRORS:
        raise MalformedAnswer(f"status {exchange.status}")
    if is_poll and exchange.status == _NOT_FOUND:
        raise AnswerLost("the service has forgotten the question")
    raise results.problem_error(
        exchange.status, message.problem(exchange.body), exchange.retry_after_s
    )


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


def _http_date(header: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(header) if header else None
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC) if moment else None
    except (ValueError, OverflowError):
        return None
