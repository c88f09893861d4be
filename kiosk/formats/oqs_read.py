"""XML that others wrote: requests of receipt computers, and results read back.

No entity is expanded, no DTD taken, no network asked, no file larger than ``LIMIT_BYTES`` opened:
whatever a file holds, the worst it gets is a ``RequestRefused``.
"""

from __future__ import annotations

import json
import re
from datetime import date
from types import MappingProxyType
from typing import Any

from lxml import etree

from kiosk.domain.check import Answer, Eligibility
from kiosk.domain.codes import ELDERLY_TAGS, ELIGIBILITY_TAGS, TagKind
from kiosk.formats.oqs_tags import ELDERLY, LIMIT, LIMIT_FLAG, LIMIT_TIME, SEARCH_TAGS
from kiosk.formats.oqs_xml import SIMULATED_MESSAGE
from kiosk.formats.result import Request, RequestRefused

LIMIT_BYTES = 4 * 1024 * 1024
LONGEST_FIELD = 100
"""Characters; the tree's own limits are 8 to 20."""
_DEEPEST = 16
_DECLARED = re.compile(
    rb"""\A<\?xml[^>]{0,64}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["'][^>]{0,64}?\?>"""
)
_SHIFT_JIS = frozenset(
    {"shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "cp932", "ms932", "cswindows31j"}
)
_DAY = re.compile(r"\d{8}", re.ASCII)


def read_request(raw: bytes) -> Request:
    """What a receipt computer asks.

    Raises:
        RequestRefused: too large, not XML, with a DTD or entities, or not a request.
    """
    root = _opened(raw)
    info = root.find("MessageBody/QualificationConfirmSearchInfo")
    if root.tag != "XmlMsg" or info is None:
        raise RequestRefused("not a request")
    values: dict[str, Any] = {name: _text(info, tag) for tag, name in SEARCH_TAGS}
    values["birth_date"] = _day(values["birth_date"])
    if not values["number"] or not values["insurer_number"]:
        raise RequestRefused("insurer number or number is missing")
    return Request(
        **values,
        file_identifier=_text(root, "MessageHeader/ArbitraryFileIdentifier"),
        facility_code=_text(root, "MessageHeader/MedicalInstitutionCode"),
    )


def read_answer(raw: bytes) -> Answer:
    """A result as ``kiosk.formats.oqs_xml`` wrote it, read back.

    Raises:
        RequestRefused: not a result.
    """
    root = _opened(raw)
    body = root.find("MessageBody")
    validity = _text(root, "MessageBody/QualificationValidity")
    if root.tag != "XmlMsg" or body is None or validity is None:
        raise RequestRefused("not a result")
    message = _text(body, "ProcessingResultMessage", longest=LIMIT_BYTES)
    is_simulated = (message or "").startswith(SIMULATED_MESSAGE)
    found = body.findall("ResultList/ResultOfQualificationConfirmation")
    return Answer(
        validity_code=validity,
        confirmed_on=_day(_text(root, "MessageHeader/QualificationConfirmationDate")),
        eligibilities=tuple(_eligibility(each) for each in found),
        is_simulated=is_simulated,
        warning_code=_text(body, "ProcessingResultCode"),
        warning=((message or "").removeprefix(SIMULATED_MESSAGE) or None)
        if is_simulated
        else message,
    )


def _eligibility(element: etree._Element) -> Eligibility:
    values: dict[str, Any] = {}
    for above, tags in (("", ELIGIBILITY_TAGS), (f"{ELDERLY}/", ELDERLY_TAGS)):
        for tag, name, kind in tags:
            text = _text(element, above + tag, longest=LIMIT_BYTES)
            values[name] = _day(text) if kind is TagKind.DAY else text
    unknown = {tag: _text(element, tag) for tag in (LIMIT_FLAG, LIMIT_TIME)}
    branch = element.find(LIMIT)
    if branch is not None:
        inner = {each.tag: each.text or "" for each in branch}
        unknown[LIMIT] = json.dumps(inner, ensure_ascii=False)
    kept = {tag: text for tag, text in unknown.items() if text is not None}
    return Eligibility(**values, unknown=MappingProxyType(kept))


def _opened(raw: bytes) -> etree._Element:
    if len(raw) > LIMIT_BYTES:
        raise RequestRefused("larger than 4 MiB")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(_as_utf_8(raw), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        # libxml2's words repeat the file's: only where it was goes into the detail.
        place = getattr(error, "position", ("?", "?"))
        raise RequestRefused(f"not XML at line {place[0]}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise RequestRefused("it brings a DTD")
    if any(not isinstance(each.tag, str) for each in root.iter()) or _depth(root) > _DEEPEST:
        raise RequestRefused("entities, or too deep")
    return root


def _depth(root: etree._Element) -> int:
    deepest = max(root.iter(), key=lambda each: sum(1 for _ in each.iterancestors()))
    return sum(1 for _ in deepest.iterancestors())


def _as_utf_8(raw: bytes) -> bytes:
    """Decoded here: what Windows calls Shift_JIS is code page 932, and libxml2's is not."""
    plain = raw.removeprefix(b"\xef\xbb\xbf")
    declared = _DECLARED.match(plain)
    if declared is None:
        codec, rest = "utf-8", plain
    else:
        name, rest = declared[1].decode().lower(), plain[declared.end() :]
        if name not in _SHIFT_JIS | {"utf-8", "utf8"}:
            raise RequestRefused("neither UTF-8 nor Shift_JIS")
        codec = "cp932" if name in _SHIFT_JIS else "utf-8"
    return rest.decode(codec).encode()


def _text(element: etree._Element, path: str, *, longest: int = LONGEST_FIELD) -> str | None:
    found = element.find(path)
    if found is None:
        return None
    if len(found):
        raise RequestRefused("an element where text should be")
    text = found.text or ""
    if len(text) > longest:
        raise RequestRefused("a field is too long")
    return str(text)


def _day(text: str | None) -> date | None:
    if not text:
        return None
    if not _DAY.fullmatch(text):
        raise RequestRefused("not a day")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise RequestRefused("no such day") from None
