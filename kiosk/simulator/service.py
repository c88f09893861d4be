"""The simulated eligibility service as an ASGI application: ``docs/protocol.md``, marked 模擬."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import cast

from cryptography import x509
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.domain.facility import Facility
from kiosk.service import wire
from kiosk.service.results import Problem
from kiosk.simulator import question as questions
from kiosk.simulator import tree
from kiosk.simulator.ledger import Ledger, Processed
from kiosk.simulator.pki import facility_of
from kiosk.simulator.question import MalformedQuestion, Question
from kiosk.simulator.rules import judge
from kiosk.simulator.world import World

NO_STORE = {"Cache-Control": "no-store"}


class Faults:
    """What the simulated service is told to do wrong.

    ``answering`` is cleared while answers are withheld: questions are processed all the same.
    """

    def __init__(self) -> None:
        self.answering = asyncio.Event()
        self.answering.set()


class ProblemFound(Exception):
    """A question that gets a problem document."""

    def __init__(self, kind: Problem, status: int, detail: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.status = status
        self.detail = detail


class Service:
    """The service of one world. All calls come from the thread of its event loop.

    Args:
        world: people, cards, authorities.
        ledger: what was processed.
        faults: what it does wrong.
    """

    def __init__(self, world: World, ledger: Ledger, faults: Faults) -> None:
        self._world = world
        self._ledger = ledger
        self._faults = faults

    def application(self) -> Starlette:
        """The routes and what becomes of errors."""
        return Starlette(
            routes=[
                Route("/v1/checks", self._check, methods=["POST"]),
                Route("/v1/checks/{check_id}", self._poll, methods=["GET"]),
                Route("/v1/time", self._time, methods=["GET"]),
            ],
            exception_handlers={
                ProblemFound: _told(_problem_found),
                HTTPException: _told(_no_such_place),
                Exception: _told(_fault),
            },
        )

    async def _check(self, request: Request) -> Response:
        body = await _body(request)
        question = _question(request, body)
        _check_facility(question, _asker(request))
        check = self._processed(question, body)
        await self._faults.answering.wait()
        return _json(check.answer)

    async def _poll(self, request: Request) -> Response:
        check = self._ledger.get(request.path_params["check_id"])
        if check is None or check.facility != _asker(request):
            raise ProblemFound(Problem.UNKNOWN_CHECK, 404)
        await self._faults.answering.wait()
        return _json(check.answer)

    async def _time(self, _request: Request) -> Response:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return _json(wire.dump({**tree.MARKS, "time": now}))

    def _processed(self, question: Question, body: bytes) -> Processed:
        """Process a question once; asked again it has the same answer."""
        fingerprint = hashlib.sha256(body).hexdigest()
        known = self._ledger.get(question.check_id)
        if known is None:
            return self._first_time(question, fingerprint)
        if known.body_sha256 != fingerprint or known.facility != question.facility:
            raise ProblemFound(Problem.KEY_REUSED, 422)
        self._ledger.repeat(known)
        return known

    def _first_time(self, question: Question, fingerprint: str) -> Processed:
        now = datetime.now(UTC)
        judgement = judge(self._world, question, now)
        check = Processed(
            check_id=question.check_id,
            facility=question.facility,
            body_sha256=fingerprint,
            answer=tree.answer(question, judgement, now),
            person=judgement.person.id if judgement.person else None,
            result=str(judgement.refusal or judgement.notice or ""),
        )
        self._ledger.enter(check)
        return check


def _question(request: Request, body: bytes) -> Question:
    key = request.headers.get("Idempotency-Key")
    if not key:
        raise ProblemFound(Problem.KEY_MISSING, 400)
    try:
        question = questions.parse(body)
    except MalformedQuestion as error:
        raise ProblemFound(Problem.MALFORMED, 400, str(error)) from None
    if question.check_id != key:
        raise ProblemFound(Problem.MALFORMED, 400, "Idempotency-Key is not the check_id")
    return question


def _check_facility(question: Question, asker: Facility) -> None:
    if question.facility != asker:
        raise ProblemFound(Problem.OTHER_FACILITY, 403)


def _asker(request: Request) -> Facility:
    """Whose client certificate the connection showed (ASGI TLS extension)."""
    chain = request.scope.get("extensions", {}).get("tls", {}).get("client_cert_chain", ())
    try:
        return facility_of(x509.load_pem_x509_certificate("".join(chain[:1]).encode()))
    except ValueError:
        raise ProblemFound(Problem.OTHER_FACILITY, 403) from None


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > questions.MAX_BYTES:
            raise ProblemFound(Problem.TOO_LARGE, 413)
    return bytes(body)


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json", headers=NO_STORE)


def _problem(kind: Problem, status: int, detail: str = "") -> Response:
    return Response(
        tree.problem(kind, status, detail),
        status,
        media_type="application/problem+json",
        headers=NO_STORE,
    )


_Handler = Callable[[Request, Exception], Awaitable[Response]]


def _told(make: Callable[[Exception], Response]) -> _Handler:
    async def handle(_request: Request, error: Exception) -> Response:
        return make(error)

    return handle


def _problem_found(error: Exception) -> Response:
    found = cast("ProblemFound", error)
    return _problem(found.kind, found.status, found.detail)


def _no_such_place(error: Exception) -> Response:
    return _problem(Problem.NOT_FOUND, cast("HTTPException", error).status_code)


def _fault(_error: Exception) -> Response:
    return _problem(Problem.FAULT, 500)
