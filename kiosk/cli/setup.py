"""``kiosk setup``: what is decided once, before the first patient."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kiosk.cli.access import passcode, second
from kiosk.cli.access import reset_access as reset
from kiosk.cli.begin_anew import begin_anew as anew
from kiosk.cli.door import DESCRIPTOR, Door, json_option, phrasebook
from kiosk.cli.secret import set_unlocking
from kiosk.domain.protection import PROTECTION, KeyProvider, Protection
from kiosk.errors import KioskError
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.ports.keys import Acceptance
from kiosk.settings import Settings
from kiosk.store.keys import PasscodeRoot
from kiosk.usecases.accept_protection import accept_protection
from kiosk.wiring import assemble

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(invoke_without_command=True)
@click.option("--settings-pdf", type=_FILE, metavar="FILE", help="ユーザ設定情報 of the portal.")
@click.option(
    "--sheet-fd",
    type=DESCRIPTOR,
    metavar="N",
    help="Read its four values from file descriptor N, one a line, in the order of the sheet.",
)
@click.option("--service", metavar="URL", help="Base URL of the service.")
@click.option("--ca", type=_FILE, metavar="FILE", help="PEM of the service's authority.")
@click.option("--agree", is_flag=True, help="Agree to the terms of use.")
@click.option("--accept-as", metavar="NAME", help="Accept, by name, what is not protected.")
@click.option("--label", metavar="NAME", help="Whose passcode the first one is.")
@click.option("--passcode-fd", type=DESCRIPTOR, metavar="N", help="Read it from file descriptor N.")
@click.option("--practice/--no-practice", default=None, help="Make one check, or none.")
@click.option(
    "--pin-fd", type=DESCRIPTOR, metavar="N", help="Read the PIN for it from descriptor N."
)
@click.option("--delete-pdf/--keep-pdf", default=None, help="What becomes of the PDF.")
@click.option(
    "--reset-access",
    is_flag=True,
    help="The way back in: all that is kept goes first.",
)
@click.option(
    "--give-up-unsent",
    is_flag=True,
    help="With --reset-access: destroy the checks, too, that could not be sent.",
)
@click.option(
    "--begin-anew",
    metavar="NAME",
    help="Where nothing kept opens any more: begin with an empty store, in this name.",
)
@json_option
@click.pass_context
def setup(
    context: click.Context,
    /,
    *,
    reset_access: bool,
    give_up_unsent: bool,
    begin_anew: str | None,
    **wishes: Any,  # noqa: ANN401 - of click
) -> int:
    """Set this box up, step by step; safe to run again at any time.

    Exit status 3 when a step was left for later; what a command below decides can be done alone.
    """
    door = context.ensure_object(Door)
    if context.invoked_subcommand is not None:
        return 0
    if give_up_unsent and not reset_access:
        raise click.UsageError("--give-up-unsent goes with --reset-access")
    if reset_access:
        reset(door, gives_up_unsent=give_up_unsent)
        return 0
    if begin_anew is not None:
        anew(door, begin_anew)
        return 0
    from kiosk.cli.setup_course import run  # noqa: PLC0415 - the commands below need none of it
    from kiosk.cli.setup_guide import Wishes  # noqa: PLC0415 - likewise

    named = {"settings_pdf": "pdf", "agree": "agrees"}
    return run(door, Wishes(**{named.get(name, name): wish for name, wish in wishes.items()}))


setup.add_command(passcode)
setup.add_command(second)


@setup.command()
@click.option("--accept-as", metavar="NAME", help="Accept, by name, what is not protected.")
@click.option("--change-passcode", is_flag=True, help="Another passcode for the provider passcode.")
@click.option(
    "--new-fd",
    type=DESCRIPTOR,
    metavar="N",
    help="File descriptor with the new passcode, one line.",
)
@json_option
@click.pass_obj
def keys(door: Door, *, accept_as: str | None, change_passcode: bool, new_fd: int | None) -> None:
    """Lay out the device key, say what it protects against, and have that accepted.

    Exit status 13 (K334) while a stolen memory card could be read and nobody has accepted it.
    """
    settings = door.settings()
    unlock = door.unlock
    if settings.keys.provider is KeyProvider.PASSCODE:
        root = PasscodeRoot(settings.state.dir, door.unlock)
        if change_passcode or not root.is_set:
            passcode = set_unlocking(root, new_fd)
            unlock = lambda: passcode  # noqa: E731 - it was just typed
    elif change_passcode or new_fd is not None:
        raise click.UsageError("only the provider passcode has one")
    with assemble(settings, unlock=unlock) as kiosk:
        control = kiosk.store.control
        refusal: KioskError | None = None
        accepted: Acceptance | None = None
        try:
            accepted = accept_protection(
                settings.keys.provider,
                accept_as,
                acceptances=control,
                audit=control.audit,
                clock=kiosk.clock,
            )
        except KioskError as error:
            refusal = error
        except ValueError as error:
            raise click.UsageError(f"--accept-as: {error}") from None
    _report(door, settings, accepted, refusal)
    if refusal is not None:
        raise refusal


def _report(
    door: Door, settings: Settings, accepted: Acceptance | None, refusal: KioskError | None
) -> None:
    if refusal is not None and door.as_json:
        # The one handler at the top prints the one document.
        return
    provider, row = settings.keys.provider, PROTECTION[settings.keys.provider]
    book = phrasebook()
    told = protection_utterances(row, book)
    if accepted is not None:
        told.append(book.say(Phrase.KEYS_ACCEPTED, name=accepted.name))
    document = {
        "simulated": settings.is_simulated,
        "mark": SIMULATED_MARK if settings.is_simulated else None,
        "provider": provider.value,
        "stolen_card_protected": row.stolen_card,
        "stolen_box_protected": row.stolen_box,
        "forward_secure": row.is_forward_secure,
        "accepted_by": accepted and accepted.name,
        "accepted_at": accepted and accepted.at.isoformat(),
    }
    door.report(document, told, is_simulated=settings.is_simulated)


def protection_utterances(row: Protection, book: Phrasebook) -> list[Utterance]:
    """The provider's row of the table, in plain words."""
    phrases = (
        Phrase.KEYS_STOLEN_CARD_SAFE if row.stolen_card else Phrase.KEYS_STOLEN_CARD_OPEN,
        Phrase.KEYS_STOLEN_BOX_SAFE if row.stolen_box else Phrase.KEYS_STOLEN_BOX_OPEN,
        Phrase.KEYS_PURGED_FOR_GOOD if row.is_forward_secure else Phrase.KEYS_PURGED_BUT_COPIES,
    )
    return [book.say(each) for each in phrases]
