"""``kiosk setup`` from the first step to 「設定が終わりました。」."""

from __future__ import annotations

from kiosk.cli import setup_guide as guide
from kiosk.cli import setup_steps as steps
from kiosk.cli.door import DEFERRED, Door, end_by_signal
from kiosk.cli.setup_guide import Course, Step, Wishes, begin, do_later_if_it_fails
from kiosk.cli.setup_progress import leave_nothing, progress_in, progress_of
from kiosk.core.ownership import set_up_alone
from kiosk.phrasebook import Phrase, SetupPhrase
from kiosk.phrasebook.book import LANGUAGES

STEPS: tuple[tuple[str, SetupPhrase, Step], ...] = (
    ("terms", SetupPhrase.STEP_TERMS, guide.agree),
    ("line", SetupPhrase.STEP_LINE, steps.connect),
    ("activation", SetupPhrase.STEP_ACTIVATION, guide.register),
    ("keys", SetupPhrase.STEP_KEYS, steps.protect),
    ("passcode", SetupPhrase.STEP_PASSCODE, steps.give_passcode),
    ("reader", SetupPhrase.STEP_READER, steps.try_reader),
    ("service", SetupPhrase.STEP_SERVICE, steps.try_service),
    ("practice", SetupPhrase.STEP_PRACTICE, steps.practise),
    ("pdf", SetupPhrase.STEP_PDF, steps.clear_up),
)
MUST = frozenset({"terms", "activation"})
"""Without these nothing behind them can be done."""


def run(door: Door, wishes: Wishes) -> int:
    """All steps; the exit status."""
    end_by_signal()
    with set_up_alone(begin(door, wishes).state):
        # What another one did until a moment ago counts.
        course = begin(door, wishes)
        # So do the sheets that a set-up at the screen read before it was left to this one.
        course.pdfs |= progress_in(progress_of(course.file), LANGUAGES).pdfs
        how = _lead(course)
        leave_nothing(course.file)
        return how


def _lead(course: Course) -> int:
    asker = course.asker
    if asker.is_simulated:
        asker.say(Phrase.SIMULATED_NOTICE)
    for number, (name, title, step) in enumerate(STEPS, start=1):
        asker.say(SetupPhrase.STEP, number=number, total=len(STEPS), what=asker.book.say(title))
        how = step(course) if name in MUST else do_later_if_it_fails(course, step)
        course.steps[name] = how
        if name == "activation":
            # Whatever the interfaces say: the service was reached.
            course.steps["line"] = "done"
    document = course.document()
    left = document["left"]
    if left:
        titles = {name: asker.book.say(title) for name, title, _ in STEPS}
        told = [asker.book.say(SetupPhrase.LEFT, count=len(left))]
        told += [asker.book.say(SetupPhrase.LEFT_STEP, what=titles[name]) for name in left]
        told.append(asker.book.say(SetupPhrase.LEFT_HOW))
    else:
        told = [asker.book.say(Phrase.SETUP_DONE)]
    course.door.report(document, told, is_simulated=asker.is_simulated)
    return DEFERRED if left else 0
