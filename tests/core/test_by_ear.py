"""Journeys A and B by ear alone: a hand that hears utterances, presses a keypad and lays a card.

It knows nothing else: no page, no message, no state. Whatever a blind person must do is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic

import pytest

from kiosk.desk.local import LocalLink
from kiosk.domain.lifecycle import State
from kiosk.pages.front import Front
from kiosk.pages.keys import press_of
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from tests.core.conftest import TEMPO, Box
from tests.support.screen import Clock, WrittenVoice

DEADLINE_S = 60.0
UNHURRIED = 0.3
"""It says again that a card lies there after 3 s: no machine stands still for as long."""


@pytest.fixture
def box(world: World, simulator: RunningSimulator) -> Iterator[Box]:
    made = Box(world, simulator, tempo=UNHURRIED)
    made.switch_on()
    yield made
    made.switch_off()


@dataclass
class Blind:
    """Somebody at the box who sees nothing.

    Args:
        box: what they stand before.
        person: whose card they have.
        pins: what they will type, one after the other.
    """

    box: Box
    person: str = "taro"
    pins: list[str] = field(default_factory=lambda: ["1234"])
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        core = self.box.core
        assert core is not None
        self._voice, self._clock = WrittenVoice(), Clock()
        self._told: list[str] = []
        self._link = LocalLink(core.counter)
        self._front = Front(self._link.send, self._voice, language="ja", now=self._clock)
        self._front.connected()

    def press(self, *keys: str) -> None:
        """Keys of the keypad, a second apart."""
        for key in keys:
            self._clock.at_s += 1.0
            self._front.press(press_of(key, key if key.isdecimal() else None))

    def listen(self, until: str) -> list[str]:
        """Do as one is told until something is heard; what was heard since the last call."""
        seen, deadline = len(self.heard), monotonic() + DEADLINE_S
        while not any(re.search(until, each) for each in self.heard[seen:]):
            assert monotonic() < deadline, self.heard
            message = self._link.receive(0.05)
            if message is not None:
                self._front.hear(message)
                self._told += self._voice.news()
                continue
            # Nobody is faster than the words: what is to be done is done once it is quiet.
            told, self._told = self._told + self._voice.news(), []
            self.heard += told
            self._act("".join(told))
        return self.heard[seen:]

    def _act(self, said: str) -> None:
        rules: list[tuple[str, Callable[[], None]]] = [
            ("ヨンケタを押し(て|、決定)", self._type),
            ("カードを読み取り機に置いてください", lambda: self.box.lay(self.person)),
            ("カードをお取りください", self.box.take),
        ]
        for words, act in rules:
            if re.search(words, said):
                act()

    def _type(self) -> None:
        assert self.pins, self.heard
        self.press(*self.pins.pop(0), "enter")


def plain(heard: list[str]) -> str:
    """What was heard without the mark, the counting of digits and the page of rest.

    A core that has only just begun may not know its reader yet, and says that it is closed first.
    """
    counting = re.compile(
        r"^(\w{1,2}ケタ。|ヨンケタです。決定を押してください。|お待ちください。"
        r"|いまは、受付できません。)$"
    )
    said = [each.replace("もぎ。", "") for each in heard]
    return "\n".join(each for each in said if each and not counting.match(each))


JOURNEY_A = """\
受付できます。
マイナ保険証の受付です。暗証番号ヨンケタを押し、決定を押してください。
カードの情報は、資格の確認だけに使います。
カードを読み取り機に置いてください。
読んでいます。動かさないでください。
暗証番号が違います。あとニカイです。もういちど、ヨンケタを押してください。
読んでいます。動かさないでください。
問い合わせています。
確認できました。保険証の提示は要りません。カードをお取りください。
〔私〕ヤマダタロウサマ。資格、有効。サンワリ。
ありがとうございました。"""

JOURNEY_B = """\
受付できます。
マイナ保険証の受付です。暗証番号ヨンケタを押し、決定を押してください。
カードの情報は、資格の確認だけに使います。
カードを読み取り機に置いてください。
読んでいます。動かさないでください。
問い合わせています。
回線が切れています。受付は続けられます。
受け付けました。資格は、まだ確認できていません。確認待ちです。カードをお取りください。
ありがとうございました。"""


def test_journey_a_by_ear(box: Box) -> None:
    somebody = Blind(box, pins=["9876", "1234"])
    somebody.listen("受付できます")
    somebody.press("5")
    somebody.listen("ありがとうございました")
    assert plain(somebody.heard) == JOURNEY_A
    assert [each.state for each in box.stored()] == [State.ANSWERED]
    assert not any(pin in "".join(somebody.heard) for pin in ("9876", "1234"))


def test_journey_b_by_ear(box: Box) -> None:
    box.simulator.offline()
    somebody = Blind(box)
    somebody.listen("受付できます")
    somebody.press("5")
    somebody.listen("ありがとうございました")
    assert plain(somebody.heard) == JOURNEY_B
    assert "有効" not in "".join(somebody.heard)
    box.switch_off()
    box.tempo = TEMPO
    box.switch_on()
    again = Blind(box)
    assert "再起動しました。確認待ち、イッケン。" in "".join(again.listen("再起動しました"))
    box.simulator.online()
    said = "".join(again.listen("回線が戻りました"))
    assert "イッケン、確認しました。のこりゼロケン。" in said
    assert [each.state for each in box.stored()] == [State.ANSWERED]
    assert len(box.simulator.journal) == 1


def test_whoever_asks_where_they_are_is_told_title_state_and_keys(box: Box) -> None:
    somebody = Blind(box)
    somebody.listen("受付できます")
    somebody.press("asterisk")
    said = "".join(somebody.listen("キーは"))
    places = [said.index(each) for each in ("受付できます", "キーを押すか", "回線", "キーは")]
    assert places == sorted(places)
