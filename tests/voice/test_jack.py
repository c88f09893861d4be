"""Headphones pulled out while private words play: silence at once, and never the loudspeaker.

The samples follow the documented forms of amixer and pw-dump; amixer itself is a stand-in here, as
aplay is.
"""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.ports.voice import Devices, Happening, NoHeadphones, Output, Spoken
from kiosk.voice.jack import AlsaJack, PipeWireJack, alsa_state, jack_of
from tests.voice.conftest import until

if TYPE_CHECKING:
    from tests.voice.conftest import Ear, Loudspeaker, Open

SAMPLES = Path(__file__).parent / "samples"
SINK = "alsa_output.pci-0000_00_1f.3.analog-stereo"
PRIVATE = Spoken("ヤマダタロウ様。資格、有効。", is_private=True, output=Output.HEADPHONES)
# Follows the file of events as amixer follows the card, and is known by its process id.
AMIXER = """#!/bin/sh
case "$3" in
    contents) cat "{folder}/contents" ;;
    events) echo "$$" > "{folder}/pid"; echo "Ready to listen..."; exec tail -n +1 -f "{folder}/events" ;;
esac
"""  # noqa: E501 - one line of the script


@pytest.mark.parametrize(
    ("sample", "state"),
    [
        ("amixer_contents_hda_in.txt", True),
        ("amixer_contents_hda_out.txt", False),
        ("amixer_contents_bcm2835.txt", None),
    ],
)
def test_what_alsa_says_of_the_socket(sample: str, state: bool | None) -> None:  # noqa: FBT001
    assert alsa_state((SAMPLES / sample).read_text("utf-8")) is state


def test_what_pipewire_says_as_it_changes() -> None:
    dump = (SAMPLES / "pw_dump_monitor.txt").read_bytes()
    assert list(PipeWireJack(SINK).states(io.BytesIO(dump))) == [True, False, False, True]
    assert set(PipeWireJack("another").states(io.BytesIO(dump))) == {False}
    unknown = json.loads(json.dumps(dump.decode().replace('"yes"', '"unknown"')))
    told = list(PipeWireJack(SINK).states(io.BytesIO(unknown.encode())))
    assert told == [True, False, False, True]


def test_a_document_that_is_none_is_passed_over() -> None:
    assert list(PipeWireJack(SINK).states(io.BytesIO(b"[\n{\n]\n[\n]\n"))) == [False]


@pytest.fixture
def amixer(tmp_path: Path, loudspeaker: Loudspeaker) -> Iterator[Path]:
    """A stand-in beside that of aplay; the folder of what it says. Something is plugged in."""
    del loudspeaker
    folder = tmp_path / "amixer"
    folder.mkdir()
    program = tmp_path / "bin" / "amixer"
    program.write_text(AMIXER.format(folder=folder))
    program.chmod(0o755)
    (folder / "events").touch()
    plug(folder, is_in=True)
    yield folder
    pid = int((folder / "pid").read_text())
    until(lambda: not is_running(pid))


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def plug(folder: Path, *, is_in: bool) -> None:
    sample = SAMPLES / f"amixer_contents_hda_{'in' if is_in else 'out'}.txt"
    shutil.copy(sample, folder / "contents.new")
    (folder / "contents.new").rename(folder / "contents")
    with (folder / "events").open("a") as events:
        events.write("event value: numid=12,iface=CARD,name='Headphone Jack'\n")


def test_pulled_out_it_is_silent_at_once_and_never_on_the_loudspeaker(
    amixer: Path, open_voice: Open, ear: Ear, loudspeaker: Loudspeaker
) -> None:
    loudspeaker.become("plays_on")
    voice = open_voice()
    ear.wait_for(Happening.READY)
    voice.route(Devices(headphones="hw:CARD=PCH"))
    voice.say(PRIVATE)
    ear.wait_for(Happening.STARTED, 1)
    player = loudspeaker.wait_for_player(2)  # the first was the probe
    plug(amixer, is_in=False)
    assert ear.wait_for(Happening.FAULT).code == NoHeadphones.code
    until(lambda: not is_running(player))
    ear.wait_for(Happening.SILENT, 1)
    voice.say(PRIVATE)
    ear.wait_for(Happening.SILENT, 2)
    assert len(loudspeaker.starts) == 2, "no player was started for it on any device"
    plug(amixer, is_in=True)
    assert ear.wait_for(Happening.SOUND_BACK).code == NoHeadphones.code
    voice.say(PRIVATE)
    ear.wait_for(Happening.STARTED, 3)
    assert loudspeaker.devices[-1] == "hw:CARD=PCH"


def test_public_words_go_on_when_headphones_are_pulled_out(
    amixer: Path, open_voice: Open, ear: Ear, loudspeaker: Loudspeaker
) -> None:
    loudspeaker.become("plays_on")
    voice = open_voice()
    ear.wait_for(Happening.READY)
    voice.route(Devices(headphones="hw:CARD=PCH"))
    voice.say(Spoken("受付できます。"))
    ear.wait_for(Happening.STARTED, 1)
    plug(amixer, is_in=False)
    ear.wait_for(Happening.FAULT)
    assert is_running(loudspeaker.wait_for_player(2))


def test_which_socket_is_followed_goes_by_the_device(
    loudspeaker: Loudspeaker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    del loudspeaker
    for name in ("amixer", "pw-dump", "pw-play"):
        (tmp_path / "bin" / name).write_text("#!/bin/sh\n")
        (tmp_path / "bin" / name).chmod(0o755)
    for device, card in (("hw:0", "0"), ("plughw:CARD=Headphones,DEV=0", "Headphones")):
        jack = jack_of(device)
        assert isinstance(jack, AlsaJack)
        assert jack.command[1:] == ("-c", card, "events")
    assert isinstance(jack_of(SINK), PipeWireJack)
    # Names that only ALSA knows are no sinks that could be gone.
    assert jack_of("default") is None
    assert jack_of("") is None
    monkeypatch.setenv("PATH", os.devnull)
    assert jack_of("hw:0") is None
    assert jack_of(SINK) is None
