"""The journeys with the eyes closed, through processes: heard, felt for, and what is on the disk.

kioskd, the screen and the speech process are real; the person hears utterances and presses keys.
``heard/`` keeps each journey as it is heard, reviewed by people: after a wanted change
``MADOGUCHI_SCREENS=write``, and read it aloud. At the end everything that the kiosk could have
written to is searched for what was said in private.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.journeys.conftest import ANSWERED, Clinic, Ward
from tests.journeys.ear import (
    ALONE,
    ATTENDED,
    OR_LEFT,
    PATIENCE_S,
    TARO,
    Ear,
    home_in,
    lays_the_card,
    lying_about,
    nothing_is_on_the_disk,
    settled,
    takes_the_card,
    through_the_chart,
    with_private_words,
)
from tests.support.faked_time import Calendar
from tests.support.pcscd import Pcscd

pytest.importorskip("pyopenjtalk", reason="the voice extra is not installed")
pytestmark = [pytest.mark.pcsc, pytest.mark.soak, pytest.mark.timeout(600)]
THE_21ST = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.fixture
def clinic(
    tmp_path: Path,
    pcscd: Pcscd,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[Clinic]:
    """On a day when a login tells what is open; pcscd, begun before, keeps the true time."""
    del pcscd
    Calendar.opened(tmp_path / "clock", monkeypatch, THE_21ST)
    yield from settled(tmp_path, request.param)


@pytest.fixture
def ear(ward: Ward, tmp_path: Path) -> Iterator[Ear]:
    somebody = Ear(ward, home_in(tmp_path), tmp_path / "ear")
    yield somebody
    somebody.leaves()


@pytest.mark.parametrize("clinic", [ALONE], indirect=True)
def test_journey_a(ward: Ward, ear: Ear) -> None:
    blind = ear.sits()
    blind.hears("受付できます。")
    blind.press("5")
    blind.hears("暗証番号ヨンケタを")
    blind.press("9999決")
    blind.hears("カードを読み取り機に置いてください。")
    blind.sees_to("カードを置く")
    ward.lay("taro")
    blind.hears("あとニカイです。")
    blind.press("1234決")
    assert blind.hears("ヤマダタロウサマ。").startswith("〔私〕")
    blind.hears("カードが残っています。", PATIENCE_S)
    takes_the_card(ward, blind)
    blind.press("再")
    blind.listens()
    assert not [each for each in blind.heard if "9999" in each or "1234" in each]
    ear.has_heard("a")


@pytest.mark.parametrize("clinic", [""], indirect=True)
def test_journey_b(ward: Ward, ear: Ear) -> None:
    before = lying_about()
    blind = ear.sits()
    blind.hears("受付できます。")
    blind.sees_to("回線が切れる")
    ward.clinic.simulator("offline")
    lays_the_card(ward, blind, "taro", "1234")
    blind.hears("確認待ちです。")
    assert "有効" not in "".join(blind.heard)
    takes_the_card(ward, blind)
    blind.sees_to("停電、そのあと電気が戻る")
    ward.cut_the_power()
    ear.leaves()
    ward.switch_on()
    blind = ear.sits()
    blind.hears("再起動しました。確認待ち、イッケン。")
    with_private_words(blind)
    blind.sees_to("回線が戻る")
    ward.clinic.simulator("online")
    blind.hears("回線が戻りました。イッケン、確認しました。のこりゼロケン。", PATIENCE_S)
    blind.listens()
    assert "〔私〕もぎ。ヤマダタロウサマ。有効。サンワリ。" in blind.heard
    assert (ward.states(), ward.asked()) == ([ANSWERED], 1)
    nothing_is_on_the_disk(ear, TARO, before)
    ear.has_heard("b", OR_LEFT)


@pytest.mark.parametrize("clinic", [ATTENDED], indirect=True)
def test_journey_b_with_an_answer_that_is_not_valid(ward: Ward, ear: Ear) -> None:
    blind = ear.sits()
    blind.hears("受付できます。")
    blind.sees_to("回線が切れる")
    ward.clinic.simulator("offline")
    lays_the_card(ward, blind, "invalid", "5678")
    blind.hears("確認待ちです。")
    through_the_chart(blind)
    takes_the_card(ward, blind)
    with_private_words(blind)
    blind.sees_to("回線が戻る")
    ward.clinic.simulator("online")
    told = blind.hears("資格、無効。", PATIENCE_S)
    assert told.startswith("〔私〕")
    assert "次の来院で、番号を必ず確認してください。" in told
    blind.listens()
    ear.has_heard("b5", OR_LEFT)
