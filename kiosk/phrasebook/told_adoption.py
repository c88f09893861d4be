"""What people are told of getting started and of the log of the 協力金; one fact a line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any

from kiosk.domain.adoption_rules import CLINICS
from kiosk.domain.dates import Month
from kiosk.phrasebook.book import Phrasebook
from kiosk.phrasebook.keys import Phrase
from kiosk.phrasebook.utterance import Utterance

_Document = Mapping[str, Any]

_STATES = {
    "done": Phrase.ADOPTION_DONE,
    "seen": Phrase.ADOPTION_SEEN,
    "open": Phrase.ADOPTION_OPEN,
    "too_late": Phrase.ADOPTION_TOO_LATE,
}
_REASONS = {
    "aged": Phrase.ADOPTION_REASON_AGED,
    "impaired": Phrase.ADOPTION_REASON_IMPAIRED,
    "aged_or_impaired": Phrase.ADOPTION_REASON_AGED_OR_IMPAIRED,
    "closing": Phrase.ADOPTION_REASON_CLOSING,
    "stopping": Phrase.ADOPTION_REASON_STOPPING,
    "attached": Phrase.ADOPTION_REASON_ATTACHED,
}
_WHEN = {
    "ahead": Phrase.ADOPTION_RULE_AHEAD,
    "now": Phrase.ADOPTION_RULE_NOW,
    "past": Phrase.ADOPTION_RULE_PAST,
}


_NEEDS_PORTAL = frozenset(
    {"account", "application", "registration", "sheet", "operation_start", "subsidy"}
    | {"reward_account", "reward_report", "attached"}
)
_MEDICAL = "医療機関等向け総合ポータルサイト"
"""What it takes is called 補助金申請, not 助成金交付申請 (leaflet for those under a 経過措置)."""
_DEEDS = {
    "poster": Phrase.PROMOTION_REPORT_POSTER,
    "leaflet": Phrase.PROMOTION_REPORT_LEAFLET,
    "asking": Phrase.PROMOTION_REPORT_ASKING,
}


def utterances(document: _Document, book: Phrasebook) -> list[Utterance]:
    """What this box is not, the checklist, the next step, the notices, the call centre.

    Args:
        document: of the query ``adoption``.
        book: the language.
    """
    return [
        book.say(Phrase.ADOPTION_NOT_OFFICIAL),
        book.say(Phrase.ADOPTION_RELY),
        book.say(Phrase.ADOPTION_DAY, day=date.fromisoformat(document["day"])),
        *(told_site(document, book) if document["kind"] else ()),
        *_openness(document, book),
        *steps_told(document, book),
        *_next(document, book),
        *_notices(document, book),
        call_centre_told(document, book),
    ]


def steps_told(document: _Document, book: Phrasebook) -> list[Utterance]:
    """The steps of a document, each with its day, its papers and its last day.

    Args:
        document: of ``adoption``, ``adoption_done`` or ``adoption_undo``.
        book: the language.
    """
    return [line for each in document["steps"] for line in _step(each, document["receipt"], book)]


def told_site(document: _Document, book: Phrasebook) -> list[Utterance]:
    """What kind of facility it is.

    Args:
        document: of ``adoption`` or ``adoption_site``.
        book: the language.
    """
    kind = book.say(Phrase(f"adoption.kind_{document['kind']}")).read
    lines = [book.say(Phrase.ADOPTION_SITE, what=kind)]
    if document["attached"]:
        lines.append(book.say(Phrase.ADOPTION_SITE_ATTACHED))
    if document["measure"] is not None:
        lines.append(book.say(Phrase.ADOPTION_SITE_MEASURE, number=document["measure"]))
    return lines


def told_promoted(document: _Document, book: Phrasebook) -> list[Utterance]:
    """That something was noted in the log, or taken out.

    Args:
        document: of ``promoted``.
        book: the language.
    """
    what = book.say(Phrase(f"promotion.deed_{document['deed']}")).read
    day, count = date.fromisoformat(document["on"]), document["count"]
    if count:
        return [book.say(Phrase.PROMOTION_NOTED, day=day, what=what, count=count)]
    return [book.say(Phrase.PROMOTION_TAKEN_OUT, day=day, what=what)]


def report_told(document: _Document, book: Phrasebook) -> list[Utterance]:
    """The text of the report of the 協力金, with the share of the cards month by month.

    Args:
        document: of ``promotion``.
        book: the language.
    """
    first = Month.parse(document["from"]).first_day
    last = min(Month.parse(document["to"]).last_day, date.fromisoformat(document["today"]))
    sums = [_sum(each, book) for each in document["sums"]]
    shares = [
        book.say(
            Phrase.PROMOTION_REPORT_SHARE,
            month=Month.parse(each["month"]), count=each["checked"], share=each["card_percent"],
        )
        for each in document["shares"]
        if each["card_percent"] is not None
    ]  # fmt: skip
    return [
        book.say(Phrase.PROMOTION_REPORT_TITLE),
        book.say(Phrase.PROMOTION_REPORT_FACILITY, code=document["facility"]),
        book.say(Phrase.PROMOTION_REPORT_PERIOD, first=first, last=max(first, last)),
        *(sums or [book.say(Phrase.PROMOTION_REPORT_NOTHING)]),
        *(shares or [book.say(Phrase.PROMOTION_REPORT_NO_SHARE)]),
        book.say(Phrase.PROMOTION_REPORT_NOTE),
    ]


def report_text(document: _Document) -> str:
    """The report as text, in Japanese, one fact a line, marked where it is simulated."""
    book = Phrasebook.load("ja")
    lines = report_told(document, book)
    if document["simulated"]:
        lines = book.simulated_block(lines)
    return "".join(f"{each.read}\n" for each in lines)


def entry_told(each: _Document, book: Phrasebook) -> Utterance:
    """One entry of the log.

    Args:
        each: of ``entries`` of the document ``promotion``.
        book: the language.
    """
    what = book.say(Phrase(f"promotion.deed_{each['deed']}")).read
    day = date.fromisoformat(each["on"])
    return book.say(Phrase.PROMOTION_ENTRY, day=day, what=what, count=each["count"])


def _sum(each: _Document, book: Phrasebook) -> Utterance:
    values: dict[str, object] = {"count": each["count"]}
    if each["deed"] == "poster":
        values["first"] = date.fromisoformat(each["first"])
    else:
        values["days"] = each["days"]
    return book.say(_DEEDS[each["deed"]], **values)


def step_told(each: _Document, document: _Document, book: Phrasebook) -> list[Utterance]:
    """One step as it stands, and how it is done where it is not.

    Args:
        each: of ``steps``.
        document: of ``adoption``.
        book: the language.
    """
    lines = _step(each, document["receipt"], book)
    if each["state"] == "open":
        lines.append(how_told(each["step"], document["portal"], book))
    return lines


def _step(each: _Document, receipt: _Document, book: Phrasebook) -> list[Utterance]:
    values: dict[str, object] = {"what": _title(each["step"], book)}
    if each["state"] == "done":
        values["day"] = date.fromisoformat(each["on"])
    lines = [book.say(_STATES[each["state"]], **values)]
    is_open = each["state"] == "open"
    if is_open and each["papers"]:
        lines.append(book.say(Phrase.ADOPTION_PAPERS, what="、".join(each["papers"])))
    if each["until"] and each["state"] != "done":
        lines.append(book.say(Phrase.ADOPTION_UNTIL, day=date.fromisoformat(each["until"])))
    if is_open and not each["by_hand"]:
        lines.append(book.say(Phrase.ADOPTION_BY_ITSELF))
    if each["step"] == "receipt_kept" and receipt["number"]:
        lines.append(book.say(Phrase.ADOPTION_RECEIPT_NUMBER, number=receipt["number"]))
    if each["step"] == "receipt_kept" and receipt["photo"]:
        lines.append(book.say(Phrase.ADOPTION_RECEIPT_PHOTO))
    return lines


def _title(step: str, book: Phrasebook) -> str:
    return book.say(Phrase(f"adoption.step_{step}")).read


def next_told(document: _Document, book: Phrasebook) -> Utterance:
    """The next step in one sentence.

    Args:
        document: of ``adoption``.
        book: the language.
    """
    step = document["next"]
    if document["may_use"] is False:
        return book.say(Phrase.ADOPTION_NOT_FOR_YOU)
    if step is None:
        return book.say(Phrase.ADOPTION_ALL_DONE)
    return book.say(Phrase.ADOPTION_NEXT, what=_title(step, book))


def how_told(step: str, portal: str, book: Phrasebook) -> Utterance:
    """How a step is done.

    Args:
        step: its name.
        portal: of this kind of facility.
        book: the language.
    """
    if step == "subsidy" and portal == _MEDICAL:
        return book.say(Phrase.ADOPTION_HOW_SUBSIDY_MEDICAL, portal=portal)
    values = {"portal": portal} if step in _NEEDS_PORTAL else {}
    return book.say(Phrase(f"adoption.how_{step}"), **values)


def _next(document: _Document, book: Phrasebook) -> list[Utterance]:
    step = document["next"]
    if document["may_use"] is False:
        return []
    how = [how_told(step, document["portal"], book)] if step else []
    return [next_told(document, book), *how]


def notices_told(document: _Document, book: Phrasebook) -> list[tuple[Utterance, ...]]:
    """What the notices mean for this clinic, one notice after the other, each with its source.

    Args:
        document: of ``adoption``.
        book: the language.
    """
    if document["kind"] is None:
        return [(book.say(Phrase.ADOPTION_NO_KIND),)]
    found = (*told_site(document, book), *_openness(document, book), *_standing(document, book))
    concerning = (each for each in document["rules"] if not each["spares"])
    notices = ((*_rule(each, book), *_source(_origin(each), book)) for each in concerning)
    return [found, *notices]


def applies_told(document: _Document, about: _Document, book: Phrasebook) -> list[Utterance]:
    """What follows from what a clinic has just said of itself, and as of when.

    Args:
        document: of ``adoption``, asked with it.
        about: what was said, as the query takes it.
        book: the language.
    """
    lines = []
    if about.get("no_delegation"):
        lines.append(book.say(Phrase.APPLIES_UNDELEGATED))
    elif document["kind"] in CLINICS and not document["exempt"]:
        lines.append(book.say(Phrase.APPLIES_NOT_EXEMPT))
    return [*lines, book.say(Phrase.ADOPTION_DAY, day=date.fromisoformat(document["day"]))]


def call_centre_told(document: _Document, book: Phrasebook) -> Utterance:
    """The call centre's number, and whether somebody answers now.

    Args:
        document: of ``adoption``.
        book: the language.
    """
    centre = document["call_centre"]
    return book.say(_centre(centre), number=centre["number"])


def _notices(document: _Document, book: Phrasebook) -> list[Utterance]:
    if document["kind"] is None:
        return [book.say(Phrase.ADOPTION_NO_KIND)]
    lines = _standing(document, book)
    concerning = [each for each in document["rules"] if not each["spares"]]
    for origin, rules in groupby(concerning, key=_origin):
        lines += [line for each in rules for line in _rule(each, book)]
        lines += _source(origin, book)
    if document["subsidised"]:
        devices = "、".join(document["subsidised"])
        lines.append(book.say(Phrase.ADOPTION_SUBSIDISED, what=devices))
    return lines


def _openness(document: _Document, book: Phrasebook) -> list[Utterance]:
    """That it is not open to this facility, or what that hangs on; before anything to be done."""
    if document["kind"] is None or document["may_use"]:
        return []
    is_known = document["may_use"] is not None
    return [book.say(Phrase.ADOPTION_NOT_FOR_YOU if is_known else Phrase.ADOPTION_ASK_MEASURE)]


def _standing(document: _Document, book: Phrasebook) -> list[Utterance]:
    lines = []
    if document["exempt"]:
        lines.append(book.say(Phrase.ADOPTION_EXEMPT))
        lines += [book.say(_REASONS[each]) for each in document["reasons"]]
    return lines


def _source(origin: tuple[str, str | None, bool], book: Phrasebook) -> list[Utterance]:
    source, as_of, is_plan = origin
    plan = [book.say(Phrase.ADOPTION_RULE_PLAN)] if is_plan else []
    return [*plan, _dated(source, as_of or "", book)]


def _dated(source: str, as_of: str, book: Phrasebook) -> Utterance:
    """As of a day, a month, or without a date, as the source itself is dated."""
    if not as_of:
        return book.say(Phrase.ADOPTION_SOURCE, what=source)
    if len(as_of) == len("2024-11"):
        month = Month.parse(as_of)
        return book.say(Phrase.ADOPTION_SOURCE_IN, what=source, year=month.year, month=month)
    day = date.fromisoformat(as_of)
    return book.say(Phrase.ADOPTION_SOURCE_ON, what=source, day=day)


def _origin(each: _Document) -> tuple[str, str | None, bool]:
    return each["source"], each["as_of"], each["plan"]


def _rule(each: _Document, book: Phrasebook) -> list[Utterance]:
    lines = [book.say(_WHEN[each["when"]], what=each["wording"])]
    if each["from"] is not None:
        lines.append(_period(each, book))
    if each["yen"] is not None and each["when"] == "now":
        lines.append(book.say(Phrase.ADOPTION_YEN, yen=each["yen"]))
    return lines


def _period(each: _Document, book: Phrasebook) -> Utterance:
    """From when to when; of what the source gives as 目処 the month it is to begin in."""
    first = date.fromisoformat(each["from"])
    if each["about"]:
        return book.say(Phrase.ADOPTION_RULE_ABOUT, year=first.year, month=Month.of(first))
    if each["to"] is None:
        return book.say(Phrase.ADOPTION_RULE_SINCE, first=first)
    last = date.fromisoformat(each["to"])
    return book.say(Phrase.ADOPTION_RULE_PERIOD, first=first, last=last)


def _centre(centre: _Document) -> Phrase:
    return Phrase.ADOPTION_CALL_OPEN if centre["open"] else Phrase.ADOPTION_CALL_CLOSED
