"""Activation and renewal against the simulated service: the key stays, the pair changes at once."""

from __future__ import annotations

import json
import os
import shutil
import ssl
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.domain.facility import Facility
from kiosk.ports.records import DiskFull, DiskReadOnly
from kiosk.ports.service import (
    ActivationCodeUsed,
    CredentialsWrong,
    KeyReused,
    MalformedAnswer,
    NoNetwork,
    TerminalCertificateEnds,
)
from kiosk.service import wire
from kiosk.service.activation import Identity, Sheet, activate, renew
from kiosk.service.client import HttpsService
from kiosk.service.pages import Issued
from kiosk.simulator import pki
from kiosk.simulator.accounts import Accounts
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import FACILITY, World
from tests.support.loop_disk import loop_disk
from tests.support.service import PATIENCE_S, ScriptedServer, response
from tests.support.terminal import sheet_of, shorten

FAR = timedelta(days=365 * 50)


@pytest.fixture
def identity(tmp_path: Path) -> Identity:
    return Identity(tmp_path / "identity")


@pytest.fixture
def sheet(world: World, simulator: RunningSimulator) -> Sheet:
    assert simulator.url
    accounts = Accounts(world.folder)
    account = accounts.add(FACILITY.code, begins_on=date(2026, 1, 1))
    accounts.close()
    return Sheet(account.facility, account.password, account.activation_code)


def client(world: World, url: str, identity: Identity) -> HttpsService:
    return HttpsService(url, ca=world.ca, certificate=identity.certificate, key=identity.key)


def renewed(
    world: World, url: str, identity: Identity, facility: Facility, before: timedelta = FAR
) -> Issued | None:
    return renew(
        url, world.ca, identity,
        facility=facility, now=datetime.now(UTC), before=before, patience_s=PATIENCE_S,
    )  # fmt: skip


def test_a_terminal_is_activated_and_known_by_its_own_certificate(
    world: World, simulator: RunningSimulator, identity: Identity, sheet: Sheet
) -> None:
    issued = activate(simulator.url, world.ca, sheet, identity, patience_s=PATIENCE_S)
    assert issued.facility == sheet.facility
    assert issued.is_simulated
    assert identity.expires_at == issued.expires_at.replace(microsecond=0)
    with client(world, simulator.url, identity) as service:
        account = service.account(patience_s=PATIENCE_S)
    assert (account.facility, account.is_stopped) == (sheet.facility, False)
    assert identity.key.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in identity.key.parent.parent.iterdir() if each.is_dir()]


def test_a_code_is_good_once(
    world: World, simulator: RunningSimulator, identity: Identity, sheet: Sheet, tmp_path: Path
) -> None:
    activate(simulator.url, world.ca, sheet, identity, patience_s=PATIENCE_S)
    other = Identity(tmp_path / "other")
    with pytest.raises(ActivationCodeUsed):
        activate(simulator.url, world.ca, sheet, other, patience_s=PATIENCE_S)
    assert other.expires_at is None


def test_a_wrong_sheet_changes_nothing_and_the_right_one_works_afterwards(
    world: World, simulator: RunningSimulator, identity: Identity, sheet: Sheet
) -> None:
    wrong = Sheet(sheet.facility, "wrong", sheet.activation_code)
    with pytest.raises(CredentialsWrong):
        activate(simulator.url, world.ca, wrong, identity, patience_s=PATIENCE_S)
    assert identity.expires_at is None
    assert "wrong" not in "".join(
        each.read_text() for each in identity.key.parent.parent.rglob("*.json")
    )
    activate(simulator.url, world.ca, sheet, identity, patience_s=PATIENCE_S)
    assert identity.expires_at is not None


def test_an_activation_whose_answer_was_lost_is_asked_again_under_its_key(
    world: World, simulator: RunningSimulator, identity: Identity, sheet: Sheet
) -> None:
    simulator.offline()
    with pytest.raises(NoNetwork):
        activate(simulator.url, world.ca, sheet, identity, patience_s=PATIENCE_S)
    begun = identity.begun(f"activation of {sheet.facility.code} {sheet.facility.terminal}")
    simulator.online()
    activate(simulator.url, world.ca, sheet, identity, patience_s=PATIENCE_S)
    assert f"pair-{begun.id}" == str(identity.certificate.parent.readlink())


