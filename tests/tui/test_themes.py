"""Contrast: 7:1 or more, each pair of each look (facts SCREEN_AND_VOICE; WCAG 2.2, 1.4.6)."""

from __future__ import annotations

import pytest

from kiosk.pages.page import Role
from kiosk.tui.themes import LOOKS, Look

LOWEST = 7.0


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2.2."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
@pytest.mark.parametrize("role", Role)
def test_every_pair_has_contrast(look: Look, role: Role) -> None:
    pair = look.pairs[role]
    assert contrast(pair.ink, pair.paper) >= LOWEST


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_a_title_stands_out_from_the_text(look: Look) -> None:
    assert look.pairs[Role.TITLE] != look.pairs[Role.TEXT]
    assert look.pairs[Role.BAND].paper != look.pairs[Role.TITLE].paper
