"""The steps of a set-up at the reception's own screen: those of ``kiosk setup``, and 戻る.

Before them the language, asked twice, and what this box is; after them nothing counts until a
reception can begin: the certificate, the keys of what is kept, a passcode of the staff.
"""

from __future__ import annotations

from kiosk.appliance.settings_file import lay_out
from kiosk.cli.asking import WentBack
from kiosk.cli.asking_front import FrontAsker
from kiosk.cli.door import phrasebook
from kiosk.cli.setup_course import MUST, STEPS
from kiosk.cli.setup_guide import Course, Step, do_later_if_it_fails, tell_error
from kiosk.errors import KioskError
from kiosk.phrasebook import Phrase, Phrasebook, SetupPhrase
from kiosk.wiring import assemble

_NEEDED = ("activation", "keys", "passcode")
_LANGUAGES = {"ja": Phrase.PREFER_LANGUAGE_JA, "en": Phrase.PREFER_LANGUAGE_EN}


def walk(course: Course, asker: FrontAsker) -> None:
    """Lead through all steps until a reception can begin, and make the settings count.

    Raises:
        Stopped: nobody will answer any more; what was done by then stands.
    """
    steps: tuple[tuple[str, SetupPhrase, Step], ...] = (
        ("language", SetupPhrase.STEP_LANGUAGE, lambda _: _choose_language(asker)),
        ("about", SetupPhrase.STEP_ABOUT, lambda _: _say_what_it_is(asker)),
        *STEPS,
        ("done", SetupPhrase.STEP_DONE, lambda course: _settle(course, asker)),
    )
    places = {name: place for place, (name, _, _) in enumerate(steps)}
    asked: list[int] = []
    at = 0
    while at < len(steps):
        name, title, step = steps[at]
        what = asker.book.say(title).read
        asker.begin(asker.book.say(SetupPhrase.STEP, number=at + 1, total=len(steps), what=what))
        try:
            course.steps[name] = _taken(course, step, is_needed=name in {*MUST, "done"})
        except WentBack:
            at = asked.pop() if asker.is_first and asked else at
            continue
        if name == "activation":
            # Whatever the interfaces say: the service was reached.
            course.steps["line"] = "done"
        if not asker.is_first:
            asked.append(at)
        at += 1
        left = [each for each in _NEEDED if course.steps.get(each) == "later"]
        if at == places["done"] and left:
            asker.say(SetupPhrase.NEEDED)
            at = places[left[0]]


def _taken(course: Course, step: Step, *, is_needed: bool) -> str:
    """How a step went; one that is needed is asked again until it is done."""
    if not is_needed:
        return do_later_if_it_fails(course, step)
    while True:
        try:
            return step(course)
        except KioskError as error:
            tell_error(course.asker, error)
            course.asker.choose(SetupPhrase.DO_AGAIN)


def _choose_language(asker: FrontAsker) -> str:
    """Asked twice, in the language that is left and in the one that comes: never by one key."""
    say = asker.book.say
    chosen = list(_LANGUAGES)[asker.pick([say(each) for each in _LANGUAGES.values()])]
    if chosen != asker.book.language:
        other = Phrasebook.load(chosen)
        sure = [book.say(Phrase.PREFER_LANGUAGE_SURE) for book in (asker.book, other)]
        answers = [say(Phrase.PREFER_YES), say(Phrase.PREFER_NO)]
        if asker.pick(answers, *sure):
            return _choose_language(asker)
        asker.speak(chosen)
    return "done"


def _say_what_it_is(asker: FrontAsker) -> str:
    asker.say(Phrase.ADOPTION_NOT_OFFICIAL)
    asker.say(SetupPhrase.WHAT_IS_WANTED)
    asker.choose(SetupPhrase.DO_GO_ON)
    return "done"


def _settle(course: Course, asker: FrontAsker) -> str:
    """Everything a reception needs is there: from here on it counts."""
    if asker.book.language != phrasebook().language:
        with assemble(course.written, unlock=course.unlock) as kiosk:
            kiosk.store.control.preferences.prefer("language", asker.book.language)
    # Settings that came another way meanwhile are not ours to replace.
    if course.draft is not None and course.draft.exists() and not course.file.exists():
        lay_out(course.draft, course.file)
    asker.say(Phrase.SETUP_DONE)
    left = [title for name, title, _ in STEPS if course.steps.get(name) == "later"]
    if left:
        asker.say(SetupPhrase.LEFT, count=len(left))
    for title in left:
        asker.say(SetupPhrase.LEFT_STEP, what=asker.book.say(title).read)
    asker.choose(SetupPhrase.DO_BEGIN)
    return "done"
