"""Fixtures: a private, real pcscd with two virtual slots, for every test marked ``pcsc``.

pcscd's own socket is machine-wide: whatever runs beside these tests (a doctor, a set-up) would
find it and read the card that lies there. So every process that runs tests has a socket of its own,
which no other one's commands know; ours takes it over as a service of systemd does. Where we may
start none, a pcscd that runs already is used when it has the virtual readers of vsmartcard on
their standard ports.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import pytest

from kiosk.simulator.card import PoweredCard
from kiosk.simulator.vpcd import plug

_OF_THE_MACHINE = Path("/run/pcscd/pcscd.comm")
_DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
_LOOSE = Path(__file__).with_name("loose_reader.c")
_READER = "Virtual PCD"
_STANDARD_PORT = 0x8C7B
_PATIENCE_S = 60.0
_LOOK_AGAIN_S = 0.02
# sd_listen_fds(3): the socket is descriptor 3, and meant for the process of that number.
_TAKING_OVER = 'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@" 3<&0 </dev/null'
_SOCKET_OF = "PCSCLITE_CSOCK_NAME"


def pytest_configure() -> None:
    """Before the client library is asked for the first time: it looks up its socket but once."""
    own = Path(tempfile.gettempdir()) / f"madoguchi-pcscd-{os.getpid()}" / "pcscd.comm"
    os.environ[_SOCKET_OF] = str(own if _no_own() is None else _OF_THE_MACHINE)


def pcscd_socket() -> Path:
    """Where the pcscd of these tests is found, by this process and those it starts."""
    return Path(os.environ[_SOCKET_OF])


class OwnPcscd:
    """A pcscd that is ours to stop, to kill and to take the reader from.

    Args:
        folder: for its files.
        port: of vpcd's first slot.
        driver: of the readers.
    """

    def __init__(self, folder: Path, port: int, driver: Path) -> None:
        self._config = folder / "reader.conf.d"
        self._config.mkdir()
        (self._config / "vpcd").write_text(
            f'FRIENDLYNAME "{_READER}"\nDEVICENAME /dev/null:0x{port:04X}\n'
            f"LIBPATH {driver}\nCHANNELID 0x{port:04X}\n"
        )
        self.can_unplug = driver != _DRIVER
        self._loose = folder / "loose"
        self._log = folder / "pcscd.log"
        self._running: subprocess.Popen[bytes] | None = None
        self.starts = 0

    def start(self) -> None:
        """Returns once its readers are there; it gives up a reader that does not answer then."""
        self.starts += 1
        environment = os.environ | {"LOOSE_READER": str(self._loose)}
        with self._log.open("ab") as log, _door() as door:
            self._running = subprocess.Popen(
                _command(self._config), stdin=door, stdout=log, stderr=log, env=environment
            )
        until(lambda: len(slots()) > 1, "pcscd came up with two virtual slots")

    def stop(self, *, kill: bool = False) -> None:
        """Returns once it has gone; ``kill`` without asking it."""
        if self._running is not None:
            self._running.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
            self._running.wait(_PATIENCE_S)
            self._running = None
            if not kill:
                pcscd_socket().unlink()  # as it does with a socket that it made itself

    def restart(self, *, kill: bool = False) -> None:
        """Let every client lose it, and start it again."""
        self.stop(kill=kill)
        self.start()

    @contextlib.contextmanager
    def hanging(self) -> Iterator[None]:
        """It takes connections and answers nobody."""
        assert self._running is not None
        self._running.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._running.send_signal(signal.SIGCONT)

    def unplug(self) -> None:
        """Have the reader not answer any more; needs the driver of ``loose_driver``."""
        self._loose.touch()

    def plug_in(self) -> None:
        """Have it answer again."""
        self._loose.unlink(missing_ok=True)
        if self._running is not None:
            until(lambda: len(slots()) > 1, "the reader answers again")

    def put_right(self) -> None:
        """Have it run, and the reader answer, whatever was done before."""
        self._loose.unlink(missing_ok=True)
        if self._running is None or len(slots()) <= 1:
            self.restart()


@dataclass(frozen=True)
class Pcscd:
    """A running pcscd: vpcd's slots listen on ``port`` and ``port + 1`` of ``host``.

    ``own`` is None when it is not ours.
    """

    host: str
    port: int
    own: OwnPcscd | None = None


@dataclass
class Laid:
    """A card lying on a virtual slot; ``has_gone`` once pcscd saw it go."""

    slot: int
    thread: Thread
    stop: Event
    has_gone: Callable[[], bool]

    def take(self) -> None:
        """Take the card; returns when pcscd has seen it go."""
        self.stop.set()
        self.thread.join(_PATIENCE_S)
        assert not self.thread.is_alive()
        until(self.has_gone, "pcscd saw the card go")


def until(is_so: Callable[[], bool], what: str) -> None:
    """Poll across the border of a process, with a deadline."""
    deadline = time.monotonic() + _PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(_LOOK_AGAIN_S)


def slots() -> list[tuple[str, bool]]:
    """Name of each virtual slot and whether a card lies there; only slots that answer."""
    from smartcard import scard  # noqa: PLC0415 - optional extra, skipped where it is missing

    return [(name, bool(state & scard.SCARD_STATE_PRESENT)) for name, state in _states()]


def _states() -> list[tuple[str, int]]:
    from smartcard import scard  # noqa: PLC0415 - optional extra, skipped where it is missing

    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    if result:
        return []
    try:
        result, names = scard.SCardListReaders(context, [])
        mine = [(name, scard.SCARD_STATE_UNAWARE) for name in names or [] if _READER in name]
        if result or not mine:
            return []
        _, states = scard.SCardGetStatusChange(context, 0, mine)
        return sorted(
            (name, state) for name, state, _ in states if not state & scard.SCARD_STATE_UNAVAILABLE
        )
    finally:
        scard.SCardReleaseContext(context)


def lies(slot: int) -> bool:
    """A card lies on that slot."""
    return any(has_card for _, has_card in slots()[slot : slot + 1])


def _count(slot: int) -> int | None:
    """How many cards came or went on a slot, as pcscd counts those it looked for itself.

    It calls a slot empty as soon as a card cannot be powered any more (1.9.9, winscard.c). One that
    is laid before it has looked for itself is the same one to it, and never comes (eventhandler.c).
    """
    return next((state >> 16 for _, state in _states()[slot : slot + 1]), None)


@contextlib.contextmanager
def _door() -> Iterator[int]:
    """Descriptor of a socket to take over, at its place."""
    place = pcscd_socket()
    place.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(place))
        place.chmod(0o666)
        door.listen(socket.SOMAXCONN)
        yield door.fileno()


def missing() -> str | None:
    """Why there can be no pcscd with two virtual slots; None when there can."""
    if importlib.util.find_spec("smartcard") is None:
        return "pyscard is missing: install the extra `reader`"
    return None if pcscd_socket() == _OF_THE_MACHINE and len(slots()) > 1 else _no_own()


def _no_own() -> str | None:
    """Why we cannot start one; None when we can."""
    if _program() is None:
        return "pcscd is missing: apt-get install pcscd"
    if not _DRIVER.exists():
        return "vpcd is missing: apt-get install vsmartcard-vpcd"
    return None if os.access("/run", os.W_OK) else "only root may start pcscd"


def _program() -> str | None:
    return shutil.which("pcscd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def _two_free_ports() -> int:
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("", 0))
            port: int = first.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                second.bind(("", port + 1))
                return port


def _command(folder: Path) -> list[str]:
    program = _program()
    assert program is not None
    known = subprocess.run([program, "--help"], check=False, capture_output=True, text=True).stdout
    guard = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    polkit = ["--disable-polkit"] if "disable-polkit" in known else []
    taking_over = ["sh", "-c", _TAKING_OVER, "sh"]
    return [*taking_over, *guard, program, "--foreground", "--config", str(folder), *polkit]


def loose_driver(folder: Path) -> Path | None:
    """vpcd's driver that can lose its reader, built in that folder; None without a compiler."""
    compiler = shutil.which("gcc")
    if compiler is None:
        return None
    # vpcd's driver calls itself by a name under which it is not installed.
    (folder / "libifdvpcd.so.0").symlink_to(_DRIVER)
    built = folder / "libloosereader.so"
    flags = ("-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-Wl,--no-as-needed")
    command: list[str | Path] = [
        compiler,
        *flags,
        "-o",
        built,
        _LOOSE,
        _DRIVER,
        "-Wl,-rpath,$ORIGIN",
        "-ldl",
    ]
    subprocess.run(command, check=True)
    return built


