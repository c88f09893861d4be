"""A file for a braille embosser: patients' data, for its owner alone, and never over another."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from kiosk.domain.braille import embossed
from kiosk.pages.felt import facts
from kiosk.phrasebook import Phrasebook, Utterance
from kiosk.ports.voice import BrailleNotWritten


def write_brf(path: Path, utterances: Sequence[Utterance], book: Phrasebook) -> None:
    """Write utterances of a book in braille ASCII, a sentence a line.

    Raises:
        BrailleNotWritten: there is such a file already, or it cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii", newline="") as file:
            file.write(embossed(facts(utterances, book)))
    except OSError as fault:
        raise BrailleNotWritten(fault.strerror or "") from fault
