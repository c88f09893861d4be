"""What the checks find on boxes laid out in a folder, and on the real pcscd."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.appliance.box import Box
from kiosk.appliance.checks import card, heat, modules, reader, sound, usb
from kiosk.appliance.finding import Finding, State
from kiosk.errors import Remedy
from kiosk.phrasebook import Phrase
from kiosk.reader.card import CardDialogue
from kiosk.settings import SettingsMissing, load
from kiosk.simulator.mishaps import ForeignCard
from kiosk.simulator.options import Kind
from kiosk.simulator.world import World
from tests.pcsc.conftest import WatchedCard
from tests.support.cards import CardMaker
from tests.support.pcscd import Laid
from tests.support.replay import ReplayChannel, dialogues
from tests.support.scripted import OK, SELECT, SIGHT

NO_SETTINGS = SettingsMissing("kiosk.toml")
Write = Callable[[str, str], None]


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(NO_SETTINGS, tmp_path)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file below the root of the box."""

    def put(path: str, text: str) -> None:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)

    return put


def states(findings: list[Finding]) -> dict[str, State]:
    return {each.name: each.state for each in findings}


@pytest.mark.parametrize(
    ("listed", "state", "detail"),
    [
        ("port100 40960 0 - Live 0x0\nnfc 131072 1 port100, Live 0x0\n", State.WARN, "port100"),
        ("pn533_usb 1 0 - Live\nport100 1 0 - Live\n", State.WARN, "port100, pn533_usb"),
        ("nfc 131072 1 port100, Live 0x0\n", State.OK, ""),
        ("", State.OK, ""),
    ],
)
def test_modules_of_the_kernel(
    box: Box, write: Write, listed: str, state: State, detail: str
) -> None:
    write("proc/modules", listed)
    (found,) = modules.find(box)
    assert (found.state, found.detail) == (state, detail)


def test_a_kernel_that_lists_no_modules(box: Box) -> None:
    assert states(list(modules.find(box))) == {"reader.modules": State.UNKNOWN}


def test_a_reader_without_a_driver(box: Box, write: Write) -> None:
    write("sys/bus/usb/devices/1-1/idVendor", "054c\n")
    write("sys/bus/usb/devices/1-1/idProduct", "06c3\n")
    found = next(each for each in usb.find(box) if each.name == "usb.driver")
    assert (found.state, found.remedy) == (State.FAIL, Remedy.TECHNICIAN)
    assert "RC-S380" in found.detail


@pytest.mark.parametrize(
    ("alarm", "state"), [(None, State.UNKNOWN), ("0\n", State.OK), ("1\n", State.WARN)]
)
def test_the_voltage_of_a_raspberry_pi(
    box: Box, write: Write, alarm: str | None, state: State
) -> None:
    write("sys/bus/usb/devices/1-1/idVendor", "054c\n")
    write("sys/bus/usb/devices/1-1/idProduct", "0dc9\n")
    write("sys/bus/usb/devices/1-1/bMaxPower", "500mA\n")
    write("sys/class/hwmon/hwmon0/name", "cpu_thermal\n")
    write("sys/class/hwmon/hwmon0/in0_lcrit_alarm", "1\n")
    if alarm is not None:
        write("sys/class/hwmon/hwmon1/name", "rpi_volt\n")
        write("sys/class/hwmon/hwmon1/in0_lcrit_alarm", alarm)
    (found,) = usb.find(box)
    assert (found.name, found.state) == ("usb.power", state)
    assert found.detail == "Sony RC-S300/P, RC-S300/S: 500mA"


def test_a_box_without_usb(box: Box) -> None:
    assert states(list(usb.find(box))) == {"usb.power": State.UNKNOWN}


@pytest.mark.pcsc
def test_a_box_for_patients_has_no_virtual_reader(
    lay: Callable[..., Laid], cards: CardMaker, box: Box
) -> None:
    watched = WatchedCard(cards.card())
    lay(watched)
    found = list(reader.find(box))
    assert [each.state for each in found if each.name == "reader.virtual"] == [State.FAIL] * 2
    extended = [each.state for each in found if each.name == "reader.extended"]
    assert extended == [State.OK, State.UNKNOWN], "the card lies on the first"
    assert watched.pins == 0
    assert watched.ends_powered_off()


