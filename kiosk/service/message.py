"""The wire form of question and answer, without I/O (docs/protocol.md).

The question is our own; the answer is the OQS tree with its tag names one-to-one. Elements and
codes this version does not know are kept; what is not of the protocol is a ``MalformedAnswer``
and nothing else.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, cast

from kiosk.domain.check import (
    CHALLENGE_VERSION,
    NOTHING_EARLIER,
    Answer,
    Earlier,
    Eligibility,
    EligibilityCheck,
    Refused,
)
from kiosk.domain.codes import (
    ELDERLY_TAGS,
    ELIGIBILITY_TAGS,
    Processing,
    Segment,
    TagKind,
)
from kiosk.domain.identity import CardIdentity
from kiosk.domain.presentation import FourItems, InsuredNumbers, Presentation
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.ports.service import MalformedAnswer
from kiosk.service import wire
from kiosk.service.results import PROBLEM_BASE, refused

SIGHT_STAND_IN = "FICTITIOUS-SIGHT-STAND-IN"
"""Stands for the verifier's certificate we have not (facts CARD, Mode A); only simulated."""

_ELDERLY = "ElderlyRecipientCertificateInfo"
_DAY = re.compile(r"\d{8}", re.ASCII)
_PROBLEM_NAME = re.compile(r"[a-z-]{1,64}")


def compose(check: EligibilityCheck) -> bytes:
    """The body of the question; the same check always gives the same bytes."""
    opening = check.opening
    return wire.dump(
        {
            "version": CHALLENGE_VERSION,
            "check_id": opening.check_id,
            "facility_code": opening.facility.code,
            "terminal_id": opening.facility.terminal,
            "treated_at": opening.treated_at.isoformat(),
            "treated_on": opening.treated_on.isoformat(),
            "nonce": opening.nonce.hex(),
            "clock_trusted": opening.stamp.is_trusted,
            "presentation": _presentation(check.presentation),
        }
    )


def _presentation(presentation: Presentation) -> dict[str, str]:
    match presentation:
        case CardIdentity():
            return _of_card(presentation)
        case InsuredNumbers():
            return {
                "kind": "insured_numbers",
                "insurer_number": presentation.insurer.digits,
                "symbol": presentation.symbol,
                "number": presentation.number,
                "branch_number": presentation.branch_number,
                "birth_date": presentation.birth_date.isoformat(),
            }
        case FourItems():
            return {
                "kind": "four_items",
                "name": presentation.name,
                "name_kana": presentation.name_kana,
                "birth_date": presentation.birth_date.isoformat(),
                "sex": presentation.sex.value,
                "address": presentation.address,
            }


def _of_card(identity: CardIdentity) -> dict[str, str]:
    certificate = base64.b64encode(identity.certificate).decode()
    if identity.signature is None:
        return {"kind": "visual", "certificate": certificate, "stand_in": SIGHT_STAND_IN}
    signature = base64.b64encode(identity.signature).decode()
    return {"kind": "certificate", "certificate": certificate, "signature": signature}


@dataclass(frozen=True, slots=True)
class StillWorking:
    """``SegmentOfResult`` 2: not processed yet."""


@dataclass(frozen=True, slots=True)
class Abnormal:
    """``SegmentOfResult`` 9: the service failed.

    Args:
        error_code: its ``ErrorCode``, cut to 32 characters.
    """

    error_code: str


Message = Answer | Refused | StillWorking | Abnormal


def parse(raw: bytes, *, check_id: str) -> Message:
    """Read an answer.

    Args:
        raw: the body as received.
        check_id: of the check asked; the answer must name it in ``ArbitraryFileIdentifier``.

    Raises:
        MalformedAnswer: not of the protocol, or the answer to another question.
    """
    return understood(load(raw), check_id=check_id)


def load(raw: bytes) -> dict[str, Any]:
    """A body as a document; MalformedAnswer when it is none of the wire."""
    try:
        return wire.load(raw)
    except wire.OffTheWire as error:
        raise MalformedAnswer(str(error)) from None


def understood(document: Mapping[str, Any], *, check_id: str) -> Message:
    """The same for a document that is read already, e.g. one of a page of results."""
    tree = _branch(document, "XmlMsg")
    header = _branch(tree, "MessageHeader")
    if _text(header, "ArbitraryFileIdentifier") != check_id:
        raise MalformedAnswer("ArbitraryFileIdentifier: of another check")
    segment = _text(header, "SegmentOfResult")
    if segment == Segment.PROCESSING:
        return StillWorking()
    if segment == Segment.ABNORMAL:
        return Abnormal((_text(header, "ErrorCode") or "")[:32])
    if segment != Segment.NORMAL:
        raise MalformedAnswer("SegmentOfResult: unknown")
    return _verdict(header, _branch(tree, "MessageBody"), is_simulated=is_simulated(document))


