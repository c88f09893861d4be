"""Which page follows from what the desk tells. Pure: no terminal, no time, no voice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kiosk.desk.messages import BadMessage, Happened
from kiosk.desk.values import unpack
from kiosk.domain.identity import PIN_LENGTH
from kiosk.pages.page import Kind, Masked, Page
from kiosk.pages.pin_lines import in_short
from kiosk.phrasebook import Phrase, Phrasebook, PhraseError, Utterance
from kiosk.phrasebook.tells import ERROR, utterances

TITLES: Mapping[Kind, Phrase] = {
    Kind.IDLE: Phrase.SCREEN_TITLE_IDLE,
    Kind.PIN: Phrase.SCREEN_TITLE_PIN,
    Kind.LAY_CARD: Phrase.SCREEN_TITLE_LAY_CARD,
    Kind.READING: Phrase.SCREEN_TITLE_READING,
    Kind.ASKING: Phrase.SCREEN_TITLE_ASKING,
    Kind.QUESTION: Phrase.SCREEN_TITLE_QUESTION,
    Kind.NUMBERS: Phrase.SCREEN_TITLE_NUMBERS,
    Kind.BY_HAND: Phrase.BY_HAND_TITLE,
    Kind.CHECKED: Phrase.BY_HAND_RESULT,
    Kind.RESULT: Phrase.SCREEN_TITLE_RESULT,
    Kind.WAITING: Phrase.SCREEN_TITLE_WAITING,
    Kind.ERROR: Phrase.SCREEN_TITLE_NOTICE,
    Kind.CARD_LEFT: Phrase.SCREEN_TITLE_CARD_LEFT,
    Kind.THANKS: Phrase.SCREEN_TITLE_THANKS,
    Kind.HELP: Phrase.SCREEN_TITLE_HELP,
    Kind.LISTENING: Phrase.LISTEN_TITLE,
    Kind.SIZE: Phrase.SIZE_TITLE,
    Kind.LOGIN: Phrase.SCREEN_TITLE_LOGIN,
    Kind.STAFF: Phrase.SCREEN_TITLE_STAFF,
    Kind.QUEUE: Phrase.SCREEN_TITLE_QUEUE,
    Kind.SECURITY: Phrase.SCREEN_TITLE_SECURITY,
    Kind.SEARCH: Phrase.SCREEN_TITLE_SEARCH,
    Kind.WAYS: Phrase.FIND_TITLE,
    Kind.RECEIVING: Phrase.SCREEN_TITLE_RECEIVING,
    Kind.SETTINGS: Phrase.SCREEN_TITLE_SETTINGS,
    Kind.VALUES: Phrase.SCREEN_TITLE_SETTINGS,
    Kind.CONFIRM: Phrase.PREFER_LANGUAGE,
    Kind.ABOUT: Phrase.SCREEN_CHOICE_ABOUT,
    Kind.FIND: Phrase.FIND_KANA,
    Kind.RECORD: Phrase.SCREEN_TITLE_RECORD,
    Kind.PUT_RIGHT: Phrase.PUT_RIGHT_TITLE,
    Kind.RESOLVE: Phrase.RESOLVE_TITLE,
    Kind.HANDING: Phrase.HANDING_TITLE,
    Kind.CODE: Phrase.HANDING_CODE,
    Kind.OUTPUT: Phrase.SCREEN_TITLE_OUTPUT,
    Kind.SECOND: Phrase.SECOND_TITLE,
    Kind.UNSEEN: Phrase.SECOND_TITLE,
    Kind.SECRET: Phrase.SECOND_SECRET,
    Kind.RECEIPT_LINK: Phrase.RECEIPT_LINK,
    Kind.PAIRING: Phrase.RECEIPT_PAIR,
    Kind.COMPUTERS: Phrase.RECEIPT_COMPUTERS,
    Kind.BUSY: Phrase.SCREEN_TITLE_BUSY,
    Kind.GONE: Phrase.SCREEN_TITLE_GONE,
    Kind.TECHNICIAN: Phrase.TECHNICIAN_TITLE,
    Kind.FINDINGS: Phrase.TECHNICIAN_TITLE_FINDINGS,
    Kind.STATE: Phrase.TECHNICIAN_TITLE_STATE,
    Kind.JOBS: Phrase.TECHNICIAN_TITLE_JOBS,
    Kind.MORE: Phrase.SCREEN_CHOICE_MORE,
    Kind.ADOPTION: Phrase.ADOPTION_TITLE,
    Kind.STEPS: Phrase.ADOPTION_TITLE_STEPS,
    Kind.NOTICES: Phrase.ADOPTION_TITLE_NOTICES,
    Kind.PROMOTION: Phrase.PROMOTION_TITLE,
    Kind.ENTRIES: Phrase.PROMOTION_CHOICE_ENTRIES,
    Kind.REPORT: Phrase.PROMOTION_CHOICE_REPORT,
    Kind.STATISTICS: Phrase.STATISTICS_TITLE,
    **dict.fromkeys((Kind.SETUP, Kind.SETUP_ENTRY, Kind.SETUP_WORK), Phrase.SCREEN_TITLE_SETUP),
}
_WAYS = (
    Phrase.FALLBACK_BY_CERTIFICATE,
    Phrase.FALLBACK_BY_PORTAL,
    Phrase.FALLBACK_BY_NOTICE,
    Phrase.FALLBACK_KNOWN,
    Phrase.FALLBACK_BY_FACE,
    Phrase.FALLBACK_FIRST_VISIT,
)
_BIG: Mapping[str, Phrase] = {
    Phrase.RESULT_VALID: Phrase.BIG_VALID,
    Phrase.RESULT_VALID_ASK_SHARE: Phrase.BIG_VALID,
    Phrase.RESULT_NOT_VALID: Phrase.BIG_NOT_VALID,
    Phrase.RESULT_NONE: Phrase.BIG_NONE,
    Phrase.OUTAGE_RECEIVED: Phrase.BIG_WAITING,
    Phrase.OUTAGE_RECEIVED_BY_NUMBERS: Phrase.BIG_WAITING,
}
_RESULTS = ("result.", "validity.")
_CHANGES = tuple(
    each for each in Phrase if each.startswith("change.") and each is not Phrase.CHANGE_TODAY
)
_KINDS: Mapping[str, Kind] = {
    Phrase.RECEPTION_WELCOME: Kind.PIN,
    Phrase.RECEPTION_CARD_FIRST: Kind.PIN,
    Phrase.RECEPTION_WRONG_PIN: Kind.PIN,
    Phrase.RECEPTION_LAST_TRY: Kind.PIN,
    Phrase.RECEPTION_PIN_AGAIN: Kind.PIN,
    Phrase.RECEPTION_LAY_CARD: Kind.LAY_CARD,
    Phrase.RECEPTION_READING: Kind.READING,
    Phrase.RECEPTION_ASKING: Kind.ASKING,
    Phrase.RECEPTION_CONFIRMED: Kind.RESULT,
    Phrase.RECEPTION_CONFIRMED_BY_NUMBERS: Kind.RESULT,
    Phrase.RECEPTION_ASK_STAFF: Kind.RESULT,
    Phrase.RECEPTION_CALL_STAFF: Kind.RESULT,
    Phrase.RECEPTION_NOT_THEM: Kind.RESULT,
    **dict.fromkeys((*_WAYS, Phrase.FALLBACK_ON_PAPER), Kind.RESULT),
    Phrase.OUTAGE_RECEIVED: Kind.WAITING,
    Phrase.OUTAGE_RECEIVED_BY_NUMBERS: Kind.WAITING,
    Phrase.RECEPTION_CARD_LEFT: Kind.CARD_LEFT,
    Phrase.RECEPTION_THANKS: Kind.THANKS,
}
WARNINGS = frozenset({Phrase.RECEPTION_STILL_THERE, Phrase.RECEPTION_RESULT_ENDS})
"""Told 20 s before something ends; the next key only says that somebody is there."""
_JOINS_PIN = frozenset({Phrase.RECEPTION_LAST_TRY, Phrase.RECEPTION_PIN_AGAIN})
_LATER = ("_later", "_later_ask_share")
DIGITS = "123456789"
"""Of choices, from the first."""
_TELLS = frozenset({Kind.RESULT, Kind.WAITING})
_STAYS = _TELLS | {Kind.ERROR}


@dataclass(frozen=True, slots=True)
class Told:
    """What a ``tell`` changes.

    Args:
        page: to show now.
        news: what is to be said.
        is_new_page: the page took the place of another; its speech cuts off the one before.
    """

    page: Page
    news: tuple[Utterance, ...]
    is_new_page: bool


def is_of_a_visit(phrase: str) -> bool:
    """One of the steps of a visit; anything else told at rest is about the box."""
    return phrase in _KINDS or phrase == Phrase.PRACTICE_MARK


def is_about_another(phrase: str) -> bool:
    """Not about whoever stands here: an answer to an earlier visitor's check, for staff alone."""
    return phrase.endswith(_LATER) or phrase.startswith("outcome.")


