"""Socket for what leaves the kiosk: which computers fetch, and which files of ours still lie about.

Codes K602 to K629; K601 stands with the form it refuses (``kiosk.formats.result``). K357 and K358
are of what is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from kiosk.domain.dates import Month
from kiosk.errors import ExportError, Remedy, StoreError


class NoResult(ExportError):
    """No result inside retention fits what was asked, or several people do; none is chosen."""

    code = "K602"
    remedy = Remedy.STAFF


class WaySwitchedOff(ExportError):
    """This way of handing results over is off in the settings."""

    code = "K603"


class DropUnreachable(ExportError):
    """The drop folder is not there or cannot be written; what is due is delivered later."""

    code = "K604"
    retryable = True


class PairingRefused(ExportError):
    """The pairing code is wrong, used, or too old."""

    code = "K605"
    remedy = Remedy.STAFF


class ComputerRefused(ExportError):
    """The token is unknown, revoked, or comes from another computer than the one paired."""

    code = "K606"


class ComputerUnknown(ExportError):
    """No computer of that name is paired."""

    code = "K607"
    remedy = Remedy.STAFF


class PartMissing(ExportError):
    """A library of this way of handing over is not installed."""

    code = "K608"


class CannotListen(ExportError):
    """The address for receipt computers cannot be used."""

    code = "K609"


class NotWritten(ExportError):
    """The file is there already, or its folder cannot be written; nothing was changed."""

    code = "K610"
    remedy = Remedy.STAFF


class ReceiverUnknown(ExportError):
    """The certificate to encrypt to is missing, or none that can be encrypted to."""

    code = "K611"


class WayNeedsSettings(ExportError):
    """The settings name no folder, or no key, for this way: they come first."""

    code = "K612"


class ResultWithdrawn(ExportError):
    """A result that was handed over counts no more: its check was annulled or corrected."""

    code = "K613"
    remedy = Remedy.STAFF


class CopyLeft(StoreError):
    """A copy of a month that was destroyed may still lie where the kiosk cannot delete it."""

    code = "K357"
    remedy = Remedy.STAFF


class CopyUnknown(StoreError):
    """No copy is remembered under that path."""

    code = "K358"
    remedy = Remedy.STAFF


@dataclass(frozen=True, slots=True)
class Trace:
    """Which file a copy is, as the file system told when it had been written.

    Args:
        device: number of its file system; another after a stick was plugged in again.
        inode: its number there.
        size: bytes.
        written_ns: time of its content, nanoseconds since 1970.
        folder: "device:inode" of the folder it lies in.
    """

    device: int
    inode: int
    size: int
    written_ns: int
    folder: str

    @classmethod
    def parse(cls, text: str) -> Trace:
        """From ``str``; ValueError for other text."""
        device, inode, size, written_ns, folder = text.split(" ")
        return cls(int(device), int(inode), int(size), int(written_ns), folder)

    def __str__(self) -> str:
        return f"{self.device} {self.inode} {self.size} {self.written_ns} {self.folder}"


@dataclass(frozen=True, slots=True)
class HeldCopy:
    """A file that a month's results were written to.

    Args:
        file: its path as whoever wrote it sees it.
        month: treatment month.
        trace: which file it is; None = it is not known.
    """

    file: Path
    month: Month
    trace: Trace | None


@dataclass(frozen=True, slots=True)
class Computer:
    """A receipt computer that was paired.

    Args:
        name: a short name given at the pairing.
        address: network address it was paired from; "" = any.
        paired_at: aware UTC.
        token_hash: hex SHA-256 of the token it holds.
    """

    name: str
    address: str
    paired_at: datetime
    token_hash: str = field(repr=False)


class Computers(Protocol):
    """Computers that may fetch results. Every change is durable when the call returns."""

    def pair(self, computer: Computer) -> None:
        """Keep it, in place of an earlier one of its name: that one's token ends."""

    def all(self) -> Sequence[Computer]:
        """By name."""

    def of_token(self, token_hash: str) -> Computer | None:
        """Whose token it is."""

    def revoke(self, name: str) -> bool:
        """Its token ends; False when there was none."""


class Switches(Protocol):
    """Ways of handing over that were switched at the box. Durable when a call returns."""

    def switched(self) -> Mapping[str, bool]:
        """By way; one that was never switched is not there."""

    def switch(self, way: str, *, is_on: bool) -> None:
        """It holds until it is switched again."""


class Held(Protocol):
    """Files with results that the kiosk wrote and may still hold; each goes with its month."""

    def hold(self, month: Month, file: Path) -> None:
        """Remember a file; durable when it returns, to be called before it is written."""

    def written(self, file: Path, trace: Trace) -> bool:
        """It is written; True when this process can delete it.

        Raises:
            CopyUnknown: it is not remembered.
        """

    def let_go(self, file: Path) -> None:
        """It was never written, or is gone: somebody says so.

        Raises:
            CopyUnknown: it is not remembered.
        """

    def let_go_from(self, file: Path, folder: str) -> bool:
        """Somebody does not see it in a folder; True, and forgotten, where it lay in that one.

        Raises:
            CopyUnknown: it is not remembered.
        """

    def files(self, month: Month) -> Sequence[Path]:
        """What is remembered of a month."""
