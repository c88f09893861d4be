"""The security key in software as a device of the kernel's: /dev/hidraw, udev and permissions real.

Runs where it is plugged in, by ``python -m``, until it is ended: that pulls it out. SIGUSR1 is the
finger, once; its light is a file that is there while it waits for one. Source: Linux,
Documentation/hid/uhid.rst and include/uapi/linux/uhid.h.
"""

from __future__ import annotations

import os
import select
import signal
import struct
import sys
from pathlib import Path

from tests.support.security_key import PACKET, SoftKey

DEVICE = "/dev/uhid"
_OUTPUT, _CREATE2, _INPUT2 = 6, 11, 12
_BUS_USB = 3
_DESCRIPTOR = bytes.fromhex(
    "06d0f1 0901 a101 0920 1500 26ff00 7508 9540 8102 0921 1500 26ff00 7508 9540 9102 c0"
)
"""What a FIDO key says that it is (CTAP 2.1, 11.2.8.2): 64 bytes in, 64 out."""
_EVENT = 4380
"""Bytes of a whole ``uhid_event``."""
_DATA = 4096


def created() -> bytes:
    """The event that plugs it in."""
    about = struct.pack(
        "<128s64s64sHHIIII", b"soft", b"", b"", len(_DESCRIPTOR), _BUS_USB, 0, 0, 0, 0
    )
    return struct.pack("<I", _CREATE2) + about + _DESCRIPTOR.ljust(_DATA, b"\0")


def written(event: bytes) -> bytes | None:
    """The packet that somebody wrote, without the report number before it."""
    (kind,) = struct.unpack_from("<I", event)
    if kind != _OUTPUT:
        return None
    (size,) = struct.unpack_from("<H", event, 4 + _DATA)
    return event[4 : 4 + size][-PACKET:]


def answered(packet: bytes) -> bytes:
    """The event that sends a packet."""
    return struct.pack("<IH", _INPUT2, len(packet)) + packet.ljust(_DATA, b"\0")


def serve(key: SoftKey, device: int, light: Path) -> None:
    """Until the process ends."""
    while True:
        is_told, _, _ = select.select([device], [], [], 0 if key.owes else None)
        if is_told:
            packet = written(os.read(device, _EVENT))
            if packet is not None:
                key.write_packet(packet)
        elif key.owes:
            os.write(device, answered(key.read_packet()))
            _shine(key, light)


def _shine(key: SoftKey, light: Path) -> None:
    if not key.owes:
        light.unlink(missing_ok=True)
        key.waits.clear()
        key.finger.clear()
    elif key.waits.is_set():
        light.touch()


def main(light: str) -> None:
    """Plug it in."""
    key = SoftKey(is_touched=False)
    signal.signal(signal.SIGUSR1, lambda *_: key.finger.set())
    device = os.open(DEVICE, os.O_RDWR)
    os.write(device, created())
    serve(key, device, Path(light))


if __name__ == "__main__":
    main(sys.argv[1])
