"""``docs/protocol.md`` as OpenAPI 3.1, made from the models and routes that serve it."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from kiosk.domain.codes import ELDERLY_TAGS, ELIGIBILITY_TAGS, TagKind, Validity
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.service.results import PROBLEM_BASE, Problem
from kiosk.simulator import listing
from kiosk.simulator.enrolment import ActivationQuestion, RenewalQuestion
from kiosk.simulator.question import Question

_JSON, _PROBLEM = "application/json", "application/problem+json"
_TEXT = {"type": "string"}
_DAY = {"type": "string", "pattern": r"^(\d{8})?$"}
_MARKED: dict[str, Any] = {
    "simulated": {"const": True},
    "mark": {"const": SIMULATED_MARK},
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "format": "uuid"},
}
_PLACES = ("ElderlyRecipientCertificateInfo",)


def document() -> dict[str, Any]:
    """The whole document; the same code always gives the same one."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Madoguchi: kiosk and simulated eligibility service (模擬)",
            "version": "1",
            "description": "Our own protocol; the official one is given to vendors only.",
        },
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"terminal": {"type": "mutualTLS"}},
        },
    }


def text() -> str:
    """As it stands in ``docs/openapi.json``."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def _paths() -> dict[str, Any]:
    check_id = {"name": "check_id", "in": "path", "required": True, "schema": _TEXT}
    return {
        "/v1/activations": {
            "post": _asked("ActivationQuestion", {"201": "Issued"}, (400, 401, 403, 413, 422, 429))
            | {"security": []}
        },
        "/v1/renewals": {
            "post": _asked("RenewalQuestion", {"201": "Issued"}, (400, 401, 403, 413, 422))
        },
        "/v1/account": {"get": _operation({"200": "Account"}, (401, 403))},
        "/v1/checks": {
            "post": _asked(
                "Question",
                {"200": "Answer", "202": "StillProcessing"},
                (400, 401, 403, 409, 413, 422, 429, 503),
            )
        },
        "/v1/checks/{check_id}": {
            "get": _operation({"200": "Answer", "202": "StillProcessing"}, (401, 403, 404, 429))
            | {"parameters": [check_id]}
        },
        "/v1/results": {
            "get": _operation({"200": "Results"}, (400, 401, 403, 429)) | {"parameters": _query()}
        },
        "/v1/time": {"get": _operation({"200": "Time"}, ()) | {"security": []}},
    }


def _query() -> list[dict[str, Any]]:
    schemas = {
        "cursor": {"type": "string", "pattern": r"^r\d{1,12}$"},
        "since": {"type": "string", "format": "date-time"},
        "limit": {"type": "integer", "minimum": 1, "maximum": listing.MOST},
    }
    return [{"name": name, "in": "query", "schema": each} for name, each in schemas.items()]


def _asked(model: str, answers: dict[str, str], problems: tuple[int, ...]) -> dict[str, Any]:
    body = {"required": True, "content": {_JSON: {"schema": _ref(model)}}}
    return _operation(answers, problems) | {"parameters": [_KEY], "requestBody": body}


def _operation(answers: dict[str, str], problems: tuple[int, ...]) -> dict[str, Any]:
    told = {
        status: {"description": name, "content": {_JSON: {"schema": _ref(name)}}}
        for status, name in answers.items()
    }
    wrong = {
        str(status): {
            "description": "a problem",
            "content": {_PROBLEM: {"schema": _ref("Problem")}},
        }
        for status in problems
    }
    return {"security": [{"terminal": []}], "responses": told | wrong}


def _schemas() -> dict[str, Any]:
    models = (Question, ActivationQuestion, RenewalQuestion)
    _, asked = models_json_schema(
        [(each, "validation") for each in models], ref_template="#/components/schemas/{model}"
    )
    message = _object({"MessageHeader": _header(), "MessageBody": _body()})
    terminal = {"facility_code": _TEXT, "terminal_id": _TEXT}
    moment = {"type": "string", "format": "date-time"}
    day = {"type": ["string", "null"], "format": "date"}
    defined: dict[str, Any] = asked["$defs"]
    return defined | {
        "Eligibility": _eligibility(),
        "Message": message,
        "Answer": _object(_MARKED | {"XmlMsg": _ref("Message"), "facility": _seen(day)}),
        "StillProcessing": _object(_MARKED | {"XmlMsg": _object({"MessageHeader": _header()})}),
        "Issued": _object(
            _MARKED | terminal | {"certificate": _TEXT, "authority": _TEXT, "expires_at": moment}
        ),
        "Account": _object(
            _MARKED
            | terminal
            | {"status": {"enum": ["利用可", "停止"]}, "certificate_expires_at": moment}
            | dict.fromkeys(("begins_on", "ends_on", "stopped_on"), day)
        ),
        "Results": _object(
            _MARKED
            | {"cursor": _TEXT, "more": {"type": "boolean"}}
            | {"results": {"type": "array", "items": _row(moment)}}
        ),
        "Time": _object(_MARKED | {"time": moment}),
        "Problem": _object(
            _MARKED
            | {"type": {"enum": [f"{PROBLEM_BASE}{each}" for each in Problem]}}
            | {"title": _TEXT, "status": {"type": "integer"}},
            {"detail": _TEXT},
        ),
    }


def _header() -> dict[str, Any]:
    return _object(
        {
            "ProcessExecutionTime": {"type": "string", "pattern": r"^\d{14}$"},
            "QualificationConfirmationDate": _DAY,
            "MedicalInstitutionCode": {"type": "string", "pattern": r"^\d{10}$"},
            "ArbitraryFileIdentifier": _TEXT,
            "ReferenceClassification": {"enum": ["1", "2"]},
            "SegmentOfResult": {"enum": ["1", "2", "9"]},
            "CharacterCodeIdentifier": {"enum": ["0", "1"]},
        }
    )


def _body() -> dict[str, Any]:
    results = {"type": "array", "items": _ref("Eligibility")}
    return _object(
        {"ProcessingResultStatus": {"enum": ["1", "2"]}},
        {
            "QualificationConfirmSearchInfo": {"type": "object"},
            "ProcessingResultCode": _TEXT,
            "ProcessingResultMessage": _TEXT,
            "QualificationValidity": {"enum": [str(each) for each in Validity]},
            "ResultList": _object({"ResultOfQualificationConfirmation": results}),
        },
    )


def _eligibility() -> dict[str, Any]:
    """Every element may be absent, and there may be more of them."""
    elderly = {"type": "object", "properties": _elements(ELDERLY_TAGS)}
    return {
        "type": "object",
        "properties": _elements(ELIGIBILITY_TAGS) | dict.fromkeys(_PLACES, elderly),
    }


def _elements(tags: tuple[tuple[str, str, TagKind], ...]) -> dict[str, Any]:
    return {tag: _DAY if kind is TagKind.DAY else _TEXT for tag, _, kind in tags}


def _seen(day: dict[str, Any]) -> dict[str, Any]:
    seen = _object(
        {
            "earlier_today": {"type": "integer", "minimum": 0},
            "differs": {"type": "boolean"},
            "last_on": day,
        }
    )
    return {"anyOf": [seen, {"type": "null"}]}


def _row(moment: dict[str, Any]) -> dict[str, Any]:
    return _object(
        {
            "check_id": {"type": "string", "format": "uuid"},
            "terminal_id": _TEXT,
            "treated_at": moment,
            "treated_on": {"type": "string", "format": "date"},
            "received_at": moment,
            "kind": {"enum": ["certificate", "visual", "insured_numbers", "four_items"]},
            "XmlMsg": _ref("Message"),
        }
    )


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    properties = required | (optional or {})
    return {"type": "object", "properties": properties, "required": list(required)}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}
