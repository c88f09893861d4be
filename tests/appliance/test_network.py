"""What the kernel says of the line, on boxes made of files."""

from __future__ import annotations

from pathlib import Path

from kiosk.appliance.network import look

HEAD = "Iface\tDestination\tGateway\tFlags\n"
WAY_OUT = HEAD + "eth0\t00000000\t0101A8C0\t0003\n"
LOCAL = HEAD + "eth0\t0001A8C0\t00000000\t0001\n"


def interface(
    root: Path, name: str, state: str, *, carrier: str = "0", wireless: bool = False
) -> None:
    folder = root / "sys/class/net" / name
    folder.mkdir(parents=True)
    (folder / "operstate").write_text(f"{state}\n")
    (folder / "carrier").write_text(f"{carrier}\n")
    if wireless:
        (folder / "wireless").mkdir()


def routes(root: Path, table: str, *, ipv6: str = "") -> None:
    (root / "proc/net").mkdir(parents=True)
    (root / "proc/net/route").write_text(table)
    (root / "proc/net/ipv6_route").write_text(ipv6)


def test_a_cable_with_a_way_out(tmp_path: Path) -> None:
    interface(tmp_path, "lo", "unknown", carrier="1")
    interface(tmp_path, "eth0", "up")
    interface(tmp_path, "wlan0", "down", wireless=True)
    routes(tmp_path, WAY_OUT)
    network = look(tmp_path, {})
    assert network.is_up
    assert (network.cables, network.wireless, network.has_wireless) == (("eth0",), (), True)
    assert not network.has_proxy
    assert network.nmcli is None


def test_wifi_and_a_driver_that_cannot_tell(tmp_path: Path) -> None:
    interface(tmp_path, "wlan0", "unknown", carrier="1", wireless=True)
    interface(tmp_path, "eth0", "unknown")
    routes(tmp_path, HEAD, ipv6=f"{'0' * 32} 00 {'0' * 32} 00 {'0' * 32} x x x x wlan0\n")
    network = look(tmp_path, {})
    assert (network.cables, network.wireless, network.is_up) == ((), ("wlan0",), True)


def test_without_a_way_out_it_is_down(tmp_path: Path) -> None:
    interface(tmp_path, "eth0", "up")
    routes(tmp_path, LOCAL, ipv6=f"{'0' * 32} 00 {'0' * 32} 00 {'0' * 32} x x x x lo\n")
    assert not look(tmp_path, {}).is_up


def test_a_box_without_anything(tmp_path: Path) -> None:
    assert not look(tmp_path, {}).is_up


def test_proxy_and_networkmanager_are_seen(tmp_path: Path) -> None:
    nmcli = tmp_path / "nmcli"
    nmcli.write_text("#!/bin/sh\n")
    nmcli.chmod(0o755)
    network = look(tmp_path, {"https_proxy": "http://proxy.example:8080", "PATH": str(tmp_path)})
    assert network.has_proxy
    assert network.nmcli == str(nmcli)
