"""A disk that fills up, and one that turns read-only, below a running kioskd: a real ext4."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.store.reserve import BYTES, RESERVE
from tests.journeys.conftest import ANSWERED, PATIENCE_S, Ward, open_clinic, opened_ward
from tests.support.loop_disk import LoopDisk, loop_disk
from tests.support.pcscd import Pcscd
from tests.support.visitor import Visitor

pytestmark = pytest.mark.pcsc
ROOM_IN_THE_LOG = 20
FULL, READ_ONLY = "K303", "K304"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[LoopDisk]:
    """Where the state will be."""
    place = tmp_path / "world" / "state"
    place.mkdir(parents=True, mode=0o700)
    with loop_disk(tmp_path / "disk.img", place) as made:
        yield made


@pytest.fixture
def ward(disk: LoopDisk, tmp_path: Path, pcscd: Pcscd) -> Iterator[Ward]:
    """Nothing of it but kioskd's state lies on the small disk; one check is kept there."""
    with open_clinic(tmp_path) as clinic:
        assert clinic.state == disk.place
        with opened_ward(clinic, pcscd, tmp_path / "desk.sock") as made:
            yield made


def visit(ward: Ward, visitor: Visitor, end: str, at_rest: str) -> list[str]:
    """A card, its PIN, the card taken at an end; what was told until something is said at rest."""
    ward.lay("taro")
    visitor.until("<ask_pin>")
    visitor.type_pin("1234")
    told = visitor.until(end)
    ward.take()
    return [*told, *visitor.until(at_rest)]


def visit_until_unkept(ward: Ward, visitor: Visitor) -> list[str]:
    """The write-ahead log has room of its own for a while; each check before is kept, or its row.

    Told in the visit of the first that was not kept.
    """
    for _ in range(ROOM_IN_THE_LOG):
        told = visit(ward, visitor, "result.valid", "<forget>")
        if "reception.not_kept" in told:
            return [*told, *visitor.until("error.K355")]
    pytest.fail("the disk is not full")


def found(ward: Ward, name: str) -> dict[str, Any]:
    """What ``kiosk doctor`` says of one thing."""
    findings = ward.clinic.run("doctor", "--json").document["findings"]
    (one,) = (each for each in findings if each["name"] == name)
    assert isinstance(one, dict)
    return one


def online_only(ward: Ward) -> str | None:
    """Why nothing is kept, as ``kiosk status`` says it by the same words for people."""
    called = ward.clinic.run("status", "--json")
    assert called.status == 0, called.err
    code: str | None = called.document["online_only"]
    lines = ward.clinic.run("status").out
    assert ("受け付けていますが、結果は保存できません。" in lines) == (code is not None)
    return code


def test_a_disk_that_fills_up_costs_the_record_and_not_the_reception(
    ward: Ward, disk: LoopDisk
) -> None:
    visitor = ward.visitor()
    visit(ward, visitor, "result.valid", "reception.thanks")
    disk.fill()
    told = visit_until_unkept(ward, visitor)
    assert "この結果は、保存できません。" in visitor.words("reception.not_kept")
    assert "reception.confirmed" in told
    assert "result.valid" in told
    kept, asked = ward.states(), ward.asked()
    assert not visitor.until_condition(lambda is_: not is_.keeps).keeps
    assert online_only(ward) == FULL
    assert found(ward, "state.disk")["code"] == FULL
    foreseen = ward.clinic.run("purge", "--dry-run", "--json")
    assert (foreseen.status, foreseen.document["purged"]) == (0, []), foreseen.err
    assert ward.states() == kept
    disk.clear()
    # By itself: neither kioskd nor the front was begun anew.
    told = visit(ward, visitor, "result.valid", "status.keeps_again")
    assert "reception.not_kept" not in told
    assert ward.states() == [*kept, ANSWERED]
    assert ward.asked() == asked + 1
    assert online_only(ward) is None
    ward.switch_off()


@pytest.mark.soak
def test_a_disk_that_wears_out_is_named_although_its_mount_still_says_it_can_be_written(
    ward: Ward, disk: LoopDisk
) -> None:
    visitor = ward.visitor()
    visit(ward, visitor, "result.valid", "reception.thanks")
    disk.wear_out()
    visit(ward, visitor, "reception.not_kept", "error.K355")
    assert online_only(ward) == READ_ONLY
    assert found(ward, "state.disk")["code"] == READ_ONLY
    purged = ward.clinic.run("purge", "--json")
    assert (purged.status, READ_ONLY in purged.err) == (13, True)
    # Without the line nobody could keep the promise of 確認待ち.
    ward.clinic.simulator("offline")
    told = visit(ward, visitor, "reception.ask_staff", "error.K355")
    assert f"error.{READ_ONLY}" in told
    ward.clinic.simulator("online")
    ward.switch_off()

    disk.take_out()
    disk.mend()
    disk.put_in()
    ward.switch_on()
    visit(ward, ward.visitor(), "result.valid", "reception.thanks")
    # The answer that could not be kept may have come back with the facility's results by now.
    assert ward.states() in ([ANSWERED] * 2, [ANSWERED] * 3)
    assert online_only(ward) is None
    ward.switch_off()


