"""The wire form: what is composed, what is understood, what is kept, what is malformed."""

from __future__ import annotations

import base64
import json
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from kiosk.domain.check import NOTHING_EARLIER, Answer, Earlier, Refused
from kiosk.ports.service import MalformedAnswer
from kiosk.service import wire
from kiosk.service.message import Abnormal, StillWorking, compose, earlier, parse, problem
from kiosk.service.results import PROBLEM_BASE
from kiosk.simulator.world import World
from tests.support.service import card_of, check_of, opening

CHECK_ID = "5b0f8c9e-0000-4000-8000-000000000001"


def document(**changes: object) -> dict[str, Any]:
    """A valid answer about one person; ``changes`` take the place of parts of the body."""
    element = {
        "InsurerNumber": "06139992",
        "InsuredCardSymbol": "",
        "Name": "●田　花",
        "Birthdate": "19800412",
        "ElderlyRecipientCertificateInfo": {"ElderlyRecipientContributionRatio": "020"},
    }
    body = {
        "ProcessingResultStatus": "1",
        "QualificationValidity": "1",
        "ResultList": {"ResultOfQualificationConfirmation": [element]},
        **changes,
    }
    header = {
        "ArbitraryFileIdentifier": CHECK_ID,
        "SegmentOfResult": "1",
        "QualificationConfirmationDate": "20261121",
    }
    return {
        "simulated": True,
        "mark": "模擬",
        "XmlMsg": {"MessageHeader": header, "MessageBody": body},
    }


def read(tree: dict[str, Any]) -> Answer:
    found = parse(wire.dump(tree), check_id=CHECK_ID)
    assert isinstance(found, Answer)
    return found


def element_of(tree: dict[str, Any]) -> dict[str, Any]:
    body = tree["XmlMsg"]["MessageBody"]
    found: dict[str, Any] = body["ResultList"]["ResultOfQualificationConfirmation"][0]
    return found


def test_the_question_names_everything_that_is_signed(world: World) -> None:
    check = check_of(world, "taro", at=opening(check_id=CHECK_ID))
    body = json.loads(compose(check))
    presentation = body.pop("presentation")
    assert body == {
        "version": "madoguchi-1",
        "check_id": CHECK_ID,
        "facility_code": "9910000001",
        "terminal_id": "W0000001",
        "treated_at": check.opening.treated_at.isoformat(),
        "treated_on": "2026-11-15",
        "nonce": check.opening.nonce.hex(),
        "clock_trusted": True,
    }
    assert presentation["kind"] == "certificate"
    assert base64.b64decode(presentation["certificate"]) == card_of(check).certificate


def test_a_question_by_sight_carries_the_stand_in_and_no_signature(world: World) -> None:
    body = json.loads(compose(check_of(world, "taro", is_visual=True)))
    assert body["presentation"]["kind"] == "visual"
    assert body["presentation"]["stand_in"] == "FICTITIOUS-SIGHT-STAND-IN"
    assert "signature" not in body["presentation"]


def test_absent_and_empty_elements_are_told_apart() -> None:
    (eligibility,) = read(document()).eligibilities
    assert eligibility.symbol == ""
    assert eligibility.number is None
    assert eligibility.birth_date == date(1980, 4, 12)
    assert eligibility.elderly_ratio == "020"
    assert eligibility.name == "●田　花"


def test_unknown_elements_are_kept_under_their_names() -> None:
    tree = document()
    element_of(tree)["LimitApplicationCertificateRelatedConsFlg"] = "1"
    element_of(tree)["Branch"] = {"Leaf": ["a", 1, None]}
    element_of(tree)["ElderlyRecipientCertificateInfo"]["New"] = "x"
    (eligibility,) = read(tree).eligibilities
    assert dict(eligibility.unknown) == {
        "LimitApplicationCertificateRelatedConsFlg": "1",
        "Branch": '{"Leaf": ["a", 1, null]}',
        "ElderlyRecipientCertificateInfo.New": "x",
    }


def test_unknown_codes_are_kept() -> None:
    tree = document(QualificationValidity="8", ProcessingResultCode="N1")
    element_of(tree)["InsuredCardClassification"] = "Z9"
    answer = read(tree)
    assert (answer.validity_code, answer.validity, answer.warning_code) == ("8", None, "N1")
    assert answer.eligibilities[0].card_classification == "Z9"


def test_a_refusal_with_an_unknown_code_is_a_refusal() -> None:
    found = parse(
        wire.dump(document(ProcessingResultStatus="2", ProcessingResultCode="?")),
        check_id=CHECK_ID,
    )
    assert found == Refused("K239", is_simulated=True)


@pytest.mark.parametrize(
    ("marks", "is_simulated"),
    [
        ({"simulated": True}, True),
        ({"mark": "模擬"}, True),
        ({}, False),
        ({"simulated": False}, False),
    ],
)
def test_either_mark_makes_an_answer_simulated(marks: dict[str, Any], is_simulated: bool) -> None:  # noqa: FBT001 - a parametrized value
    tree = {"XmlMsg": document()["XmlMsg"], **marks}
    assert read(tree).is_simulated is is_simulated


