"""Sound as numbers: 16-bit little-endian PCM, mono, and what is done to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_GAIN = 0.8
_KNEE, _LOUDEST = 22_000.0, 29_000.0


def pcm_of(wave: NDArray[np.float64]) -> bytes:
    """PCM of a wave whose peaks may exceed 16 bits: bent below the limit, or they would be noise.

    One gain for all: scaled each by its own peak, the parts of a sentence would differ in loudness.
    """
    height = np.abs(wave * _GAIN)
    room = _LOUDEST - _KNEE
    bent = _KNEE + room * np.tanh((height - _KNEE) / room)
    return bytes((np.sign(wave) * np.where(height > _KNEE, bent, height)).astype("<i2").tobytes())


def louder(pcm: bytes, volume: float) -> bytes:
    """The same sound at a volume of 0.0 (silence) to 1.0 (unchanged)."""
    if volume >= 1.0:
        return pcm
    wave = np.frombuffer(pcm, dtype="<i2") * max(volume, 0.0)
    return bytes(wave.astype("<i2").tobytes())


def at_rate(pcm: bytes, rate: int, wanted: int) -> bytes:
    """The same sound at another rate, in Hz."""
    heights = np.frombuffer(pcm, dtype="<i2")
    places = np.arange(len(heights) * wanted // rate) * rate / wanted
    return bytes(np.interp(places, np.arange(len(heights)), heights).astype("<i2").tobytes())
