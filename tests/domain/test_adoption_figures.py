"""The ministry's table of adoption, counted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from kiosk.domain.adoption_figures import FacilityKind, Progress, Row, figures

JUDO, AHAKI = FacilityKind.JUDO, FacilityKind.AHAKI


PUBLISHED = [
    (JUDO, Row(44_744, 37_985, 36_161, 27_569), ("84.9", "80.8", "61.6"), (85, 81, 62)),
    (AHAKI, Row(33_175, 17_709, 14_211, 8_010), ("53.4", "42.8", "24.1"), (53, 43, 24)),
]
"""For 23 February 2025."""


def facility(number: int, kind: FacilityKind, row: Row) -> Progress:
    """One of a row: the first so many have begun, so many more are ready, so many have applied."""
    return Progress(
        f"{kind}{number}", kind, has_applied=number < row.applied, is_ready=number < row.ready,
        has_begun=number < row.begun,
    )  # fmt: skip


def test_shares_are_those_of_the_ministry_counted_from_every_facility() -> None:
    counted = figures(
        facility(number, kind, row) for kind, row, _, _ in PUBLISHED for number in range(row.total)
    )
    for kind, published, shares, rounded in PUBLISHED:
        row = counted[kind]
        assert row == published
        counts = (row.applied, row.ready, row.begun)
        found = [row.share(each) for each in counts]
        assert found == [Decimal(each) for each in shares]
        assert tuple(round(each) for each in found if each is not None) == rounded


def test_so_many_were_ready_and_had_not_entered_their_first_day() -> None:
    """What the guide tells its readers."""
    assert sum(row.ready - row.begun for _, row, _, _ in PUBLISHED) == 14_793


def test_half_is_rounded_up() -> None:
    assert Row(2_000, 1, 3, 0).share(1) == Decimal("0.1")
    assert Row(2_000, 1, 3, 0).share(3) == Decimal("0.2")


def test_without_facilities_there_is_no_share() -> None:
    empty = figures([])
    assert set(empty) == {JUDO, AHAKI}
    assert empty[JUDO].share(0) is None


def test_each_step_is_counted_in_its_kind() -> None:
    table = figures(
        [
            Progress("9910000001", JUDO, has_applied=True, is_ready=True, has_begun=False),
            Progress("9910000002", JUDO, has_applied=True, is_ready=False, has_begun=False),
            Progress("9910000003", AHAKI, has_applied=False, is_ready=False, has_begun=False),
        ]
    )
    assert table == {JUDO: Row(2, 2, 1, 0), AHAKI: Row(1, 0, 0, 0)}


def test_an_attached_facility_counts_as_its_principal_stands() -> None:
    principal = Progress("9910000001", JUDO, has_applied=True, is_ready=True, has_begun=True)
    none = Progress("9910000002", AHAKI, has_applied=False, is_ready=False, has_begun=False)
    attached = replace(none, principal=principal.facility_code)
    lost = replace(none, facility_code="9910000003", principal="9919999999")
    assert figures([principal, attached, lost])[AHAKI] == Row(2, 1, 1, 1)


def test_facilities_that_name_each_other_count_as_they_stand() -> None:
    one = Progress("9910000001", JUDO, has_applied=True, is_ready=False, has_begun=False,
                   principal="9910000002")  # fmt: skip
    other = Progress("9910000002", JUDO, has_applied=False, is_ready=False, has_begun=False,
                     principal="9910000001")  # fmt: skip
    assert figures([one, other])[JUDO] == Row(2, 1, 0, 0)
