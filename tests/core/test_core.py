"""The core around the visit: queries, health, many visits, many restarts."""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kiosk.desk.messages import Ask, Failed, Login, Logout
from kiosk.domain.visit import Announced
from tests.core.conftest import PASSCODE, Box
from tests.support.visitor import Visitor


def visit(box: Box, visitor: Visitor, person: str = "taro", pin: str = "1234") -> None:
    box.lay(person)
    visitor.until("<ask_pin>")
    visitor.type_pin(pin)
    visitor.until("result.valid")
    box.take()
    visitor.until("reception.thanks")


def test_queries_are_those_of_the_command_line(box: Box) -> None:
    visitor = box.visitor()
    visit(box, visitor)
    status = visitor.query("status")
    assert (status["simulated"], status["queue"]["waiting"]) == (True, 0)
    matters = visitor.query("matters")
    assert (set(matters["counts"].values()), matters["matters"], matters["next"]) == ({0}, [], None)
    refused = visitor.ask(lambda number: Ask(number, "history"))
    assert isinstance(refused, Failed)
    box.set_passcode()
    visitor.log_in(PASSCODE)
    (check,) = visitor.query("history")["checks"]
    assert check["eligibility"]["copayment_percent"] == 30
    month = check["month"]
    assert visitor.query("history", month=month)["count"] == 1
    assert visitor.query("history", month="2001-01")["checks"] == []
    wrong: list[dict[str, object]] = [{"month": 5}, {"month": "x"}, {"after": "1"}]
    for about in wrong:
        bad = visitor.ask(partial(_history, about))
        assert isinstance(bad, Failed)
        assert bad.code == "K314"


def _history(about: dict[str, object], number: int) -> Ask:
    return Ask(number, "history", about)


def test_a_history_longer_than_a_line_comes_in_pages(box: Box) -> None:
    visitor = box.visitor()
    for _ in range(40):
        visit(box, visitor)
    box.set_passcode()
    visitor.log_in(PASSCODE)
    seen: list[int] = []
    after: int | None = 0
    pages = 0
    while after is not None:
        page = visitor.query("history", after=after)
        assert page["count"] == 40
        seen += [each["sequence"] for each in page["checks"]]
        after, pages = page["next"], pages + 1
    assert pages > 1
    assert len(seen) == 40
    assert seen == sorted(set(seen))


def test_a_search_finds_by_name_and_day_and_is_for_staff_alone(box: Box) -> None:
    visitor = box.visitor()
    for _ in range(3):
        visit(box, visitor)
    refused = visitor.ask(lambda number: Ask(number, "search", {"kana": "ヤマダ"}))
    assert refused == Failed(2, "K313")
    box.set_passcode()
    visitor.log_in(PASSCODE)
    found = visitor.query("search", kana="やまだ")
    assert [each["sequence"] for each in found["checks"]] == [3, 2, 1]
    assert visitor.query("search", kana="やまだ", after=2)["checks"][0]["sequence"] == 1
    assert visitor.query("search", day=found["checks"][0]["treated_on"])["count"] == 3
    assert visitor.query("search", number="99999")["count"] == 0
    for wrong in ({}, {"born": "yesterday"}, {"kana": 5}, {"day": "2026-13-01"}):
        bad = visitor.ask(lambda number, about=wrong: Ask(number, "search", about))  # type: ignore[misc]
        assert isinstance(bad, Failed)
        assert bad.code == "K314"


def test_no_passcode_opens_anything_by_itself(box: Box) -> None:
    visitor = box.visitor()
    answer = visitor.ask(lambda number: Login(number, "0000"))
    assert answer == Failed(1 + 1, "K327")


def audited(box: Box) -> list[tuple[str, str, str, str]]:
    assert box.kiosk is not None
    rows = box.kiosk.store.control.audit.entries()
    return [(row.event.value, row.who, row.where, row.what) for _, row in rows]


