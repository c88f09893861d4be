"""The thread that looks at the readers ends, also where the reader service does not let go."""

from __future__ import annotations

from threading import Event

from kiosk.core.looking import Looker
from kiosk.ports.card import Slot


class HangingWatch:
    """A reader service that answers neither a question nor the wish to end one."""

    def __init__(self) -> None:
        self.asked, self.mended = Event(), Event()

    def next_change(self, seconds: float) -> Slot | None:
        del seconds
        self.asked.set()
        self.mended.wait()
        return None

    def close(self) -> None:
        self.mended.wait()


def test_a_reader_service_that_hangs_does_not_keep_kioskd_from_ending() -> None:
    watch = HangingWatch()
    looker = Looker(watch, lambda _: None, lambda _: None, let_go_s=0.05)
    looker.start()
    assert watch.asked.wait(60)
    looker.stop()
    assert looker.is_alive
    watch.mended.set()


def test_one_that_answers_is_let_go() -> None:
    watch = HangingWatch()
    watch.mended.set()
    looker = Looker(watch, lambda _: None, lambda _: None)
    looker.start()
    looker.stop()
    assert not looker.is_alive
