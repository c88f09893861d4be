"""What a run of the herd comes to: figures as JSON, and a picture as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import takewhile
from statistics import mean
from typing import Any
from xml.sax.saxutils import escape

from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.simulator.herd import Herd, Scenario, Second, Strategy

NEARLY_ALL = 0.01
"""The last hundredth of a backlog is a matter of single kiosks; the times are given with and
without it."""
_WINDOW_S = 5
_WIDTH, _HEIGHT, _LEFT, _TOP = 640, 240, 64, 40
_COLOURS = {
    Strategy.PACED: "#005a9c",
    Strategy.FIXED: "#b34700",
    Strategy.EXPONENTIAL: "#666666",
}


def figures(herd: Herd) -> dict[str, Any]:
    """What one run came to.

    ``work_share`` is answered / rate from the moment the service is back for as long as a second's
    work waits; ``worst_work_share`` that of the worst five seconds in it. None = there was never
    so much.
    """
    seconds, rate = herd.seconds, herd.scenario.rate
    served, refused = sum(each.served for each in seconds), sum(each.refused for each in seconds)
    live = sum(each.live for each in seconds)
    shares = [each.served / rate for each in takewhile(lambda each: each.has_enough(rate), seconds)]
    windows = [mean(shares[at : at + _WINDOW_S]) for at in range(len(shares) - _WINDOW_S + 1)]
    return {
        "strategy": herd.strategy.value,
        "outage_s": herd.scenario.outage_s,
        "backlog": herd.backlog,
        "left": herd.waiting,
        "nearly_drained_s": _nearly_all_s(herd),
        "drained_s": len(seconds) if not herd.waiting else None,
        "work_share": round(mean(shares), 3) if shares else None,
        "worst_work_share": round(min(windows), 3) if windows else None,
        "refused_share": round(refused / max(1, served + refused), 4),
        "peak_requests_per_s": max((each.asked for each in seconds), default=0),
        "live_answered_at_once": round(
            1 - sum(each.live_refused for each in seconds) / max(1, live), 4
        ),
    }


def _nearly_all_s(herd: Herd) -> int | None:
    few = herd.backlog * NEARLY_ALL
    return next((at + 1 for at, each in enumerate(herd.seconds) if each.waiting <= few), None)


def document(scenario: Scenario, runs: Sequence[Herd]) -> dict[str, Any]:
    """All runs of one herd."""
    common = asdict(scenario)
    del common["outage_s"], common["open_s"]
    return {
        "simulated": True,
        "mark": SIMULATED_MARK,
        **common,
        "runs": [figures(each) for each in runs],
    }


def picture(runs: Mapping[Strategy, Sequence[Second]], scenario: Scenario) -> str:
    """Answers and refusals a second, one curve a strategy, as SVG."""
    length = max(1, 2 * len(runs.get(Strategy.PACED, ())))
    top = scenario.rate * 1.5
    title = (
        f"模擬: {scenario.kiosks:,} kiosks, {scenario.rate:g}/s, out for {scenario.outage_s:g} s"
    )
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDTH + 20}" '
            f'height="{_TOP + _HEIGHT + 60}" font-family="sans-serif" font-size="12">'
        ),
        f'<text x="{_LEFT}" y="18">{escape(title)}</text>',
        f'<text x="{_LEFT}" y="34">answered a second (line), refused (dots)</text>',
        _axis(length, top, scenario.rate),
    ]
    for row, (strategy, seconds) in enumerate(runs.items()):
        served = [each.served for each in seconds[:length]]
        refused = [each.refused for each in seconds[:length]]
        colour = _COLOURS[strategy]
        parts += [
            _curve(served, length, top, f'stroke="{colour}"'),
            _curve(refused, length, top, f'stroke="{colour}" stroke-dasharray="1 3"'),
            (
                f'<text x="{_LEFT + 90 * row}" y="{_TOP + _HEIGHT + 50}" fill="{colour}">'
                f"{strategy.value}</text>"
            ),
        ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _axis(length: int, top: float, rate: float) -> str:
    at = _TOP + _HEIGHT * (1 - rate / top)
    return (
        f'<path d="M{_LEFT} {_TOP}V{_TOP + _HEIGHT}H{_LEFT + _WIDTH}" fill="none" stroke="#000"/>'
        f'<path d="M{_LEFT} {at:.1f}H{_LEFT + _WIDTH}" stroke="#aaa" stroke-dasharray="6 4"/>'
        f'<text x="{_LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{rate:g}</text>'
        f'<text x="{_LEFT - 6}" y="{_TOP + _HEIGHT}" text-anchor="end">0</text>'
        f'<text x="{_LEFT + _WIDTH}" y="{_TOP + _HEIGHT + 16}" text-anchor="end">{length} s</text>'
    )


def _curve(values: Sequence[int], length: int, top: float, style: str) -> str:
    step = max(1, length // 320)
    points = []
    for at in range(0, len(values), step):
        piece = values[at : at + step]
        mean = sum(piece) / len(piece)
        x = _LEFT + _WIDTH * at / length
        y = _TOP + _HEIGHT * (1 - min(mean, top) / top)
        points.append(f"{x:.1f},{y:.1f}")
    return f'<polyline points="{" ".join(points)}" fill="none" {style}/>'
