"""The local API, over real TLS, by computers that were paired and by those that were not."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from kiosk.receipt.serving import ReceiptLink
from tests.receipt.conftest import Clinic
from tests.support.results import eligibility


@pytest.fixture
def link(clinic: Clinic) -> Iterator[ReceiptLink]:
    clinic.manner["drop_folder"] = None
    with clinic.link() as running:
        yield running


Client = Callable[..., httpx.Client]


@pytest.fixture
def client(clinic: Clinic, link: ReceiptLink) -> Iterator[Client]:
    """A computer on the network: trusts the link's own certificate and nothing else."""
    made: list[httpx.Client] = []

    def new(token: str = "", address: str = "127.0.0.1") -> httpx.Client:
        trust = ssl.create_default_context(cafile=str(clinic.folder / "link" / "certificate.pem"))
        headers = {"authorization": f"Bearer {token}"} if token else {}
        transport = httpx.HTTPTransport(verify=trust, local_address=address)
        made.append(
            httpx.Client(base_url=link.url, headers=headers, transport=transport, timeout=20)
        )
        return made[-1]

    yield new
    for each in made:
        each.close()


@pytest.fixture
def paired(clinic: Clinic, client: Client) -> Callable[..., httpx.Client]:
    staff = clinic.staff()

    def pair(name: str = "desk-1", address: str = "127.0.0.1") -> httpx.Client:
        code = staff.query("receipt_pair")["code"]
        body = {"code": code, "computer": name}
        reply = client(address=address).post("/v1/pairings", json=body)
        assert reply.status_code == 201, reply.text
        return client(reply.json()["token"], address)

    return pair


def unfetched(clinic: Clinic) -> list[dict[str, Any]]:
    """What the list of open matters says is missing there."""
    matters = clinic.staff().query("matters")["matters"]
    return [each for each in matters if each["kind"] == "unexported"]


def test_a_computer_pulls_reads_and_acknowledges(
    clinic: Clinic, paired: Callable[..., httpx.Client]
) -> None:
    computer = paired()
    first = clinic.answer(eligibility(name="髙﨑　𠮷", symbol=""))
    clinic.wait()
    clinic.refuse()
    page = computer.get("/v1/results").json()
    assert [each["check_id"] for each in page["results"]] == [first]
    (told,) = page["results"]
    (missing,) = unfetched(clinic)
    assert (missing["month"], missing["count"]) == (told["treated_on"][:7], 1)
    assert told["answer"]["eligibilities"][0]["name"] == "髙﨑　𠮷"
    assert told["answer"]["eligibilities"][0]["symbol"] == ""
    assert (told["mark"], told["confirmed"], told["exported_at"]) == ("模擬", True, None)
    acknowledged = [computer.put(f"/v1/results/{first}/receipt").json() for _ in range(2)]
    assert acknowledged[0]["exported_at"] is not None
    assert acknowledged[0] == acknowledged[1]
    assert unfetched(clinic) == []
    second = clinic.answer()
    page = computer.get("/v1/results", params={"after": page["cursor"]}).json()
    assert [each["check_id"] for each in page["results"]] == [second]
    empty = computer.get("/v1/results", params={"after": page["cursor"]}).json()
    assert (empty["results"], empty["more"]) == ([], False)
    rows = clinic.audited("exported")
    assert ("computer/desk-1", "api") in rows
    assert ("computer/desk-1", "received") in rows
    assert clinic.audited("computer_paired") == [("computer/desk-1", "")]


@pytest.mark.parametrize(
    ("form", "kind", "piece"),
    [
        ("json", "application/json", "髙﨑　一郎"),
        ("oqs", "application/xml", "<Name>髙﨑　一郎</Name>"),
        ("oqs-shift-jis", "application/xml", 'encoding="Shift_JIS"'),
        ("copied", "text/plain", "氏名\t髙﨑　一郎\r\n"),
        ("qr", "application/json", "MDG1 1/"),
    ],
)
def test_each_form_is_there_and_marked(
    clinic: Clinic, paired: Callable[..., httpx.Client], form: str, kind: str, piece: str
) -> None:
    check_id = clinic.answer()
    reply = paired().get(f"/v1/results/{check_id}", params={"form": form})
    assert reply.headers["content-type"].startswith(kind)
    assert reply.headers["cache-control"] == "no-store"
    text = reply.content.decode("cp932" if form.endswith("jis") else "utf-8")
    assert piece in text
    assert "模擬" in text or "%E6%A8%A1%E6%93%AC" in text


