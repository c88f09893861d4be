"""The simulated portal: its pages, its forms and what it keeps."""

from __future__ import annotations

import io
import itertools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pypdf
import pytest

from kiosk.domain.facility import Facility
from kiosk.simulator.accounts import Status
from kiosk.simulator.portal.registry import Registry
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from tests.support.portal import ACCOUNT, MEMBER, PASSWORD, Visitor, visiting

OTHER_PASSWORD = "not-this-one"  # noqa: S105 - invented
CODES = itertools.count(9910000100)
PDF = ("receipt.pdf", b"%PDF-1.4 made up", "application/pdf")
OPEN = ("/", "/register", "/login", "/figures")
SHUT = (
    "/apply", "/apply/start", "/apply/operation", "/apply/subsidy", "/apply/cooperation",
    "/accounts", "/accounts/W0000001",
)  # fmt: skip


@pytest.fixture(scope="module")
def portal(
    first_world: World, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSimulator]:
    """One for all of these tests; each has a facility of its own."""
    folder = tmp_path_factory.mktemp("portal") / "world"
    shutil.copytree(first_world.folder, folder, ignore=shutil.ignore_patterns("*.db", "*.sock"))
    with RunningSimulator(World.open(folder)) as running:
        yield running


@pytest.fixture
def world(portal: RunningSimulator) -> World:
    return portal._world


@pytest.fixture
def visitor(portal: RunningSimulator, world: World) -> Iterator[Visitor]:
    with visiting(portal.portal, world.ca, str(next(CODES))) as coming:
        yield coming


@pytest.fixture
def member(visitor: Visitor) -> Visitor:
    """Registered, with one terminal applied for."""
    visitor.register()
    visitor.send("/apply/start", terminals="1", begins_on="2026-11-01")
    return visitor


def first(visitor: Visitor) -> Facility:
    return Facility(visitor.code, "W0000001")


def activated(visitor: Visitor, world: World) -> None:
    with world.accounts.transaction():
        world.accounts._set(first(visitor), code_used=1)


def test_every_page_is_marked_and_guarded(member: Visitor) -> None:
    for path in (*OPEN, *SHUT, "/nowhere"):
        response = member.get(path)
        assert response.status_code == (404 if path == "/nowhere" else 200)
        assert '<p class="mogi">模擬: ' in response.text, path
        assert "<title>" in response.text
        assert "【模擬】" in response.text.partition("</title>")[0]
        assert 'lang="ja"' in response.text
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert response.headers["cache-control"] == "no-store"


def test_what_is_shut_leads_to_the_login(visitor: Visitor) -> None:
    for path in SHUT:
        assert visitor.get(path).url.path == "/login"
    assert "先にログインしてください。" in visitor.page


