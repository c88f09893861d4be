"""The XML files: as the tree wants them, readable by others, and what strangers send refused."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kiosk import formats
from kiosk.domain.check import Answer, Eligibility
from kiosk.domain.text import full_width, half_width, half_width_kana
from kiosk.formats.oqs_read import LIMIT_BYTES, read_answer, read_request
from kiosk.formats.oqs_tags import Encoding
from kiosk.formats.oqs_xml import answer_name, face_name, no_result_xml, result_xml
from kiosk.formats.result import Request, RequestRefused, Result
from tests.support.results import SETTLED_AT, any_result, eligibility, result

XSD = Path(formats.__file__).with_name("oqs.xsd")
SCHEMA = etree.XMLSchema(etree.parse(XSD))
REQUEST = """<?xml version="1.0" encoding="Shift_JIS"?>
<XmlMsg><MessageHeader><MedicalInstitutionCode>1312345678</MedicalInstitutionCode>
<ArbitraryFileIdentifier>karte-0012</ArbitraryFileIdentifier></MessageHeader>
<MessageBody><QualificationConfirmSearchInfo><InsurerNumber>06139992</InsurerNumber>
<InsuredCardSymbol></InsuredCardSymbol>
<InsuredIdentificationNumber>００１２</InsuredIdentificationNumber>
<InsuredBranchNumber>01</InsuredBranchNumber><Birthdate>19800108</Birthdate>
<ArbitraryIdentifier>髙﨑</ArbitraryIdentifier>
</QualificationConfirmSearchInfo></MessageBody></XmlMsg>"""


def in_utf_8(raw: bytes) -> bytes:
    """A file as a reader that knows Windows' code page takes it."""
    text = raw.decode("cp932" if b"Shift_JIS" in raw[:60] else "utf-8")
    return text.replace('encoding="Shift_JIS"', 'encoding="UTF-8"', 1).encode()


def assert_of_the_tree(raw: bytes) -> etree._Element:
    root = etree.fromstring(in_utf_8(raw))
    SCHEMA.assertValid(root)
    return root


def as_the_tree_has_it(each: Eligibility, encoding: Encoding) -> Eligibility:
    changed: dict[str, Any] = {
        field.name: written(value, encoding)
        for field in fields(Eligibility)
        if isinstance(value := getattr(each, field.name), str)
    }
    for name in changed:
        value = getattr(each, name)
        if name in {"symbol", "number"}:
            changed[name] = written(full_width(value), encoding)
        elif name in {"name_kana", "name_of_other_kana"}:
            changed[name] = written(half_width_kana(value), encoding)
        elif name in {"insurer_number", "branch_number", "post_number"}:
            changed[name] = half_width(value)
    return replace(each, **changed)


def written(text: str, encoding: Encoding) -> str:
    return "".join(each_written(c, encoding) for c in text)


def each_written(character: str, encoding: Encoding) -> str:
    try:
        # Code page 932 takes ¢ for its ￠.
        return character.encode(encoding.codec).decode(encoding.codec)
    except UnicodeEncodeError:
        return "●"


@pytest.mark.parametrize("encoding", list(Encoding))
@settings(max_examples=40, deadline=None)
@given(said=any_result())
def test_what_is_written_is_of_the_tree_and_reads_back(encoding: Encoding, said: Result) -> None:
    raw = result_xml(said, encoding)
    assert_of_the_tree(raw)
    answer = said.answer
    warning = written(answer.warning or "", encoding)
    expected = replace(
        answer,
        eligibilities=tuple(as_the_tree_has_it(each, encoding) for each in answer.eligibilities),
        warning=warning or (None if answer.is_simulated else answer.warning),
    )
    assert read_answer(raw) == expected


def test_leading_zeros_widths_and_an_empty_symbol() -> None:
    said = result(eligibility(symbol="", number="0012", name_kana="タカサキ　イチロウ"))
    text = result_xml(said).decode("cp932")
    assert "<InsuredCardSymbol></InsuredCardSymbol>" in text
    assert "<InsuredIdentificationNumber>００１２</InsuredIdentificationNumber>" in text
    assert "<InsuredBranchNumber>01</InsuredBranchNumber>" in text
    assert "<NameKana>ﾀｶｻｷ ｲﾁﾛｳ</NameKana>" in text
    assert "<Name>髙﨑　一郎</Name>" in text
    absent = result_xml(result(eligibility(symbol=None))).decode("cp932")
    assert "InsuredCardSymbol" not in absent


