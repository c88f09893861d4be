"""What a typed line means, and which lines a page takes. Pure.

On every page: an empty line is 決定, - 戻る, * もう一度, ? ヘルプ. Where the page has no choice of
that number, 0 is 戻る and 9 もう一度 as well. Where digits are typed, a line is all of them and
決定; where kana are, a line may hold the kana themselves; where any writing is, as in a 記号, all
of it, and what a terminal cannot type by its code: ``U+898B``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from enum import Enum

from kiosk.domain.text import half_width, kana_key, plain_width
from kiosk.pages.keys import Action, Press, press_of
from kiosk.pages.page import Kind, Page
from kiosk.pages.view import ends_visit
from kiosk.phrasebook import Phrase, Phrasebook, Utterance
from kiosk.phrasebook.values import showable

_BACK, _REPEAT = Press(Action.BACK), Press(Action.REPEAT)
_ENTER = Press(Action.ENTER)
_SIGNS = frozenset("-*+/?")
_HELP = Press(Action.HELP)
_ANY = Press(Action.OTHER)
_CODE = re.compile(r"[Uu]\+([0-9A-Fa-f]{4,6})")
_SPECIAL: Mapping[Kind, Mapping[str, tuple[Press, ...]]] = {
    Kind.IDLE: {
        "1": (_ANY,),
        "2": (_HELP, Press(Action.DIGIT, "1")),
        "3": (_HELP, Press(Action.DIGIT, "0")),
    },
    Kind.THANKS: {"1": (_ANY,)},
    Kind.BUSY: {"1": (_ANY,)},
}


IN_LINES: Mapping[Phrase, Phrase] = {
    Phrase.FORM_SYMBOL: Phrase.FRONT_SYMBOL,
    Phrase.FORM_KANA: Phrase.FRONT_FORM_KANA,
    Phrase.FIND_KANA_HOW: Phrase.FRONT_FIND_KANA,
}
"""How it is typed on ten keys, and how in a line: 決定 belongs to the line, not to each sign."""


class No(Enum):
    """A line that means nothing here."""

    CHOICE = "choice"
    PIN = "pin"
    LONG = "long"


def presses(text: str, page: Page) -> tuple[Press, ...] | No:
    """The keys that a line stands for.

    Args:
        text: the line, full-width digits and signs or not.
        page: what was shown when it was asked for.
    """
    line = half_width(text).strip()
    if not line or line in _SIGNS:
        return (press_of(line or "enter", line),)
    if line in {"0", "9"} and line not in page.digits:
        return (_BACK if line == "0" else _REPEAT,)
    if page.kind in _SPECIAL:
        return _SPECIAL[page.kind].get(line, No.CHOICE)
    if page.entry is not None:
        room = page.takes_text
        return _entered(line, page) if room is None else _written(text, room)
    return (Press(Action.DIGIT, line),) if len(line) == 1 and line.isdecimal() else No.CHOICE


def _entered(line: str, page: Page) -> tuple[Press, ...] | No:
    """All the digits, or signs, and 決定, in place of any that stand there."""
    entry = page.entry
    if entry is not None and page.takes_signs:
        signs = (Press(Action.OTHER, sign=each) for each in line)
        return (*[_BACK] * entry.count, *signs, _ENTER)
    if page.takes_kana and set(kana_key(line)) <= set(page.takes_kana):
        return (*(Press(Action.OTHER, sign=each) for each in kana_key(line)), _ENTER)
    if entry is None or not line.isdecimal() or (entry.places and len(line) != entry.places):
        return No.PIN if entry is not None and entry.places else No.CHOICE
    digits = (Press(Action.DIGIT, each) for each in line)
    return (*[_BACK] * entry.count, *digits, _ENTER)


def _written(text: str, room: int) -> tuple[Press, ...] | No:
    """Every sign as it is typed, spaces left out, and 決定; or none, where there are too many."""
    signs = "".join(_CODE.sub(_of_code, plain_width(text)).split())
    if showable(signs) != signs:
        return No.CHOICE
    if len(signs) > room:
        return No.LONG
    return (*(Press(Action.OTHER, sign=each) for each in signs), _ENTER)


def _of_code(code: re.Match[str]) -> str:
    """The sign; a code that is none stays as it was typed."""
    number = int(code[1], 16)
    return chr(number) if number <= sys.maxunicode else code[0]


def in_lines(said: Iterable[Utterance], book: Phrasebook) -> list[Utterance]:
    """The same, with how things are typed in a line."""
    rows = {book.say(keyed).read: book.say(lined) for keyed, lined in IN_LINES.items()}
    return [rows.get(each.read, each) for each in said]


def keys_of(page: Page) -> tuple[Phrase, ...]:
    """What is written below a page: which lines it takes beside its choices."""
    match page.kind:
        case Kind.IDLE:
            rest = (Phrase.FRONT_START, Phrase.FRONT_WITHOUT_CARD, Phrase.FRONT_STAFF)
            return (*rest, Phrase.FRONT_REPEAT, Phrase.FRONT_HELP, Phrase.FRONT_END)
        case Kind.THANKS:
            return Phrase.FRONT_START, Phrase.FRONT_REPEAT, Phrase.FRONT_END
        case Kind.BUSY:
            return Phrase.FRONT_TRY_AGAIN, Phrase.FRONT_END
        case Kind.GONE:
            return (Phrase.FRONT_END,)
    leave = Phrase.FRONT_BACK if ends_visit(page) else Phrase.FRONT_GO_BACK
    back = Phrase.FRONT_BACK_SIGN if "0" in page.digits else leave
    repeat = Phrase.FRONT_REPEAT_SIGN if "9" in page.digits else Phrase.FRONT_REPEAT
    pin = (Phrase.FRONT_PIN,) if page.entry is not None and page.entry.places else ()
    is_free = page.takes_text is not None
    written = Phrase.FRONT_TEXT if is_free else Phrase.FRONT_KANA
    kana = (written,) if is_free or page.takes_kana else ()
    return *pin, *kana, repeat, back


def ends(text: str | None, page: Page) -> bool:
    """Line mode is left: by 0 at rest or while there is no reception, or for want of lines."""
    is_outside = page.kind in {Kind.IDLE, Kind.THANKS, Kind.BUSY, Kind.GONE}
    return text is None or (is_outside and half_width(text).strip() == "0")
