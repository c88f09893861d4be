"""A counter in a file, and a TPM in a process."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.ports.keys import VaultOutdated
from kiosk.store.keys import DeviceKey, VaultKey

_START_LIMIT_S = 60.0


class PowerCut(Exception):
    """The power goes here."""


class CountingLock:
    """As the TPM's lock, its counter in a file: so that a picture of the folder holds it.

    Args:
        folder: where ``counter`` lies.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "counter"
        self._root = DeviceKey(b"c" * 32)
        self.is_cut_off = False

    @property
    def count(self) -> int:
        """Where the counter stands."""
        return int(self._file.read_text()) if self._file.exists() else 0

    def new(self, epoch: int) -> VaultKey:
        """As ``VaultLock.new``."""
        return VaultKey(self._root.wrapping_key(epoch), str(self.count + 1).encode())

    def open(self, epoch: int, envelope: bytes) -> bytes:
        """As ``VaultLock.open``."""
        if self.count > int(envelope):
            raise VaultOutdated
        return self._root.wrapping_key(epoch)

    def retire(self, envelope: bytes) -> None:
        """As ``VaultLock.retire``."""
        if self.is_cut_off and int(envelope) > self.count:
            raise PowerCut
        self._file.write_text(str(max(self.count, int(envelope))))


@contextmanager
def running_tpm(folder: Path) -> Iterator[str]:
    """A TPM 2 by swtpm, its state in the folder; the TCTI to reach it by."""
    swtpm = shutil.which("swtpm")
    if swtpm is None or shutil.which("tpm2_unseal") is None:
        pytest.skip("swtpm or tpm2-tools are not installed")
    folder.mkdir(exist_ok=True)
    port = _two_free_ports()
    process = subprocess.Popen(  # a fixed command
        [
            *(swtpm, "socket", "--tpm2", "--tpmstate", f"dir={folder}"),
            *("--server", f"type=tcp,port={port}", "--ctrl", f"type=tcp,port={port + 1}"),
            *("--flags", "not-need-init,startup-clear"),
        ],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(port + 1, process)
        yield f"swtpm:host=127.0.0.1,port={port}"
    finally:
        process.terminate()
        process.wait()


def _two_free_ports() -> int:
    """The control port is the one after the server's."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)  # swtpm says nothing when it listens
        else:
            return
    raise AssertionError("swtpm did not start")
