"""Socket for what the staff set at the box itself."""

from __future__ import annotations

from typing import Protocol

from kiosk.domain.preferences import Preferences


class PreferenceBook(Protocol):
    """Remembers preferences; durable when it returns."""

    def preferences(self) -> Preferences:
        """As they were last set.

        Raises:
            StoreError: they cannot be read.
        """

    def prefer(self, name: str, value: str) -> Preferences:
        """Set one, and how all of them are then.

        Raises:
            ValueError: no such name or value.
            DiskFull, DiskReadOnly: not kept.
        """
