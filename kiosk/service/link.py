"""A thread that owns the event loop of the client, and the TLS it speaks.

The client is synchronous outside (ARCHITECTURE, decision 1). Inside it must be able to give up at
any await: only that bounds a whole call, since timeouts of HTTP libraries are per read (facts
STORE_AND_BOX, Sync).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from cryptography import x509

from kiosk.settings import SettingsInvalid

_TURNS_TO_CLOSE = 4
"""A TLS connection closes in as many turns of the loop at most: record, socket, both callbacks."""

_T = TypeVar("_T")


def tls_context(ca: Path, own: tuple[Path, Path] | None) -> ssl.SSLContext:
    """TLS 1.2 or later, this certificate authority alone, and our own certificate.

    Args:
        ca: PEM file of the authority.
        own: PEM files of certificate and key; None before the activation.

    Raises:
        SettingsInvalid: a file is missing or not what it should be.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    try:
        context.load_verify_locations(cafile=ca)
    except OSError as error:
        raise SettingsInvalid(f"service.ca: {ca}: {_why(error)}") from None
    if own is None:
        return context
    try:
        context.load_cert_chain(*own)
    except OSError as error:
        raise SettingsInvalid(f"service.certificate: {own[0]}: {_why(error)}") from None
    return context


def expires_at(certificate: Path) -> datetime:
    """Last moment of a PEM certificate, aware UTC; OSError, ValueError where there is none."""
    try:
        return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except x509.InvalidVersion as error:
        raise ValueError(str(error)) from None


def _why(error: OSError) -> str:
    return (getattr(error, "reason", None) or error.strerror or "unreadable").lower()


class _Loop(asyncio.SelectorEventLoop):
    """Looks names up in threads that do not hold the process back when it ends.

    The executor of asyncio is joined at exit: a resolver that waits half a minute for a dead line
    would keep a finished command from returning.
    """

    async def getaddrinfo(
        self,
        host: bytes | str | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002 - the signature is asyncio's
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        found: asyncio.Future[list[Any]] = self.create_future()

        def look_up() -> None:
            try:
                addresses = socket.getaddrinfo(host, port, family, type, proto, flags)
            except OSError as error:
                self._tell(found, error)
            except UnicodeError:
                # A name that no question can hold, for instance with a label of 64 letters.
                self._tell(found, socket.gaierror(socket.EAI_NONAME, "no such name"))
            else:
                self._tell(found, addresses)

        threading.Thread(target=look_up, name="name lookup", daemon=True).start()
        return await found

    def _tell(self, found: asyncio.Future[list[Any]], result: list[Any] | OSError) -> None:
        # A loop closed meanwhile has nobody left who waits.
        with contextlib.suppress(RuntimeError):
            self.call_soon_threadsafe(_settle, found, result)


def _settle(found: asyncio.Future[list[Any]], result: list[Any] | OSError) -> None:
    if found.done():
        return
    if isinstance(result, OSError):
        found.set_exception(result)
    else:
        found.set_result(result)


async def _wind_up() -> None:
    """Cancel what still runs, and let closed connections tell the loop so."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    for _ in range(_TURNS_TO_CLOSE):
        await asyncio.sleep(0)


class Link:
    """Runs coroutines on a loop of its own, from any thread; started when first used."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: _Loop | None = None
        self._thread: threading.Thread | None = None

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Wait for the work; an interrupt of the waiting thread cancels it."""
        future = self.begin(work)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def begin(self, work: Coroutine[Any, Any, _T]) -> Future[_T]:
        """Start the work; the thread of the loop calls what waits for the future."""
        return asyncio.run_coroutine_threadsafe(work, self._started())

    def close(self) -> None:
        """End the loop; what still runs is cancelled."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(_wind_up(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    def _started(self) -> _Loop:
        with self._lock:
            if self._loop is None:
                self._loop = _Loop()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name="service", daemon=True
                )
                self._thread.start()
            return self._loop