def test_on_a_disk_without_a_byte_of_room_kioskd_says_why_it_does_not_begin(
    ward: Ward, disk: LoopDisk
) -> None:
    visit(ward, ward.visitor(), "result.valid", "reception.thanks")
    ward.switch_off()
    # Its blocks are smaller than a page: once the shared memory was mapped without room (SIGBUS).
    disk.fill()
    (disk.place / RESERVE).unlink()
    disk.fill()
    refuse_to_begin(ward, FULL)
    disk.clear()
    ward.switch_on()
    assert ward.states() == [ANSWERED]
    ward.switch_off()


def test_on_a_disk_that_others_filled_kioskd_begins_with_the_room_it_kept(
    ward: Ward, disk: LoopDisk
) -> None:
    ward.switch_off()
    assert (disk.place / RESERVE).stat().st_size == BYTES
    disk.fill()
    ward.switch_on()
    assert not (disk.place / RESERVE).exists()
    visitor = ward.visitor()
    visit(ward, visitor, "result.valid", "<forget>")
    disk.fill()
    visit_until_unkept(ward, visitor)
    assert online_only(ward) == FULL
    disk.clear()
    ward.switch_off()
    ward.switch_on()
    assert (disk.place / RESERVE).stat().st_size == BYTES
    ward.switch_off()


@pytest.mark.parametrize(
    "end", ["by a power cut", pytest.param("in order", marks=pytest.mark.soak)]
)
def test_on_a_disk_that_can_only_be_read_kioskd_begins_and_receives_online_only(
    ward: Ward, disk: LoopDisk, end: str
) -> None:
    visit(ward, ward.visitor(), "result.valid", "reception.thanks")
    if end == "in order":
        ward.switch_off()
    else:
        ward.cut_the_power()
    disk.remount("ro")
    before = content(disk)
    ward.switch_on()
    visitor = ward.visitor()
    # Before anybody lost anything by it.
    visitor.until("error.K355")
    assert not visitor.until_condition(lambda is_: not is_.keeps).keeps
    assert online_only(ward) == READ_ONLY
    assert found(ward, "state.disk")["code"] == READ_ONLY
    asked = ward.asked()
    told = visit(ward, visitor, "result.valid", "error.K355")
    assert "reception.not_kept" in told
    assert ward.asked() == asked + 1
    purged = ward.clinic.run("purge", "--json")
    assert (purged.status, READ_ONLY in purged.err) == (13, True), purged
    assert ward.clinic.run("purge", "--dry-run", "--json").status == 0
    # Nobody could keep the promise of 確認待ち.
    ward.clinic.simulator("offline")
    assert f"error.{READ_ONLY}" in visit(ward, visitor, "reception.ask_staff", "error.K355")
    ward.clinic.simulator("online")
    assert ward.states() == [ANSWERED]
    assert content(disk) == before
    begin_anew(ward, disk)


def begin_anew(ward: Ward, disk: LoopDisk) -> None:
    """The disk takes writes again; one check was kept before, and one answer was not."""
    disk.remount("rw")
    # It ends by itself, for systemd to begin it anew.
    assert ward.kioskd is not None
    assert ward.kioskd.wait(PATIENCE_S) == 0
    ward.switch_on()
    visit(ward, ward.visitor(), "result.valid", "reception.thanks")
    # The answer that could not be kept may have come back with the facility's results by now.
    assert ward.states() in ([ANSWERED] * 2, [ANSWERED] * 3)
    assert online_only(ward) is None
    ward.switch_off()


@pytest.mark.soak
def test_a_worn_card_with_a_bad_block_that_can_only_be_read_keeps_nobody_outside(
    ward: Ward, disk: LoopDisk
) -> None:
    visit(ward, ward.visitor(), "result.valid", "reception.thanks")
    ward.switch_off()
    (month,) = (disk.place / "sealed").glob("?" * 32 + ".db")
    month.write_bytes(bytes(month.stat().st_size))
    disk.remount("ro")
    ward.switch_on()
    visitor = ward.visitor()
    visitor.until("error.K355")
    assert "reception.not_kept" in visit(ward, visitor, "result.valid", "error.K355")
    disk.remount("rw")
    assert ward.kioskd is not None
    assert ward.kioskd.wait(PATIENCE_S) == 0
    ward.switch_on()
    # Now what could be read is saved, and staff hear what was not.
    ward.visitor().until("error.K315")
    ward.switch_off()


def content(disk: LoopDisk) -> dict[Path, bytes]:
    """Every file on it."""
    return {each: each.read_bytes() for each in disk.place.rglob("*") if each.is_file()}


def refuse_to_begin(ward: Ward, code: str) -> None:
    """kioskd and the commands name the disk, and the doctor shows it."""
    for command in (("serve",), ("status", "--json"), ("purge", "--json")):
        called = ward.clinic.run(*command)
        assert (called.status, code in called.err) == (13, True), (command, called)
    assert found(ward, "state.disk")["code"] == code
