"""How commands reach the running simulator: a socket in the world's folder.

One line of JSON each way: ``{"do": "offline"}`` → ``{"done": "offline"}``, told only once it has
taken effect; ``{"do": "fault", "faults": […]}`` brings what ``kiosk.simulator.faults`` reads.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import socket
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from kiosk.desk.address import short
from kiosk.settings import SettingsInvalid, SimulatorUnreachable

_SOCKET = "control.sock"
_LOCK = "serve.lock"
_ANSWERS_WITHIN_S = 10.0
_LONGEST = 256 * 1024


class Command(StrEnum):
    """What can be asked of a running simulator."""

    OFFLINE = "offline"
    ONLINE = "online"
    HOLD = "hold"
    RELEASE = "release"
    FAULT = "fault"
    CLEAR = "clear"
    FAULTS = "faults"


Do = Callable[[Command, dict[str, Any]], Awaitable[dict[str, Any]]]
"""Does a command with its arguments; gives what is told besides "done"."""


def send(folder: Path, command: Command, **arguments: object) -> dict[str, Any]:
    """Have the simulator of a folder do it; it is done when this returns.

    Args:
        folder: of the world.
        command: what.
        arguments: of the command, as JSON has them.

    Returns:
        What it told.

    Raises:
        SimulatorUnreachable: none runs there, or it does not answer.
    """
    try:
        with short(folder / _SOCKET) as address, socket.socket(socket.AF_UNIX) as line:
            line.settimeout(_ANSWERS_WITHIN_S)
            line.connect(address)
            line.sendall(json.dumps({"do": command, **arguments}).encode() + b"\n")
            with line.makefile("rb") as answers:
                answer: dict[str, Any] = json.loads(answers.readline(_LONGEST))
    except (OSError, ValueError):
        raise SimulatorUnreachable(str(folder)) from None
    if answer.get("done") != str(command):
        raise SimulatorUnreachable(f"{folder}: it did not do it")
    return answer


class ControlSocket:
    """The other end, in the simulator; a context manager that owns the folder while it lasts.

    Args:
        folder: of the world.

    Raises:
        SettingsInvalid: another simulator runs there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self._lock(stack)
            # asyncio looks at the path again when it closes: the descriptor must outlive it.
            address = stack.enter_context(short(self._folder / _SOCKET))
            (self._folder / _SOCKET).unlink(missing_ok=True)
            self._listener = stack.enter_context(socket.socket(socket.AF_UNIX))
            self._listener.bind(address)
            stack.callback((self._folder / _SOCKET).unlink, missing_ok=True)
            self._listener.listen()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    async def serve(self, do: Do) -> asyncio.Server:
        """Answer on the running event loop, each command after ``do`` has done it."""

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                writer.write(await _answer(await reader.readline(), do))
                await writer.drain()
            except (ConnectionError, ValueError):
                # The one who asked has gone, or sent a line without end: nobody to tell.
                return
            finally:
                writer.close()

        return await asyncio.start_unix_server(answer, sock=self._listener, limit=_LONGEST)

    def _lock(self, stack: contextlib.ExitStack) -> None:
        lock = stack.enter_context((self._folder / _LOCK).open("w", encoding="ascii"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsInvalid(f"{self._folder}: a simulator runs there already") from None


async def _answer(line: bytes, do: Do) -> bytes:
    try:
        arguments = json.loads(line)
        command = Command(arguments.pop("do"))
        told = await do(command, arguments)
    except (ValueError, KeyError, TypeError, AttributeError):
        return b'{"error": "not a command"}\n'
    return json.dumps({"done": command, **told}, ensure_ascii=False).encode() + b"\n"
