"""The ministry's own cases: exemptions, subsidies, the sanction calendar."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from kiosk.domain.adoption import (
    Clinic,
    Practitioner,
    Reason,
    When,
    exemptions,
    is_exempt,
    may_use,
    rulings,
    subsidies,
    when,
)
from kiosk.domain.adoption_rules import EXEMPTIONS, PAPERS, RULES, SUBSIDIES, Kind, Rule

OLD = Practitioner(is_full_time=True, age=70)
YOUNG = Practitioner(is_full_time=True, age=69)
YOUNG_HELP = Practitioner(is_full_time=False, age=30)
BLIND = Practitioner(is_full_time=True, age=40, is_visually_impaired=True)
BLIND_HELP = Practitioner(is_full_time=False, age=40, is_visually_impaired=True)


@pytest.mark.parametrize(
    ("kind", "people", "reasons"),
    [
        (Kind.JUDO, (OLD, OLD), [Reason.AGED]),
        (Kind.JUDO, (OLD, YOUNG), []),
        (Kind.JUDO, (OLD, YOUNG_HELP), [Reason.AGED]),
        (Kind.JUDO, (BLIND,), []),
        (Kind.JUDO, (OLD, BLIND), []),
        (Kind.AHAKI, (OLD,), [Reason.AGED]),
        (Kind.AHAKI, (BLIND, BLIND_HELP), [Reason.IMPAIRED]),
        (Kind.AHAKI, (OLD, BLIND), [Reason.AGED_OR_IMPAIRED]),
        (Kind.AHAKI, (OLD, BLIND, YOUNG), []),
        (Kind.AHAKI, (BLIND, YOUNG_HELP), []),
        (Kind.AHAKI, (YOUNG_HELP,), []),
        (Kind.AHAKI, (), []),
        (Kind.MIDWIFE, (OLD,), []),
    ],
)
def test_age_and_sight(kind: Kind, people: tuple[Practitioner, ...], reasons: list[Reason]) -> None:
    hard = Clinic(kind, practitioners=people, finds_checks_hard=True)
    assert exemptions(hard) == reasons
    assert exemptions(Clinic(kind, practitioners=people)) == []


@pytest.mark.parametrize("kind", [Kind.JUDO, Kind.AHAKI])
@pytest.mark.parametrize(
    ("clinic", "reasons"),
    [
        ({"closes_on": date(2025, 12, 2)}, [Reason.CLOSING]),
        ({"closes_on": date(2025, 12, 3)}, []),
        ({"stops_on": date(2025, 12, 2)}, [Reason.STOPPING]),
        ({"stops_on": date(2025, 12, 3)}, []),
        ({}, []),
        (
            {"closes_on": date(2025, 3, 31), "stops_on": date(2025, 3, 31)},
            [Reason.CLOSING, Reason.STOPPING],
        ),
    ],
)
def test_a_decided_day(kind: Kind, clinic: dict[str, date], reasons: list[Reason]) -> None:
    decided = Clinic(kind, closes_on=clinic.get("closes_on"), stops_on=clinic.get("stops_on"))
    assert exemptions(decided) == reasons
    assert is_exempt(decided) is bool(reasons)


def test_an_attached_clinic_is_not_exempt_by_that() -> None:
    attached = Clinic(Kind.AHAKI, is_attached=True)
    assert exemptions(attached) == [Reason.ATTACHED]
    assert not is_exempt(attached)


SPRING = date(2025, 3, 31)
SURVEY = [
    (Clinic(Kind.JUDO, practitioners=(OLD,), finds_checks_hard=True), Reason.AGED, 100),
    (Clinic(Kind.JUDO, closes_on=SPRING), Reason.CLOSING, 54),
    (Clinic(Kind.JUDO, stops_on=SPRING), Reason.STOPPING, 48),
    (Clinic(Kind.JUDO, is_attached=True), Reason.ATTACHED, 14),
    (Clinic(Kind.AHAKI, practitioners=(OLD,), finds_checks_hard=True), Reason.AGED, 160),
    (Clinic(Kind.AHAKI, practitioners=(BLIND,), finds_checks_hard=True), Reason.IMPAIRED, 192),
    (Clinic(Kind.AHAKI, closes_on=SPRING), Reason.CLOSING, 26),
    (Clinic(Kind.AHAKI, stops_on=SPRING), Reason.STOPPING, 32),
    (Clinic(Kind.AHAKI, is_attached=True), Reason.ATTACHED, 51),
]
"""An invented clinic for each row of the ministry's survey, and how many of them answered so."""


