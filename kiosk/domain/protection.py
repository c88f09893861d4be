"""What keeps the stored checks shut, and against whom.

Source: facts STORE_AND_BOX, key root. ``docs/keys.md`` tells a technician the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class KeyProvider(StrEnum):
    """Where the device key comes from; names as in the settings."""

    SYSTEMD_CREDENTIAL = "systemd-credential"
    TPM = "tpm"
    PASSCODE = "passcode"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Protection:
    """What a key root is good for.

    Args:
        stolen_card: who has the memory card alone reads nothing.
        stolen_box: who has the whole box reads nothing.
        is_forward_secure: what was purged cannot be opened again, even with an old copy of the
            memory card and everything that is left in the box.
    """

    stolen_card: bool
    stolen_box: bool
    is_forward_secure: bool

    @property
    def is_none(self) -> bool:
        """A thief of the memory card reads everything: somebody has to accept that by name."""
        return not (self.stolen_card or self.stolen_box)


PROTECTION: dict[KeyProvider, Protection] = {
    # The credential is encrypted with the host key, and that lies on the same card.
    KeyProvider.SYSTEMD_CREDENTIAL: Protection(
        stolen_card=False, stolen_box=False, is_forward_secure=False
    ),
    # Whoever starts the box gets what the TPM gives the box: no PCR policy, no secure boot.
    KeyProvider.TPM: Protection(stolen_card=True, stolen_box=False, is_forward_secure=True),
    # Nothing in the box opens it. An old copy of the card and the passcode still would.
    KeyProvider.PASSCODE: Protection(stolen_card=True, stolen_box=True, is_forward_secure=False),
    KeyProvider.TEST: Protection(stolen_card=False, stolen_box=False, is_forward_secure=False),
}
