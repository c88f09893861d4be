"""The sections of ``kiosk.toml``: every key, its kind, its limits and what it is without."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated
from unicodedata import category

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from kiosk.domain.facility import Facility
from kiosk.domain.passcode import Factor
from kiosk.domain.patience import Patience
from kiosk.domain.protection import KeyProvider
from kiosk.domain.reception import Attendance, Identify
from kiosk.settings.address import service_url

DEFAULT_STATE = Path("/var/lib/madoguchi")


class ClockTrust(StrEnum):
    """When the wall clock is believed."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*")
    @classmethod
    def _is_of_one_line(cls, value: object) -> object:
        """Paths, devices and names go to the system as they are; it takes none with a NUL."""
        if isinstance(value, str | Path) and any(category(sign) == "Cc" for sign in str(value)):
            raise ValueError("no control characters belong here")
        return value


class FacilitySection(_Section):
    """The clinic and this terminal."""

    code: str = Field(description="機関コード, 10 digits")
    terminal: str = Field(description="account id of this terminal, e.g. W0000001")

    def facility(self) -> Facility:
        """As the domain knows it; ValueError when malformed."""
        return Facility(self.code, self.terminal)


class ServiceSection(_Section):
    """The eligibility service."""

    url: Annotated[str, AfterValidator(service_url)] = Field(
        description="base URL, https only", pattern=r"^https://", examples=["https://host"]
    )
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


class TimesSection(_Section):
    """How long is waited for people; the staff may stretch all of it at the box (画面と声).

    What ends by itself warns 20 s before, and any key gives it its whole time again.
    """

    pin_s: float = Field(
        default=40.0,
        strict=True,
        ge=20,
        le=600,
        description="for the PIN, the card or a look at it, before it is asked: still there?",
    )
    paper_s: float = Field(
        default=120.0,
        strict=True,
        ge=30,
        le=1800,
        description="for an answer to a question and for numbers typed from a paper, likewise",
    )
    result_s: float = Field(
        default=20.0,
        strict=True,
        ge=10,
        le=600,
        description="a result without a card, somebody of the clinic by, before it warns",
    )
    result_alone_s: float = Field(
        default=12.0,
        strict=True,
        ge=5,
        le=300,
        description="the same where the patient is alone",
    )
    with_card_s: float = Field(
        default=60.0,
        strict=True,
        ge=30,
        le=600,
        description="a result while the card lies there, somebody of the clinic by",
    )
    with_card_alone_s: float = Field(
        default=40.0, strict=True, ge=30, le=300, description="the same where the patient is alone"
    )
    help_s: float = Field(
        default=60.0,
        strict=True,
        ge=40,
        le=600,
        description="help or another voice left open at rest goes back to the usual",
    )
    call_s: float = Field(
        default=180.0,
        strict=True,
        ge=10,
        le=1800,
        description="a call for the staff sounds again and again; it is shown until it is answered",
    )

    def patience(self) -> Patience:
        """As the domain knows it."""
        return Patience(**self.model_dump())


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
        default="",
        pattern=r"^$|^[^\s]+:\d{1,5}$",
        examples=["0.0.0.0:8443"],
        description="host:port of the API; empty: off",
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
        examples=["21:00-06:00"],
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
    times: TimesSection = TimesSection()
    receipt: ReceiptSection = ReceiptSection()
    state: StateSection = StateSection()
    screen: ScreenSection = ScreenSection()
    voice: VoiceSection = VoiceSection()
    update: UpdateSection = UpdateSection()

    @property
    def is_simulated(self) -> bool:
        """True when nothing here may be taken for real."""
        return self.service.simulated
