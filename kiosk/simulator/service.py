"""The simulated eligibility service as an ASGI application: ``docs/protocol.md``, marked 模擬."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.service import wire
from kiosk.service.results import Problem
from kiosk.simulator import question as questions
from kiosk.simulator import tree
from kiosk.simulator.enrolment import Enrolment
from kiosk.simulator.fault import CHECKS, Fault
from kiosk.simulator.ledger import Ledger, Processed
from kiosk.simulator.listing import page
from kiosk.simulator.problems import ProblemFound, as_json, body_of, handlers, key_of
from kiosk.simulator.question import MalformedQuestion, Question
from kiosk.simulator.rules import judge
from kiosk.simulator.world import World


class Withheld:
    """What is kept from those who ask while their questions are processed all the same.

    ``answering`` is cleared while answers are withheld.
    """

    def __init__(self) -> None:
        self.answering = asyncio.Event()
        self.answering.set()
        self._processing: Fault | None = None
        self._told: Counter[str] = Counter()

    @property
    def retry_after_s(self) -> int:
        """Seconds until a check still processed shall be asked for again."""
        return (self._processing and self._processing.retry_after) or 1

    def processing(self, fault: Fault | None) -> None:
        """Tell each check 処理中 as often as the fault says; None = answer at once."""
        if fault is not self._processing:
            self._processing = fault
            self._told.clear()

    def is_processing(self, check_id: str) -> bool:
        """True when this check is told 処理中 once more."""
        if self._processing is None:
            return False
        self._told[check_id] += 1
        times = self._processing.times
        return times is None or self._told[check_id] <= times


class Service:
    """The service of one world. All calls come from the thread of its event loop.

    Args:
        world: people, cards, authorities, accounts.
        ledger: what was processed.
        withheld: what is kept back.
    """

    def __init__(self, world: World, ledger: Ledger, withheld: Withheld) -> None:
        self._world = world
        self._ledger = ledger
        self._withheld = withheld
        self._enrolment = Enrolment(world.accounts, world.service_ca)

    def application(self) -> Starlette:
        """The routes and what becomes of errors."""
        enrolment = self._enrolment
        return Starlette(
            routes=[
                Route("/v1/activations", enrolment.activate, methods=["POST"]),
                Route("/v1/renewals", enrolment.renew, methods=["POST"]),
                Route("/v1/account", enrolment.account, methods=["GET"]),
                Route(CHECKS, self._check, methods=["POST"]),
                Route(f"{CHECKS}/{{check_id}}", self._poll, methods=["GET"]),
                Route("/v1/results", self._results, methods=["GET"]),
                Route("/v1/time", self._time, methods=["GET"]),
            ],
            exception_handlers=handlers(),
        )

    async def _check(self, request: Request) -> Response:
        asker = self._enrolment.asker(request)
        body = await body_of(request)
        question = _question(request, body)
        if question.facility != asker:
            raise ProblemFound(Problem.OTHER_FACILITY, 403)
        self._ledger.anchor(asker, request.headers.get("Audit-Anchor", ""))
        return await self._answered(self._processed(question, body))

    async def _poll(self, request: Request) -> Response:
        asker = self._enrolment.asker(request)
        check = self._ledger.get(request.path_params["check_id"])
        if check is None or check.facility != asker:
            raise ProblemFound(Problem.UNKNOWN_CHECK, 404)
        return await self._answered(check)

    async def _results(self, request: Request) -> Response:
        asker = self._enrolment.asker(request)
        known = self._ledger.answered(asker.code)
        return as_json(page(known, request.query_params, datetime.now(UTC)))

    async def _time(self, _request: Request) -> Response:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return as_json(wire.dump({**tree.MARKS, "time": now}))

    async def _answered(self, check: Processed) -> Response:
        await self._withheld.answering.wait()
        if not self._withheld.is_processing(check.check_id):
            return as_json(check.answer)
        headers = {
            "Location": f"{CHECKS}/{check.check_id}",
            "Retry-After": str(self._withheld.retry_after_s),
        }
        return as_json(tree.processing(check.answer), 202, headers)

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
        code = question.facility_code
        judgement = judge(
            self._world, question, now, lambda person: bool(self._ledger.about(code, person.id))
        )
        person = judgement.person.id if judgement.person else None
        check = Processed(
            check_id=question.check_id,
            facility=question.facility,
            body_sha256=fingerprint,
            answer=tree.answer(question, judgement, now, self._before(question, person)),
            kind=question.presentation.kind,
            treated_at=question.treated_at,
            treated_on=question.treated_on,
            received_at=now,
            is_answered=judgement.refusal is None,
            person=person,
            result=str(judgement.refusal or judgement.notice or ""),
        )
        self._ledger.enter(check)
        return check

    def _before(self, question: Question, person: str | None) -> tree.Before | None:
        earlier = self._ledger.about(question.facility_code, person)
        if not earlier:
            return None
        today = sum(each.treated_on == question.treated_on for each in earlier)
        last = earlier[-1]
        return tree.Before(today, tree.content(last.answer), last.treated_on)


def _question(request: Request, body: bytes) -> Question:
    key = key_of(request)
    try:
        question = questions.parse(body)
    except MalformedQuestion as error:
        raise ProblemFound(Problem.MALFORMED, 400, str(error)) from None
    if question.check_id != key:
        raise ProblemFound(Problem.MALFORMED, 400, "Idempotency-Key is not the check_id")
    return question
