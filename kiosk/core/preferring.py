"""What the desk is asked about preferences, and how staff set one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.desk.messages import BadMessage, Reach
from kiosk.domain.preferences import Preferences
from kiosk.ports.preferences import PreferenceBook

PREFERENCE_QUERIES: Mapping[str, Reach] = {"preferences": Reach.VISITOR, "set": Reach.STAFF}
"""By name: who may ask."""


def prefer(
    book: PreferenceBook,
    query: str,
    about: Mapping[str, Any],
    *,
    chosen: Callable[[Preferences], None] = lambda _: None,
) -> dict[str, Any]:
    """The preferences by name; ``set`` changes one first.

    Args:
        book: remembers them.
        query: one of PREFERENCE_QUERIES.
        about: ``name`` and ``value`` of a ``set``.
        chosen: told how all of them are after a ``set``.

    Raises:
        BadMessage: no such name or value.
        StoreError: as the store says.
    """
    if query == "preferences":
        return {**book.preferences().document()}
    try:
        now = book.prefer(str(about.get("name")), str(about.get("value")))
    except ValueError:
        raise BadMessage("set") from None
    chosen(now)
    return {**now.document()}
