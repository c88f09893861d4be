"""The questions of the set-up, put to whoever stands before the reception's screen.

The guide (``setup_guide``) asks on a thread of its own and waits; the screen shows one question a
page, and its answer comes back through the desk.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kiosk.cli.asking import Asker, WentBack
from kiosk.cli.sticks import files_on
from kiosk.desk.leading import ANSWER, Blank, Keys, Lead
from kiosk.desk.messages import BadMessage
from kiosk.domain.passcode import LONGEST_DIGITS, SHORTEST
from kiosk.phrasebook import Key, Phrase, Phrasebook, SetupPhrase, Utterance

_MOST_FILES = 5
"""With two more choices no page has more than seven: line mode keeps 0 and 9 for itself."""
_BLANKS: Mapping[Key, Blank] = {
    SetupPhrase.ASK_CODE: Blank(Keys.DIGITS, 10, 10),
    SetupPhrase.ASK_ID: Blank(Keys.ACCOUNT, 8, 8),
    SetupPhrase.ASK_PASSWORD: Blank(Keys.SIGNS, 1, 128),
    SetupPhrase.ASK_ACTIVATION: Blank(Keys.CODE, 8, 128),
    SetupPhrase.ASK_SERVICE: Blank(Keys.SIGNS, 9, 200),
    SetupPhrase.ASK_ACCEPT: Blank(Keys.KANA, 1, 40),
    SetupPhrase.ASK_LABEL: Blank(Keys.KANA, 1, 20),
    SetupPhrase.ASK_PIN: Blank(Keys.DIGITS, 4, 4),
    Phrase.ACCESS_NEW_PASSCODE: Blank(Keys.DIGITS, SHORTEST, LONGEST_DIGITS),
    SetupPhrase.ASK_AGAIN: Blank(Keys.DIGITS, SHORTEST, LONGEST_DIGITS),
}
_OF_THE_SHEET = frozenset({SetupPhrase.ASK_PASSWORD, SetupPhrase.ASK_ACTIVATION})
_FILES: Mapping[Key, SetupPhrase] = {
    SetupPhrase.ASK_PDF: SetupPhrase.STICK_PDF,
    SetupPhrase.ASK_CA: SetupPhrase.STICK_CA,
}
_HOW: Mapping[Keys, SetupPhrase] = {
    Keys.DIGITS: SetupPhrase.HOW_DIGITS,
    Keys.ACCOUNT: SetupPhrase.HOW_SIGNS,
    Keys.CODE: SetupPhrase.HOW_SIGNS,
    Keys.SIGNS: SetupPhrase.HOW_SIGNS,
    Keys.KANA: SetupPhrase.HOW_KANA,
}


class Stopped(Exception):
    """The box is going down, or somebody else has set it up."""


class FrontAsker(Asker):
    """Asks whoever stands before a front.

    Args:
        book: the language until another is chosen.
        show: tells the front.
        sticks: folders below which sticks are seen.
    """

    has_terminal = False

    def __init__(
        self, book: Phrasebook, show: Callable[[Lead], None], sticks: Sequence[Path]
    ) -> None:
        super().__init__(book)
        self._show = show
        self._sticks = sticks
        self._answers: queue.SimpleQueue[Mapping[str, Any] | None] = queue.SimpleQueue()
        self._open = threading.Lock()
        self._is_open = False
        self._is_said: bool | None = None
        self.lead = Lead(language=book.language)
        self.is_first = True
        """Nothing was asked in this step yet."""

    # -- from the desk -----------------------------------------------------------------------

    def answered(self, document: Mapping[str, Any]) -> None:
        """Take what the front sent; BadMessage for what answers nothing that is asked now."""
        with self._open:
            is_answer = (
                document.get("kind") == ANSWER and document.get("number") == self.lead.number
            )
            if not (is_answer and self._is_open):
                raise BadMessage(ANSWER)
            self._is_open = False
        self._answers.put(document)

    def stop(self) -> None:
        """Nobody will answer any more."""
        self._answers.put(None)

    # -- from the guide ----------------------------------------------------------------------

    def begin(self, step: Utterance) -> None:
        """Another step begins."""
        self.is_first = True
        self._tell(replace(self.lead, step=(step,)))

    def speak(self, language: str) -> None:
        """In another language from now on."""
        self.book = Phrasebook.load(language)

    def forget(self) -> None:
        """What was told is over."""
        self._tell(replace(self.lead, told=()))

    def tell(self, utterances: Sequence[Utterance]) -> None:
        """As ``Asker``; the front marks what is simulated."""
        self._tell(replace(self.lead, told=(*self.lead.told, *utterances)))

    def choose(self, *choices: Key) -> int:
        """As ``Asker``; WentBack, Stopped."""
        return self.pick([self.book.say(each) for each in choices])

    def pick(self, choices: Sequence[Utterance], *question: Utterance) -> int:
        """The place of a choice, from 0; WentBack, Stopped."""
        answer = self._ask(replace(self.lead, question=question, choices=tuple(choices)))
        choice = answer.get("choice")
        if isinstance(choice, int) and 1 <= choice <= len(choices):
            return choice - 1
        return self.pick(choices, *question)

    def text(self, question: Key) -> str:
        """As ``Asker``; WentBack, Stopped."""
        return self._typed(question, _BLANKS[question])

    def path(self, question: Key) -> str:
        """As ``text``: a name."""
        return self.text(question)

    def secret(self, question: Key) -> str:
        """As ``Asker``: said and shown only where whoever types has asked for it."""
        if question in _OF_THE_SHEET and self._is_said is None:
            choices = [SetupPhrase.DO_NOT_SAY, SetupPhrase.DO_SAY]
            asked = self.book.say(SetupPhrase.ASK_SAY)
            self._is_said = self.pick([self.book.say(each) for each in choices], asked) == 1
        is_secret = question not in _OF_THE_SHEET or not self._is_said
        return self._typed(question, replace(_BLANKS[question], is_secret=is_secret))

    def file(self, question: Key, ending: str) -> Path | None:
        """As ``Asker``: one that is found on a stick, or None; WentBack, Stopped."""
        say = self.book.say
        while True:
            found = files_on(self._sticks, ending)[:_MOST_FILES]
            names = [say(SetupPhrase.FILE, name=each.name) for each in found]
            others = (SetupPhrase.DO_LOOK_AGAIN, SetupPhrase.DO_BY_HAND)
            head = SetupPhrase.STICK_FOUND if found else SetupPhrase.STICK_EMPTY
            chosen = self.pick([*names, *map(say, others)], say(_FILES[question]), say(head))
            if chosen < len(found):
                return found[chosen]
            if chosen > len(found):
                return None

    # -- both --------------------------------------------------------------------------------

    def _typed(self, question: Key, blank: Blank) -> str:
        if self.lead.told:
            # A page on which something is typed has one sheet: it is for the question alone.
            self.choose(SetupPhrase.DO_NEXT)
        is_new = question == Phrase.ACCESS_NEW_PASSCODE
        how = self.book.say(SetupPhrase.HOW_PASSCODE if is_new else _HOW[blank.keys])
        asked = (self.book.say(question), how)
        answer = self._ask(replace(self.lead, question=asked, blank=blank))
        return str(answer.get("text", "")).strip()

    def _tell(self, lead: Lead) -> None:
        self.lead = replace(lead, language=self.book.language, is_simulated=self.is_simulated)
        self._show(self.lead)

    def _ask(self, lead: Lead) -> Mapping[str, Any]:
        was_first, self.is_first = self.is_first, False
        self._is_open = True
        self._tell(lead)
        answer = self._answers.get()
        self.lead = replace(
            self.lead, number=self.lead.number + 1, told=(), question=(), choices=(), blank=None
        )
        if answer is None:
            raise Stopped
        if answer.get("back") is True:
            self.is_first = was_first
            raise WentBack
        self._tell(self.lead)
        return answer
