"""A FIDO2 security key plugged into this box (CTAP 2, FIDO Alliance, 2019): made, and proved.

The one owner of python-fido2 (optional extra ``key``). The key's own touch is the proof; there is
no screen on it and none is needed. What is kept of it is its attested credential data: an id and a
public key, nothing secret.
"""

from __future__ import annotations

import hashlib
import os
import struct
import threading
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar

from cryptography.exceptions import InvalidSignature

from kiosk.ports.access import Holder, NoSecurityKey

if TYPE_CHECKING:
    from fido2.ctap import CtapDevice
    from fido2.webauthn import AuthenticatorData

_T = TypeVar("_T")
RELYING_PARTY = "kiosk.madoguchi.invalid"
"""A name that no web site can have: a key answers this kiosk's question to nobody else."""
TOUCH_S = 30.0
_ES256 = -7


def plugged_in() -> Iterable[CtapDevice]:
    """The keys on USB; NoSecurityKey where the extra is not installed."""
    try:
        from fido2.hid import CtapHidDevice  # noqa: PLC0415 - only where a key is asked for
    except ImportError as error:
        raise NoSecurityKey("python-fido2 is not installed") from error
    return CtapHidDevice.list_devices()


class Fido2Keys:
    """``SecurityKeys`` over whatever key is plugged in.

    Args:
        devices: lists them.
        touch_s: how long a touch is waited for.
    """

    def __init__(
        self,
        devices: Callable[[], Iterable[CtapDevice]] = plugged_in,
        *,
        touch_s: float = TOUCH_S,
    ) -> None:
        self._devices = devices
        self._touch_s = touch_s

    @property
    def are_read(self) -> bool:
        """See the port: python-fido2 is installed."""
        return find_spec("fido2") is not None

    def enrol(self, holder: Holder, given_up: threading.Event | None = None) -> bytes:
        """See the port."""
        user = {"id": hashlib.sha256(str(holder).encode()).digest(), "name": str(holder)}

        def make(device: CtapDevice, waited: threading.Event) -> bytes:
            from fido2.ctap2.base import Ctap2  # noqa: PLC0415 - only where a key is there

            made = Ctap2(device).make_credential(
                os.urandom(32),
                {"id": RELYING_PARTY, "name": "Madoguchi"},
                user,
                [{"type": "public-key", "alg": _ES256}],
                event=waited,
            )
            credential = made.auth_data.credential_data
            if credential is None:
                raise NoSecurityKey("it gave no credential")
            return bytes(credential)

        return self._touched(make, given_up)

    def prove(self, credentials: Sequence[bytes]) -> bool:
        """See the port: a signature over a fresh challenge, with the flag of a present person."""

        def sign(device: CtapDevice, waited: threading.Event) -> bool:
            from fido2.ctap2.base import Ctap2  # noqa: PLC0415 - only where a key is there
            from fido2.webauthn import AttestedCredentialData  # noqa: PLC0415 - likewise

            known = {each.credential_id: each for each in map(AttestedCredentialData, credentials)}
            challenge = os.urandom(32)
            answer = Ctap2(device).get_assertion(
                RELYING_PARTY,
                challenge,
                [{"type": "public-key", "id": each} for each in known],
                event=waited,
            )
            credential = known.get(answer.credential["id"])
            if credential is None or not _is_of_a_person_here(answer.auth_data):
                return False
            try:
                answer.verify(challenge, credential.public_key)
            except InvalidSignature:
                return False
            return True

        return self._touched(sign)

    def _touched(
        self,
        work: Callable[[CtapDevice, threading.Event], _T],
        given_up: threading.Event | None = None,
    ) -> _T:
        """Do it with the first key that is there; give up when nobody touches it."""
        # The first of them tells where the extra is not installed.
        devices = self._devices()
        from fido2.ctap import CtapError  # noqa: PLC0415 - only where a key is asked for
        from fido2.hid import ConnectionFailure  # noqa: PLC0415 - likewise

        waited = given_up or threading.Event()
        timer = threading.Timer(self._touch_s, waited.set)
        timer.start()
        try:
            device = next(iter(devices), None)
            if device is None:
                raise NoSecurityKey("none is plugged in")
            with device:
                return work(device, waited)
        except CtapError as error:
            if error.code == CtapError.ERR.NO_CREDENTIALS:
                raise NoSecurityKey("it is another key") from error
            raise NoSecurityKey(str(error.code)) from error
        except (OSError, ConnectionFailure, struct.error, ValueError) as error:
            # Pulled out, not to be opened by this user, or no key of CTAP 2.
            raise NoSecurityKey(type(error).__name__) from error
        finally:
            timer.cancel()
            timer.join()


def _is_of_a_person_here(found: AuthenticatorData) -> bool:
    """For this kiosk, and touched."""
    is_ours = found.rp_id_hash == hashlib.sha256(RELYING_PARTY.encode()).digest()
    return is_ours and found.is_user_present()
