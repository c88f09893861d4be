"""What the same person's last answer and this one have between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.domain.check import Answer, Eligibility
from kiosk.domain.text import half_width


class Change(StrEnum):
    """What is not as it was."""

    VALIDITY = "validity"
    INSURER = "insurer"
    SYMBOL = "symbol"
    NUMBER = "number"
    BRANCH = "branch"
    SHARE = "share"
    CONTENT = "content"
    """Something: the answer it is not as was another terminal's, which is not here yet."""


@dataclass(frozen=True, slots=True)
class Since:
    """The last answer about the same person that is still kept.

    Args:
        treated_on: its treatment date in Japan.
        is_today: it is that of this check: 本日確認済み.
        changes: what is not as it was; empty where nothing is.
    """

    treated_on: date
    is_today: bool
    changes: tuple[Change, ...] = ()


def since(before: Answer, before_on: date, now: Answer, on: date) -> Since:
    """Compare two answers about one person.

    Args:
        before: the earlier one.
        before_on: its treatment date.
        now: the later one.
        on: its treatment date.
    """
    return Since(before_on, before_on == on, changes(before, before_on, now, on))


def changes(before: Answer, before_on: date, now: Answer, on: date) -> tuple[Change, ...]:
    """What differs between the eligibilities that count, each on its own day.

    Where one of the answers has none to go by, only the validity is compared. Width and spaces
    make no difference; a share that is not known on either day is no change.
    """
    found: list[Change] = []
    if before.confirms(before_on) != now.confirms(on) or before.validity is not now.validity:
        found.append(Change.VALIDITY)
    earlier, later = before.the_one_that_counts(before_on), now.the_one_that_counts(on)
    if earlier is None or later is None or Eligibility() in (earlier, later):
        return tuple(found)
    pairs = (
        (Change.INSURER, earlier.insurer_number, later.insurer_number),
        (Change.SYMBOL, earlier.symbol, later.symbol),
        (Change.NUMBER, earlier.number, later.number),
        (Change.BRANCH, earlier.branch_number, later.branch_number),
    )
    found += [change for change, was, is_now in pairs if _plain(was) != _plain(is_now)]
    shares = (earlier.copayment_percent(before_on), later.copayment_percent(on))
    if None not in shares and shares[0] != shares[1]:
        found.append(Change.SHARE)
    return tuple(found)


def _plain(text: str | None) -> str:
    return half_width(text or "").replace(" ", "")
