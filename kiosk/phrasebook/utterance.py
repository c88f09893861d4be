"""What leaves the phrasebook: sentences with their two forms."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """One fact.

    Args:
        read: for the screen and line mode.
        heard: for the voice.
        felt: for a braille line: kana with the spaces of braille, digits; as it is heard where
            nobody has reviewed its reading.
    """

    read: str
    heard: str
    felt: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Utterance:
    """One thing said to a person.

    Args:
        sentences: in order, one fact each.
        is_private: holds patient data: shown, or said to private listening only (EN 301 549
            5.1.3.9); its words stay out of ``repr``.
        joint: what stands between two sentences in a running text.
        is_simulated: stands under the mark 模擬, its own or that of its block.
    """

    sentences: tuple[Sentence, ...]
    is_private: bool = False
    joint: str = ""
    is_simulated: bool = False

    @property
    def read(self) -> str:
        """The whole as it is read."""
        return self.joint.join(each.read for each in self.sentences)

    @property
    def heard(self) -> str:
        """The whole as it is heard."""
        return self.joint.join(each.heard for each in self.sentences)

    @property
    def felt(self) -> str:
        """The whole as it is felt."""
        return " ".join(each.felt or each.heard for each in self.sentences)

    def __repr__(self) -> str:
        return "Utterance(private)" if self.is_private else f"Utterance({self.read!r})"
