"""A desk over a real socket, and fronts over either transport."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.desk.counter import Counter
from kiosk.desk.link import Link
from kiosk.desk.local import LocalLink
from kiosk.desk.manner import manner_of
from kiosk.desk.messages import VERSION, Hello, Reach, Role, Welcome
from kiosk.desk.server import DeskServer
from tests.support.desk import MANNER, Desk, House, hear


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    house = House()
    queries = dict.fromkeys(("status", "slow", "broken"), Reach.BOX)
    queries |= {each.value: each for each in Reach} | {"history": Reach.STAFF}
    counter = Counter(house, queries)
    highest = {os.getuid(): Role.STAFF}
    path = tmp_path / "run" / "desk.sock"
    with DeskServer(counter, path, lambda uid: highest.get(uid, Role.VISITOR)):
        yield Desk(house, counter, path, highest)
        house.may_go_on.set()
        counter.close()


@pytest.fixture(params=["socket", "local"])
def front(request: pytest.FixtureRequest, desk: Desk) -> Iterator[Callable[[], Link]]:
    """Fronts that have said Hello, over either transport."""
    links: list[Link] = []

    def open_front() -> Link:
        uid = os.getuid()
        if request.param == "socket":
            link: Link = desk.link()
        else:
            link = LocalLink(desk.counter, desk.highest.get(uid, Role.VISITOR))
        links.append(link)
        link.send(Hello(VERSION, "screen"))
        welcome = hear(link, Welcome)
        assert welcome.version == VERSION
        assert (welcome.role, welcome.is_simulated, welcome.language) == ("visitor", True, "ja")
        assert manner_of(welcome.manner) == MANNER
        return link

    yield open_front
    for each in links:
        each.close()
