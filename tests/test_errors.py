"""The tree of errors."""

from __future__ import annotations

import pytest

from kiosk.errors import KioskError, Remedy, SettingsError
from kiosk.ports.card import NoCard, PinBlocked, WrongPin
from kiosk.ports.records import DiskFull
from kiosk.ports.service import NoNetwork
from kiosk.settings import SettingsMissing


@pytest.mark.parametrize(
    ("error", "status"),
    [(NoCard(), 11), (NoNetwork(), 12), (DiskFull(), 13), (SettingsMissing(), 15)],
)
def test_the_exit_status_is_ten_and_the_hundreds_of_the_code(
    error: KioskError, status: int
) -> None:
    assert error.exit_status == status


def test_an_error_says_its_code_and_its_detail() -> None:
    assert str(NoNetwork("connection refused")) == "K201 connection refused"
    assert str(NoNetwork()) == "K201"


def test_a_code_is_given_once() -> None:
    with pytest.raises(TypeError, match="K502 is taken by SettingsMissing"):
        type("Other", (SettingsError,), {"code": "K502"})
    assert KioskError.by_code["K502"] is SettingsMissing


def test_who_can_mend_it_and_whether_again_helps_is_part_of_the_error() -> None:
    assert (WrongPin(2).remedy, WrongPin(2).retryable) == (Remedy.PATIENT, True)
    assert (PinBlocked().remedy, PinBlocked().retryable) == (Remedy.STAFF, False)


def test_every_code_belongs_to_the_family_of_its_hundreds() -> None:
    families = {
        "1": "CardError",
        "2": "ServiceError",
        "3": "StoreError",
        "4": "VoiceError",
        "5": "SettingsError",
        "6": "ExportError",
    }
    odd = {
        code: kind.__name__
        for code, kind in KioskError.by_code.items()
        if families.get(code[1]) not in {base.__name__ for base in kind.__mro__}
    }
    assert not odd
