"""The plant room: settings in, a kiosk out. The one place that knows every adapter."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from kiosk.desk.manner import Manner
from kiosk.domain.backoff import Pace
from kiosk.domain.facility import Facility
from kiosk.domain.reception import Reception
from kiosk.errors import StoreError
from kiosk.events import Event
from kiosk.log import record
from kiosk.ports.card import CardReader, CardWatch
from kiosk.ports.clock import Clock
from kiosk.ports.records import DiskFull, DiskReadOnly, Records
from kiosk.ports.voice import Devices, Output
from kiosk.settings import Language, PrivateOutput, Settings
from kiosk.store.clock import SystemClock
from kiosk.store.keys import provider
from kiosk.store.keys.choice import nobody_there
from kiosk.store.opening import Store, open_store
from kiosk.usecases.verify import Asking

if TYPE_CHECKING:
    from kiosk.core.core import Core
    from kiosk.service.client import HttpsService
    from kiosk.sync.care import Care
    from kiosk.usecases.access import Gate
    from kiosk.usecases.adoption import Navigator
    from kiosk.usecases.put_right import PuttingRight


@dataclass(frozen=True)
class Kiosk:
    """The parts of one kiosk, plugged together; a context manager that closes the store.

    Service and reader are made when first used: a command that lists the queue loads neither TLS
    nor PC/SC.

    Args:
        settings: as loaded.
        store: open.
        clock: what time it is.
        laid_on: the reader to use; None = those of pcscd.
    """

    settings: Settings
    store: Store
    clock: Clock
    laid_on: CardReader | None = None

    @property
    def facility(self) -> Facility:
        """Who asks."""
        return self.settings.facility.facility()

    @property
    def records(self) -> Records:
        """Where checks are kept."""
        return self.store.records

    @cached_property
    def service(self) -> HttpsService:
        """The client of the eligibility service."""
        from kiosk.service.client import HttpsService  # noqa: PLC0415 - see the class docstring

        service = self.settings.service
        return HttpsService(
            service.url,
            ca=service.ca,
            certificate=service.certificate,
            key=service.key,
            anchor=self._anchor,
            waiting=lambda: self.pace.waiting,
        )

    def _anchor(self) -> str:
        """The head of the audit; a check goes out without it where it cannot be read."""
        try:
            return str(self.store.control.audit.head())
        except StoreError:
            return ""

    @cached_property
    def card(self) -> CardReader:
        """Where the card is laid."""
        if self.laid_on is not None:
            return self.laid_on
        from kiosk.reader.pcsc import PcscReader  # noqa: PLC0415 - see the class docstring
        from kiosk.reader.trace import TrafficLog  # noqa: PLC0415 - likewise

        reader = self.settings.reader
        tracer = TrafficLog() if reader.traffic_log else None
        return PcscReader(reader_name=reader.name or None, tracer=tracer)

    @cached_property
    def pace(self) -> Pace:
        """When the queue may ask next; one for all that ask."""
        # Jitter only spreads load: it guards nothing, so the plain generator is right.
        return Pace(random.random)

    @property
    def care(self) -> Care:
        """What the schedule looks after each day."""
        from kiosk.service.activation import CURRENT, Identity, renew  # noqa: PLC0415 - as above
        from kiosk.sync.care import Care  # noqa: PLC0415 - likewise
        from kiosk.sync.results import Pulling  # noqa: PLC0415 - likewise

        section = self.settings.service
        identity = Identity(section.certificate.parent.parent)
        is_ours = section.certificate.parent.name == CURRENT

        def renewed(before: timedelta) -> datetime | None:
            """Files that a technician put there are a technician's to renew."""
            if not is_ours:
                return None
            now, patience_s = self.clock.now(), section.patience_s
            url, ca = section.url, section.ca
            if renew(
                url, ca, identity,
                facility=self.facility, now=now, before=before, patience_s=patience_s,
            ):  # fmt: skip
                self.service.reload()
                record(Event.CERTIFICATE_RENEWED)
            return identity.expires_at

        pulling = Pulling(
            self.service, self.records, self.clock, self.store.control, section.patience_s
        )
        tests = (self.records.months, self.records.backlog, self.store.control.copy)
        return Care(renewed, tests, pulling)

    @property
    def asking(self) -> Asking:
        """What it takes to ask and to settle."""
        patience_s = self.settings.service.patience_s
        return Asking(self.records, self.service, self.clock, patience_s, self.pace)

    @property
    def putting_right(self) -> PuttingRight:
        """What staff may change of a check that is kept."""
        from kiosk.usecases.put_right import PuttingRight  # noqa: PLC0415 - see the class docstring

        return PuttingRight(self.records, self.store.corrections, self.clock)

    @cached_property
    def gate(self) -> Gate:
        """Lets people in, and keeps the audit."""
        from kiosk.reader.security_key import Fido2Keys  # noqa: PLC0415 - likewise
        from kiosk.usecases.access import Gate  # noqa: PLC0415 - see the class docstring

        control, factor = self.store.control, self.settings.access.second_factor
        return Gate(control.access, control.audit, self.clock, factor, Fido2Keys())

    @cached_property
    def navigator(self) -> Navigator:
        """The checklist and the log of the 協力金."""
        return navigator(self.settings, self.settings.state.dir, self.clock.now)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Only what was made: `service` and `card` are made when first used.
        if "service" in self.__dict__:
            self.service.close()
        self.store.close()


