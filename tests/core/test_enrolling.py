"""What staff enrol for their own second step, asked of the real core at its desk."""

from __future__ import annotations

import threading
from base64 import b32decode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kiosk.desk.messages import Ask, Failed, Logout, Prove, Reply
from kiosk.domain.passcode import Factor, Passcode
from kiosk.ports.access import Holder, Standing
from kiosk.reader.security_key import Fido2Keys
from kiosk.usecases.access import STEP_S, URI_MOST, Gate, otpauth, totp
from tests.core.conftest import PASSCODE, STAFF, Box
from tests.support.visitor import Visitor

OTHER = Holder(Standing.STAFF, "山田はなこ院長")
OTHERS = "730461"


def open_box(box: Box, change: Callable[[Gate], Gate] = lambda gate: gate) -> Visitor:
    """Two people have a passcode; the first has logged in."""
    box.switch_off()
    box.gate = change
    box.switch_on()
    box.set_passcode()
    gate(box).access.set_passcode(OTHER, Passcode(OTHERS))
    staff = box.visitor(claims=False)
    staff.log_in(PASSCODE)
    return staff


def gate(box: Box) -> Gate:
    assert box.core is not None
    return box.core.gate


def audited(box: Box) -> list[str]:
    return [f"{row.event.value} {row.what}".strip() for _, row in gate(box).audit.entries()]


def code_of(staff: Visitor, query: str, **about: object) -> str:
    reply = staff.ask(lambda number: Ask(number, query, about))
    return reply.code if isinstance(reply, Failed) else "ok"


def app_code(box: Box, secret: str, *, steps: int = 0) -> str:
    now = int(gate(box).clock.now().timestamp())
    return totp(b32decode(secret)).generate(now + steps * STEP_S).decode()


def test_an_app_counts_once_its_code_was_right_and_every_step_is_on_record(box: Box) -> None:
    staff = open_box(box)
    nothing = {"asks": "none", "app": False, "keys": 0}
    assert staff.query("second").items() >= nothing.items()
    shown = staff.query("second_begin", passcode=PASSCODE)
    assert len(b32decode(shown["secret"])) == 20
    assert shown["uri"] == otpauth(b32decode(shown["secret"]), STAFF, facility(box))
    assert code_of(staff, "second_prove", code="000000") == "K360"
    assert gate(box).access.totp(STAFF) is None
    code = app_code(box, shown["secret"])
    assert staff.query("second_prove", code=code)["app"]
    assert gate(box).access.totp(STAFF) == b32decode(shown["secret"])
    assert gate(box).access.totp(OTHER) is None
    assert code_of(staff, "second_prove", code=code) == "K314", "what was proved is closed"
    assert not staff.query("second_forget", passcode=PASSCODE, factor="totp")["app"]
    assert audited(box) == [
        "logged_in",
        "looked second",
        "ordered second_begin",
        "ordered second_prove",
        "refused second_prove:K360",
        "ordered second_prove",
        "second_factor_set totp",
        "ordered second_prove",
        "refused second_prove:K314",
        "ordered second_forget",
        "second_factor_removed totp",
    ]


def facility(box: Box) -> str:
    assert box.kiosk is not None
    return box.kiosk.facility.code


def test_the_code_that_enrolled_opens_nothing_more(box: Box) -> None:
    staff = open_box(box)
    shown = staff.query("second_begin", passcode=PASSCODE)
    code = app_code(box, shown["secret"])
    staff.query("second_prove", code=code)
    access = gate(box).access
    step = int(gate(box).clock.now().timestamp()) // STEP_S
    assert not access.use_step(STAFF, step - 1)
    assert access.use_step(STAFF, step + 1)


@pytest.mark.parametrize("leaves", ["second", "logout"])
def test_whoever_leaves_has_enrolled_nothing(box: Box, leaves: str) -> None:
    staff = open_box(box)
    shown = staff.query("second_begin", passcode=PASSCODE)
    if leaves == "second":
        staff.query("second")
    else:
        assert isinstance(staff.ask(Logout), Reply)
        assert code_of(staff, "second") == "K313"
        staff.log_in(PASSCODE)
    assert code_of(staff, "second_prove", code=app_code(box, shown["secret"])) == "K314"
    assert gate(box).access.totp(STAFF) is None