def test_the_survey_of_the_ministry_counted_again() -> None:
    counted = Counter(
        (clinic.kind, reason)
        for clinic, _, answers in SURVEY
        for _ in range(answers)
        for reason in exemptions(clinic)
    )
    assert counted == {(clinic.kind, reason): answers for clinic, reason, answers in SURVEY}
    sums = {kind: sum(n for (of, _), n in counted.items() if of is kind) for kind in Kind}
    assert (sums[Kind.JUDO], sums[Kind.AHAKI]) == (216, 461)


@pytest.mark.parametrize(
    ("clinic", "told"),
    [
        (Clinic(Kind.JUDO), ["judo", "closing", "stopping", "attached"]),
        (Clinic(Kind.AHAKI), ["ahaki", "closing", "stopping", "attached"]),
        (Clinic(Kind.AHAKI, is_connected=True), []),
        (Clinic(Kind.AHAKI, claims_by_delegation=False), []),
        (Clinic(Kind.MIDWIFE), []),
    ],
)
def test_who_may_be_exempt_is_told_to_those_it_concerns(clinic: Clinic, told: list[str]) -> None:
    found = [each.rule for each in rulings(clinic, date(2026, 11, 21))]
    assert [each.key for each in found if each.topic == "exemption"] == [
        f"exemption.{each}" for each in told
    ]


def test_a_decision_must_have_been_made_by_2025_12_02() -> None:
    of_days = [each for each in EXEMPTIONS if each.to_day is not None]
    assert [each.key for each in of_days] == ["exemption.closing", "exemption.stopping"]
    for each in of_days:
        assert when(each, date(2025, 12, 2)) is When.NOW
        assert when(each, date(2025, 12, 3)) is When.PAST


def keys(clinic: Clinic, day: date, how: When) -> list[str]:
    return [each.rule.key for each, stands in subsidies(clinic, day) if stands is how]


@pytest.mark.parametrize(
    ("kind", "day", "open_ones"),
    [
        (Kind.JUDO, date(2024, 3, 31), []),
        (Kind.JUDO, date(2024, 4, 1), ["subsidy.clinic.2024"]),
        (Kind.AHAKI, date(2025, 2, 1), ["subsidy.clinic.2024"]),
        (Kind.AHAKI, date(2025, 2, 2), []),
        (Kind.AHAKI, date(2025, 4, 1), ["subsidy.clinic.2025"]),
        (Kind.JUDO, date(2025, 12, 31), ["subsidy.clinic.2025"]),
        (Kind.JUDO, date(2026, 3, 31), ["subsidy.clinic.2025"]),
        (Kind.JUDO, date(2026, 4, 1), []),
        (Kind.MEDICAL, date(2025, 2, 1), ["subsidy.transitional.2024"]),
        (Kind.PHARMACY, date(2025, 2, 2), []),
        (Kind.PHARMACY, date(2025, 4, 1), []),
        (Kind.MIDWIFE, date(2025, 1, 1), []),
    ],
)
def test_who_gets_a_subsidy_when(kind: Kind, day: date, open_ones: list[str]) -> None:
    clinic = Clinic(kind, measure=2 if kind in {Kind.MEDICAL, Kind.PHARMACY} else None)
    assert keys(clinic, day, When.NOW) == open_ones


def test_deadlines_that_have_passed_say_so() -> None:
    past = keys(Clinic(Kind.JUDO), date(2026, 11, 21), When.PAST)
    assert past == ["subsidy.clinic.2024", "subsidy.clinic.2025"]


@pytest.mark.parametrize(
    ("key", "cost", "paid"),
    [
        ("subsidy.clinic.2024", 3_980, 3_980),
        ("subsidy.clinic.2024", 41_000, 41_000),
        ("subsidy.clinic.2025", 41_001, 41_000),
        ("subsidy.transitional.2024", 4_000, 3_000),
        ("subsidy.transitional.2024", 3_333, 2_499),
        ("subsidy.transitional.2024", 41_333, 30_999),
        ("subsidy.transitional.2024", 41_334, 31_000),
        ("subsidy.transitional.2024", 80_000, 31_000),
        ("subsidy.transitional.2024", 0, 0),
    ],
)
def test_what_is_paid(key: str, cost: int, paid: int) -> None:
    (subsidy,) = [each for each in SUBSIDIES if each.rule.key == key]
    assert subsidy.amount_yen(cost) == paid


