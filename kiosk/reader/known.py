"""What is known of readers: the rows of ``known.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources


class Verdict(StrEnum):
    """What is to be expected of a reader."""

    GOOD = "good"
    """Extended APDUs get through: five commands do a check."""
    SHORT_ONLY = "short_only"
    """Works with the slower dialogue."""
    NO_DRIVER = "no_driver"
    """pcscd has no driver: it cannot be used."""
    VIRTUAL = "virtual"
    """No reader but a program; for the simulated world."""


@dataclass(frozen=True, slots=True)
class KnownReader:
    """One row.

    Args:
        label: what people call it.
        names: parts of the name pcscd gives it.
        usb: ids, ``054c:0dc9``.
        card: ``contactless``, ``contact`` or ``simulated``.
        verdict: what is to be expected.
        advice: what to do about it, may be empty.
        source: where the verdict comes from.
    """

    label: str
    names: tuple[str, ...]
    usb: tuple[str, ...]
    card: str
    verdict: Verdict
    advice: str
    source: str


@cache
def known_readers() -> tuple[KnownReader, ...]:
    """Every row, in the order of the file."""
    text = resources.files("kiosk.reader").joinpath("known.toml").read_text("utf-8")
    return tuple(
        KnownReader(
            **{**row, "names": tuple(row["names"]), "usb": tuple(row["usb"])}
            | {"verdict": Verdict(row["verdict"])}
        )
        for row in tomllib.loads(text)["reader"]
    )


def by_usb_id(usb_id: str) -> KnownReader | None:
    """The row of a USB id, ``054c:0dc9``."""
    return next((each for each in known_readers() if usb_id in each.usb), None)


def by_name(name: str) -> KnownReader | None:
    """The row of a name pcscd gives."""
    rows = known_readers()
    return next((each for each in rows if any(part in name for part in each.names)), None)
