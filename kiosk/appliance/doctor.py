"""Runs the checks, tells what they found, and says how bad the worst is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.appliance.box import Box
from kiosk.appliance.checks import (
    audit,
    card,
    certificate,
    disk,
    folder,
    follow_ups,
    heat,
    keypad,
    keys,
    life,
    losses,
    modules,
    network,
    reader,
    release,
    screen,
    settings,
    sound,
    usb,
)
from kiosk.appliance.finding import Finding, State
from kiosk.phrasebook import Phrase, Phrasebook, Utterance

Check = Callable[[Box], Iterable[Finding]]
CHECKS: tuple[Check, ...] = (
    settings.find, keys.find, folder.find, disk.find, losses.find, audit.find, life.find,
    follow_ups.find, network.find, certificate.find, reader.find, modules.find, usb.find, heat.find,
    screen.find, keypad.find, sound.find, release.find, card.find,
)  # fmt: skip
"""In the order of the report; a check may look at what it likes and changes nothing."""

_HEADS = {
    State.FAIL: Phrase.DOCTOR_FAIL,
    State.WARN: Phrase.DOCTOR_WARN,
    State.UNKNOWN: Phrase.DOCTOR_UNKNOWN,
    State.SKIPPED: Phrase.DOCTOR_SKIPPED,
    State.OK: Phrase.DOCTOR_OK,
}


def examine(box: Box, checks: Sequence[Check] = CHECKS) -> list[Finding]:
    """Everything there is to find, in the order of the checks."""
    return [finding for check in checks for finding in check(box)]


def worst(findings: Iterable[Finding]) -> State:
    """State of the worst finding; OK where there is none."""
    order = list(State)
    return min((each.state for each in findings), key=order.index, default=State.OK)


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words.

    Args:
        what: what was found.
        why: why it matters, None where all is well.
        hint: what to do, None where nothing is to be done.
    """

    what: Utterance
    why: Utterance | None
    hint: Utterance | None

    @classmethod
    def of(cls, finding: Finding, book: Phrasebook) -> Told:
        """In the words of a language."""
        why = None if finding.why is None else book.say(finding.why)
        if finding.what is None:
            return cls(book.message(finding.code), why, book.hint(finding.code))
        hint = None if finding.hint is None else book.say(finding.hint)
        return cls(book.say(finding.what, **finding.values), why, hint)


def told(findings: Sequence[Finding], book: Phrasebook) -> list[Utterance]:
    """The report for people, the worst first, each state under its heading."""
    lines: list[Utterance] = []
    for state, head in _HEADS.items():
        of_state = [each for each in findings if each.state is state]
        if of_state:
            lines.append(book.say(head, count=len(of_state)))
            lines += [line for each in of_state for line in _lines(each, book)]
    return lines


def _lines(finding: Finding, book: Phrasebook) -> list[Utterance]:
    words = Told.of(finding, book)
    lines = [line for line in (words.what, words.why, words.hint) if line is not None]
    if finding.detail:
        lines.append(book.say(Phrase.DOCTOR_DETAIL, detail=finding.detail))
    return lines


def document(findings: Sequence[Finding], book: Phrasebook) -> dict[str, Any]:
    """The report for machines: ``state`` of the worst, and every finding."""
    return {
        "state": worst(findings).value,
        "findings": [_finding_document(each, Told.of(each, book)) for each in findings],
    }


def _finding_document(finding: Finding, words: Told) -> dict[str, Any]:
    return {
        "name": finding.name,
        "state": finding.state.value,
        "what": words.what.read,
        "why": words.why and words.why.read,
        "hint": words.hint and words.hint.read,
        "remedy": finding.remedy and finding.remedy.value,
        "code": finding.code or None,
        "detail": finding.detail or None,
    }
