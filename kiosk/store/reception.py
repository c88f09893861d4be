"""How the staff chose to receive visits, behind ``kiosk.ports.reception.ReceptionBook``."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.reception import Attendance, Identify, Reception
from kiosk.domain.treatment import Place, Treatment
from kiosk.ports.reception import ReceptionBook
from kiosk.store.database import Database


class KeptReception(ReceptionBook):
    """One row of control.db; empty until somebody chose.

    Args:
        database: control.db, migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def chosen(self, settings: Reception) -> Reception:
        """The settings with what the staff chose over them."""
        row = self._database.row("SELECT attendance, identify, place FROM reception")
        if row is None:
            return settings
        return replace(
            settings,
            attendance=Attendance(row["attendance"]),
            identify=Identify(row["identify"]),
            treatment=Treatment(place=Place(row["place"])),
        )

    def choose(self, reception: Reception) -> None:
        """Keep attendance, manner of identification and place."""
        with self._database.transaction():
            self._database.rows(
                "INSERT OR REPLACE INTO reception (id, attendance, identify, place)"
                " VALUES (1, ?, ?, ?)",
                (
                    reception.attendance.value,
                    reception.identify.value,
                    reception.treatment.place.value,
                ),
            )
