"""Which receipt computers may fetch: codes that staff ask for become tokens, once."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.desk.messages import BadMessage
from kiosk.events import Event
from kiosk.ports.clock import Clock
from kiosk.ports.exports import (
    Computer,
    ComputerRefused,
    Computers,
    ComputerUnknown,
    PairingRefused,
)
from kiosk.usecases.access import Gate

CODE_DIGITS = 8
CODE_S = 300.0
CODE_TRIES = 5
"""A pairing code ends after its time, its use, or so many wrong ones."""
PLACE_S = 30.0
"""The link says so often enough where it listens; one that was silent for so long has gone."""
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,19}", re.ASCII)


@dataclass(slots=True)
class _Code:
    digits: str
    ends_at: float
    tries_left: int = CODE_TRIES


class Pairing:
    """Codes, tokens and computers.

    Args:
        computers: which are paired.
        gate: keeps the audit.
        clock: what time it is.
        now: seconds, only forward.
    """

    def __init__(
        self, computers: Computers, gate: Gate, clock: Clock, now: Callable[[], float]
    ) -> None:
        self._paired = computers
        self._gate = gate
        self._clock = clock
        self._now = now
        self._lock = threading.Lock()
        self._code: _Code | None = None
        self._place: dict[str, Any] = {}
        self._placed_at = 0.0

    def place(self, about: Mapping[str, Any]) -> None:
        """The link says where it listens."""
        with self._lock:
            self._place = {
                name: text_of(about, name) for name in ("url", "fingerprint") if name in about
            }
            self._placed_at = self._now()

    def pair(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """A new pairing code, in place of the one before; or, ``longer``, more time for that one.

        The code is "" where there is none any more that could have it: used up, or ended.
        """
        code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
        with self._lock:
            if about.get("longer") is True:
                code = self._longer()
            else:
                self._code = _Code(code, self._now() + CODE_S)
            is_there = self._now() - self._placed_at < PLACE_S
            place = {"url": None, "fingerprint": None, **(self._place if is_there else {})}
        return {"code": code, "seconds": int(CODE_S), **place}

    def _longer(self) -> str:
        code = self._code
        if code is None or self._now() >= code.ends_at:
            return ""
        code.ends_at = self._now() + CODE_S
        return code.digits

    def redeem(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """A code becomes a token, once; only its hash is kept."""
        name = text_of(about, "computer")
        if not NAME.fullmatch(name):
            raise BadMessage("computer")
        if not self._uses_up(text_of(about, "code")):
            self._gate.note(Event.PAIRING_FAILED, f"computer/{name}", "receipt")
            raise PairingRefused
        token = secrets.token_urlsafe(32)
        hashed = hashlib.sha256(token.encode()).hexdigest()
        self._paired.pair(Computer(name, text_of(about, "address"), self._clock.now(), hashed))
        self._gate.note(Event.COMPUTER_PAIRED, f"computer/{name}", "receipt")
        return {"computer": name, "token": token}

    def _uses_up(self, digits: str) -> bool:
        with self._lock:
            code = self._code
            if code is None or self._now() >= code.ends_at:
                self._code = None
                return False
            is_right = secrets.compare_digest(code.digits.encode(), digits.encode())
            code.tries_left -= 1
            if is_right or code.tries_left == 0:
                self._code = None
            return is_right

    def token(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """Whose token it is; from another address than it was given to, it is nobody's."""
        computer = self._paired.of_token(text_of(about, "token_hash"))
        if computer is None:
            raise ComputerRefused("token")
        if computer.address and computer.address != text_of(about, "address"):
            self._gate.note(Event.TOKEN_MISUSED, f"computer/{computer.name}", "receipt")
            raise ComputerRefused("address")
        return {"computer": computer.name}

    def computers(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """Those that are paired."""
        del about
        found = [
            {"name": each.name, "address": each.address, "paired_at": each.paired_at.isoformat()}
            for each in self._paired.all()
        ]
        return {"computers": found}

    def revoke(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """A computer's token ends; ComputerUnknown."""
        name = text_of(about, "computer")
        if not self._paired.revoke(name):
            raise ComputerUnknown
        self._gate.note(Event.COMPUTER_REVOKED, f"computer/{name}", "receipt")
        return {"computer": name}


def text_of(about: Mapping[str, Any], name: str) -> str:
    """A parameter that is text, "" when it is not there; BadMessage for anything else."""
    value = about.get(name, "")
    if not isinstance(value, str):
        raise BadMessage(name)
    return value
