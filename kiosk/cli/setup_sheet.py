"""Where the set-up gets the account sheet from: a PDF, a descriptor, or the person."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kiosk.appliance.sheet import (
    ACTIVATION,
    CODE,
    ID,
    PASSWORD,
    SheetIncomplete,
    is_possible,
    read_sheet,
    sheet_of,
)
from kiosk.cli.asking import Asker, WentBack
from kiosk.cli.secret import readable
from kiosk.errors import Remedy
from kiosk.phrasebook import SetupPhrase
from kiosk.service.activation import Sheet


class SheetSource:
    """One account sheet.

    Args:
        asker: who asks for what is not given.
        pdf: the PDF named on the command line.
        descriptor: with the four values, one a line.
        read: gets every PDF that was read, to be cleared up afterwards.
    """

    def __init__(
        self, asker: Asker, pdf: Path | None, descriptor: int | None, read: set[Path]
    ) -> None:
        self._asker = asker
        self._pdf = pdf
        self._descriptor = descriptor
        self._read = read

    @property
    def is_given(self) -> bool:
        """The command line names one."""
        return self._pdf is not None or self._descriptor is not None

    def sheet(self, *, is_again: bool) -> Sheet:
        """The values.

        Args:
            is_again: what was given was no good; the person is asked.

        Raises:
            SheetUnreadable, SheetIncomplete: as ``read_sheet``.
            NobodyAnswers: nobody is there to be asked.
        """
        if not is_again and self._pdf is not None:
            return self._from_pdf(self._pdf)
        if not is_again and self._descriptor is not None:
            return _from(self._descriptor)
        file = self._asker.file(SetupPhrase.ASK_PDF, ".pdf")
        return self._from_pdf(file) if file else self._typed()

    def _from_pdf(self, file: Path) -> Sheet:
        sheet = read_sheet(file)
        self._read.add(file.absolute())
        return sheet

    def _typed(self) -> Sheet:
        asker = self._asker
        asked = (
            lambda: self._one(CODE, asker.text, SetupPhrase.ASK_CODE),
            lambda: self._one(ID, asker.text, SetupPhrase.ASK_ID),
            lambda: self._one(PASSWORD, asker.secret, SetupPhrase.ASK_PASSWORD),
            lambda: self._one(ACTIVATION, asker.secret, SetupPhrase.ASK_ACTIVATION),
        )
        values: list[str] = []
        while len(values) < len(asked):
            try:
                values.append(asked[len(values)]())
            except WentBack:
                if not values:
                    raise
                values.pop()
        return sheet_of(*values)

    def _one(self, name: str, ask: Callable[[SetupPhrase], str], question: SetupPhrase) -> str:
        """One value, asked again while it is half typed; an empty line gives up."""
        book = self._asker.book
        while True:
            value = ask(question)
            if is_possible(name, value):
                return value
            if not value.strip():
                raise SheetIncomplete(name)
            code = SheetIncomplete.code
            self._asker.tell([book.message(code), book.hint(code, Remedy.STAFF)])


def _from(descriptor: int) -> Sheet:
    with readable(descriptor), open(descriptor, encoding="utf-8", closefd=False) as lines:
        values = [next(lines, "").rstrip("\r\n") for _ in range(4)]
    return sheet_of(*values)
