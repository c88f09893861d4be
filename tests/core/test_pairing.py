"""A pairing code that is kept for somebody slow."""

from __future__ import annotations

import pytest

from kiosk.core.pairing import CODE_S, Pairing
from kiosk.ports.exports import PairingRefused
from tests.core.conftest import Box


def test_more_time_is_given_to_the_code_there_is_and_to_no_other(box: Box) -> None:
    assert box.core is not None
    held, now_s = box.core._receipts._handing, 0.0
    pairing = Pairing(held.computers, held.gate, held.clock, lambda: now_s)
    assert pairing.pair({"longer": True})["code"] == "", "there is none"
    code = pairing.pair({})["code"]
    for _ in range(10):
        now_s += CODE_S - 1
        longer = pairing.pair({"longer": True})
        assert (longer["code"], longer["seconds"]) == (code, CODE_S)
    assert pairing.redeem({"code": code, "computer": "desk-1"})["token"]
    assert pairing.pair({"longer": True})["code"] == "", "it was used up"
    ended = pairing.pair({})["code"]
    now_s += CODE_S
    assert pairing.pair({"longer": True})["code"] == ""
    with pytest.raises(PairingRefused):
        pairing.redeem({"code": ended, "computer": "desk-2"})
