"""Pause, faster, softer and once more, from the keys to the sound itself.

Real kioskd, screen and speech process; the loudspeaker is a program that keeps what it has played,
where time counts as fast as a sound card does. Nothing here is taken from what the kiosk says of
itself but when an utterance is over.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.journeys.conftest import Ward, open_clinic, opened_ward, wait_until
from tests.journeys.ear import ATTENDED, SLOWLY, lays_the_card, logs_in, takes_the_card
from tests.journeys.test_access import CODE, NAME, with_secret
from tests.support.by_ear import Blind
from tests.support.pcscd import Pcscd

pytest.importorskip("pyopenjtalk", reason="the voice extra is not installed")
pytestmark = [pytest.mark.pcsc, pytest.mark.soak, pytest.mark.timeout(900)]

BYTES_A_SECOND = 96_000
UNHURRIED = "help_s = 600.0\n"
"""Of help left open: it is heard to its end here."""
WORDS_S = 0.25
"""Shorter sounds are the ticks of keys and the earcons."""
APLAY = f"""#!{sys.executable} -SE
import os, time
folder = os.path.dirname(os.path.abspath(__file__)) + "/../played"
began, count = time.monotonic(), 0
with open(f"{{folder}}/{{time.monotonic_ns():020d}}", "wb", 0) as kept:
    while piece := os.read(0, 4800):
        kept.write(piece)
        count += len(piece)
        time.sleep(max(0.0, began + count / (PACE * {BYTES_A_SECOND}) - time.monotonic()))
"""


@dataclass
class Room:
    """What the loudspeaker of a box has played.

    Args:
        folder: a file a player, by the time of its start.
    """

    folder: Path

    def words(self, since: int = 0) -> list[bytes]:
        """The utterances after so many sounds, in order."""
        sounds = [each.read_bytes() for each in sorted(self.folder.iterdir())[since:]]
        return [each for each in sounds if len(each) > WORDS_S * BYTES_A_SECOND and any(each)]

    @property
    def count(self) -> int:
        return len(list(self.folder.iterdir()))

    @property
    def size(self) -> int:
        """Bytes played so far."""
        return sum(each.stat().st_size for each in self.folder.iterdir())


class Listener(Blind):
    """Somebody who does not wait until all is said."""

    def interrupts(self, key: str) -> None:
        os.write(self._terminal, key.encode())


@dataclass
class Box:
    """A box that can be heard."""

    ward: Ward
    room: Room
    blind: Listener

    def says(self, keys: str) -> list[bytes]:
        """What is heard after keys."""
        self.blind.listens()
        before = self.room.count
        self.blind.press(keys)
        self.blind.listens()
        return self.room.words(before)

    def reads_help(self) -> bytes:
        """The one page that is the same at any time, and back."""
        said = b"".join(self.says("助"))
        self.says("戻")
        return said


@pytest.fixture
def pace() -> int:
    """So much faster than a sound card, where only what is played counts."""
    return 20


@pytest.fixture
def box(tmp_path: Path, pcscd: Pcscd, pace: int) -> Iterator[Box]:
    home = tmp_path / "home"
    for each in ("bin", "run", "played"):
        (home / each).mkdir(parents=True)
    (home / "bin" / "aplay").write_text(APLAY.replace("PACE", str(pace)))
    (home / "bin" / "aplay").chmod(0o755)
    with open_clinic(tmp_path) as clinic:
        settings = clinic.config.read_text("utf-8")
        clinic.config.write_text(f"{settings}\n{ATTENDED}{SLOWLY}{UNHURRIED}", "utf-8")
        done = with_secret(clinic, CODE, "setup", "passcode", "set", *NAME, "--passcode-fd", "0")
        assert done.status == 0, done.err
        with opened_ward(clinic, pcscd) as ward:
            environment = {
                **clinic.environment(),
                "HOME": str(home),
                "XDG_RUNTIME_DIR": str(home / "run"),
                "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
            }
            (tmp_path / "ear").mkdir()
            blind = Listener(ward.socket, tmp_path / "ear" / "heard.jsonl", environment)
            blind.hears("受付できます。")
            yield Box(ward, Room(home / "played"), blind)
            blind.close()


def loudness(pcm: bytes) -> float:
    wave = np.frombuffer(pcm, dtype="<i2").astype(float)
    return float(np.sqrt(np.mean(wave**2)))


def opens_listening(box: Box) -> None:
    box.says("助")
    box.says("3")


@pytest.mark.parametrize("pace", [1])
def test_a_pause_is_silence_and_goes_on_with_the_sentence_that_was_cut_off(box: Box) -> None:
    opens_listening(box)
    whole = b"".join(box.says("x"))
    assert len(whole) > 8 * BYTES_A_SECOND
    *_, ending = pause_and_go_on_at_rest(box)
    before, began = box.room.count, box.room.size
    box.blind.interrupts("x")
    wait_until(lambda: box.room.size > began + len(whole) // 2)
    box.blind.interrupts("2")
    cut = silent(box)
    first = b"".join(box.room.words(before))
    assert len(whole) // 2 <= len(first) < len(whole)
    assert whole.startswith(first)
    time.sleep(1.0)
    assert box.room.size == cut, "not a sound while it pauses"
    before = box.room.count
    box.blind.interrupts("2")
    box.blind.listens()
    *rest, over = box.room.words(before)
    assert over == ending
    again = b"".join(rest)
    assert whole.endswith(again)
    assert len(first) + len(again) >= len(whole), "nothing was lost"
    assert len(again) < len(whole), "it did not begin anew"


def pause_and_go_on_at_rest(box: Box) -> list[bytes]:
    """What is said where there is nothing to go on with: that this was all."""
    box.blind.press("2")
    return box.says("2")


def silent(box: Box) -> int:
    """Bytes played, once the key's tick is over and nothing more comes."""
    size = -1
    while size != box.room.size:
        size = box.room.size
        time.sleep(0.4)
    return size


