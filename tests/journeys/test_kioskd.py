"""Journeys A and B through kioskd: real processes, pcscd, TLS and files, and what kills them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from kiosk.desk.messages import Claim, CoreUnreachable, Failed, Hello, Pressed
from tests.journeys.conftest import ANSWERED, KIOSK, PATIENCE_S, QUEUED, Ward, wait_until
from tests.support.visitor import Visitor

pytestmark = pytest.mark.pcsc


def identified(ward: Ward, person: str = "taro", pin: str = "1234") -> Visitor:
    """Card first, then the PIN."""
    visitor = ward.visitor()
    ward.lay(person)
    visitor.until("<ask_pin>")
    visitor.type_pin(pin)
    return visitor


def test_journey_a(ward: Ward) -> None:
    visitor = ward.visitor()
    visitor.press()
    assert visitor.until("<ask_pin>") == ["reception.welcome", "reception.purpose", "<ask_pin>"]
    visitor.type_pin("9999")
    visitor.until("reception.lay_card")
    assert ward.states() == []
    ward.lay("taro")
    assert visitor.until("<ask_pin>") == ["reception.reading", "reception.wrong_pin", "<ask_pin>"]
    assert "あと2回です。" in visitor.words("reception.wrong_pin")
    assert ward.states() == []
    visitor.type_pin("1234")
    assert visitor.until("result.valid") == [
        "reception.reading",
        "reception.asking",
        "reception.confirmed",
        "result.valid",
    ]
    assert ward.states() == [ANSWERED]
    assert visitor.until("reception.card_left") == ["reception.card_left"]
    ward.take()
    assert visitor.until("reception.thanks") == ["<forget>", "reception.thanks"]
    assert ward.asked() == 1
    log = ward.switch_off()
    assert "1234" not in re.sub(r"T[0-9:.]+Z", "", log), "a fraction of a second is no PIN"
    assert "山田" not in log


def test_journey_b(ward: Ward) -> None:
    ward.clinic.simulator("offline")
    visitor = identified(ward)
    assert visitor.until("outage.received")[-2:] == ["outage.line_down", "outage.received"]
    assert ward.states() == [QUEUED]
    ward.cut_the_power()
    ward.take()

    ward.switch_on()
    visitor = ward.visitor()
    visitor.until("outage.restarted")
    assert visitor.words("outage.restarted") == "再起動しました。確認待ち、1件。"
    ward.clinic.simulator("online")
    visitor.until("outage.line_back")
    assert visitor.words("outage.line_back") == "回線が戻りました。1件、確認しました。残り0件。"
    assert not any(each.is_private for each in visitor.happened)
    assert ward.states() == [ANSWERED]
    assert ward.asked() == 1
    ward.switch_off()


def test_kioskd_killed_at_every_step_loses_and_doubles_nothing(ward: Ward) -> None:
    ward.clinic.simulator("hold")
    for last_heard in ("<ask_pin>", "reception.reading", "reception.asking"):
        visitor = ward.visitor()
        ward.lay("taro")
        visitor.until("<ask_pin>")
        if last_heard != "<ask_pin>":
            visitor.type_pin("1234")
            visitor.until(last_heard)
        ward.cut_the_power()
        ward.take()
        with pytest.raises(CoreUnreachable):
            gone(visitor)
        ward.switch_on()
    ward.clinic.simulator("release")
    # Killed while reading it may have been stored already; killed while asking it surely was.
    wait_until(lambda: set(ward.states()) == {ANSWERED})
    kept = ward.states()
    assert 1 <= len(kept) <= 2
    assert ward.asked() == len(kept)
    ward.switch_off()


def gone(visitor: Visitor) -> None:
    while True:
        assert visitor.link.receive(PATIENCE_S) is not None


_FRONT = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from kiosk.desk.client import SocketLink
from tests.support.visitor import Visitor
visitor = Visitor(SocketLink(Path({socket!r})))
for step in {steps!r}:
    if step.isdigit():
        visitor.type_pin(step)
    else:
        visitor.until(step)
print("there", flush=True)
sys.stdin.read()
"""


@contextmanager
def front_process(ward: Ward, *steps: str) -> Iterator[subprocess.Popen[str]]:
    """A front in a process of its own that goes through steps of a visit, then stands."""
    root = str(Path(__file__).parents[2])
    script = _FRONT.format(root=root, socket=str(ward.socket), steps=steps)
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        yield process
        process.kill()


