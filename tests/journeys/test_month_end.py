"""From the 20th: the one list of what is open, heard from kioskd where the staff rest.

Four visits of one month, each with another end; then it is the 22nd of the next. The person hears
how much is open, walks through it, and does with a key what can be done with one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.dates import Month, day_in_japan
from tests.journeys.conftest import Ward, open_clinic, wait_until
from tests.journeys.ear import APLAY, PEOPLE
from tests.journeys.test_access import CODE, NAME, with_secret
from tests.journeys.test_retention import give_the_time, visit
from tests.support.by_ear import Blind
from tests.support.faked_time import Calendar
from tests.support.pcscd import Pcscd
from tests.support.visitor import Visitor

pytest.importorskip("pyopenjtalk", reason="the voice extra is not installed")
pytestmark = [pytest.mark.pcsc, pytest.mark.soak, pytest.mark.timeout(480)]
MONTH = Month.of(day_in_japan(datetime.now(UTC))).plus(1)
VISITS = MONTH.start + timedelta(days=9, hours=12)
THE_22ND = MONTH.plus(1).start + timedelta(days=21, hours=12)
A_MINUTE_S = 90.0
LIST = ["set_aside", "follow_up", "waiting", "unexported", "card_ends", "goes_soon"]
"""What people must do themselves first."""


@pytest.fixture
def calendar(tmp_path: Path, pcscd: Pcscd, monkeypatch: pytest.MonkeyPatch) -> Calendar:
    """Begun after pcscd, which keeps the true time."""
    del pcscd
    return Calendar.opened(tmp_path / "clock", monkeypatch, VISITS)


@pytest.fixture
def ward(calendar: Calendar, tmp_path: Path, pcscd: Pcscd) -> Iterator[Ward]:
    """One whose insurer is late, one whose certificate ends, an account stopped once, no line."""
    people = tmp_path / "people.toml"
    people.write_text(PEOPLE, "utf-8")
    del calendar
    with open_clinic(tmp_path, "--people", str(people)) as clinic:
        clinic.vpcd = f"{pcscd.host}:{pcscd.port}"
        assert (
            with_secret(
                clinic, CODE, "setup", "passcode", "set", *NAME, "--passcode-fd", "0"
            ).status
            == 0
        )
        made = Ward(clinic)
        made.switch_on()
        visit(made, "newcomer", "8642", "result.none")
        visit(made, "expiring", "4569", "result.valid")
        clinic.simulator("fault", "account-stopped", "--times", "1")
        visit(made, "taro", "1234", "outage.received")
        clinic.simulator("offline")
        visit(made, "hanako", "2345", "outage.received")
        made.switch_off()
        yield made
        if made.kioskd is not None and made.kioskd.poll() is None:
            made.switch_off()
        for link in made.links:
            link.close()


def kinds(ward: Ward) -> list[str]:
    """Of what is open, in its order, asked as anybody may."""
    looker = Visitor(ward.link(), claims=False)
    found = [str(each["kind"]) for each in looker.query("matters")["matters"]]
    looker.link.close()
    return found


@pytest.fixture
def blind(ward: Ward, calendar: Calendar, tmp_path: Path) -> Iterator[Blind]:
    """On the 22nd of the month after."""
    calendar.turn_to(THE_22ND)
    give_the_time(ward)
    ward.switch_on()
    wait_until(lambda: "goes_soon" in kinds(ward), A_MINUTE_S)
    assert kinds(ward) == LIST
    programs, ear = tmp_path / "bin", tmp_path / "ear"
    programs.mkdir()
    ear.mkdir()
    (programs / "aplay").write_text(APLAY)
    (programs / "aplay").chmod(0o755)
    ours = {"PATH": f"{programs}:{os.environ['PATH']}"}
    somebody = Blind(ward.socket, ear / "said.jsonl", ward.clinic.environment() | ours)
    yield somebody
    somebody.close()


def logs_in_to_what_is_open(blind: Blind) -> None:
    """By the passcode; the month's news and one matter of each kind are told."""
    blind.hears("受付できます。")
    blind.press("助")
    blind.hears("ゼロ、職員のログイン。")
    blind.press("0")
    blind.hears("職員の番号を押し、")
    blind.press(CODE + "決")
    blind.hears("ログインしました。")
    blind.hears("ぶんは、")
    blind.hears("今月の残り、ロッケン。ニを押すと、いちらん。")
    for each in ("職員の確認がいるもの", "みかくにん", "確認待ち", "書き出していない結果のある月",
                 "期限の近いカード"):  # fmt: skip
        blind.hears(f"{each}、イッケン。")


def test_the_one_list_is_heard_and_worked_through(ward: Ward, blind: Blind) -> None:
    logs_in_to_what_is_open(blind)
    blind.press("2")
    blind.hears("職員の確認がいります。")
    blind.hears("イチ、もういちど問い合わせる。")
    blind.press("1")
    blind.hears("もういちど、問い合わせます。")
    blind.hears("いちらんが変わりました。")
    blind.hears("確認待ち。")
    blind.press("2")
    blind.hears("みかくにん。")
    for words in (
        "確認待ち。",
        "確認待ち。",
        "一度も書き出していない結果、",
        "カードの証明書の期限、",
        "ぶんは、",
    ):
        blind.press("8")
        blind.hears(words)
    blind.hears("次に、請求に必要な番号を、そのまえに書き出してください。")
    for words in (
        "カードの証明書の期限、",
        "書き出していない",
        *["確認待ち。"] * 2,
        "みかくにん。",
    ):
        blind.press("2")
        blind.hears(words)
    blind.press("3")
    blind.hears("イチ、保険者か本人に確かめた。")
    blind.press("1")
    blind.hears("済みにしますか。")
    blind.press("1")
    blind.hears("済みにしました。")
    assert "follow_up" not in kinds(ward)
