"""Passcode, then the code of the minute, before a real kioskd: by keypad, and by ear alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kiosk.pages.page import Kind
from kiosk.usecases.access import STEP_S, totp
from tests.journeys.conftest import Clinic, Ward
from tests.journeys.test_access import CODE, NAME, enrolled, with_secret
from tests.support.screen import Screen

ASKED = "確認の番号ロクケタを押し、決定を押してください。"
IN = "ログインしました。"
WRONG = "二つ目の確認ができませんでした。"


@dataclass
class Phone:
    """An authenticator app into which the secret was put."""

    secret: bytes

    def code(self, steps: int = 0) -> str:
        """Of now, or of a step before or after."""
        return totp(self.secret).generate(int(time.time()) + steps * STEP_S).decode()


@pytest.fixture
def office(clinic: Clinic) -> Iterator[Ward]:
    """A clinic that wants the code of the minute; kioskd is not on yet."""
    with clinic.config.open("a", encoding="utf-8") as settings:
        settings.write('\n[access]\nsecond_factor = "totp"\n')
    with_secret(clinic, CODE, "setup", "passcode", "set", *NAME, "--passcode-fd", "0")
    made = Ward(clinic)
    yield made
    for link in made.links:
        link.close()


@pytest.fixture
def phone(office: Ward) -> Phone:
    """The app that was enrolled with the code of the step before."""
    done, secret = enrolled(office.clinic)
    assert done.status == 0, done.err
    return Phone(secret)


def at(office: Ward) -> Screen:
    """A front at the kioskd that has just been switched on."""
    office.switch_on()
    screen = Screen(office.socket)
    office.links.append(screen.link)
    screen.hears("受付でき")
    return screen


def knock(screen: Screen, code: str) -> None:
    """Help, staff, passcode, code; each only when it was asked for aloud."""
    if screen.front.page.kind is not Kind.LOGIN:
        screen.keys("slash", "0")
        screen.hears("職員の番号を押し、決定を押してください。")
    screen.keys(*CODE, "enter")
    screen.hears(ASKED)
    screen.keys(*code, "enter")


def test_the_code_of_the_minute_by_ear_alone(office: Ward, phone: Phone) -> None:
    screen = at(office)
    knock(screen, "000000")
    screen.hears(WRONG)
    code = phone.code()
    knock(screen, code)
    screen.hears(IN)
    screen.keys("minus")
    screen.hears("ログアウトしました。")
    knock(screen, code)  # used before
    screen.hears(WRONG)
    knock(screen, phone.code(+1))  # no step is used twice
    screen.hears(IN)
    rows = office.clinic.run("audit", "show", "--json").document["rows"]
    assert [(row["event"], row["what"]) for row in rows[3:]] == [
        ("login_failed", "second-factor"),
        ("logged_in", "totp"),
        ("logged_out", ""),
        ("login_failed", "second-factor"),
        ("logged_in", "totp"),
    ]


def test_power_cuts_between_tries_win_nothing(office: Ward, phone: Phone) -> None:
    for tries in (3, 2):
        screen = at(office)
        for _ in range(tries):
            knock(screen, "000000")
            screen.hears(WRONG)
        office.cut_the_power()
    screen = at(office)
    knock(screen, phone.code())
    screen.hears("秒です。")
    screen.until("番号の間違いが続いたため")


def test_without_a_certain_clock_only_a_recovery_code_opens(office: Ward, phone: Phone) -> None:
    clinic = office.clinic
    settings = clinic.config.read_text("utf-8").replace('trust = "always"', 'trust = "never"')
    clinic.config.write_text(settings, "utf-8")
    codes = clinic.run("setup", "second", "recovery", *NAME, "--json").document["codes"]
    screen = at(office)
    knock(screen, phone.code())
    screen.hears("職員の番号のあとに、予備の番号を押してください。")
    screen.until("時刻が確かでないため")
    knock(screen, codes[0])
    screen.hears(IN)
