"""What the doctor may put right by itself: few things, each safe, none of them a patient's.

A repair belongs to a finding and undoes just that. It restarts a service, closes a folder,
lets go of a reader, or asks for the purge that is due anyway; it may fail.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kiosk.appliance.box import Box
from kiosk.appliance.checks.modules import CLAIM_READERS
from kiosk.appliance.finding import Finding, State
from kiosk.errors import KioskError
from kiosk.phrasebook import Phrase
from kiosk.ports.card import ReaderServiceDown
from kiosk.settings import Settings

_PATIENCE_S = 60
_OWN = 0o700
_MENDABLE = (State.FAIL, State.WARN)


Purge = Callable[[], None]
"""Orders the purge of what is past retention."""


class RepairFailed(Exception):
    """It is as it was; the text says why, for technicians."""


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing that can be put right.

    Args:
        name: of the finding.
        offer: what would be done.
        work: does it; RepairFailed, OSError or KioskError where it cannot be done.
    """

    name: str
    offer: Phrase
    work: Callable[[Box, Purge], None]


def _restart_pcscd(_box: Box, _purge: Purge) -> None:
    _run("systemctl", "restart", "pcscd.socket", "pcscd.service")


def _let_go_of_readers(box: Box, _purge: Purge) -> None:
    loaded = {line.partition(" ")[0] for line in (box.text("proc/modules") or "").splitlines()}
    _run("modprobe", "--remove", *(name for name in CLAIM_READERS if name in loaded))


def _close_folder(box: Box, _purge: Purge) -> None:
    if isinstance(box.settings, Settings):
        box.settings.state.dir.chmod(_OWN)


def _order_purge(_box: Box, purge: Purge) -> None:
    purge()


REPAIRS = (
    Repair("reader.service", Phrase.REPAIR_READER_SERVICE, _restart_pcscd),
    Repair("reader.modules", Phrase.REPAIR_READER_MODULES, _let_go_of_readers),
    Repair("state.folder", Phrase.REPAIR_STATE_FOLDER, _close_folder),
    Repair("purge", Phrase.REPAIR_PURGE, _order_purge),
)
"""In the order they are offered."""


def repairs_for(findings: Iterable[Finding]) -> list[Repair]:
    """What can be put right of what was found."""
    ill = {each.name for each in findings if each.state in _MENDABLE and _can(each)}
    return [each for each in REPAIRS if each.name in ill]


def _can(finding: Finding) -> bool:
    # Of the ways a reader's service fails only one is cured by a restart.
    return finding.name != "reader.service" or finding.code == ReaderServiceDown.code


def mend(repair: Repair, box: Box, purge: Purge) -> str:
    """Do it; what went wrong, for technicians, or nothing."""
    try:
        repair.work(box, purge)
    except KioskError as error:
        return error.code
    except OSError as error:
        return error.strerror or type(error).__name__
    except RepairFailed as error:
        return str(error)
    return ""


def _run(name: str, *arguments: str) -> None:
    tool = shutil.which(name)
    if tool is None:
        raise RepairFailed(f"{name} is not there")
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands
            [tool, *arguments], capture_output=True, text=True, check=False, timeout=_PATIENCE_S
        )
    except subprocess.TimeoutExpired:
        raise RepairFailed(f"{name} did not end") from None
    if done.returncode:
        raise RepairFailed(f"{name}: {done.stderr.strip()[-200:]}")
