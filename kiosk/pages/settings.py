"""画面と声: what the staff set at the box, each by its own list, and the language asked twice."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from kiosk.pages.leaf import Inside, Item, Leaf, Menu, joined
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase, Phrasebook, SetupPhrase, Utterance

_TITLES: Mapping[str, Phrase] = {
    "speed": Phrase.PREFER_SPEED,
    "pitch": Phrase.PREFER_PITCH,
    "volume": Phrase.PREFER_VOLUME,
    "theme": Phrase.PREFER_THEME,
    "waits": Phrase.PREFER_WAITS,
    "lock_s": Phrase.PREFER_LOCK,
    "language": Phrase.PREFER_LANGUAGE,
    "size": Phrase.PREFER_SIZE,
}
VALUES: Mapping[str, Mapping[str, Phrase]] = {
    "speed": {
        "75": Phrase.PREFER_SPEED_75,
        "100": Phrase.PREFER_USUAL,
        "125": Phrase.PREFER_SPEED_125,
        "150": Phrase.PREFER_SPEED_150,
        "200": Phrase.PREFER_SPEED_200,
    },
    "pitch": {
        "-3": Phrase.PREFER_PITCH_LOW,
        "0": Phrase.PREFER_USUAL,
        "3": Phrase.PREFER_PITCH_HIGH,
    },
    "volume": {
        "40": Phrase.PREFER_VOLUME_40,
        "60": Phrase.PREFER_VOLUME_60,
        "80": Phrase.PREFER_VOLUME_80,
        "100": Phrase.PREFER_USUAL,
    },
    "theme": {
        "light-on-dark": Phrase.PREFER_THEME_LIGHT,
        "dark-on-light": Phrase.PREFER_THEME_DARK,
        "yellow-on-black": Phrase.PREFER_THEME_YELLOW,
    },
    "size": {
        "-1": Phrase.PREFER_SIZE_SMALL,
        "0": Phrase.PREFER_USUAL,
        "1": Phrase.PREFER_SIZE_LARGE,
        "2": Phrase.PREFER_SIZE_LARGEST,
    },
    "lock_s": {
        "60": Phrase.PREFER_LOCK_60,
        "120": Phrase.PREFER_LOCK_120,
        "300": Phrase.PREFER_LOCK_300,
    },
    "waits": {
        "100": Phrase.PREFER_USUAL,
        "200": Phrase.PREFER_WAITS_200,
        "400": Phrase.PREFER_WAITS_400,
        "1000": Phrase.PREFER_WAITS_1000,
    },
    "language": {
        "ja": Phrase.PREFER_LANGUAGE_JA,
        "en": Phrase.PREFER_LANGUAGE_EN,
    },
}
"""By name and value: what each is called."""
_TIMES = ("waits", "lock_s")
_TIMES_AT = 4
_BACK = Phrase.SCREEN_CHOICE_BACK


def settings_menu(inside: Inside) -> Leaf:
    """What can be set; the size of the type only where it is seen to change."""
    left_out = {*_TIMES} if inside.has_zoom else {*_TIMES, "size"}
    items = [_item(inside, name) for name in _TITLES if name not in left_out]
    # Seven choices at most: what is waited for stands together.
    items.insert(_TIMES_AT, Item(Phrase.PREFER_TIMES, partial(_open_times, inside)))
    return Menu(inside, Kind.SETTINGS, items, _BACK)


def _item(inside: Inside, name: str) -> Item:
    return Item(_TITLES[name], partial(_open, inside, name))


def _open_times(inside: Inside) -> None:
    items = [_item(inside, name) for name in _TIMES]
    inside.open(Menu(inside, Kind.SETTINGS, items, _BACK, title=Phrase.PREFER_TIMES))


def _open(inside: Inside, name: str) -> None:
    values = VALUES[name]
    choose = _confirm if name == "language" else _set
    items = [Item(label, partial(choose, inside, name, value)) for value, label in values.items()]
    inside.open(
        Menu(inside, Kind.VALUES, items, _BACK, partial(as_set, inside, name), title=_TITLES[name])
    )


def as_set(inside: Inside, name: str) -> tuple[Utterance, ...]:
    """How it is set; as the first is called where nobody set it yet."""
    book, labels = inside.book, VALUES[name]
    value = book.language if name == "language" else inside.preferences.document()[name]
    label = labels.get(value) or next(iter(labels.values()))
    return (joined(book.say(Phrase.PREFER_NOW), book.say(label)),)


def _confirm(inside: Inside, name: str, value: str) -> None:
    """In the language that is left and in the one that comes: a slip shuts nobody out."""

    def asked() -> tuple[Utterance, ...]:
        other = Phrasebook.load(value)
        sure = (book.say(Phrase.PREFER_LANGUAGE_SURE) for book in (inside.book, other))
        # The choices below say their keys in the one that is left alone.
        keys = () if other is inside.book else (other.say(SetupPhrase.YES_OR_NO),)
        return (*dict.fromkeys(sure), *keys)

    items = [
        Item(Phrase.PREFER_YES, partial(_set, inside, name, value)),
        Item(Phrase.PREFER_NO, inside.back),
    ]
    inside.open(Menu(inside, Kind.CONFIRM, items, _BACK, asked))


def _set(inside: Inside, name: str, value: str) -> None:
    inside.prefer(name, value)
