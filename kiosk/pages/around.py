"""The way from the screen to the staff's pages, which are not loaded before somebody is on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from kiosk.desk.messages import Condition
from kiosk.domain.preferences import Preferences
from kiosk.pages.clipboard import Clipboard
from kiosk.pages.layout import Size
from kiosk.pages.requests import Requests
from kiosk.pages.speech import Privacy
from kiosk.pages.visitor import Say
from kiosk.phrasebook import Phrasebook

if TYPE_CHECKING:
    from kiosk.pages.staff import Staff


@dataclass(frozen=True, slots=True)
class Around:
    """What the staff pages need of the screen.

    Args:
        book: the language, as it is then.
        requests: to the desk.
        say: says utterances.
        tick: the sound of a digit.
        now: seconds, only forward.
        privacy: where private words are heard.
        preferences: what the staff set at the box, as it is then.
        prefer: takes it when it was set anew.
        clipboard: of whoever looks on; None = there is none.
        condition: of the box, as it was last told.
        room: of the terminal, as it is then; None = what is said is written line by line.
        has_zoom: its type can be made smaller.
    """

    book: Callable[[], Phrasebook]
    requests: Requests
    say: Say
    tick: Callable[[], None]
    now: Callable[[], float]
    privacy: Privacy
    preferences: Callable[[], Preferences]
    prefer: Callable[[Preferences], None]
    clipboard: Clipboard | None
    condition: Callable[[], Condition | None]
    room: Callable[[], Size | None]
    has_zoom: Callable[[], bool]

    def open_staff(self) -> Staff:
        """A staff session, at its login."""
        from kiosk.pages.staff import Staff  # noqa: PLC0415 - see above

        return Staff(self)


def load_staff_pages() -> None:
    """Load them beside what is shown, so that no key has to wait for them."""
    import_module("kiosk.pages.staff")
