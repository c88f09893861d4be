"""そのほか: what is not of the daily reception: getting started, figures, the log of the 協力金."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.pages.about import AboutLeaf
from kiosk.pages.adoption import AdoptionMenu
from kiosk.pages.leaf import Document, Inside, Item, Leaf, Menu
from kiosk.pages.listed import Listed
from kiosk.pages.page import Kind
from kiosk.pages.promotion import PromotionMenu
from kiosk.phrasebook import Phrase, Utterance
from kiosk.phrasebook.told_statistics import month_told


def more_menu(inside: Inside) -> Leaf:
    """What else there is."""
    items = (
        Item(Phrase.ADOPTION_TITLE, lambda: inside.open(AdoptionMenu(inside))),
        Item(Phrase.STATISTICS_TITLE, lambda: inside.open(StatisticsLeaf(inside))),
        Item(Phrase.PROMOTION_TITLE, lambda: inside.open(PromotionMenu(inside))),
        Item(Phrase.SCREEN_CHOICE_ABOUT, lambda: inside.open(AboutLeaf(inside))),
    )
    return Menu(inside, Kind.MORE, items, Phrase.SCREEN_CHOICE_BACK)


class StatisticsLeaf(Listed):
    """A month's figures, the latest first; last how they come to be a file."""

    kind = Kind.STATISTICS
    query = "statistics"

    def items(self, document: Document) -> Sequence[tuple[Utterance, ...]]:
        """As ``Listed``."""
        months = [tuple(month_told(each, self.book)) for each in reversed(document["months"])]
        found = months or [self.say(Phrase.STATISTICS_NONE)]
        return [*found, self.say(Phrase.STATISTICS_AS_FILE)]
