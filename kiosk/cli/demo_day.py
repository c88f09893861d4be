"""The scripted day of ``kiosk demo``."""

from __future__ import annotations

from kiosk.cli.demo_clinic import DemoClinic
from kiosk.cli.lines import history_utterances
from kiosk.domain.check import Answered, Deferred, Outcome
from kiosk.domain.dates import day_in_japan
from kiosk.phrasebook import Phrase, Utterance
from kiosk.usecases.documents import stored_document

FIRST, SECOND = "taro", "hanako"


class DayWentWrong(RuntimeError):
    """The scripted day did not go as written: a bug somewhere in the kiosk."""


def play_the_day(clinic: DemoClinic) -> None:
    """A valid check, a wrong PIN and the right one, an outage, the catching up, the purge.

    Raises:
        DayWentWrong: a step ended otherwise than the day expects.
    """
    clinic.tell(Phrase.DEMO_OPENING)
    clinic.tell(Phrase.DEMO_REAL_PARTS)
    clinic.tell(Phrase.DEMO_DAY, day=day_in_japan(clinic.kiosk.clock.now()))
    pin = clinic.world.pin
    _expect(Answered, clinic.visit(FIRST, pin(FIRST)))
    _expect(Answered, clinic.visit(SECOND, wrong(pin(SECOND)), pin(SECOND)))
    clinic.cut_the_line()
    _expect(Deferred, clinic.visit(FIRST, pin(FIRST)))
    clinic.mend_the_line()
    if not clinic.wait_for_the_answer():
        raise DayWentWrong("the queue was not drained")
    clinic.show(kept(clinic))
    _forget(clinic)
    clinic.tell(Phrase.DEMO_END)


def kept(clinic: DemoClinic) -> list[Utterance]:
    """What the clinic keeps, under the mark."""
    checks = [stored_document(each) for each in clinic.kiosk.records.history(None)]
    return clinic.book.simulated_block(history_utterances(checks, clinic.book))


def _forget(clinic: DemoClinic) -> None:
    clinic.let_the_months_pass()
    if clinic.kiosk.records.history(None):
        raise DayWentWrong("something outlived its retention")


def wrong(pin: str) -> str:
    """Another PIN than this one."""
    return f"{(int(pin) + 1) % 10000:04}"


def _expect(kind: type[Answered | Deferred], outcome: Outcome | None) -> None:
    if not isinstance(outcome, kind):
        raise DayWentWrong(f"{kind.__name__} was expected")
