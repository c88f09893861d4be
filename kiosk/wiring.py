"""The plant room: settings in, a kiosk out. The one place that knows every adapter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.domain.facility import Facility
from kiosk.ports.card import CardReader
from kiosk.ports.clock import Clock
from kiosk.ports.records import Records
from kiosk.ports.service import EligibilityService
from kiosk.settings import KeyProvider, KeysSection, Settings, SettingsInvalid
from kiosk.store.keys import CredentialKey, DeviceKey, FileKey
from kiosk.store.store import Store, open_store
from kiosk.usecases.verify import Asking


def device_key(keys: KeysSection) -> DeviceKey:
    """The provider the settings name.

    Raises:
        SettingsInvalid: the test provider without a file.
    """
    if keys.provider is KeyProvider.SYSTEMD_CREDENTIAL:
        return CredentialKey(keys.credential)
    if keys.file is None:
        raise SettingsInvalid("keys.file: the test provider needs a file")
    return FileKey(keys.file)


@dataclass(frozen=True)
class Kiosk:
    """The parts of one kiosk, plugged together; a context manager that closes the store.

    Service and reader are made when first used: a command that lists the queue loads neither TLS
    nor PC/SC.

    Args:
        settings: as loaded.
        store: open.
    """

    settings: Settings
    store: Store

    @property
    def facility(self) -> Facility:
        """Who asks."""
        return self.settings.facility.facility()

    @property
    def records(self) -> Records:
        """Where checks are kept."""
        return self.store.records

    @property
    def clock(self) -> Clock:
        """What time it is."""
        return self.store.clock

    @cached_property
    def service(self) -> EligibilityService:
        """The client of the eligibility service."""
        from kiosk.service.client import HttpsService  # noqa: PLC0415 - see the class docstring

        service = self.settings.service
        return HttpsService(
            service.url, ca=service.ca, certificate=service.certificate, key=service.key
        )

    @cached_property
    def card(self) -> CardReader:
        """The readers of pcscd."""
        from kiosk.reader.pcsc import PcscReader  # noqa: PLC0415 - see the class docstring

        return PcscReader()

    @property
    def asking(self) -> Asking:
        """What it takes to ask and to settle."""
        return Asking(self.records, self.service, self.clock, self.settings.service.patience_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.store.close()


def assemble(settings: Settings) -> Kiosk:
    """Open the store and plug the kiosk together.

    Raises:
        StoreError: the state folder, its keys or its files cannot be used.
    """
    state: Path = settings.state.dir
    trust = settings.clock.trust
    return Kiosk(settings, open_store(state, device_key(settings.keys), trust=trust))


