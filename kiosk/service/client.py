"""The client of ``docs/protocol.md``: one question at a time over HTTPS, bounded as a whole.

Retries belong to the queue; inside one call only "still processing" (202) and "in progress" (409)
are asked again, within the patience given.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from kiosk.domain.check import EligibilityCheck
from kiosk.ports.service import (
    Account,
    AnswerLost,
    MalformedAnswer,
    Reply,
    ResultsPage,
    ServiceFault,
    StillProcessing,
)
from kiosk.service import message, pages, results
from kiosk.service.failures import Progress
from kiosk.service.link import tls_context
from kiosk.service.transport import ERRORS, Exchange, Transport

CHECKS = "/v1/checks"
TIME = "/v1/time"
ACCOUNT = "/v1/account"
RESULTS = "/v1/results"
_POLL_S = 0.5
_ANCHORED_S = 1.0
"""So old may the head be that a question of the queue carries: reading it took a tenth of one."""
_OK, _ACCEPTED, _NOT_FOUND, _CONFLICT = 200, 202, 404, 409


class HttpsService:
    """``EligibilityService`` and ``FacilityResults`` over HTTPS; from several threads.

    Args:
        url: base URL, https only.
        ca: PEM file of the only certificate authority believed.
        certificate: PEM file of this terminal's client certificate.
        key: PEM file of its private key.
        anchor: the head of the audit, sent with each question so that it is kept where this box
            cannot reach; "" = none to send.
        waiting: how many checks wait besides those under way, sent with a question when there are.

    Raises:
        SettingsInvalid: a file is missing or not what it should be.
    """

    def __init__(
        self,
        url: str,
        *,
        ca: Path,
        certificate: Path,
        key: Path,
        anchor: Callable[[], str] = str,
        waiting: Callable[[], int] = int,
    ) -> None:
        self._waiting = waiting
        self._anchor = anchor
        self._lately = ("", -_ANCHORED_S)
        self._own = (certificate, key)
        self._tls = tls_context(ca, self._own)
        self._wire = Transport(url, self._tls, certificate)

    def compose(self, check: EligibilityCheck) -> bytes:
        """See the port."""
        return message.compose(check)

    def ask(self, check_id: str, body: bytes, *, patience_s: float) -> Reply:
        """See the port."""
        work = self._asked(check_id, body, self._anchor())
        return self._wire.run(work, patience_s=patience_s)

    def begin(self, check_id: str, body: bytes, *, patience_s: float) -> Future[Reply]:
        """See the port."""
        work = self._asked(check_id, body, self._latest_anchor())
        return self._wire.begin(work, patience_s=patience_s)

    def _latest_anchor(self) -> str:
        anchor, read_at = self._lately
        now = time.monotonic()
        if now - read_at >= _ANCHORED_S:
            anchor = self._anchor()
            self._lately = anchor, now
        return anchor

    def _asked(
        self, check_id: str, body: bytes, anchor: str
    ) -> Callable[[Progress, float], Coroutine[Any, Any, Reply]]:
        question = {"Idempotency-Key": check_id, "Content-Type": "application/json"}
        if anchor:
            question["Audit-Anchor"] = anchor
        return lambda progress, ends_at: self._until_settled(question, body, progress, ends_at)

    def server_time(self, *, patience_s: float) -> datetime:
        """See the port."""
        return pages.server_time(self._wire.get(TIME, patience_s=patience_s).body)

    def account(self, *, patience_s: float) -> Account:
        """See the port."""
        return pages.account(self._wire.get(ACCOUNT, patience_s=patience_s).body)

    def results(
        self, cursor: str | None, *, since: datetime | None = None, patience_s: float
    ) -> ResultsPage:
        """See the port."""
        asked = {"cursor": cursor, "since": since.isoformat() if since else None}
        query = urlencode({name: value for name, value in asked.items() if value})
        path = f"{RESULTS}?{query}" if query else RESULTS
        return pages.results_page(self._wire.get(path, patience_s=patience_s).body)

    def reload(self) -> None:
        """Show the certificate that lies in its file now, on every connection made from here on."""
        self._tls.load_cert_chain(*self._own)

    def close(self) -> None:
        """Close the connections kept alive; nothing can be asked afterwards."""
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    async def _until_settled(
        self, question: Mapping[str, str], body: bytes, progress: Progress, ends_at: float
    ) -> Reply:
        check_id = question["Idempotency-Key"]
        is_poll = False
        while True:
            exchange = await (
                self._wire.send("GET", f"{CHECKS}/{check_id}", progress)
                if is_poll
                else self._question(question, body, progress)
            )
            reply = _reply(exchange, check_id, is_poll=is_poll)
            if reply is not None:
                return reply
            progress.is_processing = True
            is_poll = exchange.status != _CONFLICT
            await _wait(exchange.retry_after_s, ends_at)

    async def _question(
        self, question: Mapping[str, str], body: bytes, progress: Progress
    ) -> Exchange:
        headers = {**question}
        if waiting := self._waiting():
            headers["Checks-Waiting"] = str(waiting)
        return await self._wire.send("POST", CHECKS, progress, headers=headers, content=body)


async def _wait(retry_after_s: float | None, ends_at: float) -> None:
    pause = _POLL_S if retry_after_s is None else retry_after_s
    if asyncio.get_running_loop().time() + pause >= ends_at:
        raise StillProcessing(retry_after_s=retry_after_s)
    await asyncio.sleep(pause)


def _reply(exchange: Exchange, check_id: str, *, is_poll: bool) -> Reply | None:
    """With the verdict; None = ask again later. Raises what the status says otherwise."""
    if exchange.status in (_OK, _ACCEPTED):
        document = message.load(exchange.body)
        found = message.understood(document, check_id=check_id)
        if isinstance(found, message.Abnormal):
            raise ServiceFault(found.error_code)
        if isinstance(found, message.StillWorking):
            return None
        return Reply(found, exchange.served_at, exchange.pause_s, message.earlier(document))
    if exchange.status == _CONFLICT:
        return None
    if exchange.status < ERRORS:
        raise MalformedAnswer(f"status {exchange.status}")
    if is_poll and exchange.status == _NOT_FOUND:
        raise AnswerLost("the service has forgotten the question")
    raise results.problem_error(
        exchange.status, message.problem(exchange.body), exchange.retry_after_s
    )
