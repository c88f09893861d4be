"""Commands beside a kioskd: the same documents and statuses as without one, through the desk."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli.main import run
from kiosk.core.orders import Deeds, Orders
from kiosk.core.ownership import owned
from kiosk.desk.messages import BadMessage, Role
from kiosk.desk.server import DeskServer
from kiosk.domain.check import Deferred
from kiosk.sync.drain import Round, Settled
from kiosk.usecases.purge import foresee, purge
from tests.core.conftest import PASSCODE, Box
from tests.support.visitor import Visitor

Visit = Callable[[str, str], Visitor]
Told = tuple[int, dict[str, Any]]


@pytest.fixture
def desk(box: Box, tmp_path: Path) -> Iterator[Path]:
    """The core's socket, away from the state folder as under systemd."""
    assert box.core is not None
    box.set_passcode()
    path = tmp_path / "run" / "desk.sock"
    state = box.world.folder / "state"
    with (
        owned(state, path),
        DeskServer(box.core.counter, path, lambda _: Role.STAFF),
    ):
        yield path


@pytest.fixture
def call(box: Box, capfd: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """A command of this process: exit status and the JSON on standard output."""

    def called(*arguments: str, passcode: str | None = None) -> Told:
        extra: list[str] = []
        if passcode is not None:
            reading, writing = os.pipe()
            os.write(writing, passcode.encode() + b"\n")
            os.close(writing)
            extra = ["--passcode-fd", str(reading)]
        capfd.readouterr()
        status = run(["--config", str(box.world.config), *arguments, *extra, "--json"])
        for each in extra[1:]:
            os.close(int(each))
        return status, json.loads(capfd.readouterr().out)

    return called


def waits(box: Box, a_visit: Visit) -> None:
    """One check is 確認待ち and the line stays cut."""
    box.simulator.offline()
    visitor = a_visit("taro", "1234")
    visitor.until("outage.received")
    with closing(visitor.link):
        box.take()


def settled(document: dict[str, Any]) -> dict[str, Any]:
    """Without what passes between two calls."""
    passing = {
        "now",
        "age_seconds",
        "oldest_seconds",
        "attempts",
        "next_attempt_at",
        "as_of",
        "jobs",
        "mark",
        "audit",
    }
    text = json.dumps(document)
    return dict(
        json.loads(
            text,
            object_pairs_hook=lambda pairs: {k: v for k, v in pairs if k not in passing},
        )
    )


def test_documents_and_statuses_are_the_same_both_ways(
    box: Box, a_visit: Visit, call: Callable[..., Told], request: pytest.FixtureRequest
) -> None:
    waits(box, a_visit)
    commands = [("status",), ("queue", "list"), ("sync", "--once"), ("purge",)]
    alone = {each: call(*each) for each in commands}
    history = call("history")
    request.getfixturevalue("desk")
    for each in commands:
        status, document = call(*each)
        assert status == alone[each][0]
        assert settled(document) == settled(alone[each][1])
    status, document = call("history", passcode=PASSCODE)
    assert (status, settled(document)) == (history[0], settled(history[1]))
    assert [each["outcome"] for each in document["checks"]] == ["deferred"]


@pytest.mark.usefixtures("desk")
def test_patient_data_needs_the_staff(box: Box, call: Callable[..., Told]) -> None:
    assert box.core is not None
    status, document = call("history", passcode="guessed")
    assert (status, document["code"]) == (13, "K321")
    assert run(["--config", str(box.world.config), "history"]) == 2


@pytest.mark.usefixtures("desk")
def test_a_round_at_the_desk_asks_and_tells_the_fronts(
    box: Box, a_visit: Visit, call: Callable[..., Told]
) -> None:
    waits(box, a_visit)
    staff = box.visitor(claims=False)
    staff.log_in(PASSCODE)
    box.simulator.online()
    status, document = call("sync", "--once")
    assert status == 0
    assert document["remaining"] == 0
    staff.until("result.valid_later")
    assert len(box.simulator.journal) == 1
    assert call("queue", "list")[1]["matters"] == []


def test_a_long_round_comes_in_pages_of_that_round(box: Box, a_visit: Visit) -> None:
    waits(box, a_visit)
    assert box.kiosk is not None
    records, clock = box.kiosk.records, box.kiosk.clock
    [check] = box.stored()
    settled = Settled(check, Deferred("K201"))

    def ask_all(told: Callable[[Settled], None]) -> Round:
        for _ in range(5):
            told(settled)
        return Round(5, 0, 0, 5, settled.outcome)

    deeds = Deeds(
        ask_all,
        records.retry,
        box.kiosk.putting_right.annul,
        box.kiosk.putting_right.correct,
        lambda now: purge(records, clock, as_of=now),
        lambda now: foresee(records, clock, as_of=now),
        box.kiosk.store.control.held,
        clock,
        is_simulated=True,
    )
    orders = Orders(deeds, page=2)
    pages = [orders.carry_out("sync", {})]
    while pages[-1]["next"] is not None:
        pages.append(orders.carry_out("sync", {"after": pages[-1]["next"]}))
    assert [len(each["checks"]) for each in pages] == [2, 2, 1]
    assert {each["asked"] for each in pages} == {5}
    orders.carry_out("sync", {})
    for stale in (pages[0]["next"], "1", "x:y", 3):
        with pytest.raises(BadMessage):
            orders.carry_out("sync", {"after": stale})
    with pytest.raises(BadMessage):
        orders.carry_out("purge", {"now": "2030-01-01"})


@pytest.mark.usefixtures("desk")
def test_months_go_at_the_desk(box: Box, a_visit: Visit, call: Callable[..., Told]) -> None:
    visitor = a_visit("taro", "1234")
    visitor.until("result.valid")
    with closing(visitor.link):
        box.take()
    status, document = call("purge", "--now", "2030-01-01T00:00:00+09:00")
    assert status == 0
    assert [each["checks"] for each in document["purged"]] == [1]
    assert box.stored() == []


@pytest.mark.usefixtures("desk")
def test_statistics_are_counted_at_the_desk_and_written_by_day(
    box: Box, a_visit: Visit, call: Callable[..., Told], tmp_path: Path
) -> None:
    visitor = a_visit("taro", "1234")
    visitor.until("result.valid")
    with closing(visitor.link):
        box.take()
    file, paper, picture = (tmp_path / f"days.{form}" for form in ("csv", "pdf", "png"))
    files = ("--csv", str(file), "--pdf", str(paper), "--png", str(picture))
    status, document = call("adoption", "statistics", *files)
    assert (status, document["mark"]) == (0, "模擬")
    assert document["files"] == {"csv": str(file), "pdf": str(paper), "png": str(picture)}
    assert paper.read_bytes().startswith(b"%PDF")
    assert picture.read_bytes().startswith(b"\x89PNG")
    (month,) = document["months"]
    assert (month["checked"], month["by_card"], month["card_percent"]) == (1, 1, 100)
    (day,) = month["days"]
    header, row = file.read_text("utf-8-sig").splitlines()
    assert header == "mark,day,checked,by_card,had_to_wait"
    assert row == f"模擬,{day['day']},1,1,0"
    assert call("adoption", "statistics", "--csv", str(file))[1]["code"] == "K610"
    assert call("adoption", "statistics", "--month", "2026-01")[1]["months"] == []


@pytest.mark.usefixtures("desk")
def test_a_check_to_be_queued_again_must_be_there(call: Callable[..., Told]) -> None:
    status, document = call("queue", "retry", "nobody")
    assert (status, document["code"]) == (13, "K306")


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("command", [("check", "--visual"), ("check", "--local"), ("sync",)])
def test_reader_and_timers_are_kioskds_own(call: Callable[..., Told], command: list[str]) -> None:
    status, document = call(*command)
    assert (status, document["code"]) == (13, "K301")
    assert str(os.getpid()) in document["detail"]


def test_a_lock_that_a_killed_kioskd_left_hinders_nobody(
    box: Box, call: Callable[..., Told], tmp_path: Path
) -> None:
    with owned(box.world.folder / "state", tmp_path / "nobody.sock"):
        status, document = call("status")
    assert (status, document["queue"]["waiting"]) == (0, 0)


def test_a_mistaken_check_is_put_right_both_ways(
    box: Box, a_visit: Visit, call: Callable[..., Told], request: pytest.FixtureRequest
) -> None:
    for _ in range(2):
        visitor = a_visit("taro", "1234")
        visitor.until("result.valid")
        with closing(visitor.link):
            box.take()
            visitor.until("reception.thanks")
    first, second = (each.check_id for each in box.stored())
    status, document = call("history", "annul", first, "--reason", "twice")
    assert (status, document["outcome"], document["reason"]) == (0, "annulled", "twice")
    request.getfixturevalue("desk")
    day = box.stored()[1].treated_on - timedelta(days=1)
    order = ("history", "correct", second, "--treated-on", day.isoformat(), "--reason", "wrong-day")
    assert call(*order, passcode="000000")[1]["code"] == "K321"
    status, document = call(*order, passcode=PASSCODE)
    assert (status, document["outcome"], document["treated_on"]) == (0, "answered", str(day))
    assert document["corrects"] == second
    status, document = call(*order, passcode=PASSCODE)
    assert (status, document["code"]) == (13, "K336")
    history = call("history", passcode=PASSCODE)[1]["checks"]
    assert [each["outcome"] for each in history] == ["annulled", "corrected", "answered"]
    assert audited_orders(box) == [
        ("ordered", f"uid:{os.getuid()}", "annul"),
        ("check_annulled", f"uid:{os.getuid()}", "twice"),
        ("ordered", "staff/staff-1", "correct"),
        ("check_corrected", "staff/staff-1", "wrong-day"),
        ("ordered", "staff/staff-1", "correct"),
    ]


@pytest.mark.parametrize("beside_kioskd", [True, False])
def test_ticks_are_on_record_at_the_desk_and_on_the_store(
    box: Box,
    call: Callable[..., Told],
    tmp_path: Path,
    request: pytest.FixtureRequest,
    *,
    beside_kioskd: bool,
) -> None:
    if beside_kioskd:
        request.getfixturevalue("desk")
    assert call("adoption", "done", "account")[0] == 0
    assert call("adoption", "undo", "account")[0] == 0
    assert call("adoption", "done", "first_check")[1]["code"] == "K542"
    assert call("adoption", "site", "--kind", "judo", "--attached")[1]["attached"] is True
    assert call("adoption", "promoted", "asking", "--count", "5")[0] == 0
    assert call("adoption")[1]["next"] == "terminal_chosen"
    file = tmp_path / "report.txt"
    status, document = call("adoption", "report", "--output", str(file))
    assert (status, document["mark"]) == (0, "模擬")
    assert file.read_text("utf-8") == document["text"]
    assert document["text"].startswith("模擬。マイナ保険証利用促進")
    assert "マイナ保険証利用の声掛け　5人（1日間）" in document["text"]
    assert box.kiosk is not None
    rows = [row for _, row in box.kiosk.store.control.audit.entries()]
    found = [(row.who, row.what) for row in rows if row.event == "checklist_changed"]
    who = f"uid:{os.getuid()}"
    whats = ("account:done", "account:undo", "site:judo", "asking:5")
    assert found == [(who, what) for what in whats]


def audited_orders(box: Box) -> list[tuple[str, str, str]]:
    assert box.kiosk is not None
    rows = [row for _, row in box.kiosk.store.control.audit.entries()]
    changes = {"ordered", "check_annulled", "check_corrected"}
    found = [row for row in rows if row.event.value in changes]
    assert all(row.record for row in found), "each names its check"
    return [(row.event.value, row.who, row.what) for row in found]


@pytest.mark.usefixtures("desk")
def test_who_asked_for_a_round_is_on_record(
    box: Box, a_visit: Visit, call: Callable[..., Told]
) -> None:
    waits(box, a_visit)
    call("sync", "--once")
    call("purge", "--dry-run")
    call("queue", "retry", box.stored()[0].check_id)
    call("purge")
    assert box.kiosk is not None
    rows = [row for _, row in box.kiosk.store.control.audit.entries()]
    ordered = [(row.what, bool(row.record)) for row in rows if row.event.value == "ordered"]
    assert ordered == [("sync", False), ("retry", True), ("purge", False)]