def test_pages_follow_one_another_without_loss(
    clinic: Clinic, paired: Callable[..., httpx.Client]
) -> None:
    computer = paired()
    checks = [clinic.answer() for _ in range(7)]
    found, after, more = [], "", True
    while more:
        page = computer.get("/v1/results", params={"after": after, "limit": 3}).json()
        found += [each["check_id"] for each in page["results"]]
        after, more = page["cursor"], page["more"]
    assert found == checks


def test_two_computers_at_once_each_get_everything(
    clinic: Clinic, paired: Callable[..., httpx.Client]
) -> None:
    computers = [paired("desk-1"), paired("desk-2", "127.0.0.2")]
    checks = [clinic.answer() for _ in range(12)]

    def fetch(computer: httpx.Client) -> list[str]:
        found: list[str] = []
        after = ""
        while len(found) < len(checks):
            page = computer.get("/v1/results", params={"after": after, "limit": 5}).json()
            for each in page["results"]:
                computer.put(f"/v1/results/{each['check_id']}/receipt").raise_for_status()
                found.append(each["check_id"])
            after = page["cursor"]
        return found

    with ThreadPoolExecutor(2) as both:
        assert list(both.map(fetch, computers)) == [checks, checks]


def test_wrong_stolen_and_revoked_tokens_open_nothing(
    clinic: Clinic, client: Client, paired: Callable[..., httpx.Client]
) -> None:
    check_id = clinic.answer()
    computer = paired()
    token = computer.headers["authorization"].removeprefix("Bearer ")
    assert client().get("/v1/results").status_code == 401
    assert client("x" * 43).get("/v1/results").status_code == 401
    assert client(token[:-1]).get("/v1/results").status_code == 401
    # Stolen: the same token from another computer.
    stolen = client(token, "127.0.0.3").get("/v1/results")
    assert stolen.status_code == 401
    assert stolen.json()["code"] == "K606"
    assert clinic.audited("token_misused") == [("computer/desk-1", "")]
    assert computer.get("/v1/results").status_code == 200
    clinic.staff().query("receipt_revoke", computer="desk-1")
    for method, path in (("GET", "/v1/results"), ("PUT", f"/v1/results/{check_id}/receipt")):
        assert computer.request(method, path).status_code == 401


def test_only_a_hash_of_the_token_is_kept(
    clinic: Clinic, paired: Callable[..., httpx.Client]
) -> None:
    token = paired().headers["authorization"].removeprefix("Bearer ")
    assert clinic.kiosk is not None
    (kept,) = clinic.kiosk.store.control.computers.all()
    assert kept.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert token not in repr(kept)
    assert kept.token_hash not in repr(kept)
    assert clinic.staff().query("receipt_computers")["computers"] == [
        {"name": "desk-1", "address": "127.0.0.1", "paired_at": kept.paired_at.isoformat()}
    ]


def test_a_pairing_code_works_once_and_ends_after_five_wrong_ones(
    clinic: Clinic, client: Client
) -> None:
    staff, stranger = clinic.staff(), client()

    def post(code: str) -> int:
        body = {"code": code, "computer": "desk-1"}
        return stranger.post("/v1/pairings", json=body).status_code

    assert post("12345678") == 403
    shown = staff.query("receipt_pair")
    assert shown["url"].startswith("https://127.0.0.1:")
    assert len(shown["fingerprint"]) == 95
    assert post(shown["code"]) == 201
    assert post(shown["code"]) == 403
    code = staff.query("receipt_pair")["code"]
    wrong = "1" * 8 if code != "1" * 8 else "2" * 8
    assert [post(wrong) for _ in range(5)] == [403] * 5
    assert post(code) == 403
    assert ("computer/desk-1", "") in clinic.audited("pairing_failed")


def test_who_guesses_is_slowed_down_and_others_are_not(
    clinic: Clinic, client: Client, paired: Callable[..., httpx.Client]
) -> None:
    computer, guesser = paired(), client("x" * 43, "127.0.0.4")
    statuses = [guesser.get("/v1/results").status_code for _ in range(14)]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    slowed = guesser.get("/v1/results")
    assert int(slowed.headers["retry-after"]) >= 1
    clinic.answer()
    assert computer.get("/v1/results").status_code == 200


