"""The speech process as its front holds it: a pipe in, a pipe out, and a way to kill it."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from kiosk.voice.transcript import Transcript

_PIPE_BYTES = 1024 * 1024
_READ_BYTES = 65_536


def worker_command(transcript: Transcript | None) -> tuple[str, ...]:
    """How the speech process is started. No text is ever among the arguments."""
    # -P: a file in the folder the kiosk was started from must not stand for a module.
    command = [sys.executable, "-P", "-m", "kiosk.voice.worker"]
    if transcript:
        command += ["--transcript", str(transcript.path)]
    if transcript and transcript.with_private:
        command += ["--transcript-private"]
    return tuple(command)


class SpeechWorker:
    """One running speech process and its players, which are a process group of their own.

    Its standard error goes nowhere: it would spoil the screen, and could quote what is said.

    Args:
        command: see ``worker_command``; OSError when it cannot be started.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - no shell, command of ours
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
        )
        os.set_blocking(self._in.fileno(), False)
        # Where the system allows less, a full pipe is only met sooner.
        with suppress(OSError):
            fcntl.fcntl(self._in, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        self._begun = b""

    @property
    def process_id(self) -> int:
        """Of the speech process, and of its group."""
        return self._process.pid

    @property
    def events_fd(self) -> int:
        """Readable when ``lines`` has something to read."""
        return self._out.fileno()

    def write(self, line: bytes) -> None:
        """One line, without waiting; when nobody reads there, that is the end of the process."""
        if self._in.closed:
            return
        try:
            is_whole = os.write(self._in.fileno(), line) == len(line)
        except (BlockingIOError, BrokenPipeError):
            is_whole = False
        if not is_whole:
            self.kill()

    def lines(self) -> list[bytes] | None:
        """The lines that have come; None = the process has closed its end. Call when readable."""
        arrived = os.read(self.events_fd, _READ_BYTES)
        if not arrived:
            return None
        *whole, self._begun = (self._begun + arrived).split(b"\n")
        return whole

    def let_go(self) -> None:
        """Close its input: it hushes and goes by itself."""
        self._in.close()

    def kill(self) -> None:
        """End it and its players at once; it is still to be buried."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def bury(self) -> int:
        """End what is left of it; its exit status."""
        self.kill()
        status = self._process.wait()
        self._in.close()
        self._out.close()
        return status

    @property
    def _in(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101 - Popen was asked for a pipe
        return self._process.stdin

    @property
    def _out(self) -> IO[bytes]:
        assert self._process.stdout is not None  # noqa: S101 - Popen was asked for a pipe
        return self._process.stdout
