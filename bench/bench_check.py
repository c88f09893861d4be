"""One check from card to answer with its parts, against a bare httpx request to the same server."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from bench.timing import median_ms
from kiosk.domain.check import EligibilityCheck
from kiosk.domain.identity import Pin
from kiosk.ports.card import ReadCard
from kiosk.ports.records import NewCheck
from kiosk.settings import load
from kiosk.simulator.deck import card_of
from kiosk.simulator.in_process_reader import InProcessReader
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from kiosk.usecases.verify import open_check, verify
from kiosk.wiring import Kiosk, assemble

PERSON = "taro"


def run() -> dict[str, float]:
    """Milliseconds of the whole and its parts; the kiosk's own time is what is left."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        world = World.create(folder)
        stack.enter_context(RunningSimulator(world))
        reader = InProcessReader()
        kiosk = stack.enter_context(assemble(load(world.config), laid_on=reader))
        reader.insert(card_of(world, PERSON, pull=reader.remove))
        pin = Pin(world.pin(PERSON))
        figures = _parts(kiosk, reader, pin)
        figures["bare_httpx_ms"] = median_ms(_bare_request(kiosk, world, reader, pin))
    figures["ratio_to_bare_httpx"] = round(figures["check_ms"] / figures["bare_httpx_ms"], 2)
    parts = figures["card_ms"] + figures["store_ms"] + figures["ask_ms"]
    figures["rest_ms"] = round(figures["check_ms"] - parts, 3)
    # What the visitor waits for the kiosk itself: store and the rest.
    own_ms = figures["check_ms"] - figures["card_ms"] - figures["ask_ms"]
    figures["own_ms"] = round(own_ms, 3)
    return figures


def _parts(kiosk: Kiosk, reader: InProcessReader, pin: Pin) -> dict[str, float]:
    opening = open_check(kiosk.facility, kiosk.clock)
    request = ReadCard(opening.challenge, pin)

    def whole() -> None:
        fresh = open_check(kiosk.facility, kiosk.clock)
        verify(fresh, pin, reader, kiosk.asking, is_simulated=True)

    body = _body(kiosk, reader, pin)
    answered = verify(
        open_check(kiosk.facility, kiosk.clock), pin, reader, kiosk.asking, is_simulated=True
    )

    def store() -> None:
        fresh = open_check(kiosk.facility, kiosk.clock)
        kiosk.records.open(NewCheck(opening=fresh, request=body[1], is_simulated=True))
        now = kiosk.clock.now()
        kiosk.records.settle(fresh.check_id, answered, at=now, next_attempt_at=None)

    return {
        "check_ms": median_ms(whole),
        "card_ms": median_ms(lambda: reader.read(request)),
        "store_ms": median_ms(store),
        "ask_ms": median_ms(lambda: kiosk.service.ask(*body, patience_s=10)),
    }


def _body(kiosk: Kiosk, reader: InProcessReader, pin: Pin) -> tuple[str, bytes]:
    opening = open_check(kiosk.facility, kiosk.clock)
    identity = reader.read(ReadCard(opening.challenge, pin))
    return opening.check_id, kiosk.service.compose(EligibilityCheck(opening, identity))


def _bare_request(
    kiosk: Kiosk, world: World, reader: InProcessReader, pin: Pin
) -> Callable[[], object]:
    check_id, body = _body(kiosk, reader, pin)
    context = ssl.create_default_context(cafile=str(world.ca))
    context.load_cert_chain(world.folder / "facility.pem", world.folder / "facility.key")
    client = httpx.Client(base_url=kiosk.settings.service.url, verify=context, trust_env=False)
    headers = {"Idempotency-Key": check_id, "Content-Type": "application/json"}
    return lambda: client.post("/v1/checks", content=body, headers=headers).raise_for_status()