def test_a_cost_is_not_negative_and_three_papers_are_asked_for() -> None:
    with pytest.raises(ValueError, match="negative"):
        SUBSIDIES[0].amount_yen(-1)
    assert PAPERS == ("領収書（写）", "領収書内訳書", "助成金振込先口座情報")


@pytest.mark.parametrize(
    ("measure", "is_open"),
    [(None, None), (1, False), (2, True), (3, False), (4, True), (5, False), (6, True)],
)
def test_transitional_measures(measure: int | None, *, is_open: bool | None) -> None:
    for kind in (Kind.MEDICAL, Kind.PHARMACY):
        clinic = Clinic(kind, measure=measure)
        assert may_use(clinic) is is_open
        assert bool(subsidies(clinic, date(2025, 1, 1))) is (is_open is True)


def test_there_is_no_seventh_measure() -> None:
    with pytest.raises(ValueError, match="1 to 6"):
        Clinic(Kind.MEDICAL, measure=7)


def rule(key: str) -> Rule:
    (found,) = [each for each in RULES if each.key == key]
    return found


CALENDAR = [
    ("duty", date(2024, 12, 2), None),
    ("sanction.first_notice", date(2025, 4, 1), date(2025, 7, 31)),
    ("sanction.second_notice", date(2025, 8, 1), date(2025, 8, 31)),
    ("sanction.guidance_announced", date(2025, 12, 1), date(2025, 12, 31)),
    ("sanction.guidance_held", date(2026, 1, 1), date(2026, 1, 31)),
    ("sanction.stop_notice", date(2026, 6, 1), date(2026, 8, 31)),
    ("sanction.stop", date(2026, 12, 1), None),
    ("patients.no_new_cards", date(2024, 12, 2), None),
    ("patients.old_cards", date(2024, 12, 2), date(2025, 12, 1)),
    ("patients.certificates_at_85", date(2026, 8, 1), None),
]


@pytest.mark.parametrize(("key", "begins", "ends"), CALENDAR)
def test_the_calendar(key: str, begins: date, ends: date | None) -> None:
    one = timedelta(days=1)
    found = rule(key)
    assert when(found, begins - one) is When.AHEAD
    assert when(found, begins) is When.NOW
    last = ends or date(2028, 2, 29)
    assert when(found, last) is When.NOW
    assert when(found, last + one) is (When.PAST if ends else When.NOW)


def test_the_sanctions_are_a_plan_with_about_times() -> None:
    sanctions = [each for each in RULES if each.topic == "sanction"]
    assert all(each.is_plan for each in sanctions)
    assert [each.key for each in sanctions if not each.is_about] == ["sanction.first_notice"]


@pytest.mark.parametrize(
    ("clinic", "is_spared"),
    [
        (Clinic(Kind.AHAKI), False),
        (Clinic(Kind.AHAKI, is_attached=True), False),
        (Clinic(Kind.AHAKI, is_connected=True), True),
        (Clinic(Kind.AHAKI, claims_by_delegation=False), True),
        (Clinic(Kind.AHAKI, stops_on=date(2025, 12, 2)), True),
    ],
)
def test_whom_the_sanctions_mean(clinic: Clinic, *, is_spared: bool) -> None:
    found = [
        each for each in rulings(clinic, date(2026, 12, 1)) if each.rule.key == "sanction.stop"
    ]
    assert [(each.when, each.spares) for each in found] == [(When.NOW, is_spared)]


def test_a_connected_clinic_still_has_the_duty_and_others_never_have_it() -> None:
    def spared(clinic: Clinic) -> list[bool]:
        found = rulings(clinic, date(2026, 11, 21))
        return [each.spares for each in found if each.rule.key == "duty"]

    assert spared(Clinic(Kind.JUDO, is_connected=True)) == [False]
    assert spared(Clinic(Kind.JUDO, claims_by_delegation=False)) == [True]
    assert spared(Clinic(Kind.CHECKUP)) == []


def test_every_rule_has_its_source_and_a_key_of_its_own() -> None:
    rows = [*RULES, *EXEMPTIONS, *(each.rule for each in SUBSIDIES)]
    assert len({each.key for each in rows}) == len(rows)
    assert all(each.wording and each.source.document for each in rows)
