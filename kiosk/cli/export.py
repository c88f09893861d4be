"""``kiosk export``: a month's results as a file, for receipt computer and 療養費支給申請書."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from kiosk.cli.desk_or_store import Source, source, whole
from kiosk.cli.door import DESCRIPTOR, REFUSED, Door, json_option, phrasebook
from kiosk.cli.history import MonthParam
from kiosk.cli.new_file import write_new
from kiosk.cli.secret import staff_login
from kiosk.domain.dates import Month
from kiosk.domain.retention import readable_through
from kiosk.errors import KioskError
from kiosk.formats.copied import copied_text
from kiosk.formats.csv_rows import results_csv
from kiosk.formats.month_list import Entry, month_csv, month_lines
from kiosk.formats.result import Result
from kiosk.formats.result_json import result_of, results_json
from kiosk.formats.sealing import NotAReceiver, sealed
from kiosk.phrasebook import Phrase
from kiosk.ports.exports import NotWritten, PartMissing, ReceiverUnknown, WaySwitchedOff
from kiosk.settings import ReceiptSection, Settings
from kiosk.store.copies import trace_of
from kiosk.usecases.retention import Absent

_Form = Callable[[list[Entry], Month, bool], bytes]


@click.command()
@click.option("--month", type=MonthParam(), required=True, help="Treatment month, YYYY-MM.")
@click.option(
    "--format", "form", required=True,
    type=click.Choice(["json", "csv", "oqs", "copied", "list-csv", "list-pdf"]),
    help="json, csv, copied: results; oqs: a zip of OQSsiquc01res_face files; list-…: the month's"
    " list, what is not confirmed first.",
)  # fmt: skip
@click.option(
    "--output", required=True, type=click.Path(path_type=Path),
    help="A new file; it is never written over. It must go with its month: the kiosk deletes it"
    " where it can, and says so where it cannot.",
)  # fmt: skip
@click.option(
    "--seal", is_flag=True, help="Encrypt to receipt.receiver of the settings (CMS, for OpenSSL)."
)
@click.option(
    "--passcode-fd", type=DESCRIPTOR, metavar="N",
    help="Read the passcode, and a second step's code, from file descriptor N, a line each.",
)  # fmt: skip
@json_option
@click.pass_obj
def export(
    door: Door, *, month: Month, form: str, output: Path, seal: bool, passcode_fd: int | None
) -> int:
    """Write a month's results to a file, sealed or, where the settings allow it, plain."""
    settings = door.settings()
    receiver = _receiver(settings.receipt, seal=seal)
    made = _form(form)
    file = output.absolute()
    if file.exists() or not file.parent.is_dir():
        raise NotWritten(str(output))
    with source(door, settings, login=staff_login(passcode_fd)) as found:
        document = whole(found, "export", month=str(month), form=form, file=str(file), sealed=seal)
        if document["absent"]:
            return _refuse(door, document, month, form, is_simulated=settings.is_simulated)
        entries = [_entry(each) for each in document["checks"]]
        with _let_go_if_not_written(found, file):
            write_new(
                file, _sealed(made(entries, month, settings.is_simulated), settings, receiver)
            )
        about = {"file": str(file), "trace": str(trace_of(file))}
        box_deletes = found.answer("export_written", about)["box_deletes"]
    last_day = readable_through(month.first_day)
    results = sum(each.result is not None for each in entries)
    report = {
        "file": str(file), "format": form, "month": str(month), "sealed": seal,
        "results": results, "unconfirmed": len(entries) - results, "absent": None,
        "box_deletes": box_deletes, "delete_by": last_day.isoformat(),
        "simulated": document["simulated"], "mark": document["mark"],
    }  # fmt: skip
    book = phrasebook()
    lines = [book.say(Phrase.EXPORT_WRITTEN, count=results)]
    if report["unconfirmed"]:
        lines.append(book.say(Phrase.EXPORT_UNCONFIRMED, count=len(entries) - results))
    if not box_deletes:
        lines.append(book.say(Phrase.EXPORT_DELETE_BY, day=last_day))
    door.report(report, lines, is_simulated=settings.is_simulated)
    return 0


