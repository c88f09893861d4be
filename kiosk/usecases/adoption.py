"""The navigator: what a clinic still has to do, what is ticked, and what the notices say of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from kiosk.domain.adoption import (
    Clinic,
    Practitioner,
    Ruling,
    exemptions,
    is_exempt,
    may_use,
    rulings,
    subsidies,
)
from kiosk.domain.adoption_rules import DEVICES, TRANSITIONAL, Kind
from kiosk.domain.adoption_steps import (
    SEEN_BY_THE_KIOSK,
    Item,
    Step,
    checklist,
    next_step,
)
from kiosk.domain.check import Answered, Outcome
from kiosk.domain.dates import day_in_japan
from kiosk.domain.promotion import Deed, noted
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.ports.adoption import AdoptionBook, NotByHand, Progressed, Receipt, Site
from kiosk.ports.records import StoredCheck
from kiosk.usecases import call_centre

_PORTALS = {True: "医療機関等向け総合ポータルサイト", False: "施術所等向け総合ポータルサイト"}
"""Of those under a 経過措置, and of all others (GUIDE, LEAFLET of ``adoption_rules``)."""


class Navigator:
    """The checklist of one clinic and the log of the 協力金; one thread changes it at a time.

    Args:
        book: remembers.
        now: what time it is, aware.
        is_simulated: everything is to be marked 模擬, and the kiosk sees nothing for itself.
        is_registered: the terminal has its certificate.
    """

    def __init__(
        self,
        book: AdoptionBook,
        now: Callable[[], datetime],
        *,
        is_simulated: bool,
        is_registered: Callable[[], bool],
    ) -> None:
        self._book = book
        self._now = now
        self._is_simulated = is_simulated
        self._is_registered = is_registered
        self._changing = threading.Lock()
        self._known: frozenset[Step] = frozenset()

    @property
    def is_for_real(self) -> bool:
        """Set up with a service that is not simulated."""
        return not self._is_simulated and self._is_registered()

    @property
    def today(self) -> date:
        """In Japan."""
        return day_in_japan(self._now())

    # ------------------------------------------------------------------ asked

    def document(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """The checklist, the next step, the notices and the call centre.

        Args:
            about: what is asked beside what is kept; nothing of it is kept: ``kind``,
                ``attached``, ``measure``, ``practitioners`` (each ``[age, full_time, blind]``),
                ``hard``, ``closes_on``, ``stops_on``, ``no_delegation``, ``day`` and ``cost``.

        Raises:
            ValueError, TypeError, KeyError: a parameter is not of its form.
            ChecklistUnreadable: what is kept is not known.
        """
        kept = self._book.progressed()
        site = _site(about, kept.site)
        clinic = _clinic(about, site, is_connected=Step.OPERATION_START in kept.done)
        day = _day(about.get("day")) or self.today
        items = checklist(
            clinic, kept.done, day, seen=kept.seen, is_set_up_for_real=self.is_for_real
        )
        now, cost = self._now(), about.get("cost")
        return {
            **self._marks(),
            "official_app": False,
            "day": day.isoformat(),
            "portal": _PORTALS[clinic.kind in TRANSITIONAL],
            "attached": clinic.is_attached,
            "measure": clinic.measure,
            **_checklist_part(items),
            "receipt": _receipt_part(kept.receipt),
            **_notices_part(clinic if site else None, day, None if cost is None else int(cost)),
            "call_centre": {"number": call_centre.NUMBER, "open": call_centre.is_open(now)},
        }

    def promotion(self) -> Progressed:
        """What is kept, for the report of the 協力金."""
        return self._book.progressed()

    # ------------------------------------------------------------------ told by the staff

    def done(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """Tick a step.

        Args:
            about: ``step``; ``on`` (ISO 8601), without it today; of the receipt ``number`` or
                ``photo``.

        Raises:
            ValueError, TypeError, KeyError: a parameter is not of its form, or a day to come.
            NotByHand: the kiosk sees it for itself.
            ChecklistUnreadable, ChecklistNotKept: nothing was changed.
        """
        step, on = _by_hand(about), _day(about.get("on")) or self.today
        if on > self.today:
            raise ValueError("on: a day to come")
        with self._changing:
            kept = self._book.progressed()
            receipt = _receipt(about, kept.receipt) if step is Step.RECEIPT_KEPT else kept.receipt
            kept = replace(kept, done={**kept.done, step: on}, receipt=receipt)
            self._book.keep(kept)
        return self._of(step, kept)

    def undo(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """Take a tick back; what was noted of a receipt goes with it. Raises as ``done``."""
        step = _by_hand(about)
        with self._changing:
            kept = self._book.progressed()
            done = {each: on for each, on in kept.done.items() if each is not step}
            receipt = Receipt() if step is Step.RECEIPT_KEPT else kept.receipt
            kept = replace(kept, done=done, receipt=receipt)
            self._book.keep(kept)
        return self._of(step, kept)

    def say_site(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """Keep what kind of facility it is.

        Args:
            about: ``kind``, ``attached``, ``measure``; what is not there stays as it was.

        Raises:
            As ``done``.
        """
        with self._changing:
            kept = self._book.progressed()
            site = _site(about, kept.site)
            if site is None:
                raise ValueError("kind")
            self._book.keep(replace(kept, site=site))
        return {
            **self._marks(), "kind": site.kind.value, "attached": site.is_attached,
            "measure": site.measure,
        }  # fmt: skip

    def promoted(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """Note what was done for マイナ保険証 on a day, in place of what was noted of it before.

        Args:
            about: ``deed``, ``count`` (0 takes it out), ``on`` (without it today).

        Raises:
            As ``done``.
        """
        deed, on = Deed(about["deed"]), _day(about.get("on")) or self.today
        count = about["count"]
        if not isinstance(count, int) or on > self.today:
            raise ValueError("count, or a day to come")
        with self._changing:
            kept = self._book.progressed()
            self._book.keep(replace(kept, promotion=noted(kept.promotion, on, deed, count)))
        return {**self._marks(), "deed": deed.value, "on": on.isoformat(), "count": count}

    # ------------------------------------------------------------------ seen by the kiosk

    def practised(self) -> bool:
        """A practice visit came to its end: whether that ticked a step."""
        return self._saw(Step.PRACTICE)

    def settled(self, check: StoredCheck, outcome: Outcome) -> bool:
        """A check was answered: whether that ticked a step. Nothing simulated ever does."""
        if not isinstance(outcome, Answered):
            return False
        is_real = not (check.is_simulated or outcome.answer.is_simulated)
        return is_real and self._saw(Step.FIRST_CHECK)

    def _saw(self, step: Step) -> bool:
        if step in self._known or not self.is_for_real:
            return False
        with self._changing:
            kept = self._book.progressed()
            is_new = step not in kept.seen
            if is_new:
                self._book.keep(replace(kept, seen={**kept.seen, step: self.today}))
            self._known |= {step}
        return is_new

    # ------------------------------------------------------------------ inside

    def _marks(self) -> dict[str, Any]:
        mark = SIMULATED_MARK if self._is_simulated else None
        return {"simulated": self._is_simulated, "mark": mark}

    def _of(self, step: Step, kept: Progressed) -> dict[str, Any]:
        # Of a facility that has every step, so that the one just ticked is among them.
        every = Clinic(Kind.JUDO, is_attached=True)
        items = checklist(
            every, kept.done, self.today, seen=kept.seen, is_set_up_for_real=self.is_for_real
        )
        (item,) = (each for each in items if each.step is step)
        receipt = _receipt_part(kept.receipt)
        return {**self._marks(), **_checklist_part([item]), "receipt": receipt}


def _by_hand(about: Mapping[str, Any]) -> Step:
    step = Step(about["step"])
    if step in SEEN_BY_THE_KIOSK:
        raise NotByHand(step)
    return step


def _receipt(about: Mapping[str, Any], kept: Receipt) -> Receipt:
    number, has_photo = about.get("number"), about.get("photo") is True
    if number is None and not has_photo:
        return kept
    return Receipt(str(number or "").strip(), has_photo)


def _site(about: Mapping[str, Any], kept: Site | None) -> Site | None:
    word = about.get("kind")
    if about.get("measure") is not None and word is not None and Kind(word) not in TRANSITIONAL:
        raise ValueError("a 経過措置 is one of medical institutions and pharmacies")
    if word is None and kept is None:
        return None
    kind = Kind(word) if word is not None else kept.kind if kept else Kind.JUDO
    was = kept if kept and kept.kind is kind else Site(kind)
    attached, measure = about.get("attached"), about.get("measure")
    return Site(
        kind,
        was.is_attached if attached is None else attached is True,
        was.measure if measure is None else int(measure),
    )


def _clinic(about: Mapping[str, Any], site: Site | None, *, is_connected: bool) -> Clinic:
    site = site or Site(Kind.JUDO, about.get("attached") is True)
    return Clinic(
        site.kind,
        is_connected=is_connected,
        claims_by_delegation=about.get("no_delegation") is not True,
        practitioners=tuple(
            Practitioner(bool(full_time), int(age), bool(blind))
            for age, full_time, blind in about.get("practitioners", [])
        ),
        finds_checks_hard=about.get("hard") is True,
        closes_on=_day(about.get("closes_on")),
        stops_on=_day(about.get("stops_on")),
        is_attached=site.is_attached,
        measure=site.measure,
    )


def _day(text: object) -> date | None:
    return None if text is None else date.fromisoformat(str(text))


def _receipt_part(receipt: Receipt) -> dict[str, Any]:
    return {"number": receipt.number or None, "photo": receipt.has_photo}


def _checklist_part(items: list[Item]) -> dict[str, Any]:
    return {
        "next": next_step(items),
        "steps": [
            {
                "step": each.step.value,
                "state": each.progress.value,
                "on": each.on and each.on.isoformat(),
                "until": each.until and each.until.isoformat(),
                "papers": list(each.papers),
                "by_hand": each.step not in SEEN_BY_THE_KIOSK,
            }
            for each in items
        ],
    }


def _notices_part(clinic: Clinic | None, day: date, cost: int | None) -> dict[str, Any]:
    if clinic is None:
        nothing: dict[str, Any] = {"kind": None, "may_use": None, "exempt": None}
        return {**nothing, "reasons": [], "rules": [], "subsidised": []}
    paid = {
        each.rule.key: each.amount_yen(cost)
        for each, _ in subsidies(clinic, day)
        if cost is not None
    }
    return {
        "kind": clinic.kind.value,
        "may_use": may_use(clinic),
        "exempt": is_exempt(clinic),
        "reasons": [each.value for each in exemptions(clinic)],
        "subsidised": list(DEVICES) if subsidies(clinic, day) else [],
        "rules": [
            _ruling(each) | {"yen": paid.get(each.rule.key)} for each in rulings(clinic, day)
        ],
    }


def _ruling(ruling: Ruling) -> dict[str, Any]:
    rule = ruling.rule
    return {
        "rule": rule.key,
        "topic": rule.topic.value,
        "when": ruling.when.value,
        "spares": ruling.spares,
        "from": rule.from_day and rule.from_day.isoformat(),
        "to": rule.to_day and rule.to_day.isoformat(),
        "about": rule.is_about,
        "plan": rule.is_plan,
        "wording": rule.wording,
        "source": rule.source.document,
        "as_of": rule.source.as_of or None,
    }