def test_who_came_in_looked_and_left_is_on_record_before_the_answer(box: Box) -> None:
    box.set_passcode()
    visitor = box.visitor()
    uid = f"uid:{os.getuid()}"
    wrong = visitor.ask(lambda number: Login(number, "730461"))
    assert isinstance(wrong, Failed)
    assert audited(box) == [("login_failed", uid, "screen", "passcode")]
    visitor.log_in(PASSCODE)
    assert audited(box)[1:] == [("logged_in", "staff/staff-1", "screen", "")]
    visitor.query("history", month="2026-11")
    assert audited(box)[2:] == [("looked", "staff/staff-1", "screen", "history:2026-11")]
    visitor.query("status")
    visitor.ask(Logout)
    assert audited(box)[3:] == [("logged_out", "staff/staff-1", "screen", "")]


def test_a_session_sees_whether_the_audit_stands_as_written(box: Box) -> None:
    assert box.kiosk is not None
    box.set_passcode()
    visitor = box.visitor()
    refused = visitor.ask(lambda number: Ask(number, "audit"))
    assert isinstance(refused, Failed)
    visitor.log_in(PASSCODE)
    assert visitor.query("audit")["fault"] is None
    control = box.kiosk.store.control
    with control._database.transaction():
        control._database.rows("UPDATE audit SET body = replace(body, 'screen', 'nobody')")
    broken = visitor.query("audit")
    assert (broken["fault"], broken["row"]) == ("changed", 1)


def anchors(box: Box) -> list[tuple[int, bool]]:
    lines = (box.world.folder / "anchors.jsonl").read_text("utf-8").splitlines()
    return [(line["count"], line["is_behind"]) for line in map(json.loads, lines)]


def test_the_service_keeps_how_far_the_audit_came_and_sees_it_cut(box: Box) -> None:
    assert box.kiosk is not None
    visitor = box.visitor()
    visit(box, visitor)
    assert anchors(box) == [(0, False)]
    for _ in range(2):
        visitor.ask(lambda number: Login(number, "730461"))
    assert visitor.query("status")["audit"]["head"].startswith("2;")
    visit(box, visitor)
    control = box.kiosk.store.control
    with control._database.transaction():
        control._database.rows("DELETE FROM audit WHERE number = 2")
    visit(box, visitor)
    assert anchors(box) == [(0, False), (2, False), (1, True)]


def test_wrong_tries_lock_everybody_out_also_after_the_core_died(box: Box) -> None:
    box.set_passcode()
    visitor = box.visitor()
    for _ in range(5):
        answer = visitor.ask(lambda number: Login(number, "730461"))
        assert isinstance(answer, Failed)
        assert answer.code == "K321"
    box.switch_off()
    box.switch_on()
    locked = box.visitor(claims=False).ask(lambda number: Login(number, PASSCODE))
    assert isinstance(locked, Failed)
    assert locked.code == "K320"
    assert 0 < locked.wait_s <= 30


def test_a_core_is_well_until_a_thread_of_it_ends(box: Box) -> None:
    core = box.core
    assert core is not None
    box.visitor().until_condition(lambda is_: is_.reader)
    assert core.is_well
    core._looker.stop()
    assert not core.is_well


def test_a_bug_in_the_visit_is_handed_to_the_handler_at_the_top(box: Box) -> None:
    core = box.core
    assert core is not None
    broken: Any = Announced(5)  # type: ignore[arg-type] # what a bug would be
    core.happen(broken)
    core._visits._thread.join(10)
    assert isinstance(core.failure, TypeError)
    assert not core.is_well


def test_the_reader_that_goes_and_comes_is_in_the_condition(box: Box) -> None:
    visitor = box.visitor()
    visitor.until_condition(lambda is_: is_.reader and is_.clock)
    assert visitor.condition
    assert visitor.condition.line is None


