"""What the staff set outlives the process, and has no other form than it may have."""

from __future__ import annotations

import pytest

from kiosk.domain.preferences import Preferences
from tests.support.store import Box


def test_what_was_set_is_there_after_a_restart(box: Box) -> None:
    store = box.store()
    assert store.control.preferences.preferences() == Preferences()
    store.control.preferences.prefer("theme", "dark-on-light")
    chosen = store.control.preferences.prefer("speed", "150")
    assert chosen == Preferences(theme="dark-on-light", speed="150")
    store.close()
    assert box.store().control.preferences.preferences() == chosen


@pytest.mark.parametrize(("name", "value"), [("speed", "999"), ("pin", "1"), ("theme", "; DROP")])
def test_what_may_not_be_is_not_kept(box: Box, name: str, value: str) -> None:
    book = box.store().control.preferences
    with pytest.raises(ValueError, match="no such preference"):
        book.prefer(name, value)
    assert book.preferences() == Preferences()
