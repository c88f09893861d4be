"""``kiosk demo --practice``: a spoken lesson with invented cards, one step a key.

A valid check, a wrong PIN, an outage with the catching up, and the list of what is kept. Each step
is announced, shown and said; Enter goes on, 9 says the step again, 0 ends. Everything is 模擬.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

import click

from kiosk.cli.demo_clinic import DemoClinic
from kiosk.cli.demo_day import FIRST, SECOND, kept, wrong
from kiosk.domain.text import half_width
from kiosk.line.show import show
from kiosk.phrasebook import Phrase, Utterance

AGAIN, END = "9", "0"
Say = Callable[[Iterable[Utterance]], None]


def practise(clinic: DemoClinic, say: Say) -> None:
    """The lesson, from its greeting to its end.

    Args:
        clinic: the simulated world.
        say: says utterances; what is written is said.
    """
    clinic.said = []
    pin = clinic.world.pin
    clinic.tell(Phrase.DEMO_LESSON)
    steps: tuple[tuple[Phrase, Callable[[], object]], ...] = (
        (Phrase.DEMO_LESSON_VALID, lambda: clinic.visit(FIRST, pin(FIRST))),
        (
            Phrase.DEMO_LESSON_WRONG_PIN,
            lambda: clinic.visit(SECOND, wrong(pin(SECOND)), pin(SECOND)),
        ),
        (Phrase.DEMO_LESSON_OUTAGE, lambda: _outage(clinic)),
        (Phrase.DEMO_LESSON_SEARCH, lambda: clinic.show(kept(clinic))),
    )
    for heading, step in steps:
        if not _goes_on(clinic, say):
            break
        clinic.tell(heading)
        step()
    else:
        # What was said last is heard to its end before the voice goes.
        _goes_on(clinic, say)
    clinic.tell(Phrase.DEMO_END)


def _outage(clinic: DemoClinic) -> None:
    clinic.cut_the_line()
    clinic.visit(FIRST, clinic.world.pin(FIRST))
    clinic.mend_the_line()
    clinic.wait_for_the_answer()


def _goes_on(clinic: DemoClinic, say: Say) -> bool:
    """Say the step, and wait for a key; False = that is enough."""
    clinic.tell(Phrase.DEMO_LESSON_KEYS)
    step = list(clinic.said)
    say(step)
    while (key := _key()) == AGAIN:
        # Written too: whoever has a screen reader and no voice of ours hears it from there.
        show(step, sys.stdout)
        say(step)
    clinic.said.clear()
    return key != END


def _key() -> str:
    # No sign before the key: a screen reader would say it, and the question stands above.
    typed = click.prompt("", prompt_suffix="", default="", show_default=False)
    return half_width(str(typed)).strip()
