"""A loudspeaker that is far away: a script named aplay on PATH, and somebody who listens."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from time import monotonic, sleep
from typing import TYPE_CHECKING, TypeVar

import pytest

from kiosk.ports.voice import Happening, VoiceEvent
from kiosk.voice.client import Patience, VoiceClient
from kiosk.voice.process import worker_command

if TYPE_CHECKING:
    from kiosk.voice.openjtalk import OpenJTalkVoice

T = TypeVar("T")
DEADLINE_S = 60.0
# $$ is the process the kiosk started: exec keeps it. Its mode is settled once its start is noted.
# The kiosk's probe is 1920 bytes of silence: that ends even where sound plays on. What was heard
# gets its final name when it is over.
APLAY = """#!/bin/sh
mode=$(cat "{folder}/mode")
echo "$$ $*" >> "{folder}/starts"
case $mode in
    records) cat > "{folder}/$$.part" && exec mv "{folder}/$$.part" "{folder}/$$.pcm" ;;
    swallows) exec cat > /dev/null ;;
    plays_on) [ "$(head -c 1920 | tr -d '\\0' | wc -c)" = 0 ] || exec sleep 3600 ;;
    refuses) exit 1 ;;
    without_ear)
        case "$*" in *hw:ear*) exit 1 ;; *) exec cat > /dev/null ;; esac ;;
esac
"""


def until(look: Callable[[], T]) -> T:
    """What ``look`` finds, as soon as it finds something: at a process border, with a deadline."""
    deadline = monotonic() + DEADLINE_S
    while not (found := look()):
        if monotonic() > deadline:
            pytest.fail(f"nothing within {DEADLINE_S} s")
        sleep(0.005)
    return found


@dataclass
class Loudspeaker:
    """What the stand-in for aplay does and has done."""

    folder: Path

    def become(self, mode: str) -> None:
        """What it does; see APLAY.

        records, swallows, plays_on (never ends by itself), refuses (no device) or without_ear
        (no device of the name hw:ear).
        """
        (self.folder / "mode").write_text(mode)

    @property
    def starts(self) -> list[int]:
        """Process ids of the players started."""
        file = self.folder / "starts"
        return (
            [int(line.split()[0]) for line in file.read_text().splitlines()]
            if file.exists()
            else []
        )

    @property
    def devices(self) -> list[str]:
        """The device each player was started for; "" = the default."""
        calls = [line.split() for line in (self.folder / "starts").read_text().splitlines()]
        return [each[each.index("-D") + 1] if "-D" in each else "" for each in calls]

    @property
    def sounds(self) -> list[bytes]:
        """What was played to its end, in order, without the silence of the probe."""
        files = [self.folder / f"{pid}.pcm" for pid in self.starts]
        played = [file.read_bytes() for file in files if file.exists()]
        return [pcm for pcm in played if any(pcm)]

    def wait_for_player(self, count: int) -> int:
        """Process id of the player started as the ``count``-th, and still there."""
        return until(lambda: self.starts[count - 1 : count])[0]

    @staticmethod
    def is_running(pid: int) -> bool:
        """False once it is gone, or dead and not yet waited for."""
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return False
        return state != "Z"


@pytest.fixture
def loudspeaker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loudspeaker:
    """An aplay in front of everything else on PATH; it records."""
    folder, programs = tmp_path / "loudspeaker", tmp_path / "bin"
    folder.mkdir()
    programs.mkdir()
    (programs / "aplay").write_text(APLAY.format(folder=folder))
    (programs / "aplay").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    speaker = Loudspeaker(folder)
    speaker.become("records")
    return speaker


class Ear:
    """Hears the events of a voice."""

    def __init__(self) -> None:
        self._events: Queue[VoiceEvent] = Queue()
        self.heard: list[VoiceEvent] = []

    def __call__(self, event: VoiceEvent) -> None:
        self._events.put(event)

    def wait_for(self, kind: Happening, utterance: int | None = None) -> VoiceEvent:
        """The next event of the kind, about the utterance if one is given."""
        while True:
            try:
                event = self._events.get(timeout=DEADLINE_S)
            except Empty:
                pytest.fail(f"no {kind} of {utterance}; heard {self.heard}")
            self.heard.append(event)
            if event.kind is kind and utterance in {None, *event.utterances}:
                return event

    def all_so_far(self) -> list[VoiceEvent]:
        """Every event that has come."""
        while not self._events.empty():
            self.heard.append(self._events.get())
        return self.heard


@pytest.fixture
def ear() -> Ear:
    return Ear()


Open = Callable[..., VoiceClient]


@pytest.fixture
def open_voice(loudspeaker: Loudspeaker, ear: Ear) -> Iterator[Open]:
    """Makes voices and closes them; ``options`` go to the worker."""
    del loudspeaker
    pytest.importorskip("pyopenjtalk", reason="the voice extra is not installed")
    made: list[VoiceClient] = []

    def make(*options: str, patience: Patience | None = None, **more: object) -> VoiceClient:
        command = (*worker_command(None), *options)
        made.append(VoiceClient(ear, command=command, patience=patience, **more))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture(scope="session")
def mei() -> OpenJTalkVoice:
    """The real engine, loaded once."""
    pytest.importorskip("pyopenjtalk", reason="the voice extra is not installed")
    from kiosk.voice.openjtalk import OpenJTalkVoice  # noqa: PLC0415 - an optional extra

    return OpenJTalkVoice()


@pytest.fixture
def python() -> str:
    return sys.executable
