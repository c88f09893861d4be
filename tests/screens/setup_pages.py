"""How each page of the set-up is reached, for its picture: what a box without settings asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kiosk.desk.leading import Blank, Keys, Lead
from kiosk.pages.page import Kind
from kiosk.phrasebook import Key, Phrase, Phrasebook, SetupPhrase, Utterance
from tests.support.screen import Desk

_STEPS = 12
_SHEET = 5


def lead(  # noqa: PLR0913 - what a lead has, by name
    desk: Desk,
    *,
    told: tuple[Key, ...] = (),
    asks: tuple[Key | Utterance, ...] = (),
    choices: tuple[Key, ...] = (),
    blank: Blank | None = None,
    step: tuple[int, SetupPhrase] = (_SHEET, SetupPhrase.STEP_ACTIVATION),
    code: str = "",
    number: int = 1,
) -> None:
    """The core tells how far the set-up is.

    Args:
        desk: of the front.
        told: what has happened.
        asks: the question.
        choices: what can be chosen.
        blank: what is to be typed.
        step: its number and title.
        code: an error that is told first.
        number: of the question.
    """
    book, core = Phrasebook.load(desk.core.language), desk.core
    what = book.say(step[1])
    where = book.say(SetupPhrase.STEP, number=step[0], total=_STEPS, what=what)
    wrong = [book.say(SetupPhrase.CODE, code=code), book.message(code), book.hint(code)]
    news = (*(wrong if code else ()), *map(book.say, told))
    question = tuple(each if isinstance(each, Utterance) else book.say(each) for each in asks)
    offered = tuple(map(book.say, choices))
    simulated = core.is_simulated
    desk.tell(Lead(number, core.language, simulated, (where,), news, question, offered, blank))


language = partial(
    lead,
    asks=tuple(Phrasebook.load(each).say(SetupPhrase.ASK_LANGUAGE) for each in ("ja", "en")),
    choices=(Phrase.PREFER_LANGUAGE_JA, Phrase.PREFER_LANGUAGE_EN),
    step=(1, SetupPhrase.STEP_LANGUAGE),
)
sure = partial(
    lead,
    asks=(Phrase.PREFER_LANGUAGE_SURE,),
    choices=(Phrase.PREFER_YES, Phrase.PREFER_NO),
    step=(1, SetupPhrase.STEP_LANGUAGE),
    number=2,
)
about = partial(
    lead,
    asks=(Phrase.ADOPTION_NOT_OFFICIAL, SetupPhrase.WHAT_IS_WANTED),
    choices=(SetupPhrase.DO_NEXT,),
    step=(2, SetupPhrase.STEP_ABOUT),
)
no_stick = partial(
    lead,
    asks=(SetupPhrase.STICK_PDF, SetupPhrase.STICK_EMPTY),
    choices=(SetupPhrase.DO_LOOK_AGAIN, SetupPhrase.DO_BY_HAND),
)
used = partial(
    lead, told=(SetupPhrase.CODE_USED,),
    choices=(SetupPhrase.DO_NEW_SHEET, SetupPhrase.DO_AGAIN, SetupPhrase.DO_STOP), code="K214",
)  # fmt: skip
account = partial(
    lead, asks=(SetupPhrase.ASK_ID, SetupPhrase.HOW_SIGNS), blank=Blank(Keys.ACCOUNT, 8, 8)
)
passcode = partial(
    lead,
    asks=(Phrase.ACCESS_NEW_PASSCODE, SetupPhrase.HOW_PASSCODE),
    blank=Blank(Keys.DIGITS, 6, 12, is_secret=True),
    step=(7, SetupPhrase.STEP_PASSCODE),
)
work = partial(lead, told=(SetupPhrase.SERVICE_GOOD,), step=(9, SetupPhrase.STEP_SERVICE))


def _account(desk: Desk) -> None:
    account(desk)
    desk.keys("90")


def _passcode(desk: Desk) -> None:
    passcode(desk)
    desk.keys("482")


def _done(desk: Desk) -> None:
    step = (_STEPS, SetupPhrase.STEP_DONE)
    lead(desk, told=(Phrase.SETUP_DONE,), choices=(SetupPhrase.DO_BEGIN,), step=step)


def _work(desk: Desk) -> None:
    work(desk)
    desk.wait(1.0)


SETUP_SCREENS: dict[str, tuple[Callable[[Desk], None], Kind]] = {
    "setup_language": (language, Kind.SETUP),
    "setup_sure": (sure, Kind.SETUP),
    "setup_about": (about, Kind.SETUP),
    "setup_no_stick": (no_stick, Kind.SETUP),
    "setup_code_used": (used, Kind.SETUP),
    "setup_account": (_account, Kind.SETUP_ENTRY),
    "setup_passcode": (_passcode, Kind.SETUP_ENTRY),
    "setup_work": (_work, Kind.SETUP_WORK),
    "setup_done": (_done, Kind.SETUP),
}
