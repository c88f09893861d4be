"""``kiosk setup passcode``, ``second``, and the way back in: who may enter, decided on the box.

Whoever can open control.db here holds the device key, so no login is asked for; each change is a
row of the audit, under the uid.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from importlib.util import find_spec

import click

from kiosk.cli.door import DESCRIPTOR, REFUSED, Door, json_option, phrasebook
from kiosk.cli.secret import app_codes, cut, from_descriptor, shown_once, typed_twice
from kiosk.domain.passcode import Passcode
from kiosk.events import Event
from kiosk.phrasebook import Phrase, Phrasebook
from kiosk.ports.access import (
    Holder,
    NoSecurityKey,
    PasscodeUnfit,
    ResetWithheld,
    Standing,
    WrongSecondFactor,
)
from kiosk.ports.exports import PartMissing
from kiosk.settings import Settings
from kiosk.sync.drain import drain
from kiosk.usecases.access import RECOVERY_DIGITS, SECRET_BYTES, base32, otpauth
from kiosk.wiring import Kiosk, assemble

RECOVERY_CODES = 8
_LONGEST_LABEL = 20
_GROUP = 4

role_option = click.option(
    "--role", type=click.Choice([each.value for each in Standing]), default=Standing.STAFF.value,
    show_default=True, help="What the passcode opens.",
)  # fmt: skip
label_option = click.option(
    "--label", required=True, metavar="NAME", help="Short name of the person, for the audit."
)


@click.group()
def passcode() -> None:
    """Set, list and remove the passcodes of staff and technicians."""


@passcode.command("set")
@role_option
@label_option
@click.option("--passcode-fd", type=DESCRIPTOR, metavar="N", help="Read it from file descriptor N.")
@json_option
@click.pass_obj
def set_passcode(door: Door, *, role: str, label: str, passcode_fd: int | None) -> None:
    """Give somebody a passcode, or another one: 6 to 12 digits; technicians may take words."""
    settings, holder = door.settings(), _holder(role, label)
    if passcode_fd is None:
        code = Passcode(typed_twice(Phrase.ACCESS_NEW_PASSCODE))
    else:
        code = Passcode(from_descriptor(passcode_fd))
    is_fit = (
        code.is_fit_for_a_keypad
        if holder.standing is Standing.STAFF
        else code.is_fit_for_a_keyboard
    )
    if not is_fit:
        raise PasscodeUnfit
    with assemble(settings, unlock=door.unlock) as kiosk:
        kiosk.gate.access.set_passcode(holder, code)
        _note(kiosk, Event.PASSCODE_SET)
    _report(door, settings, holder, Phrase.ACCESS_SET)


@passcode.command("list")
@json_option
@click.pass_obj
def list_passcodes(door: Door) -> None:
    """Say who has a passcode."""
    settings = door.settings()
    with assemble(settings, unlock=door.unlock) as kiosk:
        holders = kiosk.gate.access.holders()
    book = phrasebook()
    document = {"holders": [{"role": each.standing.value, "label": each.label} for each in holders]}
    utterances = [book.say(_HOLDER[each.standing], label=each.label) for each in holders] or [
        book.say(Phrase.ACCESS_NOBODY)
    ]
    door.report(document, utterances, is_simulated=settings.is_simulated)


@passcode.command()
@role_option
@label_option
@json_option
@click.pass_obj
def remove(door: Door, *, role: str, label: str) -> int:
    """Take somebody's passcode and second step away; exit status 4 where there was none."""
    settings, holder = door.settings(), _holder(role, label)
    with assemble(settings, unlock=door.unlock) as kiosk:
        was_there = kiosk.gate.access.remove(holder)
        if was_there:
            _note(kiosk, Event.PASSCODE_REMOVED)
    _report(door, settings, holder, Phrase.ACCESS_REMOVED if was_there else Phrase.ACCESS_NOBODY)
    return 0 if was_there else REFUSED


@click.group()
def second() -> None:
    """Set up the second step of a login, and the codes for a day without it."""


@second.command()
@role_option
@label_option
@click.option("--qr", is_flag=True, help="Draw it, too, for the camera of a telephone.")
@click.option("--code-fd", type=DESCRIPTOR, metavar="N", help="Read the app's codes, a line a try.")
@json_option
@click.pass_obj
def totp(door: Door, *, role: str, label: str, qr: bool, code_fd: int | None) -> None:
    """Show the secret of an authenticator app, once; it counts when the app's code is right."""
    if qr and not door.as_json and find_spec("segno") is None:
        raise PartMissing("segno")  # before the secret counts: it is shown this once
    settings, holder = door.settings(), _holder(role, label)
    codes = app_codes(code_fd)
    secret = secrets.token_bytes(SECRET_BYTES)
    with assemble(settings, unlock=door.unlock) as kiosk:
        _must_be_there(kiosk, holder)
        kiosk.gate.must_know_the_time()
        _show_totp(door, holder, secret, kiosk, qr=qr)
        _prove_totp(kiosk, holder, secret, codes)
        _note(kiosk, Event.SECOND_FACTOR_SET, "totp")
    click.echo(phrasebook().say(Phrase.ACCESS_SET).read, err=True)


def _show_totp(door: Door, holder: Holder, secret: bytes, kiosk: Kiosk, *, qr: bool) -> None:
    text, uri = base32(secret), otpauth(secret, holder, kiosk.facility.code)
    utterances = shown_once(Phrase.ACCESS_TOTP_HOW, cut(text, _GROUP))
    document = {
        "role": holder.standing.value, "label": holder.label, "secret": text, "uri": uri,
    }  # fmt: skip
    door.report(document, utterances, is_simulated=door.settings().is_simulated)
    if qr and not door.as_json:
        from kiosk.formats.qr_picture import qr_lines  # noqa: PLC0415 - only where it is drawn

        click.echo("\n".join(qr_lines(uri)))
    # Whoever holds the other end of a pipe needs it before the code can be given.
    sys.stdout.flush()


