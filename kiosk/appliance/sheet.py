"""マイナ資格確認アプリユーザ設定情報: the four values of an activation, read from its PDF.

Of the portal's PDF the name and the four values are known (seed leaflets), not the layout: each
value is looked for behind its label, on the same line or the next. What cannot be found is typed.
The file is read where it lies, and nothing of it is copied.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Literal

import pypdf
from pypdf.errors import PyPdfError

from kiosk.domain.facility import FACILITY_CODE, TERMINAL_ID, Facility
from kiosk.domain.text import half_width
from kiosk.errors import Remedy, SettingsError
from kiosk.service.activation import Sheet

CODE, ID, PASSWORD, ACTIVATION = "機関コード", "ID", "パスワード", "アクティベーションコード"
_LABELS = {
    CODE: (CODE,),
    ID: (ID, "アカウントID"),
    PASSWORD: (PASSWORD,),
    ACTIVATION: (ACTIVATION,),
}
_BYTES_AT_MOST = 5 << 20
_PAGES_AT_MOST = 4
_STREAM = 1 << 22
_LIMITS = pypdf.Configuration(
    zlib_maximum_output_length=_STREAM,
    lzw_maximum_output_length=_STREAM,
    run_length_maximum_output_length=_STREAM,
    array_based_stream_maximum_output_length=_STREAM,
    stream_decoding_work_maximum_length=4 * _STREAM,
    stream_parsing_work_maximum_count=100_000,
    xform_maximum_invocations_per_extraction=100,
    page_tree_maximum_entries=1000,
    jbig2dec_binary=None,
)
"""A page of text has a hundredth of it. pypdf's own are for books: a made-up file of 50 KiB held
the set-up for more than 40 s with them."""
_FORMS = {
    CODE: FACILITY_CODE,
    ID: TERMINAL_ID,
    PASSWORD: re.compile(r"[!-~]{1,128}"),
    ACTIVATION: re.compile(r"[0-9A-Z-]{8,128}"),
}


class SheetUnreadable(SettingsError):
    """The file is no PDF of the account sheet (ユーザ設定情報), or cannot be read."""

    code = "K506"
    remedy = Remedy.STAFF


class SheetIncomplete(SettingsError):
    """A value of the account sheet is missing, or cannot be what the portal gave out."""

    code = "K507"
    remedy = Remedy.STAFF


def read_sheet(file: Path) -> Sheet:
    """The values of a PDF.

    Args:
        file: on a USB stick, or wherever it lies.

    Raises:
        SheetUnreadable: no such file, no PDF, locked, or nothing of a sheet in it.
        SheetIncomplete: one of the values is missing; the detail names it.
    """
    try:
        with file.open("rb") as stream:
            raw = stream.read(_BYTES_AT_MOST + 1)
    except OSError as error:
        raise SheetUnreadable(f"{file}: {error.strerror}") from None
    if len(raw) > _BYTES_AT_MOST:
        raise SheetUnreadable(f"{file}: too large")
    found: dict[str, str] = {}
    for text in _texts(raw, file):
        found = _values(text) | found
        if len(found) == len(_LABELS):
            break
    if not found:
        raise SheetUnreadable(f"{file}: not an account sheet")
    return sheet_of(*(found.get(name, "") for name in _LABELS))


def sheet_of(code: str, terminal: str, password: str, activation: str) -> Sheet:
    """The sheet of four values as they were read or typed: width and case do not matter.

    Raises:
        SheetIncomplete: one of them cannot be right; the detail names it and never holds it.
    """
    values = dict(zip(_LABELS, (code, terminal, password, activation), strict=True))
    for name, value in values.items():
        if not is_possible(name, value):
            raise SheetIncomplete(name)
    facility = Facility(_plain(code), _plain(terminal).upper())
    return Sheet(facility, _plain(password), _plain(activation).upper())


def is_possible(name: str, value: str) -> bool:
    """False for a value, as read or typed, that the portal cannot have given out.

    Args:
        name: which of the four.
        value: width and case do not matter.
    """
    plain = _plain(value)
    return _FORMS[name].fullmatch(plain if name == PASSWORD else plain.upper()) is not None


def _plain(text: str) -> str:
    return half_width(text).strip()


def _texts(raw: bytes, file: Path) -> Iterator[str]:
    """The text in the order of the file, then as it lies on the page."""
    # What pypdf says of a damaged file may quote it.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    for mode in ("plain", "layout"):
        yield _text(raw, file, mode)


def _text(raw: bytes, file: Path, mode: Literal["plain", "layout"]) -> str:
    try:
        with pypdf.apply_configuration(_LIMITS):
            pages = pypdf.PdfReader(io.BytesIO(raw)).pages[:_PAGES_AT_MOST]
            return "\n".join(page.extract_text(extraction_mode=mode) for page in pages)
    except (
        PyPdfError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError,
        AssertionError, RuntimeError, MemoryError,
    ):  # fmt: skip
        # A strange file makes pypdf stumble in many ways; to people it is one: not to be read.
        raise SheetUnreadable(f"{file}: not a PDF that can be read") from None


def _values(text: str) -> dict[str, str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found: dict[str, str] = {}
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        for name, labels in _LABELS.items():
            value = _behind(line, following, labels)
            if value:
                found.setdefault(name, value)
    return found


def _behind(line: str, following: str, labels: tuple[str, ...]) -> str:
    """The value behind a label, "" when the line does not begin with one."""
    for label in labels:
        if re.fullmatch(rf"{label}\s*:?", half_width(line)):
            return following
        if match := re.fullmatch(rf"{label}(?:\s*:\s*|\s+)(\S+)", half_width(line)):
            return match[1]
    return ""
