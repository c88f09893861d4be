"""``kiosk demo`` in a terminal: a person plays the patient, and the weather on the line."""

from __future__ import annotations

from collections.abc import Callable

import click

from kiosk.cli.demo_clinic import DemoClinic
from kiosk.domain.identity import Pin
from kiosk.domain.text import half_width
from kiosk.line.show import text_lines
from kiosk.phrasebook import Phrase

_END = 0


def play_by_hand(clinic: DemoClinic) -> None:
    """Numbered choices until the person ends it."""
    clinic.tell(Phrase.DEMO_OPENING)
    clinic.tell(Phrase.DEMO_REAL_PARTS)
    is_cut = False
    while True:
        choices = _menu(clinic, is_cut=is_cut)
        chosen = choices.get(_number(">"))
        if chosen is None:
            clinic.tell(Phrase.DEMO_MENU_UNKNOWN)
            continue
        if chosen == "end":
            return
        is_cut = _carry_out(clinic, chosen, is_cut=is_cut)


def _menu(clinic: DemoClinic, *, is_cut: bool) -> dict[int | None, str]:
    clinic.tell(Phrase.DEMO_MENU)
    choices: dict[int | None, str] = {}
    for choice, (person, told) in enumerate(clinic.world.people.items(), start=1):
        story = told.story_ja if clinic.book.language == "ja" else told.story
        clinic.tell(Phrase.DEMO_MENU_PERSON, choice=choice, name=clinic.name(person), story=story)
        choices[choice] = f"person:{person}"
    line = Phrase.DEMO_MENU_RESTORE if is_cut else Phrase.DEMO_MENU_CUT
    for phrase, what in ((line, "line"), (Phrase.DEMO_MENU_PURGE, "purge")):
        clinic.tell(phrase, choice=len(choices) + 1)
        choices[len(choices) + 1] = what
    clinic.tell(Phrase.DEMO_MENU_END, choice=_END)
    choices[_END] = "end"
    return choices


def _carry_out(clinic: DemoClinic, chosen: str, *, is_cut: bool) -> bool:
    actions: dict[str, Callable[[], None]] = {
        "line": clinic.mend_the_line if is_cut else clinic.cut_the_line,
        "purge": clinic.let_the_months_pass,
    }
    if chosen in actions:
        actions[chosen]()
        return is_cut != (chosen == "line")
    _receive(clinic, chosen.removeprefix("person:"))
    return is_cut


def _receive(clinic: DemoClinic, person: str) -> None:
    clinic.tell(Phrase.DEMO_PIN_KNOWN, pin=clinic.world.pin(person))
    welcome = clinic.book.simulated(clinic.book.say(Phrase.RECEPTION_WELCOME))
    # The prompt itself asks, so that the echo is off before anybody can answer.
    typed = click.prompt(
        "\n".join(text_lines([welcome])),
        prompt_suffix="\n",
        hide_input=True,
        default="",
        show_default=False,
    )
    try:
        pin = Pin(typed)
    except ValueError:
        clinic.show([clinic.book.message("K109"), clinic.book.hint("K109")])
        return
    clinic.visit(person, pin.reveal().decode())


def _number(prompt: str) -> int | None:
    text = half_width(click.prompt(prompt, prompt_suffix=" ", default="", show_default=False))
    return int(text) if text.isascii() and text.isdigit() else None