def test_a_change_needs_ones_own_passcode_and_wrong_ones_lock_out(box: Box) -> None:
    staff = open_box(box)
    assert code_of(staff, "second_begin") == "K314"
    tries = [code_of(staff, "second_begin", passcode=OTHERS) for _ in range(5)]
    assert tries == ["K321"] * 5
    locked = staff.ask(lambda number: Ask(number, "second_begin", {"passcode": PASSCODE}))
    assert isinstance(locked, Failed)
    assert (locked.code, 0 < locked.wait_s <= 30) == ("K320", True)
    assert audited(box).count("login_failed passcode") == 5


def test_the_factor_that_the_login_asks_for_is_replaced_never_taken_away(box: Box) -> None:
    staff = open_box(box)
    first = staff.query("second_begin", passcode=PASSCODE)
    staff.query("second_prove", code=app_code(box, first["secret"]))
    box.switch_off()
    box.gate = lambda each: replace(each, factor=Factor.TOTP)
    box.switch_on()
    staff = box.visitor(claims=False)
    staff.log_in(PASSCODE)
    assert code_of(staff, "second") == "K313", "the passcode alone opens nothing"
    staff.log_in(PASSCODE)
    code = app_code(box, first["secret"], steps=1)
    assert isinstance(staff.ask(lambda number: Prove(number, code)), Reply)
    assert staff.query("second")["asks"] == "totp"
    assert code_of(staff, "second_forget", passcode=PASSCODE, factor="totp") == "K356"
    second = staff.query("second_begin", passcode=PASSCODE)
    assert gate(box).access.totp(STAFF) == b32decode(first["secret"]), "until the new one is proved"
    assert staff.query("second_prove", code=app_code(box, second["secret"]))["app"]
    assert gate(box).access.totp(STAFF) == b32decode(second["secret"])


def test_an_uri_is_small_enough_for_the_smallest_letters() -> None:
    secret = bytes(range(20))
    short, long = (otpauth(secret, each, "1312345671") for each in (STAFF, OTHER))
    assert "staff-1" in short
    assert "%" not in long
    assert max(len(short), len(long)) <= URI_MOST


# -- a key ---------------------------------------------------------------------------------


def with_key(box: Box, *, is_touched: bool) -> tuple[Visitor, Any]:
    pytest.importorskip("fido2", reason="the extra `key` is not installed")
    from tests.support.security_key import SoftKey  # noqa: PLC0415 - needs fido2

    device = SoftKey(is_touched=is_touched)
    keys = Fido2Keys(lambda: [device.plugged()], touch_s=10.0)
    return open_box(box, lambda each: replace(each, keys=keys)), device


def test_keys_are_added_replaced_and_taken_away(box: Box) -> None:
    staff, _ = with_key(box, is_touched=True)
    assert staff.query("second")["reads_keys"]
    for replaces, count in ((False, 1), (False, 2), (True, 1)):
        state = staff.query("second_key", passcode=PASSCODE, replaces=replaces)
        assert state["keys"] == count
    [kept] = gate(box).access.security_keys(STAFF)
    assert gate(box).keys is not None
    assert gate(box).keys.prove([kept])  # type: ignore[union-attr]
    assert staff.query("second_forget", passcode=PASSCODE, factor="fido2")["keys"] == 0
    assert audited(box).count("second_factor_set fido2") == 3
    assert audited(box)[-1] == "second_factor_removed fido2"


def test_a_touch_after_they_went_on_enrols_nothing(box: Box) -> None:
    staff, device = with_key(box, is_touched=False)
    found: list[str] = []
    order = threading.Thread(
        target=lambda: found.append(code_of(staff, "second_key", passcode=PASSCODE))
    )
    order.start()
    assert device.waits.wait(10.0)
    staff.link.send(Ask(999, "second"))
    order.join(10.0)
    assert found == ["K328"]
    device.finger.set()
    assert gate(box).access.security_keys(STAFF) == []
