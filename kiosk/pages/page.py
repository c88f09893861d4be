"""A page: what one screen says, before anybody has thought of rows and columns. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import ClassVar

from kiosk.phrasebook import Utterance

_DISC, _RING = "● ", "〇"


class Kind(StrEnum):
    """Which screen it is."""

    IDLE = "idle"
    PIN = "pin"
    LAY_CARD = "lay_card"
    READING = "reading"
    ASKING = "asking"
    QUESTION = "question"
    NUMBERS = "numbers"
    BY_HAND = "by_hand"
    CHECKED = "checked"
    RESULT = "result"
    WAITING = "waiting"
    ERROR = "error"
    CARD_LEFT = "card_left"
    THANKS = "thanks"
    HELP = "help"
    LISTENING = "listening"
    SIZE = "size"
    LOGIN = "login"
    STAFF = "staff"
    QUEUE = "queue"
    SECURITY = "security"
    SEARCH = "search"
    WAYS = "ways"
    FIND = "find"
    RECEIVING = "receiving"
    SETTINGS = "settings"
    VALUES = "values"
    CONFIRM = "confirm"
    ABOUT = "about"
    RECORD = "record"
    PUT_RIGHT = "put_right"
    RESOLVE = "resolve"
    HANDING = "handing"
    CODE = "code"
    OUTPUT = "output"
    SECOND = "second"
    UNSEEN = "unseen"
    SECRET = "secret"  # noqa: S105 - the name of a page
    RECEIPT_LINK = "receipt_link"
    PAIRING = "pairing"
    COMPUTERS = "computers"
    BUSY = "busy"
    GONE = "gone"
    TECHNICIAN = "technician"
    FINDINGS = "findings"
    STATE = "state"
    JOBS = "jobs"
    MORE = "more"
    ADOPTION = "adoption"
    STEPS = "steps"
    NOTICES = "notices"
    PROMOTION = "promotion"
    ENTRIES = "entries"
    REPORT = "report"
    STATISTICS = "statistics"
    SETUP = "setup"
    SETUP_ENTRY = "setup_entry"
    SETUP_WORK = "setup_work"


class Role(StrEnum):
    """What a row of the screen is; the theme gives each a pair of colours of 7:1 or more."""

    BAND = "band"
    TITLE = "title"
    TEXT = "text"
    ENTRY = "entry"
    CHOICE = "choice"
    STATE = "state"
    DIGITS = "digits"
    KEYS = "keys"
    PICTURE = "picture"
    MARKED = "marked"


@dataclass(frozen=True, slots=True)
class Masked:
    """A secret being typed: how much of it, never what.

    Args:
        count: digits typed.
        places: how many it has; 0 = any number.
    """

    count: int
    places: int = 0

    is_secret: ClassVar[bool] = True

    @property
    def boxes(self) -> str:
        """A disc for each digit, a ring for each place that is left: both are seen from afar.

        A disc counts as one cell and is drawn over two in some fonts, so a blank stands behind it;
        the ring (the ideograph 〇) is two cells wide everywhere.
        """
        places = [_DISC] * self.count + [_RING] * (self.places - self.count)
        return "  ".join(places).rstrip()


@dataclass(frozen=True, slots=True)
class Shown:
    """Something typed that may be seen; it may be of a patient, so it is in no ``repr``.

    Args:
        boxes: what stands there.
        is_added_to: what is typed next goes behind it, in line mode too.
    """

    boxes: str = field(repr=False)
    is_added_to: bool = False

    is_secret: ClassVar[bool] = False
    places: ClassVar[int] = 0

    @property
    def count(self) -> int:
        """How many 戻る it takes to clear it, before something else is typed."""
        return 0 if self.is_added_to else len(self.boxes)


@dataclass(frozen=True, slots=True)
class Page:
    """One screen.

    Args:
        kind: which.
        title: where one is.
        lines: what there is to know, one fact a sentence.
        state: of the box; several facts may share a row.
        choices: what may be pressed here beside the four keys.
        entry: what is being typed.
        typed: what stands there, as it is heard by whoever asks where they are.
        code: K-code of an error, for the one who calls for help.
        digits: which digits are a choice here, e.g. "12".
        big: the one word of a result, for eyes that cannot read the rest; it is in the lines too.
        holds_enter: 決定 does something here, so all must stand on one sheet.
        goes_on: 決定 on the last sheet takes the one choice there is.
        default: what 決定 does here, where that is more than to go on; said last.
        help: what further keys do here; the help page says it first.
        short: what is shown in the place of ``lines`` where these leave no room for the digits:
            without what was shown before them; the ear gets all of it.
        marked: those of ``lines`` that are easily overlooked and must not be: a change, a question.
        beats: seconds a thing has taken so far, shown as discs: a sign of life that does not move.
        takes_signs: letters and signs of a full keyboard are typed here as well.
        takes_kana: kana, and what else of a full keyboard is typed here as it is; a digit that is
            not among them turns through the kana of its key.
        takes_text: so many more signs of any writing may be typed here, kanji and letters too;
            None = only what ``takes_kana`` and ``digits`` say.
        picture: rows of half blocks, light on dark whatever the look, in the place of big letters;
            it may be of a patient, so it is in no ``repr``.
    """

    kind: Kind
    title: Utterance
    lines: tuple[Utterance, ...] = ()
    state: tuple[Utterance, ...] = ()
    choices: tuple[Utterance, ...] = ()
    entry: Masked | Shown | None = None
    typed: tuple[Utterance, ...] = ()
    code: str = ""
    digits: str = ""
    big: Utterance | None = None
    holds_enter: bool = False
    goes_on: bool = False
    default: tuple[Utterance, ...] = ()
    help: tuple[Utterance, ...] = ()
    short: tuple[Utterance, ...] = ()
    marked: tuple[Utterance, ...] = ()
    beats: int = 0
    takes_signs: bool = False
    takes_kana: str = ""
    takes_text: int | None = None
    picture: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_one_sheet(self) -> bool:
        """決定 does something else here than turn a sheet."""
        return self.holds_enter or self.entry is not None

    @property
    def opened(self) -> tuple[Utterance, ...]:
        """What is said as it opens, and what stands there already: nobody would look for it."""
        return (*self.said, *self.typed)

    @property
    def is_private(self) -> bool:
        """Something of a patient is on it."""
        return any(each.is_private for each in (*self.said, *self.typed))

    @property
    def said(self) -> tuple[Utterance, ...]:
        """All of it in the order in which it is spoken: title, facts, state, choices, default."""
        return (self.title, *self.lines, *self.state, *self.choices, *self.default)

    def under(self, *lines: Utterance) -> Page:
        """The same with something above its lines."""
        short = (*lines, *self.short) if self.short else ()
        return replace(self, lines=(*lines, *self.lines), short=short)

    def public(self) -> Page:
        """The same without what is of a patient."""
        lines = tuple(each for each in self.lines if not each.is_private)
        big = None if self.big and self.big.is_private else self.big
        return replace(self, lines=lines, big=big)
