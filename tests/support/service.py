"""Fixtures: a simulated world, its running service, the client, and a server that misbehaves."""

from __future__ import annotations

import contextlib
import http.client
import json
import secrets
import shutil
import socket
import ssl
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from kiosk.domain.check import Answer, EligibilityCheck, Opening, Refused, Stamp
from kiosk.domain.identity import CardIdentity, Mode
from kiosk.service.client import HttpsService
from kiosk.service.message import compose
from kiosk.simulator.line import server_context
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import FACILITY, World

TREATED_AT = datetime(2026, 11, 15, 3, 4, 5, tzinfo=UTC)
PATIENCE_S = 30.0
NOBODY_WAITS_S = 1000.0
"""What comes only at its end comes after the time of a test."""
CHECK_ID = "5b0f8c9e-0000-4000-8000-000000000001"


def opening(
    *, treated_at: datetime = TREATED_AT, check_id: str | None = None, is_trusted: bool = True
) -> Opening:
    """A check about to be made by the world's facility."""
    stamp = Stamp(treated_at, "boot", 1.0, is_trusted)
    return Opening(
        check_id or str(uuid.uuid4()), FACILITY, treated_at, secrets.token_bytes(16), stamp
    )


def key_of(world: World, person_id: str) -> rsa.RSAPrivateKey:
    """The key of a person's card."""
    key = world.card(person_id).key
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def signed(challenge: bytes, key: rsa.RSAPrivateKey) -> bytes:
    """As the card signs: the challenge is the digest in the DigestInfo."""
    return key.sign(challenge, padding.PKCS1v15(), Prehashed(hashes.SHA256()))


def identity(certificate: bytes, signature: bytes | None) -> CardIdentity:
    """What a reading gave."""
    mode = Mode.PIN if signature is not None else Mode.VISUAL
    not_after = datetime(2030, 1, 1, tzinfo=UTC)
    return CardIdentity(mode, certificate, signature, not_after, is_simulated=True)


def check_of(
    world: World, person_id: str, *, is_visual: bool = False, at: Opening | None = None
) -> EligibilityCheck:
    """The check of one of the world's people, properly signed."""
    begun = at or opening()
    key = key_of(world, person_id)
    signature = None if is_visual else signed(begun.challenge, key)
    return EligibilityCheck(begun, identity(world.card_certificate(person_id), signature))


def client_of(world: World, url: str) -> HttpsService:
    """The kiosk's client with the certificate of the world's facility."""
    folder = world.folder
    return HttpsService(
        url, ca=world.ca, certificate=folder / "facility.pem", key=folder / "facility.key"
    )


def ask(service: HttpsService, patience_s: float = PATIENCE_S) -> Answer | Refused:
    """Any question, for a server that does not read it."""
    return service.ask(CHECK_ID, b"{}", patience_s=patience_s).verdict


def card_of(check: EligibilityCheck) -> CardIdentity:
    """The card a check asks by."""
    assert isinstance(check.presentation, CardIdentity)
    return check.presentation


def asked_of(simulator: RunningSimulator, check: EligibilityCheck) -> list[dict[str, Any]]:
    """What the service noted of one check."""
    return [line for line in simulator.journal if line["check_id"] == check.opening.check_id]


