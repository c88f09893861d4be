"""A log of what a program does to a folder, by a library loaded before its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("write_log.c")


@pytest.fixture(scope="session")
def write_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The logging library, built for this machine."""
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("needs gcc to build the library that logs writes")
    library = tmp_path_factory.mktemp("shim") / "write_log.so"
    flags = ("-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror")
    subprocess.run([compiler, *flags, "-o", library, SOURCE, "-ldl", "-lpthread"], check=True)
    return library


def logged(library: Path, program: Sequence[str | Path], folder: Path, *, deaf: str = "") -> bytes:
    """Run a program to its end and read what it did to a folder."""
    log = folder.with_name(folder.name + ".log")
    environment = {
        **os.environ,
        "LD_PRELOAD": str(library),
        "WRITE_LOG": str(log),
        "WRITE_LOG_ROOT": str(folder),
        "WRITE_LOG_DEAF": deaf,
    }
    command = [sys.executable, *program]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, timeout=60)
    return log.read_bytes()
