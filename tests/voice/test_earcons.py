"""The sounds of answers: each another, none clipped, none long, all where old ears hear."""

from __future__ import annotations

import itertools

import pytest

from kiosk.ports.voice import Earcon
from kiosk.voice.player import SAMPLE_RATE, click

np = pytest.importorskip("numpy", reason="the voice extra is not installed")


def wave(earcon: Earcon) -> list[int]:
    from kiosk.voice.earcons import sound_of  # noqa: PLC0415 - needs the extra

    return list(np.frombuffer(sound_of(earcon, SAMPLE_RATE), dtype="<i2"))


def spectrum(heights: list[int]) -> list[float]:
    """Share of the sound in each 50 Hz up to 2 kHz, of its first and of its second half."""
    half = len(heights) // 2
    shares: list[float] = []
    for part in (heights[:half], heights[half:]):
        strength = np.abs(np.fft.rfft(part, SAMPLE_RATE))
        bands = [float(strength[at : at + 50].sum()) for at in range(0, 2_000, 50)]
        shares += [each / (sum(bands) or 1.0) for each in bands]
    return shares


@pytest.mark.parametrize("earcon", Earcon)
def test_a_sound_is_short_begins_and_ends_in_silence_and_is_not_clipped(earcon: Earcon) -> None:
    heights = wave(earcon)
    assert 0.05 < len(heights) / SAMPLE_RATE < 0.6
    assert heights[0] == heights[-1] == 0
    assert 3_000 < max(map(abs, heights)) < 15_000


@pytest.mark.parametrize("earcon", Earcon)
def test_most_of_it_lies_where_old_ears_hear(earcon: Earcon) -> None:
    strength = np.abs(np.fft.rfft(wave(earcon), SAMPLE_RATE)) ** 2
    assert strength[150:1_700].sum() > 0.95 * strength.sum()


def test_no_two_sound_alike() -> None:
    tick = list(np.frombuffer(click(SAMPLE_RATE, 1.0), dtype="<i2"))
    sounds = {**{each.value: wave(each) for each in Earcon}, "key": tick}
    for (one, first), (other, second) in itertools.combinations(sounds.items(), 2):
        far = sum(abs(a - b) for a, b in zip(spectrum(first), spectrum(second), strict=True))
        is_longer = max(len(first), len(second)) > 1.5 * min(len(first), len(second))
        assert far > 0.5 or is_longer, (one, other)


def test_good_rises_and_bad_falls() -> None:
    def pitch(heights: list[int]) -> int:
        return int(np.argmax(np.abs(np.fft.rfft(heights, SAMPLE_RATE))))

    for earcon, rises in ((Earcon.VALID, True), (Earcon.INVALID, False)):
        heights = wave(earcon)
        assert (pitch(heights[: len(heights) // 3]) < pitch(heights[len(heights) // 2 :])) is rises
