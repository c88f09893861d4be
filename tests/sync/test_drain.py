"""The drain: one ahead, then a few at a time; it stops when stuck, gives way and keeps pauses."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from kiosk.domain.backoff import Pace
from kiosk.domain.check import Answered, Deferred, EligibilityCheck
from kiosk.domain.lifecycle import State
from kiosk.errors import ServiceError
from kiosk.ports.records import StateInUse
from kiosk.ports.service import NoNetwork, Reply, RequestRejected, TooManyRequests
from kiosk.store.opening import Store
from kiosk.sync.drain import LANES, TOGETHER, Round, Settled, drain
from kiosk.sync.jobs import drain_job
from kiosk.sync.schedule import Again
from kiosk.sync.turns import RightOfWay
from kiosk.usecases.verify import Asking
from tests.support.store import Box, answered


@dataclass
class FarService:
    """The far end, in memory: the socket's other side is what these tests are not about."""

    replies: Callable[[int], Reply | ServiceError]
    asked: list[str] = field(default_factory=list)
    most_at_once: int = 0
    at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    meet: threading.Barrier | None = None
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(8))

    def compose(self, check: EligibilityCheck) -> bytes:
        return check.opening.check_id.encode()

    def ask(self, check_id: str, body: bytes, *, patience_s: float) -> Reply:
        assert body
        assert patience_s
        with self.lock:
            self.asked.append(check_id)
            number = len(self.asked)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.meet is not None and number > 1:
                self.meet.wait(60)
            reply = self.replies(number)
        finally:
            with self.lock:
                self.at_once -= 1
        if isinstance(reply, ServiceError):
            raise reply
        return reply

    def begin(self, check_id: str, body: bytes, *, patience_s: float) -> Future[Reply]:
        return self.pool.submit(self.ask, check_id, body, patience_s=patience_s)

    def server_time(self, *, patience_s: float) -> datetime:
        assert patience_s
        return datetime.now(UTC)

    def close(self) -> None:
        self.pool.shutdown()


FINE = Reply(answered().answer, None)


def queued(box: Box, store: Store, count: int) -> list[str]:
    ids = [store.records.open(box.check()).check_id for _ in range(count)]
    for check_id in ids:
        store.records.settle(check_id, Deferred("K201"), at=box.wall, next_attempt_at=box.wall)
    return ids


def asking_of(box: Box, store: Store, service: FarService) -> Asking:
    return Asking(store.records, service, box.clock(store), 5.0)


def test_one_goes_ahead_then_four_at_once_and_each_once(box: Box) -> None:
    store = box.store()
    ids = queued(box, store, 9)
    service = FarService(lambda _: FINE, meet=threading.Barrier(4))
    finished = drain(asking_of(box, store, service), due_only=False)
    assert finished == Round(9, 9, 0, 0, Answered(answered().answer))
    assert sorted(service.asked) == sorted(ids)
    assert service.asked[0] == ids[0]
    assert service.most_at_once == 4


def test_a_cut_line_meets_one_question(box: Box) -> None:
    store = box.store()
    queued(box, store, 9)
    service = FarService(lambda _: NoNetwork())
    finished = drain(asking_of(box, store, service), due_only=False)
    assert len(service.asked) == 1
    assert finished.line_is_down
    assert finished.remaining == 9


def test_a_line_cut_on_the_way_stops_every_lane(box: Box) -> None:
    store = box.store()
    queued(box, store, 40)
    service = FarService(lambda number: FINE if number < 10 else NoNetwork())
    finished = drain(asking_of(box, store, service), due_only=False)
    assert finished.line_is_down
    assert finished.answered == 9
    assert len(service.asked) <= 13
    assert finished.remaining == 31


def test_what_was_claimed_ahead_and_not_asked_about_waits_as_it_did(box: Box) -> None:
    store = box.store()
    ids = queued(box, store, 40)
    service = FarService(lambda number: FINE if number < 6 else NoNetwork())
    drain(asking_of(box, store, service), due_only=False)
    left = [each for each in store.records.waiting() if each.check_id not in service.asked]
    assert [each.check_id for each in left] == ids[len(service.asked) :]
    assert {(each.state, each.attempts) for each in left} == {(State.QUEUED, 1)}


def test_nothing_is_claimed_ahead_of_a_pause(box: Box) -> None:
    store = box.store()
    queued(box, store, 9)
    ahead: set[str] = set()

    def hold(_seconds: float) -> bool:
        waiting = store.records.waiting()
        sending = {each.check_id for each in waiting if each.state is State.SENDING}
        ahead.update(sending.difference(service.asked))
        return True

    service = FarService(lambda _: Reply(answered().answer, None, pause_s=0.01))
    drain(asking_of(box, store, service), due_only=False, hold=hold)
    assert len(service.asked) == 9
    assert not ahead


