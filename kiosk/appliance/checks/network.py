"""``network.*``: the way to the service, each step by itself, up to the first that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from kiosk.appliance.box import Box
from kiosk.appliance.finding import Finding, State
from kiosk.appliance.network import look
from kiosk.domain.dates import day_in_japan
from kiosk.errors import KioskError, SettingsError
from kiosk.phrasebook import Phrase
from kiosk.ports.service import AccountNotInForce, AccountStopped, NoNetwork
from kiosk.service.steps import Steps

_PATIENCE_S = 5.0
_OPEN_WITHOUT_KEY = 3
"""Link, name and connection need no key of ours."""


def find(box: Box) -> Iterator[Finding]:
    """From the cable to the account, up to the first step that fails."""
    if isinstance(box.settings, SettingsError):
        return
    section = box.settings.service
    own = section.certificate, section.key
    steps = Steps(section.url, section.ca, own, min(_PATIENCE_S, section.patience_s))
    rows = _rows(box, steps)
    is_denied = _is_denied(section.key)
    for number, (name, phrase, step) in enumerate(rows):
        if is_denied and number >= _OPEN_WITHOUT_KEY:
            yield Finding(name, State.UNKNOWN, Phrase.DOCTOR_NET_NO_KEY)
            continue
        try:
            detail = step()
        except KioskError as error:
            yield Finding.of(name, error, why=Phrase.DOCTOR_WHY_NET)
            for later, _, _ in rows[number + 1 :]:
                yield Finding(later, State.SKIPPED, Phrase.DOCTOR_NET_SKIPPED)
            return
        yield Finding(name, State.OK, phrase, detail=detail)


def _rows(box: Box, steps: Steps) -> list[tuple[str, Phrase, Callable[[], str]]]:
    return [
        ("network.link", Phrase.DOCTOR_NET_LINK, lambda: _link(box, steps)),
        ("network.name", Phrase.DOCTOR_NET_NAME, steps.look_up),
        ("network.connection", Phrase.DOCTOR_NET_CONNECTION, steps.connect),
        ("network.tls", Phrase.DOCTOR_NET_TLS, steps.shake_hands),
        ("network.certificate", Phrase.DOCTOR_NET_CERTIFICATE, steps.show_certificate),
        ("network.account", Phrase.DOCTOR_NET_ACCOUNT, lambda: _account(steps)),
    ]


def _link(box: Box, steps: Steps) -> str:
    if steps.is_on_this_box:
        return "loopback"
    found = look(box.root)
    names = (*found.cables, *found.wireless)
    if not names:
        raise NoNetwork("no interface is up")
    if not found.has_route:
        raise NoNetwork("no default route")
    return ", ".join(names)


def _account(steps: Steps) -> str:
    account, today = steps.account(), day_in_japan(datetime.now(UTC))
    if account.is_stopped:
        raise AccountStopped(str(account.stopped_on or ""))
    begins, ends = account.begins_on, account.ends_on
    if (begins is not None and today < begins) or (ends is not None and today > ends):
        raise AccountNotInForce(f"{begins or ''}/{ends or ''}")
    return account.facility.terminal


def _is_denied(key: Path) -> bool:
    try:
        with key.open("rb"):
            return False
    except PermissionError:
        return True
    except OSError:
        # Absent: the step that needs it says so.
        return False
