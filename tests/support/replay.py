"""A channel that plays what ``Recorder`` wrote; masked bytes fit whatever is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kiosk.errors import CardError
from kiosk.ports import card as port
from kiosk.reader import channel
from kiosk.reader.trace import POWER_CYCLE

_GAP = re.compile(r"\[(\d+)\]")

Fill = Callable[[bytes, int], bytes]
"""What stands in for masked bytes of a response: of the command as sent, so many bytes."""


def zeros(_command: bytes, length: int) -> bytes:
    """Nothing of meaning."""
    return bytes(length)


def dialogues(path: Path) -> list[list[dict[str, Any]]]:
    """The dialogues of a recording, each without its first line."""
    found: list[list[dict[str, Any]]] = []
    for line in path.read_text("ascii").splitlines():
        entry = json.loads(line)
        if "reader" in entry:
            found.append([])
        else:
            found[-1].append(entry)
    return found


class ReplayChannel:
    """``Channel`` that answers as it was recorded, in that order.

    Args:
        lines: of one dialogue.
        fill: see ``Fill``.
    """

    def __init__(self, lines: Sequence[dict[str, Any]], fill: Fill = zeros) -> None:
        self._lines = list(lines)
        self._fill = fill

    def transmit(self, command: bytes) -> bytes:
        """As ``Channel.transmit``."""
        line = self._next(command.hex())
        if line["error"]:
            raise _error(line["error"])
        parts = _GAP.split(line["response"])
        given = [
            self._fill(command, int(part)) if at % 2 else bytes.fromhex(part)
            for at, part in enumerate(parts)
        ]
        return b"".join(given)

    def power_cycle(self) -> None:
        """As ``Channel.power_cycle``."""
        line = self._next(POWER_CYCLE)
        if line["error"]:
            raise _error(line["error"])

    def assert_played(self) -> None:
        """Nothing recorded is left."""
        assert not self._lines

    def _next(self, sent: str) -> dict[str, Any]:
        assert self._lines, f"not recorded: {sent}"
        line = self._lines.pop(0)
        pattern = _GAP.sub(lambda gap: f"[0-9a-f]{{{2 * int(gap[1])}}}", line["command"])
        assert re.fullmatch(pattern, sent), f"recorded {line['command']}, sent {sent}"
        return line


def _error(name: str) -> CardError:
    kind: type[CardError] = getattr(channel, name, None) or getattr(port, name)
    return kind()
