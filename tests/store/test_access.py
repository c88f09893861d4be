"""Passcodes and the count of wrong tries, in a real control.db."""

from __future__ import annotations

import pytest

from kiosk.domain.passcode import Factor, Passcode
from kiosk.ports.access import Holder, LockedOut, PasscodeUnfit, Standing
from kiosk.store import access
from kiosk.store.access import AccessBook
from tests.support.store import Box

DIRECTOR = Holder(Standing.STAFF, "山田院長")
SECOND = Holder(Standing.STAFF, "staff-1")
TECHNICIAN = Holder(Standing.TECHNICIAN, "保守")
CODE = Passcode("482915")


@pytest.fixture
def book(box: Box) -> AccessBook:
    return box.store().control.access


def test_a_passcode_says_who_comes_also_in_full_width(book: AccessBook, box: Box) -> None:
    book.set_passcode(DIRECTOR, CODE)
    book.set_passcode(TECHNICIAN, Passcode("long enough words"))
    again = box.store().control.access
    assert again.holders() == [DIRECTOR, TECHNICIAN]
    assert again.holder_of(Passcode("４８２９１５")) == DIRECTOR
    assert again.holder_of(Passcode("long enough words")) == TECHNICIAN
    assert again.holder_of(Passcode("482916")) is None


def test_two_people_never_share_one_and_one_may_change_hers(book: AccessBook) -> None:
    book.set_passcode(DIRECTOR, CODE)
    with pytest.raises(PasscodeUnfit):
        book.set_passcode(SECOND, CODE)
    book.set_passcode(DIRECTOR, Passcode("730461"))
    book.set_passcode(SECOND, CODE)
    assert book.holder_of(CODE) == SECOND
    assert book.remove(SECOND)
    assert not book.remove(SECOND)
    assert book.holder_of(CODE) is None


def test_a_hash_says_what_it_was_made_with_and_is_raised_at_the_next_login(
    book: AccessBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.set_passcode(DIRECTOR, CODE)
    [before] = book._database.rows("SELECT hash FROM passcodes")
    assert before["hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    monkeypatch.setattr(access, "ITERATIONS", 3)
    monkeypatch.setattr(access, "_PREFIX", "$argon2id$v=19$m=19456,t=3,p=1$")
    assert book.holder_of(CODE) == DIRECTOR
    [after] = book._database.rows("SELECT hash FROM passcodes")
    assert ",t=3," in after["hash"]
    assert book.holder_of(CODE) == DIRECTOR


def test_no_passcode_can_be_read_in_the_file(book: AccessBook, box: Box) -> None:
    book.set_passcode(DIRECTOR, CODE)
    rows = str(book._database.rows("SELECT * FROM passcodes"))
    assert "482915" not in rows
    everything = b"".join(each.read_bytes() for each in box.sealed.iterdir() if each.is_file())
    assert b"argon2" not in everything


def locked_s(book: AccessBook, where: str = "front") -> int:
    with pytest.raises(LockedOut) as found:
        book.count_try(where)
    return found.value.seconds


def test_after_five_wrong_tries_each_further_one_waits_longer(book: AccessBook, box: Box) -> None:
    for _ in range(5):
        book.count_try("front")
    for wait in (30, 60, 300, 900, 900):
        assert locked_s(book) == wait
        box.wait(wait - 1)
        assert locked_s(book) == 1
        box.wait(1)
        book.count_try("front")
    book.forgive("front")
    for _ in range(5):
        book.count_try("front")


def test_the_right_one_in_between_begins_anew(book: AccessBook) -> None:
    for _ in range(4):
        book.count_try("front")
    book.forgive("front")
    for _ in range(5):
        book.count_try("front")
    assert locked_s(book) == 30


def test_neither_restart_nor_power_cut_nor_the_clock_shortens_a_wait(box: Box) -> None:
    book = box.store().control.access
    for _ in range(6 - 1):
        book.count_try("front")
    box.wait(20)
    assert locked_s(box.store().control.access) == 10
    box.wall = box.wall.replace(year=2036)
    assert locked_s(box.store().control.access) == 10
    box.reboot()
    assert locked_s(box.store().control.access) == 25, "counts from the start of the new boot"
    box.wait(25)
    box.store().control.access.count_try("front")


def test_who_guesses_at_the_screen_does_not_shut_the_technician_out(book: AccessBook) -> None:
    for _ in range(5):
        book.count_try("front")
    book.count_try("technician")
    assert locked_s(book) == 30


def test_a_step_of_the_time_is_used_once_and_never_backwards(book: AccessBook) -> None:
    book.set_totp(DIRECTOR, b"secret")
    assert book.totp(DIRECTOR) == b"secret"
    assert book.use_step(DIRECTOR, 100)
    assert not book.use_step(DIRECTOR, 100)
    assert not book.use_step(DIRECTOR, 99)
    assert book.use_step(DIRECTOR, 101)
    assert not book.use_step(SECOND, 102)


def test_a_recovery_code_is_used_once_and_new_ones_replace_the_old(book: AccessBook) -> None:
    book.set_recovery(DIRECTOR, [Passcode("1029384756"), Passcode("5647382910")])
    assert book.use_recovery(DIRECTOR, Passcode("1029384756"))
    assert not book.use_recovery(DIRECTOR, Passcode("1029384756"))
    assert not book.use_recovery(SECOND, Passcode("5647382910"))
    book.set_recovery(DIRECTOR, [Passcode("9988776655")])
    assert not book.use_recovery(DIRECTOR, Passcode("5647382910"))


def test_a_second_factor_goes_and_the_others_stay(book: AccessBook) -> None:
    for each in (DIRECTOR, SECOND):
        book.set_totp(each, b"secret", used=7)
        book.add_security_key(each, b"first")
        book.add_security_key(each, b"second")
    assert not book.use_step(DIRECTOR, 7)
    book.set_security_key(DIRECTOR, b"third")
    assert book.security_keys(DIRECTOR) == [b"third"]
    assert book.forget_second(DIRECTOR, Factor.FIDO2)
    assert not book.forget_second(DIRECTOR, Factor.FIDO2)
    assert book.totp(DIRECTOR) == b"secret"
    assert book.forget_second(DIRECTOR, Factor.TOTP)
    assert book.totp(DIRECTOR) is None
    assert (book.totp(SECOND), book.security_keys(SECOND)) == (b"secret", [b"first", b"second"])


def test_forgetting_everybody_leaves_nothing_but_the_audit(book: AccessBook) -> None:
    book.set_passcode(DIRECTOR, CODE)
    book.set_totp(DIRECTOR, b"secret")
    book.add_security_key(DIRECTOR, b"credential")
    assert book.security_keys(DIRECTOR) == [b"credential"]
    for _ in range(5):
        book.count_try("front")
    book.forget_everybody()
    assert book.holders() == []
    assert book.totp(DIRECTOR) is None
    assert book.security_keys(DIRECTOR) == []
    book.count_try("front")
