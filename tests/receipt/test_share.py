"""The share itself: pulled while it is written to, full of files, names that are taken."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.formats.oqs_xml import face_name
from kiosk.formats.result_json import result_of
from kiosk.ports.exports import DropUnreachable
from kiosk.receipt.drop import PER_LOOK, Drop
from tests.receipt.conftest import Clinic
from tests.receipt.test_drop import ask_for, drop, laid_down, opened

__all__ = ["drop"]


def root(tool: str, *arguments: str) -> bool:
    """Whether it was allowed and done."""
    found = shutil.which(tool)
    return found is not None and subprocess.run([found, *arguments], check=False).returncode == 0


def mount(folder: Path) -> None:
    if not root("mount", "-t", "tmpfs", "stick", str(folder)):
        pytest.skip("only root can mount a share here")


@pytest.fixture
def share(clinic: Clinic) -> Iterator[Path]:
    """A drop folder that is a real mount."""
    mount(clinic.drop)
    yield clinic.drop
    while clinic.drop.is_mount():
        pull(clinic.drop)


def pull(share: Path) -> None:
    assert root("umount", "-l", str(share))


def test_a_share_pulled_mid_write_leaves_nothing_on_the_box(clinic: Clinic, share: Path) -> None:
    checks = [clinic.answer() for _ in range(4)]
    line = clinic.line()
    asked: list[str] = []

    def ask(query: str, **about: object) -> dict[str, object]:
        asked.append(query)
        if query == "exported" and asked.count("exported") == 2:
            pull(share)
        return line.ask(query, **about)

    with pytest.raises(DropUnreachable):
        opened(clinic, ask).look()
    assert not share.is_mount()
    # What lies under a mount point is the box's own disk: no receipt computer looks there.
    assert list(share.iterdir()) == []
    assert clinic.kiosk is not None
    exported = [clinic.kiosk.records.get(each).exported_at for each in checks]
    assert [each is not None for each in exported] == [True, True, False, False]
    # After a restart of the link too the folder of the box is none.
    restarted = opened(clinic, line.ask)
    with pytest.raises(DropUnreachable):
        restarted.look()
    mount(share)
    assert restarted.look().delivered == 2
    line.close()


def test_a_share_that_cannot_be_written_gets_it_later(
    clinic: Clinic, share: Path, drop: Drop
) -> None:
    clinic.answer()
    assert root("mount", "-o", "remount,ro", str(share))
    with pytest.raises(DropUnreachable):
        drop.look()
    assert root("mount", "-o", "remount,rw", str(share))
    assert drop.look().delivered == 1


def test_a_name_that_is_taken_is_left_and_the_result_gets_the_next(
    clinic: Clinic, drop: Drop
) -> None:
    check_id = clinic.answer()
    line = clinic.line()
    name = face_name(result_of(line.ask("result", check_id=check_id)))
    line.close()
    (clinic.drop / name).write_text("theirs")
    assert drop.look().delivered == 1
    assert (clinic.drop / name).read_text() == "theirs"
    (ours,) = set(laid_down(clinic)) - {name}
    assert check_id.replace("-", "") in ours
    assert "<XmlMsg" in (clinic.drop / ours).read_text("cp932")


def test_two_names_of_one_second_never_meet(clinic: Clinic, drop: Drop) -> None:
    """Two checks settled in the same second: the check's id is in the name."""
    clinic.answer()
    clinic.clocks.wait(-1)
    clinic.answer()
    assert drop.look().delivered == 2
    assert len({each.split("_")[3] for each in laid_down(clinic)}) == 1


def test_of_many_that_wait_the_newest_is_answered_first(clinic: Clinic, drop: Drop) -> None:
    clinic.answer()
    drop.look()
    for number in range(40):
        file = ask_for(clinic, f"{number:02}")
        os.utime(file, (1_000_000 - number, 1_000_000 - number))
    newest = ask_for(clinic, "99")
    drop.look()
    seen: list[str] = []
    while more := list(drop._answer_requests()):
        seen += more  # a busy machine may need more than one look's time
    assert seen == [newest.name, *(f"OQSsiquc01req_{number:02}.xml" for number in range(40))]


def test_who_took_a_result_is_told_when_it_counts_no_more(clinic: Clinic, drop: Drop) -> None:
    annulled, kept = clinic.answer(), clinic.answer()
    drop.look()
    for each in clinic.drop.iterdir():
        each.unlink()
    clinic.staff().query("annul", check_id=annulled, reason="not-this-patient")
    for _ in range(2):
        drop.look()
    (name,) = laid_down(clinic)
    assert f"_{annulled.replace('-', '')}w_" in name
    text = (clinic.drop / name).read_text("cp932")
    assert "<ErrorCode>K613</ErrorCode>" in text
    assert f"<ArbitraryFileIdentifier>{annulled}</ArbitraryFileIdentifier>" in text
    assert "QualificationValidity" not in text
    assert "【模擬】" in text
    assert kept.replace("-", "") not in name


@pytest.mark.soak
def test_ten_thousand_that_wait_are_all_answered(clinic: Clinic, drop: Drop) -> None:
    clinic.answer()
    for number in range(10_000):
        ask_for(clinic, f"{number:05}")
    answered = 0
    while (look := drop.look()).answered or answered == 0:
        assert look.answered <= PER_LOOK
        answered += look.answered
    assert answered == 10_000
    assert len(laid_down(clinic)) == 10_001
