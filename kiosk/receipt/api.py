"""The local API: HTTPS on the clinic's network; computers that were paired pull results.

Shaped after the service's own 連携: the computer asks for what is new since its cursor, and says
what it has. Contract: docs/receipt-openapi.json. Every answer is JSON or a file of
``kiosk.formats``; a failure is a problem document (RFC 9457) with a K-code and none of the
question's words.
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kiosk.desk.messages import BadMessage, CoreUnreachable
from kiosk.errors import KioskError, StoreError
from kiosk.formats.copied import copied_text
from kiosk.formats.oqs_tags import Encoding
from kiosk.formats.oqs_xml import face_name, result_xml
from kiosk.formats.qr import qr_parts
from kiosk.formats.result import Result
from kiosk.formats.result_json import result_of
from kiosk.ports.exports import ComputerRefused, NoResult, PairingRefused
from kiosk.ports.records import CheckUnknown
from kiosk.receipt.events import EventStream
from kiosk.receipt.throttle import Throttle

Ask = Callable[..., dict[str, Any]]
LONGEST_BODY = 16 * 1024
WRONG_BURST, WRONG_PER_S = 10, 0.1
"""Wrong tokens and codes of an address: ten, then one every ten seconds."""
ASKED_BURST, ASKED_PER_S = 200, 20.0
MOST = 100
_LIMITS = frozenset(map(str, range(1, MOST + 1)))
_PROBLEM = "urn:madoguchi:problem:"
_STATUS: Mapping[type[KioskError], int] = {
    BadMessage: 400,
    ComputerRefused: 401,
    PairingRefused: 403,
    CheckUnknown: 404,
    NoResult: 404,
}
_Handler = Callable[[Request, str], Awaitable[Response]]


class TooMany(Exception):
    """An address asks too often.

    Args:
        seconds: how long it should wait.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = math.ceil(seconds)


class Api:
    """The application.

    Args:
        ask: a question to the desk.
        binds_address: a token works only from where it was paired.
    """

    def __init__(self, ask: Ask, *, binds_address: bool) -> None:
        self._ask = ask
        self._binds_address = binds_address
        self._wrong = Throttle(WRONG_BURST, WRONG_PER_S)
        self._asked = Throttle(ASKED_BURST, ASKED_PER_S)
        self._stream = EventStream(ask)

    def application(self) -> Starlette:
        """For the server."""
        routes = [
            Route("/v1/pairings", self._pairing, methods=["POST"]),
            Route("/v1/results", self._for_computers(self._results), methods=["GET"]),
            Route("/v1/results/{check_id}", self._for_computers(self._result), methods=["GET"]),
            Route(
                "/v1/results/{check_id}/receipt",
                self._for_computers(self._received),
                methods=["PUT"],
            ),
            Route("/v1/lookups", self._for_computers(self._look_up), methods=["POST"]),
            Route("/v1/comparisons", self._for_computers(self._compare), methods=["POST"]),
            Route("/v1/events", self._for_computers(self._events), methods=["GET"]),
        ]
        handlers: dict[Any, Any] = {
            KioskError: _kiosk_problem,
            TooMany: _too_many,
            404: _not_found,
            405: _not_found,
        }
        return Starlette(routes=routes, exception_handlers=handlers)

    # -- who asks ----------------------------------------------------------------------------

    def _for_computers(self, handler: _Handler) -> Callable[[Request], Awaitable[Response]]:
        @functools.wraps(handler)
        async def guarded(request: Request) -> Response:
            address = self._counted(request)
            try:
                computer = await self._holder(_token(request), address)
            except ComputerRefused:
                self._wrong.take(address)
                raise
            return await handler(request, computer)

        return guarded

    async def _holder(self, token: str, address: str) -> str:
        hashed = hashlib.sha256(token.encode()).hexdigest()
        found = await self._desk("receipt_token", token_hash=hashed, address=address)
        return str(found["computer"])

    def _counted(self, request: Request) -> str:
        """The address, if it may ask now."""
        address = request.client.host if request.client else ""
        for throttle in (self._wrong, self._asked):
            wait_s = throttle.wait_s(address)
            if wait_s > 0:
                raise TooMany(wait_s)
        self._asked.take(address)
        return address

    async def _pairing(self, request: Request) -> Response:
        address = self._counted(request)
        body = await _body(request)
        try:
            document = await self._desk(
                "receipt_redeem",
                code=_text(body, "code"),
                computer=_text(body, "computer"),
                address=address if self._binds_address else "",
            )
        except PairingRefused:
            self._wrong.take(address)
            raise
        return _json(document, status=201)

    # -- results -----------------------------------------------------------------------------

    async def _results(self, request: Request, computer: str) -> Response:
        after = request.query_params.get("after", "")
        limit = request.query_params.get("limit", str(MOST))
        if limit not in _LIMITS:
            raise BadMessage("limit")
        # An empty page is not on record: computers ask all day.
        news = await self._desk("receipt_news", after=after)
        if not news["news"]:
            marks = {name: news[name] for name in ("simulated", "mark")}
            nothing: dict[str, Any] = {"results": [], "withdrawn": []}
            return _json({**marks, **nothing, "cursor": after, "more": False})
        return _json(
            await self._desk("results", after=after, most=int(limit), computer=computer, how="api")
        )

    async def _result(self, request: Request, computer: str) -> Response:
        form = request.query_params.get("form", "json")
        if form not in _FORMS:
            raise BadMessage("form")
        check_id = request.path_params["check_id"]
        document = await self._desk("result", check_id=check_id, computer=computer, how="api")
        return _FORMS[form](document)

    async def _received(self, request: Request, computer: str) -> Response:
        check_id = request.path_params["check_id"]
        return _json(await self._desk("exported", check_id=check_id, computer=computer, how="api"))

    async def _look_up(self, request: Request, computer: str) -> Response:
        body = await _body(request)
        names = ("insurer_number", "symbol", "number", "branch_number", "birth_date")
        given = {name: _text(body, name) for name in names if name in body}
        return _json(await self._desk("look_up", **given, computer=computer, how="api"))

    async def _compare(self, request: Request, computer: str) -> Response:
        body = await _body(request)
        fields = {name: _text(body, name) for name in body}
        return _json(await self._desk("compare", fields=fields, computer=computer))

    async def _events(self, request: Request, computer: str) -> Response:
        del computer
        after = request.headers.get("last-event-id") or request.query_params.get("after", "")
        await self._desk("receipt_news", after=after)
        return self._stream.response(after, request)

    async def _desk(self, query: str, **about: object) -> dict[str, Any]:
        return await run_in_threadpool(self._ask, query, **about)


