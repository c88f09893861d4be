"""The simulated service, running: HTTPS on loopback in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, Any, Self, cast

from kiosk.settings import SettingsInvalid
from kiosk.simulator.control import Command, ControlSocket
from kiosk.simulator.ledger import Ledger, journal
from kiosk.simulator.line import HOST, Line
from kiosk.simulator.service import Faults, Service
from kiosk.simulator.world import World

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application

_STARTS_WITHIN_S = 20.0
_OBEYS_WITHIN_S = 10.0


class RunningSimulator:
    """A context manager: inside it the service answers, and obeys ``kiosk simulator offline``.

    Args:
        world: whose service.
        port: 0 = that of the last time if it is free, else any.

    Raises:
        SettingsInvalid: the port is taken, or a simulator runs in this world already.
    """

    def __init__(self, world: World, *, port: int = 0) -> None:
        self._world = world
        self._wanted_port = port
        self._stack = contextlib.ExitStack()
        self._started = threading.Event()
        self._faults = Faults()

    @property
    def url(self) -> str:
        """Base URL of the service."""
        return f"https://{HOST}:{self._line.port}"

    @property
    def journal(self) -> list[dict[str, Any]]:
        """What was asked so far; see ``kiosk.simulator.ledger``."""
        return journal(self._world.folder)

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            control = stack.enter_context(ControlSocket(self._world.folder))
            service = Service(self._world, Ledger(self._world.folder), self._faults)
            self._line = self._made(cast("ASGI3Application", service.application()))
            stack.callback(self._line.close)
            self._world.write_config(self.url)
            thread = threading.Thread(target=self._run, args=(control,), name="simulator")
            thread.start()
            stack.callback(thread.join)
            stack.callback(self._end)
            if not self._started.wait(_STARTS_WITHIN_S):
                raise RuntimeError("the simulator did not start")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def offline(self) -> None:
        """Cut the line: nobody listens, live connections break."""
        self._obey(Command.OFFLINE)

    def online(self) -> None:
        """Mend it: the same port listens again."""
        self._obey(Command.ONLINE)

    def hold(self) -> None:
        """Process questions, withhold the answers."""
        self._obey(Command.HOLD)

    def release(self) -> None:
        """Give the answers withheld to those who still wait, and answer again."""
        self._obey(Command.RELEASE)

    def _made(self, app: ASGI3Application) -> Line:
        """On the port wanted; without a wish on that of the last time, if it is free."""
        last = self._world.last_port if self._wanted_port == 0 else None
        if last is not None:
            with contextlib.suppress(SettingsInvalid):
                return Line(self._world, app, last, self._started.set)
        return Line(self._world, app, self._wanted_port, self._started.set)

    def _run(self, control: ControlSocket) -> None:
        with asyncio.Runner() as runner:
            self._loop = runner.get_loop()
            runner.run(self._serve(control))

    async def _serve(self, control: ControlSocket) -> None:
        commands = await control.serve(self._do)
        try:
            await self._line.serve()
        finally:
            commands.close()

    async def _do(self, command: Command) -> None:
        match command:
            case Command.OFFLINE:
                await self._line.cut()
            case Command.ONLINE:
                await self._line.mend()
            case Command.HOLD:
                self._faults.answering.clear()
            case Command.RELEASE:
                self._faults.answering.set()

    def _obey(self, command: Command) -> None:
        done = asyncio.run_coroutine_threadsafe(self._do(command), self._loop)
        done.result(_OBEYS_WITHIN_S)

    def _end(self) -> None:
        # A loop that has ended by itself needs no telling.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._finish)

    def _finish(self) -> None:
        self._faults.answering.set()
        self._line.end()
