"""Passcode, then the code of the minute, before a real kioskd: by keypad, and by ear alone."""

from __future__ import annotations

import re
import time
from base64 import b32decode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase
from kiosk.usecases.access import STEP_S, totp
from tests.journeys.conftest import Clinic, Ward
from tests.journeys.test_access import CODE, NAME, enrolled, with_secret
from tests.support.screen import Screen
from tests.support.visitor import JA

ASKED = "確認の番号ロクケタを押し、決定を押してください。"
IN = "ログインしました。"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
"""Of RFC 4648, 6."""
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
    yield from peopled(clinic)


@pytest.fixture
def new_office(clinic: Clinic) -> Iterator[Ward]:
    """A clinic that does not want it yet."""
    yield from peopled(clinic)


def peopled(clinic: Clinic) -> Iterator[Ward]:
    """Somebody has a passcode."""
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


SIGNS = {JA.say(Phrase.WALK_SIGN, sign=each).heard.rstrip("。"): each for each in ALPHABET}
"""Letters and digits of a secret by what is heard of them."""


def written(heard: str) -> str:
    """A group of the secret as somebody who hears it writes it down."""
    names = "|".join(sorted(SIGNS, key=len, reverse=True))
    return "".join(SIGNS[each] for each in re.findall(names, heard.rpartition("もぎ。")[2]))


def secret_by_ear(screen: Screen) -> str:
    """From rest to the page of the secret, and through its groups."""
    screen.keys("slash", "0")
    screen.hears("職員の番号を押し")
    screen.keys(*CODE, "enter")
    screen.hears(IN)
    for keys, words in (
        ("122", "名前や資格を、スピーカーで言います。"),
        ("3", "イチ、認証アプリを登録する。"),
        ("1", "もういちど、ご自分の職員の番号を押し"),
    ):
        screen.keys(*keys)
        screen.hears(words)
    screen.keys(*CODE, "enter")
    heard = [screen.hears("〔私〕")]
    for _ in range(7):
        screen.keys("enter")
        heard.append(screen.hears("〔私〕"))
    assert all(len(written(each)) == 4 for each in heard), heard
    return "".join(map(written, heard))


def test_an_app_is_enrolled_by_ear_and_a_power_cut_leaves_none_half(new_office: Ward) -> None:
    office = new_office
    lost = secret_by_ear(at(office))
    office.cut_the_power()
    screen = at(office)
    secret = secret_by_ear(screen)
    assert secret != lost
    phone = Phone(b32decode(secret))
    screen.keys("enter")
    screen.hears("アプリに出ている番号ロクケタを押し")
    screen.keys(*Phone(b32decode(lost)).code(), "enter")
    screen.hears("アプリの番号が合いません。")
    screen.keys(*phone.code(), "enter")
    screen.hears("認証アプリを登録しました。")
    office.cut_the_power()
    with office.clinic.config.open("a", encoding="utf-8") as settings:
        settings.write('\n[access]\nsecond_factor = "totp"\n')
    screen = at(office)
    knock(screen, "000000")
    screen.hears(WRONG)
    knock(screen, phone.code(+1))  # later than the one that enrolled it, at whatever moment
    screen.hears(IN)
    rows = office.clinic.run("audit", "show", "--json")
    events = [row["event"] for row in rows.document["rows"]]
    assert events.count("second_factor_set") == 1
    for each in (secret, lost, phone.code()):
        kept = [file for file in office.clinic.dir.rglob("*") if each.encode() in content(file)]
        assert (kept, each in rows.out) == ([], False)


def content(file: Path) -> bytes:
    """What a file holds; nothing of what is none."""
    return file.read_bytes() if file.is_file() else b""
