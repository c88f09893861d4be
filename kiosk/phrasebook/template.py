"""A sentence with slots: ``あと{tries:times}です。``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

Form = Callable[[Any], str]
"""How one kind of value is written, or said."""

_FORMATTER = Formatter()


class PhraseError(LookupError):
    """A row, a slot or a value is not there, or not the right one: a bug of ours."""


@dataclass(frozen=True, slots=True)
class Template:
    """One sentence, taken apart.

    Args:
        parts: literal text, then slot and kind of what follows it; slot None = nothing follows.
    """

    parts: tuple[tuple[str, str | None, str], ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """Take a row's sentence apart; every slot names its kind."""
        parts = tuple((literal, slot, spec or "") for literal, slot, spec, _ in parsed(text))
        if any(slot is not None and not (slot and kind) for _, slot, kind in parts):
            raise PhraseError(f"a slot without name or kind: {text}")
        return cls(parts)

    @property
    def text(self) -> str:
        """The sentence as it was taken apart."""
        return "".join(
            literal + (f"{{{slot}:{kind}}}" if slot else "") for literal, slot, kind in self.parts
        )

    @property
    def slots(self) -> frozenset[tuple[str, str]]:
        """Slot names with their kinds."""
        return frozenset((slot, kind) for _, slot, kind in self.parts if slot)

    def fill(self, values: Mapping[str, object], forms: Mapping[str, Form]) -> str:
        """The sentence with its values; PhraseError when one is missing."""
        filled = []
        for literal, slot, kind in self.parts:
            filled.append(literal)
            if slot:
                if slot not in values:
                    raise PhraseError(f"no value for {{{slot}}}")
                filled.append(forms[kind](values[slot]))
        return "".join(filled)


def parsed(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    """Literal, slot, kind and conversion of each part; PhraseError for a loose brace."""
    try:
        return list(_FORMATTER.parse(text))
    except ValueError as error:
        raise PhraseError(f"{error}: {text}") from None
