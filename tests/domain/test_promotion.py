"""The log for the 協力金: one count a day and kind, posters counted once."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.domain.promotion import MOST, Deed, Entry, Sum, noted, sums

LEAP, SILVESTER, NEW_YEAR = date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1)


def test_a_later_word_on_a_day_takes_the_place_of_the_first_and_0_takes_it_out() -> None:
    log = noted((), SILVESTER, Deed.LEAFLET, 3)
    log = noted(log, LEAP, Deed.LEAFLET, 1)
    log = noted(log, SILVESTER, Deed.ASKING, 2)
    log = noted(log, SILVESTER, Deed.LEAFLET, 5)
    assert log == (
        Entry(SILVESTER, Deed.ASKING, 2), Entry(SILVESTER, Deed.LEAFLET, 5),
        Entry(LEAP, Deed.LEAFLET, 1),
    )  # fmt: skip
    assert noted(log, LEAP, Deed.LEAFLET, 0) == log[:2]


@pytest.mark.parametrize("count", [-1, MOST + 1])
def test_a_count_is_one(count: int) -> None:
    with pytest.raises(ValueError, match=str(MOST)):
        noted((), LEAP, Deed.POSTER, count)


def test_both_days_of_a_period_count_and_posters_hang_there_once() -> None:
    log = [Entry(day, deed, 4) for day in (SILVESTER, NEW_YEAR) for deed in Deed]
    log.append(Entry(LEAP, Deed.ASKING, 9))
    assert sums(log, SILVESTER, NEW_YEAR) == [
        Sum(Deed.POSTER, 4, 2, SILVESTER, NEW_YEAR),
        Sum(Deed.LEAFLET, 8, 2, SILVESTER, NEW_YEAR),
        Sum(Deed.ASKING, 8, 2, SILVESTER, NEW_YEAR),
    ]
    assert sums(log, date(2027, 1, 2), date(2028, 2, 28)) == []