@contextmanager
def _let_go_if_not_written(found: Source, file: Path) -> Iterator[None]:
    """What was never written must not be waited for when its month goes."""
    try:
        yield
    except KioskError:
        found.answer("copy_gone", {"file": str(file)})
        raise


def _sealed(content: bytes, settings: Settings, receiver: bytes | None) -> bytes:
    """As it goes to the file."""
    if receiver is None:
        return content
    try:
        return sealed(content, receiver)
    except NotAReceiver:
        raise ReceiverUnknown(str(settings.receipt.receiver)) from None


def _refuse(
    door: Door, document: dict[str, Any], month: Month, form: str, *, is_simulated: bool
) -> int:
    """Write nothing: a list of a month that is not here would say that nobody came."""
    absent = Absent(document["absent"])
    report = {
        "file": None, "format": form, "month": str(month), "sealed": False,
        "results": 0, "unconfirmed": 0, "absent": absent.value,
        "box_deletes": None, "delete_by": None,
        "simulated": document["simulated"], "mark": document["mark"],
    }  # fmt: skip
    phrase = {
        Absent.DESTROYED: Phrase.EXPORT_DESTROYED,
        Absent.TO_COME: Phrase.EXPORT_TO_COME,
    }[absent]
    door.report(report, [phrasebook().say(phrase, month=month)], is_simulated=is_simulated)
    return REFUSED


def _receiver(settings: ReceiptSection, *, seal: bool) -> bytes | None:
    """Whom it is sealed to; None = nobody."""
    if not seal:
        return None
    if settings.receiver is None:
        raise WaySwitchedOff("receipt.receiver")
    try:
        return settings.receiver.read_bytes()
    except OSError as error:
        raise ReceiverUnknown(error.strerror or "") from None


def _entry(document: dict[str, Any]) -> Entry:
    found = document["result"]
    day = date.fromisoformat(document["treated_on"])
    return Entry(day, result_of(found) if found else None, bool(document["simulated"]))


# ------------------------------------------------------------------ forms


def _form(name: str) -> _Form:
    """How a form is made; PartMissing where its library is not installed."""
    try:
        return {"oqs": _oqs, "list-pdf": _pdf}[name]()
    except KeyError:
        return _FORMS[name]
    except ImportError as error:
        raise PartMissing(error.name or "") from None


def _results(entries: Sequence[Entry]) -> list[Result]:
    return [each.result for each in entries if each.result is not None]


def _json(entries: list[Entry], _month: Month, is_simulated: bool) -> bytes:  # noqa: FBT001 - as _Form
    import json  # noqa: PLC0415 - one form's own

    document = results_json(_results(entries), is_simulated=is_simulated)
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


_FORMS: dict[str, _Form] = {
    "json": _json,
    "csv": lambda entries, _month, _simulated: results_csv(_results(entries)),
    "copied": lambda entries, _month, _simulated: "\r\n".join(
        map(copied_text, _results(entries))
    ).encode(),
    "list-csv": lambda entries, _month, _simulated: month_csv(month_lines(entries)),
}


def _oqs() -> _Form:
    from kiosk.formats.oqs_xml import face_name, result_xml  # noqa: PLC0415 - an extra

    def make(entries: list[Entry], _month: Month, _is_simulated: bool) -> bytes:  # noqa: FBT001 - as _Form
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as files:
            for each in _results(entries):
                files.writestr(face_name(each), result_xml(each))
        return out.getvalue()

    return make


def _pdf() -> _Form:
    from kiosk.formats.large_print import fonts_of_this_box  # noqa: PLC0415 - an extra
    from kiosk.formats.month_pdf import month_pdf  # noqa: PLC0415 - likewise

    def make(entries: list[Entry], month: Month, is_simulated: bool) -> bytes:  # noqa: FBT001 - as _Form
        fonts = fonts_of_this_box()
        return month_pdf(month_lines(entries), month, fonts=fonts, is_simulated=is_simulated)

    return make