def test_what_code_page_932_lacks_is_a_black_circle_and_utf_8_has_it() -> None:
    said = result(eligibility(name="𠮷田　花子"))
    assert "<Name>●田　花子</Name>" in result_xml(said).decode("cp932")
    assert "<Name>𠮷田　花子</Name>" in result_xml(said, Encoding.UTF_8).decode()


def test_two_eligibilities_and_the_classes_with_rules_of_their_own() -> None:
    classes = ("A1", "07", "05")
    said = result(*(eligibility(card_classification=each) for each in classes), validity="5")
    root = assert_of_the_tree(result_xml(said))
    assert [each.text for each in root.iter("InsuredCardClassification")] == list(classes)


def test_without_a_symbol_class_07_has_no_empty_one_and_05_keeps_its_numbers() -> None:
    defence = eligibility(card_classification="07", symbol=None, branch_number=None)
    special = eligibility(card_classification="05", symbol="", number="０００１")
    said = result(defence, special, validity="5")
    root = assert_of_the_tree(result_xml(said))
    first, second = root.iter("ResultOfQualificationConfirmation")
    assert first.find("InsuredCardSymbol") is None
    assert first.find("InsuredBranchNumber") is None
    assert second.findtext("InsuredCardSymbol") == ""
    assert second.findtext("InsuredIdentificationNumber") == "０００１"
    assert root.findtext("MessageBody/QualificationValidity") == "5"
    assert read_answer(result_xml(said)).eligibilities == (defence, special)


def test_the_limit_certificate_passes_through_in_its_place() -> None:
    limit = '{"LimitApplicationCertificateClassification": "01", "Foreign": "x"}'
    unknown = {
        "LimitApplicationCertificateRelatedInfo": limit,
        "LimitApplicationCertificateRelatedConsFlg": "1",
        "SomethingNew": "1",
    }
    root = assert_of_the_tree(
        result_xml(result(eligibility(unknown=unknown, reference_number="7")))
    )
    (found,) = root.iter("ResultOfQualificationConfirmation")
    tags = [each.tag for each in found]
    assert tags[-3:] == [
        "LimitApplicationCertificateRelatedConsFlg",
        "LimitApplicationCertificateRelatedInfo",
        "ReferenceNumber",
    ]
    assert "SomethingNew" not in tags


def test_simulated_is_marked_for_people_and_for_programs() -> None:
    raw = result_xml(result(is_simulated=True))
    text = raw.decode("cp932")
    assert "<!-- 模擬 -->" in text
    assert "<ProcessingResultMessage>【模擬】</ProcessingResultMessage>" in text
    assert read_answer(raw).is_simulated
    assert "模擬" not in result_xml(result()).decode("cp932")
    assert not read_answer(result_xml(result())).is_simulated


def test_names_of_files() -> None:
    assert face_name(result()) == (
        "OQSsiquc01res_face_00000000000040008000000000000001_20261121100203.xml"
    )
    assert answer_name("OQSsiquc01req_7.xml") == "OQSsiquc01res_7.xml"


def test_a_request_is_read_as_it_was_written() -> None:
    assert read_request(REQUEST.encode("cp932")) == Request(
        insurer_number="06139992",
        symbol="",
        number="００１２",
        branch_number="01",
        birth_date=date(1980, 1, 8),
        identifier="髙﨑",
        file_identifier="karte-0012",
        facility_code="1312345678",
    )


def test_a_request_is_answered_with_what_it_asked() -> None:
    asked = read_request(REQUEST.encode("cp932"))
    root = assert_of_the_tree(result_xml(result(), asked=asked))
    assert root.findtext("MessageHeader/ArbitraryFileIdentifier") == "karte-0012"
    info = root.find("MessageBody/QualificationConfirmSearchInfo")
    assert info is not None
    assert info.findtext("ArbitraryIdentifier") == "髙﨑"
    assert info.findtext("InsuredCardSymbol") == ""


