"""Charts: every day has its bar, in proportion, and nothing leaves the paper or lies on another."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiosk.formats.chart import HEIGHT, WIDTH, Bar, Block, Chart, Side, Text, month_chart

LEGEND = ("all", "by card")
COUNTS = st.integers(0, 5000)


def blocks(chart: Chart, grey: float) -> list[Block]:
    """Of the bars; the first of a grey is that of the legend."""
    return [each for each in chart if isinstance(each, Block) and each.grey == grey][1:]


def texts(chart: Chart, side: Side) -> list[Text]:
    return [each for each in chart if isinstance(each, Text) and each.side is side]


@given(st.integers(28, 31), st.dictionaries(st.integers(1, 28), COUNTS), st.floats(0, 1))
def test_bars_are_in_proportion_and_inside(days: int, counts: dict[int, int], part: float) -> None:
    bars = {day: Bar(count, int(count * part)) for day, count in counts.items()}
    chart = month_chart("heading", LEGEND, bars, days)
    light, dark = (
        [each.grey for each in chart if isinstance(each, Block)][place] for place in (0, 1)
    )
    whole, parts = blocks(chart, light), blocks(chart, dark)
    top = max(int(each.text) for each in texts(chart, Side.RIGHT))
    room = whole[0].high + whole[0].top - min(
        each.top for each in chart if isinstance(each, Block) and each.wide > WIDTH / 2
    ) if whole else 0  # fmt: skip
    assert top >= max(counts.values(), default=0)
    for (_, bar), drawn, share in zip(sorted(bars.items()), whole, parts, strict=True):
        assert abs(drawn.high - room * bar.whole / top) < 0.01
        assert abs(share.high - room * bar.part / top) < 0.01
    for each in chart:
        if isinstance(each, Block):
            assert each.left >= 0
            assert each.left + each.wide <= WIDTH + 0.01
            assert each.top >= 0
            assert each.top + each.high <= HEIGHT
        else:
            assert 0 <= each.x <= WIDTH
            assert 0 < each.y <= HEIGHT


@given(st.integers(0, 100_000))
def test_the_scale_is_of_whole_checks_in_few_even_steps(most: int) -> None:
    chart = month_chart("", LEGEND, {1: Bar(most, 0)}, 30)
    values = [int(each.text) for each in texts(chart, Side.RIGHT)]
    assert len({later - earlier for earlier, later in pairwise(values)}) == 1
    assert 2 <= len(values) <= 5
    assert values[0] == 0
    assert most <= values[-1] <= max(1, 2 * most + 4)


def test_the_names_of_the_days_do_not_touch() -> None:
    for days in range(28, 32):
        named = texts(month_chart("", LEGEND, {}, days), Side.MIDDLE)
        assert [each.text for each in named][:3] == ["1", "5", "10"]
        for one, other in pairwise(named):
            assert other.x - one.x > one.size * 1.5
