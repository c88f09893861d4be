"""The clinic and its terminal."""

from __future__ import annotations

import re
from dataclasses import dataclass

FACILITY_CODE = re.compile(r"\d{10}", re.ASCII)
TERMINAL_ID = re.compile(r"[A-Z]\d{7}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Facility:
    """機関コード and account of one terminal.

    Args:
        code: facility code (機関コード), 10 digits, text.
        terminal: account id of this terminal, e.g. "W0000001"; one per terminal.
    """

    code: str
    terminal: str

    def __post_init__(self) -> None:
        if not FACILITY_CODE.fullmatch(self.code):
            raise ValueError("a facility code has 10 digits")
        if not TERMINAL_ID.fullmatch(self.terminal):
            raise ValueError("a terminal id is one letter and 7 digits, e.g. W0000001")
