"""Text for the clipboard of whoever looks on through a terminal, over SSH as well: OSC 52.

Source: xterm, ctlseqs, "Operating System Commands": ``ESC ] 52 ; c ; base64 BEL``. The terminal
keeps it; the kiosk asks for it to be emptied, since nothing may be left there (facts DOMAIN,
Privacy).
"""

from __future__ import annotations

import base64

LONGEST = 74_994
"""Bytes that xterm and tmux take at most, before base64."""
_BEGIN, _END = "\x1b]52;c;", "\x07"


class TooLongToCopy(ValueError):
    """More than terminals take: they would copy nothing, silently."""


def copying(text: str) -> str:
    """What to write to the terminal so that it copies the text; TooLongToCopy."""
    raw = text.encode()
    if len(raw) > LONGEST:
        raise TooLongToCopy
    return f"{_BEGIN}{base64.b64encode(raw).decode()}{_END}"


def emptying() -> str:
    """What to write so that the clipboard is emptied.

    A blank first, for terminals that take an argument which is not base64 for no order (tmux
    leaves its buffer as it is), then that argument, which empties it (xterm, foot).
    """
    return f"{copying(' ')}{_BEGIN}!{_END}"
