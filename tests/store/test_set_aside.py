"""What was set aside when the kiosk began anew goes with the last month it can know."""

from __future__ import annotations

from datetime import UTC, datetime

from kiosk.store.opening import open_store
from tests.support.store import KEY, Box


def test_what_was_set_aside_goes_with_the_last_month_it_can_know(box: Box) -> None:
    box.store().close()
    aside = box.sealed / "lost-0123abcd"
    aside.mkdir()
    (aside / "old.db").write_bytes(b"sealed")
    with open_store(box.state_dir, KEY) as store:
        for day, is_there in (
            (datetime(2026, 11, 30, 14, 59, 59, tzinfo=UTC), True),
            # As seen first in November: December is its last month of reading.
            (datetime(2026, 12, 31, 14, 59, 59, tzinfo=UTC), True),
            (datetime(2026, 12, 31, 15, 0, 0, tzinfo=UTC), False),
        ):
            store.records.forget_set_aside(day)
            assert bool(list(box.sealed.glob("lost-*"))) is is_there


def test_the_way_back_in_destroys_it_too(box: Box) -> None:
    (box.sealed / "lost-0123abcd").mkdir(parents=True)
    with box.store() as store:
        store.records.destroy_all()
    assert not list(box.sealed.glob("lost-*"))
