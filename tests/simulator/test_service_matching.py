"""Who is found without a card, and what changes with the day and with the visit."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.service.message import compose
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from tests.support.cli import kiosk_simulator
from tests.support.service import asked, check_of, opening, send_raw


def port_of(simulator: RunningSimulator) -> int:
    return int(simulator.url.rpartition(":")[2])


def by_numbers(world: World, simulator: RunningSimulator, **presentation: str) -> dict[str, Any]:
    check = check_of(world, "taro", is_visual=True, at=opening(treated_at=datetime.now(UTC)))
    document = json.loads(compose(check)) | {"presentation": presentation}
    headers = {"Idempotency-Key": check.opening.check_id}
    body = json.dumps(document).encode()
    raw = send_raw(world, port_of(simulator), "POST", "/v1/checks", body=body, headers=headers)
    assert raw.status == 200, raw.document
    message: dict[str, Any] = raw.document["XmlMsg"]
    return message


TARO = {
    "kind": "insured_numbers",
    "insurer_number": "06139992",
    "symbol": "1234",
    "number": "5678",
    "branch_number": "00",
    "birth_date": "1980-04-12",
}
TARO_BY_FACE = {
    "kind": "four_items",
    "name": "山田 太郎",
    "birth_date": "1980-04-12",
    "sex": "1",
}


@pytest.mark.parametrize(
    ("presentation", "validity", "found"),
    [
        (TARO, "1", 1),
        (TARO | {"branch_number": ""}, "1", 1),
        (TARO | {"symbol": "１２３４", "branch_number": "0"}, "1", 1),
        (TARO | {"number": "9999"}, "4", 0),
        (TARO | {"birth_date": "1980-04-13"}, "4", 0),
        (TARO_BY_FACE, "1", 1),
        (TARO_BY_FACE | {"name": "", "name_kana": "やまだたろう"}, "1", 1),
        (TARO_BY_FACE | {"sex": "2"}, "4", 0),
    ],
)
def test_a_person_is_found_by_numbers_or_by_the_face_of_the_card(
    first_world: World,
    standing: RunningSimulator,
    presentation: dict[str, str],
    validity: str,
    found: int,
) -> None:
    message = by_numbers(first_world, standing, **presentation)
    assert message["MessageHeader"]["ReferenceClassification"] == "2"
    body = message["MessageBody"]
    assert body["QualificationValidity"] == validity
    assert len(body["ResultList"]["ResultOfQualificationConfirmation"]) == found


TWINS = {
    "kind": "insured_numbers",
    "insurer_number": "01139997",
    "symbol": "２１３００１",
    "number": "55",
    "birth_date": "2021-05-05",
}


def test_of_twins_without_a_branch_number_neither_is_told(
    first_world: World, standing: RunningSimulator
) -> None:
    body = by_numbers(first_world, standing, **TWINS)["MessageBody"]
    assert body["QualificationValidity"] == "5"
    assert body["ResultList"]["ResultOfQualificationConfirmation"] == []
    body = by_numbers(first_world, standing, **TWINS, branch_number="03")["MessageBody"]
    (told,) = body["ResultList"]["ResultOfQualificationConfirmation"]
    assert told["Name"] == "大野　凪"


NAMESAKES = {
    "kind": "four_items",
    "name_kana": "こばやしきよし",
    "birth_date": "1968-01-15",
    "sex": "1",
}


def test_of_namesakes_without_an_address_neither_is_told(
    first_world: World, standing: RunningSimulator
) -> None:
    body = by_numbers(first_world, standing, **NAMESAKES)["MessageBody"]
    assert body["QualificationValidity"] == "5"
    assert body["ResultList"]["ResultOfQualificationConfirmation"] == []
    body = by_numbers(first_world, standing, **NAMESAKES, address="見本県見本市南町")["MessageBody"]
    (told,) = body["ResultList"]["ResultOfQualificationConfirmation"]
    assert told["InsuredIdentificationNumber"] == "７２５"


@pytest.mark.parametrize(
    "presentation",
    [
        TARO | {"number": "661", "birth_date": "1988-03-03"},
        TARO_BY_FACE | {"name": "伊藤 実", "birth_date": "1988-03-03"},
        TARO_BY_FACE
        | {"name": "", "name_kana": "ムラカミマリ", "birth_date": "1991-08-20", "sex": "2"},
    ],
)
def test_of_one_person_with_two_eligibilities_both_are_told(
    first_world: World, standing: RunningSimulator, presentation: dict[str, str]
) -> None:
    body = by_numbers(first_world, standing, **presentation)["MessageBody"]
    assert body["QualificationValidity"] == "5"
    told = body["ResultList"]["ResultOfQualificationConfirmation"]
    assert len({each["InsurerNumber"] for each in told}) == 2


def test_numbers_of_an_insurance_left_behind_name_the_new_one(
    first_world: World, standing: RunningSimulator
) -> None:
    old = {"insurer_number": "06139992", "symbol": "1234", "number": "751"}
    asked_for = TARO | old | {"birth_date": "1951-11-10"}
    body = by_numbers(first_world, standing, **asked_for)["MessageBody"]
    assert body["QualificationValidity"] == "3"
    told = body["ResultList"]["ResultOfQualificationConfirmation"]
    assert [each["InsurerNumber"] for each in told] == ["06139992", "39139993"]


@pytest.mark.parametrize(
    ("treated_at", "insurer"),
    [
        (datetime(2026, 11, 9, 14, 59, tzinfo=UTC), "06139992"),
        (datetime(2026, 11, 9, 15, 0, tzinfo=UTC), "39139993"),
    ],
)
def test_at_75_the_insurance_changes_with_the_day_in_japan(
    first_world: World, standing: RunningSimulator, treated_at: datetime, insurer: str
) -> None:
    check = check_of(first_world, "newly-75", at=opening(treated_at=treated_at))
    body = asked(first_world, standing, check)["XmlMsg"]["MessageBody"]
    (told,) = body["ResultList"]["ResultOfQualificationConfirmation"]
    assert told["InsurerNumber"] == insurer


def test_what_changed_between_two_visits_is_told_as_changed(
    world: World, simulator: RunningSimulator
) -> None:
    told = [asked(world, simulator, check_of(world, "moved")) for _ in range(3)]
    assert [each["facility"]["differs"] for each in told] == [False, True, False]


def test_a_card_reported_lost_is_refused_from_then_on(
    world: World, simulator: RunningSimulator
) -> None:
    assert (
        "ResultList" in asked(world, simulator, check_of(world, "hanako"))["XmlMsg"]["MessageBody"]
    )
    assert kiosk_simulator("lost", "nobody", "--dir", world.folder).returncode == 2
    assert kiosk_simulator("lost", "hanako", "--dir", world.folder).returncode == 0
    body = asked(world, simulator, check_of(world, "hanako"))["XmlMsg"]["MessageBody"]
    assert body["ProcessingResultCode"] == "MDG231"