@pytest.mark.pcsc
def test_a_short_only_card_in_the_simulated_world(
    lay: Callable[..., Laid], cards: CardMaker, tmp_path: Path
) -> None:
    world = World.create(tmp_path / "world")
    world.write_config("https://127.0.0.1:1")
    lay(cards.card(short_only=True))
    found = list(reader.find(Box(load(world.config))))
    assert [each.state for each in found if each.name == "reader.virtual"] == [State.OK] * 2
    (short,) = (each for each in found if each.state is State.WARN)
    assert (short.what, short.remedy) == (Phrase.DOCTOR_READER_SHORT, Remedy.TECHNICIAN)
    assert states(found)["reader.present"] is State.OK


@pytest.mark.pcsc
def test_a_trace_of_a_card_shows_what_it_said(
    lay: Callable[..., Laid], cards: CardMaker, tmp_path: Path
) -> None:
    lay(cards.card(short_only=True))
    path = tmp_path / "trace.jsonl"
    (found,) = card.find(Box(NO_SETTINGS, tmp_path, card_trace=path))
    assert (found.state, found.detail) == (State.OK, str(path))
    replay = ReplayChannel(dialogues(path)[0])
    assert CardDialogue(replay).run(SIGHT).certificate == cards.certificate
    replay.assert_played()


@pytest.mark.pcsc
def test_a_card_that_cannot_be_read_is_a_finding_with_a_trace(
    lay: Callable[..., Laid], tmp_path: Path
) -> None:
    lay(ForeignCard(Kind.DRIVERS_LICENCE))
    path = tmp_path / "trace.jsonl"
    (found,) = card.find(Box(NO_SETTINGS, tmp_path, card_trace=path))
    assert (found.state, found.code) == (State.FAIL, "K114")
    (lines,) = dialogues(path)
    assert lines[0]["command"] == SELECT
    assert lines[0]["response"] != OK


@pytest.mark.pcsc
def test_a_trace_that_cannot_be_written_is_a_finding(
    lay: Callable[..., Laid], cards: CardMaker, tmp_path: Path
) -> None:
    lay(cards.card())
    (found,) = card.find(Box(NO_SETTINGS, tmp_path, card_trace=tmp_path / "nowhere" / "x.jsonl"))
    assert (found.state, found.code) == (State.FAIL, "K610")


def test_no_card_is_read_unless_a_trace_is_wanted(box: Box) -> None:
    assert list(card.find(box)) == []


@pytest.mark.parametrize(
    ("model", "milli", "state"),
    [
        ("Raspberry Pi 5 Model B Rev 1.0\0", "54000\n", State.OK),
        ("Raspberry Pi 5 Model B Rev 1.0\0", "80000\n", State.WARN),
        ("Raspberry Pi 5 Model B Rev 1.0\0", "", State.UNKNOWN),
        ("Another board", "90000\n", State.UNKNOWN),
    ],
)
def test_the_temperature_of_a_raspberry_pi(
    box: Box, write: Write, model: str, milli: str, state: State
) -> None:
    write("proc/device-tree/model", model)
    write("sys/class/thermal/thermal_zone0/temp", milli)
    (found,) = heat.find(box)
    assert found.state is state


def test_sound_devices_are_named(box: Box, write: Write) -> None:
    assert states(list(sound.find(box))) == {"sound": State.WARN}
    write("proc/asound/cards", "--- no soundcards ---\n")
    assert states(list(sound.find(box))) == {"sound": State.WARN}
    cards = (
        " 0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones\n"
        "                      bcm2835 Headphones\n"
        " 1 [Device         ]: USB-Audio - USB Audio Device\n"
    )
    write("proc/asound/cards", cards)
    (found,) = sound.find(box)
    assert (found.state, found.detail) == (State.OK, "Headphones, Device")
