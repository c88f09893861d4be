"""The steps of a set-up at the reception's own screen: those of ``kiosk setup``, and 戻る.

Before them the language, asked twice, and what this box is; after them nothing counts until a
reception can begin: the certificate, the keys of what is kept, a passcode of the staff. Cut off, it
goes on with the first step that is not over.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from itertools import takewhile

from kiosk.appliance.settings_file import lay_out
from kiosk.cli.asking import WentBack
from kiosk.cli.asking_front import FrontAsker
from kiosk.cli.door import phrasebook
from kiosk.cli.setup_course import MUST, STEPS
from kiosk.cli.setup_guide import Course, Step, do_later_if_it_fails, tell_error
from kiosk.cli.setup_progress import Progress, leave_nothing, progress_in, progress_of
from kiosk.core.ownership import SetUpElsewhere, set_up_alone
from kiosk.errors import KioskError
from kiosk.phrasebook import Phrase, Phrasebook, SetupPhrase
from kiosk.wiring import assemble

_NEEDED = ("activation", "keys", "passcode")
_LANGUAGES: Mapping[str, Phrase] = {
    "ja": Phrase.PREFER_LANGUAGE_JA,
    "en": Phrase.PREFER_LANGUAGE_EN,
}


def walk(course: Course, asker: FrontAsker) -> None:
    """Lead through all steps until a reception can begin, and make the settings count.

    Raises:
        Stopped: nobody will answer any more; what was done by then stands.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(set_up_alone(course.state))
        except SetUpElsewhere as error:
            # In the language that was chosen before it was cut off.
            language = progress_in(progress_of(course.file), _LANGUAGES).language
            asker.speak(language or asker.book.language)
            tell_error(asker, error)
            stack.enter_context(set_up_alone(course.state, waits=True))
            asker.forget()
        # Whoever was before us may have brought it to its end.
        if not course.file.exists():
            _Walk(course, asker).go()


class _Walk:
    """All steps, one after another.

    Args:
        course: how far it is.
        asker: asks.
    """

    def __init__(self, course: Course, asker: FrontAsker) -> None:
        self._course, self._asker = course, asker
        self._steps: tuple[tuple[str, SetupPhrase, Step], ...] = (
            ("language", SetupPhrase.STEP_LANGUAGE, lambda _: _choose_language(asker)),
            ("about", SetupPhrase.STEP_ABOUT, lambda _: _say_what_it_is(asker)),
            *STEPS,
            ("done", SetupPhrase.STEP_DONE, self._settle),
        )
        self._places = {name: place for place, (name, _, _) in enumerate(self._steps)}
        self._asked: list[int] = []

    def go(self) -> None:
        """From where it was cut off, or from the first."""
        asker, at = self._asker, self._resumed()
        is_resumed = at > 0
        while at < len(self._steps):
            name, title, step = self._steps[at]
            what, total = asker.book.say(title), len(self._steps)
            asker.begin(asker.book.say(SetupPhrase.STEP, number=at + 1, total=total, what=what))
            if is_resumed:
                asker.say(SetupPhrase.RESUMED)
            is_resumed = False
            try:
                how = _taken(self._course, step, is_needed=name in {*MUST, "done"})
            except WentBack:
                at = self._asked.pop() if asker.is_first and self._asked else at
                continue
            self._over(name, how)
            if not asker.is_first:
                self._asked.append(at)
            at = self._after(at)

    def _resumed(self) -> int:
        """The place of the first step that is not over; those before can be gone back to."""
        course = self._course
        kept = progress_in(progress_of(course.file), _LANGUAGES)
        names = [name for name, _, _ in self._steps]
        is_registered = course.settings is not None and course.identity.certificate.exists()
        sure = names if is_registered else names[: self._places["activation"]]
        over = list(takewhile(lambda name: name in kept.steps, sure))
        if not over:
            return 0
        self._asker.speak(kept.language)
        course.steps |= {name: kept.steps[name] for name in over}
        course.pdfs |= kept.pdfs
        self._asked = list(range(len(over)))
        return len(over)

    def _over(self, name: str, how: str) -> None:
        course = self._course
        course.steps[name] = how
        if name == "activation":
            # Whatever the interfaces say: the service was reached.
            course.steps["line"] = "done"
        if name != "done":
            language = self._asker.book.language
            Progress(language, course.steps, frozenset(course.pdfs)).keep(progress_of(course.file))

    def _after(self, at: int) -> int:
        left = [each for each in _NEEDED if self._course.steps.get(each) == "later"]
        if at + 1 != self._places["done"] or not left:
            return at + 1
        self._asker.say(SetupPhrase.NEEDED)
        return self._places[left[0]]

    def _settle(self, course: Course) -> str:
        """Everything a reception needs is there: from here on it counts."""
        asker = self._asker
        if asker.book.language != phrasebook().language:
            with assemble(course.written, unlock=course.unlock) as kiosk:
                kiosk.store.control.preferences.prefer("language", asker.book.language)
        # Settings that came another way meanwhile are not ours to replace.
        if course.draft is not None and course.draft.exists() and not course.file.exists():
            lay_out(course.draft, course.file)
        leave_nothing(course.file)
        asker.say(Phrase.SETUP_DONE)
        left = [title for name, title, _ in STEPS if course.steps.get(name) == "later"]
        if left:
            asker.say(SetupPhrase.LEFT, count=len(left))
        for title in left:
            asker.say(SetupPhrase.LEFT_STEP, what=asker.book.say(title))
        asker.choose(SetupPhrase.DO_BEGIN)
        return "done"


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
    asked = [Phrasebook.load(each).say(SetupPhrase.ASK_LANGUAGE) for each in _LANGUAGES]
    chosen = list(_LANGUAGES)[asker.pick([say(each) for each in _LANGUAGES.values()], *asked)]
    if chosen != asker.book.language:
        books = (asker.book, Phrasebook.load(chosen))
        sure = [
            book.say(each)
            for book in books
            for each in (Phrase.PREFER_LANGUAGE_SURE, SetupPhrase.YES_OR_NO)
        ]
        answers = [say(Phrase.PREFER_YES), say(Phrase.PREFER_NO)]
        if asker.pick(answers, *sure):
            return _choose_language(asker)
        asker.speak(chosen)
    return "done"


def _say_what_it_is(asker: FrontAsker) -> str:
    asker.say(Phrase.ADOPTION_NOT_OFFICIAL)
    asker.say(SetupPhrase.WHAT_IS_WANTED)
    asker.choose(SetupPhrase.DO_NEXT)
    return "done"
