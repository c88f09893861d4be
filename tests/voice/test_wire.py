"""The lines between a front and the speech process."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ports.voice import Devices, Earcon, Happening, Output, Spoken, Urgency, VoiceEvent
from kiosk.voice.wire import (
    MAX_TEXT,
    BadLine,
    Command,
    Hush,
    Pause,
    Prepare,
    Resume,
    Route,
    Say,
    Tick,
    Tune,
    command_line,
    command_of,
    event_line,
    event_of,
)

texts = st.text(max_size=200)
numbers = st.integers(1, 10**6)
spoken = st.builds(
    Spoken,
    texts,
    st.sampled_from(Urgency),
    st.booleans(),
    st.sampled_from(Output),
    st.none() | st.sampled_from(Earcon),
)
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(Say, numbers, spoken),
    st.sampled_from([Hush(), Pause(), Resume()]),
    st.just(Tick()),
    st.builds(Route, st.builds(Devices, texts, texts)),
    st.builds(Tune, st.floats(0.25, 3), st.floats(0, 1), st.floats(-6, 6)),
    st.builds(Prepare, st.lists(texts, max_size=3).map(tuple)),
)
events = st.builds(
    VoiceEvent,
    st.sampled_from(Happening),
    st.lists(numbers, max_size=4).map(tuple),
    st.sampled_from(["", "K401"]),
)


@given(commands)
def test_a_command_arrives_as_it_was_sent_on_one_line(command: Command) -> None:
    line = command_line(command)
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert command_of(line) == command


@given(events)
def test_an_event_arrives_as_it_was_sent(event: VoiceEvent) -> None:
    line = event_line(event)
    assert line.count(b"\n") == 1
    assert event_of(line) == event


def test_an_endless_text_is_cut() -> None:
    command = command_of(command_line(Say(1, Spoken("あ" * (MAX_TEXT + 1)))))
    assert isinstance(command, Say)
    assert len(command.spoken.text_heard) == MAX_TEXT


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"[]",
        b"7",
        b"null",
        b'{"do": "shout", "text": "YAMADA"}',
        b'{"do": "say", "text": "YAMADA"}',
        b'{"do": "say", "utterance": 1, "text": "YAMADA", "urgency": "soon", "private": true}',
        b'{"do": "tune", "speed": "fast", "volume": 1}',
        b'{"do": "prepare", "texts": 7}',
        b"\xff\xfe",
    ],
)
def test_a_bad_line_is_refused_without_quoting_it(line: bytes) -> None:
    with pytest.raises(BadLine) as caught:
        command_of(line)
    assert "YAMADA" not in str(caught.value)
    assert caught.value.__cause__ is None
    with pytest.raises(BadLine):
        event_of(line)


@given(st.binary(max_size=100))
def test_noise_is_a_bad_line_or_a_command_never_a_crash(noise: bytes) -> None:
    assert isinstance(outcome(noise), Command | BadLine)


def outcome(line: bytes) -> Command | BadLine:
    try:
        return command_of(line)
    except BadLine as bad:
        return bad
