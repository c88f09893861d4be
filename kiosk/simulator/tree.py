"""Answers of the simulated service: the OQS tree as JSON, marked 模擬."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kiosk.domain.check import Eligibility
from kiosk.domain.codes import (
    ELDERLY_TAGS,
    ELIGIBILITY_TAGS,
    Notice,
    Processing,
    Reference,
    Segment,
    TagKind,
)
from kiosk.domain.dates import JST, day_in_japan
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.service import wire
from kiosk.service.results import PROBLEM_BASE, Problem, Refusal
from kiosk.simulator.people import with_share
from kiosk.simulator.question import Certificate, InsuredNumbers, Question, Visual
from kiosk.simulator.rules import Judgement

MARKS: dict[str, Any] = {"simulated": True, "mark": SIMULATED_MARK}

_SAID = {
    Refusal.REVOKED: "証明書が失効しています（模擬）",
    Refusal.EXPIRED: "証明書の有効期限と猶予が過ぎています（模擬）",
    Refusal.NOT_LINKED: "マイナ保険証の利用登録がありません（模擬）",
    Refusal.SIGNATURE: "署名を確かめられません（模擬）",
    Refusal.ISSUER: "証明書の発行者が不明です（模擬）",
    Refusal.SIGHT: "目視確認を受け付けられません（模擬）",
    Refusal.NOT_YET_VALID: "証明書はまだ有効ではありません（模擬）",
    Notice.EXPIRES_SOON: "証明書の有効期限が近づいています（模擬）",
    Notice.IN_GRACE: "証明書の有効期限が過ぎ、猶予期間中です（模擬）",
}


@dataclass(frozen=True, slots=True)
class Before:
    """What the facility was told of the same person before.

    Args:
        earlier_today: answers with the same treatment date.
        content: of the last answer; see ``content``.
        last_on: treatment date of the last answer.
    """

    earlier_today: int
    content: str
    last_on: date


def answer(
    question: Question, judgement: Judgement, now: datetime, before: Before | None = None
) -> bytes:
    """The body of a 200.

    Args:
        question: what was asked; its id comes back in ``ArbitraryFileIdentifier``.
        judgement: what became of it.
        now: aware; time and day of the answer.
        before: None = the facility had no answer about this person.
    """
    header = _header(question, now)
    header["QualificationConfirmationDate"] = _n8(_confirmed_on(judgement, now))
    body = _body(question, judgement)
    document = {**MARKS, "XmlMsg": {"MessageHeader": header, "MessageBody": body}}
    is_known = judgement.person is not None and judgement.refusal is None
    return wire.dump({**document, "facility": _seen(body, before) if is_known else None})


def processing(raw: bytes) -> bytes:
    """The body of a 202 for a check whose answer is made: the header alone."""
    header = wire.load(raw)["XmlMsg"]["MessageHeader"]
    header["SegmentOfResult"] = str(Segment.PROCESSING)
    return wire.dump({**MARKS, "XmlMsg": {"MessageHeader": header}})


def content(raw: bytes) -> str:
    """Fingerprint of what an answer says of the person: validity and eligibilities, no notice."""
    # Our own bytes: the checks of the wire cost a third of an answer.
    return _content(json.loads(raw)["XmlMsg"]["MessageBody"])


def _content(body: dict[str, Any]) -> str:
    said = {name: body.get(name) for name in ("QualificationValidity", "ResultList")}
    return hashlib.sha256(wire.dump(said)).hexdigest()


def _seen(body: dict[str, Any], before: Before | None) -> dict[str, Any]:
    if before is None:
        return {"earlier_today": 0, "differs": False, "last_on": None}
    return {
        "earlier_today": before.earlier_today,
        "differs": before.content != _content(body),
        "last_on": before.last_on.isoformat(),
    }


def problem(kind: Problem, status: int, detail: str = "") -> bytes:
    """A problem document (RFC 9457); it bears the mark as every answer does."""
    document = {"type": f"{PROBLEM_BASE}{kind}", "title": kind.replace("-", " "), "status": status}
    return wire.dump({**document, **({"detail": detail} if detail else {}), **MARKS})


def _header(question: Question, now: datetime) -> dict[str, str]:
    by_card = isinstance(question.presentation, Certificate | Visual)
    return {
        "ProcessExecutionTime": now.astimezone(JST).strftime("%Y%m%d%H%M%S"),
        "QualificationConfirmationDate": _n8(day_in_japan(now)),
        "MedicalInstitutionCode": question.facility_code,
        "ArbitraryFileIdentifier": question.check_id,
        "ReferenceClassification": str(
            Reference.MY_NUMBER_CARD if by_card else Reference.INSURED_NUMBERS
        ),
        "SegmentOfResult": str(Segment.NORMAL),
        "CharacterCodeIdentifier": "0",
    }


def _body(question: Question, judgement: Judgement) -> dict[str, Any]:
    if judgement.refusal:
        return {"ProcessingResultStatus": str(Processing.ERROR), **_said(judgement.refusal)}
    person = judgement.person
    validity = person.validity if person else judgement.unknown_as
    told = person.told if person else ()
    results = [_element(with_share(each, question.treated_on)) for each in told]
    return {
        **_searched(question),
        "ProcessingResultStatus": str(Processing.NORMAL),
        **(_said(judgement.notice) if judgement.notice else {}),
        "QualificationValidity": str(validity),
        "ResultList": {"ResultOfQualificationConfirmation": results},
    }


def _searched(question: Question) -> dict[str, Any]:
    asked = question.presentation
    if not isinstance(asked, InsuredNumbers):
        return {}
    given = {
        "InsurerNumber": asked.insurer_number,
        "InsuredCardSymbol": asked.symbol,
        "InsuredIdentificationNumber": asked.number,
        "InsuredBranchNumber": asked.branch_number,
        "Birthdate": _n8(asked.birth_date),
    }
    return {"QualificationConfirmSearchInfo": {tag: text for tag, text in given.items() if text}}


def _said(code: Refusal | Notice) -> dict[str, str]:
    return {"ProcessingResultCode": str(code), "ProcessingResultMessage": _SAID[code]}


def _confirmed_on(judgement: Judgement, now: datetime) -> date:
    own = judgement.person.confirmed_on if judgement.person else None
    return own or day_in_japan(now)


def _element(eligibility: Eligibility) -> dict[str, Any]:
    """One ``ResultOfQualificationConfirmation``; what is absent has no element."""
    element: dict[str, Any] = _texts(eligibility, ELIGIBILITY_TAGS)
    if elderly := _texts(eligibility, ELDERLY_TAGS):
        element["ElderlyRecipientCertificateInfo"] = elderly
    return element


def _texts(eligibility: Eligibility, tags: tuple[tuple[str, str, TagKind], ...]) -> dict[str, str]:
    found = ((tag, getattr(eligibility, name)) for tag, name, _ in tags)
    return {
        tag: _n8(value) if isinstance(value, date) else value
        for tag, value in found
        if value is not None
    }


def _n8(day: date) -> str:
    return day.isoformat().replace("-", "")
