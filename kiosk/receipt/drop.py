"""The drop folder: requests are answered, results are laid down, in files of the OQS tree.

Habits of receipt computers (facts DOMAIN): a temporary name, then a rename; never overwritten; a
file is taken once it was read twice alike; 4 MiB at most; the name is the key.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk.formats.oqs_read import LIMIT_BYTES, read_request
from kiosk.formats.oqs_tags import Encoding
from kiosk.formats.oqs_xml import answer_name, face_name, no_result_xml, result_xml
from kiosk.formats.result import Request, RequestRefused, Result
from kiosk.formats.result_json import result_of
from kiosk.ports.exports import DropUnreachable, NoResult
from kiosk.receipt.ledger import Ledger, sync_folder

Ask = Callable[..., dict[str, Any]]
_REQUEST = "OQSsiquc01req_*.xml"
_PART = ".madoguchi-part"
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
PER_LOOK = 200
"""So many requests are answered in one look; the rest in the next, so that pushes are not late."""


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
        self._seen: dict[str, bytes] = {}

    def look(self) -> Look:
        """Forget what is over, answer what asks, deliver what is new.

        Raises:
            DropUnreachable: the folder is not there; nothing is lost, the next look goes on.
            CoreUnreachable: kioskd is not there.
        """
        try:
            if not self._folder.is_dir():
                raise DropUnreachable("no such folder")
            removed = self._remove_what_is_over()
            answered = sum(1 for _ in self._answer_requests())
            return Look(answered, self._deliver(), removed)
        except OSError as error:
            raise DropUnreachable(error.strerror or type(error).__name__) from error

    # -- what is over ------------------------------------------------------------------------

    def _remove_what_is_over(self) -> int:
        written = self._ledger.written()
        for left in self._folder.glob(f".*{_PART}"):
            left.unlink(missing_ok=True)
        if not written:
            return 0
        over = set(self._ask("receipt_news", months=sorted(set(written.values())))["over"])
        gone = [name for name, month in written.items() if month in over]
        for name in gone:
            (self._folder / name).unlink(missing_ok=True)
        if gone:
            self._ledger.forget(gone)
        return len(gone)

    # -- requests ----------------------------------------------------------------------------

    def _answer_requests(self) -> Iterator[str]:
        there = sorted(self._folder.glob(_REQUEST))
        names = {file.name for file in there}
        self._seen = {name: seen for name, seen in self._seen.items() if name in names}
        answered = 0
        for file in there:
            if answered >= PER_LOOK:
                return
            raw = self._read_twice_alike(file)
            if raw is not None and self._answer(file, raw):
                answered += 1
                yield file.name

    def _read_twice_alike(self, file: Path) -> bytes | None:
        try:
            with file.open("rb") as opened:
                raw = opened.read(LIMIT_BYTES + 1)
        except FileNotFoundError:
            return None
        digest = hashlib.sha256(raw).digest()
        is_alike = self._seen.get(file.name) == digest
        self._seen[file.name] = digest
        return raw if is_alike else None

    def _answer(self, file: Path, raw: bytes) -> bool:
        """False where an answer of that name is there already: a name is a key, used once."""
        name = answer_name(file.name)
        is_ours = name in self._ledger.written()
        if (self._folder / name).exists() and not is_ours:
            return False
        month, content = self._answer_to(raw)
        self._write(name, month, content)
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
                    self._write(
                        face_name(result), _month(result), result_xml(result, self._encoding)
                    )
                    self._ask("exported", check_id=result.check_id)
                    delivered += 1
                cursor = document["cursor"]
                self._ledger.reached(cursor)
            self._take_back(page["withdrawn"])
            cursor = page["cursor"]
            self._ledger.reached(cursor)
        return delivered

    def _take_back(self, withdrawn: Iterable[str]) -> None:
        """What was annulled or corrected, and nobody took yet, does not lie there any longer."""
        ids = tuple(f"_{check_id.replace('-', '')}_" for check_id in withdrawn)
        gone = [name for name in self._ledger.written() if any(each in name for each in ids)]
        for name in gone:
            (self._folder / name).unlink(missing_ok=True)
        if gone:
            self._ledger.forget(gone)

    # -- files -------------------------------------------------------------------------------

    def _write(self, name: str, month: str, content: bytes) -> None:
        """Whole or not at all, never over another; a file of that name stays as it is."""
        target, part = self._folder / name, self._folder / f".{name}{_PART}"
        if target.exists():
            return
        if name not in self._ledger.written():
            self._ledger.about_to_write(name, month)
        with part.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        _name_once(part, target)
        sync_folder(self._folder)


def _name_once(part: Path, target: Path) -> None:
    """A link fails where the name is taken; a rename would overwrite."""
    try:
        target.hardlink_to(part)
    except FileExistsError:
        part.unlink()
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # FAT and some shares have no links: nobody else writes names of ours.
        part.rename(target)
    else:
        part.unlink()


def _month(result: Result) -> str:
    return result.treated_on.isoformat()[:7]


def _this_month() -> str:
    return datetime.now(UTC).isoformat()[:7]
