"""Somebody before a screen who does not see it: what was said is all they know.

They press only keys that were said, by what was said of them, and ask where they are with もう一度.
Of the front they use its keys and the words that reached its voice, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.support.screen import Desk

_JA = ("ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュウ")
_EN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_FOUR = ("キーは、決定、戻る、もういちど、ヘルプ。", "The keys are Enter, Back, Again, Help.")
_BY_HELP = ("ほかのキーは、ヘルプ。", "Other keys: help.")
_DEFAULT = re.compile(r"決定で|どのキーでも|Enter|Any key")
_KANA = f"({'|'.join(_JA)})"
_ANY_WORD = "|".join(_EN)
_WORD = f"({_ANY_WORD})"
_ROW = re.compile(rf"^{_KANA}、(?!{_KANA}[、。]).+")
_TO = re.compile(rf"(?:^|(?<=、)){_KANA}で(?!す)、?(.+?)(?=、(?:{'|'.join(_JA)})で|$)")
_FOR = re.compile(rf"([^、]+?)(?:は|なら|ば){_KANA}(?=、|$)")
_EN_ROW = re.compile(
    rf"(?:^|(?<=\w\. )){_WORD}[.:,] (?!(?:{_ANY_WORD})\b)((?:[^.]|\.(?=\w))+)", re.IGNORECASE
)
_EN_TO = re.compile(
    rf"(?:^|(?<=\w[,.:] )){_WORD}(?:: | if | to | (?=next|before))([^,.]+)", re.IGNORECASE
)
_EN_FOR = re.compile(rf"(\w+) is {_WORD}\b(?!,? (?:{_ANY_WORD})\b)")


@dataclass(frozen=True)
class Place:
    """Where one is, as it was said.

    Args:
        title: the first words.
        facts: title, facts and state, up to what can be pressed.
        choices: what each digit was said to do.
        default: what 決定 was said to do.
    """

    title: str
    facts: tuple[str, ...]
    choices: Mapping[str, str]
    default: str


def choices_of(said: str) -> dict[str, str]:
    """The digits that an utterance offers, with what each does; none in a mere number."""
    found: dict[str, str] = {}
    for sentence in said.removesuffix("。").split("。"):
        if _ROW.match(sentence):
            found |= _numbered(sentence.split("、"))
        found |= {str(_JA.index(digit)): label for digit, label in _TO.findall(sentence)}
        found |= {str(_JA.index(digit)): label for label, digit in _FOR.findall(sentence)}
    for pattern in (_EN_ROW, _EN_TO):
        found |= {str(_EN.index(digit.lower())): label for digit, label in pattern.findall(said)}
    found |= {str(_EN.index(digit)): label for label, digit in _EN_FOR.findall(said)}
    return found


def _numbered(words: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    digit = ""
    for word in words:
        if word in _JA:
            digit = str(_JA.index(word))
            found[digit] = ""
        else:
            found[digit] = f"{found[digit]}、{word}".lstrip("、")
    return found


@dataclass
class Listener:
    """One person.

    Args:
        desk: its keys and its voice.
    """

    desk: Desk
    heard: list[str] = field(default_factory=list)

    def press(self, keys: str) -> list[str]:
        """Keys one after the other; what the last one was answered with."""
        for key in keys:
            self.desk.voice.news()
            asked = len(self.desk.core.heard)
            self.desk.keys(key)
            self.listen()
            # A key that the core answers may be silent here: the script answers not all of them.
            is_answered = "tick" in self.desk.voice.log or len(self.desk.core.heard) > asked
            # Words that are private and not said break no silence.
            assert self.desk.voice.audible or is_answered, f"silence after {key}"
        return self.heard

    def listen(self, happen: Callable[[Desk], None] | None = None) -> list[str]:
        """What is said, after something happens by itself."""
        if happen:
            self.desk.voice.news()
            happen(self.desk)
        self.heard = [each.text for each in self.desk.voice.heard]
        return self.heard

    def where(self) -> Place:
        """Ask, and understand: title first, then facts, choices, default, and the four keys."""
        title, *between, default, keys = self.press("再")
        assert keys in _FOUR
        assert _DEFAULT.search(default)
        choices: dict[str, str] = {}
        facts = [title]
        for said in between:
            if offered := choices_of(said):
                choices |= offered
            else:
                facts.append(said)
        choices |= choices_of(default)
        if facts[-1].startswith(("戻る、", "Back: ")) and any(each in _BY_HELP for each in facts):
            choices = {**self._further(), **choices}
        return Place(title, tuple(facts), choices, default)

    def _further(self) -> dict[str, str]:
        """What only help says of this page; one comes back to where one was."""
        of_here: dict[str, str] = {}
        for said in self.press("助")[1:]:
            if said.startswith(("数字", "Digits")):
                break
            of_here |= choices_of(said)
        self.press("助")
        return of_here

    def choose(self, label: str) -> list[str]:
        """The key that was said to do this, where one is."""
        place = self.where()
        keys = [key for key, said in place.choices.items() if label in said]
        assert len(keys) == 1, (label, place)
        return self.press(keys[0])

    def take(self, step: str) -> None:
        """A line of ``tests/screens/ear_tasks.py``."""
        sign, words = step[0], step[1:]
        if sign == "→":
            self.choose(words)
        elif sign == "⌨":
            self.press(words)
        elif sign == "？":
            assert self.where().title == words
        elif sign == "♪":
            assert any(words in each for each in self.heard), (words, self.heard)
        else:
            self.press(step)
