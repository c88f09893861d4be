"""What a visitor is told of an outcome beside the result itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.domain.certificate import CertificateState, CertificateWarning
from kiosk.domain.changes import Change, Since
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import told, told_since
from tests.line.test_view import TARO, TODAY, answered

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
