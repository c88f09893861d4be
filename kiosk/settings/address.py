"""Where the service may be: an address at which somebody could be asked."""

from __future__ import annotations

from urllib.parse import urlsplit


def service_url(text: str) -> str:
    """The address as it came, when it is https with a host, and a port in range if it names one.

    Names with a password, a query or a fragment have no place in it: they would be shown, or lost.

    Raises:
        ValueError: what is wrong with it, without quoting it.
    """
    if not text.isprintable() or " " in text:
        raise ValueError("an address has no blanks and no control characters")
    parts = urlsplit(text)
    host = parts.hostname or ""
    if parts.scheme != "https" or not host:
        raise ValueError("https:// and the name of a host are wanted")
    try:
        host.encode("idna")
    except UnicodeError:
        raise ValueError("this can be the name of no host") from None
    if parts.port == 0:
        raise ValueError("a port is between 1 and 65535")
    if "@" in parts.netloc or "?" in text or "#" in text:
        raise ValueError("no user, no query and no fragment belong to it")
    return text
