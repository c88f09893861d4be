"""The courier: order kept, a broken line told once, another one made."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from kiosk.desk.link import Link
from kiosk.desk.messages import BadMessage, Claim, CoreUnreachable, Hello, Message, Reply
from kiosk.tui import courier as module
from kiosk.tui.courier import Broken, Connected, Courier, Heard, Lost, News
from tests.support.screen_script import ScriptedCore, ScriptedLink

PATIENCE_S = 30.0


@contextmanager
def listening(
    link: Link, reconnect: Callable[[], Link] | None = None
) -> Iterator[tuple[Courier, queue.Queue[News]]]:
    news: queue.Queue[News] = queue.Queue()
    courier = Courier(link, reconnect, news.put)
    courier.start()
    try:
        yield courier, news
    finally:
        courier.stop()


def test_messages_go_both_ways_in_order() -> None:
    with listening(ScriptedLink(ScriptedCore())) as (courier, news):
        assert news.get(timeout=PATIENCE_S) == Connected()
        courier.send(Claim(1))
        courier.send(Claim(2))
        assert news.get(timeout=PATIENCE_S) == Heard(Reply(1))
        assert news.get(timeout=PATIENCE_S) == Heard(Reply(2))


def test_a_broken_line_is_told_and_replaced_however_often_it_takes() -> None:
    second = ScriptedLink(ScriptedCore())
    outcomes: list[Link | None] = [None, second]

    def reconnect() -> Link:
        found = outcomes.pop(0)
        if found is None:
            raise CoreUnreachable
        return found

    first = ScriptedLink(ScriptedCore())
    with listening(first, reconnect) as (courier, news):
        news.get(timeout=PATIENCE_S)
        first.close()
        assert news.get(timeout=PATIENCE_S) == Lost()
        assert news.get(timeout=PATIENCE_S) == Connected()
        courier.send(Hello(1, "screen"))
        assert isinstance(second.core.heard[0], Hello)


def test_sending_into_a_broken_line_is_no_error() -> None:
    link = ScriptedLink(ScriptedCore())
    with listening(link) as (courier, news):
        news.get(timeout=PATIENCE_S)
        link.close()
        assert news.get(timeout=PATIENCE_S) == Lost()
        courier.send(Claim(1))


class _Odd(ScriptedLink):
    """A link whose core says something odd."""

    error: type[Exception] = BadMessage

    def receive(self, timeout_s: float | None = None) -> Message | None:
        raise self.error(timeout_s)


def test_a_core_that_talks_nonsense_is_left() -> None:
    with listening(_Odd(ScriptedCore())) as (_, news):
        assert news.get(timeout=PATIENCE_S) == Connected()
        assert news.get(timeout=PATIENCE_S) == Lost()


def test_a_fault_of_our_own_reaches_the_app() -> None:
    link = _Odd(ScriptedCore())
    link.error = ZeroDivisionError
    with listening(link) as (_, news):
        news.get(timeout=PATIENCE_S)
        broken = news.get(timeout=PATIENCE_S)
        assert isinstance(broken, Broken)
        assert isinstance(broken.error, ZeroDivisionError)


@pytest.mark.parametrize("is_broken", [True, False])
def test_stopping_is_quick_in_any_state(*, is_broken: bool) -> None:
    def never() -> Link:
        raise CoreUnreachable

    def stopping_s() -> float:
        link = ScriptedLink(ScriptedCore())
        with listening(link, never) as (courier, news):
            news.get(timeout=PATIENCE_S)
            if is_broken:
                link.close()
                assert news.get(timeout=PATIENCE_S) == Lost()
            began = time.monotonic()
            courier.stop()
            return time.monotonic() - began

    # One that is not woken takes as long every time, a machine that is held up does not.
    assert min(stopping_s() for _ in range(3)) < module.RECONNECT_S / 2
