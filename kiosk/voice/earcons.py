"""Short sounds that say how a thing has gone before any word does; made, not recorded.

=========  ===================================================================
valid      two notes, the second higher
invalid    two notes, the second lower
deferred   one note twice: it goes on later
error      one low, rough note
waiting    one soft, short note
call       three notes, the middle one lower, as of a doorbell
=========  ===================================================================
All lie between 200 and 1,600 Hz, where old ears hear best. The sound of a key is the player's
``click``: it must not wait for this.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from kiosk.ports.voice import Earcon

_HEIGHT = 12_000.0
_EDGE_S = 0.008
_PAUSE_S = 0.04

_NOTES: dict[Earcon, tuple[tuple[float, float], ...]] = {
    Earcon.VALID: ((587.3, 0.11), (880.0, 0.20)),
    Earcon.INVALID: ((493.9, 0.14), (329.6, 0.24)),
    Earcon.DEFERRED: ((659.3, 0.10), (659.3, 0.16)),
    Earcon.ERROR: ((220.0, 0.32),),
    Earcon.WAITING: ((784.0, 0.07),),
    Earcon.CALL: ((1046.5, 0.12), (784.0, 0.12), (1046.5, 0.14)),
}
"""Hz and seconds of each note."""
_PARTIALS: dict[Earcon, tuple[float, ...]] = {Earcon.ERROR: (1.0, 0.8, 0.7, 0.6, 0.5)}
_SOFT = {Earcon.WAITING: 0.5}


@cache
def sound_of(earcon: Earcon, rate: int) -> bytes:
    """16-bit little-endian PCM, mono, with a moment of silence behind it.

    Args:
        earcon: which.
        rate: Hz.
    """
    partials = _PARTIALS.get(earcon, (1.0, 0.2))
    pause = np.zeros(round(_PAUSE_S * rate))
    waves = [part for note in _NOTES[earcon] for part in (_note(*note, partials, rate), pause)]
    wave = np.concatenate(waves)
    height = _HEIGHT * _SOFT.get(earcon, 1.0) / float(np.abs(wave).max())
    return bytes((wave * height).astype("<i2").tobytes())


def _note(
    hertz: float, seconds: float, partials: tuple[float, ...], rate: int
) -> NDArray[np.float64]:
    at = np.arange(round(seconds * rate)) / rate
    wave = np.zeros_like(at)
    for number, share in enumerate(partials, start=1):
        wave += share * np.sin(2 * np.pi * hertz * number * at)
    # Without slopes at both ends a note begins and ends with a click.
    edges = np.minimum(1.0, np.minimum(at, seconds - at) / _EDGE_S)
    return np.asarray(wave * edges, dtype=np.float64)