def assemble(
    settings: Settings,
    *,
    laid_on: CardReader | None = None,
    unlock: Callable[[], str] = nobody_there,
) -> Kiosk:
    """Open the store and plug the kiosk together.

    Args:
        settings: as loaded.
        unlock: fetches the passcode where the key provider is ``passcode``.
        laid_on: a reader of the simulated world, in place of pcscd's.

    Raises:
        StoreError: the state folder, its keys or its files cannot be used.
    """
    store = open_store(
        settings.state.dir, provider(settings.keys, settings.state.dir, unlock).load()
    )
    try:
        # A stick that was away when its month went may be there now.
        store.control.held.overdue(store.records.months())
    except (DiskFull, DiskReadOnly) as error:
        # It stays on the list, and the reception open.
        record(Event.JOB_FAILED, job="held", code=error.code)
    clock = SystemClock(store.control, settings.clock.trust)
    return Kiosk(settings, store, clock, laid_on)


def navigator(settings: Settings | None, folder: Path, now: Callable[[], datetime]) -> Navigator:
    """The navigator of a state folder; without a store, which before the set-up there is not.

    Args:
        settings: None before the set-up.
        folder: of the state.
        now: what time it is, aware.
    """
    from kiosk.store.ticked import AdoptionFile  # noqa: PLC0415 - see the class docstring above
    from kiosk.usecases.adoption import Navigator  # noqa: PLC0415 - likewise

    def is_registered() -> bool:
        try:
            return settings is not None and settings.service.certificate.is_file()
        except PermissionError:
            return False

    is_simulated = settings is not None and settings.is_simulated
    return Navigator(
        AdoptionFile(folder), now, is_simulated=is_simulated, is_registered=is_registered
    )


def seat(kiosk: Kiosk, *, language: str = "ja", watch: CardWatch | None = None) -> Core:
    """A core on the parts of a kiosk, not yet begun.

    Args:
        kiosk: open.
        language: "ja" or "en", where the settings name none.
        watch: on a reader of the simulated world, in place of pcscd's.
    """
    # Here, because the commands that end at once need none of it.
    from kiosk.core.core import Core  # noqa: PLC0415
    from kiosk.core.parts import Parts  # noqa: PLC0415
    from kiosk.reader.watch import PcscWatch  # noqa: PLC0415
    from kiosk.usecases.documents import About  # noqa: PLC0415
    from kiosk.usecases.follow_up import FollowingUp  # noqa: PLC0415

    settings, control = kiosk.settings, kiosk.store.control
    about = About(kiosk.facility, settings.service.url, is_simulated=settings.is_simulated)
    parts = Parts(
        kiosk.asking,
        FollowingUp(kiosk.store.follow_ups, kiosk.clock),
        kiosk.putting_right,
        about,
        kiosk.card,
        watch or PcscWatch(reader_name=settings.reader.name or None),
        kiosk.gate,
        control.computers,
        control.held,
        control.reception,
        control.preferences,
        control.switches,
        kiosk.navigator,
        receipt_manner(settings),
        _language(settings, language),
        idle_s=settings.access.idle_minutes * 60.0,
        manner=_manner(settings),
        reception=_reception(settings),
        care=kiosk.care,
    )
    return Core(parts)


def _language(settings: Settings, otherwise: str) -> str:
    chosen = settings.screen.language
    return otherwise if chosen is Language.AUTO else chosen.value


def _reception(settings: Settings) -> Reception:
    received, patience = settings.reception, settings.times.patience()
    return Reception(received.attendance, received.identify, patience=patience)


def receipt_manner(settings: Settings) -> dict[str, Any]:
    """What the link of the receipt computers needs of the settings."""
    return settings.receipt.model_dump(mode="json")


def _manner(settings: Settings) -> Manner:
    """What the fronts need of the settings."""
    voice = settings.voice
    is_to_headphones = voice.headphones and voice.private is PrivateOutput.HEADPHONES
    return Manner(
        settings.screen.double_strike_s,
        Devices(voice.loudspeaker, voice.headphones),
        Output.HEADPHONES if is_to_headphones else None,
        patience=settings.times.patience(),
    )
