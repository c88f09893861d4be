"""Bars of a month, a bar a day, as shapes for paper and for a picture; nothing is drawn here.

Points from the upper left corner. Two greys and black: a photocopier keeps them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

WIDTH, HEIGHT = 499.0, 330.0
"""Of the whole; the width is the room an A4 page of large print leaves."""
_HEADING, _SMALL = 20.0, 15.0
_LEFT, _TOP, _FOOT = 54.0, 78.0, 26.0
_LEGEND_Y = 54.0
_PLOT_WIDE, _PLOT_HIGH = WIDTH - _LEFT, HEIGHT - _TOP - _FOOT
_LIGHT, _DARK, _LINE = 0.72, 0.15, 0.85
_BAR = 0.76
"""Of a day's room."""
_MOST_LINES = 4
_STEPS = (1, 2, 5)
_NAMED_EVERY = 5


class Side(StrEnum):
    """Where the place of a text is: at its left end, its middle or its right end."""

    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Block:
    """A filled rectangle.

    Args:
        left: of its upper left corner.
        top: likewise, counted down.
        wide: to the right.
        high: downwards.
        grey: 0 = black, 1 = white.
    """

    left: float
    top: float
    wide: float
    high: float
    grey: float


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text.

    Args:
        x: where ``side`` says.
        y: of its base line, counted down.
        text: what it says.
        size: points.
        side: what of it is at ``x``.
    """

    x: float
    y: float
    text: str
    size: float
    side: Side = Side.LEFT


@dataclass(frozen=True, slots=True)
class Bar:
    """A day.

    Args:
        whole: checks.
        part: those of them by card.
    """

    whole: int
    part: int


Chart = tuple[Block | Text, ...]


def month_chart(heading: str, legend: tuple[str, str], bars: Mapping[int, Bar], days: int) -> Chart:
    """A month.

    Args:
        heading: above it.
        legend: what a whole bar is, and its dark part.
        bars: by day of the month; a day that is not there had no checks.
        days: of the month.
    """
    scale = _scale(max((each.whole for each in bars.values()), default=0))
    return (
        Text(0, _HEADING, heading, _HEADING),
        *_legend(legend),
        *_lines(scale),
        *_bars(bars, days, scale[-1]),
        *_names(days),
    )


def _legend(words: tuple[str, str]) -> Iterator[Block | Text]:
    for place, (grey, word) in enumerate(zip((_LIGHT, _DARK), words, strict=True)):
        left = place * WIDTH / 2
        yield Block(left, _LEGEND_Y - _SMALL, _SMALL, _SMALL, grey)
        yield Text(left + 1.5 * _SMALL, _LEGEND_Y - 2, word, _SMALL)


def _scale(most: int) -> Sequence[int]:
    """From 0 in even steps to at least ``most``; whole checks, at most ``_MOST_LINES`` steps."""
    tens = 1
    while True:
        for step in (each * tens for each in _STEPS):
            if step * _MOST_LINES >= most:
                return range(0, max(step, -(-most // step) * step) + 1, step)
        tens *= 10


def _lines(scale: Sequence[int]) -> Iterator[Block | Text]:
    for value in scale:
        y = _y(value, scale[-1])
        yield Block(_LEFT, y, _PLOT_WIDE, 1, 0 if value == 0 else _LINE)
        yield Text(_LEFT - 6, y + _SMALL / 3, str(value), _SMALL, Side.RIGHT)


def _bars(bars: Mapping[int, Bar], days: int, top: int) -> Iterator[Block]:
    room = _PLOT_WIDE / days
    for day, bar in sorted(bars.items()):
        left = _LEFT + room * (day - 1 + (1 - _BAR) / 2)
        for count, grey in ((bar.whole, _LIGHT), (bar.part, _DARK)):
            y = _y(count, top)
            yield Block(left, y, room * _BAR, _y(0, top) - y, grey)


def _names(days: int) -> Iterator[Text]:
    """The 1st and every fifth day; the last ones would touch where a month has 31."""
    for day in (1, *range(_NAMED_EVERY, days + 1, _NAMED_EVERY)):
        x = _LEFT + _PLOT_WIDE / days * (day - 0.5)
        yield Text(x, HEIGHT - _FOOT + 1.3 * _SMALL, str(day), _SMALL, Side.MIDDLE)


def _y(value: int, top: int) -> float:
    return _TOP + _PLOT_HIGH * (1 - value / top)
