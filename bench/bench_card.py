"""Certificate, PIN and signature: the kiosk against OpenSC, one card, one pcscd, one run.

OpenSC signs (``pkcs11-tool --login --sign``, jpki driver only) and reads certificates on the way,
as it does for every program. Both times are taken at the card, from the first command to the last
answer, so that starting a process does not count against it. A first round of each is not counted:
``kioskd`` has read cards before, and the first loads the parser of certificates.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from kiosk.domain.identity import Pin
from kiosk.ports.card import ReadCard
from kiosk.reader.pcsc import PcscReader
from kiosk.simulator.card import PoweredCard
from kiosk.simulator.deck import card_of
from kiosk.simulator.vpcd import plug
from kiosk.simulator.world import World
from tests.support.pcscd import Pcscd, missing, slots, started, until

PERSON = "taro"
CHALLENGE = bytes(range(32))
ROUNDS = 9
DELAYS_MS = (0, 15)
_MODULES = Path("/usr/lib").glob("*/opensc-pkcs11.so")
_MEMORY = Path("/dev/shm")  # noqa: S108 - TemporaryDirectory makes a folder of its own in it
_DRIVER_ONLY = "app default { card_drivers = jpki; }\n"


@dataclass
class MeasuredCard:
    """A card that takes a fixed time for each command, and counts."""

    card: PoweredCard
    delay_ms: int = 0
    sizes: list[int] = field(default_factory=list)
    began: float = 0.0
    ended: float = 0.0

    @property
    def atr(self) -> bytes:
        """As the card's."""
        return self.card.atr

    def power_on(self) -> None:
        """As the card's."""
        self.card.power_on()

    def power_off(self) -> None:
        """As the card's."""
        self.card.power_off()

    def reset(self) -> None:
        """As the card's."""
        self.card.reset()

    def transmit(self, command: bytes) -> bytes:
        """As the card's, later."""
        if not self.sizes:
            self.began = time.perf_counter()
        # The delay is what is measured with, not waited for.
        time.sleep(self.delay_ms / 1000)
        response = self.card.transmit(command)
        self.sizes.append(len(command) + len(response))
        self.ended = time.perf_counter()
        return response

    def measure(self, work: Callable[[], object]) -> tuple[int, int, float]:
        """Commands, bytes and milliseconds of one piece of work, once warm; the median time."""
        work()
        spans = []
        for _ in range(ROUNDS):
            self.sizes.clear()
            work()
            spans.append(1000 * (self.ended - self.began))
        return len(self.sizes), sum(self.sizes), round(statistics.median(spans), 2)


def run() -> dict[str, float | str]:
    """Commands, bytes and milliseconds of each, at 0 and 15 ms a command, and the ratios."""
    if reason := missing():
        return {"skipped": reason}
    # In memory: the simulated card writes its tries down with fsync, which no real card does.
    with TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        world = World.create(Path(folder) / "world")
        place = Path(folder) / "pcscd"
        place.mkdir()
        with started(place) as pcscd:
            return _figures(world, pcscd, Path(folder))


def _figures(world: World, pcscd: Pcscd, folder: Path) -> dict[str, float | str]:
    card = card_of(world, PERSON, pull=_stays)
    short = card_of(world, PERSON, pull=_stays, changes={"short_only": True})
    request = ReadCard(CHALLENGE, Pin(world.pin(PERSON)))
    opensc = _opensc(folder, world.pin(PERSON))
    figures: dict[str, float | str] = {}
    for delay_ms in DELAYS_MS:
        for name, chip in (("kiosk", card), ("short_only", short)):
            read = partial(PcscReader().read, request)
            with _laid(MeasuredCard(chip, delay_ms), pcscd) as measured:
                figures |= _row(name, delay_ms, measured.measure(read))
        if opensc is None:
            figures["opensc"] = "pkcs11-tool or opensc-pkcs11.so is missing"
            continue
        with _laid(MeasuredCard(card, delay_ms), pcscd) as measured:
            figures |= _row("opensc", delay_ms, measured.measure(opensc))
        ours, theirs = figures[f"kiosk_ms_at_{delay_ms}"], figures[f"opensc_ms_at_{delay_ms}"]
        figures[f"ratio_at_{delay_ms}"] = round(float(ours) / float(theirs), 3)
    return figures


def _stays() -> None:
    """Nobody takes this card."""


def _row(name: str, delay_ms: int, measured: tuple[int, int, float]) -> dict[str, float | str]:
    commands, size, ms = measured
    return {
        f"{name}_apdus": commands,
        f"{name}_bytes": size,
        f"{name}_ms_at_{delay_ms}": ms,
    }


@contextmanager
def _laid(card: MeasuredCard, pcscd: Pcscd) -> Iterator[MeasuredCard]:
    stop = Event()
    hand = Thread(target=plug, args=(card, pcscd.host, pcscd.port), kwargs={"stop": stop})
    hand.start()
    try:
        until(lambda: slots()[0][1], "pcscd saw the card")
        yield card
    finally:
        stop.set()
        hand.join()
        until(lambda: not slots()[0][1], "pcscd saw the card go")


def _opensc(folder: Path, pin: str) -> Callable[[], object] | None:
    tool, module = shutil.which("pkcs11-tool"), next(iter(sorted(_MODULES)), None)
    if tool is None or module is None:
        return None
    config, data = folder / "opensc.conf", folder / "challenge"
    config.write_text(_DRIVER_ONLY)
    data.write_bytes(CHALLENGE)
    command = [
        tool, "--module", str(module), "--login", "--pin", "env:PIN", "--sign",
        "--mechanism", "SHA256-RSA-PKCS", "--id", "01",
        "--input-file", str(data), "--output-file", str(folder / "signature"),
    ]  # fmt: skip
    environment = os.environ | {"OPENSC_CONF": str(config), "PIN": pin}

    def sign() -> None:
        subprocess.run(command, check=True, capture_output=True, env=environment)

    return sign