def _prove_totp(kiosk: Kiosk, holder: Holder, secret: bytes, codes: Iterator[str]) -> None:
    """Ask until a code is right; WrongSecondFactor when no more come, and nothing was changed."""
    for code in codes:
        try:
            return kiosk.gate.enrol_totp(holder, secret, code)
        except WrongSecondFactor:
            click.echo(phrasebook().say(Phrase.ACCESS_TOTP_WRONG).read, err=True)
    raise WrongSecondFactor


@second.command()
@role_option
@label_option
@json_option
@click.pass_obj
def recovery(door: Door, *, role: str, label: str) -> None:
    """Make one-time codes for a day without the second step; those before end."""
    settings, holder = door.settings(), _holder(role, label)
    codes = [
        "".join(secrets.choice("0123456789") for _ in range(RECOVERY_DIGITS))
        for _ in range(RECOVERY_CODES)
    ]
    with assemble(settings, unlock=door.unlock) as kiosk:
        _must_be_there(kiosk, holder)
        kiosk.gate.access.set_recovery(holder, [Passcode(each) for each in codes])
        _note(kiosk, Event.RECOVERY_CODES_MADE)
    utterances = shown_once(Phrase.ACCESS_RECOVERY_HOW, codes)
    document = {"role": role, "label": label, "codes": codes}
    door.report(document, utterances, is_simulated=settings.is_simulated)


@second.command()
@role_option
@label_option
@json_option
@click.pass_obj
def key(door: Door, *, role: str, label: str) -> None:
    """Enrol the security key that is plugged into this box; touch it when asked."""
    settings, holder = door.settings(), _holder(role, label)
    with assemble(settings, unlock=door.unlock) as kiosk:
        _must_be_there(kiosk, holder)
        if kiosk.gate.keys is None:
            raise NoSecurityKey("this box reads none")
        click.echo(phrasebook().say(Phrase.SCREEN_TOUCH_NOW).read, err=True)
        kiosk.gate.access.add_security_key(holder, kiosk.gate.keys.enrol(holder))
        _note(kiosk, Event.SECOND_FACTOR_SET, "fido2")
    _report(door, settings, holder, Phrase.ACCESS_SET)


def reset_access(door: Door, *, gives_up_unsent: bool) -> None:
    """The way back in that reveals nothing: what waits is asked for, then all is destroyed.

    Order: the queue is drained, and nothing goes while a check of it is unsent; every month goes
    with its key; only then the passcodes, so that a crash in between leaves no open door to what
    is kept. Cut off anywhere, it is run again from the start.

    Args:
        door: of this command.
        gives_up_unsent: destroy what could not be sent, too.

    Raises:
        ResetWithheld: something is unsent, or the words were not typed; nothing was changed.
    """
    settings, book = door.settings(), phrasebook()
    with assemble(settings, unlock=door.unlock) as kiosk:
        finished = drain(kiosk.asking, due_only=False)
        unsent = finished.remaining
        if unsent and not gives_up_unsent:
            click.echo(book.say(Phrase.ACCESS_RESET_UNSENT, count=unsent).read, err=True)
            raise ResetWithheld(f"unsent: {unsent}")
        click.echo(book.say(Phrase.ACCESS_RESET_WARNING, count=unsent).read, err=True)
        confirm_destroying(book)
        if kiosk.records.backlog() > unsent:
            raise ResetWithheld("a check came in meanwhile")
        _note(kiosk, Event.ACCESS_RESET, f"unsent:{unsent}")
        destroyed = kiosk.store.records.destroy_all()
        _note(kiosk, Event.MONTHS_DESTROYED, f"checks:{destroyed}")
        kiosk.gate.access.forget_everybody()
    document = {"answered": finished.answered, "unsent": unsent, "destroyed": destroyed}
    utterances = [book.say(Phrase.ACCESS_RESET_DONE, count=destroyed)]
    door.report(document, utterances, is_simulated=settings.is_simulated)


def confirm_destroying(book: Phrasebook) -> None:
    """Go on only once the words that say it were typed; ResetWithheld."""
    words = book.say(Phrase.ACCESS_RESET_WORDS).read
    typed = click.prompt(book.say(Phrase.ACCESS_RESET_ASK, words=words).read, err=True)
    if typed.strip() != words:
        raise ResetWithheld("the words were not typed")


_HOLDER = {
    Standing.STAFF: Phrase.ACCESS_HOLDER_STAFF,
    Standing.TECHNICIAN: Phrase.ACCESS_HOLDER_TECHNICIAN,
}


def _holder(role: str, label: str) -> Holder:
    name = label.strip()
    if not (0 < len(name) <= _LONGEST_LABEL and name.isprintable()):
        raise click.UsageError(f"--label: 1 to {_LONGEST_LABEL} characters")
    return Holder(Standing(role), name)


def _must_be_there(kiosk: Kiosk, holder: Holder) -> None:
    if holder not in kiosk.gate.access.holders():
        raise click.UsageError(f"{holder} has no passcode")


def _note(kiosk: Kiosk, event: Event, what: str = "") -> None:
    kiosk.gate.note(event, f"uid:{os.getuid()}", "command", what=what)


def _report(door: Door, settings: Settings, holder: Holder, phrase: Phrase) -> None:
    document = {"role": holder.standing.value, "label": holder.label}
    door.report(document, [phrasebook().say(phrase)], is_simulated=settings.is_simulated)
