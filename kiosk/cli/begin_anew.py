"""``kiosk setup --begin-anew``: an empty store where no vault opens any more."""

from __future__ import annotations

from functools import cache

import click

from kiosk.cli.access import confirm_destroying
from kiosk.cli.door import Door, phrasebook
from kiosk.events import Event
from kiosk.phrasebook import Phrase
from kiosk.store.keys import provider
from kiosk.store.set_aside import is_hopeless, set_aside
from kiosk.usecases.accept_protection import name_of
from kiosk.wiring import assemble


def begin_anew(door: Door, name: str) -> None:
    """Set aside what cannot be opened, and lay out an empty store; the audit names who did it.

    Args:
        door: of this command.
        name: of who decides it.

    Raises:
        ResetWithheld: the words were not typed; nothing was changed.
        KeyMissing: there is no device key: lay one out first.
    """
    settings, book = door.settings(), phrasebook()
    try:
        who = name_of(name)
    except ValueError as error:
        raise click.UsageError(f"--begin-anew: {error}") from None
    unlock = cache(door.unlock)
    lock = provider(settings.keys, settings.state.dir, unlock).load()
    if not is_hopeless(settings.state.dir, lock):
        raise click.UsageError("what is kept opens; the way back in is --reset-access")
    click.echo(book.say(Phrase.ACCESS_ANEW_WARNING).read, err=True)
    confirm_destroying(book)
    count = set_aside(settings.state.dir, lock)
    with assemble(settings, unlock=unlock) as kiosk:
        kiosk.gate.note(Event.BEGUN_ANEW, who, "command", what=f"files:{count}")
    document = {"set_aside": count, "by": who}
    utterances = [book.say(Phrase.ACCESS_ANEW_DONE, count=count)]
    door.report(document, utterances, is_simulated=settings.is_simulated)
