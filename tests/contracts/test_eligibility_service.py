"""The contract of ``kiosk.ports.service.EligibilityService``, kept by the client of our protocol.

The adapter of the real service would run the same suite.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.check import Answer, Refused
from kiosk.domain.codes import Validity
from kiosk.ports.service import EligibilityService, NoNetwork, ServiceTimedOut
from kiosk.service.client import HttpsService
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from tests.support.service import PATIENCE_S, check_of

ASKS_WITHIN_S = 2.0
"""Until nobody waits for the answer; the question is on its way by then, on a busy machine too."""


def ask(service: EligibilityService, world: World, person_id: str) -> Answer | Refused:
    check = check_of(world, person_id)
    body = service.compose(check)
    return service.ask(check.opening.check_id, body, patience_s=PATIENCE_S).verdict


def test_a_valid_eligibility_comes_back_whole(service: HttpsService, world: World) -> None:
    answer = ask(service, world, "taro")
    assert isinstance(answer, Answer)
    assert answer.validity is Validity.VALID
    assert answer.is_simulated
    counts = answer.the_one_that_counts(datetime.now(UTC).date())
    assert counts is not None
    assert (counts.name, counts.insurer_number) == ("山田　太郎", "06139992")


def test_the_body_of_a_check_never_changes(service: HttpsService, world: World) -> None:
    check = check_of(world, "taro")
    assert service.compose(check) == service.compose(check)


def test_the_server_time_comes_with_the_reply(service: HttpsService, world: World) -> None:
    check = check_of(world, "taro")
    reply = service.ask(check.opening.check_id, service.compose(check), patience_s=PATIENCE_S)
    assert reply.server_time is not None
    assert abs(reply.server_time - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_same_question_again_has_the_same_answer_and_is_processed_once(
    service: HttpsService, world: World, simulator: RunningSimulator
) -> None:
    check = check_of(world, "hanako")
    body = service.compose(check)
    replies = [service.ask(check.opening.check_id, body, patience_s=PATIENCE_S) for _ in range(3)]
    assert len({repr(reply.verdict) for reply in replies}) == 1
    assert [line["repeated"] for line in simulator.journal] == [False, True, True]


def test_offline_is_told_at_once_and_online_is_noticed_at_once(
    service: HttpsService, world: World, simulator: RunningSimulator
) -> None:
    ask(service, world, "taro")
    simulator.offline()
    with pytest.raises(NoNetwork):
        ask(service, world, "taro")
    simulator.online()
    assert isinstance(ask(service, world, "taro"), Answer)


def test_an_answer_withheld_is_given_later_and_processed_once(
    service: HttpsService, world: World, simulator: RunningSimulator
) -> None:
    check = check_of(world, "taro")
    body = service.compose(check)
    simulator.hold()
    with pytest.raises(ServiceTimedOut):
        service.ask(check.opening.check_id, body, patience_s=ASKS_WITHIN_S)
    assert [line["repeated"] for line in simulator.journal] == [False]
    simulator.release()
    reply = service.ask(check.opening.check_id, body, patience_s=PATIENCE_S)
    assert isinstance(reply.verdict, Answer)
    assert [line["repeated"] for line in simulator.journal] == [False, True]


def test_asked_without_waiting_it_comes_to_the_same(service: HttpsService, world: World) -> None:
    checks = [check_of(world, person) for person in ("taro", "hanako", "revoked", "taro")]
    begun = [
        service.begin(each.opening.check_id, service.compose(each), patience_s=PATIENCE_S)
        for each in checks
    ]
    for check, reply in zip(checks, begun, strict=True):
        again = service.ask(check.opening.check_id, service.compose(check), patience_s=PATIENCE_S)
        assert reply.result(PATIENCE_S).verdict == again.verdict
    assert isinstance(begun[2].result().verdict, Refused)


def test_what_was_answered_stands_in_the_facilitys_results_once(
    service: HttpsService, world: World
) -> None:
    check = check_of(world, "hanako")
    answer = service.ask(
        check.opening.check_id, service.compose(check), patience_s=PATIENCE_S
    ).verdict
    page = service.results(None, patience_s=PATIENCE_S)
    (found,) = [each for each in page.results if each.check_id == check.opening.check_id]
    assert (found.answer, found.treated_on) == (answer, check.opening.treated_on)
    assert found.terminal == check.opening.facility.terminal
    assert service.results(page.cursor, patience_s=PATIENCE_S).results == ()


def test_the_account_is_this_terminals(service: HttpsService, world: World) -> None:
    account = service.account(patience_s=PATIENCE_S)
    assert account.facility == check_of(world, "taro").opening.facility
    assert not account.is_stopped
    assert account.certificate_expires_at > datetime.now(UTC)
