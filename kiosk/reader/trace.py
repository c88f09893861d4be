"""The traffic between kiosk and card, with nothing in it that is secret or somebody's own.

Masked by construction: what is written is made here from the bytes, by kind of command, and the
bytes themselves go no further. Shown are headers, lengths, status words and the data of SELECT;
``[4]`` stands for four bytes not shown. So no PIN, no challenge, no signature and no certificate is
ever in a trace. What was read of a card that says itself to be simulated is shown in a recording,
for that can be replayed.

Source: ISO/IEC 7816-3, 12.1.3 (where the data of a command lies).
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, TextIO

from kiosk.errors import CardError
from kiosk.events import Event
from kiosk.log import record
from kiosk.ports.card import CertificateUnreadable
from kiosk.ports.exports import NotWritten
from kiosk.reader.apdu import STATUS_LENGTH
from kiosk.reader.certificate import parse_certificate
from kiosk.reader.channel import Channel
from kiosk.reader.tlv import sequence_length

POWER_CYCLE = "power cycle"
_HEADER = 4
_SHORT, _EXTENDED = 5, 7
_INS_SELECT, _INS_READ = 0xA4, 0xB0
_OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Traffic:
    """One command and what came of it.

    Args:
        command: hex, masked; or ``power cycle``.
        response: hex, masked; empty when there was none.
        error: name of what was raised instead of a response; else empty.
        ms: how long it took.
        content: what a READ BINARY gave, which may be somebody's certificate.
    """

    command: str
    response: str
    error: str
    ms: float
    content: bytes = field(default=b"", repr=False)

    @property
    def shown(self) -> Traffic:
        """The same with what was read; for simulated cards only."""
        if not self.content:
            return self
        return replace(self, response=self.content.hex() + self.response.partition("]")[2])

    def document(self) -> dict[str, Any]:
        """One line of a recording."""
        return {
            "command": self.command,
            "response": self.response,
            "error": self.error,
            "ms": self.ms,
        }


Tell = Callable[[Traffic], None]


class Tracer(Protocol):
    """Whoever wants to know of the traffic."""

    def dialogue(self, reader_name: str) -> AbstractContextManager[Tell]:
        """Be told of one dialogue's traffic while inside."""


class TracedChannel:
    """A channel whose traffic is told, masked.

    Args:
        channel: the one that does it.
        tell: gets each exchange, also those that failed.
    """

    def __init__(self, channel: Channel, tell: Tell) -> None:
        self._channel = channel
        self._tell = tell

    def transmit(self, command: bytes) -> bytes:
        """As ``Channel.transmit``."""
        began = time.monotonic()
        try:
            response = self._channel.transmit(command)
        except CardError as error:
            self._tell(Traffic(masked_command(command), "", type(error).__name__, _since(began)))
            raise
        content = response[:-STATUS_LENGTH] if command[1] == _INS_READ else b""
        masked = masked_response(response)
        self._tell(Traffic(masked_command(command), masked, "", _since(began), content))
        return response

    def power_cycle(self) -> None:
        """As ``Channel.power_cycle``."""
        began = time.monotonic()
        error = ""
        try:
            self._channel.power_cycle()
        except CardError as fault:
            error = type(fault).__name__
            raise
        finally:
            self._tell(Traffic(POWER_CYCLE, "", error, _since(began)))


def masked_command(command: bytes) -> str:
    """Header, lengths and the data of SELECT in hex; ``[n]`` for what is not shown."""
    start, length = _data_of(command)
    if command[1:2] == bytes((_INS_SELECT,)):
        return command.hex()
    end = start + length
    return command[:start].hex() + _gap(length) + command[end:].hex()


def masked_response(response: bytes) -> str:
    """The status word in hex, ``[n]`` for the data before it."""
    if len(response) < STATUS_LENGTH:
        return _gap(len(response))
    return _gap(len(response) - STATUS_LENGTH) + response[-STATUS_LENGTH:].hex()


def _gap(length: int) -> str:
    return f"[{length}]" if length else ""


def _data_of(command: bytes) -> tuple[int, int]:
    """Where the data begins, and how long it is; all behind the header when that is not clear."""
    body = len(command) - _HEADER
    if body <= 1:
        return len(command), 0
    short, extended = command[_HEADER], int.from_bytes(command[_SHORT:_EXTENDED], "big")
    if short and body in (1 + short, 2 + short):
        return _SHORT, short
    if not short and len(command) == _EXTENDED and command[1] == _INS_READ:
        return len(command), 0
    if not short and extended and len(command) - _EXTENDED in (extended, extended + 2):
        return _EXTENDED, extended
    return _HEADER, body


def _since(began: float) -> float:
    return round(1000 * (time.monotonic() - began), 2)


class TrafficLog:
    """``Tracer`` that writes every exchange to the log; never what was read."""

    @contextmanager
    def dialogue(self, reader_name: str) -> Iterator[Tell]:
        """As ``Tracer.dialogue``."""

        def tell(each: Traffic) -> None:
            record(
                Event.CARD_COMMANDED,
                reader=reader_name,
                apdu=each.command,
                answer=each.response or each.error,
                ms=each.ms,
            )

        yield tell


class Recorder:
    """``Tracer`` that appends one dialogue after the other to a file, for replaying.

    JSON lines: ``{"reader", "simulated"}`` begins a dialogue, ``Traffic.document`` follows.

    Args:
        path: of the file; made for its owner alone.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def dialogue(self, reader_name: str) -> Iterator[Tell]:
        """As ``Tracer.dialogue``; written when it ends, however it ends.

        Raises:
            NotWritten: the file cannot be written; the card is asked nothing then.
        """
        traffic: list[Traffic] = []
        file = self._opened()
        try:
            yield traffic.append
        finally:
            try:
                with file:
                    file.writelines(self._lines(reader_name, traffic))
            except OSError as error:
                raise NotWritten(error.strerror or "") from None

    def _opened(self) -> TextIO:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        try:
            return os.fdopen(os.open(self._path, flags, _OWNER_ONLY), "w", encoding="ascii")
        except OSError as error:
            raise NotWritten(error.strerror or "") from None

    @staticmethod
    def _lines(reader_name: str, traffic: list[Traffic]) -> list[str]:
        is_simulated = _is_simulated([each.content for each in traffic if each.content])
        lines: list[dict[str, Any]] = [{"reader": reader_name, "simulated": is_simulated}]
        lines += [(each.shown if is_simulated else each).document() for each in traffic]
        return [f"{json.dumps(line)}\n" for line in lines]


def _is_simulated(contents: list[bytes]) -> bool:
    """Whether a certificate that was read says itself that it is simulated."""
    for start in range(len(contents)):
        data = b"".join(contents[start:])
        try:
            return parse_certificate(data[: sequence_length(data)]).is_simulated
        except (ValueError, CertificateUnreadable):
            continue
    return False