def test_nothing_to_answer_with_is_no_verdict_about_the_patient() -> None:
    asked = read_request(REQUEST.encode("cp932"))
    root = assert_of_the_tree(
        no_result_xml(
            asked,
            Encoding.SHIFT_JIS,
            at=SETTLED_AT,
            facility_code="1312345678",
            code="K602",
            message="ありません",
            is_simulated=True,
        )
    )
    assert root.findtext("MessageHeader/SegmentOfResult") == "9"
    assert root.findtext("MessageHeader/ErrorMessage") == "【模擬】ありません"
    assert root.find("MessageBody") is None


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">'
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><XmlMsg><MessageBody>&i;</MessageBody></XmlMsg>"
)
HOSTILE = {
    "nothing": b"",
    "not xml": b"\x00\xff\xfe",
    "another root": REQUEST.replace("XmlMsg>", "Other>").encode("cp932"),
    "billion laughs": LAUGHS.encode(),
    "external entity": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><XmlMsg>&e;</XmlMsg>',
    "external dtd": b'<!DOCTYPE XmlMsg SYSTEM "http://127.0.0.1:9/x.dtd"><XmlMsg/>',
    "undeclared entity": b"<XmlMsg>&nbsp;</XmlMsg>",
    "utf-16": REQUEST.replace("Shift_JIS", "UTF-16").encode("utf-16"),
    "utf-7": REQUEST.replace("Shift_JIS", "UTF-7").encode(),
    "too deep": b"<a>" * 300 + b"</a>" * 300,
    "too deep for us": (b"<XmlMsg>" * 40) + (b"</XmlMsg>" * 40),
    "too large": b"<XmlMsg>" + b" " * LIMIT_BYTES + b"</XmlMsg>",
    "a field too long": REQUEST.replace("karte-0012", "9" * 101).encode("cp932"),
    "no number": REQUEST.replace("００１２", "").encode("cp932"),
    "no such day": REQUEST.replace("19800108", "19800230").encode("cp932"),
    "not a day": REQUEST.replace("19800108", "1980/1/8").encode("cp932"),
    "element for text": REQUEST.replace("karte-0012", "<b>1</b>").encode("cp932"),
    "not of its encoding": REQUEST.replace("Shift_JIS", "UTF-8").encode("cp932"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_is_refused_and_its_words_are_not_repeated(name: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        read_request(HOSTILE[name])
    assert not re.search("髙|root", refused.value.detail)


def mutated(rng: random.Random, raw: bytes) -> bytes:
    piece = bytearray(raw)
    for _ in range(rng.randint(1, 2)):
        at = rng.randrange(len(piece))
        match rng.randrange(5):
            case 0:
                piece[at] ^= 1 << rng.randrange(8)
            case 1:
                del piece[at : at + rng.randint(1, 40)]
            case 2:
                piece[at:at] = bytes(rng.randbytes(rng.randint(1, 8)))
            case 3:
                piece[at:at] = piece[at // 2 : at // 2 + rng.randint(1, 60)]
            case _:
                piece[at:at] = rng.choice(
                    [b"<!DOCTYPE x>", b"&amp;", b"<![CDATA[", b"<?x?>", b"]]>"]
                )
        if not piece:
            break
    return bytes(piece)


def mutate_and_read(count: int, seed: int) -> int:
    """How many of so many mutated files were still read; any other exception would come through."""
    rng, read = random.Random(seed), 0  # noqa: S311 - it makes examples
    seeds = [REQUEST.encode("cp932"), result_xml(result(eligibility(), eligibility()))]
    for number in range(count):
        raw = mutated(rng, seeds[number % 2])
        try:
            outcome: Request | Answer = (read_answer if number % 2 else read_request)(raw)
        except RequestRefused:
            continue
        assert outcome is not None
        read += 1
    return read


def test_mutated_files_are_read_or_refused() -> None:
    read = mutate_and_read(2_000, seed=1)
    assert 50 < read < 1_900


@pytest.mark.soak
def test_a_hundred_thousand_mutated_files_are_read_or_refused() -> None:
    assert mutate_and_read(120_000, seed=2) > 1_000


@settings(max_examples=100, deadline=None)
@given(raw=st.binary(max_size=200))
def test_whatever_bytes_come_are_refused(raw: bytes) -> None:
    with pytest.raises(RequestRefused):
        read_request(raw)


@pytest.mark.skipif(shutil.which("xmllint") is None, reason="xmllint (libxml2-utils) is not here")
@pytest.mark.parametrize("encoding", list(Encoding))
def test_xmllint_reads_it_by_the_schema(encoding: Encoding, tmp_path: Path) -> None:
    # glibc's Shift_JIS is not Windows': it lacks 髙 and 﨑, which receipt computers read.
    name = "山田　太郎" if encoding is Encoding.SHIFT_JIS else "髙﨑　𠮷"
    file = tmp_path / "x.xml"
    file.write_bytes(result_xml(result(eligibility(name=name), is_simulated=True), encoding))
    done = subprocess.run(
        ["xmllint", "--nonet", "--schema", XSD, "--noout", file],  # noqa: S607 - where it is installed
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
