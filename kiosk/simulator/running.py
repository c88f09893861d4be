"""The simulated service, running: HTTPS on loopback in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self, cast

from kiosk.settings import SettingsInvalid
from kiosk.simulator.control import Command, ControlSocket
from kiosk.simulator.fault import WRONG_CERTIFICATES, Fault, FaultKind, Script
from kiosk.simulator.faults import Answering, Faults
from kiosk.simulator.ledger import Ledger, journal
from kiosk.simulator.line import HOST, Line
from kiosk.simulator.portal.registry import Registry
from kiosk.simulator.portal.site import Portal
from kiosk.simulator.service import Service, Withheld
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
        portal_port: of the portal, likewise.

    Raises:
        SettingsInvalid: the port is taken, or a simulator runs in this world already.
    """

    def __init__(self, world: World, *, port: int = 0, portal_port: int = 0) -> None:
        self._world = world
        self._wanted_port = port
        self._wanted_portal_port = portal_port
        self._stack = contextlib.ExitStack()
        self._service_up, self._portal_up = threading.Event(), threading.Event()
        self._withheld = Withheld()
        self._faults = Faults(self._strike_line)
        self._is_offline = False

    @property
    def url(self) -> str:
        """Base URL of the service."""
        return f"https://{HOST}:{self._line.port}"

    @property
    def portal(self) -> str:
        """Base URL of the portal."""
        return f"https://localhost:{self._portal.port}"

    @property
    def journal(self) -> list[dict[str, Any]]:
        """What was asked so far; see ``kiosk.simulator.ledger``."""
        return journal(self._world.folder)

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            control = stack.enter_context(ControlSocket(self._world.folder))
            service = Service(self._world, Ledger(self._world.folder), self._withheld)
            stack.callback(self._world.accounts.close)
            answering = Answering(service.application(), self._faults)
            self._line = self._made(cast("ASGI3Application", answering))
            stack.callback(self._line.close)
            registry = Registry(self._world.folder)
            stack.callback(registry.close)
            site = Portal(self._world.accounts, registry).application()
            self._portal = self._made_portal(cast("ASGI3Application", site))
            stack.callback(self._portal.close)
            self._world.write_config(self.url)
            thread = threading.Thread(target=self._run, args=(control,), name="simulator")
            thread.start()
            stack.callback(thread.join)
            stack.callback(self._end)
            if not all(up.wait(_STARTS_WITHIN_S) for up in (self._service_up, self._portal_up)):
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

    def fault(self, kind: FaultKind, **settings: object) -> None:
        """Have something go wrong; see ``kiosk.simulator.faults.Fault`` for the settings."""
        self._obey(Command.FAULT, faults=[{"kind": kind, **settings}])

    def clear(self) -> None:
        """End every fault, those to come as well."""
        self._obey(Command.CLEAR)

    def _made(self, app: ASGI3Application) -> Line:
        """On the port wanted; without a wish on that of the last time, if it is free."""
        last = self._world.last_port if self._wanted_port == 0 else None
        if last is not None:
            with contextlib.suppress(SettingsInvalid):
                return Line(self._world, app, last, self._service_up.set)
        return Line(self._world, app, self._wanted_port, self._service_up.set)

    def _made_portal(self, app: ASGI3Application) -> Line:
        """As above; a browser's bookmarks stay true."""
        last = self._world.last_portal_port if self._wanted_portal_port == 0 else None
        if last is not None:
            with contextlib.suppress(SettingsInvalid):
                return self._portal_on(last, app)
        return self._portal_on(self._wanted_portal_port, app)

    def _portal_on(self, port: int, app: ASGI3Application) -> Line:
        line = Line(self._world, app, port, self._portal_up.set, demands_certificate=False)
        self._world.keep_portal_port(line.port)
        return line

    def _run(self, control: ControlSocket) -> None:
        with asyncio.Runner() as runner:
            self._loop = runner.get_loop()
            runner.run(self._serve(control))

    async def _serve(self, control: ControlSocket) -> None:
        commands = await control.serve(self._do)
        try:
            await asyncio.gather(self._line.serve(), self._portal.serve())
        finally:
            commands.close()

    async def _do(self, command: Command, arguments: dict[str, Any]) -> dict[str, Any]:
        match command:
            case Command.OFFLINE | Command.ONLINE:
                self._is_offline = command is Command.OFFLINE
                await self._strike_line(self._faults.in_force)
            case Command.HOLD:
                self._withheld.answering.clear()
            case Command.RELEASE:
                self._withheld.answering.set()
            case Command.FAULT:
                await self._faults.begin(Script(fault=arguments["faults"]).fault)
            case Command.CLEAR:
                await self._faults.clear()
            case Command.FAULTS:
                in_force = self._faults.in_force
                return {"faults": [each.model_dump(mode="json") for each in in_force]}
        return {}

    async def _strike_line(self, faults: Sequence[Fault]) -> None:
        """Do what concerns the line, or what the service itself must know."""
        self._withheld.processing(
            next((each for each in faults if each.kind is FaultKind.PROCESSING), None)
        )
        wrong = [each.kind for each in faults if each.kind in WRONG_CERTIFICATES]
        self._line.show(wrong[-1] if wrong else None)
        if self._is_offline or any(each.kind is FaultKind.REFUSE for each in faults):
            await self._line.cut()
        else:
            await self._line.mend()

    def _obey(self, command: Command, **arguments: object) -> dict[str, Any]:
        doing = self._do(command, dict(arguments))
        done = asyncio.run_coroutine_threadsafe(doing, self._loop)
        return done.result(_OBEYS_WITHIN_S)

    def _end(self) -> None:
        # A loop that has ended by itself needs no telling.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._finish)

    def _finish(self) -> None:
        self._faults.end()
        self._withheld.answering.set()
        self._line.end()
        self._portal.end()
