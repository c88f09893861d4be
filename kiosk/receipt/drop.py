"""The drop folder: requests are answered, results are laid down, in files of the OQS tree.

Habits of receipt computers (facts DOMAIN): a temporary name, then a rename; never overwritten; a
file is taken once it was read twice alike; 4 MiB at most; the name is the key.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from kiosk.events import Event
from kiosk.formats.oqs_read import LIMIT_BYTES, read_request
from kiosk.formats.oqs_tags import Encoding
from kiosk.formats.oqs_xml import (
    NAMED_AFTER_A_RESULT,
    answer_name,
    face_name,
    no_result_xml,
    result_xml,
)
from kiosk.formats.result import Request, RequestRefused, Result
from kiosk.formats.result_json import result_of
from kiosk.log import record
from kiosk.plain_files import open_plain
from kiosk.ports.exports import DropUnreachable, NoResult, NotWritten, ResultWithdrawn
from kiosk.receipt.files import NOT_TO_BE_READ, DropFiles
from kiosk.receipt.ledger import Ledger

Ask = Callable[..., dict[str, Any]]
_REQUEST = "OQSsiquc01req_*.xml"
PER_LOOK = 200
ANSWER_S = 2.0
"""So many requests are answered in one look, and for so long; the rest in the next, so that pushes
are not late."""
_NAMES = 10
"""A result whose name is taken gets the name of the next second, so often."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at the folder did.

    Args:
        answered: requests.
        delivered: results.
        removed: files whose record is gone.
    """

    answered: int
    delivered: int
    removed: int


class Drop:
    """One drop folder.

    Args:
        folder: shared with a receipt computer; it may come and go.
        ask: a question to the desk.
        ledger: what is remembered.
        facility_code: of this kiosk.
        encoding: of what is written.
        no_result: the sentence for a request nothing fits.
    """

    def __init__(
        self,
        folder: Path,
        ask: Ask,
        ledger: Ledger,
        *,
        facility_code: str,
        encoding: Encoding,
        no_result: Callable[[str], str],
    ) -> None:
        self._folder = folder
        self._ask = ask
        self._ledger = ledger
        self._facility_code = facility_code
        self._encoding = encoding
        self._no_result = no_result
        self._files = DropFiles(folder, ledger)
        self._seen: dict[str, bytes] = {}
        self._clashes: set[str] = set()

    def look(self) -> Look:
        """Forget what is over, answer what asks, deliver what is new.

        Raises:
            DropUnreachable: the folder is not there; nothing is lost, the next look goes on.
            CoreUnreachable: kioskd is not there.
        """
        try:
            self._files.must_be_there()
            removed = self._remove_what_is_over()
            answered = sum(1 for _ in self._answer_requests())
            return Look(answered, self._deliver(), removed)
        except OSError as error:
            raise DropUnreachable(error.strerror or type(error).__name__) from error

    # -- what is over ------------------------------------------------------------------------

    def _remove_what_is_over(self) -> int:
        written = self._ledger.written()
        self._files.remove_left_parts()
        if not written:
            return 0
        over = set(self._ask("receipt_news", months=sorted(set(written.values())))["over"])
        gone = [name for name, month in written.items() if month in over]
        if gone:
            self._files.remove(gone)
        return len(gone)

    # -- requests ----------------------------------------------------------------------------

    def _answer_requests(self) -> Iterator[str]:
        """The newest first: its patient is at the counter, whatever has been lying there."""
        there = self._requests()
        names = {file.name for file in there}
        self._seen = {name: seen for name, seen in self._seen.items() if name in names}
        self._clashes &= names
        until_s, answered = time.monotonic() + ANSWER_S, 0
        for file in there[: 2 * PER_LOOK]:
            if answered >= PER_LOOK or time.monotonic() > until_s:
                return
            raw = self._read_twice_alike(file)
            if raw is not None and self._answer(file, raw):
                answered += 1
                yield file.name

    def _requests(self) -> list[Path]:
        """Those whose answer has a name left, newest first."""
        there: list[tuple[float, Path]] = []
        with os.scandir(self._folder) as found:
            every = {each.name: each for each in found}
        ours = self._ledger.written()
        for name, each in every.items():
            if not fnmatchcase(name, _REQUEST):
                continue
            answer = answer_name(name)
            if answer in every and answer not in ours:
                self._clash(name)
                continue
            with contextlib.suppress(FileNotFoundError):
                there.append((each.stat(follow_symlinks=False).st_mtime, Path(each.path)))
        return [file for _, file in sorted(there, reverse=True)]

    def _clash(self, name: str) -> None:
        """A name is a key, used once: what lies there stays. On record once for each name."""
        if name not in self._clashes:
            self._clashes.add(name)
            record(Event.RECEIPT_LINK_FAILED, where="clash", code=NotWritten.code)

    def _read_twice_alike(self, file: Path) -> bytes | None:
        try:
            with open_plain(file, through_links=False) as opened:
                raw = opened.read(LIMIT_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno not in NOT_TO_BE_READ:
                raise
            self._clash(file.name)
            return None
        digest = hashlib.sha256(raw).digest()
        is_alike = self._seen.get(file.name) == digest
        self._seen[file.name] = digest
        return raw if is_alike else None

    def _answer(self, file: Path, raw: bytes) -> bool:
        """False where an answer of that name is there already and says something else.

        One of ours that lies there was written before a power cut, and only the request is left.
        """
        name = answer_name(file.name)
        is_answered = name in self._ledger.written() and (self._folder / name).exists()
        if not is_answered and not self._files.lay(name, *self._answer_to(raw)):
            self._clash(file.name)
            return False
        file.unlink(missing_ok=True)
        return True

    def _answer_to(self, raw: bytes) -> tuple[str, bytes]:
        asked = Request()
        try:
            asked = read_request(raw)
            document = self._ask(
                "look_up",
                how="drop",
                insurer_number=asked.insurer_number,
                symbol=asked.symbol,
                number=asked.number,
                branch_number=asked.branch_number or None,
                birth_date=asked.birth_date.isoformat() if asked.birth_date else None,
            )
        except (RequestRefused, NoResult) as error:
            return _this_month(), self._nothing(asked, error.code)
        result = result_of(document)
        self._ask("exported", check_id=result.check_id)
        return _month(result), result_xml(result, self._encoding, asked=asked)

    def _nothing(self, asked: Request, code: str) -> bytes:
        return no_result_xml(
            asked,
            self._encoding,
            at=datetime.now(UTC),
            facility_code=self._facility_code,
            code=code,
            message=self._no_result(code),
            is_simulated=bool(self._ask("receipt_news")["simulated"]),
        )

    # -- results -----------------------------------------------------------------------------

    def _deliver(self) -> int:
        cursor, delivered = self._ledger.cursor, 0
        is_first = cursor is None
        while self._ask("receipt_news", after=cursor or "")["news"]:
            page = self._ask("results", after=cursor or "", how="drop", most=50)
            for document in page["results"]:
                result = result_of(document)
                # Begun anew, with nothing remembered: what was handed over once is not again.
                if not (is_first and result.exported_at):
                    self._lay_down(result)
                    self._ask("exported", check_id=result.check_id)
                    delivered += 1
                cursor = document["cursor"]
                self._ledger.reached(cursor)
            self._take_back(page["withdrawn"])
            cursor = page["cursor"]
            self._ledger.reached(cursor)
        return delivered

    def _lay_down(self, result: Result) -> None:
        """Under its name; where something else has that, under the name of a later second.

        Raises:
            DropUnreachable: every name is taken: somebody plays, and it is not handed over.
        """
        month, content = _month(result), result_xml(result, self._encoding)
        for later_s in range(_NAMES):
            at = result.settled_at + timedelta(seconds=later_s)
            name = face_name(replace(result, settled_at=at))
            if self._files.lay(name, month, content):
                return
            self._clash(name)
        raise DropUnreachable("names are taken")

    def _take_back(self, withdrawn: Iterable[str]) -> None:
        """What was annulled or corrected does not lie there any longer.

        Whoever took it already is told in a file of its own, with an error and no result in it.
        """
        for check_id in withdrawn:
            written = self._ledger.written()
            gone = [name for name in written if f"_{check_id.replace('-', '')}_" in name]
            if gone and not any((self._folder / name).exists() for name in gone):
                self._tell_withdrawn(check_id, written[gone[0]])
            if gone:
                self._files.remove(gone)

    def _tell_withdrawn(self, check_id: str, month: str) -> None:
        now, code = datetime.now(UTC), ResultWithdrawn.code
        about = Request(file_identifier=check_id)
        name = NAMED_AFTER_A_RESULT.format(
            identifier=f"{check_id.replace('-', '')}w", moment=f"{now:%Y%m%d%H%M%S}"
        )
        self._files.lay(name, month, self._nothing(about, code))


def _month(result: Result) -> str:
    return result.treated_on.isoformat()[:7]


def _this_month() -> str:
    return datetime.now(UTC).isoformat()[:7]
