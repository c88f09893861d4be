"""A session that nobody uses ends, and says so before."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from kiosk.desk.messages import Message, NotAllowed, Reach, Role, Session, decode
from kiosk.desk.peer import Peer
from kiosk.desk.sessions import Sessions
from kiosk.events import Event
from tests.support.desk import PASSCODE, Gate


@dataclass
class Ear:
    """An outlet that remembers."""

    heard: list[Message] = field(default_factory=list)

    def put(self, line: bytes) -> None:
        self.heard.append(decode(line))

    def cut(self) -> None:
        self.heard.clear()


@dataclass
class Scene:
    gate: Gate = field(default_factory=Gate)
    ear: Ear = field(default_factory=Ear)
    now: float = 1000.0

    def __post_init__(self) -> None:
        self.sessions = Sessions(self.gate, 300, threading.RLock(), now=lambda: self.now)
        self.peer = Peer(self.ear, Role.STAFF, 1000, "line")

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.sessions.tend([self.peer])


@pytest.fixture
def scene() -> Scene:
    made = Scene()
    made.sessions.log_in(made.peer, PASSCODE)
    return made


def test_it_warns_once_and_then_ends(scene: Scene) -> None:
    scene.wait(279)
    assert scene.ear.heard == []
    scene.wait(5)
    scene.wait(5)
    # Looked at late, it is warned of late, and for all of the 20 s.
    assert scene.ear.heard == [Session("staff", 20)]
    scene.wait(14)
    assert len(scene.ear.heard) == 1
    scene.wait(2)
    assert scene.ear.heard[1:] == [Session("visitor", 0)]
    assert scene.peer.role is Role.VISITOR
    assert scene.gate.noted == [(Event.SESSION_LOCKED, "staff/staff-1", "line", "", "")]


def test_use_begins_it_anew_and_it_warns_again(scene: Scene) -> None:
    scene.wait(290)
    scene.sessions.touch(scene.peer)
    scene.wait(279)
    scene.wait(10)
    assert scene.ear.heard == [Session("staff", 20), Session("staff", 20)]


def test_who_is_not_logged_in_is_left_alone(scene: Scene) -> None:
    scene.sessions.log_out(scene.peer)
    scene.wait(10_000)
    assert scene.ear.heard == []
    assert [event for event, *_ in scene.gate.noted] == [Event.LOGGED_OUT]


def test_a_uid_that_may_only_visit_is_not_even_judged(scene: Scene) -> None:
    for highest in (Role.VISITOR, Role.RECEIPT):
        with pytest.raises(NotAllowed):
            scene.sessions.log_in(Peer(scene.ear, highest, 1000), PASSCODE)


def test_how_the_box_is_is_not_worth_a_row(scene: Scene) -> None:
    for reach in Reach:
        scene.sessions.recorded(scene.peer, reach.value, reach, {}, dict)
    whats = [what for *_, what, _ in scene.gate.noted]
    assert whats == ["technician", "own", "maintainer", "staff", "receipt"]