def test_a_question_rejected_is_set_aside_and_the_others_go_on(box: Box) -> None:
    store = box.store()
    queued(box, store, 6)
    service = FarService(lambda number: RequestRejected() if number == 3 else FINE)
    finished = drain(asking_of(box, store, service), due_only=False)
    assert (finished.answered, finished.set_aside, finished.remaining) == (5, 1, 1)


def test_a_store_that_fails_ends_every_lane_and_is_told(box: Box) -> None:
    store = box.store()
    queued(box, store, 20)
    service = FarService(lambda _: FINE)

    def fails(_settled: object) -> None:
        raise StateInUse

    with pytest.raises(StateInUse):
        drain(asking_of(box, store, service), due_only=False, on_settled=fails)
    # Those that were to be settled together, and those under way meanwhile.
    assert len(service.asked) <= TOGETHER + 2 * LANES
    assert service.at_once == 0


def test_answers_are_durable_before_they_are_told_and_several_with_one_flush(box: Box) -> None:
    store = box.store()
    queued(box, store, 20)
    service = FarService(lambda _: FINE)
    waiting: list[int] = []

    def told(settled: Settled) -> None:
        assert store.records.get(settled.check.check_id).state is State.ANSWERED
        waiting.append(len(store.records.waiting()))

    assert drain(asking_of(box, store, service), due_only=False, on_settled=told).answered == 20
    assert len(waiting) == 20
    assert len(set(waiting)) < 20


def test_an_answer_is_not_kept_waiting_for_others_that_take_long(box: Box) -> None:
    store = box.store()
    queued(box, store, 6)
    settled = threading.Event()

    def reply(number: int) -> Reply | ServiceError:
        # The last one answers only when another has become durable.
        return FINE if number < 6 or settled.wait(60) else NoNetwork()

    def told(_settled: object) -> None:
        settled.set()

    asking = asking_of(box, store, FarService(reply))
    assert drain(asking, due_only=False, on_settled=told).answered == 6


def test_whoever_holds_can_end_the_round(box: Box) -> None:
    store = box.store()
    queued(box, store, 9)
    service = FarService(lambda _: FINE)
    finished = drain(
        asking_of(box, store, service), due_only=False, hold=lambda _: len(service.asked) < 3
    )
    assert 3 <= len(service.asked) < 9
    assert finished.remaining == 9 - len(service.asked)


def test_a_pause_told_with_an_answer_is_kept_between_questions(box: Box) -> None:
    store = box.store()
    queued(box, store, 4)
    service = FarService(lambda _: Reply(answered().answer, None, pause_s=0.2))
    begins = time.monotonic()
    finished = drain(asking_of(box, store, service), due_only=False)
    assert finished.remaining == 0
    assert time.monotonic() - begins >= 0.6
    assert service.most_at_once == 1


def test_the_service_can_be_told_how_many_more_wait(box: Box) -> None:
    store = box.store()
    queued(box, store, 5)
    told: list[int] = []

    def reply(number: int) -> Reply | ServiceError:
        told.append(asking.pace.waiting)
        return RequestRejected() if number == 2 else FINE

    asking = asking_of(box, store, FarService(reply))
    drain(asking, due_only=False, lanes=1)
    # What is set aside waits, for staff.
    assert told == [4, 3, 3, 2, 1]
    assert asking.pace.waiting == 1


def test_after_a_wish_for_patience_the_job_waits_and_then_asks_for_everything(box: Box) -> None:
    store = box.store()
    queued(box, store, 3)
    service = FarService(lambda number: TooManyRequests(retry_after_s=2.0) if number == 1 else FINE)
    asking = replace(asking_of(box, store, service), pace=Pace(lambda: 0.0))
    job = drain_job(asking)
    first = job.run()
    assert isinstance(first, Again)
    assert first.code == "K209"
    assert 0 < first.seconds <= 2.0
    early = job.run()
    assert isinstance(early, float)
    assert 0 < early <= 2.0
    assert len(service.asked) == 1
    threading.Event().wait(early)
    job.run()
    assert store.records.backlog() == 0


def test_the_queue_gives_way_while_a_visitor_is_asked_about() -> None:
    way = RightOfWay()
    passed = threading.Event()

    def queue() -> None:
        way.give(100)
        passed.set()

    with way.live():
        thread = threading.Thread(target=queue)
        thread.start()
        assert not passed.wait(0.1)
    assert passed.wait(60)
    thread.join()


def test_a_visitor_never_blocks_the_queue_for_good() -> None:
    way = RightOfWay()
    passed = threading.Event()

    def queue() -> None:
        way.give(0.05)
        passed.set()

    with way.live():
        thread = threading.Thread(target=queue)
        thread.start()
        assert passed.wait(60)
    thread.join()
