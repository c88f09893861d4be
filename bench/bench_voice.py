"""The voice, measured in the speech process, beside espeak-ng in the same run where it is there.

The player is a stand-in that swallows: what is measured is our own part, up to the first sound in
the player's pipe, and from the key to the player's end.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

ROUNDS = 15
TEXT = "カードを読み取り機に置いてください。"
_PLAYER = "#!/bin/sh\nexec cat > /dev/null\n"
_IN_THE_PROCESS = """
import json, statistics, sys, threading, time
from kiosk.ports.voice import Spoken
from kiosk.voice.engine import Engine
from kiosk.voice.player import SAMPLE_RATE, Player

rounds, text = int(sys.argv[1]), sys.argv[2]
player, sounded = Player(SAMPLE_RATE), []
engine = Engine(player, lambda _: sounded.append(time.perf_counter()))

def first_sound(words, is_private):
    engine.arm()
    began = time.perf_counter()
    engine.say(1, Spoken(words, is_private=is_private))
    return sounded[-1] - began

def silence(words):
    engine.arm()
    speaking = threading.Thread(target=engine.say, args=[1, Spoken(words)])
    count = len(sounded)
    speaking.start()
    while len(sounded) == count:
        time.sleep(0.0005)
    began = time.perf_counter()
    engine.stop()
    speaking.join()
    return time.perf_counter() - began

first_sound(text, False)
fresh = [first_sound(text, True) for _ in range(rounds)]
cached = [first_sound(text, False) for _ in range(rounds)]
stops = [silence(text * 20) for _ in range(rounds)]
status = open("/proc/self/status").read()
resident = next(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmRSS:"))
median = lambda each: round(statistics.median(each) * 1000, 2)
print(json.dumps({
    "text_to_first_sound_ms": median(fresh),
    "cached_to_first_sound_ms": median(cached),
    "key_to_silence_ms": median(stops),
    "resident_mib": round(resident / 1024, 1),
}))
"""


def run() -> dict[str, float | str]:
    """Medians in milliseconds, and what the speech process holds; a reason where it cannot be."""
    if find_spec("pyopenjtalk") is None:
        return {"skipped": "the voice extra is not installed"}
    with TemporaryDirectory() as folder:
        player = Path(folder) / "aplay"
        player.write_text(_PLAYER)
        player.chmod(0o755)
        done = subprocess.run(
            [sys.executable, "-c", _IN_THE_PROCESS, str(ROUNDS), TEXT],
            env={**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
            check=True,
            capture_output=True,
            text=True,
        )
    figures: dict[str, float | str] = json.loads(done.stdout.splitlines()[-1])
    espeak = shutil.which("espeak-ng")
    if espeak is not None:
        figures["espeak_ng_first_sound_ms"] = _espeak_ms(espeak)
    return figures


def _espeak_ms(espeak: str) -> float:
    """From its start, for it has no process to stay in, to the first sound after the WAV header."""
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        with subprocess.Popen([espeak, "-v", "ja", "--stdout", TEXT], stdout=subprocess.PIPE) as it:
            assert it.stdout is not None
            it.stdout.read(4096)
            took.append(time.perf_counter() - began)
            it.kill()
    return round(statistics.median(took) * 1000, 2)
