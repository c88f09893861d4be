"""PipeWire with two sinks that record what reaches them: the real daemon and session manager."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

NEEDED = (
    "pipewire",
    "wireplumber",
    "pw-dump",
    "pw-cli",
    "pw-play",
    "pw-record",
    "dbus-run-session",
)
PATIENCE_S = 60.0
RATE = 48_000
_SINK = (
    "{{ factory.name=support.null-audio-sink node.name={name} media.class=Audio/Sink"
    " object.linger=true audio.position=[MONO] }}"
)


class PipeWire:
    """One server of its own.

    Args:
        folder: of its socket and of what is recorded.
    """

    def __init__(self, folder: Path) -> None:
        # The path of a Unix socket is short; that of a test is not.
        self._run = TemporaryDirectory(prefix="pw", dir="/tmp")
        run, self._folder = self._run.name, folder
        self.environment: Mapping[str, str] = {
            **os.environ, "XDG_RUNTIME_DIR": run, "HOME": str(folder),
            "PIPEWIRE_RUNTIME_DIR": run,
        }  # fmt: skip

    @contextmanager
    def started(self) -> Iterator[PipeWire]:
        """Both processes, until leaving."""
        with self._run, ExitStack() as stack:
            for command in (("pipewire",), ("dbus-run-session", "--", "wireplumber")):
                process = subprocess.Popen(
                    command, env=self.environment, stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL, start_new_session=True,
                )  # fmt: skip
                stack.callback(process.wait)
                stack.callback(os.killpg, process.pid, signal.SIGTERM)
                self._until("PipeWire:Interface:Core")
            self._until("WirePlumber")
            yield self

    def add_sink(self, name: str) -> None:
        """A device to play on."""
        self._call("pw-cli", "create-node", "adapter", _SINK.format(name=name))
        self._until(f'"{name}"')

    def remove_sink(self, name: str) -> None:
        """Unplugged."""
        self._call("pw-cli", "destroy", name)
        self._until(f'"node.name": "{name}"', is_there=False)

    @contextmanager
    def recording(self, name: str) -> Iterator[Path]:
        """What reaches a sink, raw 16 bits mono, complete on leaving."""
        file = self._folder / f"{name}.wav"
        form = ("--format=s16", "--channels=1", f"--rate={RATE}")
        with subprocess.Popen(
            [
                shutil.which("pw-record") or "pw-record",
                f"--target={name}",
                "-P",
                "{ stream.capture.sink=true }",
                *form,
                file,
            ],
            env=self.environment,
        ) as process:
            end = time.monotonic() + PATIENCE_S
            while not (file.exists() and file.stat().st_size > RATE // 5):
                assert time.monotonic() < end, f"nothing is recorded of {name}"
                time.sleep(0.02)
            yield file
            process.send_signal(signal.SIGINT)

    def dump(self) -> str:
        """As ``pw-dump`` tells it."""
        return self._call("pw-dump", "--no-colors")

    def _until(self, words: str, *, is_there: bool = True) -> None:
        end = time.monotonic() + PATIENCE_S
        while (words in self.dump()) is not is_there:
            assert time.monotonic() < end, words
            time.sleep(0.05)

    def _call(self, *command: str) -> str:
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False,
            timeout=PATIENCE_S,
        )  # fmt: skip
        return done.stdout


@contextmanager
def two_outputs(folder: Path) -> Iterator[PipeWire]:
    """With a loudspeaker and headphones; skipped where PipeWire is not installed."""
    if missing := [each for each in NEEDED if not shutil.which(each)]:
        pytest.skip(f"not installed: {', '.join(missing)}")
    if not Path("/run/systemd/seats").is_dir():
        pytest.skip("WirePlumber ends itself where it finds no folder of logind")
    with PipeWire(folder).started() as server:
        server.add_sink("alsa_output.speaker")
        server.add_sink("alsa_output.headphones")
        yield server
