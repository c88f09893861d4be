"""Everything a technician can set, in one TOML file and its drop-ins.

The file is named by ``--config``; relative paths in it count from its own folder. The simulator
writes one ready-made. A wrong key, type or value is a K501 with its place.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.domain.facility import Facility
from kiosk.domain.passcode import Factor
from kiosk.domain.protection import KeyProvider
from kiosk.domain.reception import Attendance, Identify
from kiosk.errors import SettingsError
from kiosk.settings_files import Place, Problem, Texts, Unreadable, Written, gather, nearest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

DEFAULT_CONFIG = Path("/etc/madoguchi/kiosk.toml")
DEFAULT_STATE = Path("/var/lib/madoguchi")


class SettingsMissing(SettingsError):
    """There is no settings file at the place named."""

    code = "K502"


class SettingsInvalid(SettingsError):
    """A line of the settings is wrong."""

    code = "K501"


class OnlySimulated(SettingsError):
    """An option that only the simulated world allows was given with real settings."""

    code = "K504"


class SimulatorUnreachable(SettingsError):
    """No simulator runs in the folder named."""

    code = "K505"


class SimulatorAbsent(SettingsError):
    """This command is of the simulated world, which the package of a clinic does not contain."""

    code = "K520"


class ClockTrust(StrEnum):
    """When the wall clock is believed."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FacilitySection(_Section):
    """The clinic and this terminal."""

    code: str = Field(description="機関コード, 10 digits")
    terminal: str = Field(description="account id of this terminal, e.g. W0000001")

    def facility(self) -> Facility:
        """As the domain knows it; ValueError when malformed."""
        return Facility(self.code, self.terminal)


class ServiceSection(_Section):
    """The eligibility service."""

    url: str = Field(description="base URL, https only", pattern=r"^https://")
    ca: Path = Field(description="PEM file of the service's certificate authority")
    certificate: Path = Field(description="PEM file of this terminal's client certificate")
    key: Path = Field(description="PEM file of its private key")
    simulated: bool = Field(
        default=False,
        strict=True,
        description="true only in the simulated world; everything is marked 模擬",
    )
    patience_s: float = Field(
        default=10.0,
        strict=True,
        gt=0,
        le=60,
        description="bound of one whole question, polls included",
    )


class KeysSection(_Section):
    """The device key."""

    provider: KeyProvider = KeyProvider.SYSTEMD_CREDENTIAL
    credential: str = Field(
        default="kiosk-device-key", description="name of the systemd credential, 32 bytes"
    )
    tpm: str = Field(
        default="device:/dev/tpmrm0",
        description="the TPM, as tpm2-tools name it (TCTI)",
    )
    tpm_index: int = Field(
        default=0x01500020,
        ge=0x01400000,
        le=0x017FFFFF,
        strict=True,
        description="NV index of the counter in the TPM; the owner's range",
    )
    file: Path | None = Field(
        default=None, description="key file of the test provider; the simulated world only"
    )


class ClockSection(_Section):
    """Belief in the wall clock."""

    trust: ClockTrust = Field(
        default=ClockTrust.AUTO,
        description="auto: NTP or the service's Date; always/never: the simulated world only",
    )


class AccessSection(_Section):
    """Who may come in, and how."""

    second_factor: Factor = Field(
        default=Factor.NONE,
        description="second step of a login: none, totp (code of the minute) or fido2 (key)",
    )
    idle_minutes: int = Field(
        default=5, strict=True, ge=1, le=60, description="a session unused for so long ends"
    )
    reception_users: tuple[str, ...] = Field(
        default=(),
        description="users whose fronts a passcode may raise to staff; @name is a group",
    )
    technician_users: tuple[str, ...] = Field(
        default=(), description="users that see how the box is, never patient data; @name likewise"
    )
    receipt_users: tuple[str, ...] = Field(
        default=(), description="users of the receipt computer's link; @name likewise"
    )


class ReaderSection(_Section):
    """The card reader."""

    name: str = Field(
        default="", description="part of the name of the reader to use; empty = every reader"
    )
    traffic_log: bool = Field(
        default=False,
        strict=True,
        description="log every command to the card, PIN, certificate and signature masked",
    )


class ReceptionSection(_Section):
    """How visits are received."""

    attendance: Attendance = Field(
        default=Attendance.UNATTENDED,
        description="unattended: patients are alone; attended: somebody of the clinic stands by",
    )
    identify: Identify = Field(
        default=Identify.PIN,
        description="pin: the 4-digit PIN; sight: whoever stands by looks at the card's photo "
        "(attended only)",
    )


class ReceiptEncoding(StrEnum):
    """How files for receipt computers are written."""

    SHIFT_JIS = "Shift_JIS"
    UTF_8 = "UTF-8"


class ReceiptSection(_Section):
    """The receipt computer's link (``kiosk receipt serve``); every way is off until set here."""

    drop_folder: Path | None = Field(default=None, description="shared: OQS files")
    encoding: ReceiptEncoding = Field(
        default=ReceiptEncoding.SHIFT_JIS, description="of files there"
    )
    listen: str = Field(
        default="", pattern=r"^$|^[^\s]+:\d{1,5}$", description="host:port of the API; empty: off"
    )
    bind_address: bool = Field(default=True, strict=True, description="tied to its address")
    qr: bool = Field(default=False, strict=True, description="QR on the screen")
    copy_text: bool = Field(default=False, strict=True, description="copy by OSC 52")
    files: bool = Field(default=False, strict=True, description="plain exports")
    receiver: Path | None = Field(default=None, description="PEM; exports are sealed to it")


class StateSection(_Section):
    """Where the kiosk keeps things."""

    dir: Path = Field(default=DEFAULT_STATE, description="state folder")


