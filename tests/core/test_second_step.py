"""The second step of a login with the eyes closed: what is said, and what a finger does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.desk.local import LocalLink
from kiosk.domain.passcode import Factor
from kiosk.reader.security_key import Fido2Keys
from tests.core.conftest import PASSCODE, STAFF, Box
from tests.core.test_pages_in_process import BlindStaff

pytest.importorskip("fido2", reason="the extra `key` is not installed")

from tests.support.security_key import SoftKey


def with_key(box: Box, device: SoftKey, touch_s: float = 10.0) -> BlindStaff:
    """Somebody at a box that asks for a key, enrolled for this one."""
    keys = Fido2Keys(lambda: [device.plugged()], touch_s=touch_s)
    box.switch_off()
    box.gate = lambda gate: replace(gate, factor=Factor.FIDO2, keys=keys)
    box.switch_on()
    box.set_passcode()
    assert box.core is not None
    device.finger.set()
    box.core.gate.access.add_security_key(STAFF, keys.enrol(STAFF))
    device.finger.clear()
    device.waits.clear()
    staff = BlindStaff(LocalLink(box.core.counter))
    staff.hears("受付できます。")
    return staff


def test_the_touch_is_asked_for_aloud_and_opens(box: Box) -> None:
    device = SoftKey(is_touched=False)
    staff = with_key(box, device)
    for keys, words in (
        ("助0", "職員の番号を押し、決定を押してください。"),
        (PASSCODE + "決", "セキュリティキーを差し、決定を押してから触れてください。"),
        ("決", "セキュリティキーに触れてください。"),
    ):
        staff.press(keys)
        staff.hears(words)
    assert device.waits.wait(10.0)
    device.finger.set()
    staff.hears("ログインしました。")
    assert box.core is not None
    [(_, row)] = box.core.gate.audit.entries()
    assert (row.event.value, row.who, row.what) == ("logged_in", str(STAFF), "fido2")


def test_a_touch_that_does_not_come_is_said_and_opens_nothing(box: Box) -> None:
    device = SoftKey(is_touched=False)
    staff = with_key(box, device, touch_s=0.2)
    staff.press("助0" + PASSCODE + "決")
    staff.hears("決定を押してから触れてください。")
    staff.press("決")
    staff.hears("セキュリティキーに触れてください。")
    assert staff.hears("セキュリティキーを確認できませんでした。")
    staff.press("再")
    staff.hears("職員の番号を押し、決定を押してください。")


def test_a_key_pulled_out_meanwhile_is_said(box: Box) -> None:
    device = SoftKey(is_touched=False)
    staff = with_key(box, device)
    staff.press("助0" + PASSCODE + "決")
    staff.hears("決定を押してから触れてください。")
    staff.press("決")
    assert device.waits.wait(10.0) or staff.hears("セキュリティキーに触れてください。")
    device.is_pulled = True
    staff.hears("セキュリティキーを確認できませんでした。")
