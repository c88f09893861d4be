"""The drop folder: requests answered, results laid down, whatever the share does meanwhile."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from kiosk.domain.dates import Month
from kiosk.formats.oqs_read import LIMIT_BYTES, read_answer
from kiosk.formats.oqs_tags import Encoding
from kiosk.ports.exports import DropUnreachable
from kiosk.receipt.drop import Drop, Look
from kiosk.receipt.ledger import Ledger
from tests.receipt.conftest import Clinic
from tests.support.results import eligibility

REQUEST = """<?xml version="1.0" encoding="UTF-8"?>
<XmlMsg><MessageHeader><ArbitraryFileIdentifier>k-1</ArbitraryFileIdentifier></MessageHeader>
<MessageBody><QualificationConfirmSearchInfo><InsurerNumber>{insurer}</InsurerNumber>
<InsuredCardSymbol>{symbol}</InsuredCardSymbol>
<InsuredIdentificationNumber>{number}</InsuredIdentificationNumber>
</QualificationConfirmSearchInfo></MessageBody></XmlMsg>"""


@pytest.fixture
def drop(clinic: Clinic) -> Iterator[Drop]:
    line = clinic.line()
    yield opened(clinic, line.ask)
    line.close()


def opened(clinic: Clinic, ask: object) -> Drop:
    return Drop(
        clinic.drop,
        ask,  # type: ignore[arg-type] # a line's
        Ledger(clinic.folder / "ledger"),
        facility_code="1312345678",
        encoding=Encoding.SHIFT_JIS,
        no_result=lambda code: f"({code})",
    )


def ask_for(clinic: Clinic, name: str, *, insurer: str = "06139992", number: str = "0012") -> Path:
    file = clinic.drop / f"OQSsiquc01req_{name}.xml"
    file.write_text(REQUEST.format(insurer=insurer, symbol="71", number=number))
    return file


def laid_down(clinic: Clinic) -> list[str]:
    return sorted(each.name for each in clinic.drop.iterdir())


def test_results_are_laid_down_once_in_the_order_they_came(clinic: Clinic, drop: Drop) -> None:
    first = clinic.answer(eligibility(name="髙﨑　𠮷"))
    clinic.wait()
    clinic.refuse()
    second = clinic.answer(eligibility(symbol="", card_classification="A1"), eligibility())
    assert drop.look() == Look(answered=0, delivered=2, removed=0)
    names = laid_down(clinic)
    assert {each.split("_")[2] for each in names} == {
        first.replace("-", ""), second.replace("-", "")
    }  # fmt: skip
    found = [read_answer((clinic.drop / name).read_bytes()) for name in names]
    assert all(each.is_simulated for each in found)
    assert {each.eligibilities[0].name for each in found} == {"髙﨑　●", "髙﨑　一郎"}
    assert drop.look() == Look(0, 0, 0)
    assert clinic.kiosk is not None
    assert clinic.kiosk.records.get(first).exported_at is not None
    whats = [what for _, what in clinic.audited("exported")]
    assert whats.count("drop") == whats.count("received") == 2


def test_a_request_is_taken_once_read_twice_alike(clinic: Clinic, drop: Drop) -> None:
    clinic.answer()
    drop.look()
    request = ask_for(clinic, "7")
    half = request.read_text()[:40]
    request.write_text(half)
    assert drop.look().answered == 0
    ask_for(clinic, "7")
    assert drop.look().answered == 0
    assert drop.look().answered == 1
    assert not request.exists()
    answer = read_answer((clinic.drop / "OQSsiquc01res_7.xml").read_bytes())
    assert answer.eligibilities[0].number == "００１２"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (REQUEST.format(insurer="06139992", symbol="71", number="9"), "K602"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><XmlMsg>&b;</XmlMsg>", "K601"),
        ("", "K601"),
        (" " * (LIMIT_BYTES + 1), "K601"),
    ],
)
def test_what_cannot_be_answered_gets_a_file_that_says_so(
    clinic: Clinic, drop: Drop, content: str, code: str
) -> None:
    (clinic.drop / "OQSsiquc01req_8.xml").write_text(content)
    drop.look()
    assert drop.look().answered == 1
    text = (clinic.drop / "OQSsiquc01res_8.xml").read_text("cp932")
    assert f"<ErrorCode>{code}</ErrorCode>" in text
    assert f"【模擬】({code})" in text
    assert "<SegmentOfResult>9</SegmentOfResult>" in text


def test_nothing_is_ever_overwritten(clinic: Clinic, drop: Drop) -> None:
    foreign = clinic.drop / "OQSsiquc01res_9.xml"
    foreign.write_text("theirs")
    request = ask_for(clinic, "9")
    for _ in range(3):
        assert drop.look().answered == 0
    assert foreign.read_text() == "theirs"
    assert request.exists()


def _folder(place: Path) -> None:
    place.mkdir()


def _pipe(place: Path) -> None:
    os.mkfifo(place)


def _link(place: Path) -> None:
    place.symlink_to("/etc/hostname")


def _loose_link(place: Path) -> None:
    place.symlink_to("gone")


@pytest.mark.parametrize("lay", [_folder, _pipe, _link, _loose_link])
@pytest.mark.parametrize("name", ["OQSsiquc01req_1.xml", "OQSsiquc01res_2.xml"])
def test_a_trap_in_the_folder_holds_up_nobody_else(
    clinic: Clinic, drop: Drop, name: str, lay: Callable[[Path], None]
) -> None:
    clinic.answer()
    lay(clinic.drop / name)
    ask_for(clinic, "2")
    ask_for(clinic, "3")
    assert drop.look().delivered == 1
    drop.look()
    assert (clinic.drop / "OQSsiquc01res_3.xml").exists()
    trapped = name == "OQSsiquc01res_2.xml"
    assert (clinic.drop / "OQSsiquc01req_2.xml").exists() is trapped
    assert os.path.lexists(clinic.drop / name)


def test_nothing_is_written_through_a_link_that_was_planted(clinic: Clinic, drop: Drop) -> None:
    """Whoever may write to the share guesses the name under which an answer is written first."""
    victim = clinic.folder / "ledger" / "cursor"
    clinic.answer()
    drop.look()
    before = victim.read_text()
    ask_for(clinic, "4")
    drop.look()
    part = clinic.drop / ".OQSsiquc01res_4.xml.madoguchi-part"
    part.symlink_to(victim)
    (clinic.drop / ".folder.madoguchi-part").mkdir()
    assert drop._files.lay("OQSsiquc01res_4.xml", "2026-11", b"<XmlMsg/>")
    assert victim.read_text() == before
    assert (clinic.drop / "OQSsiquc01res_4.xml").read_bytes() == b"<XmlMsg/>"
    assert drop.look().answered == 1


def test_several_people_of_one_number_are_never_chosen_from(clinic: Clinic, drop: Drop) -> None:
    clinic.answer(eligibility(branch_number="01"))
    clinic.answer(eligibility(branch_number="02", birth_date=date(2010, 1, 1)))
    ask_for(clinic, "10")
    drop.look()
    drop.look()
    assert "K602" in (clinic.drop / "OQSsiquc01res_10.xml").read_text("cp932")


def test_a_share_that_is_gone_gets_everything_later(clinic: Clinic, drop: Drop) -> None:
    clinic.answer()
    away = clinic.drop.rename(clinic.folder / "away")
    clinic.answer()
    for _ in range(2):
        with pytest.raises(DropUnreachable):
            drop.look()
    away.rename(clinic.drop)
    assert drop.look().delivered == 2


def test_a_share_pulled_between_two_files_loses_and_doubles_none(clinic: Clinic) -> None:
    checks = {clinic.answer().replace("-", "") for _ in range(6)}
    line = clinic.line()
    pulled = clinic.folder / "away"
    asked = []

    def ask(query: str, **about: object) -> dict[str, object]:
        asked.append(query)
        if query == "exported" and asked.count("exported") == 3:
            clinic.drop.rename(pulled)
        return line.ask(query, **about)

    drop = opened(clinic, ask)
    with pytest.raises(DropUnreachable):
        drop.look()
    assert len(list(pulled.iterdir())) == 3
    # The receipt computer takes what is there; then the stick comes back, half a file on it.
    taken = {each.name.split("_")[2] for each in pulled.iterdir()}
    for each in pulled.iterdir():
        each.unlink()
    (pulled / ".OQSsiquc01res_face_x.xml.madoguchi-part").write_text("half")
    pulled.rename(clinic.drop)
    assert opened(clinic, line.ask).look().delivered == 3
    line.close()
    there = {name.split("_")[2] for name in laid_down(clinic)}
    assert there | taken == checks
    assert not there & taken


def test_a_link_that_lost_its_memory_hands_nothing_over_twice(clinic: Clinic, drop: Drop) -> None:
    clinic.answer()
    assert drop.look().delivered == 1
    for each in (clinic.folder / "ledger").iterdir():
        each.unlink()
    clinic.answer()
    assert drop.look().delivered == 1


def test_what_still_lies_there_goes_with_its_month(clinic: Clinic, drop: Drop) -> None:
    assert clinic.kiosk is not None
    clinic.answer(treated_on=date(2026, 10, 20))
    kept = clinic.answer()
    drop.look()
    (clinic.drop / "theirs.xml").write_text("not ours")
    clinic.kiosk.records.purge(Month(2026, 10))
    assert drop.look().removed == 1
    (ours,) = set(laid_down(clinic)) - {"theirs.xml"}
    assert kept.replace("-", "") in ours
    assert drop.look() == Look(0, 0, 0)


def test_nothing_of_a_purged_month_is_delivered_later_or_stays(clinic: Clinic, drop: Drop) -> None:
    """Undelivered, answered on request, told as withdrawn: each goes with its month."""
    assert clinic.kiosk is not None
    day = date(2026, 10, 20)
    taken = clinic.answer(treated_on=day)
    ask_for(clinic, "11")
    drop.look()
    drop.look()
    (face,) = (each for each in clinic.drop.iterdir() if "_face_" in each.name)
    face.unlink()
    clinic.staff().query("annul", check_id=taken, reason="not-this-patient")
    drop.look()
    assert len(laid_down(clinic)) == 2
    away = clinic.drop.rename(clinic.folder / "away")
    clinic.answer(treated_on=day)
    with pytest.raises(DropUnreachable):
        drop.look()
    clinic.kiosk.records.purge(Month(2026, 10))
    away.rename(clinic.drop)
    assert drop.look() == Look(answered=0, delivered=0, removed=2)
    assert laid_down(clinic) == []


def test_two_links_on_one_folder_lay_each_result_down_once(clinic: Clinic) -> None:
    """Not meant to be, and harmless: the name is the key."""
    checks = [clinic.answer() for _ in range(10)]
    lines = [clinic.line() for _ in range(2)]
    drops = [
        Drop(
            clinic.drop,
            line.ask,
            Ledger(clinic.folder / f"ledger-{number}"),
            facility_code="1312345678",
            encoding=Encoding.UTF_8,
            no_result=str,
        )
        for number, line in enumerate(lines)
    ]

    def look_until_done(drop: Drop) -> None:
        """Each takes the other's unfinished file for a left one: then it is tried again."""
        while True:
            try:
                drop.look()
            except DropUnreachable:
                continue
            return

    threads = [threading.Thread(target=look_until_done, args=(drop,)) for drop in drops]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for line in lines:
        line.close()
    assert len(laid_down(clinic)) == len(checks)


def test_the_ledger_holds_no_patient(clinic: Clinic, drop: Drop) -> None:
    clinic.answer(eligibility(name="髙﨑　一郎", number="00998877"))
    drop.look()
    text = "".join(each.read_text() for each in (clinic.folder / "ledger").iterdir())
    assert "2026-11" in text
    assert "髙﨑" not in text
    assert "998877" not in text
    assert json.dumps(text).isascii()


def test_what_is_annulled_is_taken_back_and_a_computer_hears_of_it(
    clinic: Clinic, drop: Drop
) -> None:
    annulled, kept = clinic.answer(), clinic.answer()
    drop.look()
    line = clinic.line()
    before = line.ask("results", after="")["cursor"]
    staff = clinic.staff()
    staff.query("annul", check_id=annulled, reason="not-this-patient")
    assert drop.look() == Look(0, 0, 0)
    (name,) = laid_down(clinic)
    assert kept.replace("-", "") in name
    page = line.ask("results", after=before)
    assert (page["results"], page["withdrawn"]) == ([], [annulled])
    assert [each["check_id"] for each in line.ask("results")["results"]] == [kept]
    line.close()
