"""The bodies that are no answer to one check: time, account, results, a new certificate. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from kiosk.domain.check import Answer
from kiosk.domain.facility import Facility
from kiosk.ports.service import Account, FacilityResult, MalformedAnswer, ResultsPage
from kiosk.service import message

IN_USE, STOPPED = "利用可", "停止"
_LONGEST_CURSOR = 1024

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Issued:
    """A client certificate as the service made it.

    Args:
        facility: whose it is.
        certificate: PEM.
        authority: PEM of what issued it.
        expires_at: its last moment, aware UTC.
        is_simulated: of the simulated world.
    """

    facility: Facility
    certificate: bytes
    authority: bytes
    expires_at: datetime
    is_simulated: bool


def server_time(raw: bytes) -> datetime:
    """``GET /v1/time``; MalformedAnswer when it is not of the protocol, as for all below."""
    return _moment(message.load(raw), "time")


def account(raw: bytes) -> Account:
    """``GET /v1/account``; a status this version does not know counts as in use."""
    document = message.load(raw)
    return Account(
        facility=_facility(document),
        is_stopped=_text(document, "status") == STOPPED,
        begins_on=_day_or_none(document, "begins_on"),
        ends_on=_day_or_none(document, "ends_on"),
        stopped_on=_day_or_none(document, "stopped_on"),
        certificate_expires_at=_moment(document, "certificate_expires_at"),
        is_simulated=message.is_simulated(document),
    )


def issued(raw: bytes) -> Issued:
    """What an activation or a renewal is answered with."""
    document = message.load(raw)
    return Issued(
        facility=_facility(document),
        certificate=_text(document, "certificate").encode(),
        authority=_text(document, "authority").encode(),
        expires_at=_moment(document, "expires_at"),
        is_simulated=message.is_simulated(document),
    )


def results_page(raw: bytes) -> ResultsPage:
    """``GET /v1/results``; what no answer is among them spoils the page, not only itself."""
    document = message.load(raw)
    listed, more = document.get("results"), document.get("more")
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise MalformedAnswer("results: not a list of objects")
    if not isinstance(more, bool):
        raise MalformedAnswer("more: not a boolean")
    cursor = _text(document, "cursor")
    if len(cursor) > _LONGEST_CURSOR:
        raise MalformedAnswer("cursor: too long")
    is_simulated = message.is_simulated(document)
    found = tuple(_result(each, is_simulated=is_simulated) for each in listed)
    return ResultsPage(found, cursor, more)


def _result(element: Mapping[str, Any], *, is_simulated: bool) -> FacilityResult:
    check_id = _text(element, "check_id")
    marked = {**element, "simulated": is_simulated}
    answer = message.understood(marked, check_id=check_id)
    if not isinstance(answer, Answer):
        raise MalformedAnswer("XmlMsg: no answer")
    return FacilityResult(
        check_id=check_id,
        terminal=_text(element, "terminal_id"),
        treated_on=_read(element, "treated_on", date.fromisoformat),
        received_at=_moment(element, "received_at"),
        answer=answer,
    )


def _facility(document: Mapping[str, Any]) -> Facility:
    try:
        return Facility(_text(document, "facility_code"), _text(document, "terminal_id"))
    except ValueError:
        raise MalformedAnswer("facility_code, terminal_id: of no facility") from None


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedAnswer(f"{name}: missing or not text")
    return value


def _read(document: Mapping[str, Any], name: str, read: Callable[[str], _T]) -> _T:
    try:
        return read(_text(document, name))
    except (ValueError, OverflowError):
        raise MalformedAnswer(f"{name}: not of its form") from None


def _moment(document: Mapping[str, Any], name: str) -> datetime:
    moment = _read(document, name, datetime.fromisoformat)
    if moment.tzinfo is None:
        raise MalformedAnswer(f"{name}: without its offset")
    return _read(document, name, lambda _: moment.astimezone(UTC))


def _day_or_none(document: Mapping[str, Any], name: str) -> date | None:
    return None if document.get(name) is None else _read(document, name, date.fromisoformat)
