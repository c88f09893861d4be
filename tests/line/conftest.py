from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.desk.counter import Counter
from kiosk.desk.messages import Reach
from kiosk.domain.visit import FrontCame
from tests.support.desk import House
from tests.support.line_terminal import ALL_WELL, Terminal
from tests.support.screen import open_desk

__all__ = ["open_desk"]


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    house = House(is_simulated=False)
    house.documents["matters_named"] = {"matters": [], "next": None}
    counter = Counter(house, {"matters_named": Reach.BOX})
    counter.condition(ALL_WELL)
    made = Terminal(house, counter)
    yield made
    made.close()
    made.counter.close()


@pytest.fixture
def at_rest(terminal: Terminal) -> Terminal:
    terminal.begin()
    terminal.events(FrontCame)
    terminal.paper.wait_for("0、終わる。")
    return terminal
