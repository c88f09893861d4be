"""What a visitor is told of an outcome beside the result itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.domain.certificate import CertificateState, CertificateWarning
from kiosk.domain.changes import Change, Since
from kiosk.phrasebook import Phrase, Phrasebook
from kiosk.phrasebook.tells import utterances
from kiosk.phrasebook.told import told, told_notice, told_since, told_warnings
from kiosk.voice.words import is_english, sentences
from tests.line.test_view import TARO, TODAY, answered
from tests.support.japanese import strays

ENDS = date(2026, 12, 15)
WARNING = CertificateWarning(CertificateState.EXPIRES_SOON, ENDS, date(2027, 3, 31))


def test_the_day_a_certificate_ends_is_told_whatever_the_service_says_of_it() -> None:
    vague = replace(answered("1", TARO, warning="期限が近い"), certificate=WARNING)
    phrases = {each.phrase: each for each in told(vague, TODAY)}
    assert phrases[Phrase.LINE_WARNING].values == {"warning": "期限が近い"}
    assert phrases[Phrase.LINE_CERTIFICATE_EXPIRES_SOON].values == {"day": ENDS}


def test_a_warning_of_the_service_is_told_alone_where_the_kiosk_saw_nothing() -> None:
    said = [each.phrase for each in told(answered("1", TARO, warning="ほか"), TODAY)]
    assert said[-1] == Phrase.LINE_WARNING


@pytest.mark.parametrize(
    ("code", "certificate", "said"),
    [
        ("MDG101", None, [Phrase.LINE_NOTICE_EXPIRES_SOON]),
        ("MDG102", None, [Phrase.LINE_NOTICE_IN_GRACE]),
        ("MDG101", WARNING, [Phrase.LINE_CERTIFICATE_EXPIRES_SOON]),
        ("MDG199", None, [Phrase.LINE_WARNING]),
        ("MDG199", WARNING, [Phrase.LINE_WARNING, Phrase.LINE_CERTIFICATE_EXPIRES_SOON]),
        (None, None, [Phrase.LINE_WARNING]),
    ],
)
def test_a_notice_is_told_by_its_code_and_once(
    code: str | None, certificate: CertificateWarning | None, said: list[Phrase]
) -> None:
    notice = answered("1", TARO, warning="お知らせ", warning_code=code)
    outcome = replace(notice, certificate=certificate)
    assert [each.phrase for each in told_warnings(outcome)] == said
    assert [each.phrase for each in told(outcome, TODAY)][-len(said) :] == said


def test_nothing_said_beside_the_answer_is_nothing_told() -> None:
    assert told_notice(None, None) == told_notice("MDG199", None) == ()


@pytest.mark.parametrize("code", ["MDG101", "MDG102", "MDG199"])
def test_in_english_a_notice_is_english_or_said_to_be_the_service_s_own(code: str) -> None:
    book = Phrasebook.load("en")
    (tell,) = told_notice(code, "証明書の有効期限が近づいています")
    (line,) = utterances(tell.phrase, tell.values, book)
    assert line.is_private
    if code == "MDG199":
        assert line.read.startswith("The service says (in Japanese): 証明書")
        pieces = sentences(line.heard)
        assert [is_english(each) for each in pieces] == [True, False]
    else:
        assert strays(f"{line.read} {line.heard}", ()) == []


def test_another_insurer_says_for_itself_that_its_numbers_are_others() -> None:
    every = (Change.INSURER, Change.SYMBOL, Change.NUMBER, Change.BRANCH, Change.SHARE)
    said = [each.phrase for each in told_since(Since(TODAY, is_today=False, changes=every))]
    assert said == ["change.insurer", "change.share"]
    alone = [each.phrase for each in told_since(Since(TODAY, is_today=False, changes=every[1:3]))]
    assert alone == ["change.symbol", "change.number"]


@pytest.mark.parametrize("changes", [(), (Change.SHARE,)])
def test_confirmed_today_is_said_of_what_was_confirmed(changes: tuple[Change, ...]) -> None:
    again = Since(TODAY, is_today=True, changes=changes)
    said = [each.phrase for each in told(answered("1", TARO), TODAY, since=again)]
    assert Phrase.CHANGE_TODAY in said
    turned = replace(again, changes=(*changes, Change.VALIDITY))
    for outcome, since in ((answered("1", TARO), turned), (answered("4"), again)):
        said = [each.phrase for each in told(outcome, TODAY, since=since)]
        assert Phrase.CHANGE_TODAY not in said