def test_an_event_comes_when_something_is_new_and_says_nothing_else(
    clinic: Clinic, paired: Callable[..., httpx.Client]
) -> None:
    computer = paired()
    clinic.answer()
    cursor = computer.get("/v1/results").json()["cursor"]
    with computer.stream("GET", "/v1/events", params={"after": cursor}) as stream:
        lines = stream.iter_lines()
        assert next(lines) == ": madoguchi"
        clinic.answer(eligibility(name="架空　花子"))
        told = [each for each in lines if each and not each.startswith(":")]
    assert told[0] == "event: results"
    assert cursor in told[1]
    assert "架空" not in "".join(told)


def test_numbers_are_compared_field_by_field(
    clinic: Clinic, paired: Callable[..., httpx.Client]
) -> None:
    computer = paired()
    clinic.answer()
    ours = {
        "insurer_number": "06139992",
        "symbol": "71",
        "number": "0012",
        "branch_number": "01",
        "birth_date": "1980-01-08",
        "name_kana": "たかさき いちろう",
        "share_percent": "30",
    }
    same = computer.post("/v1/comparisons", json=ours).json()
    assert (same["agrees"], same["differences"], same["mark"]) == (True, [], "模擬")
    other = {**ours, "symbol": "72", "branch_number": "02", "share_percent": "20", "number": "12"}
    found = computer.post("/v1/comparisons", json=other).json()
    assert {each["field"] for each in found["differences"]} == {
        *("symbol", "branch_number", "share_percent", "number"),
    }
    nobody = {**ours, "birth_date": "1980-01-09"}
    assert computer.post("/v1/comparisons", json=nobody).status_code == 404
    assert ("computer/desk-1", "compare") in clinic.audited("looked")


def test_a_validity_that_differs_is_told(
    clinic: Clinic, paired: Callable[..., httpx.Client]
) -> None:
    computer = paired()
    check_id = clinic.answer(validity="2")
    told = computer.post("/v1/comparisons", json={"check_id": check_id, "valid": "true"}).json()
    assert told["confirmed"] is False
    assert told["differences"] == [{"field": "valid", "theirs": "true", "ours": "false"}]
    same = computer.post("/v1/comparisons", json={"check_id": check_id, "valid": "false"}).json()
    assert same["agrees"] is True


def test_a_patient_is_found_by_the_insured_number(
    clinic: Clinic, paired: Callable[..., httpx.Client]
) -> None:
    computer = paired()
    check_id = clinic.answer()
    asked = {"insurer_number": "06139992", "symbol": "７１", "number": "0012"}
    assert computer.post("/v1/lookups", json=asked).json()["check_id"] == check_id
    missed = computer.post("/v1/lookups", json={**asked, "number": "12"})
    assert (missed.status_code, missed.json()["code"]) == (404, "K602")


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("GET", "/v1/results?after=x", b""),
        ("GET", "/v1/results?limit=0", b""),
        ("GET", "/v1/results?limit=-1", b""),
        ("GET", "/v1/results/%00", b""),
        ("GET", "/v1/results/x?form=exe", b""),
        ("GET", "/v1/nothing", b""),
        ("DELETE", "/v1/results", b""),
        ("POST", "/v1/lookups", b"[]"),
        ("POST", "/v1/lookups", b"{" * 5000),
        ("POST", "/v1/lookups", b'{"number": 12}'),
        ("POST", "/v1/comparisons", b"x" * 20_000),
        ("POST", "/v1/comparisons", b'{"symbol": null}'),
        ("GET", "/v1/events?after=%F0%9F", b""),
        ("PUT", "/v1/results/00000000-0000-4000-8000-000000000009/receipt", b""),
    ],
)
def test_what_is_no_question_is_a_problem_and_no_fault(
    clinic: Clinic,
    paired: Callable[..., httpx.Client],
    method: str,
    path: str,
    content: bytes,
) -> None:
    reply = paired().request(method, path, content=content)
    assert 400 <= reply.status_code < 500, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    assert clinic.core is not None
    assert clinic.core.failure is None


def test_kioskd_may_be_restarted_beneath_it(
    clinic: Clinic, link: ReceiptLink, paired: Callable[..., httpx.Client]
) -> None:
    computer = paired()
    clinic.switch_off()
    assert computer.get("/v1/results").status_code == 503
    clinic.switch_on()
    clinic.answer()
    assert len(computer.get("/v1/results").json()["results"]) == 1
    assert clinic.staff().query("receipt_pair")["fingerprint"] == link.fingerprint


def test_old_tls_is_not_spoken(link: ReceiptLink) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    host, _, port = link.url.removeprefix("https://").rpartition(":")

    async def knock() -> None:
        await asyncio.open_connection(host, int(port), ssl=old)

    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        asyncio.run(knock())
