"""The clinic of the demo: a simulated service on loopback, a card in this process, a real store."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from kiosk.cli.door import phrasebook
from kiosk.cli.lines import purge_utterances
from kiosk.domain.check import Answered, Deferred, Outcome
from kiosk.domain.dates import day_in_japan
from kiosk.domain.identity import Pin
from kiosk.domain.retention import purge_due_at
from kiosk.errors import CardError
from kiosk.line.show import show
from kiosk.line.view import caught_up_for, error_lines, told_for
from kiosk.phrasebook import PersonName, Phrase, Phrasebook, Utterance
from kiosk.ports.card import WrongPin
from kiosk.settings import load
from kiosk.simulator.deck import card_of, name_of
from kiosk.simulator.in_process_reader import InProcessReader
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from kiosk.sync.drain import Round, Settled
from kiosk.sync.jobs import DRAIN, drain_job
from kiosk.sync.schedule import Schedule
from kiosk.usecases.documents import purge_document
from kiosk.usecases.purge import purge
from kiosk.usecases.verify import open_check, verify
from kiosk.wiring import Kiosk, assemble

CATCH_UP_LIMIT_S = 60.0


@dataclass
class DemoClinic:
    """One kiosk in a simulated world, told line by line.

    Args:
        world: people and their cards.
        simulator: the running service.
        reader: where cards are laid.
        kiosk: the real thing.
        book: the language.
        said: all that was written, for a lesson to say.
        schedule: drains the queue in the background.
        caught_up: set when nothing waits any more.
    """

    world: World
    simulator: RunningSimulator
    reader: InProcessReader
    kiosk: Kiosk
    book: Phrasebook
    schedule: Schedule = field(init=False)
    caught_up: threading.Event = field(default_factory=threading.Event)
    said: list[Utterance] = field(default_factory=list, init=False, repr=False)
    _settled: list[Settled] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        drain = drain_job(
            self.kiosk.asking, on_settled=self._settled.append, on_round=self._tell_round
        )
        self.schedule = Schedule([drain])

    @classmethod
    @contextmanager
    def opened(cls, folder: Path) -> Iterator[Self]:
        """The clinic, its service running and its queue drained in the background."""
        world = World.create(folder)
        reader = InProcessReader()
        with RunningSimulator(world) as simulator:
            settings = load(world.config)
            with assemble(settings, laid_on=reader) as kiosk:
                clinic = cls(world, simulator, reader, kiosk, phrasebook())
                clinic.schedule.start()
                try:
                    yield clinic
                finally:
                    clinic.schedule.stop()

    def tell(self, phrase: Phrase, **values: object) -> None:
        """One phrase; what the demo says of itself carries its mark in the row."""
        self.show([self.book.say(phrase, **values)])

    def show(self, utterances: list[Utterance]) -> None:
        """Write utterances to standard output."""
        self.said += utterances
        show(utterances, sys.stdout)

    def name(self, person: str) -> PersonName:
        """A person's name as their card's owner is called in the demo."""
        return name_of(self.world, person)

    def visit(self, person: str, *pins: str) -> Outcome | None:
        """One visit with a card: each PIN is tried until one is right; None when none was."""
        self.tell(Phrase.DEMO_CARD_LAID, name=self.name(person))
        card = card_of(self.world, person, pull=self.reader.remove)
        self.reader.insert(card)
        try:
            return next(
                (outcome for pin in pins if (outcome := self._try(person, pin)) is not None), None
            )
        finally:
            self.reader.remove()
            self.tell(Phrase.DEMO_CARD_TAKEN)
            self._say(Phrase.RECEPTION_THANKS)

    def _try(self, person: str, typed: str) -> Outcome | None:
        is_right = typed == self.world.pin(person)
        self.tell(Phrase.DEMO_PIN_RIGHT if is_right else Phrase.DEMO_PIN_WRONG)
        opening = open_check(self.kiosk.facility, self.kiosk.clock)
        self._say(Phrase.RECEPTION_READING)
        try:
            outcome = verify(opening, Pin(typed), self.reader, self.kiosk.asking, is_simulated=True)
        except CardError as error:
            tries_left = error.tries_left if isinstance(error, WrongPin) else None
            self.show(error_lines(error, self.book, tries_left=tries_left, is_simulated=True))
            return None
        if isinstance(outcome, Deferred):
            self.caught_up.clear()
            # It looks at the queue at its own pace; now it knows when the check is due.
            self.schedule.wake(DRAIN)
        self.show(told_for(outcome, opening.treated_on, self.book, is_simulated=True))
        return outcome

    def _say(self, phrase: Phrase, **values: object) -> None:
        self.show([self.book.simulated(self.book.say(phrase, **values))])

    def cut_the_line(self) -> None:
        """The service is out of reach until ``mend_the_line``."""
        self.simulator.offline()
        self.tell(Phrase.DEMO_LINE_CUT)
        self._say(Phrase.OUTAGE_LINE_DOWN)

    def mend_the_line(self) -> None:
        """The service is back; what waits is asked by itself, as on the box."""
        self.simulator.online()
        self.tell(Phrase.DEMO_LINE_BACK)

    def wait_for_the_answer(self) -> bool:
        """Until the background has caught up; False when it did not in time."""
        return self.caught_up.wait(CATCH_UP_LIMIT_S)

    def _tell_round(self, finished: Round) -> None:
        confirmed = finished.answered
        if not confirmed:
            return
        self._say(Phrase.OUTAGE_LINE_BACK, confirmed=confirmed, left=finished.remaining)
        for each in self._settled:
            if isinstance(each.outcome, Answered):
                day = each.check.treated_on
                self.show(caught_up_for(each.outcome, day, self.book, is_simulated=True))
        if not finished.remaining:
            self.caught_up.set()

    def let_the_months_pass(self) -> None:
        """Apply the retention rule for the instant the newest month is due, and tell it."""
        months = self.kiosk.records.months()
        as_of = purge_due_at(months[-1]) if months else self.kiosk.clock.now()
        report = purge(self.kiosk.records, self.kiosk.clock, as_of=as_of)
        document = purge_document(report, is_simulated=True)
        self.tell(Phrase.DEMO_TIME_PASSES, day=day_in_japan(report.as_of))
        self.show(self.book.simulated_block(purge_utterances(document, self.book)))
