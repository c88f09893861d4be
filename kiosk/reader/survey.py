"""Which readers there are and what they take: for the doctor, without touching a card's PIN."""

from __future__ import annotations

from kiosk.reader.scard import load_scard, pcsc_context, reader_names


def list_readers() -> list[str]:
    """Names of the readers pcscd knows, none when nothing is plugged in.

    Raises:
        ReaderServiceDown, ReaderRefused, ReaderSupportMissing: pcscd cannot be asked.
    """
    scard = load_scard()
    with pcsc_context(scard) as context:
        return reader_names(scard, context, None)