def damages() -> dict[str, Callable[[Path], object]]:
    def put(name: str, content: str) -> Callable[[Path], object]:
        return lambda place: (place / name).write_text(content)

    def change(key: str, value: object) -> Callable[[Path], object]:
        def damage(place: Path) -> None:
            asked = json.loads((place / "asked.json").read_text())
            (place / "asked.json").write_text(json.dumps(asked | {key: value}))

        return damage

    other = pki.key_pem(ec.generate_private_key(ec.SECP256R1())).decode()
    return {
        "the key is empty": put("terminal.key", ""),
        "the key is gone": lambda place: (place / "terminal.key").unlink(),
        "the key is another": put("terminal.key", other),
        "the key is torn": put("terminal.key", other[:100]),
        "the question is a list": put("asked.json", "[]"),
        "the question is a number": put("asked.json", "1"),
        "the question is nothing": put("asked.json", "null"),
        "the question is torn": put("asked.json", '{"purpose"'),
        "the question is deep": put("asked.json", "[" * 100_000),
        "the id is a number": change("id", 1),
        "the id is a path": change("id", "../../elsewhere"),
        "the request is a number": change("csr", 2),
        "the request is no text": change("csr", "\ud800"),
        "the request is torn": change("csr", "-----BEGIN CERTIFICATE REQUEST-----"),
    }


@pytest.mark.parametrize("damage", damages().values(), ids=damages())
def test_a_question_that_is_damaged_is_begun_anew(
    identity: Identity, damage: Callable[[Path], object]
) -> None:
    before = identity.begun("of the test")
    assert identity.begun("of the test") == before
    damage(before.place)
    begun = identity.begun("of the test")
    assert begun.id != before.id
    assert begun.private == (begun.place / "terminal.key").read_bytes() != before.private
    assert identity.begun("of the test") == begun


def test_a_key_damaged_before_it_was_asked_for_wastes_no_activation_code(
    world: World, simulator: RunningSimulator, identity: Identity, sheet: Sheet
) -> None:
    simulator.offline()
    with pytest.raises(NoNetwork):
        activate(simulator.url, world.ca, sheet, identity, patience_s=PATIENCE_S)
    simulator.online()
    place = identity.certificate.parent.with_name("next")
    (place / "terminal.key").write_bytes(b"")
    activate(simulator.url, world.ca, sheet, identity, patience_s=PATIENCE_S)
    with client(world, simulator.url, identity) as service:
        assert service.account(patience_s=PATIENCE_S).facility == sheet.facility


def test_a_certificate_is_renewed_before_its_end_and_shown_without_a_restart(
    world: World, simulator: RunningSimulator, identity: Identity, sheet: Sheet
) -> None:
    activate(simulator.url, world.ca, sheet, identity, patience_s=PATIENCE_S)
    before = identity.certificate.read_bytes(), identity.key.read_bytes()
    url, soon = simulator.url, timedelta(days=1)
    assert renewed(world, url, identity, sheet.facility, before=soon) is None
    with client(world, url, identity) as service:
        assert renewed(world, url, identity, sheet.facility)
        service.reload()
        account = service.account(patience_s=PATIENCE_S)
    after = identity.certificate.read_bytes(), identity.key.read_bytes()
    assert before[0] != after[0]
    assert before[1] != after[1]
    assert account.facility == sheet.facility


class PowerCut(Exception):
    """The test's own."""


