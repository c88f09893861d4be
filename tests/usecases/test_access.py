"""The two steps of a login, over a real control.db and real Argon2id."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from kiosk.domain.passcode import Factor, Passcode
from kiosk.events import Event
from kiosk.ports.access import (
    Caller,
    Holder,
    LockedOut,
    NoPasscode,
    SecondFactorNeedsClock,
    Standing,
    WrongPasscode,
    WrongSecondFactor,
)
from kiosk.usecases.access import STEP_S, Gate, step_of, totp
from tests.support.store import NOON, Box

STAFF = Holder(Standing.STAFF, "staff-1")
SCREEN = Caller("screen", "uid:1000", frozenset(Standing))
SSH = Caller("command", "uid:1001", frozenset({Standing.TECHNICIAN}), is_technician=True)
CODE = "482915"
SECRET = bytes(range(20))


@dataclass
class Scene:
    box: Box
    gate: Gate

    def code(self, *, steps: int = 0) -> str:
        return totp(SECRET).generate(int(self.box.wall.timestamp()) + steps * STEP_S).decode()

    def audited(self) -> list[tuple[str, str, str]]:
        return [(row.event.value, row.who, row.what) for _, row in self.gate.audit.entries()]


@pytest.fixture
def scene(box: Box) -> Scene:
    store = box.store()
    gate = Gate(store.control.access, store.control.audit, box.clock(store), Factor.TOTP)
    gate.access.set_passcode(STAFF, Passcode(CODE))
    gate.access.set_totp(STAFF, SECRET)
    return Scene(box, gate)


def test_the_vectors_of_rfc_6238() -> None:
    """Appendix B, SHA-1; the last six of its eight digits."""
    secret = b"12345678901234567890"
    for at, code in ((59, b"287082"), (1111111109, b"081804"), (20000000000, b"353130")):
        assert totp(secret).generate(at) == code


def test_a_passcode_alone_is_enough_where_the_clinic_wants_no_more(scene: Scene) -> None:
    gate = replace(scene.gate, factor=Factor.NONE)
    assert gate.knock(CODE, SCREEN) == (STAFF, Factor.NONE)
    assert scene.audited() == [("logged_in", "staff/staff-1", "")]


def test_passcode_then_code_of_the_minute(scene: Scene) -> None:
    assert scene.gate.knock(CODE, SCREEN) == (STAFF, Factor.TOTP)
    assert scene.audited() == []
    scene.gate.prove(STAFF, scene.code(), SCREEN)
    assert scene.audited() == [("logged_in", "staff/staff-1", "totp")]


@pytest.mark.parametrize(("steps", "is_heard"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_step_more_or_less_is_heard(scene: Scene, steps: int, *, is_heard: bool) -> None:
    assert (step_of(SECRET, scene.code(steps=steps), scene.box.wall) is not None) is is_heard


def test_a_code_is_good_for_one_login(scene: Scene) -> None:
    code = scene.code()
    scene.gate.prove(STAFF, code, SCREEN)
    with pytest.raises(WrongSecondFactor):
        scene.gate.prove(STAFF, code, SCREEN)
    with pytest.raises(WrongSecondFactor):
        scene.gate.prove(STAFF, scene.code(steps=-1), SCREEN)
    scene.box.wait(STEP_S)
    scene.gate.prove(STAFF, scene.code(), SCREEN)


def test_a_secret_counts_once_the_app_has_proved_it(scene: Scene) -> None:
    other = bytes(20)
    with pytest.raises(WrongSecondFactor):
        scene.gate.enrol_totp(STAFF, other, scene.code())
    assert scene.gate.access.totp(STAFF) == SECRET
    code = totp(other).generate(int(scene.box.wall.timestamp())).decode()
    scene.gate.enrol_totp(STAFF, other, code)
    assert scene.gate.access.totp(STAFF) == other
    with pytest.raises(WrongSecondFactor):
        scene.gate.prove(STAFF, code, SCREEN)


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６", "0" * 500])
def test_what_is_no_code_is_wrong_and_no_fault(scene: Scene, code: str) -> None:
    with pytest.raises(WrongSecondFactor):
        scene.gate.prove(STAFF, code, SCREEN)


def test_without_a_trusted_clock_a_recovery_code_still_opens_and_only_once(scene: Scene) -> None:
    scene.gate.access.set_recovery(STAFF, [Passcode("1029384756")])
    scene.box.is_synchronised = False
    scene.box.wall = NOON.replace(year=1970)
    with pytest.raises(SecondFactorNeedsClock):
        scene.gate.prove(STAFF, scene.code(), SCREEN)
    scene.gate.prove(STAFF, "1029384756", SCREEN)
    with pytest.raises(WrongSecondFactor):
        scene.gate.prove(STAFF, "1029384756", SCREEN)
    assert [event for event, *_ in scene.audited()][:2] == ["recovery_code_used", "logged_in"]


def test_guessing_the_second_step_locks_too_and_the_passcode_does_not_forgive_it(
    scene: Scene,
) -> None:
    for _ in range(5):
        scene.gate.knock(CODE, SCREEN)
        with pytest.raises(WrongSecondFactor):
            scene.gate.prove(STAFF, "000000", SCREEN)
    scene.gate.knock(CODE, SCREEN)
    with pytest.raises(LockedOut):
        scene.gate.prove(STAFF, scene.code(), SCREEN)


def test_who_lacks_the_second_factor_is_told_to_enrol_and_let_in_by_no_door(scene: Scene) -> None:
    other = Holder(Standing.STAFF, "new")
    scene.gate.access.set_passcode(other, Passcode("730461"))
    with pytest.raises(NoPasscode):
        scene.gate.knock("730461", SCREEN)
    with pytest.raises(NoPasscode):
        replace(scene.gate, factor=Factor.FIDO2).knock(CODE, SCREEN)


def test_a_technicians_uid_opens_no_staff_session_with_any_passcode(scene: Scene) -> None:
    with pytest.raises(WrongPasscode):
        scene.gate.knock(CODE, SSH)
    assert scene.audited() == [("login_failed", "uid:1001", "passcode")]


def test_settings_that_an_editor_changed_are_on_record_once_kioskd_begins_with_them(
    scene: Scene,
) -> None:
    for digest in ("aa", "aa", "bb", "aa"):
        scene.gate.notice_settings(digest)
        scene.gate.note(Event.SETTINGS_CHANGED, str(STAFF), "screen", what="speed:125")
    changed = [row[2] for row in scene.audited() if row[1] == "kioskd"]
    assert changed == ["files:aa", "files:bb", "files:aa"]


def test_a_check_is_on_record_under_another_name(scene: Scene) -> None:
    scene.gate.note(Event.LOOKED, str(STAFF), "screen", what="history", check_id="the-id")
    [(_, row)] = scene.gate.audit.entries()
    assert row.record == scene.gate.audit.opaque("the-id") != "the-id"
    assert row.is_trusted