def words_of(message: Happened, book: Phrasebook) -> tuple[Utterance, ...]:
    """What a ``tell`` says; what this version cannot say becomes the error of unknown things."""
    try:
        words = utterances(message.phrase, unpack(message.values), book)
    except (ValueError, TypeError, AttributeError, PhraseError, BadMessage):
        # No such phrase, or values of another kind than its slots: a core of another version.
        words = [book.message("unknown"), book.hint("unknown")]
    # Private if either side says so: the row, or the core.
    return tuple(replace(each, is_private=each.is_private or message.is_private) for each in words)


def told(before: Page | None, message: Happened, book: Phrasebook) -> Told:
    """The page after a ``tell`` of the visit.

    Args:
        before: the page of this visit so far; None = the kiosk was resting.
        message: the ``tell``.
        book: the language.
    """
    words = words_of(message, book)
    is_private = any(each.is_private for each in words)
    kind = _kind_after(before, message.phrase, is_private=is_private)
    if before is not None and _joins(before, message.phrase, kind):
        page = replace(before, kind=kind, title=book.say(TITLES[kind]))
        return Told(_with(page, words, message.phrase, book), words, is_new_page=False)
    page = Page(kind, book.say(TITLES[kind]))
    return Told(_with(page, words, message.phrase, book), words, is_new_page=True)


