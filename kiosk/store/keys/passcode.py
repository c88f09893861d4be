"""A device key that only people can unlock: wrapped under Argon2id of a passcode.

Nothing in the box opens it, so the box starts locked: until staff have typed the passcode, nothing
can be stored, hence nobody received (write first, ask second).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from kiosk.durable import disk_errors, replace_durably
from kiosk.ports.keys import UnlockRefused
from kiosk.ports.records import KeyMissing
from kiosk.store.keys.device import KEY_BYTES, DeviceKey

FILE = "unlock.json"
LEAST_CHARACTERS = 10
_ABOUT = b"madoguchi unlock 1"
# RFC 9106, section 4, second recommended choice: 64 MiB, three passes, four lanes.
_PASSES, _LANES, _MEMORY_KIB = 3, 4, 64 * 1024
_SALT_BYTES, _NONCE_BYTES = 16, 12


class PasscodeRoot:
    """The wrapped root in the state folder.

    Args:
        state_dir: it lies there as ``unlock.json``: salt, cost, nonce, wrapped root.
        ask: fetches the passcode from people.
    """

    def __init__(self, state_dir: Path, ask: Callable[[], str]) -> None:
        self._path = state_dir / FILE
        self._ask = ask

    @property
    def is_set(self) -> bool:
        """True when a passcode was set once."""
        return self._path.exists()

    def load(self) -> DeviceKey:
        """Ask, and unwrap.

        Raises:
            KeyMissing: no passcode was ever set, or the file is damaged.
            KeyLocked: nobody could be asked.
            UnlockRefused: another passcode.
        """
        return DeviceKey(self._root())

    def set(self, passcode: str) -> None:
        """Make a new root under a passcode; only where none is set.

        Raises:
            ValueError: the passcode is too short.
            KeyMissing: one is set: ``change`` it.
        """
        if self.is_set:
            raise KeyMissing("a passcode is set already")
        self._wrap(secrets.token_bytes(KEY_BYTES), passcode)

    def change(self, passcode: str) -> None:
        """Ask for the old passcode and wrap the same root under a new one.

        An old copy of the file still opens with the old passcode.
        """
        self._wrap(self._root(), passcode)

    def _root(self) -> bytes:
        try:
            kept = json.loads(self._path.read_text("ascii"))
            salt, nonce, wrapped = (bytes.fromhex(kept[name]) for name in ("salt", "nonce", "root"))
            cost = int(kept["passes"]), int(kept["lanes"]), int(kept["memory_kib"])
        except FileNotFoundError:
            raise KeyMissing("no passcode is set: kiosk setup keys") from None
        except (OSError, ValueError, KeyError, TypeError):
            raise KeyMissing(f"{FILE} is damaged") from None
        try:
            return AESGCMSIV(_stretched(self._ask(), salt, cost)).decrypt(nonce, wrapped, _ABOUT)
        except InvalidTag:
            raise UnlockRefused from None

    def _wrap(self, root: bytes, passcode: str) -> None:
        if len(passcode) < LEAST_CHARACTERS:
            raise ValueError(f"at least {LEAST_CHARACTERS} characters")
        salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
        key = _stretched(passcode, salt, (_PASSES, _LANES, _MEMORY_KIB))
        document = {
            "passes": _PASSES,
            "lanes": _LANES,
            "memory_kib": _MEMORY_KIB,
            "salt": salt.hex(),
            "nonce": nonce.hex(),
            "root": AESGCMSIV(key).encrypt(nonce, root, _ABOUT).hex(),
        }
        with disk_errors():
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_durably(self._path, json.dumps(document).encode())


def _stretched(passcode: str, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    passes, lanes, memory_kib = cost
    kdf = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=passes, lanes=lanes, memory_cost=memory_kib
    )
    return kdf.derive(passcode.encode())
