"""Taking on, by name, what is not protected."""

from __future__ import annotations

import pytest

from kiosk.domain.protection import PROTECTION, KeyProvider
from kiosk.events import Event
from kiosk.ports.keys import Acceptance, ProtectionNotAccepted
from kiosk.store.opening import Store
from kiosk.usecases.accept_protection import accept_protection
from tests.support.store import Box

CREDENTIAL = KeyProvider.SYSTEMD_CREDENTIAL


def _accept(box: Box, store: Store, name: str | None, provider: KeyProvider) -> Acceptance | None:
    return accept_protection(
        provider,
        name,
        acceptances=store.control,
        audit=store.control.audit,
        clock=box.clock(store),
    )


def test_it_is_refused_until_somebody_answers_for_it(box: Box) -> None:
    store = box.store()
    with pytest.raises(ProtectionNotAccepted):
        _accept(box, store, None, CREDENTIAL)
    accepted = _accept(box, store, "  試験　花子 ", CREDENTIAL)
    assert accepted == Acceptance(CREDENTIAL, "試験 花子", box.wall)
    assert _accept(box, box.store(), None, CREDENTIAL) == accepted
    ((_, entry),) = store.control.audit.entries()
    assert (entry.event, entry.who, entry.what) == (
        Event.PROTECTION_ACCEPTED,
        "試験 花子",
        "systemd-credential",
    )


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_name_is_a_name(box: Box, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        _accept(box, box.store(), name, CREDENTIAL)


@pytest.mark.parametrize("provider", [KeyProvider.TPM, KeyProvider.PASSCODE])
def test_what_protects_the_card_needs_nobody(box: Box, provider: KeyProvider) -> None:
    assert _accept(box, box.store(), None, provider) is None
    assert PROTECTION[provider].stolen_card
