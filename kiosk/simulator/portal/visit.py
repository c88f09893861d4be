"""One request to the portal: session, form, guard against forged forms, the page that answers."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kiosk.simulator.portal import forms
from kiosk.simulator.portal.forms import Form
from kiosk.simulator.portal.registry import Member, Registry, Session

COOKIE = "__Host-mogi-portal"
_FIELDS_AT_MOST, _FILES_AT_MOST = 40, 2
_BODY_BYTES = 2 * forms.PAPER_BYTES + (1 << 16)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none';"
        " base-uri 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@dataclass
class Visit:
    """A request with all that a page needs.

    Args:
        request: itself.
        registry: of the portal.
        session: of the browser; there always is one.
        member: who is logged in.
        posted: the form's fields; empty for GET.
    """

    request: Request
    registry: Registry
    session: Session
    member: Member | None
    posted: FormData = field(default_factory=FormData)

    @property
    def is_post(self) -> bool:
        """Something is sent."""
        return self.request.method == "POST"

    @property
    def form(self) -> Form:
        """The fields of text that were sent."""
        return Form({name: text for name, text in self.posted.items() if isinstance(text, str)})

    @property
    def files(self) -> dict[str, UploadFile]:
        """The files that were sent."""
        return {name: file for name, file in self.posted.items() if isinstance(file, UploadFile)}

    @property
    def user(self) -> Member:
        """Who is logged in, on a page that demands it."""
        if self.member is None:
            raise RuntimeError("this page demands a login")
        return self.member

    def page(self, name: str, status: int = 200, **values: object) -> Response:
        """A page; with what was to be said on the next one."""
        form = values.pop("form", None) or Form()
        html = (
            _pages()
            .get_template(f"{name}.html")
            .render(
                values
                | {
                    "form": form,
                    "member": self.member,
                    "token": self.session.token,
                    "told": self.registry.told(self.session),
                    "lists": forms,
                }
            )
        )
        return HTMLResponse(html, status)

    def go(self, path: str, told: str = "") -> Response:
        """To another page, with something to say there."""
        if told:
            self.registry.tell(self.session, told)
        return RedirectResponse(path, 303)


Handler = Callable[[Visit], Awaitable[Response]]


def serving(
    registry: Registry, handler: Handler, *, demands_login: bool
) -> Callable[[Request], Awaitable[Response]]:
    """The handler behind its guard.

    Args:
        registry: of the portal.
        handler: makes the page.
        demands_login: nobody else sees it.
    """

    async def serve(request: Request) -> Response:
        visit = _visit(registry, request)
        response = await _guarded(visit, handler, demands_login=demands_login)
        for name, text in _HEADERS.items():
            response.headers[name] = text
        if visit.session.id != request.cookies.get(COOKIE):
            response.set_cookie(
                COOKIE, visit.session.id, path="/", secure=True, httponly=True, samesite="lax"
            )
        return response

    return serve


def _visit(registry: Registry, request: Request) -> Visit:
    now = datetime.now(UTC)
    session = registry.session(request.cookies.get(COOKIE, ""), now)
    if session is None:
        session = registry.open_session(None, now)
    member = registry.member(session.facility) if session.facility else None
    return Visit(request, registry, session, member)


async def _guarded(visit: Visit, handler: Handler, *, demands_login: bool) -> Response:
    if visit.is_post:
        try:
            visit.posted = await _posted(visit.request)
        except (MultiPartException, ValueError):
            return visit.page("wrong", 413, why="送られた内容が大きすぎるか、読めません。")
        token = visit.posted.get("token")
        if not isinstance(token, str) or not hmac.compare_digest(
            token.encode(), visit.session.token.encode()
        ):
            why = "この画面は古くなりました。前の画面から、もう一度送ってください。"
            return visit.page("wrong", 403, why=why)
    if demands_login and visit.member is None:
        return visit.go("/login", "先にログインしてください。")
    try:
        return await handler(visit)
    finally:
        await visit.posted.close()


async def _posted(request: Request) -> FormData:
    """The form, refused by its announced length before it is read."""
    if int(request.headers.get("content-length", _BODY_BYTES + 1)) > _BODY_BYTES:
        raise ValueError("too long")
    return await request.form(
        max_files=_FILES_AT_MOST, max_fields=_FIELDS_AT_MOST, max_part_size=forms.PAPER_BYTES
    )


@cache
def _pages() -> Environment:
    return Environment(
        loader=PackageLoader("kiosk.simulator.portal", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
    )
