"""What the simulated service does wrong on demand, between a question and its answer.

``refuse`` and the two wrong server certificates concern the line and are done there; everything
else is done here, around the service, so that the service itself stays honest.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.service import wire
from kiosk.service.results import Problem
from kiosk.simulator.fault import NOT_OF_A_REQUEST, Fault, FaultKind
from kiosk.simulator.problems import ProblemFound, problem

_DRIP_S = 0.1

_PROBLEMS = {
    FaultKind.ERROR: (Problem.FAULT, 500),
    FaultKind.TOO_MANY: (Problem.TOO_MANY, 429),
    FaultKind.MAINTENANCE: (Problem.MAINTENANCE, 503),
    FaultKind.IN_PROGRESS: (Problem.IN_PROGRESS, 409),
    FaultKind.ACCOUNT_STOPPED: (Problem.ACCOUNT_STOPPED, 403),
    FaultKind.CLIENT_REVOKED: (Problem.CERTIFICATE_REVOKED, 403),
}
_SPOILS = frozenset({FaultKind.OVERSIZED, FaultKind.WRONG_TYPE, FaultKind.GARBLED})


class Faults:
    """Those in force. All calls come from the event loop's thread, within the loop.

    Args:
        changed: told after each change what is in force now.
    """

    def __init__(self, changed: Callable[[Sequence[Fault]], Awaitable[None]]) -> None:
        self._changed = changed
        self._in_force: list[_InForce] = []
        self._timers: set[asyncio.TimerHandle] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.over = asyncio.Event()

    @property
    def in_force(self) -> list[Fault]:
        """What strikes now, oldest first."""
        return [each.fault for each in self._in_force]

    async def begin(self, faults: Iterable[Fault]) -> None:
        """Put them in force, each at its time; those of now are when it returns."""
        for fault in faults:
            if fault.at > 0:
                self._later(fault.at, functools.partial(self._start, fault))
            else:
                await self._start(fault)

    async def clear(self) -> None:
        """End them all, those to come as well."""
        self._forget_timers()
        self._in_force.clear()
        await self._changed(())

    def end(self) -> None:
        """Let nobody wait any more: the simulator stops."""
        self.over.set()
        self._forget_timers()

    def struck(self, path: str) -> dict[FaultKind, Fault]:
        """The faults that strike a request; each counts it."""
        found = [
            each
            for each in self._in_force
            if path.startswith(each.fault.on) and each.fault.kind not in NOT_OF_A_REQUEST
        ]
        for each in found:
            if each.left is not None:
                each.left -= 1
        self._in_force = [each for each in self._in_force if each.left != 0]
        return {each.fault.kind: each.fault for each in found}

    async def _start(self, fault: Fault) -> None:
        counts = fault.kind not in NOT_OF_A_REQUEST
        begun = _InForce(fault, fault.times if counts else None)
        self._in_force.append(begun)
        if fault.lasts is not None:
            self._later(fault.lasts, functools.partial(self._stop, begun))
        await self._changed(self.in_force)

    async def _stop(self, begun: _InForce) -> None:
        self._in_force = [each for each in self._in_force if each is not begun]
        await self._changed(self.in_force)

    def _later(self, seconds: float, do: Callable[[], Coroutine[None, None, None]]) -> None:
        loop = asyncio.get_running_loop()

        def begin() -> None:
            self._timers.discard(timer)
            task = loop.create_task(do())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        timer = loop.call_later(seconds, begin)
        self._timers.add(timer)

    def _forget_timers(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()


@dataclass(eq=False, slots=True)
class _InForce:
    fault: Fault
    left: int | None


class Answering:
    """The service behind its faults: an ASGI application around another.

    Args:
        app: the honest service.
        faults: those in force.
    """

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        struck = self._faults.struck(scope.get("path", "/"))
        if FaultKind.SLOW in struck:
            await self._pause(struck[FaultKind.SLOW].delay)
        answer = _Answer()
        try:
            await (_refusal(struck) or self._app)(scope, receive, answer.take)
        finally:
            # Starlette raises a fault of ours on, once it has answered it.
            if answer.is_whole:
                shift = struck[FaultKind.CLOCK].delay if FaultKind.CLOCK in struck else 0.0
                shown = datetime.now(UTC) + timedelta(seconds=shift)
                answer.add(b"date", format_datetime(shown, usegmt=True))
                if FaultKind.BUSY in struck:
                    pause = struck[FaultKind.BUSY].retry_after or 1
                    answer.add(b"ratelimit", f'"queue";r=0;t={pause}')
                await self._give(answer, struck, scope, receive, send)

    async def _give(
        self,
        answer: _Answer,
        struck: Mapping[FaultKind, Fault],
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        for kind in _SPOILS & struck.keys():
            answer.spoil(kind)
        if FaultKind.ANSWER_LOST in struck:
            await _hang_up(scope, receive)
        elif FaultKind.TRUNCATED in struck:
            await answer.send(send, answer.body[: len(answer.body) // 2], ends=False)
            await _hang_up(scope, receive)
        elif FaultKind.DRIP in struck:
            for place in range(len(answer.body)):
                await answer.send(send, answer.body[place : place + 1], ends=False)
                await self._pause(_DRIP_S)
            await answer.send(send, b"", ends=True)
        else:
            await answer.send(send, answer.body, ends=True)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._faults.over.wait(), seconds)


def _refusal(struck: Mapping[FaultKind, Fault]) -> ASGIApp | None:
    """The problem that takes the place of the service; None = it is asked."""
    for kind, (name, status) in _PROBLEMS.items():
        if kind in struck:
            fault = struck[kind]
            told = fault.status if kind is FaultKind.ERROR else status
            return problem(ProblemFound(name, told, retry_after_s=fault.retry_after))
    return None


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """Break the connection; done when the server knows it."""
    scope["extensions"]["hang_up"]()
    while (await receive())["type"] != "http.disconnect":
        pass


class _Answer:
    """One answer, held before it goes out."""

    def __init__(self) -> None:
        self.body = b""
        self.is_whole = False
        self._start: Message = {}
        self._is_begun = False

    async def take(self, message: Message) -> None:
        """Take the place of ``send``."""
        if message["type"] == "http.response.start":
            self._start = message
        else:
            self.body += message.get("body", b"")
            self.is_whole = not message.get("more_body", False)

    def add(self, name: bytes, value: str) -> None:
        """One more header; every response bears a ``Date``, for uvicorn's own is turned off."""
        self._start["headers"] = [*self._start["headers"], (name, value.encode())]

    def spoil(self, kind: FaultKind) -> None:
        """Make it what no client may take."""
        if kind is FaultKind.OVERSIZED:
            self.body = b'{"x":"' + b"x" * (wire.MAX_BYTES + 1) + b'"}'
        elif kind is FaultKind.GARBLED:
            self.body = self.body[:-1]
        replaced = {b"content-length": str(len(self.body)).encode()}
        if kind is FaultKind.WRONG_TYPE:
            replaced[b"content-type"] = b"text/html"
        self._start["headers"] = [
            (name, replaced.get(name, value)) for name, value in self._start["headers"]
        ]

    async def send(self, send: Send, piece: bytes, *, ends: bool) -> None:
        """Send a piece; the head goes before the first."""
        if not self._is_begun:
            self._is_begun = True
            await send(self._start)
        await send({"type": "http.response.body", "body": piece, "more_body": not ends})
