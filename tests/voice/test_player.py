"""Sound out, with a stand-in for the program that drives the sound card."""

from __future__ import annotations

import subprocess
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from kiosk.ports.voice import NoPlayer, NoSoundDevice
from kiosk.voice.player import Clicker, Player, Stopped, click, player_command

if TYPE_CHECKING:
    from tests.voice.conftest import Loudspeaker

RATE = 48_000
SECOND = b"\x01\x00" * RATE


def test_what_is_fed_is_played_in_one_piece(loudspeaker: Loudspeaker) -> None:
    player = Player(RATE)
    player.feed(SECOND)
    player.feed(SECOND)
    player.drain()
    assert loudspeaker.sounds == [SECOND * 2]


def test_the_player_is_told_the_form_of_the_sound_and_the_device(loudspeaker: Loudspeaker) -> None:
    Player(RATE, "headphones").probe()
    told = (loudspeaker.folder / "starts").read_text()
    assert "-t raw -f S16_LE -c 1 -r 48000" in told
    assert "-D headphones -\n" in told


def test_a_stop_kills_the_player_while_it_is_fed(loudspeaker: Loudspeaker) -> None:
    loudspeaker.become("plays_on")
    player = Player(RATE)
    ended: list[type[BaseException]] = []

    def feed() -> None:
        try:
            player.feed(SECOND * 5)
        except Stopped:
            ended.append(Stopped)

    feeding = Thread(target=feed)
    feeding.start()
    pid = loudspeaker.wait_for_player(1)
    player.stop()
    assert killed_soon(loudspeaker, pid)
    feeding.join(60)
    assert ended == [Stopped]


def killed_soon(loudspeaker: Loudspeaker, pid: int) -> bool:
    """SIGKILL has been sent; the kernel is free to take its moment."""
    return any(not loudspeaker.is_running(pid) for _ in range(10_000))


def test_a_stop_counts_until_the_next_arm(loudspeaker: Loudspeaker) -> None:
    player = Player(RATE)
    player.stop()
    with pytest.raises(Stopped):
        player.feed(SECOND)
    assert player.is_stopped
    assert not loudspeaker.starts
    player.arm()
    player.feed(SECOND)
    player.drain()
    assert loudspeaker.sounds == [SECOND]


def test_a_stop_between_two_pieces_ends_the_utterance(loudspeaker: Loudspeaker) -> None:
    loudspeaker.become("plays_on")
    player = Player(RATE)
    player.feed(SECOND[:1920])
    pid = loudspeaker.wait_for_player(1)
    player.stop()
    with pytest.raises(Stopped):
        player.feed(SECOND[:1920])
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("sound", [b"\x01\x00", SECOND * 5])
def test_a_player_that_refuses_is_no_sound_device(loudspeaker: Loudspeaker, sound: bytes) -> None:
    loudspeaker.become("refuses")
    player = Player(RATE)

    def play() -> None:
        player.feed(sound)
        player.drain()

    with pytest.raises(NoSoundDevice):
        play()
    loudspeaker.become("records")
    player.probe()
    assert len(loudspeaker.starts) == 2


def test_no_player_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoPlayer):
        Player(RATE).probe()
    Clicker(RATE).click()


@pytest.mark.parametrize(("its_help", "raw"), [("  -a, --raw   RAW mode", True), ("old", False)])
def test_pipewire_is_the_second_choice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, its_help: str, *, raw: bool
) -> None:
    (tmp_path / "pw-play").write_text(f"#!/bin/sh\necho '{its_help}'\n")
    (tmp_path / "pw-play").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}")
    command = player_command(RATE, "headphones")
    assert command[0].endswith("pw-play")
    assert {"--format=s16", "--channels=1", "--rate=48000", "--target=headphones"} <= set(command)
    assert ("--raw" in command) is raw
    assert command[-1] == "-"


def test_a_sink_by_its_name_is_played_by_pipewire_and_a_card_by_alsa(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("aplay", "pw-play"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}")
    for device in (None, "hw:CARD=PCH", "default"):
        assert Path(player_command(RATE, device)[0]).name == "aplay"
    for device in ("alsa_output.usb-headset", "bluez_output.00_11"):
        command = player_command(RATE, device)
        assert (Path(command[0]).name, f"--target={device}" in command) == ("pw-play", True)
    (tmp_path / "pw-play").unlink()
    assert Path(player_command(RATE, "alsa_output.usb-headset")[0]).name == "aplay"


def test_keys_click_beside_each_other(loudspeaker: Loudspeaker) -> None:
    clicker = Clicker(RATE)
    for _ in range(3):
        clicker.click()
    first = [loudspeaker.wait_for_player(count) for count in (1, 2, 3)]
    assert len(set(first)) == 3
    assert [process.wait() for process in clicker._playing] == [0] * len(clicker._playing)


def test_a_click_is_short_and_as_loud_as_it_was_told() -> None:
    assert len(click(RATE, 1.0)) == 2 * RATE * 3 // 100
    assert max(click(RATE, 1.0)) > 0
    assert not any(click(RATE, 0.0))


def test_clicks_that_nobody_plays_are_bounded(loudspeaker: Loudspeaker) -> None:
    loudspeaker.become("plays_on")
    clicker = Clicker(RATE)
    for _ in range(20):
        clicker.click()
    loudspeaker.wait_for_player(8)
    assert len(clicker._playing) == 8
    for process in clicker._playing:
        process.kill()
        process.wait()


def test_the_real_aplay_takes_our_options() -> None:
    try:
        command = player_command(RATE, "null")
    except NoPlayer:
        pytest.skip("alsa-utils is not installed")
    if not command[0].endswith("aplay"):
        pytest.skip("alsa-utils is not installed")
    done = subprocess.run(command, input=SECOND, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
