"""``kiosk check``: one eligibility check with the card on the reader."""

from __future__ import annotations

import os
from datetime import date, datetime
from typing import Any

import click

from kiosk.cli.desk_or_store import refuse_beside_kioskd
from kiosk.cli.door import (
    DEFERRED,
    DESCRIPTOR,
    REFUSED,
    Door,
    end_by_signal,
    is_terminal,
    json_option,
    phrasebook,
    tell_error,
)
from kiosk.cli.secret import from_descriptor
from kiosk.core.adopting import Witness
from kiosk.domain.check import Answered, Deferred, Opening, Outcome, Refused
from kiosk.domain.dates import Month, day_in_japan
from kiosk.domain.identity import Pin
from kiosk.domain.retention import is_past_retention
from kiosk.errors import CardError
from kiosk.events import Event
from kiosk.line.view import lines_for
from kiosk.phrasebook import Phrase
from kiosk.ports.card import MalformedPin, SightNotAvailable, WrongPin
from kiosk.usecases.documents import card_part, check_document, outcome_part
from kiosk.usecases.verify import open_check, verify
from kiosk.wiring import Kiosk, assemble

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.option("--local", is_flag=True, help="Do it in this process; refused beside kioskd.")
@click.option("--pin-fd", type=DESCRIPTOR, metavar="N", help="Read the PIN from file descriptor N.")
@click.option("--last-try", is_flag=True, help="Try the PIN though one try is left.")
@click.option("--visual", is_flag=True, help="Identified by sight (目視): no PIN.")
@click.option(
    "--wait", type=click.FloatRange(min=0), default=30.0, show_default=True, metavar="SECONDS",
    help="How long to wait for a card.",
)  # fmt: skip
@click.option("--treated-on", type=DAY, help="Treatment date in Japan, when it is not today.")
@json_option
@click.pass_obj
def check(
    door: Door,
    *,
    local: bool,
    pin_fd: int | None,
    last_try: bool,
    visual: bool,
    wait: float,
    treated_on: datetime | None,
) -> int:
    """Check one patient's eligibility with the card on the reader."""
    del local  # the only way there is: beside kioskd it is refused (ADR 5)
    if visual and pin_fd is not None:
        raise click.UsageError("--visual takes no PIN: leave --pin-fd out")
    end_by_signal()
    settings = door.settings()
    refuse_beside_kioskd(settings)
    with assemble(settings, unlock=door.unlock) as kiosk:
        day = treated_on.date() if treated_on else None
        _refuse_a_hopeless_day(kiosk, day)
        opening = open_check(kiosk.facility, kiosk.clock, day)
        try:
            pin = identification(pin_fd, visual=visual)
            outcome = carry_out(kiosk, opening, pin, wait, is_warned=last_try)
        except CardError as error:
            document = _card_document(opening, error, kiosk)
            return tell_error(door, error, document, hint=_tries_left(error))
        _report(door, kiosk, opening, outcome)
    return _exit_status(outcome)


def carry_out(
    kiosk: Kiosk, opening: Opening, pin: Pin | None, wait: float, *, is_warned: bool
) -> Outcome:
    """Wait for the card, read it and ask.

    Args:
        kiosk: open.
        opening: of the check.
        pin: None = identified by sight.
        wait: seconds until a card must be there.
        is_warned: the last try may be used.

    Raises:
        CardError: no card, or not one to read.
    """
    is_simulated = kiosk.settings.is_simulated
    if pin is None and not is_simulated:
        raise SightNotAvailable("only the simulated service accepts the stand-in")
    kiosk.card.wait_for_card(wait)
    return verify(
        opening, pin, kiosk.card, kiosk.asking, is_simulated=is_simulated, is_warned=is_warned
    )


def identification(pin_fd: int | None, *, visual: bool) -> Pin | None:
    """The PIN, checked before a card is asked, so that a slip costs no try."""
    if visual:
        return None
    if pin_fd is not None:
        text = from_descriptor(pin_fd).strip()
    elif is_terminal():
        text = click.prompt(phrasebook().say(Phrase.RECEPTION_WELCOME).read, hide_input=True)
    else:
        raise click.UsageError("give the PIN with --pin-fd N, or --visual")
    try:
        return Pin(text)
    except ValueError as error:
        raise MalformedPin(str(error)) from None


def _refuse_a_hopeless_day(kiosk: Kiosk, day: date | None) -> None:
    """A treatment date ahead, or already past retention; the simulated world may try any day."""
    if day is None or kiosk.settings.is_simulated:
        return
    now = kiosk.clock.now()
    if day > day_in_japan(now):
        raise click.UsageError("--treated-on lies ahead")
    if is_past_retention(Month.of(day), now):
        raise click.UsageError("--treated-on is past retention: the check would be destroyed")


def _report(door: Door, kiosk: Kiosk, opening: Opening, outcome: Outcome) -> None:
    check = kiosk.records.get(opening.check_id)
    is_simulated = check.is_simulated
    who = f"uid:{os.getuid()}"

    def ticked(step: str) -> None:
        kiosk.gate.note(Event.CHECKLIST_CHANGED, who, "command", what=f"{step}:done")

    Witness(kiosk.navigator, ticked).settled(check, outcome)
    document = check_document(opening.check_id, opening.treated_on, is_simulated=is_simulated)
    door.report(
        document | outcome_part(outcome, opening.treated_on),
        lines_for(outcome, opening.treated_on, phrasebook()),
        is_simulated=is_simulated,
    )


def _tries_left(error: CardError) -> str | None:
    """Of a wrong PIN, how often it may still be tried; nobody is to find out by blocking it."""
    if not isinstance(error, WrongPin) or error.tries_left is None:
        return None
    if error.tries_left == 1:
        return phrasebook().say(Phrase.RECEPTION_LAST_TRY).read
    return phrasebook().say(Phrase.RECEPTION_WRONG_PIN, tries=error.tries_left).read


def _card_document(opening: Opening, error: CardError, kiosk: Kiosk) -> dict[str, Any]:
    document = check_document(
        opening.check_id, opening.treated_on, is_simulated=kiosk.settings.is_simulated
    )
    return document | card_part(error)


def _exit_status(outcome: Outcome) -> int:
    match outcome:
        case Answered():
            return 0
        case Deferred():
            return DEFERRED
        case Refused():
            return REFUSED
