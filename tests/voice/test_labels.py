"""Where a sentence is cut for an early beginning: nothing lost, nothing short, nothing audible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from kiosk.voice.labels import FIRST, parts

if TYPE_CHECKING:
    from kiosk.voice.openjtalk import OpenJTalkVoice

RATE = 48_000
TEXT = "カードを読み取り機に置いてください。"
STOPS = ("k", "t", "ch", "p", "pau", "cl")


def label(phoneme: str) -> str:
    return f"xx^sil-{phoneme}+a=b/A:0+1+2"


@given(st.lists(st.sampled_from((*STOPS, "a", "o", "s", "m", "N")), max_size=120))
def test_the_parts_are_the_whole_each_twice_the_last_and_begin_at_a_stop(said: list[str]) -> None:
    labels = [label(each) for each in said]
    made = list(parts(labels))
    assert [each for part in made for each in part] == labels
    assert all(part[0] in map(label, STOPS) for part in made[1:])
    for place, part in enumerate(made[:-1]):
        assert len(part) >= FIRST * 2**place
    assert len(made) == 1 or len(made[-1]) > 6


def test_a_sentence_without_a_stop_stays_whole() -> None:
    labels = [label("a")] * 60
    assert list(parts(labels)) == [labels]


def test_the_first_part_is_short_and_the_sound_as_long_as_ever(mei: OpenJTalkVoice) -> None:
    first, *rest = mei.rendered(TEXT)
    whole = len(b"".join((first, *rest)))
    assert rest
    assert len(first) < whole / 2
    assert 2.0 < whole / 2 / RATE < 3.0


def test_the_pitch_changes_nothing_but_the_sound(mei: OpenJTalkVoice) -> None:
    plain, low = mei.render(TEXT), mei.render(TEXT, pitch=-4.0)
    assert len(plain) == len(low)
    assert plain != low
