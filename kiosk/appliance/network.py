"""How this box is connected: cable, Wi-Fi, a way out, a proxy that the kiosk will not use."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_LOOPBACK = "lo"
_ROUTE_FIELDS, _ANYWHERE = 2, "00000000"
_PROXIES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


@dataclass(frozen=True, slots=True)
class Network:
    """What was found.

    Args:
        cables: names of the wired interfaces that are up.
        wireless: names of the Wi-Fi interfaces that are up.
        has_wireless: there is Wi-Fi at all.
        has_route: there is a way out of the local network.
        has_proxy: the environment names one; the client takes no notice.
        nmcli: where NetworkManager's command is; None = not on this box.
    """

    cables: tuple[str, ...]
    wireless: tuple[str, ...]
    has_wireless: bool
    has_route: bool
    has_proxy: bool
    nmcli: str | None

    @property
    def is_up(self) -> bool:
        """Something is connected and leads out."""
        return bool(self.cables or self.wireless) and self.has_route


def look(root: Path = Path("/"), environment: Mapping[str, str] = os.environ) -> Network:
    """Look at the interfaces and routes of the kernel.

    Args:
        root: of the file system, so that a test may show another box.
        environment: variables.
    """
    folder = root / "sys/class/net"
    names = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
    wireless = [name for name in names if (folder / name / "wireless").is_dir()]
    up = [name for name in names if name != _LOOPBACK and _is_up(folder / name)]
    return Network(
        cables=tuple(name for name in up if name not in wireless),
        wireless=tuple(name for name in up if name in wireless),
        has_wireless=bool(wireless),
        has_route=_has_route(root / "proc/net/route") or _has_route6(root / "proc/net/ipv6_route"),
        has_proxy=any(environment.get(name) for name in _PROXIES),
        nmcli=shutil.which("nmcli", path=environment.get("PATH")),
    )


def _is_up(interface: Path) -> bool:
    state = _text(interface / "operstate").strip()
    # Drivers that cannot tell say "unknown"; the carrier then does.
    return state == "up" or (state == "unknown" and _text(interface / "carrier").strip() == "1")


def _has_route(table: Path) -> bool:
    rows = [line.split() for line in _text(table).splitlines()[1:]]
    return any(len(row) > _ROUTE_FIELDS and row[1] == _ANYWHERE for row in rows)


def _has_route6(table: Path) -> bool:
    rows = [line.split() for line in _text(table).splitlines()]
    return any(
        len(row) > _ROUTE_FIELDS and not int(row[0], 16) and row[1] == "00" and row[-1] != _LOOPBACK
        for row in rows
    )


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii", errors="replace")
    except OSError:
        return ""
