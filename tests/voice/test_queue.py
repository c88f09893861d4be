"""Whose turn it is: rules first, then a clinic of random utterances."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kiosk.ports.voice import Spoken, Urgency
from kiosk.voice.queue import LIMIT, Entry, SpeechQueue

NORMAL, NEXT, NOW = Urgency.NORMAL, Urgency.NEXT, Urgency.NOW


def entry(number: int, urgency: Urgency = NORMAL) -> Entry:
    return Entry(number, Spoken(f"{number}", urgency))


def filled(*urgencies: Urgency) -> SpeechQueue:
    queue = SpeechQueue()
    for number, urgency in enumerate(urgencies, 1):
        queue, _ = queue.add(entry(number, urgency))
    return queue


def waiting(queue: SpeechQueue) -> list[int]:
    return [each.number for each in queue.waiting]


def test_normal_waits_its_turn() -> None:
    assert waiting(filled(NORMAL, NORMAL, NORMAL)) == [1, 2, 3]


def test_next_goes_before_normal_and_after_earlier_next() -> None:
    assert waiting(filled(NORMAL, NEXT, NORMAL, NEXT)) == [2, 4, 1, 3]


def test_next_lets_what_plays_finish() -> None:
    queue, dropped = filled(NORMAL).take().add(entry(2, NEXT))
    assert queue.playing == entry(1)
    assert not dropped


def test_now_drops_what_plays_and_what_waits() -> None:
    queue, dropped = filled(NORMAL, NEXT, NORMAL).take().add(entry(4, NOW))
    assert queue == SpeechQueue(None, (entry(4, NOW),))
    assert [each.number for each in dropped] == [2, 1, 3]


def test_next_does_not_overtake_now() -> None:
    assert waiting(filled(NOW, NEXT, NORMAL)) == [1, 2, 3]


def test_a_pause_keeps_what_plays_as_the_first_and_gives_nobody_a_turn() -> None:
    paused = filled(NORMAL, NORMAL).take().pause(2)
    assert paused.playing is None
    assert paused.waiting == (replace(entry(1), start=2), entry(2))
    assert paused.take() is paused
    assert not paused.has_turn
    later, _ = paused.add(entry(3))
    assert later.take().playing is None
    assert later.resume().take().playing == replace(entry(1), start=2)


def test_hush_and_now_end_a_pause() -> None:
    paused = filled(NORMAL).take().pause(0)
    assert not paused.hush()[0].is_paused
    queue, dropped = paused.add(entry(2, NOW))
    assert queue.take().playing == entry(2, NOW)
    assert [each.number for each in dropped] == [1]


def test_hush_drops_everything_and_silence_nothing() -> None:
    queue, dropped = filled(NORMAL, NORMAL).take().hush()
    assert queue == SpeechQueue()
    assert [each.number for each in dropped] == [1, 2]
    assert SpeechQueue().hush() == (SpeechQueue(), ())


def test_the_end_of_what_was_cut_off_does_not_end_what_plays_now() -> None:
    queue, _ = filled(NORMAL).take().add(entry(2, NOW))
    assert queue.take().finish(1) == SpeechQueue(entry(2, NOW))
    assert queue.take().finish(2) == SpeechQueue()


def test_a_flood_drops_what_has_waited_longest() -> None:
    queue = filled(*[NORMAL] * LIMIT)
    queue, dropped = queue.add(entry(LIMIT + 1, NEXT))
    assert dropped == (entry(1),)
    assert waiting(queue) == [LIMIT + 1, *range(2, LIMIT + 1)]


@given(st.lists(st.sampled_from([NORMAL, NEXT]), max_size=LIMIT))
def test_within_an_urgency_nobody_overtakes(urgencies: list[Urgency]) -> None:
    queue = filled(*urgencies)
    for urgency in (NORMAL, NEXT):
        numbers = [each.number for each in queue.waiting if each.spoken.urgency is urgency]
        assert all(a < b for a, b in pairwise(numbers))


class AClinic(RuleBasedStateMachine):
    """Every utterance is said to its end or dropped, once, and never more than one plays."""

    def __init__(self) -> None:
        super().__init__()
        self.queue = SpeechQueue()
        self.given = 0
        self.ended: list[int] = []

    @rule(urgency=st.sampled_from(Urgency))
    def add(self, urgency: Urgency) -> None:
        self.given += 1
        played = self.queue.playing
        self.queue, dropped = self.queue.add(entry(self.given, urgency))
        self.ended += [each.number for each in dropped]
        assert (played in dropped) == (urgency is NOW and played is not None)

    @rule()
    def take(self) -> None:
        before = self.queue
        self.queue = before.take()
        if before.playing or not before.waiting:
            assert self.queue == before
        else:
            assert self.queue.playing == before.waiting[0]

    @precondition(lambda self: self.queue.playing is not None)
    @rule()
    def finish(self) -> None:
        assert self.queue.playing is not None
        self.ended.append(self.queue.playing.number)
        self.queue = self.queue.finish(self.queue.playing.number)

    @rule()
    def hush(self) -> None:
        self.queue, dropped = self.queue.hush()
        self.ended += [each.number for each in dropped]

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        playing = [self.queue.playing.number] if self.queue.playing else []
        assert sorted([*self.ended, *playing, *waiting(self.queue)]) == [*range(1, self.given + 1)]
        assert len(self.queue.waiting) <= LIMIT


TestAClinic = AClinic.TestCase
