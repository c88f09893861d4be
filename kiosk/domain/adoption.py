"""What the rules of adoption mean for one clinic on one day; the rules are ``adoption_rules``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.domain.adoption_rules import (
    AGED,
    CLINICS,
    DECIDED_BY,
    EXEMPTIONS,
    MAY_USE,
    MEASURES,
    RULES,
    SUBSIDIES,
    TRANSITIONAL,
    Kind,
    Rule,
    Subsidy,
    Topic,
)


@dataclass(frozen=True, slots=True)
class Practitioner:
    """One 施術者.

    Args:
        is_full_time: 常勤: works all the hours the clinic sets.
        age: in April 2024, whole years.
        is_visually_impaired: 視覚障害.
    """

    is_full_time: bool
    age: int
    is_visually_impaired: bool = False


@dataclass(frozen=True, slots=True)
class Clinic:
    """What the clinic says of itself.

    Args:
        kind: of facility.
        is_connected: the online check is in use, 運用開始日 entered.
        claims_by_delegation: 受領委任.
        practitioners: all of them; () = not said.
        finds_checks_hard: for age or sight, cannot well check online.
        closes_on: day decided for closing or suspending; None = none, or without a day.
        stops_on: day decided for stopping 受領委任; None = none, or without a day.
        is_attached: 併設の従たる施術所.
        measure: number of its 経過措置, 1 to 6; None = none.
    """

    kind: Kind
    is_connected: bool = False
    claims_by_delegation: bool = True
    practitioners: tuple[Practitioner, ...] = ()
    finds_checks_hard: bool = False
    closes_on: date | None = None
    stops_on: date | None = None
    is_attached: bool = False
    measure: int | None = None

    def __post_init__(self) -> None:
        if self.measure is not None and self.measure not in MEASURES:
            raise ValueError("a 経過措置 has a number from 1 to 6")


class Reason(StrEnum):
    """Why a clinic is not pressed to connect, as the ministry's survey lists it."""

    AGED = "aged"
    """施術者が皆、高齢."""
    IMPAIRED = "impaired"
    """施術者が皆、視覚障害; あはき only."""
    AGED_OR_IMPAIRED = "aged_or_impaired"
    """施術者が皆、高齢又は視覚障害: a mix; あはき only."""
    CLOSING = "closing"
    """廃止・休止を決めている."""
    STOPPING = "stopping"
    """受領委任の取扱い中止を決めている."""
    ATTACHED = "attached"
    """併設の従たる施術所: no exemption, it counts as its principal stands."""


class When(StrEnum):
    """How a rule stands on a day."""

    AHEAD = "ahead"
    NOW = "now"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A rule that concerns the clinic.

    Args:
        rule: the row with its source.
        when: how it stands.
        spares: the clinic is not meant: exempt, connected or without 受領委任.
    """

    rule: Rule
    when: When
    spares: bool


def when(rule: Rule, day: date) -> When:
    """Whether the rule is to come, holds, or is over; both its days are counted."""
    if rule.from_day is not None and day < rule.from_day:
        return When.AHEAD
    return When.PAST if rule.to_day is not None and day > rule.to_day else When.NOW


def exemptions(clinic: Clinic) -> list[Reason]:
    """The reasons that hold for it, in the survey's order; none for other kinds than clinics."""
    if clinic.kind not in CLINICS:
        return []
    reasons = _of_people(clinic) if clinic.finds_checks_hard else []
    if clinic.closes_on is not None and clinic.closes_on <= DECIDED_BY:
        reasons.append(Reason.CLOSING)
    if clinic.stops_on is not None and clinic.stops_on <= DECIDED_BY:
        reasons.append(Reason.STOPPING)
    if clinic.is_attached:
        reasons.append(Reason.ATTACHED)
    return reasons


def _of_people(clinic: Clinic) -> list[Reason]:
    """Aged is decided by the full-time alone (※1).

    That sight, and a mix of both, is decided by all of them is our reading: ※1 speaks of age only.
    """
    everyone = clinic.practitioners
    full_time = [each for each in everyone if each.is_full_time]
    if full_time and all(each.age >= AGED for each in full_time):
        return [Reason.AGED]
    if clinic.kind is not Kind.AHAKI or not everyone:
        return []
    if all(each.is_visually_impaired for each in everyone):
        return [Reason.IMPAIRED]
    if all(each.is_visually_impaired or each.age >= AGED for each in everyone):
        return [Reason.AGED_OR_IMPAIRED]
    return []


def is_exempt(clinic: Clinic) -> bool:
    """It is outside the duty for one of the reasons; being attached is none."""
    return any(each is not Reason.ATTACHED for each in exemptions(clinic))


def may_use(clinic: Clinic) -> bool | None:
    """The limited type is open to it: of medical institutions under 経過措置 (2), (4), (6) only.

    None while it is not said under which, if any.
    """
    if clinic.kind not in TRANSITIONAL:
        return True
    return None if clinic.measure is None else clinic.measure in MAY_USE


def subsidies(clinic: Clinic, day: date) -> list[tuple[Subsidy, When]]:
    """Those that are, were or will be for it."""
    if not may_use(clinic):
        return []
    return [(each, when(each.rule, day)) for each in SUBSIDIES if clinic.kind in each.rule.kinds]


def rulings(clinic: Clinic, day: date) -> list[Ruling]:
    """Every rule that concerns its kind, subsidies included, in the order of the tables.

    Who may be exempt is told to those who would be: not connected, and claiming by 受領委任.
    """
    table = [each for each in RULES if clinic.kind in each.kinds]
    if clinic.claims_by_delegation and not clinic.is_connected:
        table += [each for each in EXEMPTIONS if clinic.kind in each.kinds]
    table += [each.rule for each, _ in subsidies(clinic, day)]
    return [Ruling(each, when(each, day), _spares(clinic, each)) for each in table]


def _spares(clinic: Clinic, rule: Rule) -> bool:
    outside = not clinic.claims_by_delegation or is_exempt(clinic)
    if rule.topic is Topic.SANCTION:
        return outside or clinic.is_connected
    return rule.topic is Topic.DUTY and rule.kinds == CLINICS and outside
