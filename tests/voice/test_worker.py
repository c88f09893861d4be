"""The speech process: what it says, what it keeps to itself, and when it goes."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.ports.voice import Devices, Happening, Output, Spoken, Urgency
from kiosk.voice.process import worker_command
from kiosk.voice.transcript import PRIVATE
from kiosk.voice.wire import Say, command_line, event_of
from tests.voice.conftest import until

if TYPE_CHECKING:
    from tests.voice.conftest import Ear, Loudspeaker, Open

HELLO = Spoken("カードを置いてください。")
OF_A_PATIENT = Spoken("ヤマダタロウ様。資格、有効。サンワリ。", is_private=True)


@pytest.fixture
def raw(loudspeaker: Loudspeaker) -> Iterator[subprocess.Popen[bytes]]:
    """A speech process without a client."""
    pytest.importorskip("pyopenjtalk", reason="the voice extra is not installed")
    del loudspeaker
    with subprocess.Popen(
        worker_command(None),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        yield process
        process.kill()


def said(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_what_is_said_is_heard_and_told(
    open_voice: Open, ear: Ear, loudspeaker: Loudspeaker
) -> None:
    voice = open_voice()
    assert voice.say(HELLO) == 1
    ear.wait_for(Happening.STARTED, 1)
    ear.wait_for(Happening.FINISHED, 1)
    assert len(loudspeaker.sounds) == 1
    assert voice.fault is None


def test_what_has_its_turn_in_silence_is_in_the_transcript(
    open_voice: Open, ear: Ear, loudspeaker: Loudspeaker, tmp_path: Path
) -> None:
    loudspeaker.become("refuses")
    path = tmp_path / "said"
    voice = open_voice("--transcript", str(path))
    ear.wait_for(Happening.SILENT, voice.say(HELLO))
    assert said(path)[0]["text"] == HELLO.text_heard


def test_now_cuts_off_what_plays_and_drops_what_waits(
    open_voice: Open, ear: Ear, loudspeaker: Loudspeaker, tmp_path: Path
) -> None:
    path = tmp_path / "said"
    voice = open_voice("--transcript", str(path))
    ear.wait_for(Happening.READY)
    loudspeaker.become("plays_on")
    voice.say(Spoken("いち。"))
    ear.wait_for(Happening.STARTED, 1)
    loudspeaker.wait_for_player(2)
    voice.say(Spoken("に。"))
    loudspeaker.become("records")
    voice.say(Spoken("さん。", Urgency.NOW))
    assert ear.wait_for(Happening.HUSHED).utterances == (1, 2)
    ear.wait_for(Happening.FINISHED, 3)
    assert [each["text"] for each in said(path)] == ["いち。", "さん。"]
    assert said(path)[1]["urgency"] == "now"


def test_a_transcript_hides_private_words(open_voice: Open, ear: Ear, tmp_path: Path) -> None:
    path = tmp_path / "said"
    voice = open_voice("--transcript", str(path))
    ear.wait_for(Happening.FINISHED, voice.say(OF_A_PATIENT))
    [entry] = said(path)
    assert (entry["text"], entry["private"]) == (PRIVATE, True)


def test_a_transcript_of_invented_people_may_show_them(
    open_voice: Open, ear: Ear, tmp_path: Path
) -> None:
    path = tmp_path / "said"
    voice = open_voice("--transcript", str(path), "--transcript-private")
    ear.wait_for(Happening.FINISHED, voice.say(OF_A_PATIENT))
    assert said(path)[0]["text"] == OF_A_PATIENT.text_heard


def test_not_a_byte_of_what_is_said_goes_into_a_file(
    open_voice: Open,
    ear: Ear,
    loudspeaker: Loudspeaker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loudspeaker.become("swallows")
    homes = [tmp_path / name for name in ("tmp", "home", "cwd")]
    for home in homes:
        home.mkdir()
    monkeypatch.setenv("TMPDIR", str(homes[0]))
    monkeypatch.setenv("HOME", str(homes[1]))
    monkeypatch.chdir(homes[2])
    voice = open_voice()
    ear.wait_for(Happening.READY)
    worker = voice.process_id
    assert worker
    players = len(loudspeaker.starts)
    # The stand-in notes its start in a file: from here on it may only play.
    (tmp_path / "bin" / "aplay").write_text("#!/bin/sh\nexec cat > /dev/null\n")
    # From here on the kernel refuses the process, and its players, any byte in any file.
    resource.prlimit(worker, resource.RLIMIT_FSIZE, (0, 0))
    for spoken in (HELLO, OF_A_PATIENT, OF_A_PATIENT):
        ear.wait_for(Happening.FINISHED, voice.say(spoken))
    assert [list(home.rglob("*")) for home in homes] == [[], [], []]
    assert len(loudspeaker.starts) == players
    assert not writable_files(worker)


def writable_files(process_id: int) -> list[str]:
    """Regular files a process has open for writing; memory files have no name in the tree."""
    found = []
    for link in Path(f"/proc/{process_id}/fd").iterdir():
        target = str(link.readlink())
        is_writable = bool(link.lstat().st_mode & 0o200)
        if is_writable and target.startswith("/") and not target.startswith(("/dev/", "/memfd:")):
            found.append(target)
    return found


def test_there_is_no_core_dump(open_voice: Open, ear: Ear) -> None:
    voice = open_voice()
    ear.wait_for(Happening.READY)
    assert voice.process_id
    assert resource.prlimit(voice.process_id, resource.RLIMIT_CORE) == (0, 0)


def test_without_a_device_it_says_so_once_and_goes_on_in_silence(
    open_voice: Open, ear: Ear, loudspeaker: Loudspeaker
) -> None:
    loudspeaker.become("refuses")
    voice = open_voice("--retry", "3600")
    for _ in range(3):
        ear.wait_for(Happening.SILENT, voice.say(HELLO))
    assert [event.code for event in ear.all_so_far() if event.code] == ["K401"]
    assert voice.fault is not None
    assert voice.fault.code == "K401"
    assert len(loudspeaker.starts) == 1


def test_a_device_plugged_in_later_is_found(
    open_voice: Open, ear: Ear, loudspeaker: Loudspeaker
) -> None:
    loudspeaker.become("refuses")
    voice = open_voice("--retry", "0")
    ear.wait_for(Happening.SILENT, voice.say(HELLO))
    loudspeaker.become("records")
    number = voice.say(HELLO)
    ear.wait_for(Happening.SOUND_BACK)
    ear.wait_for(Happening.FINISHED, number)
    assert voice.fault is None


def test_a_device_that_vanishes_while_it_speaks(
    open_voice: Open, ear: Ear, loudspeaker: Loudspeaker
) -> None:
    voice = open_voice()
    ear.wait_for(Happening.READY)
    loudspeaker.become("plays_on")
    number = voice.say(HELLO)
    ear.wait_for(Happening.STARTED, number)
    os.kill(loudspeaker.wait_for_player(2), 15)
    assert ear.wait_for(Happening.FAULT).code == "K401"
    ear.wait_for(Happening.SILENT, number)


FOR_HEADPHONES = Spoken(OF_A_PATIENT.text_heard, is_private=True, output=Output.HEADPHONES)


def test_each_output_has_its_device(open_voice: Open, ear: Ear, loudspeaker: Loudspeaker) -> None:
    voice = open_voice()
    voice.route(Devices("hw:speaker", "hw:ear"))
    ear.wait_for(Happening.FINISHED, voice.say(HELLO))
    ear.wait_for(Happening.FINISHED, voice.say(FOR_HEADPHONES))
    ear.wait_for(Happening.FINISHED, voice.say(HELLO))
    assert loudspeaker.devices[-3:] == ["hw:speaker", "hw:ear", "hw:speaker"]


def test_what_is_for_headphones_is_never_heard_elsewhere(
    open_voice: Open, ear: Ear, loudspeaker: Loudspeaker
) -> None:
    voice = open_voice()
    ear.wait_for(Happening.SILENT, voice.say(FOR_HEADPHONES))
    voice.route(Devices("", "hw:ear"))
    loudspeaker.become("without_ear")
    for _ in range(2):
        ear.wait_for(Happening.SILENT, voice.say(FOR_HEADPHONES))
    assert [event.code for event in ear.all_so_far() if event.code] == ["K405"]
    assert voice.fault is not None
    ear.wait_for(Happening.FINISHED, voice.say(HELLO))
    assert loudspeaker.devices.count("hw:ear") == 1


def test_headphones_plugged_in_later_are_found_after_a_restart_too(
    open_voice: Open, ear: Ear, loudspeaker: Loudspeaker
) -> None:
    voice = open_voice("--retry", "0")
    voice.route(Devices("", "hw:ear"))
    loudspeaker.become("without_ear")
    ear.wait_for(Happening.SILENT, voice.say(FOR_HEADPHONES))
    loudspeaker.become("records")
    number = voice.say(FOR_HEADPHONES)
    assert ear.wait_for(Happening.SOUND_BACK).code == "K405"
    ear.wait_for(Happening.FINISHED, number)
    assert voice.fault is None
    before = voice.process_id
    assert before
    os.kill(before, signal.SIGKILL)
    ear.wait_for(Happening.READY)
    ear.wait_for(Happening.FINISHED, voice.say(FOR_HEADPHONES))
    assert loudspeaker.devices[-1] == "hw:ear"


def test_without_a_player_it_names_what_is_missing(
    open_voice: Open, ear: Ear, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    open_voice()
    assert ear.wait_for(Happening.FAULT).code == "K404"


def test_it_goes_when_its_front_is_gone(raw: subprocess.Popen[bytes]) -> None:
    out, err = raw.communicate(command_line(Say(1, HELLO)), timeout=60)
    assert raw.returncode == 0
    assert err == b""
    # Nothing but events: the libraries print, but not there.
    assert Happening.READY in {event_of(line).kind for line in out.splitlines()}


def test_it_goes_in_the_middle_of_a_sentence(
    raw: subprocess.Popen[bytes], loudspeaker: Loudspeaker
) -> None:
    assert raw.stdin is not None
    assert raw.stdout is not None
    while event_of(raw.stdout.readline()).kind is not Happening.READY:
        pass
    loudspeaker.become("plays_on")
    raw.stdin.write(command_line(Say(1, HELLO)))
    raw.stdin.flush()
    assert event_of(raw.stdout.readline()).kind is Happening.STARTED
    player = loudspeaker.wait_for_player(2)
    raw.stdin.close()
    assert raw.wait(60) == 0
    assert not loudspeaker.is_running(player)


def test_what_it_does_not_understand_is_a_fault_and_no_end(
    raw: subprocess.Popen[bytes],
) -> None:
    assert raw.stdin is not None
    out, _ = raw.communicate(b"YAMADA\n" + command_line(Say(1, Spoken("はい。"))), timeout=60)
    assert b"YAMADA" not in out
    assert [event_of(line).code for line in out.splitlines() if b"K4" in line] == ["K402"]


def test_a_pause_is_silent_and_afterwards_it_goes_on_with_the_sentence(
    open_voice: Open, ear: Ear, loudspeaker: Loudspeaker
) -> None:
    voice = open_voice()
    ear.wait_for(Happening.READY)
    loudspeaker.become("plays_on")
    voice.say(HELLO)
    ear.wait_for(Happening.STARTED, 1)
    player = loudspeaker.wait_for_player(2)
    voice.say(Spoken("はい。"))
    voice.pause()
    until(lambda: not loudspeaker.is_running(player))
    assert not [each for each in ear.all_so_far() if each.kind is Happening.FINISHED]
    loudspeaker.become("records")
    voice.resume()
    ear.wait_for(Happening.FINISHED, 1)
    ear.wait_for(Happening.FINISHED, 2)
    assert len(loudspeaker.sounds) == 2


def test_a_new_page_is_heard_though_the_one_before_was_paused(open_voice: Open, ear: Ear) -> None:
    voice = open_voice()
    voice.say(HELLO)
    voice.pause()
    ear.wait_for(Happening.FINISHED, voice.say(Spoken("はい。", Urgency.NOW)))