# ------------------------------------------------------------------ forms


def _json(document: Mapping[str, Any], status: int = 200) -> Response:
    return JSONResponse(document, status, headers={"cache-control": "no-store"})


def _as_tree(encoding: Encoding) -> Callable[[Mapping[str, Any]], Response]:
    def form(document: Mapping[str, Any]) -> Response:
        result = result_of(document)
        kind = f"application/xml; charset={encoding.value}"
        return _file(result_xml(result, encoding), kind, face_name(result))

    return form


def _as_copied(document: Mapping[str, Any]) -> Response:
    return _file(copied_text(result_of(document)).encode(), "text/plain; charset=utf-8")


def _as_qr(document: Mapping[str, Any]) -> Response:
    result: Result = result_of(document)
    return _json({"check_id": result.check_id, "parts": qr_parts(result)})


_FORMS: Mapping[str, Callable[[Mapping[str, Any]], Response]] = {
    "json": _json,
    "oqs": _as_tree(Encoding.UTF_8),
    "oqs-shift-jis": _as_tree(Encoding.SHIFT_JIS),
    "copied": _as_copied,
    "qr": _as_qr,
}


def _file(content: bytes, kind: str, name: str = "") -> Response:
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    if name:
        headers["content-disposition"] = f'attachment; filename="{name}"'
    return Response(content, media_type=kind, headers=headers)


# ------------------------------------------------------------------ questions and problems


def _token(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise ComputerRefused("no token")
    return token


async def _body(request: Request) -> dict[str, Any]:
    raw = bytearray()
    async for piece in request.stream():
        raw += piece
        if len(raw) > LONGEST_BODY:
            raise BadMessage("too long")
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadMessage("not JSON") from None
    if not isinstance(document, dict):
        raise BadMessage("not an object")
    return document


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise BadMessage("not text")
    return value


async def _kiosk_problem(_request: Request, error: Exception) -> Response:
    code = error.code if isinstance(error, KioskError) else ""
    status = next((n for kind, n in _STATUS.items() if isinstance(error, kind)), 503)
    if status == 503 and not isinstance(error, CoreUnreachable | StoreError):  # noqa: PLR2004 - HTTP
        status = 500
    return _problem(status, code)


async def _too_many(_request: Request, error: Exception) -> Response:
    seconds = error.seconds if isinstance(error, TooMany) else 1
    return _problem(429, "", {"retry-after": str(seconds)})


async def _not_found(_request: Request, error: Exception) -> Response:
    return _problem(getattr(error, "status_code", 404), "")


def _problem(status: int, code: str, headers: Mapping[str, str] | None = None) -> Response:
    document = {"type": f"{_PROBLEM}{code or status}", "status": status, "code": code or None}
    extra = {"www-authenticate": "Bearer"} if status == 401 else {}  # noqa: PLR2004 - HTTP
    return JSONResponse(
        document,
        status,
        headers={"cache-control": "no-store", **extra, **(headers or {})},
        media_type="application/problem+json",
    )
