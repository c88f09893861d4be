"""The portal's pages as an ASGI application."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib.resources import files

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.domain.adoption_figures import Progress, figures
from kiosk.domain.dates import day_in_japan
from kiosk.domain.facility import Facility
from kiosk.simulator.accounts import Account, Accounts, Status
from kiosk.simulator.portal import forms
from kiosk.simulator.portal.registry import Member, Paper, Registry, ShutOut, Taken
from kiosk.simulator.portal.sheet import sheet_pdf
from kiosk.simulator.portal.visit import Handler, Visit, serving

_REMARKS_AT_MOST = 40


class Portal:
    """The portal of one world. All calls come from the thread of its event loop.

    Args:
        accounts: of the terminals; the service's.
        registry: of the portal.
    """

    def __init__(self, accounts: Accounts, registry: Registry) -> None:
        self._accounts = accounts
        self._registry = registry

    def application(self) -> Starlette:
        """The routes."""
        return Starlette(
            routes=[
                Route("/style.css", _style),
                self._open("/", self._top),
                self._open("/register", self._register),
                self._open("/login", self._log_in),
                self._open("/figures", self._figures),
                self._shut("/logout", self._log_out, reads=False),
                self._shut("/apply", self._menu),
                self._shut("/apply/start", self._start),
                self._shut("/apply/operation", self._operation),
                self._shut("/apply/subsidy", self._subsidy),
                self._shut("/apply/cooperation", self._cooperation),
                self._shut("/accounts", self._list),
                self._shut("/accounts/{terminal}", self._account),
                self._shut("/accounts/{terminal}/sheet.pdf", self._sheet),
                self._open("/{anything:path}", _nowhere),
            ]
        )

    def _open(self, path: str, handler: Handler) -> Route:
        served = serving(self._registry, handler, demands_login=False)
        return Route(path, served, methods=["GET", "POST"])

    def _shut(self, path: str, handler: Handler, *, reads: bool = True) -> Route:
        served = serving(self._registry, handler, demands_login=True)
        return Route(path, served, methods=["GET", "POST"] if reads else ["POST"])

    async def _top(self, visit: Visit) -> Response:
        return visit.page("top")

    async def _register(self, visit: Visit) -> Response:
        form = visit.form
        if not visit.is_post:
            return visit.page("register")
        made = forms.new_member(form)
        if made is not None:
            try:
                self._registry.register(*made)
            except Taken:
                form.wrong["facility"] = "この機関コードかメールアドレスは、もう登録されています。"
            else:
                self._let_in(visit, made[0])
                return visit.go("/apply", "登録しました。次は、利用開始申請です。")
        return visit.page("register", 422, form=form)

    async def _log_in(self, visit: Visit) -> Response:
        form = visit.form
        if not visit.is_post:
            return visit.page("login")
        try:
            member = self._registry.log_in(
                form.text("mail"), form.given.get("password", ""), datetime.now(UTC)
            )
        except ShutOut:
            form.wrong["mail"] = "間違いが続きました。1分待ってから、もう一度入れてください。"
            return visit.page("login", 429, form=form)
        if member is None:
            form.wrong["mail"] = "メールアドレスかパスワードが違います。"
            return visit.page("login", 422, form=form)
        self._let_in(visit, member)
        return visit.go("/apply", "ログインしました。")

    async def _log_out(self, visit: Visit) -> Response:
        self._registry.end_session(visit.session)
        visit.session = self._registry.open_session(None, datetime.now(UTC))
        return visit.go("/", "ログアウトしました。")

    async def _figures(self, visit: Visit) -> Response:
        members = self._registry.members()
        return visit.page("figures", table=figures(self._progress(each) for each in members))

    async def _menu(self, visit: Visit) -> Response:
        progress = self._progress(visit.user)
        return visit.page("menu", progress=progress, handed_in=self._handed_in(visit))

    async def _start(self, visit: Visit) -> Response:
        """利用開始申請: so many accounts more."""
        form, code = visit.form, visit.user.facility
        if not visit.is_post:
            return visit.page("start", today=_today(), count=len(self._accounts.of(code)))
        count = form.number(
            "terminals", 1, forms.TERMINALS_AT_MOST, "台数を1から20までの数字で入れてください。"
        )
        begins_on = form.day("begins_on", "利用開始年月日を入れてください。")
        room = forms.TERMINALS_AT_MOST - len(self._accounts.of(code))
        if count > room:
            form.wrong["terminals"] = f"あと{max(room, 0)}台まで申請できます。"
        if form.wrong or begins_on is None:
            return visit.page(
                "start", 422, form=form, today=_today(), count=forms.TERMINALS_AT_MOST - room
            )
        for _ in range(count):
            self._accounts.add(code, begins_on=begins_on)
        self._registry.apply(code, datetime.now(UTC))
        return visit.go(
            "/accounts", f"利用開始申請を受け付けました。アカウントを{count}件作りました。"
        )

    async def _operation(self, visit: Visit) -> Response:
        """運用開始日登録."""
        form = visit.form
        if not visit.is_post:
            return visit.page("operation", today=_today())
        begins_on = form.day("begins_on", "運用開始日を入れてください。")
        if not self._progress(visit.user).is_ready:
            form.wrong["begins_on"] = "先に、端末の設定を1台以上終えてください。"
        if form.wrong or begins_on is None:
            return visit.page("operation", 422, form=form, today=_today())
        self._registry.begin(visit.user.facility, begins_on)
        return visit.go("/apply", "運用開始日を登録しました。")

    async def _subsidy(self, visit: Visit) -> Response:
        """助成金交付申請."""
        form = visit.form
        if not visit.is_post:
            return visit.page("subsidy", done=self._handed_in(visit)["subsidy"])
        content, papers = await forms.subsidy(form, visit.files)
        if not self._progress(visit.user).is_ready:
            form.wrong["device"] = "申請は、端末の設定を1台以上終えてからです。"
        if form.wrong:
            return visit.page("subsidy", 422, form=form, done=None)
        return self._hand_in(visit, "subsidy", "助成金の申請", content, papers)

    async def _cooperation(self, visit: Visit) -> Response:
        """協力金: report of what was done."""
        form = visit.form
        if not visit.is_post:
            return visit.page("cooperation", done=self._handed_in(visit)["cooperation"], ticked=[])
        ticked = [str(each) for each in visit.posted.getlist("activity")]
        content = forms.cooperation(form, ticked)
        if not self._progress(visit.user).is_ready:
            form.wrong["activity"] = "報告は、端末の設定を1台以上終えてからです。"
        if form.wrong:
            return visit.page("cooperation", 422, form=form, done=None, ticked=ticked)
        return self._hand_in(visit, "cooperation", "協力金の報告", content, [])

    async def _list(self, visit: Visit) -> Response:
        return visit.page("accounts", accounts=self._accounts.of(visit.user.facility))

    async def _account(self, visit: Visit) -> Response:
        """資格確認アカウント管理: one account; stop, resume, reissue, remark."""
        account = self._own(visit)
        if account is None:
            return await _nowhere(visit)
        if not visit.is_post:
            return visit.page("account", account=account, is_stopped=_is_stopped(account))
        here = f"/accounts/{account.facility.terminal}"
        return visit.go(here, self._change(account.facility, visit))

    async def _sheet(self, visit: Visit) -> Response:
        account = self._own(visit)
        if account is None:
            return await _nowhere(visit)
        name = f"settings-{account.facility.code}-{account.facility.terminal}.pdf"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        pdf = sheet_pdf(account, visit.user.name)
        return Response(pdf, media_type="application/pdf", headers=headers)

    def _change(self, facility: Facility, visit: Visit) -> str:
        """Carry out what a button says; what to tell."""
        match visit.form.text("do"):
            case "stop":
                self._accounts.stop(facility, _today())
                return "アカウントを停止しました。"
            case "resume":
                self._accounts.resume(facility)
                return "アカウントを利用可にしました。"
            case "reissue":
                self._accounts.reissue(facility)
                return "再発行しました。新しいPDFをダウンロードしてください。"
            case "remark":
                self._accounts.remark(facility, visit.form.text("remarks")[:_REMARKS_AT_MOST])
                return "備考を保存しました。"
            case _:
                return "その操作はありません。"

    def _own(self, visit: Visit) -> Account | None:
        """The account of the address, if it is the user's."""
        try:
            facility = Facility(visit.user.facility, visit.request.path_params["terminal"])
        except ValueError:
            return None
        return self._accounts.get(facility)

    def _let_in(self, visit: Visit, member: Member) -> None:
        """A session of its own, so that one known from before opens nothing."""
        self._registry.end_session(visit.session)
        visit.session = self._registry.open_session(member.facility, datetime.now(UTC))
        visit.member = member

    def _progress(self, member: Member) -> Progress:
        accounts = self._accounts.of(member.facility)
        return Progress(
            member.facility,
            member.kind,
            has_applied=member.has_applied,
            is_ready=any(each.is_code_used for each in accounts),
            has_begun=member.begins_on is not None,
            principal=member.principal,
        )

    def _handed_in(self, visit: Visit) -> dict[str, dict[str, object] | None]:
        code = visit.user.facility
        return {each: self._registry.handed_in(each, code) for each in ("subsidy", "cooperation")}

    def _hand_in(
        self,
        visit: Visit,
        which: str,
        called: str,
        content: dict[str, object],
        papers: list[Paper],
    ) -> Response:
        now = datetime.now(UTC)
        try:
            self._registry.hand_in(which, visit.user.facility, now, content, papers)
        except Taken:
            return visit.go("/apply", f"{called}は、もう受け付けています。")
        return visit.go("/apply", f"{called}を受け付けました。")


async def _nowhere(visit: Visit) -> Response:
    return visit.page("wrong", 404, why="その画面はありません。")


async def _style(_request: Request) -> Response:
    css = files("kiosk.simulator.portal").joinpath("pages/style.css").read_text("utf-8")
    return Response(css, media_type="text/css")


def _today() -> date:
    return day_in_japan(datetime.now(UTC))


def _is_stopped(account: Account) -> bool:
    return account.status is Status.STOPPED