@pytest.mark.parametrize("count", [20, pytest.param(100, marks=pytest.mark.soak)])
def test_restarts_in_a_row_leave_no_thread_behind(box: Box, count: int) -> None:
    box.switch_off()
    before = threading.active_count()
    for _ in range(count):
        box.switch_on()
        visitor = box.visitor()
        visitor.press()
        visitor.until("<ask_pin>")
        box.switch_off()
    assert threading.active_count() <= before


@pytest.mark.parametrize(
    "count", [60, pytest.param(1000, marks=[pytest.mark.soak, pytest.mark.timeout(900)])]
)
def test_visits_in_a_row_leave_memory_flat(box: Box, count: int) -> None:
    visitor = box.visitor()
    for _ in range(20):
        visit(box, visitor)
        visitor.happened.clear()
    tracemalloc.start(_DEEP_ENOUGH)
    before = _held()
    for _ in range(count):
        visit(box, visitor)
        visitor.happened.clear()
    grown = _held() - before
    tracemalloc.stop()
    assert len(box.stored()) == 20 + count
    assert grown < 300_000 + 20 * count


_DEEP_ENOUGH = 12
"""Frames to look at: enough to see that the simulated service asked for the memory."""


def _held() -> int:
    """Bytes held in this process, without what the simulated service remembers of its answers."""
    gc.collect()
    theirs = tracemalloc.Filter(False, "*/kiosk/simulator/*", all_frames=True)  # noqa: FBT003 - its API
    kept = tracemalloc.take_snapshot().filter_traces([theirs])
    return sum(each.size for each in kept.traces)


@contextmanager
def full_disk(box: Box) -> Iterator[None]:
    """Switch the kiosk on over a file system of its own that has hardly a byte left."""
    state = box.world.folder / "state"
    box.switch_off()
    mount = shutil.which("mount") or "mount"
    small = (mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(state))
    if subprocess.run(small, check=False, capture_output=True).returncode:
        pytest.skip("needs the right to mount a tmpfs")
    try:
        box.switch_on()
        yield
    finally:
        box.switch_off()
        subprocess.run([shutil.which("umount") or "umount", "-l", state], check=True)


def fill(folder: Path) -> None:
    with pytest.raises(OSError, match="space"):
        (folder / "filler").write_bytes(bytes(4 * 1024 * 1024))


def test_on_a_full_disk_the_visitor_is_served_online_and_told_that_nothing_is_kept(
    box: Box,
) -> None:
    with full_disk(box):
        visitor = box.visitor()
        visit(box, visitor)
        kept = len(box.stored())
        fill(box.world.folder / "state")
        box.lay("taro")
        visitor.until("<ask_pin>")
        visitor.type_pin("1234")
        visitor.until("result.valid")
        visitor.until("reception.not_kept")
        box.take()
        visitor.until("error.K355")
        assert visitor.query("status")["unkept"] == 1
        box.simulator.offline()
        box.lay("taro")
        visitor.until("<ask_pin>")
        visitor.type_pin("1234")
        visitor.until("reception.ask_staff")
        visitor.until("error.K303")
        box.take()
        assert len(box.stored()) == kept
        assert visitor.query("status")["queue"]["waiting"] == 0


def test_a_bad_block_is_told_at_rest_and_stands_in_the_status(box: Box) -> None:
    visitor = box.visitor()
    for _ in range(30):
        visit(box, visitor)
    box.switch_off()
    store = box.world.folder / "state" / "sealed"
    largest = max(store.glob("?" * 32 + ".db"), key=lambda file: file.stat().st_size)
    with largest.open("r+b") as file:
        # The last blocks hold rows; the first ones are the way to them and the indexes.
        file.seek(-2 * 4096, os.SEEK_END)
        file.write(os.urandom(4096))
    box.switch_on()
    visitor = box.visitor()
    visitor.until("error.K315")
    (loss,) = visitor.query("status")["losses"]
    assert loss["saved"] + len(loss["sequences"]) == 30
    assert 1 <= len(loss["sequences"]) <= 10
    visit(box, visitor)
