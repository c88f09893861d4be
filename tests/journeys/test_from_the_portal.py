"""From registration in a browser over the sheet's PDF and ``kiosk setup`` to the first visitor."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from kiosk.settings import load
from tests.journeys.conftest import ANSWERED, PATIENCE_S, Clinic, Ward, wait_until
from tests.support.browser import Browser, browsing
from tests.support.cli import line_on_descriptor
from tests.support.pcscd import Pcscd
from tests.support.portal import ACCOUNT, MEMBER

pytestmark = pytest.mark.pcsc
PASSCODE = "482915"
PDF = b"%PDF-1.4 invented"


def register(browser: Browser) -> Path:
    """新規ユーザー登録, 利用開始申請 and the sheet of the one terminal."""
    browser.open("/")
    assert "模擬" in browser.driver.title
    browser.follow("新規ユーザー登録はこちら")
    browser.fill(**{name: value for name, value in MEMBER.items() if value})
    assert "登録しました。" in browser.text
    browser.follow("利用開始申請")
    browser.fill(terminals="1")
    assert "利用可" in browser.text
    browser.follow("W0000001")
    browser.press("sheet")
    wait_until(lambda: bool(list(browser.downloads.glob("*.pdf"))))
    return next(browser.downloads.glob("*.pdf"))


def set_up(clinic: Clinic, box: Path, pdf: Path) -> dict[str, Any]:
    """``kiosk setup`` with every question answered beforehand, the practice check included."""
    passcode = line_on_descriptor(PASSCODE)
    process = clinic.start(
        "setup", "--json", "--settings-pdf", str(pdf), "--delete-pdf",
        "--service", load(clinic.config).service.url, "--ca", str(clinic.dir / "ca.pem"),
        "--agree", "--accept-as", "試験 花子", "--label", "受付", "--passcode-fd", passcode,
        "--practice", config=box / "kiosk.toml", pin="1234", descriptors=(int(passcode),),
    )  # fmt: skip
    out, err = process.communicate(timeout=PATIENCE_S * 2)
    os.close(int(passcode))
    assert process.returncode == 0, err
    assert "\x1b" not in err
    document: dict[str, Any] = json.loads(out)
    return document


def apply(browser: Browser, folder: Path) -> None:
    """運用開始日登録, 助成金申請 with its papers, 協力金 report; then the figures count it."""
    browser.open("/figures")
    assert browser.text.count("1施設（100.0%）") == 2
    browser.open("/apply/operation")
    browser.fill()
    assert "運用開始日を登録しました。" in browser.text
    paper = folder / "receipt.pdf"
    paper.write_bytes(PDF)
    browser.open("/apply/subsidy")
    papers = dict.fromkeys(("receipt", "breakdown"), str(paper))
    browser.fill(device="reader", cost="45000", **papers, **ACCOUNT)
    browser.open("/apply/subsidy")
    assert "助成額 41,000円" in browser.text
    browser.open("/apply/cooperation")
    browser.fill(activity="", **ACCOUNT)
    assert "報告済" in browser.text
    browser.follow("導入状況")
    assert browser.text.count("1施設（100.0%）") == 3


def test_from_the_browser_to_the_first_visitor(
    clinic: Clinic, pcscd: Pcscd, tmp_path: Path
) -> None:
    clinic.vpcd = f"{pcscd.host}:{pcscd.port}"
    ward = Ward(clinic)
    with browsing(clinic.portal, clinic.dir / "ca.pem", tmp_path) as browser:
        pdf = register(browser)
        ward.lay("taro")
        told = set_up(clinic, tmp_path / "box", pdf)
        ward.take()
        assert told["done"]
        assert told["practice"]["outcome"] == "Answered"
        assert not pdf.exists()
        apply(browser, tmp_path)
    clinic.config = tmp_path / "box" / "kiosk.toml"
    ward.switch_on()
    visitor = ward.visitor()
    ward.lay("hanako")
    visitor.until("<ask_pin>")
    visitor.type_pin("2345")
    visitor.until("result.valid")
    assert ward.states() == [ANSWERED, ANSWERED]
    ward.take()
    visitor.until("reception.thanks")
    visitor.link.close()
    ward.switch_off()
