"""The counter of the desk: who is there, who has the visit, who may ask what.

It knows no transport: ``server`` brings peers over a socket, ``local`` from the same process, and
both pass their lines through here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kiosk.desk.effects import happened
from kiosk.desk.house import House
from kiosk.desk.leading import Lead
from kiosk.desk.messages import (
    VERSION,
    Ask,
    BadMessage,
    Busy,
    Chosen,
    Claim,
    Condition,
    Entered,
    Failed,
    Happened,
    Hello,
    Key,
    Login,
    Logout,
    Message,
    NotAllowed,
    Pressed,
    Prove,
    Reach,
    Release,
    Reply,
    Role,
    Typed,
    Welcome,
    decode,
)
from kiosk.desk.peer import FRONTS, Outlet, Peer
from kiosk.desk.sessions import Sessions
from kiosk.desk.upkeep import Upkeep
from kiosk.domain.identity import Pin
from kiosk.domain.visit import (
    Approached,
    CameWithoutCard,
    Chose,
    Effect,
    Event,
    FrontCame,
    FrontLeft,
    PinTyped,
    StaffAnswered,
    StaffCalled,
    Tell,
    WentBack,
)
from kiosk.errors import KioskError
from kiosk.events import Event as Logged
from kiosk.log import record
from kiosk.ports.access import LockedOut
from kiosk.ports.card import MalformedPin

FAULTS = 8
"""A peer that sent so many lines that are no messages is cut off."""
PENDING = 8
"""Queries of one peer that may be under way."""
IDLE_S = 300.0
UNKNOWN = "unknown"
"""Code of a fault of our own; it has a phrase."""

_MAY_CLAIM = frozenset({Role.VISITOR, Role.TECHNICIAN, Role.STAFF})
_KEYS: dict[str, Event] = {
    Key.ANY: Approached(),
    Key.BACK: WentBack(),
    Key.WITHOUT_CARD: CameWithoutCard(),
    Key.CALL_STAFF: StaffCalled(),
    Key.CALL_OVER: StaffAnswered(),
}


class Counter:
    """Peers come, are heard, and go; effects of the visit go to the one that has it.

    Args:
        house: the core.
        queries: which queries there are, and who may ask them.
        idle_s: a session that nobody uses for so long ends.
    """

    def __init__(
        self, house: House, queries: Mapping[str, Reach], *, idle_s: float = IDLE_S
    ) -> None:
        self._house = house
        self._queries = dict(queries)
        self._lock = threading.RLock()
        self._peers: list[Peer] = []
        self._claimant: Peer | None = None
        self._condition: Condition | None = None
        self._number = 0
        self._sessions = Sessions(house.gate, idle_s, self._lock)
        self._leaving: list[Peer] = []
        self._upkeep = Upkeep(house)
        self._is_closing = False
        self._workers = ThreadPoolExecutor(2, "desk")

    # -- what a transport calls --------------------------------------------------------------

    def join(self, outlet: Outlet, highest: Role, uid: int) -> Peer:
        """A peer has come.

        Args:
            outlet: the way back to it.
            highest: how far its uid may reach.
            uid: of its process.
        """
        peer = Peer(outlet, highest, uid)
        with self._lock:
            self._peers.append(peer)
        return peer

    def hear(self, peer: Peer, line: bytes) -> None:
        """Take one line of a peer; never raises, whatever it holds."""
        try:
            message = decode(line)
        except BadMessage:
            self.blame(peer)
            return
        with self._lock:
            if peer in self._peers and not self._is_closing:
                self._take(peer, message)

    def blame(self, peer: Peer) -> None:
        """A line was no message; too many of them, and the peer is cut off."""
        peer.faults += 1
        peer.send(Failed(0, BadMessage.code))
        if peer.faults >= FAULTS or not peer.is_greeted:
            peer.outlet.cut()

    def leave(self, peer: Peer) -> None:
        """A peer has gone; the visit it had is free, its session over."""
        with self._lock:
            if peer not in self._peers:
                return
            self._peers.remove(peer)
            self._give_up(peer)
            if peer.holder is not None and not self._is_closing:
                self._leaving.append(peer)
                self._workers.submit(self._see_off, peer)

    def _see_off(self, peer: Peer) -> None:
        self._sessions.log_out(peer)
        self._upkeep.left(peer)
        with self._lock:
            self._leaving.remove(peer)

    # -- what the core calls -----------------------------------------------------------------

    @property
    def has_claimant(self) -> bool:
        """Somebody has the visit."""
        return self._claimant is not None

    def happened(self, effect: Effect | Lead) -> None:
        """Pass an effect of the visit, or of the set-up, on to the front that has it, if any."""
        with self._lock:
            message = self._numbered(effect)
            if message is not None and self._claimant is not None:
                self._claimant.send(message)

    def tell_staff(self, tell: Tell) -> None:
        """Say something about a patient who is not there, to staff sessions alone."""
        with self._lock:
            message = self._numbered(tell)
            for peer in self._peers:
                if message is not None and peer.role is Role.STAFF:
                    peer.send(message)

    def _numbered(self, effect: Effect | Lead) -> Happened | None:
        message = happened(self._number + 1, effect)
        if message is not None:
            self._number += 1
        return message

    def condition(self, condition: Condition) -> None:
        """How the box is now; pushed to everybody when it has changed."""
        with self._lock:
            if condition == self._condition:
                return
            self._condition = condition
            for peer in self._peers:
                if peer.is_greeted:
                    peer.send(condition)

    def tend(self) -> None:
        """End the sessions that nobody uses; to be called every few seconds."""
        with self._lock:
            peers = tuple(self._peers)
        self._upkeep.tend(peers)
        if closer := self._upkeep.closer:
            # Their hands are on the box, not on this line.
            self._sessions.touch(closer)
        self._sessions.tend(peers)

    def close(self) -> None:
        """End sessions and queries under way, and hang up."""
        with self._lock:
            self._is_closing = True
            peers = (*self._peers, *self._leaving)
        for peer in peers:
            self._sessions.log_out(peer)
        self._workers.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            for peer in self._peers:
                peer.outlet.cut()
            self._peers.clear()
            self._claimant = None

    # -- messages ----------------------------------------------------------------------------

    def _take(self, peer: Peer, message: Message) -> None:
        if not peer.is_greeted:
            self._greet(peer, message)
            return
        self._sessions.touch(peer)
        match message:
            case Claim(id=number):
                self._claim(peer, number)
            case Release(id=number):
                self._give_up(peer)
                peer.send(Reply(number))
            case Pressed() | Typed() | Chosen():
                self._visitor(peer, message)
            case Entered(id=number):
                self._entered(peer, number, message)
            case Logout(id=number):
                self._in_background(peer, number, lambda: self._log_out(peer))
            case Login(id=number, passcode=passcode):
                self._log_in(peer, number, lambda: self._sessions.log_in(peer, passcode))
            case Prove(id=number, code=code):
                self._log_in(peer, number, lambda: self._sessions.prove(peer, code))
            case Ask(id=number):
                self._ask(peer, number, message)
            case _:
                self.blame(peer)

    def _greet(self, peer: Peer, message: Message) -> None:
        if not isinstance(message, Hello) or message.version != VERSION:
            self.blame(peer)
            return
        peer.is_greeted = True
        peer.front = message.front if message.front in FRONTS else peer.front
        house, role = self._house, peer.role.value
        manner = house.manner.document()
        peer.send(Welcome(VERSION, role, house.is_simulated, house.language, manner))
        if self._condition is not None:
            peer.send(self._condition)

    def _claim(self, peer: Peer, number: int) -> None:
        if peer.highest not in _MAY_CLAIM:
            peer.send(Failed(number, NotAllowed.code))
        elif self._claimant not in {None, peer}:
            peer.send(Failed(number, Busy.code))
        else:
            is_new = self._claimant is None
            self._claimant = peer
            peer.send(Reply(number))
            if is_new:
                self._house.happen(FrontCame())

    def _give_up(self, peer: Peer) -> None:
        if self._claimant is peer:
            self._claimant = None
            self._house.happen(FrontLeft())

    def _visitor(self, peer: Peer, message: Pressed | Typed | Chosen) -> None:
        """A key or a PIN: from the front that has the visit, or not at all."""
        if self._claimant is not peer:
            peer.send(Failed(0, Busy.code))
        elif isinstance(message, Typed):
            self._typed(peer, message.pin)
        elif isinstance(message, Chosen):
            self._house.happen(Chose(message.choice))
        elif message.key in _KEYS:
            self._house.happen(_KEYS[message.key])
        else:
            self.blame(peer)

    def _typed(self, peer: Peer, digits: str) -> None:
        try:
            pin = Pin(digits)
        except ValueError:
            peer.send(Failed(0, MalformedPin.code))
        else:
            self._house.happen(PinTyped(pin))

    def _ask(self, peer: Peer, number: int, message: Ask) -> None:
        if message.query not in self._queries:
            peer.send(Failed(number, BadMessage.code))
        elif not self._queries[message.query].is_open_to(peer.role, peer.highest):
            peer.send(Failed(number, NotAllowed.code))
        else:
            self._in_background(peer, number, lambda: self._answer(peer, message))

    def _answer(self, peer: Peer, message: Ask) -> dict[str, Any]:
        """On record before they hear of it."""
        reach = self._queries[message.query]
        document = self._sessions.recorded(
            peer, message.query, reach, message.about, lambda: self._found(peer, reach, message)
        )
        if reach is not Reach.OWN:
            self._upkeep.done(peer, message.query, message.about)
        return document

    def _found(self, peer: Peer, reach: Reach, message: Ask) -> dict[str, Any]:
        if reach is Reach.OWN:
            return self._enrol(peer, message)
        return self._house.answer(message.query, message.about)

    def _enrol(self, peer: Peer, message: Ask) -> dict[str, Any]:
        enrolment = peer.enrolment
        if enrolment is None:
            # They logged out meanwhile.
            raise NotAllowed
        return self._house.enrol(enrolment, message.query, message.about)

    def _entered(self, peer: Peer, number: int, message: Entered) -> None:
        """Numbers: from the front that has the visit, or not at all."""
        if self._claimant is not peer:
            peer.send(Failed(number, Busy.code))
            return

        def enter() -> dict[str, Any]:
            self._house.enter(message.presentation)
            return {}

        self._in_background(peer, number, enter)

    def _log_out(self, peer: Peer) -> dict[str, Any]:
        self._sessions.log_out(peer)
        self._upkeep.left(peer)
        return {"role": peer.role.value}

    def _log_in(self, peer: Peer, number: int, step: Callable[[], dict[str, Any]]) -> None:
        def entered() -> dict[str, Any]:
            document = step()
            if peer.role is Role.STAFF:
                self._house.staff_came()
            return document

        self._in_background(peer, number, entered)

    def _in_background(self, peer: Peer, number: int, work: Callable[[], dict[str, Any]]) -> None:
        if peer.pending >= PENDING:
            self.blame(peer)
            return
        peer.pending += 1
        self._workers.submit(self._reply, peer, number, work)

    def _reply(self, peer: Peer, number: int, work: Callable[[], dict[str, Any]]) -> None:
        try:
            reply: Message = Reply(number, work())
        except LockedOut as error:
            reply = Failed(number, error.code, error.seconds)
        except KioskError as error:
            reply = Failed(number, error.code)
        except Exception as error:  # noqa: BLE001 - the top of this thread; the peer gets a code
            record(Logged.JOB_FAILED, job="desk", code=type(error).__name__)
            reply = Failed(number, UNKNOWN)
        with self._lock:
            peer.pending -= 1
            if peer in self._peers:
                peer.send(reply)
