"""``kiosk simulator account``: the accounts of terminals, as the portal manages them."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.door import Door, json_option, print_json
from kiosk.domain.dates import day_in_japan
from kiosk.domain.facility import Facility
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.simulator.tree import MARKS
from kiosk.simulator.world import FACILITY, World

if TYPE_CHECKING:
    from kiosk.simulator.accounts import Account

_DO = click.Choice(["list", "add", "stop", "resume", "reissue", "revoke"])


@click.command()
@click.argument("do", type=_DO, default="list")
@click.option("--dir", "folder", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--facility", default=FACILITY.code, show_default=True, help="10 digits.")
@click.option("--terminal", help="Account id, e.g. W0000002.")
@json_option
@click.pass_obj
def account(door: Door, do: str, folder: Path, facility: str, terminal: str | None) -> None:
    """List, add, stop, resume the accounts of a world's terminals; reissue a code; revoke.

    Prints the accounts with password and activation code, as the portal's sheet has them: nothing
    of it is real. It takes effect at once, whether the simulator runs or not.
    """
    opened = closing(World.open(folder).accounts)
    accounts = click.get_current_context().with_resource(opened)
    today = day_in_japan(datetime.now(UTC))
    if do == "list":
        _show(door, accounts.all())
        return
    if do == "add":
        _show(door, [accounts.add(_code(facility), begins_on=today)])
        return
    whose = _terminal(facility, terminal)
    match do:
        case "stop":
            accounts.stop(whose, today)
        case "resume":
            accounts.resume(whose)
        case "reissue":
            accounts.reissue(whose)
        case _:
            accounts.revoke(whose)
    _show(door, [accounts.the(whose)])


def _code(facility: str) -> str:
    return _checked(facility, FACILITY.terminal).code


def _terminal(facility: str, terminal: str | None) -> Facility:
    if terminal is None:
        raise click.UsageError("--terminal is needed")
    return _checked(facility, terminal)


def _checked(facility: str, terminal: str) -> Facility:
    try:
        return Facility(facility, terminal)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _show(door: Door, accounts: list[Account]) -> None:
    rows = [_row(each) for each in accounts]
    if door.as_json:
        print_json([row | MARKS for row in rows])
        return
    for row in rows:
        shown = row | {"is_code_used": "used" if row["is_code_used"] else "unused"}
        shown |= {"simulated": SIMULATED_MARK}
        click.echo("  ".join(str(value) for value in shown.values() if value))


def _row(account: Account) -> dict[str, Any]:
    return {
        "facility_code": account.facility.code,
        "account_id": account.facility.terminal,
        "status": str(account.status),
        "password": account.password,
        "activation_code": account.activation_code,
        "is_code_used": account.is_code_used,
        "begins_on": account.begins_on.isoformat(),
        "ends_on": account.ends_on.isoformat() if account.ends_on else None,
        "stopped_on": account.stopped_on.isoformat() if account.stopped_on else None,
        "remarks": account.remarks,
    }
