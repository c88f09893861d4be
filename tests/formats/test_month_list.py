"""The month's list, its PDF, files sealed to a receiver, and the clipboard over SSH."""

from __future__ import annotations

import base64
import csv
import io
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from pypdf import PdfReader

from kiosk.domain.dates import Month
from kiosk.formats.clipboard import LONGEST, TooLongToCopy, copying, emptying
from kiosk.formats.large_print import Fonts
from kiosk.formats.month_list import Entry, Line, month_csv, month_lines
from kiosk.formats.month_pdf import month_pdf
from kiosk.formats.result import Result
from kiosk.formats.sealing import NotAReceiver, sealed
from tests.support.results import TREATED_ON, eligibility, result

NOVEMBER = Month(2026, 11)


def entry(said: Result | None, day: int = 21) -> Entry:
    treated_on = date(2026, 11, day)
    moved = said and replace(said, treated_on=treated_on, check_id=f"{day}")
    return Entry(treated_on, moved, is_simulated=False)


def test_what_is_not_confirmed_stands_first_and_apart() -> None:
    ichiro = result()
    hanako = result(eligibility(name="架空　花子", name_kana="ｶｸｳ ﾊﾅｺ"))
    gone = result(eligibility(name="鈴木　一", name_kana="ｽｽﾞｷ ﾊｼﾞﾒ"), validity="2")
    several = result(eligibility(), eligibility(symbol="72"), validity="5")
    lines = month_lines(
        [
            *(entry(ichiro, 3), entry(None, 9), entry(gone, 5)),
            *(entry(hanako, 7), entry(ichiro, 1), entry(several, 2)),
        ]
    )
    rows = list(csv.DictReader(io.StringIO(month_csv(lines).decode("utf-8-sig"), newline="")))
    assert [each["確認"] for each in rows] == ["確認待ち", *["要確認"] * 2, *["確認済み"] * 2]
    assert [each["氏名"] for each in rows] == ["", "", "鈴木　一", "架空　花子", "髙﨑　一郎"]
    assert rows[-1]["施術日"] == "2026-11-01 2026-11-03"
    assert (rows[-1]["給付割合"], rows[-1]["負担割合"]) == ("7割", "3割")
    assert rows[2]["給付割合"] == ""
    assert rows[0]["保険者番号"] == ""


def test_a_patient_with_two_eligibilities_has_two_lines_and_unknown_shares_stay_empty() -> None:
    changed = eligibility(insurer_number="139998", symbol="")
    special, assisted = (eligibility(card_classification=each) for each in ("05", "A1"))
    lines = month_lines(
        [entry(result(each), day) for day, each in enumerate((eligibility(), changed), start=1)]
        + [entry(result(special), 5), entry(result(assisted), 6)]
    )
    assert len(lines) == 4
    text = month_csv(lines).decode("utf-8-sig")
    assert "0割,10割" in text
    assert "139998,,００１２" in text


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "+81", "-2", "\t=1", "＝1"])
def test_no_name_is_a_formula_of_the_spreadsheet(name: str) -> None:
    person = entry(result(eligibility(name=name, symbol=name)))
    text = month_csv(month_lines([person])).decode("utf-8-sig")
    (found,) = csv.DictReader(io.StringIO(text, newline=""))
    assert found["氏名"] == found["記号"] == f"'{name}"


def a_list(*, is_simulated: bool = True) -> list[Line]:
    person = entry(result(eligibility(name="髙﨑　𠮷", symbol="")))
    simulated = replace(person, is_simulated=is_simulated)
    return month_lines([entry(None), simulated, *(entry(result(), n) for n in range(1, 20))])


BIZ = next(Path("/usr/share/fonts").rglob("BIZUDGothic-Regular.ttf"), None)


@pytest.mark.skipif(
    BIZ is None or shutil.which("pdftotext") is None,
    reason="pdftotext (poppler-utils) or fonts-morisawa-bizud-gothic is not here",
)
def test_the_pdf_says_what_the_list_says_in_large_print(tmp_path: Path) -> None:
    file = tmp_path / "list.pdf"
    file.write_bytes(month_pdf(a_list(), NOVEMBER, fonts=Fonts(BIZ), is_simulated=True))
    command = ["pdftotext", "-layout", str(file), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "【模擬】2026年11月" in text
    assert text.index("確認待ち") < text.index("確認済み 髙﨑")
    # Whether the font has it or not: never a blank.
    assert "髙﨑 ●" in text or "髙﨑 𠮷" in text
    assert "記号 なし 番号 ００１２" in text
    assert all("模擬" in page for page in text.removesuffix("\f").split("\f"))


def test_without_the_font_a_standard_one_stands_in() -> None:
    lines = a_list(is_simulated=False)
    made = month_pdf(lines, NOVEMBER, fonts=Fonts(), is_simulated=False)
    pages = PdfReader(io.BytesIO(made)).pages
    text = "".join(page.extract_text() for page in pages)
    assert "確認待ち" in text
    assert "髙﨑　●" in text
    assert "模擬" not in text


def receiver(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=900))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not here")
def test_openssl_opens_what_was_sealed_and_nobody_else(tmp_path: Path) -> None:
    content = "髙﨑\r\n\x00\n".encode() * 1000
    for name in ("ours", "other"):
        key = rsa.generate_private_key(65537, 2048)
        (tmp_path / f"{name}.pem").write_bytes(receiver(key))
        (tmp_path / f"{name}.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    file = tmp_path / "a.p7m"
    file.write_bytes(sealed(content, (tmp_path / "ours.pem").read_bytes()))
    assert "髙﨑".encode() not in file.read_bytes()

    def opened(name: str) -> bytes:
        command = ["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", str(file)]
        keys = ["-inkey", f"{tmp_path}/{name}.key", "-recip", f"{tmp_path}/{name}.pem"]
        return subprocess.run([*command, *keys], capture_output=True, check=False).stdout

    assert opened("ours") == content
    assert opened("other") != content


def test_a_certificate_that_cannot_be_sealed_to_is_refused() -> None:
    for wrong in (b"", b"no certificate", receiver(ec.generate_private_key(ec.SECP256R1()))):
        with pytest.raises(NotAReceiver):
            sealed(b"x", wrong)


def test_the_terminal_copies_and_is_emptied() -> None:
    sequence = copying("番号\t００１２\r\n")
    assert sequence.startswith("\x1b]52;c;")
    assert sequence.endswith("\x07")
    inside = sequence.removeprefix("\x1b]52;c;").removesuffix("\x07")
    assert base64.b64decode(inside).decode() == "番号\t００１２\r\n"
    assert emptying() == "\x1b]52;c;IA==\x07\x1b]52;c;!\x07"
    with pytest.raises(TooLongToCopy):
        copying("x" * (LONGEST + 1))


def test_days_are_of_treatment() -> None:
    assert month_lines([Entry(TREATED_ON, None, is_simulated=True)])[0].days == (TREATED_ON,)
