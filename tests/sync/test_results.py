"""Two kiosks of one facility, each with a store of its own, know what the other was answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.changes import Change, Since
from kiosk.domain.check import Answered, Outcome
from kiosk.domain.dates import Month, day_in_japan
from kiosk.domain.identity import Pin
from kiosk.domain.lifecycle import State
from kiosk.ports.corrections import Reason
from kiosk.ports.records import Search, StoredCheck
from kiosk.ports.service import FacilityResult
from kiosk.settings import load
from kiosk.simulator.deck import card_of
from kiosk.simulator.in_process_reader import InProcessReader
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from kiosk.sync.care import RESULTS, care_jobs
from kiosk.sync.schedule import Again
from kiosk.usecases.comparing import since_last
from kiosk.usecases.verify import open_check, verify
from kiosk.wiring import Kiosk, assemble
from tests.support.terminal import installed


@dataclass
class Terminal:
    """One of the clinic's kiosks.

    Args:
        kiosk: its parts.
        reader: its card reader.
        world: whose people come.
    """

    kiosk: Kiosk
    reader: InProcessReader
    world: World

    def check(self, person: str) -> tuple[StoredCheck, Outcome]:
        """Somebody comes."""
        self.reader.insert(card_of(self.world, person, pull=self.reader.remove))
        opening = open_check(self.kiosk.facility, self.kiosk.clock)
        pin = Pin(self.world.pin(person))
        outcome = verify(opening, pin, self.reader, self.kiosk.asking, is_simulated=True)
        self.reader.remove()
        return self.kiosk.records.get(opening.check_id), outcome

    def pull(self) -> float | Again:
        """The job, once."""
        jobs = care_jobs(self.kiosk.asking, self.kiosk.care, draw=lambda: 0.5)
        return next(job for job in jobs if job.name == RESULTS).run()

    def ids(self) -> list[str]:
        return [each.check_id for each in self.kiosk.records.history(None)]


@pytest.fixture
def pair(
    world: World, simulator: RunningSimulator, tmp_path: Path
) -> Iterator[tuple[Terminal, Terminal]]:
    config, _ = installed(world, simulator.url, tmp_path / "second")
    # Its sample has no clock by decree: the one of the world has.
    second = load(config)
    first = load(world.config)
    second = second.model_copy(update={"clock": first.clock})
    with ExitStack() as stack:
        made = []
        for settings in (first, second):
            reader = InProcessReader()
            kiosk = stack.enter_context(assemble(settings, laid_on=reader))
            made.append(Terminal(kiosk, reader, world))
        yield made[0], made[1]


def test_what_one_was_answered_the_other_finds_counts_and_keeps(
    pair: tuple[Terminal, Terminal],
) -> None:
    one, other = pair
    mine, outcome = one.check("taro")
    assert isinstance(outcome, Answered)
    assert other.pull() == 300.0
    kept = other.kiosk.records.get(mine.check_id)
    assert (kept.state, kept.answer, kept.treated_on) == (
        State.ANSWERED, outcome.answer, mine.treated_on,
    )  # fmt: skip
    assert (kept.terminal, kept.is_simulated) == (one.kiosk.facility.terminal, True)
    found = other.kiosk.records.search(Search(kana="ヤマダ"))
    assert [each.check_id for each in found] == [mine.check_id]
    month = Month.of(mine.treated_on)
    assert other.kiosk.records.tallies()[month].answered == 1
    assert [check.check_id for _, check in other.kiosk.records.settled({}, 9)] == [mine.check_id]
    # Its own receipt computer is no business of the other's.
    assert other.kiosk.records.unexported() == []
    assert one.pull() == other.pull() == 300.0
    assert one.ids() == other.ids() == [mine.check_id]


def tells_the_repeat_of_taro_alone(terminal: Terminal) -> None:
    """Who came before is told so, who did not is not."""
    for person, is_again in (("taro", True), ("hanako", False)):
        check, outcome = terminal.check(person)
        told = since_last(terminal.kiosk.records, check, outcome)
        assert (told is not None and told.is_today) is is_again


def test_the_repeat_of_the_day_is_told_at_the_other_terminal(
    pair: tuple[Terminal, Terminal],
) -> None:
    one, other = pair
    one.check("taro")
    assert other.pull() == 300.0
    tells_the_repeat_of_taro_alone(other)


def test_the_repeat_of_the_day_is_told_before_the_others_results_were_fetched(
    pair: tuple[Terminal, Terminal],
) -> None:
    one, other = pair
    one.check("taro")
    tells_the_repeat_of_taro_alone(other)


def test_a_change_since_the_others_answer_is_told_before_that_was_fetched(
    pair: tuple[Terminal, Terminal],
) -> None:
    one, other = pair
    one.check("moved")
    check, outcome = other.check("moved")
    today = check.treated_on
    told = since_last(other.kiosk.records, check, outcome)
    assert told == Since(today, is_today=True, changes=(Change.CONTENT,))
    # What is here is compared here, and each change has its name.
    assert one.pull() == 300.0
    check, outcome = one.check("moved")
    assert since_last(one.kiosk.records, check, outcome) == Since(today, is_today=True)


def test_what_is_as_the_others_answer_was_is_no_change_whatever_was_known_here_before(
    pair: tuple[Terminal, Terminal],
) -> None:
    one, other = pair
    one.check("moved")
    other.check("moved")
    check, outcome = one.check("moved")
    assert since_last(one.kiosk.records, check, outcome) == Since(check.treated_on, is_today=True)


def test_one_withdrawn_here_makes_no_repeat_of_the_day_though_the_service_counts_it(
    pair: tuple[Terminal, Terminal],
) -> None:
    one, _ = pair
    mistaken, _ = one.check("taro")
    kiosk = one.kiosk
    kiosk.store.corrections.annul(mistaken.check_id, reason=Reason.OTHER, at=kiosk.clock.now())
    check, outcome = one.check("taro")
    assert isinstance(outcome, Answered)
    assert outcome.earlier.today == 1
    assert since_last(one.kiosk.records, check, outcome) is None


def test_the_place_is_kept_and_a_check_that_waits_is_left_to_the_queue(
    pair: tuple[Terminal, Terminal], simulator: RunningSimulator, tmp_path: Path
) -> None:
    one, other = pair
    one.check("taro")
    assert other.pull() == 300.0
    assert other.kiosk.store.control.pulled == "r1"
    simulator.offline()
    waiting, _ = other.check("hanako")
    assert other.pull() == Again(300.0, "K201")
    simulator.online()
    assert other.pull() == 300.0
    assert other.kiosk.records.get(waiting.check_id).state is State.QUEUED
    # A new memory card, the same terminal: its answers come back.
    settings = other.kiosk.settings
    moved = settings.state.model_copy(update={"dir": tmp_path / "new"})
    with assemble(settings.model_copy(update={"state": moved})) as fresh:
        assert Terminal(fresh, InProcessReader(), one.world).pull() == 300.0
        assert [each.check_id for each in fresh.records.history(None)] == one.ids()


def test_a_place_the_service_does_not_know_is_given_up_once(
    pair: tuple[Terminal, Terminal],
) -> None:
    one, other = pair
    one.check("taro")
    other.kiosk.store.control.keep_pulled("of another service")
    assert other.pull() == Again(300.0, "K223")
    assert other.pull() == 300.0
    assert other.ids() == one.ids()


def test_what_is_past_its_retention_or_known_is_not_taken_in(
    pair: tuple[Terminal, Terminal],
) -> None:
    one, other = pair
    _, outcome = one.check("taro")
    assert isinstance(outcome, Answered)
    now = datetime.now(UTC)
    old = day_in_japan(now) - timedelta(days=93)
    result = FacilityResult("an-old-one", "W0000001", old, now, outcome.answer)
    assert other.kiosk.records.take_in([result], now) == 0
    again = replace(result, treated_on=day_in_japan(now))
    assert other.kiosk.records.take_in([again, again], now) == 1
    assert other.kiosk.records.take_in([again], now) == 0


def test_a_month_that_was_purged_here_does_not_come_back(pair: tuple[Terminal, Terminal]) -> None:
    one, other = pair
    check, _ = one.check("taro")
    one.kiosk.records.purge(Month.of(check.treated_on))
    assert one.pull() == 300.0
    assert one.ids() == []
    assert other.pull() == 300.0
    assert other.ids() == [check.check_id]
