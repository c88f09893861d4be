"""Who is meant where no card is shown: by the insured's numbers, or by the four items.

The real service's rules of comparison are not public; these are ours [R], and they are generous
with width and spaces, for a keypad and a tired eye stand behind each question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from kiosk.domain.check import Eligibility
from kiosk.domain.codes import Validity
from kiosk.domain.text import half_width, kana_key
from kiosk.simulator.people import Person
from kiosk.simulator.question import FourItems, InsuredNumbers

_KANJI = re.compile("[\u3400-\u9fff]")


def by_numbers(people: Iterable[Person], asked: InsuredNumbers, on: date) -> tuple[Person, ...]:
    """Those one of whose eligibilities bears the numbers; born on the day.

    One that is no longer in force while another is: 無効（新しい資格あり）, and both are told.
    """
    found = (_by_one(person, asked, on) for person in people)
    return tuple(person for person in found if person is not None)


def by_four_items(people: Iterable[Person], asked: FourItems) -> tuple[Person, ...]:
    """Those of the birth date, the sex, one of the names and, where both are known, the address."""
    return tuple(
        person
        for person in people
        if any(_is_described(each.eligibility, asked) for each in person.told)
    )


def _by_one(person: Person, asked: InsuredNumbers, on: date) -> Person | None:
    bearing = [each for each in person.told if _bears(each.eligibility, asked)]
    if not bearing:
        return None
    others = [each for each in person.told if each not in bearing]
    is_over = not any(each.eligibility.is_in_force(on) for each in bearing)
    if person.is_by_date and is_over and any(each.eligibility.is_in_force(on) for each in others):
        told = (*bearing, *others)
        return replace(person, validity=Validity.SUPERSEDED, told=told, is_by_date=False)
    return person


def _bears(eligibility: Eligibility, asked: InsuredNumbers) -> bool:
    pairs = (
        (eligibility.insurer_number, asked.insurer_number),
        (eligibility.symbol, asked.symbol),
        (eligibility.number, asked.number),
    )
    is_theirs = all(_key(kept) == _key(given) for kept, given in pairs)
    branch = _key(asked.branch_number)
    is_branch = not branch or _key(eligibility.branch_number).zfill(2) == branch.zfill(2)
    return is_theirs and is_branch and eligibility.birth_date == asked.birth_date


def _is_described(eligibility: Eligibility, asked: FourItems) -> bool:
    if eligibility.birth_date != asked.birth_date or eligibility.sex != asked.sex:
        return False
    names = ((eligibility.name, asked.name), (eligibility.name_kana, asked.name_kana))
    keys = ((kana_key(kept or ""), kana_key(given)) for kept, given in names)
    is_named = any(kept == given for kept, given in keys if given)
    return is_named and _is_there(_key(eligibility.address), _key(asked.address))


def _is_there(home: str, given: str) -> bool:
    """Where both are known and can be compared: a reading says nothing against kanji [R]."""
    if not (home and given) or _is_read(home) is not _is_read(given):
        return True
    return home.startswith(given) or given.startswith(home)


def _is_read(address: str) -> bool:
    """In kana, as it is typed on ten keys; kanji are what no keypad has."""
    return not _KANJI.search(address)


def _key(text: str | None) -> str:
    return half_width(text or "").replace(" ", "")
