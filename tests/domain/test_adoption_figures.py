"""The ministry's table of adoption, counted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from kiosk.domain.adoption_figures import FacilityKind, Progress, Row, figures

JUDO, AHAKI = FacilityKind.JUDO, FacilityKind.AHAKI


def test_shares_are_those_of_the_ministry() -> None:
    """Published for 23 February 2025."""
    judo, ahaki = Row(44_744, 37_985, 36_161, 27_569), Row(33_175, 17_709, 14_211, 8_010)
    for row, shares in ((judo, ("84.9", "80.8", "61.6")), (ahaki, ("53.4", "42.8", "24.1"))):
        counted = (row.applied, row.ready, row.begun)
        assert tuple(row.share(each) for each in counted) == tuple(map(Decimal, shares))


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
