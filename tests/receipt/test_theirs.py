"""The API as programs that are not ours speak to it: curl, the example in docs, a browser."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.receipt.serving import ReceiptLink
from tests.receipt.conftest import Clinic
from tests.support.browser import browsing
from tests.support.results import eligibility

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "receipt_client.py"
_FETCH = """
const [code, done] = [arguments[0], arguments[1]];
const say = async () => {
  const made = await fetch("/v1/pairings", {
    method: "POST", body: JSON.stringify({code, computer: "browser"})});
  const headers = {authorization: "Bearer " + (await made.json()).token};
  const page = await (await fetch("/v1/results", {headers})).json();
  const events = await fetch("/v1/events", {headers});
  const stream = events.body.getReader();
  let text = "";
  while (!text.includes("event: results")) {
    text += new TextDecoder().decode((await stream.read()).value);
  }
  const names = page.results.map(each => each.answer.eligibilities[0].name);
  return {names, mark: page.mark, text};
};
say().then(done, error => done({error: String(error)}));
"""


@pytest.fixture
def link(clinic: Clinic) -> Iterator[ReceiptLink]:
    clinic.manner["drop_folder"] = None
    clinic.answer(eligibility(name="髙﨑　𠮷", symbol=""))
    with clinic.link() as running:
        yield running


def code_of(clinic: Clinic) -> str:
    return str(clinic.staff().query("receipt_pair")["code"])


def certificate(clinic: Clinic) -> Path:
    return clinic.folder / "link" / "certificate.pem"


def test_the_example_pairs_fetches_and_acknowledges(clinic: Clinic, link: ReceiptLink) -> None:
    def example(what: str, *more: str) -> str:
        command = [sys.executable, str(EXAMPLE), what, link.url, str(certificate(clinic)), *more]
        done = subprocess.run(
            command, check=True, cwd=clinic.folder, capture_output=True, text=True, encoding="utf-8"
        )
        return done.stdout

    assert example("pair", code_of(clinic), "desk-1") == ""
    (told,) = map(json.loads, example("fetch").splitlines())
    assert told["answer"]["eligibilities"][0]["name"] == "髙﨑　𠮷"
    assert told["mark"] == "模擬"
    assert clinic.kiosk is not None
    assert clinic.kiosk.records.get(told["check_id"]).exported_at is not None
    assert example("fetch") == ""


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
def test_curl_pairs_and_reads_every_form(clinic: Clinic, link: ReceiptLink) -> None:
    def curl(path: str, *more: str) -> bytes:
        command = ["curl", "-sS", "--fail", "--cacert", str(certificate(clinic)), *more]
        return subprocess.run([*command, link.url + path], check=True, capture_output=True).stdout

    body = json.dumps({"code": code_of(clinic), "computer": "desk-1"})
    bearer = f"authorization: Bearer {json.loads(curl('/v1/pairings', '-d', body))['token']}"
    (told,) = json.loads(curl("/v1/results", "-H", bearer))["results"]
    assert told["answer"]["eligibilities"][0]["symbol"] == ""
    path = f"/v1/results/{told['check_id']}?form="
    assert "髙﨑　𠮷" in curl(path + "oqs", "-H", bearer).decode()
    assert "髙﨑　●" in curl(path + "oqs-shift-jis", "-H", bearer).decode("cp932")
    assert "氏名\t髙﨑　𠮷\r\n" in curl(path + "copied", "-H", bearer).decode()
    assert b"event: results" in curl("/v1/events", "-H", bearer, "--no-buffer")


def test_a_browser_pairs_reads_and_hears_of_news(
    clinic: Clinic, link: ReceiptLink, tmp_path: Path
) -> None:
    # The browser resolves no name and no address but this one.
    url = link.url.replace("127.0.0.1", "localhost")
    with browsing(url, certificate(clinic), tmp_path) as browser:
        browser.open("/v1/results")
        assert "K606" in browser.text
        told = browser.driver.execute_async_script(_FETCH, code_of(clinic))
    assert told["names"] == ["髙﨑　𠮷"]
    assert told["mark"] == "模擬"
    assert "髙" not in told["text"]
