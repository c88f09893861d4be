"""The client certificate of an installed box, from its renewal to its end, by the job itself."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.check import Answered, Deferred
from kiosk.domain.identity import Pin
from kiosk.domain.lifecycle import State
from kiosk.service.activation import Identity, activate
from kiosk.settings import load
from kiosk.simulator.deck import card_of
from kiosk.simulator.in_process_reader import InProcessReader
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from kiosk.sync.care import CERTIFICATE, care_jobs
from kiosk.sync.drain import drain
from kiosk.sync.schedule import Again
from kiosk.usecases.verify import open_check, verify
from kiosk.wiring import Kiosk, assemble
from tests.support.loop_disk import loop_disk
from tests.support.service import PATIENCE_S
from tests.support.terminal import installed, sheet_of, shorten

SOON = timedelta(days=20)


def run(kiosk: Kiosk) -> float | Again:
    """The job, once."""
    jobs = care_jobs(kiosk.asking, kiosk.care, draw=lambda: 0.5)
    return next(job for job in jobs if job.name == CERTIFICATE).run()


def check(kiosk: Kiosk, world: World, reader: InProcessReader) -> tuple[str, object]:
    """Somebody's card; the id and the outcome."""
    reader.insert(card_of(world, "taro", pull=reader.remove))
    opening = open_check(kiosk.facility, kiosk.clock)
    pin = Pin(world.pin("taro"))
    outcome = verify(opening, pin, reader, kiosk.asking, is_simulated=True)
    reader.remove()
    return opening.check_id, outcome


@pytest.fixture
def box(world: World, simulator: RunningSimulator, tmp_path: Path) -> tuple[Path, Identity]:
    return installed(world, simulator.url, tmp_path / "box")


def test_the_next_check_goes_by_the_new_certificate_without_a_restart(
    world: World, box: tuple[Path, Identity], capsys: pytest.CaptureFixture[str]
) -> None:
    config, identity = box
    with assemble(load(config), laid_on=(reader := InProcessReader())) as kiosk:
        shorten(world, identity, kiosk.facility, SOON)
        old = identity.expires_at
        service = kiosk.service  # with the old one; a connection that is alive would go on with it
        assert run(kiosk) == 86400.0
        shown = service.account(patience_s=PATIENCE_S).certificate_expires_at
        assert old is not None
        assert shown == identity.expires_at
        assert shown - old > timedelta(days=600)
        assert isinstance(check(kiosk, world, reader)[1], Answered)
        assert run(kiosk) == 86400.0
    events = [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()]
    assert events.count("certificate_renewed") == 1


def test_a_renewal_that_is_refused_is_told_and_tried_again(
    world: World, box: tuple[Path, Identity], simulator: RunningSimulator
) -> None:
    config, identity = box
    with assemble(load(config)) as kiosk:
        shorten(world, identity, kiosk.facility, SOON)
        before = identity.certificate.read_bytes(), identity.key.read_bytes()
        world.accounts.stop(kiosk.facility, date(2026, 11, 20))
        assert run(kiosk) == Again(3600.0, "K221")
        world.accounts.resume(kiosk.facility)
        simulator.offline()
        assert run(kiosk) == Again(3600.0, "K201")
        assert (identity.certificate.read_bytes(), identity.key.read_bytes()) == before
        simulator.online()
        assert run(kiosk) == 86400.0


def test_a_disk_that_takes_no_certificate_is_named_and_tried_again(
    world: World,
    simulator: RunningSimulator,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = tmp_path / "box/state/identity"
    place.mkdir(parents=True)
    with loop_disk(tmp_path / "disk.img", place) as disk:
        config, identity = installed(world, simulator.url, tmp_path / "box")
        with assemble(load(config)) as kiosk:
            shorten(world, identity, kiosk.facility, SOON)
            before = identity.certificate.read_bytes()
            disk.fill()
            assert run(kiosk) == Again(3600.0, "K303")
            disk.remount("ro")
            assert run(kiosk) == Again(3600.0, "K304")
            assert identity.certificate.read_bytes() == before
            told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
            failed = [each["code"] for each in told if each["event"] == "job_failed"]
            assert failed == ["K303", "K304"]
            disk.remount("rw")
            disk.clear()
            assert run(kiosk) == 86400.0
            assert identity.certificate.read_bytes() != before


def test_a_certificate_that_cannot_be_read_is_named(box: tuple[Path, Identity]) -> None:
    config, identity = box
    with assemble(load(config)) as kiosk:
        assert run(kiosk) == 86400.0
        identity.certificate.write_bytes(b"")
        assert run(kiosk) == Again(3600.0, "K501")
        identity.certificate.unlink()
        identity.certificate.mkdir()
        assert run(kiosk) == Again(3600.0, "K501")


def test_one_that_ended_while_the_box_was_off_is_named_and_loses_no_check(
    world: World, box: tuple[Path, Identity], simulator: RunningSimulator
) -> None:
    config, identity = box
    with assemble(load(config), laid_on=(reader := InProcessReader())) as kiosk:
        shorten(world, identity, kiosk.facility, -timedelta(days=3))
        check_id, outcome = check(kiosk, world, reader)
        assert isinstance(outcome, Deferred)
        assert outcome.code == "K225"
        assert kiosk.records.get(check_id).state is State.QUEUED
        assert run(kiosk) == Again(3600.0, "K225")
        assert drain(kiosk.asking, due_only=False).answered == 0
        again = sheet_of(world.accounts.reissue(kiosk.facility))
    activate(simulator.url, world.ca, again, identity, patience_s=PATIENCE_S)
    with assemble(load(config)) as kiosk:
        assert drain(kiosk.asking, due_only=False).answered == 1
        assert kiosk.records.get(check_id).state is State.ANSWERED
        assert identity.expires_at is not None
        assert identity.expires_at > datetime.now(UTC)
    asked = [each for each in simulator.journal if each["check_id"] == check_id]
    assert [each["repeated"] for each in asked] == [False]
