"""What the staff set at the box, behind ``kiosk.ports.preferences.PreferenceBook``."""

from __future__ import annotations

from kiosk.domain.preferences import Preferences, preferences_of
from kiosk.ports.preferences import PreferenceBook
from kiosk.store.database import Database


class KeptPreferences(PreferenceBook):
    """Rows of control.db, one a preference that was ever set.

    Args:
        database: control.db, migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def preferences(self) -> Preferences:
        """As ``PreferenceBook``."""
        rows = self._database.rows("SELECT name, value FROM preferences")
        return preferences_of({row["name"]: row["value"] for row in rows})

    def prefer(self, name: str, value: str) -> Preferences:
        """As ``PreferenceBook``."""
        chosen = self.preferences().changed(name, value)
        with self._database.transaction():
            self._database.rows(
                "INSERT OR REPLACE INTO preferences (name, value) VALUES (?, ?)", (name, value)
            )
        return chosen