def earlier(document: Mapping[str, Any]) -> Earlier:
    """What the facility was answered before; nothing where it is not told.

    It stands beside the OQS tree and is ours: what it lacks spoils no answer.
    """
    facility = document.get("facility")
    if not isinstance(facility, Mapping):
        return NOTHING_EARLIER
    count = facility.get("earlier_today")
    return Earlier(
        today=max(count, 0) if type(count) is int else 0,
        last_on=_iso_day(facility.get("last_on")),
        differs=facility.get("differs") is True,
    )


def _iso_day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def problem(raw: bytes) -> str:
    """The name of a problem document (RFC 9457), e.g. "account-stopped"; "" when it has none."""
    try:
        kind = wire.load(raw).get("type")
    except wire.OffTheWire:
        return ""
    if not isinstance(kind, str) or not kind.startswith(PROBLEM_BASE):
        return ""
    name = kind.removeprefix(PROBLEM_BASE)
    return name if _PROBLEM_NAME.fullmatch(name) else ""


def is_simulated(document: Mapping[str, Any]) -> bool:
    """True when either mark is on it."""
    simulated = document.get("simulated", False)
    if not isinstance(simulated, bool):
        raise MalformedAnswer("simulated: not a boolean")
    return simulated or document.get("mark") == SIMULATED_MARK


def _verdict(
    header: Mapping[str, Any], body: Mapping[str, Any], *, is_simulated: bool
) -> Answer | Refused:
    status = _text(body, "ProcessingResultStatus")
    code = _text(body, "ProcessingResultCode")
    if status == Processing.ERROR:
        return refused(code or "", is_simulated=is_simulated)
    if status != Processing.NORMAL:
        raise MalformedAnswer("ProcessingResultStatus: missing or unknown")
    validity = _text(body, "QualificationValidity")
    if not validity:
        raise MalformedAnswer("QualificationValidity: missing")
    return Answer(
        validity_code=validity,
        confirmed_on=_day(header, "QualificationConfirmationDate"),
        eligibilities=_eligibilities(body),
        is_simulated=is_simulated,
        warning_code=code or None,
        warning=_text(body, "ProcessingResultMessage") or None,
    )


def _eligibilities(body: Mapping[str, Any]) -> tuple[Eligibility, ...]:
    if "ResultList" not in body:
        return ()
    results = _branch(body, "ResultList").get("ResultOfQualificationConfirmation", [])
    if not isinstance(results, list) or not all(isinstance(each, dict) for each in results):
        raise MalformedAnswer("ResultOfQualificationConfirmation: not a list of elements")
    return tuple(_eligibility(each) for each in results)


def _eligibility(element: Mapping[str, Any]) -> Eligibility:
    elderly = _branch(element, _ELDERLY) if _ELDERLY in element else {}
    values: dict[str, Any] = {}
    for tree, tags in ((element, ELIGIBILITY_TAGS), (elderly, ELDERLY_TAGS)):
        for tag, name, kind in tags:
            values[name] = _day(tree, tag) if kind is TagKind.DAY else _text(tree, tag)
    unknown = _unknown(element, {tag for tag, _, _ in ELIGIBILITY_TAGS} | {_ELDERLY})
    inner = _unknown(elderly, {tag for tag, _, _ in ELDERLY_TAGS})
    unknown |= {f"{_ELDERLY}.{tag}": value for tag, value in inner.items()}
    return Eligibility(**values, unknown=MappingProxyType(unknown))


def _unknown(element: Mapping[str, Any], known: set[str]) -> dict[str, str]:
    """Elements without a name of ours: text as it is, a branch as JSON."""
    return {
        tag: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for tag, value in element.items()
        if tag not in known
    }


def _branch(tree: Mapping[str, Any], tag: str) -> Mapping[str, Any]:
    branch = tree.get(tag)
    if not isinstance(branch, dict):
        raise MalformedAnswer(f"{tag}: missing or not an element")
    return cast("Mapping[str, Any]", branch)


def _text(tree: Mapping[str, Any], tag: str) -> str | None:
    value = tree.get(tag)
    if tag in tree and not isinstance(value, str):
        raise MalformedAnswer(f"{tag}: not text")
    return value


def _day(tree: Mapping[str, Any], tag: str) -> date | None:
    """N8 of the tree; an empty element is an absent day."""
    text = _text(tree, tag)
    if not text:
        return None
    if not _DAY.fullmatch(text):
        raise MalformedAnswer(f"{tag}: not a day")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise MalformedAnswer(f"{tag}: no such day") from None