def test_registration_then_application_then_accounts(visitor: Visitor, world: World) -> None:
    assert visitor.register().url.path == "/apply"
    response = visitor.send("/apply/start", terminals="２", begins_on="2026-11-01")
    assert response.url.path == "/accounts"
    accounts = world.accounts.of(visitor.code)
    assert [each.facility.terminal for each in accounts] == ["W0000001", "W0000002"]
    for head in (
        "アカウントID",
        "備考",
        "ステータス",
        "利用開始年月日",
        "利用終了年月日",
        "利用停止年月日",
    ):
        assert f'<th scope="col">{head}</th>' in visitor.page
    assert "<td>利用可</td><td>2026-11-01</td>" in visitor.page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("facility", "1310000001"), ("facility", "991000000"), ("name", ""), ("kind", "dentist"),
        ("mail", "someone@example.jp"), ("password", "short"), ("again", "another-password"),
        ("principal", "12"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_at_its_field(
    visitor: Visitor, field: str, value: str
) -> None:
    response = visitor.register(**{field: value})
    assert response.status_code == 422
    assert f'<a href="#{field}">' in response.text
    assert "<title>エラー: " in response.text
    assert PASSWORD not in response.text
    assert visitor.get("/apply").url.path == "/login"


def test_one_user_a_facility(member: Visitor) -> None:
    member.send("/apply/start", terminals="1", begins_on="2026-11-01")
    assert member.register().status_code == 422
    assert member.register(facility=str(next(CODES))).status_code == 422


def test_login_wrong_and_right(member: Visitor) -> None:
    before = member.client.cookies["__Host-mogi-portal"]
    member.client.cookies.clear()
    wrong = member.send("/login", mail=member.mail, password=OTHER_PASSWORD)
    assert wrong.status_code == 422
    assert member.send("/login", mail=member.mail, password=PASSWORD).url.path == "/apply"
    assert member.client.cookies["__Host-mogi-portal"] != before


def test_too_many_wrong_passwords_shut_the_door(member: Visitor) -> None:
    for _ in range(5):
        member.send("/login", mail=member.mail, password=OTHER_PASSWORD)
    refused = member.send("/login", mail=member.mail, password=PASSWORD)
    assert refused.status_code == 429


def test_a_forged_form_is_refused(member: Visitor, world: World) -> None:
    path = "/accounts/W0000001"
    for token in ({}, {"token": "x"}, {"token": "模擬"}):
        assert member.client.post(path, data={"do": "stop", **token}).status_code == 403
    assert world.accounts.the(first(member)).status is Status.USABLE


def test_an_oversized_form_is_refused(member: Visitor) -> None:
    big = ("big.pdf", b"%PDF-" + bytes(3 << 20), "application/pdf")
    assert member.send("/apply/subsidy", files={"receipt": big}).status_code == 413


def test_an_account_is_stopped_resumed_remarked_and_reissued(member: Visitor, world: World) -> None:
    path = "/accounts/W0000001"
    member.send(path, do="stop")
    assert world.accounts.the(first(member)).status is Status.STOPPED
    assert "利用停止年月日: " in member.page
    member.send(path, do="resume")
    assert world.accounts.the(first(member)).status is Status.USABLE
    member.send(path, do="remark", remarks="受付<b>")
    assert world.accounts.the(first(member)).remarks == "受付<b>"
    assert "受付&lt;b&gt;" in member.page
    code = world.accounts.the(first(member)).activation_code
    activated(member, world)
    member.send(path, do="reissue")
    assert world.accounts.the(first(member)).activation_code != code
    assert not world.accounts.the(first(member)).is_code_used
    assert member.send(path, do="explode").status_code == 200


def test_the_sheet_holds_the_four_values(member: Visitor, world: World) -> None:
    response = member.get("/accounts/W0000001/sheet.pdf")
    assert response.headers["content-type"] == "application/pdf"
    account = world.accounts.the(first(member))
    text = pypdf.PdfReader(io.BytesIO(response.content)).pages[0].extract_text()
    for label, value in (
        ("機関コード", member.code), ("ID", "W0000001"), ("パスワード", account.password),
        ("アクティベーションコード", account.activation_code),
    ):  # fmt: skip
        assert f"{label}\n{value}\n" in text
    assert "【模擬】マイナ資格確認アプリユーザ設定情報" in text


def test_accounts_of_others_are_nobodys_business(member: Visitor) -> None:
    for path in ("/accounts/W0000002", "/accounts/W0000002/sheet.pdf", "/accounts/x"):
        assert member.get(path).status_code == 404


def subsidy(visitor: Visitor, **changed: str) -> httpx.Response:
    fields = {"device": "reader", "cost": "４５０００", **ACCOUNT, **changed}
    return visitor.send("/apply/subsidy", files={"receipt": PDF, "breakdown": PDF}, **fields)


def test_operation_subsidy_and_cooperation_come_after_a_terminal_is_set_up(
    member: Visitor, world: World
) -> None:
    assert member.send("/apply/operation", begins_on="2026-12-01").status_code == 422
    assert subsidy(member).status_code == 422
    activated(member, world)
    assert member.send("/apply/operation", begins_on="2026-12-01").url.path == "/apply"
    assert subsidy(member).url.path == "/apply"
    assert subsidy(member, cost="1").url.path == "/apply"
    assert "もう受け付けています" in member.page
    assert "助成額 41,000円" in member.get("/apply/subsidy").text
    sent = member.send("/apply/cooperation", activity=["poster", "call"], **ACCOUNT)
    assert sent.url.path == "/apply"
    assert "協力金 50,000円" in member.get("/apply/cooperation").text
    registry = Registry(world.folder)
    papers = registry.papers(member.code)
    registry.close()
    assert [(each.name, each.kind) for each in papers] == [
        ("breakdown", "application/pdf"), ("receipt", "application/pdf"),
    ]  # fmt: skip


def test_papers_that_are_none_are_refused(member: Visitor, world: World) -> None:
    activated(member, world)
    text = ("receipt.pdf", b"not a pdf", "application/pdf")
    fields = {"device": "reader", "cost": "45000", **ACCOUNT, "number": "12", "holder": "花子"}
    member.send("/apply/subsidy", files={"receipt": text}, **fields)
    for name in ("receipt", "breakdown", "number", "holder"):
        assert f'<a href="#{name}">' in member.page
    assert "未申請" in member.get("/apply").text


def ahaki(visitor: Visitor) -> list[int]:
    """Applied, ready, begun and all of the second kind."""
    row = visitor.get("/figures").text.partition("あん摩")[2]
    return [int(each) for each in re.findall(r">(\d+)施設", row)]


def test_the_figures_count_each_step(member: Visitor, world: World) -> None:
    before = ahaki(member)
    activated(member, world)
    member.send("/apply/operation", begins_on="2026-12-01")
    after = ahaki(member)
    assert [b - a for a, b in zip(before, after, strict=True)] == [0, 1, 1, 0]


def test_the_portal_remembers_after_a_restart(first_world: World, tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("*.db", "*.sock", "portal.port")
    folder = shutil.copytree(first_world.folder, tmp_path / "world", ignore=ignored)
    with RunningSimulator(World.open(folder)) as running:
        url = running.portal
        with visiting(url, first_world.ca) as visitor:
            visitor.register()
            cookies = dict(visitor.client.cookies)
    with RunningSimulator(World.open(folder)) as again:
        assert again.portal == url
        with visiting(url, first_world.ca) as visitor:
            visitor.client.cookies.update(cookies)
            assert MEMBER["name"] in visitor.get("/apply").text


def test_logging_out_ends_the_session(member: Visitor) -> None:
    cookies = dict(member.client.cookies)
    token = member.get("/apply").text.partition('name="token" value="')[2].partition('"')[0]
    member.client.post("/logout", data={"token": token})
    member.client.cookies.update(cookies)
    assert member.get("/apply").url.path == "/login"
