"""Draining a queue over real TLS, against bare httpx loops to the same server.

``MADOGUCHI_SYNC_CHECKS`` sets the number of checks, 10,000 unless told. The simulated service is a
process of its own; nothing paces. All take turns, so that each meets the same machine.

There are two peers, with the same questions over connections kept alive. The 0.8 asked for is meant
against ``bare_loop``, the plain reading of "a bare httpx loop": ``httpx.Client.post``, one question
after the other. ``equally_wide`` asks as many at once as the drain, through ``httpx.AsyncClient``.
On two cores, service included, the loop is the harder peer: without asyncio a question costs less.
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
from collections.abc import Callable, Iterator
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
Loop = Callable[[str, ssl.SSLContext, list[Question]], None]


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
        drained, loop, wide = [], [], []
        _drained(kiosk, world, LANES * 20)
        _bare(kiosk, world, LANES * 20, _loop)
        _bare(kiosk, world, LANES * 20, _wide)
        held = [_held_mib()]
        for _ in range(TURNS):
            drained.append(_drained(kiosk, world, each))
            held.append(_held_mib())
            loop.append(_bare(kiosk, world, each, _loop))
            wide.append(_bare(kiosk, world, each, _wide))
    count = each * TURNS
    return {
        "checks": count,
        "lanes": LANES,
        **_rate("drained", drained, count),
        **_rate("bare_loop", loop, count),
        **_rate("equally_wide", wide, count),
        "ratio_to_bare_loop": _ratio(loop, drained),
        "ratio_to_equally_wide": _ratio(wide, drained),
        "held_first_mib": held[1],
        "held_half_mib": held[len(held) // 2],
        "held_last_mib": held[-1],
    }


def _rate(name: str, turns: list[Took], count: int) -> dict[str, float]:
    wall_s, cpu_s = sum(took.wall_s for took in turns), sum(took.cpu_s for took in turns)
    return {
        f"{name}_per_s": round(count / wall_s, 1),
        f"{name}_cpu_ms": round(cpu_s / count * 1000, 2),
    }


def _ratio(peer: list[Took], drained: list[Took]) -> float:
    """Of the rates, in the median turn."""
    turns = zip(peer, drained, strict=True)
    return round(statistics.median(other.wall_s / own.wall_s for other, own in turns), 3)


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


def _bare(kiosk: Kiosk, world: World, count: int, ask: Loop) -> Took:
    questions: list[Question] = []
    for _ in range(count):
        opening, check = _check(kiosk, world)
        questions.append((opening.check_id, kiosk.service.compose(check)))
    gc.collect()
    begins = Took.now()
    ask(kiosk.settings.service.url, _context(world), questions)
    return begins.until_now()


def _context(world: World) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(world.ca))
    context.load_cert_chain(world.folder / "facility.pem", world.folder / "facility.key")
    return context


def _headers(check_id: str) -> dict[str, str]:
    return {"Idempotency-Key": check_id, "Content-Type": "application/json"}


def _loop(url: str, context: ssl.SSLContext, questions: list[Question]) -> None:
    with httpx.Client(base_url=url, verify=context, trust_env=False) as client:
        for check_id, body in questions:
            client.post("/v1/checks", content=body, headers=_headers(check_id)).raise_for_status()


def _wide(url: str, context: ssl.SSLContext, questions: list[Question]) -> None:
    asyncio.run(_lanes(url, context, questions))


async def _lanes(url: str, context: ssl.SSLContext, questions: list[Question]) -> None:
    rest = iter(questions)
    async with httpx.AsyncClient(base_url=url, verify=context, trust_env=False) as client:

        async def lane() -> None:
            for check_id, body in rest:
                answer = await client.post("/v1/checks", content=body, headers=_headers(check_id))
                answer.raise_for_status()

        await asyncio.gather(*(lane() for _ in range(LANES)))


def _held_mib() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)
