"""Results as ``OQSsiquc01res_….xml`` and ``OQSsiquc01res_face_….xml``.

Schema: ``oqs.xsd`` beside this file. Symbol and number are full-width, readings half-width kana,
everything else as the service wrote it; what the encoding lacks becomes ●.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from lxml import etree

from kiosk.domain.check import Eligibility
from kiosk.domain.codes import ELDERLY_TAGS, Processing, Reference, Segment, TagKind
from kiosk.domain.dates import JST
from kiosk.domain.text import REPLACEMENT, full_width, half_width, half_width_kana
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.formats.oqs_tags import (
    BEFORE_BRANCHES,
    ELDERLY,
    LIMIT,
    LIMIT_FLAG,
    LIMIT_TAGS,
    LIMIT_TIME,
    REFERENCE,
    SEARCH_TAGS,
    Encoding,
)
from kiosk.formats.result import Request, Result

NAMED_AFTER_A_RESULT = "OQSsiquc01res_face_{identifier}_{moment}.xml"
SIMULATED_MESSAGE = f"【{SIMULATED_MARK}】"
"""Begins ``ProcessingResultMessage`` of whatever comes from the simulated world."""
_FULL = frozenset({"InsuredCardSymbol", "InsuredIdentificationNumber"})
_KANA = frozenset({"NameKana", "NameOfOtherKana"})
_HALF = frozenset({"InsurerNumber", "InsuredBranchNumber", "PostNumber"})
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def face_name(result: Result) -> str:
    """The file name of a result that nobody asked for: one result, one name."""
    return NAMED_AFTER_A_RESULT.format(
        identifier=result.check_id.replace("-", ""), moment=_n14(result.settled_at)
    )


def answer_name(request_name: str) -> str:
    """``OQSsiquc01res_X.xml`` for the request ``OQSsiquc01req_X.xml``."""
    return request_name.replace("OQSsiquc01req_", "OQSsiquc01res_", 1)


def result_xml(
    result: Result, encoding: Encoding = Encoding.SHIFT_JIS, *, asked: Request | None = None
) -> bytes:
    """A result as a file.

    Args:
        result: what to write.
        encoding: of the file.
        asked: the request it answers; None = nobody asked (``res_face``).
    """
    answer = result.answer
    root = _root(
        encoding,
        _Header(
            moment=result.settled_at,
            confirmed_on=answer.confirmed_on,
            facility_code=result.facility_code,
            identifier=(asked.file_identifier if asked else None) or result.check_id,
            reference=Reference.INSURED_NUMBERS if asked else Reference.MY_NUMBER_CARD,
        ),
    )
    body = etree.SubElement(root, "MessageBody")
    if asked is not None:
        _search_info(body, asked)
    _put(body, "ProcessingResultStatus", Processing.NORMAL)
    _put(body, "ProcessingResultCode", answer.warning_code)
    _put(body, "ProcessingResultMessage", _message(answer.warning, result.is_simulated))
    _put(body, "QualificationValidity", answer.validity_code)
    listed = etree.SubElement(body, "ResultList")
    for each in answer.eligibilities:
        _eligibility(listed, each)
    return _written(root, encoding, is_simulated=result.is_simulated)


def no_result_xml(
    asked: Request,
    encoding: Encoding,
    *,
    at: datetime,
    facility_code: str,
    code: str,
    message: str,
    is_simulated: bool,
) -> bytes:
    """The answer to a request the kiosk has nothing for: ``SegmentOfResult`` 9.

    Never ``QualificationValidity`` 4: that the kiosk knows nothing does not mean that the service
    has nothing.

    Args:
        asked: the request.
        encoding: of the file.
        at: now, aware.
        facility_code: of this kiosk.
        code: K-code, ``ErrorCode``.
        message: a sentence, ``ErrorMessage``.
        is_simulated: mark it.
    """
    header = _Header(
        moment=at,
        confirmed_on=None,
        facility_code=facility_code,
        identifier=asked.file_identifier or "",
        reference=Reference.INSURED_NUMBERS,
        error=(code, _message(message, is_simulated) or ""),
    )
    return _written(_root(encoding, header), encoding, is_simulated=is_simulated)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """``MessageHeader``; with an error ``SegmentOfResult`` is 9."""

    moment: datetime
    confirmed_on: date | None
    facility_code: str
    identifier: str
    reference: Reference
    error: tuple[str, str] | None = None


def _root(encoding: Encoding, of: _Header) -> etree._Element:
    root = etree.Element("XmlMsg")
    header = etree.SubElement(root, "MessageHeader")
    code, message = of.error or (None, None)
    _put(header, "ProcessExecutionTime", _n14(of.moment))
    _put(header, "QualificationConfirmationDate", _n8(of.confirmed_on))
    _put(header, "MedicalInstitutionCode", of.facility_code)
    _put(header, "ArbitraryFileIdentifier", of.identifier)
    _put(header, "ReferenceClassification", of.reference)
    _put(header, "SegmentOfResult", Segment.ABNORMAL if of.error else Segment.NORMAL)
    _put(header, "ErrorCode", code)
    _put(header, "ErrorMessage", message)
    _put(header, "CharacterCodeIdentifier", encoding.identifier)
    return root


def _search_info(body: etree._Element, asked: Request) -> None:
    info = etree.SubElement(body, "QualificationConfirmSearchInfo")
    for tag, name in SEARCH_TAGS:
        value = getattr(asked, name)
        _put(info, tag, _n8(value) if isinstance(value, date) else value)


def _eligibility(listed: etree._Element, eligibility: Eligibility) -> None:
    element = etree.SubElement(listed, "ResultOfQualificationConfirmation")
    _put_all(element, eligibility, BEFORE_BRANCHES)
    elderly = etree.Element(ELDERLY)
    _put_all(elderly, eligibility, ELDERLY_TAGS)
    if len(elderly):
        element.append(elderly)
    _limit(element, eligibility.unknown)
    _put(element, REFERENCE, eligibility.reference_number)


def _put_all(
    element: etree._Element, eligibility: Eligibility, tags: Iterable[tuple[str, str, TagKind]]
) -> None:
    for tag, name, kind in tags:
        value = getattr(eligibility, name)
        _put(element, tag, _n8(value) if kind is TagKind.DAY else _in_its_width(tag, value))


def _limit(element: etree._Element, unknown: Mapping[str, str]) -> None:
    """限度額適用認定証 as the service sent it: two texts and a branch that was kept as JSON."""
    _put(element, LIMIT_FLAG, unknown.get(LIMIT_FLAG))
    _put(element, LIMIT_TIME, unknown.get(LIMIT_TIME))
    try:
        branch = json.loads(unknown.get(LIMIT, "null"))
    except ValueError:
        return
    if isinstance(branch, dict):
        inner = etree.SubElement(element, LIMIT)
        for tag in LIMIT_TAGS:
            value = branch.get(tag)
            _put(inner, tag, value if isinstance(value, str) else None)


def _in_its_width(tag: str, text: str | None) -> str | None:
    if text is None:
        return None
    if tag in _FULL:
        return full_width(text)
    if tag in _KANA:
        return half_width_kana(text)
    return half_width(text) if tag in _HALF else text


def _put(element: etree._Element, tag: str, text: str | None) -> None:
    """What is absent has no element; what is empty has an empty one."""
    if text is not None:
        etree.SubElement(element, tag).text = _NOT_XML.sub(REPLACEMENT, text)


def _written(root: etree._Element, encoding: Encoding, *, is_simulated: bool) -> bytes:
    """The declaration is written here: libxml2's Shift_JIS lacks 髙 and 﨑, Windows' has both."""
    text = etree.tostring(root, encoding="unicode", pretty_print=True)
    mark = f"<!-- {SIMULATED_MARK} -->\r\n" if is_simulated else ""
    whole = f'<?xml version="1.0" encoding="{encoding.value}"?>\r\n{mark}' + text
    return in_code_page(whole, encoding)


def in_code_page(text: str, encoding: Encoding) -> bytes:
    """Encoded; each character the encoding lacks is one ●."""
    return text.encode(encoding.codec, errors=_BLACK_CIRCLE)


def _black_circles(error: UnicodeError) -> tuple[str, int]:
    """What Python's codecs ask about each run of characters an encoding lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return REPLACEMENT * (error.end - error.start), error.end


_BLACK_CIRCLE = "madoguchi-black-circle"
codecs.register_error(_BLACK_CIRCLE, _black_circles)


def _message(said: str | None, is_simulated: bool) -> str | None:  # noqa: FBT001 - a fact, no switch
    if not is_simulated:
        return said
    return f"{SIMULATED_MESSAGE}{said or ''}"


def _n8(day: date | None) -> str | None:
    return day.isoformat().replace("-", "") if day else None


def _n14(moment: datetime) -> str:
    return moment.astimezone(JST).strftime("%Y%m%d%H%M%S")