def test_a_visitors_changes_end_with_the_visit_and_the_staffs_own_stay(box: Box) -> None:
    usual = box.reads_help()
    opens_listening(box)
    box.says("4")
    box.says("4")
    for _ in range(2):
        box.says("5")
    box.blind.press("戻戻")
    box.blind.listens()
    hurried = box.reads_help()
    assert len(hurried) / len(usual) == pytest.approx(1 / 1.5, rel=0.1)
    assert loudness(hurried) / loudness(usual) == pytest.approx(0.6, rel=0.2)
    lays_the_card(box.ward, box.blind, "taro", "1234")
    box.blind.hears("確認できました。")
    takes_the_card(box.ward, box.blind)
    assert box.reads_help() == usual

    logs_in(box.blind)
    menu = box.reads_help()
    opens_listening(box)
    box.says("4")
    box.blind.press("戻戻")
    own = box.reads_help()
    assert len(own) / len(menu) == pytest.approx(1 / 1.25, rel=0.1)
    box.blind.press("戻")
    box.blind.hears("ログアウトしました。")
    box.blind.listens()
    assert box.reads_help() == usual
    logs_in(box.blind)
    assert box.reads_help() == own


def test_each_step_is_heard_and_the_floor_stays_a_voice(box: Box) -> None:
    usual = box.reads_help()

    def after(keys: str) -> tuple[float, float]:
        """Length and loudness of the same page after such keys, as shares of the usual."""
        opens_listening(box)
        for key in keys:
            box.says(key)
        box.blind.press("戻戻")
        box.blind.listens()
        said = box.reads_help()
        return len(said) / len(usual), loudness(said) / loudness(usual)

    slower, faster, back = "3", "4", "7"
    assert after(slower) == pytest.approx((1 / 0.75, 1.0), rel=0.1)
    assert after(slower) == pytest.approx((1 / 0.75, 1.0), rel=0.1), "there is no slower"
    assert after(f"{back}{faster}") == pytest.approx((1 / 1.25, 1.0), rel=0.1)
    softer, louder = "5", "6"
    for keys, volume in (
        (f"{back}{softer}", 0.8),
        (softer, 0.6),
        (softer, 0.4),
        (softer, 0.4),
        (louder, 0.6),
        (back, 1.0),
    ):
        assert after(keys) == pytest.approx((1.0, volume), rel=0.1)
    assert box.reads_help() == usual
