"""Problem documents (RFC 9457) of the simulated service, and bodies read with a bound."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kiosk.service.results import Problem
from kiosk.simulator import question, tree

NO_STORE = {"Cache-Control": "no-store"}


class ProblemFound(Exception):
    """A question that gets a problem document.

    Args:
        kind: its name.
        status: of HTTP.
        detail: where it is; never a value.
        retry_after_s: whole seconds, for the header.
    """

    def __init__(
        self, kind: Problem, status: int, detail: str = "", *, retry_after_s: int | None = None
    ) -> None:
        super().__init__(kind)
        self.kind = kind
        self.status = status
        self.detail = detail
        self.retry_after_s = retry_after_s


async def body_of(request: Request) -> bytes:
    """The body, refused as soon as it is too large."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > question.MAX_BYTES:
            raise ProblemFound(Problem.TOO_LARGE, 413)
    return bytes(body)


def key_of(request: Request) -> str:
    """The idempotency key; 400 without one."""
    key = request.headers.get("Idempotency-Key")
    if not key:
        raise ProblemFound(Problem.KEY_MISSING, 400)
    return key


def as_json(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A response that nobody may keep."""
    return Response(body, status, media_type="application/json", headers=NO_STORE | (headers or {}))


def problem(found: ProblemFound) -> Response:
    """The response for a problem."""
    waits = {} if found.retry_after_s is None else {"Retry-After": str(found.retry_after_s)}
    return Response(
        tree.problem(found.kind, found.status, found.detail),
        found.status,
        media_type="application/problem+json",
        headers=NO_STORE | waits,
    )


_Handler = Callable[[Request, Exception], Awaitable[Response]]


def handlers() -> dict[type[Exception] | int, _Handler]:
    """What becomes of each error, for the application."""
    return {
        ProblemFound: _told(lambda error: problem(cast("ProblemFound", error))),
        HTTPException: _told(_no_such_place),
        Exception: _told(lambda _error: problem(ProblemFound(Problem.FAULT, 500))),
    }


def _told(make: Callable[[Exception], Response]) -> _Handler:
    async def handle(_request: Request, error: Exception) -> Response:
        return make(error)

    return handle


def _no_such_place(error: Exception) -> Response:
    found = cast("HTTPException", error)
    response = problem(ProblemFound(Problem.NOT_FOUND, found.status_code))
    response.headers.update(found.headers or {})
    return response
