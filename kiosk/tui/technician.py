"""The technician's pages in a terminal."""

from __future__ import annotations

from typing import ClassVar

from kiosk.pages.front import Front
from kiosk.pages.technician import TechnicianFront
from kiosk.tui.app import ReceptionApp


class TechnicianApp(ReceptionApp):
    """As the reception's screen, with other pages; ctrl+c leaves it."""

    PAGES: ClassVar[type[Front]] = TechnicianFront
