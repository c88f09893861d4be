"""What went wrong on the way: the library's exceptions as the port's errors."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from kiosk.errors import ServiceError
from kiosk.ports.service import (
    AnswerLost,
    ClientCertificateRefused,
    ClockRefused,
    MalformedAnswer,
    NameNotResolved,
    NoNetwork,
    RequestRejected,
    ServerNotTrusted,
    ServiceTimedOut,
    StillProcessing,
)

# X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED (openssl x509_vfy.h)
_CLOCK_ERRORS = frozenset({9, 10})
_HUNG_UP = ("disconnected", "closed connection")


@dataclass
class Progress:
    """How far a call came; told by httpcore's ``trace`` extension.

    Args:
        connect_s: bound of the TCP connection, and again of the TLS handshake.
        is_connected: a TCP connection stood, new or kept alive.
        is_fresh: it was made for this request.
        is_sent: the question went out, at least in part.
        is_heard: the service began to answer.
        is_processing: the service has said that it is still processing.
    """

    connect_s: float
    is_connected: bool = False
    is_fresh: bool = False
    is_sent: bool = False
    is_heard: bool = False
    is_processing: bool = False

    async def trace(self, event: str, _info: Mapping[str, Any]) -> None:
        """Note an event of the connection."""
        if event == "connection.connect_tcp.complete":
            self.is_connected = self.is_fresh = True
        elif event == "http11.send_request_headers.started":
            self.is_connected = self.is_sent = True
        elif event == "http11.receive_response_headers.complete":
            self.is_heard = True


def out_of_patience(progress: Progress) -> ServiceError:
    """The error when the time of the whole call is over."""
    if progress.is_processing:
        return StillProcessing("no patience left")
    if not progress.is_connected:
        return NoNetwork("no connection within the time")
    return ServiceTimedOut("no whole answer within the time")


def translate(error: httpx.RequestError | OSError, progress: Progress) -> ServiceError:
    """The port's error for an exception of the transport; nothing of the request is quoted."""
    if isinstance(error, httpx.TimeoutException):
        return out_of_patience(progress)
    for cause in _causes(error):
        found = _of_cause(cause, progress)
        if found:
            return found
    if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol):
        return RequestRejected(f"not sent: {type(error).__name__}")
    if not progress.is_sent:
        return NoNetwork(_reason(error))
    if isinstance(error, httpx.RemoteProtocolError) and not _hung_up(error):
        return MalformedAnswer("not HTTP")
    return AnswerLost(_reason(error))


def _of_cause(cause: BaseException, progress: Progress) -> ServiceError | None:
    if isinstance(cause, ssl.SSLCertVerificationError):
        kind = ClockRefused if cause.verify_code in _CLOCK_ERRORS else ServerNotTrusted
        return kind(cause.verify_message)
    if isinstance(cause, socket.gaierror):
        return NameNotResolved(cause.strerror or "")
    if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
        reason = cause.reason or "TLS"
        if _concerns_our_certificate(reason):
            return ClientCertificateRefused(reason)
        return None if progress.is_sent else ServerNotTrusted(reason)
    return None


def _concerns_our_certificate(reason: str) -> bool:
    about = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED")
    return "ALERT" in reason and any(word in reason for word in about)


def _hung_up(error: httpx.RemoteProtocolError) -> bool:
    """One class stands for "the server hung up" and for "this is not HTTP"; the text tells."""
    return any(words in str(error) for words in _HUNG_UP)


def _reason(error: BaseException) -> str:
    causes = [cause for cause in _causes(error) if isinstance(cause, OSError) and cause.strerror]
    return str(causes[-1].strerror) if causes else type(error).__name__


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and what it came from, groups of them included."""
    seen: set[int] = set()
    rest: list[BaseException | None] = [error]
    while rest:
        each = rest.pop(0)
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        if isinstance(each, BaseExceptionGroup):
            rest += each.exceptions
        # httpcore's pool raises "from None": the cause is left in the context alone.
        rest += [each.__cause__, each.__context__]
