"""A stick as people have them: FAT16, written without a tool that a machine may lack.

Microsoft Extensible Firmware Initiative FAT32 File System Specification 1.03, sections 3 to 6.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

_SECTOR, _CLUSTER = 512, 2048
_SECTORS, _FAT_SECTORS, _ENTRIES = 65536, 65, 512
_LAST, _ARCHIVE, _LOWER_CASE = 0xFFFF, 0x20, 0x18
"""Of a chain; of a file; of its name and ending, as Windows NT writes it."""


def lay_stick(image: Path, files: Mapping[str, bytes]) -> None:
    """A stick of 32 MiB.

    Args:
        image: of it.
        files: in its one folder, by name: eight small letters at most, a dot and three more.
    """
    fat = bytearray(_FAT_SECTORS * _SECTOR)
    struct.pack_into("<HH", fat, 0, 0xFFF8, _LAST)
    folder, data, first = bytearray(_ENTRIES * 32), b"", 2
    for place, (name, content) in enumerate(files.items()):
        stem, _, ending = name.upper().partition(".")
        entry = f"{stem:8}{ending:3}".encode("ascii") + bytes((_ARCHIVE, _LOWER_CASE))
        struct.pack_into("<13s13xHI", folder, place * 32, entry, first, len(content))
        count = -(-len(content) // _CLUSTER)
        following = [*range(first + 1, first + count), _LAST]
        struct.pack_into(f"<{count}H", fat, 2 * first, *following)
        data += content.ljust(count * _CLUSTER, b"\0")
        first += count
    with image.open("wb") as file:
        file.write(_boot_sector() + bytes(fat) * 2 + bytes(folder) + data)
        file.truncate(_SECTORS * _SECTOR)


def _boot_sector() -> bytes:
    sector = bytearray(_SECTOR)
    struct.pack_into("<3s8s", sector, 0, b"\xeb\x3c\x90", b"MSWIN4.1")
    of_the_disk = (_SECTOR, _CLUSTER // _SECTOR, 1, 2, _ENTRIES, 0, 0xF8, _FAT_SECTORS, 32, 2, 0)
    struct.pack_into("<HBHBHHBHHHII", sector, 11, *of_the_disk, _SECTORS)
    struct.pack_into("<BBBI11s8s", sector, 36, 0x80, 0, 0x29, 1, b"STICK      ", b"FAT16   ")
    sector[510:] = b"\x55\xaa"
    return bytes(sector)
