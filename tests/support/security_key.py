"""A security key in software: CTAP 2 over 64-byte HID reports; only USB and the finger are missing.

It talks to ``CtapHidDevice`` of python-fido2 packet by packet, as /dev/hidraw would. Behind a real
one it stands where a kernel has ``uhid`` (``tests.support.uhid_key``).
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections import deque
from dataclasses import dataclass, field
from threading import Event

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.ctap import STATUS, CtapError
from fido2.hid import CAPABILITY, CTAPHID, TYPE_INIT, CtapHidDevice
from fido2.hid.base import CtapHidConnection, HidDescriptor

MAKE, ASSERT, INFO = 1, 2, 4
TOUCHED, WITH_CREDENTIAL = 0x01, 0x40
PACKET = 64
CHANNEL = bytes(3) + b"\x07"
KEEPALIVE_S = 0.02
"""A real key says every 100 ms that it waits (CTAP 2.1, 11.2.9.2.1)."""


@dataclass
class SoftKey(CtapHidConnection):
    """Answers getInfo, makeCredential and getAssertion (CTAP 2.1, 6.1, 6.2, 6.4).

    Args:
        is_touched: False = it waits for a ``finger`` until it is cancelled.
        lies_about_touch: signs without the flag of a present person.
        is_pulled: out of its socket: every packet is an OSError.
    """

    is_touched: bool = True
    lies_about_touch: bool = False
    is_pulled: bool = False
    keys: dict[bytes, ec.EllipticCurvePrivateKey] = field(default_factory=dict)
    count: int = 0
    finger: Event = field(default_factory=Event)
    waits: Event = field(default_factory=Event)
    _head: bytes = b""
    _asked: bytes = b""
    _is_cancelled: bool = False
    _is_owed: bool = False
    _out: deque[bytes] = field(default_factory=deque)

    def plugged(self) -> CtapHidDevice:
        """As ``CtapHidDevice.list_devices`` finds it on a real /dev/hidraw."""
        return CtapHidDevice(HidDescriptor("soft", 0, 0, PACKET, PACKET, "soft", None), self)

    @property
    def owes(self) -> bool:
        """A packet is to be read, or one that says that it still waits for the finger."""
        return bool(self._out) or self._is_owed

    # -- CTAPHID, CTAP 2.1, 11.2.4 ------------------------------------------------------------

    def close(self) -> None:
        """The next one opens it again."""

    def write_packet(self, data: bytes) -> None:
        if self.is_pulled:
            raise OSError(19, "No such device")
        if data[4] == TYPE_INIT | CTAPHID.CANCEL:
            self._is_cancelled = True
        elif data[4] & TYPE_INIT:
            self._head, self._asked, self._is_cancelled = data[:7], data[7:], False
        else:
            self._asked += data[5:]
        (length,) = struct.unpack(">H", self._head[5:])
        if self._head[4] == TYPE_INIT | CTAPHID.INIT:
            told = self._asked[:length] + CHANNEL + bytes([2, 1, 0, 0, CAPABILITY.CBOR])
            self._send(CTAPHID.INIT, told, self._head[:4])
        elif data[4] != TYPE_INIT | CTAPHID.CANCEL:
            self._is_owed = len(self._asked) >= length

    def read_packet(self) -> bytes:
        if self.is_pulled:
            raise OSError(19, "No such device")
        if not self._out:
            self._go_on()
        return self._out.popleft()

    def _go_on(self) -> None:
        (length,) = struct.unpack(">H", self._head[5:])
        asked = self._asked[:length]
        if self._is_cancelled:
            self._send(CTAPHID.CBOR, bytes([CtapError.ERR.KEEPALIVE_CANCEL]))
        elif asked[0] == INFO or self.is_touched or self.finger.wait(KEEPALIVE_S):
            self._send(CTAPHID.CBOR, self._answer(asked))
        else:
            self.waits.set()
            self._send(CTAPHID.KEEPALIVE, bytes([STATUS.UPNEEDED]))
            return
        self._is_owed = False

    def _send(self, command: CTAPHID, told: bytes, channel: bytes = CHANNEL) -> None:
        head, sequence = channel + struct.pack(">BH", TYPE_INIT | command, len(told)), 0
        while told or not sequence:
            room = PACKET - len(head)
            self._out.append((head + told[:room]).ljust(PACKET, b"\0"))
            told, head, sequence = told[room:], channel + bytes([sequence]), sequence + 1

    # -- CTAP 2 ---------------------------------------------------------------------------------

    def _answer(self, asked: bytes) -> bytes:
        if asked[0] == INFO:
            return b"\0" + cbor.encode({1: ["FIDO_2_0"], 3: bytes(16), 4: {"up": True}})
        wanted = cbor.decode(asked[1:])
        assert isinstance(wanted, dict)
        return self._make(wanted) if asked[0] == MAKE else self._assert(wanted)

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
