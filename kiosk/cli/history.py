"""``kiosk history``: the checks that are kept; a mistaken one is annulled or corrected."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kiosk.cli import lines
from kiosk.cli.brf import write_brf
from kiosk.cli.days import DAY
from kiosk.cli.desk_or_store import source, whole
from kiosk.cli.door import DESCRIPTOR, Door, json_option, phrasebook
from kiosk.cli.secret import staff_login
from kiosk.domain.dates import Month
from kiosk.phrasebook import Phrase
from kiosk.ports.corrections import Reason


class MonthParam(click.ParamType[Month]):
    """A treatment month."""

    name = "YYYY-MM"

    def convert(
        self, value: str | Month, param: click.Parameter | None, ctx: click.Context | None
    ) -> Month:
        """A month, or what is wrong with it."""
        if isinstance(value, Month):
            return value
        try:
            return Month.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


_passcode_option = click.option(
    "--passcode-fd", type=DESCRIPTOR, metavar="N",
    help="Read the staff's passcode, and a second step's code, from file descriptor N, a line each;"
    " wanted only while kioskd runs.",
)  # fmt: skip
_reason_option = click.option(
    "--reason", type=click.Choice([each.value for each in Reason]), required=True, help="Why."
)


@click.group(invoke_without_command=True)
@click.option("--month", type=MonthParam(), help="Treatment month; without it all that is kept.")
@click.option("--kana", help="How the reading of the name begins, in any kana.")
@click.option("--born", type=DAY, help="Birth date.")
@click.option("--number", help="Insured number, whole.")
@click.option("--day", type=DAY, help="Treatment date.")
@_passcode_option
@click.option(
    "--brf", type=click.Path(path_type=Path), metavar="FILE",
    help="Write the same to a new file for a braille embosser, which its owner alone may read.",
)  # fmt: skip
@json_option
@click.pass_context
def history(
    ctx: click.Context,
    /,
    *,
    month: Month | None,
    passcode_fd: int | None,
    brf: Path | None,
    **looked_for: date | str | None,
) -> None:
    """Show the checks that are kept, by the order they were opened; looked for, latest first.

    A mistaken one is put right by a command of its own.
    """
    if ctx.invoked_subcommand is None:
        _show(ctx.ensure_object(Door), month, passcode_fd, brf, looked_for)


def _show(
    door: Door,
    month: Month | None,
    passcode_fd: int | None,
    brf: Path | None,
    looked_for: dict[str, date | str | None],
) -> None:
    settings = door.settings()
    name = str(month) if month else None
    wanted = {name: str(value) for name, value in looked_for.items() if value is not None}
    if wanted and month:
        raise click.UsageError("--month does not go with a search; give --day instead")
    with source(door, settings, login=staff_login(passcode_fd)) as found:
        if wanted:
            document = {"month": None, "retention_over": False, **whole(found, "search", **wanted)}
        else:
            document = {"month": name, **whole(found, "history", month=name)}
    utterances = lines.history_utterances(document["checks"], phrasebook())
    if document["retention_over"]:
        utterances = [phrasebook().say(Phrase.PURGE_RETENTION_OVER)]
    if brf:
        book = phrasebook()
        block = book.simulated_block(utterances) if settings.is_simulated else utterances
        write_brf(brf, block, book)
    door.report(document, utterances, is_simulated=settings.is_simulated)


@history.command()
@click.argument("check_id")
@_reason_option
@_passcode_option
@json_option
@click.pass_obj
def annul(door: Door, *, check_id: str, reason: str, passcode_fd: int | None) -> None:
    """Let a mistaken check count no more; it is kept, marked, until its month is purged."""
    about = {"check_id": check_id, "reason": reason}
    _put_right(door, "annul", about, passcode_fd, Phrase.HISTORY_ANNULLED)


@history.command()
@click.argument("check_id")
@click.option("--treated-on", type=DAY, required=True, help="The true day.")
@_reason_option
@_passcode_option
@json_option
@click.pass_obj
def correct(
    door: Door, *, check_id: str, treated_on: date, reason: str, passcode_fd: int | None
) -> None:
    """Correct the treatment date of a check; both versions are kept under the true month."""
    about = {"check_id": check_id, "reason": reason, "treated_on": treated_on.isoformat()}
    _put_right(door, "correct", about, passcode_fd, Phrase.HISTORY_CORRECTED)


def _put_right(
    door: Door, order: str, about: dict[str, str], passcode_fd: int | None, phrase: Phrase
) -> None:
    settings = door.settings()
    with source(door, settings, login=staff_login(passcode_fd)) as found:
        document = found.answer(order, about)
    utterance = phrasebook().say(phrase, day=date.fromisoformat(document["treated_on"]))
    door.report(document, [utterance], is_simulated=settings.is_simulated)
