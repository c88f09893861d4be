"""A check without a card: by the numbers somebody shows, or by the four items in an outage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kiosk.domain.check import EligibilityCheck
from kiosk.domain.codes import Sex
from kiosk.domain.dates import day_in_japan
from kiosk.domain.facility import Facility
from kiosk.domain.insurance import InsurerNumber
from kiosk.domain.presentation import ByHand, FourItems, InsuredNumbers, Paper
from kiosk.domain.text import half_width, plain_width
from kiosk.domain.treatment import Treatment, is_possible
from kiosk.ports.clock import Clock
from kiosk.ports.reception import (
    BirthDateWrong,
    EntryIncomplete,
    InsurerNumberWrong,
    TreatmentDateWrong,
)
from kiosk.usecases.verify import Asking, Received, open_check, store


def by_hand_of(document: Mapping[str, Any], today: date) -> ByHand:
    """What was typed, as the desk brings it: the presentations of docs/protocol.md.

    Args:
        document: ``{"kind": "insured_numbers" | "four_items", …}``.
        today: nobody is born after it.

    Raises:
        InsurerNumberWrong, BirthDateWrong, EntryIncomplete: it cannot be asked like that.
    """
    kind = document.get("kind")
    if kind == Paper.NUMBERS:
        return _numbers(document, today)
    if kind == Paper.FACE:
        return _items(document, today)
    raise EntryIncomplete("kind")


def _numbers(document: Mapping[str, Any], today: date) -> InsuredNumbers:
    try:
        insurer = InsurerNumber.parse(_text(document, "insurer_number"))
    except ValueError as error:
        raise InsurerNumberWrong(str(error)) from None
    born = _born(document, today)
    try:
        return InsuredNumbers(
            insurer,
            plain_width(_text(document, "symbol")),
            plain_width(_text(document, "number")),
            half_width(_text(document, "branch_number")),
            born,
        )
    except ValueError as error:
        raise EntryIncomplete(str(error)) from None


def _items(document: Mapping[str, Any], today: date) -> FourItems:
    born = _born(document, today)
    names = (_text(document, "name"), _text(document, "name_kana"))
    try:
        return FourItems(*names, born, Sex(_text(document, "sex")), _text(document, "address"))
    except ValueError as error:
        raise EntryIncomplete(str(error)) from None


def _born(document: Mapping[str, Any], today: date) -> date:
    try:
        born = date.fromisoformat(_text(document, "birth_date"))
    except ValueError:
        raise BirthDateWrong("not a day") from None
    if born > today:
        raise BirthDateWrong("ahead")
    return born


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name, "")
    if not isinstance(value, str):
        raise EntryIncomplete(name)
    return value.strip()


def treated_on_of(treatment: Treatment, clock: Clock) -> date | None:
    """The treatment date to open a check with; None = today.

    Raises:
        TreatmentDateWrong: it lies ahead, or is past retention.
    """
    if treatment.on is not None and not is_possible(treatment.on, day_in_japan(clock.now())):
        raise TreatmentDateWrong
    return treatment.on


def store_by_hand(
    presentation: ByHand,
    treatment: Treatment,
    facility: Facility,
    asking: Asking,
    *,
    is_simulated: bool,
) -> Received:
    """Write such a check down; from then on it is a check like any other.

    Args:
        presentation: what was typed.
        treatment: when and where.
        facility: who asks.
        asking: store, service, clock.
        is_simulated: the settings belong to the simulated world.

    Raises:
        TreatmentDateWrong: nothing was stored.
        StoreError: as ``kiosk.usecases.verify.store``.
    """
    opening = open_check(facility, asking.clock, treated_on_of(treatment, asking.clock))
    check = EligibilityCheck(opening, presentation)
    return store(check, asking, is_simulated=is_simulated, place=treatment.place)