def asking_pin(before: Page | None, book: Phrasebook) -> Told:
    """The page on which four digits are typed; the words told just before stay on it."""
    entry = Masked(0, PIN_LENGTH)
    if before is not None and before.kind in {Kind.PIN, Kind.ERROR}:
        title = book.say(TITLES[Kind.PIN])
        page = replace(before, kind=Kind.PIN, title=title, entry=entry, code="")
        return Told(page, (), is_new_page=False)
    words = (book.say(Phrase.RECEPTION_PIN_AGAIN),)
    page = Page(Kind.PIN, book.say(TITLES[Kind.PIN]), words, entry=entry)
    return Told(page, words, is_new_page=True)


def asking_choice(before: Page | None, message: Happened, book: Phrasebook) -> Told:
    """The page of one question, which comes first; what was told just before stays below it.

    Args:
        before: the page of this visit so far; None = the kiosk was resting.
        message: the ``ask_choice``: phrase and number of choices.
        book: the language.
    """
    words = words_of(message, book)
    stays = before is not None and before.kind in {*_TELLS, Kind.ERROR}
    lines = before.lines if before is not None and stays else ()
    title = book.say(TITLES[Kind.QUESTION])
    digits = DIGITS[: message.choices]
    page = Page(Kind.QUESTION, title, (*words, *lines), digits=digits, marked=words)
    return Told(page, words, is_new_page=not stays)


def is_for_typing(page: Page) -> bool:
    """Digits already typed still mean something here."""
    return page.kind is Kind.PIN


def is_working(page: Page) -> bool:
    """The kiosk is at work and the visitor waits."""
    return page.kind in {Kind.READING, Kind.ASKING}


def is_over(page: Page) -> bool:
    """The visit has ended; a key is the next visitor's."""
    return page.kind is Kind.THANKS


def ends_visit(page: Page) -> bool:
    """Leaving here gives the reception up; later, 戻る only clears the screen."""
    return page.kind in {Kind.PIN, Kind.LAY_CARD}


_HELP = (
    Phrase.SCREEN_HELP_DIGITS,
    Phrase.SCREEN_HELP_ENTER,
    Phrase.SCREEN_HELP_BACK,
    Phrase.SCREEN_HELP_REPEAT,
    Phrase.SCREEN_HELP_HELP,
    Phrase.SCREEN_HELP_PERSON,
)


def help_page(
    book: Phrasebook,
    *,
    has_staff_login: bool,
    has_voice: bool,
    can_call: bool = True,
    is_called: bool = False,
    has_zoom: bool = False,
    here: tuple[Utterance, ...] = (),
) -> Page:
    """What each key means; from rest, also the way to the staff login.

    Args:
        book: the language.
        has_staff_login: the kiosk is at rest.
        has_voice: there is something to listen to.
        can_call: whoever is here may need somebody of the staff, who can be called.
        is_called: somebody is.
        has_zoom: the type can be made larger and smaller.
        here: what is said of the page that help was asked for on.
    """
    keys = (each for each in _HELP if can_call or each is not Phrase.SCREEN_HELP_PERSON)
    lines = (*here, *(book.say(each) for each in keys))
    shown = (
        (Phrase.SCREEN_CHOICE_WITHOUT_CARD, "1", has_staff_login),
        (Phrase.SCREEN_CHOICE_CALL, "2", can_call),
        (Phrase.SCREEN_CHOICE_LISTENING, "3", has_voice),
        (Phrase.SCREEN_CHOICE_SIZE, "4", has_zoom),
        (Phrase.SCREEN_CHOICE_CALL_OVER, "5", can_call and is_called),
        (Phrase.SCREEN_CHOICE_STAFF, "0", has_staff_login),
    )
    choices = tuple(book.say(each) for each, _, is_there in shown if is_there)
    digits = "".join(digit for _, digit, is_there in shown if is_there)
    return Page(Kind.HELP, book.say(TITLES[Kind.HELP]), lines, choices=choices, digits=digits)


