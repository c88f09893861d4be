"""A box without settings leads whoever stands before it through the set-up, on its own screen.

The steps are those of ``kiosk setup``. What is decided stands in a draft beside the settings until
all that a reception needs is there; then one rename makes it count. Wherever the box is switched
off, it begins again with what was done by then.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from kiosk.appliance.settings_file import default_state
from kiosk.cli.asking_front import FrontAsker, Stopped
from kiosk.cli.door import Door, phrasebook
from kiosk.cli.first_steps import walk
from kiosk.cli.setup_guide import Course, Wishes
from kiosk.cli.setup_progress import draft_of
from kiosk.desk.counter import Counter
from kiosk.desk.leading import Lead
from kiosk.desk.manner import Manner
from kiosk.desk.messages import BadMessage
from kiosk.desk.peer import Enrolment
from kiosk.domain.passcode import Factor
from kiosk.domain.visit import Event as VisitEvent
from kiosk.domain.visit import FrontCame
from kiosk.events import Event
from kiosk.ports.access import Caller, Holder, NoPasscode
from kiosk.settings import (
    DEFAULT_CONFIG,
    DEFAULT_STATE,
    AccessSection,
    SettingsInvalid,
    SettingsMissing,
)
from kiosk.settings_files import Unreadable, gather


class _NobodyYet:
    """``Gate`` of a box that has neither passcodes nor an audit."""

    def knock(self, passcode: str, caller: Caller) -> tuple[Holder, Factor]:
        """Nobody comes in."""
        del passcode, caller  # whoever it is
        raise NoPasscode

    def prove(self, holder: Holder, code: str, caller: Caller) -> None:
        """Nobody comes in."""
        del holder, code, caller  # likewise
        raise NoPasscode

    def note(
        self, event: Event, who: str, where: str, *, what: str = "", check_id: str = ""
    ) -> None:
        """The audit begins with the store; of a session there is none to be noted."""


class FirstRun:
    """What stands behind the desk while there are no settings; a ``House``.

    Args:
        door: of the command.
        sticks: folders below which USB sticks are seen.

    Attributes:
        failure: the bug that ended it.
        is_done: the settings stand.
    """

    is_simulated = False
    manner = Manner(is_led=True)

    def __init__(self, door: Door, sticks: Sequence[Path]) -> None:
        book = phrasebook()
        self.language = book.language
        self.gate = _NobodyYet()
        self.counter = Counter(self, {})
        self.failure: Exception | None = None
        self.is_done = False
        self._asker = FrontAsker(book, self._show, sticks)
        self._course = _course(door, self._asker)
        self._thread = threading.Thread(target=self._lead, name="set-up", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # Of what is under way with the service the thread may not wait: it dies with the process.
        self._asker.stop()
        self.counter.close()

    @property
    def is_well(self) -> bool:
        """Somebody can be led."""
        return self._thread.is_alive()

    # -- as a House --------------------------------------------------------------------------

    def happen(self, event: VisitEvent) -> None:
        """A front that comes is told how far the set-up is; there are no visits."""
        if isinstance(event, FrontCame):
            self._show(self._asker.lead)

    def enter(self, presentation: Mapping[str, Any]) -> None:
        """The answer to what was asked; BadMessage for any other."""
        self._asker.answered(presentation)

    def answer(self, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        """There is nothing to be asked yet."""
        del about  # it has no query that could have parameters
        raise BadMessage(query)

    def enrol(self, enrolment: Enrolment, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        """Nobody has a passcode yet."""
        del enrolment  # likewise
        return self.answer(query, about)

    def staff_came(self) -> None:
        """Nobody is staff yet."""

    # -- the thread --------------------------------------------------------------------------

    def _show(self, lead: Lead) -> None:
        self.counter.happened(lead)

    def _lead(self) -> None:
        try:
            walk(self._course, self._asker)
            self.is_done = True
        except Stopped:
            return
        except Exception as error:  # noqa: BLE001 - top of this thread; the handler of the command tells
            self.failure = error


def _course(door: Door, asker: FrontAsker) -> Course:
    file = (door.config or DEFAULT_CONFIG).absolute()
    course = Course(door, _named_by_drop_ins(file), asker, draft=draft_of(file))
    try:
        course.read()
    except SettingsMissing:
        return course
    asker.is_simulated = course.written.is_simulated
    return course


def state_before(door: Door) -> Path:
    """The state folder of a box that has no settings yet."""
    return door.state_dir or default_state(door.config or DEFAULT_CONFIG) or DEFAULT_STATE


def access_before(door: Door) -> AccessSection:
    """Who may come near, as the drop-ins of the package say."""
    return AccessSection.model_validate(_drop_ins(door.config or DEFAULT_CONFIG).get("access", {}))


def _named_by_drop_ins(file: Path) -> Wishes:
    """A distributor of boxes may have named the service; nobody need be asked for it then."""
    service = _drop_ins(file).get("service", {})
    ca = service.get("ca")
    return Wishes(service=service.get("url"), ca=file.parent / ca if ca else None)


def _drop_ins(file: Path) -> dict[str, Any]:
    try:
        return gather(file, "").document
    except Unreadable as fault:
        raise SettingsInvalid(f"{fault.file}: {fault.what}") from None