class Language(StrEnum):
    """A language of screen and voice."""

    AUTO = "auto"
    JA = "ja"
    EN = "en"


class PrivateOutput(StrEnum):
    """Where private words go while no staff session has chosen."""

    SHOWN = "shown"
    HEADPHONES = "headphones"


class ScreenSection(_Section):
    """The fronts: screen and lines."""

    language: Language = Field(
        default=Language.AUTO,
        description="ja, en, or auto: that of kiosk serve's environment (LANG)",
    )
    double_strike_s: float = Field(
        default=0.2,
        strict=True,
        ge=0,
        le=2,
        description="an identical key within this time is the same stroke",
    )


class VoiceSection(_Section):
    """The voice's sound devices, by name as ALSA (aplay -L) or PipeWire knows them."""

    loudspeaker: str = Field(default="", description="empty: the default device")
    headphones: str = Field(default="", description="private listening; empty: there are none")
    private: PrivateOutput = Field(
        default=PrivateOutput.SHOWN,
        description="where private words go while no staff session has chosen: shown and not "
        "said, or the headphones",
    )


class UpdateSection(_Section):
    """Updates of this box (``kiosk update``)."""

    public_key: str = Field(
        default="",
        description="minisign public key of whoever makes the packages; empty: no updates",
    )
    hours: str = Field(
        default="21:00-06:00",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$",
        description="when the clinic is closed and updates may be made, Japan time",
    )


class Settings(_Section):
    """The whole file; every key documented in ``config/kiosk.toml``."""

    facility: FacilitySection
    service: ServiceSection
    keys: KeysSection = KeysSection()
    clock: ClockSection = ClockSection()
    access: AccessSection = AccessSection()
    reader: ReaderSection = ReaderSection()
    reception: ReceptionSection = ReceptionSection()
    receipt: ReceiptSection = ReceiptSection()
    state: StateSection = StateSection()
    screen: ScreenSection = ScreenSection()
    voice: VoiceSection = VoiceSection()
    update: UpdateSection = UpdateSection()

    @property
    def is_simulated(self) -> bool:
        """True when nothing here may be taken for real."""
        return self.service.simulated


def load(path: Path | None, *, state_dir: Path | None = None) -> Settings:
    """Read and check the settings file and its drop-ins (``kiosk.settings_files``).

    Args:
        path: the file; None = ``/etc/madoguchi/kiosk.toml``.
        state_dir: takes the place of ``[state] dir``.

    Raises:
        SettingsMissing: no such file.
        SettingsInvalid: not TOML, an unknown key, a wrong value; the detail names the place.
    """
    return checked(None, path or DEFAULT_CONFIG, state_dir=state_dir)


def checked(text: Texts | None, file: Path, *, state_dir: Path | None = None) -> Settings:
    """As ``load``, of what is to stand in the file, or in all; None = as they stand."""
    settings, problems, _ = examine(file, text=text, state_dir=state_dir)
    if settings is None:
        raise SettingsInvalid(str(problems[0]))
    return settings


def examine(
    path: Path | None, *, text: Texts | None = None, state_dir: Path | None = None
) -> tuple[Settings | None, list[Problem], Written]:
    """As ``load``, but with all that is wrong; the settings are None where anything is.

    Raises:
        SettingsMissing: no such file.
    """
    file = path or DEFAULT_CONFIG
    try:
        written = gather(file, text)
    except FileNotFoundError:
        raise SettingsMissing(str(file)) from None
    except Unreadable as fault:
        place = Place(fault.file, fault.line)
        return None, [Problem(place, "", fault.what)], Written(file)
    if state_dir is not None:
        written.document["state"] = {"dir": str(state_dir.absolute())}
    try:
        settings = _beside_the_file(file, Settings.model_validate(written.document))
    except ValidationError as error:
        return None, [_problem(written, each) for each in error.errors()], written
    problems = [Problem(written.place(key), key, what) for key, what in _pretence(settings)]
    try:
        settings.facility.facility()
    except ValueError as error:
        problems.append(Problem(written.place("facility.code"), "facility", str(error)))
    return None if problems else settings, problems, written


def known_keys() -> list[str]:
    """Every "section.key", in the order of the sample."""
    return [
        f"{name}.{key}"
        for name, section in Settings.model_fields.items()
        if isinstance(section.annotation, type) and issubclass(section.annotation, BaseModel)
        for key in section.annotation.model_fields
    ]


def _problem(written: Written, error: ErrorDetails) -> Problem:
    key = ".".join(str(part) for part in error["loc"])
    known = known_keys() if len(error["loc"]) > 1 else list(Settings.model_fields)
    meant = nearest(key, known) if error["type"] == "extra_forbidden" else None
    return Problem(written.place(key), key, error["msg"], meant)


def _beside_the_file(file: Path, settings: Settings) -> Settings:
    """Relative paths count from the folder of the file; absolute ones stay."""
    folder = file.absolute().parent
    placed = {
        name: section.model_copy(
            update={key: folder / value for key, value in section if isinstance(value, Path)}
        )
        for name, section in settings
    }
    return settings.model_copy(update=placed)


def _pretence(settings: Settings) -> Iterator[tuple[str, str]]:
    """What weakens the box is for the simulated world alone."""
    if settings.is_simulated:
        return
    if settings.keys.provider is KeyProvider.TEST:
        yield "keys.provider", "test is for the simulated world only"
    if settings.clock.trust is not ClockTrust.AUTO:
        yield "clock.trust", "only auto outside the simulated world"


def credentials_dir() -> Path | None:
    """Folder of the systemd credentials of this service, if it has any."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return Path(folder) if folder else None