@contextlib.contextmanager
def started(folder: Path, driver: Path = _DRIVER) -> Iterator[Pcscd]:
    """A pcscd of ours, its files in that folder."""
    port = _two_free_ports()
    own = OwnPcscd(folder, port, driver)
    place = pcscd_socket().parent
    place.mkdir()
    try:
        own.start()
        yield Pcscd("127.0.0.1", port, own)
    finally:
        own.stop()
        shutil.rmtree(place)


@pytest.fixture(scope="session")
def pcscd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pcscd]:
    """A pcscd with two empty virtual slots, for the whole run; skips where there can be none."""
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    if pcscd_socket() == _OF_THE_MACHINE:
        with (Path(tempfile.gettempdir()) / "madoguchi-tests-pcscd.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield Pcscd("127.0.0.1", _STANDARD_PORT)
        return
    folder = tmp_path_factory.mktemp("pcscd")
    with started(folder, loose_driver(folder) or _DRIVER) as running:
        yield running


@pytest.fixture
def lay(pcscd: Pcscd) -> Iterator[Callable[..., Laid]]:
    """``lay(card, slot=0, log=None)`` lays a card and returns once pcscd sees it.

    Whatever still lies there at the end of the test is taken.
    """
    laid: list[Laid] = []

    def starts() -> int:
        return pcscd.own.starts if pcscd.own else 0

    def lay_card(card: PoweredCard, *, slot: int = 0, log: Path | None = None) -> Laid:
        # Thousands may be laid: those taken are nothing to remember.
        laid[:] = [each for each in laid if each.thread.is_alive()]
        stop = Event()
        here = Thread(
            target=plug,
            args=(card, pcscd.host, pcscd.port + slot),
            kwargs={"log": log, "stop": stop},
        )
        here.start()
        laid.append(Laid(slot, here, stop, lambda: not lies(slot)))
        until(lambda: lies(slot), "pcscd saw the card")
        before = starts(), _count(slot)
        laid[-1].has_gone = lambda: not lies(slot) and before != (starts(), _count(slot))
        return laid[-1]

    yield lay_card
    for each in laid:
        each.stop.set()
    for each in laid:
        each.take()
