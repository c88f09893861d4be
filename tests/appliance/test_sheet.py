"""The account sheet, read from PDFs good and bad, and typed."""

from __future__ import annotations

import contextlib
import io
import zlib
from datetime import date
from pathlib import Path

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from kiosk.appliance.sheet import SheetIncomplete, SheetUnreadable, read_sheet, sheet_of
from kiosk.domain.facility import Facility
from kiosk.simulator.accounts import Account
from kiosk.simulator.portal.sheet import sheet_pdf

FACILITY = Facility("9910000007", "W0000003")
SECRET, CODE = "AC34QR79XY", "ACDE-FGHJ-KLMN-PQRT"
ACCOUNT = Account(
    FACILITY, SECRET, CODE, is_code_used=False, begins_on=date(2026, 11, 1), ends_on=None,
    stopped_on=None, remarks="受付",
)  # fmt: skip


def pdf_of(tmp_path: Path, lines: list[str]) -> Path:
    """A PDF with one line under another."""
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    out = io.BytesIO()
    page = Canvas(out)
    page.setFont("HeiseiMin-W3", 12)
    for number, line in enumerate(lines):
        page.drawString(50, 700 - 30 * number, line)
    page.save()
    file = tmp_path / "sheet.pdf"
    file.write_bytes(out.getvalue())
    return file


def test_the_portals_sheet_is_read(tmp_path: Path) -> None:
    file = tmp_path / "sheet.pdf"
    file.write_bytes(sheet_pdf(ACCOUNT, "架空はりきゅう院"))
    sheet = read_sheet(file)
    assert (sheet.facility, sheet.password, sheet.activation_code) == (FACILITY, SECRET, CODE)
    assert SECRET not in repr(sheet)
    assert CODE not in repr(sheet)


def test_another_layout_is_read_as_well(tmp_path: Path) -> None:
    lines = [
        "機関コード： 9910000007", "アカウントID　W0000003", f"パスワード:{SECRET}",
        f"アクティベーションコード {CODE}",
    ]  # fmt: skip
    sheet = read_sheet(pdf_of(tmp_path, lines))
    assert (sheet.facility, sheet.password, sheet.activation_code) == (FACILITY, SECRET, CODE)


def test_a_sheet_with_a_value_missing_names_it(tmp_path: Path) -> None:
    file = pdf_of(tmp_path, ["機関コード 9910000007", "ID W0000003", f"パスワード {SECRET}"])
    with pytest.raises(SheetIncomplete, match="アクティベーションコード") as raised:
        read_sheet(file)
    assert SECRET not in str(raised.value)


def test_what_is_no_sheet_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(SheetUnreadable):
        read_sheet(pdf_of(tmp_path, ["領収書"]))
    with pytest.raises(SheetUnreadable):
        read_sheet(tmp_path / "none.pdf")
    with pytest.raises(SheetUnreadable):
        read_sheet(tmp_path)
    big = tmp_path / "big.pdf"
    big.write_bytes(b"%PDF-" + bytes(6 << 20))
    with pytest.raises(SheetUnreadable):
        read_sheet(big)


def test_a_locked_pdf_is_said_to_be_unreadable(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(io.BytesIO(sheet_pdf(ACCOUNT, "架空")))
    writer.encrypt("locked", algorithm="RC4-128")
    file = tmp_path / "locked.pdf"
    writer.write(file)
    with pytest.raises(SheetUnreadable):
        read_sheet(file)


WHOLE = sheet_pdf(ACCOUNT, "架空")


@given(
    st.lists(
        st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=20
    ),
    st.integers(0, len(WHOLE)),
)
def test_a_damaged_pdf_is_read_or_refused_and_never_a_bug(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]], end: int
) -> None:
    raw = bytearray(WHOLE)
    for place, value in changes:
        raw[place] = value
    file = tmp_path_factory.getbasetemp() / "damaged.pdf"
    file.write_bytes(bytes(raw[: end or None]))
    with contextlib.suppress(SheetUnreadable, SheetIncomplete):
        assert read_sheet(file).facility.code.isdecimal()


def compressed(content: bytes, parameters: str = "") -> bytes:
    """A PDF of one page whose content is this, by deflate."""
    packed = zlib.compress(content, 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R"
            b" /Resources << /Font << /F1 4 0 R >> >> >>"
        ),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Length {len(packed)} /Filter /FlateDecode {parameters} >>\nstream\n".encode()
        + packed
        + b"\nendstream",
    ]
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, each in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, each))
    table = out.tell()
    out.write(
        b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % n for n in places)
    )
    out.write(b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table)
    return out.getvalue()


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "content",
    [
        compressed(b"\0" * 60_000_000),
        compressed(b"BT /F1 12 Tf " + b"(AAAA) Tj 0 1 Td " * 3_500_000 + b" ET"),
        compressed(b"BT /F1 12 Tf " + b"(AAAA) Tj 0 1 Td " * 200_000 + b" ET"),
        compressed(b"\2" * 50_000_000, "/DecodeParms << /Predictor 12 /Columns 4 >>"),
    ],
    ids=["zeros", "operators", "fewer operators", "predictor"],
)
def test_a_small_file_that_unfolds_is_not_worked_at(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bomb.pdf"
    file.write_bytes(content)
    with pytest.raises(SheetUnreadable):
        read_sheet(file)


def test_typed_in_any_width_and_case() -> None:
    sheet = sheet_of("９９１００００００７", " w0000003", SECRET, "acde-fghj－klmn-pqrt ")
    assert (sheet.facility, sheet.activation_code) == (FACILITY, CODE)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        (("991000007", "W0000003", SECRET, CODE), "機関コード"),
        (("9910000007", "W03", SECRET, CODE), "ID"),
        (("9910000007", "W0000003", "", CODE), "パスワード"),
        (("9910000007", "W0000003", "あいことば", CODE), "パスワード"),
        (("9910000007", "W0000003", SECRET, "ACDE"), "アクティベーションコード"),
    ],
)
def test_half_typed_values_are_named(values: tuple[str, str, str, str], named: str) -> None:
    with pytest.raises(SheetIncomplete) as raised:
        sheet_of(*values)
    assert raised.value.detail == named
