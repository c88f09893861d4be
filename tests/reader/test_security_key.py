"""A security key is made, touched and proved, down to the bytes of CTAP 2."""

from __future__ import annotations

import pytest

from kiosk.domain.passcode import Factor, Passcode
from kiosk.ports.access import Caller, Holder, NoSecurityKey, Standing
from kiosk.reader.security_key import Fido2Keys
from kiosk.usecases.access import Gate
from tests.support.store import Box

pytest.importorskip("fido2", reason="the extra `key` is not installed")

from tests.support.security_key import SoftKey

STAFF = Holder(Standing.STAFF, "staff-1")
SCREEN = Caller("screen", "uid:1000", frozenset(Standing))


def keys(device: SoftKey | None, *, touch_s: float = 5.0) -> Fido2Keys:
    plugged = [device] if device else []
    return Fido2Keys(lambda: (each.plugged() for each in plugged), touch_s=touch_s)


def test_the_key_that_was_enrolled_proves_itself_again_and_again() -> None:
    device = SoftKey()
    credential = keys(device).enrol(STAFF)
    assert keys(device).prove([credential])
    assert keys(device).prove([keys(SoftKey()).enrol(STAFF), credential])


def test_another_key_none_at_all_or_one_that_nobody_touches_proves_nothing() -> None:
    credential = keys(SoftKey()).enrol(STAFF)
    for device in (SoftKey(), None, SoftKey(is_touched=False), SoftKey(is_pulled=True)):
        with pytest.raises(NoSecurityKey):
            keys(device, touch_s=0.05).prove([credential])


def test_a_signature_without_a_touch_or_by_another_hand_is_worth_nothing() -> None:
    device = SoftKey()
    credential = keys(device).enrol(STAFF)
    device.lies_about_touch = True
    assert not keys(device).prove([credential])
    device.lies_about_touch = False
    thief = SoftKey()
    keys(thief).enrol(STAFF)
    thief.keys = dict.fromkeys(device.keys, next(iter(thief.keys.values())))
    assert not keys(thief).prove([credential])


def test_it_is_the_second_step_of_a_login(box: Box) -> None:
    store, device = box.store(), SoftKey()
    control = store.control
    gate = Gate(control.access, control.audit, box.clock(store), Factor.FIDO2, keys(device))
    gate.access.set_passcode(STAFF, Passcode("482915"))
    gate.access.add_security_key(STAFF, keys(device).enrol(STAFF))
    assert gate.knock("482915", SCREEN) == (STAFF, Factor.FIDO2)
    gate.prove(STAFF, "", SCREEN)
    [(_, row)] = gate.audit.entries()
    assert (row.event.value, row.what) == ("logged_in", "fido2")
