"""What applies is found out by questions, one a screen, and told with its source and day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.desk.messages import Ask
from kiosk.domain.adoption_rules import Kind as Facility
from kiosk.domain.adoption_steps import Step
from kiosk.pages.page import Kind
from kiosk.ports.adoption import Progressed, Site
from kiosk.usecases.adoption import Navigator
from tests.screens.staff_pages import LOGIN
from tests.support.adoption_script import NOW, adoption_documents, navigator_of
from tests.support.screen import Desk
from tests.support.screen_script import ScriptedCore

Opened = Callable[..., Desk]
ASKS = LOGIN + "516"
IN_2025 = datetime(2025, 6, 1, 3, tzinfo=UTC)
DECIDED = "2025-12-02"
YES, NO = "1", "2"


@dataclass
class NavigatedCore(ScriptedCore):
    """Answers what is asked of getting started as the real navigator does."""

    navigator: Navigator = field(default_factory=lambda: navigator_of(Progressed()))

    def document(self, query: str, about: dict[str, Any]) -> dict[str, Any]:
        if query == "adoption":
            return self.navigator.document(about)
        return super().document(query, about)


@pytest.fixture
def at(open_desk: Opened) -> Callable[..., Desk]:
    def opened(kind: Facility | None, *, now: datetime = NOW, **kept: Any) -> Desk:  # noqa: ANN401
        progressed = Progressed(**kept, site=Site(kind) if kind else None)
        documents = adoption_documents()
        return open_desk(
            NavigatedCore(documents=documents, navigator=navigator_of(progressed, now=now))
        )

    return opened


def said_of_it(desk: Desk) -> dict[str, Any]:
    """What was asked for last with what the staff said."""
    asks = [each for each in desk.sent(Ask) if isinstance(each, Ask) and each.query == "adoption"]
    return dict(asks[-1].about)


def heard(desk: Desk) -> str:
    return "".join(desk.voice.said)


@pytest.mark.parametrize(
    ("kind", "keys", "about", "told"),
    [
        (Facility.JUDO, NO, {"no_delegation": True}, "義務化は及びません。"),
        (Facility.JUDO, YES + NO + NO + NO, {}, "対象外の理由には、当たりません。"),
        (Facility.AHAKI, YES + YES + NO + NO, {"closes_on": DECIDED}, "休止を決めています。"),
        (Facility.AHAKI, YES + NO + YES + NO, {"stops_on": DECIDED}, "中止を決めています。"),
        (
            Facility.JUDO,
            YES + NO + NO + YES + "71決" + YES + YES + "40決" + NO + NO,
            {"hard": True, "practitioners": [[71, True, False], [40, False, False]]},
            "施術者がみな、高齢です。",
        ),
        (
            Facility.AHAKI,
            YES + NO + NO + YES + "72決" + YES + NO + YES + "35決" + YES + YES + NO,
            {"hard": True, "practitioners": [[72, True, False], [35, True, True]]},
            "施術者がみな、高齢か、視覚障害です。",
        ),
        (Facility.MIDWIFE, "", {}, "の時点です。"),
    ],
)
def test_what_is_said_decides_what_applies(
    at: Callable[..., Desk], kind: Facility, keys: str, about: dict[str, Any], told: str
) -> None:
    desk = at(kind)
    desk.keys(ASKS + keys)
    assert desk.shows(Kind.NOTICES)
    assert desk.voice.said.count("はじめるまでの手順。") == 1
    assert said_of_it(desk) == about
    assert told in heard(desk)
    assert "レイワハチネンジュウイチガツニジュウイチニチの時点です。" in heard(desk)
    desk.keys("8")
    assert "出典は、" in heard(desk)
    desk.keys("戻")
    assert desk.shows(Kind.ADOPTION)


def test_the_cost_of_the_reader_is_asked_while_there_is_a_subsidy(at: Callable[..., Desk]) -> None:
    desk = at(Facility.JUDO, now=IN_2025)
    desk.keys(ASKS + YES + NO + NO + NO)
    assert "読み取り機の実費。" in heard(desk)
    desk.keys("30000決")
    assert said_of_it(desk) == {"cost": 30000}
    for _ in range(20):
        desk.keys("8")
    assert "補助の額は30000円です。" in heard(desk)


def test_an_unknown_cost_is_left_out(at: Callable[..., Desk]) -> None:
    desk = at(Facility.JUDO, now=IN_2025)
    desk.keys(ASKS + NO + "0決")
    assert said_of_it(desk) == {"no_delegation": True}


def test_no_such_age_is_not_taken_and_back_is_one_question(at: Callable[..., Desk]) -> None:
    desk = at(Facility.JUDO)
    desk.keys(ASKS + YES + NO + NO + YES + "400決")
    assert "その番号はありません。" in heard(desk)
    desk.keys("戻" * 4)
    assert "オンラインで資格を確認することが難しいですか。" in desk.text.replace("\n", "")
    desk.keys("戻戻" + YES + NO + NO)
    assert said_of_it(desk) == {"closes_on": DECIDED}


def test_nothing_of_it_is_kept(at: Callable[..., Desk]) -> None:
    desk = at(Facility.AHAKI, done={Step.ACCOUNT: NOW.date()})
    core = desk.core
    assert isinstance(core, NavigatedCore)
    before = core.navigator.promotion()
    desk.keys(ASKS + YES + NO + NO + YES + "72決" + YES + YES + NO)
    assert core.navigator.promotion() == before
    desk.keys("戻3")
    assert said_of_it(desk) == {}


def test_without_a_kind_it_is_asked_for_first(at: Callable[..., Desk]) -> None:
    desk = at(None)
    desk.keys(ASKS)
    assert desk.shows(Kind.ADOPTION)
    assert "施設の種類を選ぶと、当てはまる通知をお伝えします。" in heard(desk)