def test_segments_other_than_normal() -> None:
    tree = document()
    header = tree["XmlMsg"]["MessageHeader"]
    header["SegmentOfResult"] = "2"
    assert parse(wire.dump(tree), check_id=CHECK_ID) == StillWorking()
    header |= {"SegmentOfResult": "9", "ErrorCode": "E" * 99}
    assert parse(wire.dump(tree), check_id=CHECK_ID) == Abnormal("E" * 32)


@pytest.mark.parametrize(
    "place",
    [
        ("simulated", "yes"),
        ("XmlMsg", None),
        ("XmlMsg.MessageHeader", []),
        ("XmlMsg.MessageHeader.ArbitraryFileIdentifier", "other"),
        ("XmlMsg.MessageHeader.SegmentOfResult", 1),
        ("XmlMsg.MessageHeader.SegmentOfResult", "5"),
        ("XmlMsg.MessageHeader.QualificationConfirmationDate", "20261131"),
        ("XmlMsg.MessageBody.ProcessingResultStatus", "3"),
        ("XmlMsg.MessageBody.QualificationValidity", ""),
        ("XmlMsg.MessageBody.QualificationValidity", 1),
        ("XmlMsg.MessageBody.ResultList", "x"),
        ("XmlMsg.MessageBody.ResultList.ResultOfQualificationConfirmation", {}),
        ("XmlMsg.MessageBody.ResultList.ResultOfQualificationConfirmation", ["x"]),
    ],
)
def test_what_is_not_a_tree_of_the_protocol_is_malformed(place: tuple[str, Any]) -> None:
    tree = document()
    *path, last = place[0].split(".")
    branch = tree
    for name in path:
        branch = branch[name]
    branch[last] = place[1]
    with pytest.raises(MalformedAnswer):
        parse(wire.dump(tree), check_id=CHECK_ID)


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("Name", 7),
        ("Name", None),
        ("Birthdate", "1980-04-12"),
        ("Birthdate", "１９８００４１２"),
        ("ElderlyRecipientCertificateInfo", []),
    ],
)
def test_an_element_of_the_wrong_kind_is_malformed(tag: str, value: object) -> None:
    tree = document()
    element_of(tree)[tag] = value
    with pytest.raises(MalformedAnswer):
        parse(wire.dump(tree), check_id=CHECK_ID)


def test_an_error_does_not_quote_the_answer() -> None:
    tree = deepcopy(document())
    element_of(tree)["Birthdate"] = "TAGGED"
    with pytest.raises(MalformedAnswer) as caught:
        parse(wire.dump(tree), check_id=CHECK_ID)
    assert "TAGGED" not in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"{" + b" " * wire.MAX_BYTES + b"}", "too large"),
        (b"[" * 900_000, "too deep"),
        (b'{"a":' * 17 + b"1" + b"}" * 17, "too deep"),
        (b'"' + b'\\"' * 500_000, "not JSON"),
        (b"\xff", "not UTF-8"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b"[]", "not an object"),
        (b'{"a":1,"a":2}', "a name stands twice"),
        (b'{"a":NaN}', "not JSON"),
        (b'{"a":' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"a":"\\ud800"}', "a character XML does not have"),
        (b'{"a":{"\\u0000":1}}', "a character XML does not have"),
        (b'{"a":["\\u001b[31m"]}', "a character XML does not have"),
    ],
    ids=lambda value: value if isinstance(value, str) else "raw",
)
def test_bytes_that_are_not_of_the_wire(raw: bytes, why: str) -> None:
    with pytest.raises(wire.OffTheWire, match=why):
        wire.load(raw)


def test_brackets_in_text_do_not_count_as_depth() -> None:
    assert wire.load(b'{"a":"' + b"[" * 99 + b'\\""}') == {"a": "[" * 99 + '"'}


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (wire.dump({"type": PROBLEM_BASE + "maintenance"}), "maintenance"),
        (wire.dump({"type": "about:blank"}), ""),
        (wire.dump({"type": 4}), ""),
        (wire.dump({"type": PROBLEM_BASE + "<script>"}), ""),
        (b"<html>", ""),
    ],
)
def test_the_name_of_a_problem(raw: bytes, name: str) -> None:
    assert problem(raw) == name


@pytest.mark.parametrize(
    ("facility", "told"),
    [
        ({"earlier_today": 2}, Earlier(2)),
        ({"earlier_today": -1, "differs": 1}, NOTHING_EARLIER),
        ({"earlier_today": True, "last_on": 20261120}, NOTHING_EARLIER),
        ({"earlier_today": "2", "last_on": "yesterday"}, NOTHING_EARLIER),
        ({"earlier_today": 0, "differs": False, "last_on": None}, NOTHING_EARLIER),
        (
            {"earlier_today": 0, "differs": True, "last_on": "2026-11-20"},
            Earlier(0, date(2026, 11, 20), differs=True),
        ),
        ({}, NOTHING_EARLIER), (None, NOTHING_EARLIER), ([], NOTHING_EARLIER),
    ],
)  # fmt: skip
def test_what_the_facility_had_before_is_taken_as_far_as_it_is_understood(
    facility: object, told: Earlier
) -> None:
    assert earlier({"facility": facility}) == told
    assert earlier({}) == NOTHING_EARLIER
