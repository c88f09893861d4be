"""Doing it once more after a damaged file was mended."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from kiosk.ports.records import StoreCorrupt

Kept = TypeVar("Kept")
Given = ParamSpec("Given")


class Salvageable(Protocol):
    """Something over files that may be damaged."""

    def salvage(self) -> bool:
        """Put fresh files in the place of damaged ones; False when none is."""


Subject = TypeVar("Subject", bound=Salvageable)


def salvaging(
    act: Callable[Concatenate[Subject, Given], Kept],
) -> Callable[Concatenate[Subject, Given], Kept]:
    """Where a file turns out to be damaged, save what can be saved and do it once more."""

    @wraps(act)
    def attempt(self: Subject, /, *args: Given.args, **kwargs: Given.kwargs) -> Kept:
        try:
            return act(self, *args, **kwargs)
        except StoreCorrupt:
            if not self.salvage():
                raise
            return act(self, *args, **kwargs)

    return attempt
