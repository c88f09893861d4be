"""``kiosk check --json`` answers for everything people lay on the reader, through real pcscd."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli.main import run
from kiosk.settings import SettingsInvalid
from kiosk.simulator.card import PoweredCard
from kiosk.simulator.deck import card_of
from kiosk.simulator.options import Pulled
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.tries import FileTries
from kiosk.simulator.world import World
from tests.pcsc.conftest import second_program
from tests.support.pcscd import Laid, Pcscd, slots, until

pytestmark = pytest.mark.pcsc

CODES_THAT_COST_NO_TRY = {"K109", "K117"}


@dataclass
class Counter:
    """The counter of a clinic: a world, its service, a reader on real pcscd."""

    world: World
    lay: Callable[..., Laid]
    capsys: pytest.CaptureFixture[str]

    def check(self, pin: str | None, *arguments: str) -> tuple[int, dict[str, Any], str]:
        """Exit status, document and messages of one check."""
        ends = os.pipe()
        os.write(ends[1], (pin or "").encode() + b"\n")
        os.close(ends[1])
        how = ["--visual"] if pin is None else ["--pin-fd", str(ends[0])]
        config = str(self.world.config)
        try:
            status = run(
                ["--config", config, "check", "--local", "--json", "--wait", "60", *how, *arguments]
            )
        finally:
            os.close(ends[0])
        told = self.capsys.readouterr()
        return status, json.loads(told.out), told.err

    def lays(self, person: str, changes: dict[str, Any]) -> Laid:
        """A card lies there; when it is pulled it goes by itself."""
        hand = threading.Event()
        laid: list[Laid] = []

        def pull() -> None:
            hand.wait(60)
            laid[0].stop.set()

        card: PoweredCard = card_of(self.world, person, pull=pull, changes=changes)
        laid.append(self.lay(card))
        hand.set()
        return laid[0]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World.create(tmp_path_factory.mktemp("world") / "w")
    with RunningSimulator(made):
        yield made


@pytest.fixture
def counter(world: World, lay: Callable[..., Laid], capsys: pytest.CaptureFixture[str]) -> Counter:
    # Tests come in any order: a card that one of them has blocked is blocked for no other.
    for each in (world.folder / "cards").glob("*.tries"):
        each.unlink()
    return Counter(world, lay, capsys)


SITUATIONS: dict[str, tuple[str, dict[str, Any], int, str | None]] = {
    "usual": ("taro", {}, 0, None),
    "short commands only": ("taro", {"short_only": True}, 0, None),
    "slow": ("taro", {"slow_ms": 20}, 0, None),
    "6F00 at the first command": ("taro", {"stumbles": True}, 0, None),
    "next generation": ("taro", {"key": "ecdsa"}, 0, None),
    "next generation, short": ("next-card", {"short_only": True}, 0, None),
    "expiring": ("expiring", {}, 0, None),
    "in grace": ("taro", {"certificate": "in-grace"}, 0, None),
    "expired": ("taro", {"certificate": "expired"}, 4, "K232"),
    "revoked": ("taro", {"certificate": "revoked"}, 4, "K231"),
    "not linked": ("not-linked", {}, 4, "K233"),
    "blocked, 63C0": ("taro", {"blocked": "63C0"}, 11, "K103"),
    "blocked, 6983": ("taro", {"blocked": "6983"}, 11, "K103"),
    "blocked, 6984": ("blocked", {}, 11, "K103"),
    "one try left": ("hanako", {"tries": 1}, 11, "K117"),
    "without a PIN": ("no-pin", {}, 11, "K107"),
    "Android": ("phone", {}, 11, "K113"),
    "iPhone": ("phone", {"token": "iphone"}, 11, "K113"),
    "driver's licence": ("licence", {}, 11, "K114"),
    "bank card": ("taro", {"kind": "bank"}, 11, "K115"),
    "transit card": ("transit", {}, 11, "K116"),
    "some other card": ("taro", {"kind": "other"}, 11, "K104"),
    "garbage": ("broken", {}, 11, "K106"),
    "a chip that says nothing": ("taro", {"kind": "mute"}, 11, "K106"),
    "no certificate": ("taro", {"certificate_file": "missing"}, 11, "K110"),
    "spoiled certificate": ("taro", {"certificate_file": "garbage"}, 11, "K110"),
    "pulled before the first command": (
        "taro",
        {"pulled_at": 1, "pulled_when": "before"},
        11,
        "K105",
    ),
    "pulled at the PIN": ("taro", {"pulled_at": 4}, 11, "K105"),
    "pulled at the signature": ("taro", {"pulled_at": 5, "pulled_when": "before"}, 11, "K105"),
}


IN_EVERY_CHECK = {
    "usual",
    "short commands only",
    "next generation",
    "revoked",
    "blocked, 6983",
    "one try left",
    "without a PIN",
    "Android",
    "driver's licence",
    "pulled at the PIN",
}
"""One of each kind; a second and a half of real pcscd each. The others are for the soak."""


@pytest.mark.parametrize(
    ("person", "changes", "status", "code"),
    [
        pytest.param(*each, id=name, marks=() if name in IN_EVERY_CHECK else pytest.mark.soak)
        for name, each in SITUATIONS.items()
    ],
)
def test_every_situation_has_an_answer(
    counter: Counter, person: str, changes: dict[str, Any], status: int, code: str | None
) -> None:
    FileTries(counter.world.tries_file(person)).write(3)
    counter.lays(person, changes)
    got, document, messages = counter.check(counter.world.pin(person))
    assert (got, document["code"]) == (status, code), messages
    assert (document["simulated"], document["mark"]) == (True, "模擬")
    if status == 11:
        assert document["outcome"] == "card"
        assert messages.startswith(f"{code}: ")
        assert "hint: " in messages
    left = FileTries(counter.world.tries_file(person)).read()
    assert left == (0 if code == "K103" else changes.get("tries", 3))


def test_every_wrong_pin_is_told_until_the_card_is_blocked(counter: Counter) -> None:
    FileTries(counter.world.tries_file("taro")).write(3)
    counter.lays("taro", {})
    wrong = "9999"
    told = []
    for arguments in ([], [], [], ["--last-try"], ["--last-try"]):
        status, document, messages = counter.check(wrong, *arguments)
        assert (status, document["outcome"]) == (11, "card")
        assert wrong not in messages
        left = document["tries_left"]
        told.append((document["code"], left))
        assert (f"あと{left}回です" in messages) == bool(left)
    blocked = ("K103", 0)
    assert told == [("K102", 2), ("K102", 1), ("K117", 1), blocked, blocked]
    assert FileTries(counter.world.tries_file("taro")).read() == 0


@pytest.mark.soak
@pytest.mark.parametrize("when", list(Pulled))
@pytest.mark.parametrize(
    ("changes", "at"),
    [({}, at) for at in range(1, 6)] + [({"short_only": True}, at) for at in range(1, 12)],
)
def test_pulled_at_every_command(
    counter: Counter, changes: dict[str, Any], at: int, when: Pulled
) -> None:
    tries = FileTries(counter.world.tries_file("taro"))
    tries.write(2)
    counter.lays("taro", {**changes, "pulled_at": at, "pulled_when": when})
    status, document, _ = counter.check(counter.world.pin("taro"))
    assert (status, document["code"]) == (11, "K105")
    # The right PIN, once it has reached the card, gives the tries back.
    assert tries.read() in (2, 3)


def test_nothing_lies_there_or_too_much(counter: Counter) -> None:
    assert counter.check("1234", "--wait", "0.1")[1]["code"] == "K101"
    counter.lays("taro", {})
    counter.lay(card_of(counter.world, "hanako", pull=lambda: None), slot=1)
    assert counter.check("1234")[1]["code"] == "K111"


def test_another_program_has_the_card(counter: Counter) -> None:
    counter.lays("taro", {})
    with second_program() as second, second.connected():
        assert counter.check(counter.world.pin("taro"))[1]["code"] == "K123"


def test_no_reader_and_no_service(counter: Counter, pcscd: Pcscd) -> None:
    if pcscd.own is None or not pcscd.own.can_unplug:
        pytest.skip("needs gcc, and a pcscd that is ours to stop and to take the reader from")
    try:
        pcscd.own.unplug()
        until(lambda: not slots(), "pcscd saw the reader go")
        assert counter.check("1234", "--wait", "0.1")[1]["code"] == "K121"
        pcscd.own.stop()
        assert counter.check("1234", "--wait", "0.1")[1]["code"] == "K122"
    finally:
        pcscd.own.put_right()


@pytest.mark.parametrize(
    ("person", "state"), [("expiring", "expires_soon"), ("in-grace", "in_grace"), ("taro", None)]
)
@pytest.mark.parametrize("pin", ["right", None])
def test_the_end_of_the_certificate_is_told_with_and_without_a_pin(
    counter: Counter, person: str, state: str | None, pin: str | None
) -> None:
    counter.lays(person, {})
    status, document, messages = counter.check(counter.world.pin(person) if pin else None)
    assert status == 0, messages
    warning = document["certificate_warning"]
    assert (warning and warning["state"]) == state


def test_the_last_try_is_taken_only_when_it_is_asked_for(counter: Counter) -> None:
    counter.lays("hanako", {"tries": 1})
    right = counter.world.pin("hanako")
    for _ in range(2):
        status, document, messages = counter.check(right)
        assert (status, document["code"], document["tries_left"]) == (11, "K117", 1)
        assert "--last-try" in messages
    assert counter.check(right, "--last-try")[0] == 0
    assert FileTries(counter.world.tries_file("hanako")).read() == 3


@pytest.mark.parametrize("typed", ["123", "12345", "12a4", "", "１２３", "١٢٣٤"])
def test_what_is_no_pin_costs_no_try(counter: Counter, typed: str) -> None:
    FileTries(counter.world.tries_file("taro")).write(2)
    counter.lays("taro", {})
    status, document, messages = counter.check(typed)
    assert (status, document["code"]) == (11, "K109")
    assert "hint: " in messages
    assert not typed or typed not in messages
    assert FileTries(counter.world.tries_file("taro")).read() == 2


def test_a_closed_descriptor_costs_no_try(counter: Counter) -> None:
    counter.lays("taro", {})
    FileTries(counter.world.tries_file("taro")).write(2)
    closed, other = os.pipe()
    os.close(closed)
    os.close(other)
    config = str(counter.world.config)
    status = run(["--config", config, "check", "--local", "--json", "--pin-fd", str(closed)])
    told = counter.capsys.readouterr()
    assert (status, told.out) == (2, "")
    assert "--pin-fd" in told.err
    assert FileTries(counter.world.tries_file("taro")).read() == 2


def test_an_option_that_does_not_exist_is_named(world: World) -> None:
    with pytest.raises(SettingsInvalid, match="pulled_at"):
        card_of(world, "taro", pull=lambda: None, changes={"pulled_at": 0})


def test_a_kiosk_that_is_not_simulated_does_not_identify_by_sight(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mode needs the programme's own component, which nobody has here."""
    folder = counter.world.folder
    (tmp_path / "kiosk-device-key").write_bytes((folder / "device.key").read_bytes())
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    real = tmp_path / "kiosk.toml"
    text = counter.world.config.read_text("utf-8")
    for test_value in ("simulated = true", 'provider = "test"', 'file = "device.key"'):
        text = text.replace(test_value, "")
    text = text.replace('trust = "always"', "").replace('dir = "state"', f'dir = "{tmp_path}/s"')
    for name in ("ca.pem", "facility.pem", "facility.key"):
        text = text.replace(f'"{name}"', f'"{folder / name}"')
    real.write_text(text, "utf-8")
    counter.lays("taro", {})
    status = run(["--config", str(real), "check", "--local", "--json", "--visual"])
    told = counter.capsys.readouterr()
    assert (status, json.loads(told.out)["code"]) == (11, "K112"), told.err
    assert "technician: " in told.err