@pytest.mark.parametrize(
    ("steps", "found", "kept"),
    [
        ((), [], 0),
        (("<ask_pin>",), ["reception.card_first", "<ask_pin>"], 0),
        (("<ask_pin>", "1234", "reception.asking"), ["reception.asking"], 1),
        (
            ("<ask_pin>", "1234", "reception.asking", "<release>", "result.valid"),
            ["<forget>", "reception.card_left"],
            1,
        ),
    ],
)
def test_a_front_killed_at_every_step_finds_its_visit_again(
    ward: Ward, steps: tuple[str, ...], found: list[str], kept: int
) -> None:
    is_held = "result.valid" not in steps
    if is_held:
        ward.clinic.simulator("hold")
    ward.visitor().link.close()
    if steps:
        ward.lay("taro")
    with front_process(ward, *(step for step in steps if step != "<release>")) as front:
        front.kill()
    visitor = ward.visitor()
    if found:
        seen = visitor.until(found[-1])
        assert [each for each in seen if each in found] == found
    if is_held:
        ward.clinic.simulator("release")
    if kept and is_held:
        visitor.until("result.valid")
    wait_until(lambda: ward.states() == [ANSWERED] * kept)
    assert ward.asked() == kept
    ward.take()
    ward.switch_off()


def test_two_fronts_at_once(ward: Ward) -> None:
    first = ward.visitor()
    second = ward.visitor(claims=False)
    assert second.ask(Claim) == Failed(1, "K312")
    second.type_pin("9999")
    first.press()
    first.until("<ask_pin>")
    first.link.close()
    wait_until(lambda: not isinstance(second.ask(Claim), Failed))
    assert second.until("<ask_pin>") == ["reception.welcome", "<ask_pin>"]
    ward.switch_off()


def test_a_second_kioskd_is_told_who_has_the_folder(ward: Ward) -> None:
    assert ward.kioskd is not None
    called = ward.clinic.run("serve")
    assert called.status == 13
    assert called.err.startswith("K301")
    assert str(ward.kioskd.pid) in called.err
    ward.visitor().press()


@pytest.mark.parametrize("count", [20, pytest.param(100, marks=pytest.mark.soak)])
@pytest.mark.timeout(600)
def test_restarts_in_a_row_each_clean(ward: Ward, count: int) -> None:
    # A killed one first: its socket and its lock are found and taken over.
    ward.cut_the_power()
    for _ in range(count):
        ward.switch_on()
        link = ward.link()
        link.send(Hello(1, "screen"))
        assert link.receive(PATIENCE_S) is not None
        link.close()
        assert "Traceback" not in ward.switch_off()
    assert not ward.socket.exists()


def test_a_hostile_peer_beside_a_visit(ward: Ward) -> None:
    visitor = ward.visitor()
    stop = threading.Event()

    def annoy() -> None:
        while not stop.is_set():
            link = ward.link()
            try:
                for _ in range(2000):
                    link.send(Pressed("x" * 1000))
            except CoreUnreachable:
                link.close()

    nuisance = threading.Thread(target=annoy)
    nuisance.start()
    ward.lay("taro")
    visitor.until("<ask_pin>")
    visitor.type_pin("1234")
    visitor.until("result.valid")
    stop.set()
    nuisance.join(PATIENCE_S)
    ward.take()
    visitor.until("reception.thanks")
    assert ward.states() == [ANSWERED]


def test_the_line_front_as_a_script(ward: Ward) -> None:
    visitor = ward.visitor()
    ward.lay("taro")
    visitor.until("<ask_pin>")
    visitor.link.close()
    environment: dict[str, Any] = ward.clinic.environment() | {"TERM": "dumb"}
    environment.pop("LANG", None)
    command = [KIOSK, "--config", str(ward.clinic.config), "run"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as front:
        out, _ = front.communicate("1234\n", timeout=PATIENCE_S)
    assert front.returncode == 0
    assert "模擬。カードを読みました。" in out
    assert "確認できました。" in out
    assert "資格、有効。" in out
    assert "\x1b" not in out
    assert "1234" not in out
    assert ward.states() == [ANSWERED]
    assert os.path.exists(ward.socket)  # noqa: PTH110 - a socket, not a file to open
    ward.switch_off()


def test_a_log_that_nobody_reads_holds_up_no_visit(ward: Ward) -> None:
    ward.switch_off()
    nobody, end = os.pipe()
    os.set_blocking(end, False)
    with suppress(BlockingIOError):
        while True:
            os.write(end, b"x" * 4096)
    os.set_blocking(end, True)
    with os.fdopen(end, "w") as log:
        kioskd = ward.clinic.start("serve", log=log)
    assert kioskd.stdout is not None
    assert kioskd.stdout.readline()
    visitor = identified(ward)
    visitor.until("result.valid")
    assert ward.states() == [ANSWERED]
    kioskd.terminate()
    assert kioskd.wait(PATIENCE_S) == 0
    os.close(nobody)
