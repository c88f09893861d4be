"""What a simulated card may be like: one value for the command line, the demo and ``people.toml``.

Every option is one thing a person may lay on the reader, or do with it (facts DOMAIN, Situations).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.settings import SettingsInvalid
from kiosk.simulator.tries import PIN_TRIES


class CardState(StrEnum):
    """How it stands with the certificate of a card."""

    USUAL = "usual"
    REVOKED = "revoked"
    NOT_LINKED = "not-linked"
    EXPIRING = "expiring"
    IN_GRACE = "in-grace"
    EXPIRED = "expired"


class KeyKind(StrEnum):
    """Of which generation its key is: RSA-2048 today, ECDSA P-384 planned."""

    RSA = "rsa"
    ECDSA = "ecdsa"


class Token(StrEnum):
    """What answers to the JPKI application: a card or a phone."""

    CARD = "card"
    ANDROID = "android"
    IPHONE = "iphone"


class Kind(StrEnum):
    """What kind of card it is; a broken chip is a kind too."""

    MY_NUMBER = "my-number"
    DRIVERS_LICENCE = "drivers-licence"
    BANK = "bank"
    TRANSIT = "transit"
    OTHER = "other"
    MUTE = "mute"
    GARBAGE = "garbage"


class CertificateFile(StrEnum):
    """What stands in the file of the certificate."""

    WHOLE = "whole"
    MISSING = "missing"
    GARBAGE = "garbage"


class Pulled(StrEnum):
    """When a card is pulled: before the chip gets the command, or before its answer arrives."""

    BEFORE = "before"
    AFTER = "after"


class BlockedAnswer(StrEnum):
    """What a blocked card answers when it is asked for the tries left (facts CARD)."""

    NO_TRY_LEFT = "63C0"
    BLOCKED = "6983"
    DATA_INVALIDATED = "6984"


class CardOptions(BaseModel):
    """One card as it is laid. None = as the person's own card is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Annotated[Kind, Field(description="What kind of card.")] = Kind.MY_NUMBER
    token: Annotated[Token, Field(description="A card, or a phone that acts as one.")] = Token.CARD
    key: Annotated[KeyKind, Field(description="rsa, or ecdsa: the next card.")] = KeyKind.RSA
    certificate: Annotated[CardState | None, Field(description="State of its certificate.")] = None
    certificate_file: Annotated[
        CertificateFile, Field(description="What stands where the certificate should.")
    ] = CertificateFile.WHOLE
    without_pin: Annotated[bool, Field(description="The file of the PIN is missing.")] = False
    tries: Annotated[
        int | None, Field(ge=0, le=PIN_TRIES, description="PIN tries left; kept in the world.")
    ] = None
    blocked: Annotated[
        BlockedAnswer | None, Field(description="PIN blocked, and how the card says so.")
    ] = None
    short_only: Annotated[bool, Field(description="Extended APDUs are answered 6700.")] = False
    stumbles: Annotated[bool, Field(description="6F00 to the first command after power.")] = False
    slow_ms: Annotated[float, Field(ge=0, le=60_000, description="Delay of each command.")] = 0
    pulled_at: Annotated[int | None, Field(ge=1, description="Pulled at the n-th command.")] = None
    pulled_when: Annotated[
        Pulled, Field(description="Before the command arrives, or after it is done.")
    ] = Pulled.AFTER

    def changed(self, changes: dict[str, Any]) -> CardOptions:
        """The same card with some options changed.

        Args:
            changes: by name, as they stand in JSON.

        Raises:
            SettingsInvalid: an unknown option or a wrong value; names the option.
        """
        try:
            return CardOptions.model_validate({**self.model_dump(), **changes})
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            raise SettingsInvalid(f"card option {place}: {first['msg']}") from None
