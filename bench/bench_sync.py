"""Draining a queue over real TLS, against a bare httpx loop to the same server at the same width.

``MADOGUCHI_SYNC_CHECKS`` sets the number of checks, 10,000 unless told. The simulated service is a
process of its own; nothing paces. The two take turns, so that both meet the same machine.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import ssl
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from kiosk.domain.check import Deferred, EligibilityCheck, Opening
from kiosk.domain.identity import CardIdentity, Mode
from kiosk.ports.records import NewCheck
from kiosk.settings import load
from kiosk.simulator.world import World
from kiosk.sync.drain import LANES, drain
from kiosk.usecases.verify import open_check
from kiosk.wiring import Kiosk, assemble

PERSON = "taro"
TURNS = 10
CHECKS = int(os.environ.get("MADOGUCHI_SYNC_CHECKS", "10000"))

Question = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Took:
    """Wall time, and processor time of this process, user and system."""

    wall_s: float
    cpu_s: float

    @classmethod
    def now(cls) -> Took:
        """Where both clocks stand."""
        return cls(time.perf_counter(), time.process_time())

    def until_now(self) -> Took:
        """What was taken since."""
        now = Took.now()
        return Took(now.wall_s - self.wall_s, now.cpu_s - self.cpu_s)


def run() -> dict[str, float]:
    """Rates in checks a second, their ratio, processor time a check, and memory held in MiB."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        stack.enter_context(_service(folder))
        world = World.open(folder)
        kiosk = stack.enter_context(assemble(load(world.config)))
        each = CHECKS // TURNS
        drained, bare = [], []
        _drained(kiosk, world, LANES * 20)
        _bare(kiosk, world, LANES * 20)
        held = [_held_mib()]
        for _ in range(TURNS):
            drained.append(_drained(kiosk, world, each))
            held.append(_held_mib())
            bare.append(_bare(kiosk, world, each))
    count = each * TURNS
    drained_s, bare_s = (sum(took.wall_s for took in turns) for turns in (drained, bare))
    drained_cpu_s, bare_cpu_s = (sum(took.cpu_s for took in turns) for turns in (drained, bare))
    return {
        "checks": count,
        "lanes": LANES,
        "drained_per_s": round(count / drained_s, 1),
        "bare_httpx_per_s": round(count / bare_s, 1),
        "ratio_to_bare_httpx": round(bare_s / drained_s, 3),
        "ratio_of_the_median_turn": round(
            statistics.median(b.wall_s / d.wall_s for b, d in zip(bare, drained, strict=True)), 3
        ),
        "drained_cpu_ms": round(drained_cpu_s / count * 1000, 2),
        "bare_httpx_cpu_ms": round(bare_cpu_s / count * 1000, 2),
        "held_first_mib": held[1],
        "held_last_mib": held[-1],
    }


@contextmanager
def _service(folder: Path) -> Iterator[None]:
    command = [
        str(Path(sys.executable).with_name("kiosk")),
        "simulator",
        "serve",
        "--dir",
        str(folder),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        json.loads(server.stdout.readline())
        try:
            yield
        finally:
            server.send_signal(signal.SIGTERM)


def _drained(kiosk: Kiosk, world: World, count: int) -> Took:
    """What it takes to drain so many checks, queued just before."""
    for _ in range(count):
        opening, check = _check(kiosk, world)
        body = kiosk.service.compose(check)
        kiosk.records.open(NewCheck(opening=opening, request=body, is_simulated=True))
        now = kiosk.clock.now()
        kiosk.records.settle(opening.check_id, Deferred("K201"), at=now, next_attempt_at=now)
    gc.collect()
    begins = Took.now()
    finished = drain(kiosk.asking, due_only=False)
    took = begins.until_now()
    assert (finished.answered, finished.remaining) == (count, 0), finished
    return took


def _check(kiosk: Kiosk, world: World) -> tuple[Opening, EligibilityCheck]:
    opening = open_check(kiosk.facility, kiosk.clock)
    key = world.card(PERSON).key
    assert isinstance(key, rsa.RSAPrivateKey)
    signature = key.sign(opening.challenge, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    not_after = datetime(2030, 1, 1, tzinfo=UTC)
    certificate = world.card_certificate(PERSON)
    card = CardIdentity(Mode.PIN, certificate, signature, not_after, is_simulated=True)
    return opening, EligibilityCheck(opening, card)


def _bare(kiosk: Kiosk, world: World, count: int) -> Took:
    questions: list[Question] = []
    for _ in range(count):
        opening, check = _check(kiosk, world)
        questions.append((opening.check_id, kiosk.service.compose(check)))
    gc.collect()
    begins = Took.now()
    asyncio.run(_loop(kiosk.settings.service.url, world, questions))
    return begins.until_now()


async def _loop(url: str, world: World, questions: list[Question]) -> None:
    context = ssl.create_default_context(cafile=str(world.ca))
    context.load_cert_chain(world.folder / "facility.pem", world.folder / "facility.key")
    rest = iter(questions)
    async with httpx.AsyncClient(base_url=url, verify=context, trust_env=False) as client:

        async def lane() -> None:
            for check_id, body in rest:
                headers = {"Idempotency-Key": check_id, "Content-Type": "application/json"}
                answer = await client.post("/v1/checks", content=body, headers=headers)
                answer.raise_for_status()

        await asyncio.gather(*(lane() for _ in range(LANES)))


def _held_mib() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)