def whole(
    page: Page, book: Phrasebook, *, has_keys: bool, has_more: bool = False
) -> tuple[Utterance, ...]:
    """Where one is: title, facts, what is typed, state, choices, what 決定 does, which keys.

    Args:
        page: what is shown.
        book: the language.
        has_keys: they are pressed; lines that are typed say for themselves what they do.
        has_more: 決定 turns to a further sheet.
    """
    code = (book.say(Phrase.SCREEN_CODE, code=page.code),) if page.code else ()
    default = _default(page, book, has_more=has_more) if has_keys else page.default
    keys = (book.say(Phrase.SCREEN_KEYS),) if has_keys else ()
    facts = (*page.lines, *code, *page.typed)
    return page.title, *facts, *page.state, *page.choices, *default, *keys


def _default(page: Page, book: Phrasebook, *, has_more: bool) -> tuple[Utterance, ...]:
    if has_more:
        return (book.say(Phrase.SCREEN_DEFAULT_MORE),)
    if page.default:
        return page.default
    if page.kind in {Kind.IDLE, Kind.THANKS}:
        return (book.say(Phrase.SCREEN_DEFAULT_START),)
    if page.kind is Kind.HELP:
        return (book.say(Phrase.SCREEN_DEFAULT_CLOSE),)
    is_typed = page.entry is not None
    return (book.say(Phrase.SCREEN_DEFAULT_SEND if is_typed else Phrase.SCREEN_DEFAULT_AGAIN),)


def busy(code: str, book: Phrasebook) -> Page:
    """Another front has the visit, or this one may not have it."""
    lines = (book.message(code), book.hint(code))
    return Page(Kind.BUSY, book.say(TITLES[Kind.BUSY]), lines, code=code)


def gone(book: Phrasebook) -> Page:
    """No core answers."""
    lines = (book.say(Phrase.SCREEN_WAIT), book.say(Phrase.SCREEN_RECONNECTING))
    return Page(Kind.GONE, book.say(TITLES[Kind.GONE]), lines, code="K311")


def _kind_after(before: Page | None, phrase: str, *, is_private: bool) -> Kind:
    if before is not None and phrase == Phrase.RECEPTION_STILL_THERE:
        return before.kind
    if phrase == Phrase.RECEPTION_CARD_LEFT and before is not None and before.kind in _STAYS:
        return before.kind  # who has not read it to its end yet does not lose it
    if phrase in _KINDS:
        return _KINDS[phrase]
    if before is not None and before.kind in _TELLS:
        return before.kind
    if is_private or (before is not None and phrase.startswith(_RESULTS)):
        return Kind.RESULT  # never beside a PIN or a card that is being laid
    return Kind.ERROR if phrase.startswith(ERROR) or before is None else before.kind


def _joins(before: Page, phrase: str, kind: Kind) -> bool:
    if phrase in _JOINS_PIN:
        return before.kind in {Kind.PIN, Kind.ERROR}
    is_reminder = phrase == Phrase.RECEPTION_CARD_LEFT and kind in _STAYS
    return (is_reminder or phrase not in _KINDS) and before.kind is kind


def _with(page: Page, words: tuple[Utterance, ...], phrase: str, book: Phrasebook) -> Page:
    if phrase == Phrase.RECEPTION_STILL_THERE:
        return replace(page, lines=words, short=())
    code = phrase.removeprefix(ERROR) if phrase.startswith(ERROR) else page.code
    lines = tuple(each for each in page.lines if each not in words)
    word = _BIG.get(phrase)
    big = book.say(word) if word else page.big
    if phrase == Phrase.RECEPTION_CARD_LEFT:
        lines, words = words, lines
    lines = (*lines, *words)
    marked, short = changes_in(lines, book), in_short(page, phrase, words, book)
    return replace(page, lines=lines, code=code, big=big, marked=marked, short=short)


def changes_in(lines: tuple[Utterance, ...], book: Phrasebook) -> tuple[Utterance, ...]:
    """Those that say what is not as it was at the last visit."""
    changes = [book.say(each).read for each in _CHANGES]
    return tuple(each for each in lines if each.read in changes)
