"""Three looks, each with every pair of colours at 7:1 or more (facts SCREEN_AND_VOICE).

Colour only repeats what place and words say already (EN 301 549 5.1.5). Textual has no
high-contrast theme of its own, so these own every colour the screen uses.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.theme import Theme

from kiosk.pages.page import Role


@dataclass(frozen=True, slots=True)
class Pair:
    """Ink on paper, each ``#rrggbb``."""

    ink: str
    paper: str


@dataclass(frozen=True, slots=True)
class Look:
    """One theme.

    Args:
        name: as the settings call it.
        is_dark: light on dark.
        pairs: for every role of a row.
    """

    name: str
    is_dark: bool
    pairs: dict[Role, Pair]

    @property
    def variables(self) -> dict[str, str]:
        """For the stylesheet: ``band-ink``, ``band-paper`` and so on."""
        found: dict[str, str] = {}
        for role, pair in self.pairs.items():
            found |= {f"{role.value}-ink": pair.ink, f"{role.value}-paper": pair.paper}
        return found

    @property
    def theme(self) -> Theme:
        """As Textual takes it."""
        text = self.pairs[Role.TEXT]
        return Theme(
            name=self.name,
            primary=text.ink,
            foreground=text.ink,
            background=text.paper,
            surface=text.paper,
            panel=text.paper,
            dark=self.is_dark,
            variables=self.variables,
        )


def _look(name: str, text: Pair, title: Pair, band: Pair, *, is_dark: bool) -> Look:
    turned = Pair(text.paper, text.ink)
    plain = dict.fromkeys((Role.TEXT, Role.CHOICE, Role.STATE), text)
    # What a scanner reads is light on black in every look.
    plain[Role.PICTURE] = Pair("#ffffff", "#000000")
    # Digits for a finger and the four keys lie below each other, and are two things.
    pairs = {**plain, **dict.fromkeys((Role.ENTRY, Role.KEYS, Role.MARKED), turned)}
    pairs |= {Role.TITLE: title, Role.DIGITS: title, Role.BAND: band}
    return Look(name, is_dark, pairs)


LIGHT_ON_DARK = _look(
    "light-on-dark",
    Pair("#ffffff", "#000000"),
    Pair("#ffffff", "#003a70"),
    Pair("#000000", "#ffb000"),
    is_dark=True,
)
DARK_ON_LIGHT = _look(
    "dark-on-light",
    Pair("#000000", "#ffffff"),
    Pair("#ffffff", "#003a70"),
    Pair("#ffffff", "#7a0000"),
    is_dark=False,
)
YELLOW_ON_BLACK = _look(
    "yellow-on-black",
    Pair("#ffe600", "#000000"),
    Pair("#000000", "#ffffff"),
    Pair("#000000", "#ffb000"),
    is_dark=True,
)
LOOKS = (LIGHT_ON_DARK, DARK_ON_LIGHT, YELLOW_ON_BLACK)
