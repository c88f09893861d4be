"""A month's file is gone: that is a loss, while a month that was never begun is none."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli.lines import status_utterances
from kiosk.domain.dates import Month
from kiosk.phrasebook import Phrasebook
from kiosk.ports.records import CheckUnknown, Loss
from kiosk.store.opening import Store
from tests.support.store import Box

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)


@pytest.fixture
def file(box: Box) -> Path:
    """November's, of a closed store with a check of it and one of October."""
    with ExitStack() as undo:
        store = undo.enter_context(Box(box.state_dir, undo=undo).store())
        store.records.open(box.check())
        store.records.open(box.check(treated_on=OCTOBER.first_day))
        return box.sealed / _name(store, NOVEMBER)


def _name(store: Store, month: Month | None) -> str:
    keys = store.records._vault.keys()
    sealed = keys.months[month] if month else keys.provisional
    assert sealed is not None
    return sealed.name


@pytest.mark.parametrize("lose", [Path.unlink, lambda file: file.write_bytes(b"")])
def test_a_file_that_is_gone_is_a_loss_until_its_month_is_purged(
    box: Box, file: Path, lose: Callable[[Path], object]
) -> None:
    lose(file)
    store = box.store()
    assert store.records.salvage()
    assert store.records.losses() == [Loss(NOVEMBER, 0, ())]
    assert not store.records.salvage()
    # Both months go on.
    check = store.records.open(box.check())
    assert [each.check_id for each in store.records.history(NOVEMBER)] == [check.check_id]
    assert len(store.records.history(OCTOBER)) == 1
    assert box.store().records.losses() == [Loss(NOVEMBER, 0, ())]
    store.records.purge(NOVEMBER)
    assert store.records.losses() == []


def test_it_is_noticed_by_whoever_reads_it(box: Box, file: Path) -> None:
    file.unlink()
    records = box.store().records
    with pytest.raises(CheckUnknown):
        records.get("nobody's")
    assert records.losses() == [Loss(NOVEMBER, 0, ())]


def test_the_file_of_checks_without_a_month_too(box: Box) -> None:
    with ExitStack() as undo:
        store = undo.enter_context(Box(box.state_dir, undo=undo).store())
        store.records.open(box.check(is_trusted=False))
        name = _name(store, None)
    (box.sealed / name).unlink()
    records = box.store().records
    assert records.waiting() == []
    assert records.losses() == [Loss(None, 0, ())]


def test_the_power_may_go_before_the_file_is_there(box: Box) -> None:
    """The vault knows it first."""
    with ExitStack() as undo:
        store = undo.enter_context(Box(box.state_dir, undo=undo).store())
        store.records._begin(NOVEMBER)
        assert not (box.sealed / _name(store, NOVEMBER)).exists()
    records = box.store().records
    assert not records.salvage()
    assert records.history(NOVEMBER) == []
    assert records.losses() == []


def test_a_file_of_an_earlier_version_counts_from_its_next_opening_on(box: Box, file: Path) -> None:
    with ExitStack() as undo:
        store = undo.enter_context(Box(box.state_dir, undo=undo).store())
        store.control._database.rows("DELETE FROM begun")
    with ExitStack() as undo:
        assert undo.enter_context(Box(box.state_dir, undo=undo).store()).records.waiting()
    file.unlink()
    records = box.store().records
    assert len(records.waiting()) == 1
    assert records.losses() == [Loss(NOVEMBER, 0, ())]


def test_a_month_that_is_purged_is_no_loss(box: Box, file: Path) -> None:
    file.unlink()
    records = box.store().records
    records.purge(NOVEMBER)
    assert not records.salvage()
    assert records.losses() == []


@pytest.mark.parametrize(
    ("month", "words"),
    [
        ("2026-11", "11月分の、それまでの記録は、すべて失われました。"),
        (None, "月の決まっていない記録は、すべて失われました。"),
    ],
)
def test_the_status_names_what_is_gone(month: str | None, words: str) -> None:
    status: dict[str, Any] = {
        "clock": {"trusted": True, "fault": None},
        "queue": {"waiting": 0, "provisional": 0},
        "losses": [{"month": month, "saved": 0, "sequences": []}],
        "purge": {"late": [], "ahead": [], "copies": []},
        "audit": {"head": "1;ab"},
        **dict.fromkeys(("online_only", "unkept", "damages")),
    }
    told = [each.read for each in status_utterances(status, Phrasebook.load("ja"))]
    assert words in told