def test_a_power_cut_at_any_moment_of_a_renewal_leaves_a_pair_that_fits(
    world: World,
    simulator: RunningSimulator,
    identity: Identity,
    sheet: Sheet,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    activate(simulator.url, world.ca, sheet, identity, patience_s=PATIENCE_S)
    synchronise, is_through, moment = os.fsync, False, 0
    while not is_through:
        left = moment
        folder = tmp_path / f"cut-{moment}"
        shutil.copytree(tmp_path / "identity", folder, symlinks=True)
        cut = Identity(folder)

        def fsync(handle: int) -> None:
            nonlocal left
            if left == 0:
                raise PowerCut
            left -= 1
            synchronise(handle)

        with ExitStack() as stack:
            patched = stack.enter_context(monkeypatch.context())
            patched.setattr(os, "fsync", fsync)
            try:
                renewed(world, simulator.url, cut, sheet.facility)
                is_through = True
            except PowerCut:
                moment += 1
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_cert_chain(cut.certificate, cut.key)
        assert renewed(world, simulator.url, cut, sheet.facility)
        with client(world, simulator.url, cut) as service:
            assert service.account(patience_s=PATIENCE_S).facility == sheet.facility
    assert moment >= 8


def test_a_disk_that_takes_nothing_is_named_at_every_step(
    world: World, simulator: RunningSimulator, sheet: Sheet, tmp_path: Path
) -> None:
    (tmp_path / "disk").mkdir()
    with loop_disk(tmp_path / "disk.img", tmp_path / "disk") as disk:
        identity = Identity(disk.place / "identity")
        for _ in range(2):  # the first certificate, and the next
            disk.fill()
            with pytest.raises(DiskFull):
                identity.begun("of the test")
            disk.clear()
            begun = identity.begun("of the test")
            disk.remount("ro")
            assert identity.begun("of the test") == begun
            with pytest.raises(DiskReadOnly):
                identity.begun("of another")
            with pytest.raises(DiskReadOnly):
                begun.forget()
            disk.remount("rw")
            begun.forget()
            activate(simulator.url, world.ca, sheet, identity, patience_s=PATIENCE_S)
            sheet = sheet_of(world.accounts.reissue(sheet.facility))
        before = identity.certificate.read_bytes()
        disk.remount("ro")
        with pytest.raises(DiskReadOnly):
            renewed(world, simulator.url, identity, sheet.facility)
        assert identity.certificate.read_bytes() == before
        disk.remount("rw")
        assert renewed(world, simulator.url, identity, sheet.facility)


def test_a_question_of_another_body_under_the_same_key_begins_anew(
    world: World, simulator: RunningSimulator, identity: Identity, sheet: Sheet, tmp_path: Path
) -> None:
    purpose = f"activation of {sheet.facility.code} {sheet.facility.terminal}"
    first = identity.begun(purpose)
    copy = tmp_path / "copy"
    activate(simulator.url, world.ca, sheet, identity, patience_s=PATIENCE_S)
    again = Identity(copy)
    begun = again.begun(purpose)
    asked = begun.place / "asked.json"
    asked.write_text(asked.read_text().replace(begun.id, first.id))
    with pytest.raises(KeyReused):
        activate(simulator.url, world.ca, sheet, again, patience_s=PATIENCE_S)
    with pytest.raises(ActivationCodeUsed):
        activate(simulator.url, world.ca, sheet, again, patience_s=PATIENCE_S)


def test_a_certificate_that_is_no_good_is_not_taken_and_another_is_asked_for(
    world: World,
    simulator: RunningSimulator,
    identity: Identity,
    sheet: Sheet,
    scripted: Callable[..., tuple[HttpsService, ScriptedServer]],
) -> None:
    activate(simulator.url, world.ca, sheet, identity, patience_s=PATIENCE_S)
    before = identity.certificate.read_bytes()
    answers = []
    for name, value in (("certificate", before.decode()), ("terminal_id", "W0000009")):
        begun = identity.begun("of the test")
        public = pki.requested_key(begun.csr)
        made = pki.terminal_certificate(world.service_ca, sheet.facility, public)
        document = {
            "facility_code": sheet.facility.code,
            "terminal_id": sheet.facility.terminal,
            "certificate": pki.pem(made).decode(),
            "authority": world.ca.read_text(),
            "expires_at": "2028-11-21T00:00:00+00:00",
            name: value,
        }
        answers.append(response(201, wire.dump(document)))
    _, server = scripted(*answers)
    for _ in answers:
        with pytest.raises(MalformedAnswer):
            renewed(world, server.url, identity, sheet.facility)
        assert not list(identity.certificate.parent.parent.glob("next/*"))
    assert identity.certificate.read_bytes() == before
    assert renewed(world, simulator.url, identity, sheet.facility)


def test_a_certificate_whose_end_has_come_is_told_as_such(
    world: World, simulator: RunningSimulator, identity: Identity, sheet: Sheet
) -> None:
    activate(simulator.url, world.ca, sheet, identity, patience_s=PATIENCE_S)
    shorten(world, identity, sheet.facility, timedelta(days=-1))
    with client(world, simulator.url, identity) as service:
        for call in (service.account, partial(service.results, None)):
            with pytest.raises(TerminalCertificateEnds):
                call(patience_s=PATIENCE_S)
    with pytest.raises(TerminalCertificateEnds):
        renewed(world, simulator.url, identity, sheet.facility)
