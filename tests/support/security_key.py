"""A security key in software: CTAP 2 below python-fido2; only USB and the finger are missing."""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.ctap import STATUS, CtapDevice, CtapError
from fido2.hid import CAPABILITY, CTAPHID

MAKE, ASSERT, INFO = 1, 2, 4
TOUCHED, WITH_CREDENTIAL = 0x01, 0x40


@dataclass
class SoftKey(CtapDevice):
    """Answers getInfo, makeCredential and getAssertion (CTAP 2.1, 6.1, 6.2, 6.4).

    Args:
        is_touched: False = it waits for a finger until it is cancelled.
        lies_about_touch: signs without the flag of a present person.
    """

    is_touched: bool = True
    lies_about_touch: bool = False
    keys: dict[bytes, ec.EllipticCurvePrivateKey] = field(default_factory=dict)
    count: int = 0

    @property
    def capabilities(self) -> int:
        return CAPABILITY.CBOR

    @classmethod
    def list_devices(cls) -> Iterator[CtapDevice]:
        return iter(())

    def call(
        self,
        cmd: int,
        data: bytes = b"",
        event: Event | None = None,
        on_keepalive: Callable[[STATUS], None] | None = None,
    ) -> bytes:
        del on_keepalive
        assert cmd == CTAPHID.CBOR
        if data[0] == INFO:
            return b"\0" + cbor.encode({1: ["FIDO_2_0"], 3: bytes(16), 4: {"up": True}})
        asked = cbor.decode(data[1:])
        assert isinstance(asked, dict)
        if not self.is_touched:
            assert event is not None
            event.wait(10)
            return bytes([CtapError.ERR.KEEPALIVE_CANCEL])
        return self._make(asked) if data[0] == MAKE else self._assert(asked)

    def _make(self, asked: dict[int, dict[str, str]]) -> bytes:
        key, name = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.keys[name] = key
        point = key.public_key().public_numbers()
        x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
        # COSE_Key of RFC 9053, 7.1: EC2, ES256, P-256.
        public = cbor.encode({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        credential = bytes(16) + struct.pack(">H", len(name)) + name + public
        found = self._data(asked[2]["id"], WITH_CREDENTIAL) + credential
        return b"\0" + cbor.encode({1: "none", 2: found, 3: {}})

    def _assert(self, asked: dict[int, object]) -> bytes:
        listed = asked[3]
        assert isinstance(listed, list)
        name = next((each["id"] for each in listed if each["id"] in self.keys), None)
        if name is None:
            return bytes([CtapError.ERR.NO_CREDENTIALS])
        data, question = self._data(str(asked[1]), 0), asked[2]
        assert isinstance(question, bytes)
        signature = self.keys[name].sign(data + question, ec.ECDSA(hashes.SHA256()))
        return b"\0" + cbor.encode({1: {"id": name, "type": "public-key"}, 2: data, 3: signature})

    def _data(self, relying_party: str, flags: int) -> bytes:
        self.count += 1
        flags |= 0 if self.lies_about_touch else TOUCHED
        name = hashlib.sha256(relying_party.encode()).digest()
        return name + struct.pack(">BI", flags, self.count)
