"""A clinic for the journeys: the real command line, real pcscd, real TLS, real files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pytest

from kiosk.desk.client import SocketLink
from kiosk.settings import load
from kiosk.simulator.accounts import Account
from kiosk.simulator.world import World
from kiosk.wiring import assemble
from tests.support.pcscd import Pcscd
from tests.support.visitor import Visitor

KIOSK = str(Path(sys.executable).with_name("kiosk"))
PATIENCE_S = 30.0
ANSWERED, QUEUED = "answered", "queued"


@dataclass
class Called:
    """One finished call of the command line."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on standard output."""
        found: dict[str, Any] = json.loads(self.out)
        return found


@dataclass
class Clinic:
    """One simulated world with one kiosk in it.

    Args:
        dir: folder of the simulator.
        config: settings file in use.
        temp: TMPDIR of every process.
        vpcd: where the virtual reader listens; without one no process finds the pcscd of these
            tests, on which others may have left something.
        portal: base URL of the portal.
        patience_s: how long a command that ends may take.
    """

    dir: Path
    config: Path
    temp: Path
    vpcd: str = ""
    portal: str = ""
    patience_s: float = PATIENCE_S * 2
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def state(self) -> Path:
        return self.config.parent / "state"

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "TMPDIR": str(self.temp),
            "LC_ALL": "C.UTF-8",
            "PYTHONFAULTHANDLER": "1",
            **({} if self.vpcd else {"PCSCLITE_CSOCK_NAME": str(self.temp / "pcscd.comm")}),
        }

    def start(
        self,
        *arguments: str,
        pin: str | None = None,
        config: Path | None = None,
        log: IO[str] | None = None,
        descriptors: tuple[int, ...] = (),
    ) -> subprocess.Popen[str]:
        """Start a command that goes on; its PIN goes through a pipe, its log to a file if given.

        Descriptors given are its own as well.

        A pipe nobody reads fills in a long day, and holds up whoever writes to it.
        """
        ends = os.pipe() if pin is not None else None
        extra = []
        if ends and pin is not None:
            os.write(ends[1], pin.encode() + b"\n")
            os.close(ends[1])
            extra = ["--pin-fd", str(ends[0])]
        process = subprocess.Popen(
            [KIOSK, "--config", str(config or self.config), *arguments, *extra],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log or subprocess.PIPE,
            text=True,
            pass_fds=[*descriptors, *([ends[0]] if ends else [])],
            env=self.environment(),
        )
        if ends:
            os.close(ends[0])
        self.running.append(process)
        return process

    def run(self, *arguments: str, pin: str | None = None, config: Path | None = None) -> Called:
        """Run a command to its end."""
        process = self.start(*arguments, pin=pin, config=config)
        out, err = process.communicate(timeout=self.patience_s)
        return Called(process.returncode, out, err)

    def check(self, pin: str | None, *arguments: str, config: Path | None = None) -> Called:
        """``kiosk check --local --json`` with a PIN."""
        return self.run(
            "check", "--local", "--json", "--wait", "20", *arguments, pin=pin, config=config
        )

    def simulator(self, *arguments: str) -> Called:
        called = self.run("simulator", arguments[0], "--dir", str(self.dir), *arguments[1:])
        assert called.status == 0, called.err
        return called

    @contextmanager
    def card(self, person: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """A card of a person lies on the reader; taken on leaving."""
        process = self.start(
            "simulator", "card", "--dir", str(self.dir), "--person", person, "--vpcd", self.vpcd,
            *arguments,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=self.patience_s)

    def new_account(self) -> Account:
        """One more at the portal, whose activation code nobody has used."""
        with closing(World.open(self.dir).accounts) as accounts:
            return accounts.add("9910000042", begins_on=accounts.all()[0].begins_on)

    def processed(self) -> list[dict[str, Any]]:
        """What the service processed, in order, from its journal."""
        journal = self.dir / "processed.jsonl"
        if not journal.exists():
            return []
        return [json.loads(line) for line in journal.read_text("utf-8").splitlines()]


def wait_until(condition: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    """Wait for something another process does; there is no event across this border."""
    end = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    return wait_until


def _ready(stream: IO[str]) -> dict[str, str]:
    line = stream.readline()
    assert line, "the simulator ended before it was ready"
    document: dict[str, str] = json.loads(line)
    return document


@contextmanager
def open_clinic(folder: Path, *arguments: str) -> Iterator[Clinic]:
    """A running simulator and a kiosk configured for it."""
    temp = folder / "tmp"
    temp.mkdir(exist_ok=True)
    clinic = Clinic(folder / "world", folder / "world" / "kiosk.toml", temp)
    with ExitStack() as stack:
        serving = clinic.start("simulator", "serve", "--dir", str(clinic.dir), *arguments)
        stack.callback(_end_all, clinic)
        assert serving.stdout is not None
        ready = _ready(serving.stdout)
        clinic.config, clinic.portal = Path(ready["config"]), ready["portal"]
        yield clinic


def _end_all(clinic: Clinic) -> None:
    for process in reversed(clinic.running):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_S)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    """A clinic without a card reader."""
    with open_clinic(tmp_path) as opened:
        yield opened


@dataclass
class Ward:
    """A clinic with kioskd on the machine's pcscd.

    Args:
        clinic: simulator and settings.
        desk: where kioskd lays it, as in systemd's runtime folder; None = in the state folder.
    """

    clinic: Clinic
    desk: Path | None = None
    kioskd: subprocess.Popen[str] | None = None
    cards: list[subprocess.Popen[str]] = field(default_factory=list)
    links: list[SocketLink] = field(default_factory=list)
    log: Path | None = None

    @property
    def socket(self) -> Path:
        return self.desk or self.clinic.state / "desk.sock"

    def switch_on(self) -> None:
        self.log = self.clinic.dir.with_name("kioskd.log")
        with self.log.open("w", encoding="utf-8") as log:
            self.kioskd = self.clinic.start("serve", "--socket", str(self.socket), log=log)
        assert self.kioskd.stdout is not None
        ready = json.loads(self.kioskd.stdout.readline())
        assert ready["pid"] == self.kioskd.pid

    def cut_the_power(self) -> None:
        """No time to end anything."""
        assert self.kioskd is not None
        self.kioskd.kill()
        self.kioskd.communicate(timeout=PATIENCE_S)

    @contextmanager
    def stands_still(self) -> Iterator[None]:
        """A busy box: kioskd does nothing meanwhile, and goes on afterwards."""
        assert self.kioskd is not None
        self.kioskd.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.kioskd.send_signal(signal.SIGCONT)

    def where_it_stands(self) -> str:
        """Its log and the stack of every thread; it is over afterwards."""
        assert self.kioskd is not None
        self.kioskd.send_signal(signal.SIGABRT)
        self.kioskd.communicate(timeout=PATIENCE_S)
        return self._log()

    def switch_off(self) -> str:
        """A clean stop; the log."""
        assert self.kioskd is not None
        self.kioskd.send_signal(signal.SIGTERM)
        self.kioskd.communicate(timeout=PATIENCE_S)
        assert self.kioskd.returncode == 0, self._log()
        return self._log()

    def _log(self) -> str:
        assert self.log is not None
        return self.log.read_text("utf-8")

    def link(self) -> SocketLink:
        link = SocketLink(self.socket)
        self.links.append(link)
        return link

    def visitor(self, *, claims: bool = True) -> Visitor:
        visitor = Visitor(self.link(), claims=claims)
        visitor.until_condition(lambda is_: is_.reader)
        return visitor

    def lay(self, person: str) -> subprocess.Popen[str]:
        card = self.clinic.start(
            "simulator", "card", "--dir", str(self.clinic.dir), "--person", person,
            "--vpcd", self.clinic.vpcd,
        )  # fmt: skip
        self.cards.append(card)
        return card

    def take(self) -> None:
        while self.cards:
            card = self.cards.pop()
            card.terminate()
            card.communicate(timeout=PATIENCE_S)

    def states(self) -> list[str]:
        """Of every check that is kept, read by another process."""
        with assemble(load(self.clinic.config)) as kiosk:
            return [each.state.value for each in kiosk.records.history(None)]

    def asked(self) -> int:
        """How many checks the service processed; a question asked again is none of its own."""
        return sum(not each["repeated"] for each in self.clinic.processed())


@contextmanager
def opened_ward(clinic: Clinic, pcscd: Pcscd, desk: Path | None = None) -> Iterator[Ward]:
    """A clinic whose kioskd is on; at the end no card lies there and nobody is connected."""
    clinic.vpcd = f"{pcscd.host}:{pcscd.port}"
    made = Ward(clinic, desk)
    made.switch_on()
    yield made
    made.take()
    for link in made.links:
        link.close()


@pytest.fixture
def ward(clinic: Clinic, pcscd: Pcscd) -> Iterator[Ward]:
    with opened_ward(clinic, pcscd) as made:
        yield made
