"""The front's side: it never blocks, never raises, and brings a lost voice back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.ports.voice import Happening, Spoken, Urgency, Voice
from kiosk.voice.client import Patience, VoiceClient
from kiosk.voice.process import worker_command
from kiosk.voice.transcript import Transcript

if TYPE_CHECKING:
    from tests.voice.conftest import Ear, Loudspeaker, Open

HELLO = Spoken("カードを置いてください。")
HEAVY = {"pyttsx3", "pyopenjtalk", "numpy", "sudachipy", "pydantic"}
# A speech process whose Python lacks the voice extra.
WITHOUT_EXTRA = """
import sys
sys.modules["pyttsx3"] = None
from kiosk.voice.worker import main
sys.exit(main([]))
"""


def test_the_front_loads_no_engine() -> None:
    report = "import json, sys, kiosk.voice.client; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert "kiosk" in loaded
    assert not HEAVY & loaded


def test_a_hush_kills_the_player_and_drops_what_waits(
    open_voice: Open, ear: Ear, loudspeaker: Loudspeaker
) -> None:
    voice = open_voice()
    ear.wait_for(Happening.READY)
    loudspeaker.become("plays_on")
    first, second = voice.say(HELLO), voice.say(HELLO)
    ear.wait_for(Happening.STARTED, first)
    player = loudspeaker.wait_for_player(2)
    assert loudspeaker.is_running(player)
    voice.hush()
    assert ear.wait_for(Happening.HUSHED).utterances == (first, second)
    # The player was killed before the answer was sent; the kernel is free to take its moment.
    assert any(not loudspeaker.is_running(player) for _ in range(10_000))
    loudspeaker.become("records")
    third = voice.say(HELLO)
    ear.wait_for(Happening.FINISHED, third)
    assert len(loudspeaker.starts) == 3


def test_a_hush_at_once_after_a_say_leaves_nothing_to_hear(
    open_voice: Open, ear: Ear, loudspeaker: Loudspeaker
) -> None:
    voice = open_voice()
    ear.wait_for(Happening.READY)
    loudspeaker.become("plays_on")
    for _ in range(50):
        voice.say(HELLO)
        voice.hush()
    for _ in range(50):
        ear.wait_for(Happening.HUSHED)
    loudspeaker.become("records")
    ear.wait_for(Happening.FINISHED, voice.say(Spoken("はい。")))
    assert not [pid for pid in loudspeaker.starts if loudspeaker.is_running(pid)]
    assert len(loudspeaker.sounds) == 1


def test_a_hush_in_silence_is_answered(open_voice: Open, ear: Ear) -> None:
    voice = open_voice()
    ear.wait_for(Happening.READY)
    voice.hush()
    assert ear.wait_for(Happening.HUSHED).utterances == ()


def test_a_killed_process_comes_back_and_says_what_it_owed(
    open_voice: Open, ear: Ear, loudspeaker: Loudspeaker
) -> None:
    voice = open_voice()
    ear.wait_for(Happening.READY)
    loudspeaker.become("plays_on")
    number = voice.say(HELLO)
    ear.wait_for(Happening.STARTED, number)
    player = loudspeaker.wait_for_player(2)
    before = voice.process_id
    assert before
    loudspeaker.become("records")
    os.kill(before, signal.SIGKILL)
    ear.wait_for(Happening.READY)
    ear.wait_for(Happening.FINISHED, number)
    assert voice.process_id != before
    assert not loudspeaker.is_running(player)
    assert voice.fault is None


def test_what_was_hushed_does_not_come_back(
    open_voice: Open, ear: Ear, loudspeaker: Loudspeaker
) -> None:
    voice = open_voice()
    ear.wait_for(Happening.READY)
    loudspeaker.become("plays_on")
    number = voice.say(HELLO)
    ear.wait_for(Happening.STARTED, number)
    loudspeaker.wait_for_player(2)
    voice.hush()
    ear.wait_for(Happening.HUSHED)
    assert voice.process_id
    os.kill(voice.process_id, signal.SIGKILL)
    loudspeaker.become("records")
    ear.wait_for(Happening.READY)
    ear.wait_for(Happening.FINISHED, voice.say(Spoken("はい。")))
    assert len(loudspeaker.sounds) == 1


def test_what_kills_the_process_twice_is_not_said_a_third_time(
    open_voice: Open, ear: Ear, loudspeaker: Loudspeaker
) -> None:
    voice = open_voice()
    ear.wait_for(Happening.READY)
    loudspeaker.become("plays_on")
    number = voice.say(HELLO)
    for _ in range(2):
        ear.wait_for(Happening.STARTED, number)
        assert voice.process_id
        os.kill(voice.process_id, signal.SIGKILL)
    ear.wait_for(Happening.SILENT, number)


def test_a_hung_process_is_replaced(open_voice: Open, ear: Ear, loudspeaker: Loudspeaker) -> None:
    voice = open_voice(patience=Patience(hush_s=0.3))
    ear.wait_for(Happening.READY)
    loudspeaker.become("plays_on")
    ear.wait_for(Happening.STARTED, voice.say(HELLO))
    player = loudspeaker.wait_for_player(2)
    before = voice.process_id
    assert before
    os.kill(before, signal.SIGSTOP)
    voice.hush()
    ear.wait_for(Happening.READY)
    assert voice.process_id != before
    assert not loudspeaker.is_running(player)


def test_a_process_that_falls_silent_in_the_middle_is_replaced(
    open_voice: Open, ear: Ear, loudspeaker: Loudspeaker
) -> None:
    voice = open_voice(patience=Patience(sound_s=1.0))
    ear.wait_for(Happening.READY)
    loudspeaker.become("plays_on")
    number = voice.say(HELLO)
    ear.wait_for(Happening.STARTED, number)
    loudspeaker.wait_for_player(2)
    loudspeaker.become("records")
    ear.wait_for(Happening.READY)
    ear.wait_for(Happening.FINISHED, number)


def test_nobody_waits_for_a_process_that_does_not_read(open_voice: Open, ear: Ear) -> None:
    voice = open_voice()
    ear.wait_for(Happening.READY)
    before = voice.process_id
    assert before
    os.kill(before, signal.SIGSTOP)
    # Far more than a pipe holds: a call that waited would wait for ever.
    for _ in range(300):
        voice.say(Spoken("あ" * 1_000))
    voice.hush()
    ear.wait_for(Happening.READY)
    assert voice.process_id != before
    ear.wait_for(Happening.FINISHED, voice.say(Spoken("はい。")))


def test_a_process_that_cannot_live_is_given_up_and_told_once(
    ear: Ear, loudspeaker: Loudspeaker
) -> None:
    del loudspeaker
    command = (sys.executable, "-c", "pass")
    voice = VoiceClient(ear, command=command, patience=Patience(restarts=2))
    assert ear.wait_for(Happening.FAULT).code == "K402"
    assert voice.fault is not None
    assert voice.fault.code == "K402"
    assert [voice.say(HELLO) > 0, voice.process_id] == [True, None]
    voice.hush()
    voice.tick()
    voice.tune(speed=1.2)
    voice.prepare(["はい。"])
    voice.close()
    assert [event.code for event in ear.all_so_far() if event.code] == ["K402"]


def test_a_program_that_is_not_there(ear: Ear, tmp_path: Path) -> None:
    voice = VoiceClient(ear, command=(str(tmp_path / "nothing"),))
    assert ear.wait_for(Happening.FAULT).code == "K402"
    voice.close()


def test_a_missing_extra_is_told_once_and_not_tried_again(
    ear: Ear, loudspeaker: Loudspeaker
) -> None:
    voice = VoiceClient(ear, command=(sys.executable, "-c", WITHOUT_EXTRA))
    number = voice.say(HELLO)
    assert ear.wait_for(Happening.FAULT).code == "K403"
    if Happening.SILENT not in {event.kind for event in ear.all_so_far()}:
        ear.wait_for(Happening.SILENT, number)
    voice.close()
    assert len(loudspeaker.starts) == 1
    assert [event.code for event in ear.all_so_far() if event.code] == ["K403"]


def test_noise_from_the_process_is_passed_over(ear: Ear) -> None:
    noise = 'print("noise"); print(\'{"event": "ready", "utterances": [], "code": ""}\')'
    voice = VoiceClient(ear, command=(sys.executable, "-c", noise))
    ear.wait_for(Happening.READY)
    voice.close()


def test_speed_and_prompts_outlive_the_process(
    open_voice: Open, ear: Ear, loudspeaker: Loudspeaker
) -> None:
    voice = open_voice()
    voice.tune(speed=2.0)
    voice.prepare(["いいえ。"])
    ear.wait_for(Happening.FINISHED, voice.say(HELLO))
    assert voice.process_id
    os.kill(voice.process_id, signal.SIGKILL)
    ear.wait_for(Happening.READY)
    ear.wait_for(Happening.FINISHED, voice.say(HELLO))
    voice.tune()
    ear.wait_for(Happening.FINISHED, voice.say(HELLO))
    before, after, normal = loudspeaker.sounds
    assert before == after
    assert len(normal) > 1.5 * len(after)


def test_a_tick_is_heard_beside_the_speech(
    open_voice: Open, ear: Ear, loudspeaker: Loudspeaker
) -> None:
    voice = open_voice()
    ear.wait_for(Happening.READY)
    loudspeaker.become("plays_on")
    ear.wait_for(Happening.STARTED, voice.say(HELLO))
    speaking = loudspeaker.wait_for_player(2)
    loudspeaker.become("records")
    voice.tick()
    assert loudspeaker.wait_for_player(3) != speaking
    assert loudspeaker.is_running(speaking)


def test_a_closed_voice_is_gone_and_stays_gone(
    open_voice: Open, ear: Ear, loudspeaker: Loudspeaker
) -> None:
    voice: Voice = open_voice()
    ear.wait_for(Happening.READY)
    loudspeaker.become("plays_on")
    ear.wait_for(Happening.STARTED, voice.say(Spoken(HELLO.text_heard, Urgency.NOW)))
    player = loudspeaker.wait_for_player(2)
    voice.close()
    assert not loudspeaker.is_running(player)
    voice.close()
    assert voice.say(HELLO) == 2
    voice.hush()
    voice.tick()
    assert len(loudspeaker.starts) == 2


def test_a_voice_closed_before_it_was_ready(open_voice: Open, loudspeaker: Loudspeaker) -> None:
    voice = open_voice()
    voice.say(HELLO)
    voice.close()
    assert not loudspeaker.sounds
    assert voice.process_id is None


def test_no_text_is_among_the_arguments_of_the_process(tmp_path: Path) -> None:
    command = worker_command(Transcript(tmp_path / "said", with_private=True))
    assert command[:4] == (sys.executable, "-P", "-m", "kiosk.voice.worker")
    assert command[4:] == (
        "--transcript",
        str(tmp_path / "said"),
        "--transcript-private",
    )