@dataclass
class Raw:
    """One raw HTTP exchange, for what the client would never send."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


def send_raw(
    world: World,
    port: int,
    method: str,
    path: str,
    *,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    name: str = "facility",
) -> Raw:
    """Ask over TLS with a certificate of the world."""
    context = ssl.create_default_context(cafile=str(world.ca))
    context.load_cert_chain(world.folder / f"{name}.pem", world.folder / f"{name}.key")
    line = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=PATIENCE_S)
    with contextlib.closing(line):
        line.request(method, path, body, headers or {})
        response = line.getresponse()
        found = {key.lower(): value for key, value in response.getheaders()}
        return Raw(response.status, found, response.read())


def asked(
    world: World, simulator: RunningSimulator, check: EligibilityCheck, name: str = "facility"
) -> dict[str, Any]:
    """The document that answers a check."""
    headers = {"Idempotency-Key": check.opening.check_id}
    port, body = int(simulator.url.rpartition(":")[2]), compose(check)
    raw = send_raw(world, port, "POST", "/v1/checks", body=body, headers=headers, name=name)
    assert raw.status == 200
    return raw.document


Act = Callable[[ssl.SSLSocket], None]


@dataclass
class ScriptedServer:
    """A TLS server with the world's certificate that answers a script; the last act repeats.

    Args:
        acts: bytes to send before hanging up, or what to do with the connection.
        context: of its TLS.
    """

    acts: list[bytes | Act]
    context: ssl.SSLContext
    host: str = "127.0.0.1"
    asked: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._listener = socket.create_server((self.host, 0))
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    @property
    def url(self) -> str:
        return f"https://{self.host}:{self._listener.getsockname()[1]}"

    def _accept(self) -> None:
        while not self.over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(PATIENCE_S)
        # A client that gives up, or that trusts nobody, is what these tests are about.
        with (
            contextlib.suppress(OSError),
            connection,
            self.context.wrap_socket(connection, server_side=True) as line,
        ):
            self._answer(line)

    def _answer(self, line: ssl.SSLSocket) -> None:
        with line.makefile("rb") as request:
            first = request.readline().decode().rpartition(" ")[0]
            length = 0
            while header := request.readline().strip():
                name, _, value = header.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            request.read(length)
        act = self.acts[min(len(self.asked), len(self.acts) - 1)]
        self.asked.append(first)
        if callable(act):
            act(line)
        else:
            line.sendall(act)


def response(
    status: int,
    body: bytes = b"",
    *,
    kind: str = "application/json",
    headers: dict[str, str] | None = None,
) -> bytes:
    """A whole HTTP response that ends the connection."""
    lines = {
        "Content-Type": kind,
        "Content-Length": str(len(body)),
        "Connection": "close",
        **(headers or {}),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} x\r\n{head}\r\n".encode() + body


@pytest.fixture(scope="session")
def first_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Made once: the keys of a world take a second."""
    world = World.create(tmp_path_factory.mktemp("world") / "first")
    for person_id in ("taro", "hanako"):
        world.card_certificate(person_id)
    return world


@pytest.fixture
def world(first_world: World, tmp_path: Path) -> World:
    """A world of the test's own, with the authorities and cards of the first."""
    own = shutil.ignore_patterns("control.sock", "serve.lock", "*.jsonl", "kiosk.toml")
    shutil.copytree(first_world.folder, tmp_path / "world", ignore=own)
    return World.open(tmp_path / "world")


@pytest.fixture
def simulator(world: World) -> Iterator[RunningSimulator]:
    """The service of the world, answering."""
    with RunningSimulator(world) as running:
        yield running


@pytest.fixture
def service(world: World, simulator: RunningSimulator) -> Iterator[HttpsService]:
    """The kiosk's client of it."""
    with client_of(world, simulator.url) as client:
        yield client


@pytest.fixture(scope="session")
def standing(first_world: World) -> Iterator[RunningSimulator]:
    """A service that stands through the session, for tests that leave nothing but new check ids."""
    with RunningSimulator(first_world) as running:
        yield running


@pytest.fixture(scope="session")
def standing_service(first_world: World, standing: RunningSimulator) -> Iterator[HttpsService]:
    """The kiosk's client of it."""
    with client_of(first_world, standing.url) as client:
        yield client


@pytest.fixture
def scripted(first_world: World) -> Iterator[Callable[..., tuple[HttpsService, ScriptedServer]]]:
    """Client and server of a script."""
    with contextlib.ExitStack() as stack:

        def start(*acts: bytes | Act) -> tuple[HttpsService, ScriptedServer]:
            server = stack.enter_context(ScriptedServer(list(acts), server_context(first_world)))
            return stack.enter_context(client_of(first_world, server.url)), server

        yield start
