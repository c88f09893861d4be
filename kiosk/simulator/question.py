"""The question as the service reads it: the other end of ``kiosk.service.message.compose``."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    Base64Bytes,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from kiosk.domain.check import CHALLENGE_VERSION, Opening, Stamp
from kiosk.domain.facility import Facility
from kiosk.service import wire

MAX_BYTES = 64 * 1024


class MalformedQuestion(ValueError):
    """The body is not a question of the protocol; the text names the place and no value."""


def _version(text: str) -> str:
    if text != CHALLENGE_VERSION:
        raise ValueError("another version")
    return text


def _uuid(text: str) -> str:
    if str(UUID(text)) != text:
        raise ValueError("not a UUID in its usual form")
    return text


def _instant(text: str) -> str:
    """The text goes into the challenge: only the one form is taken."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None or instant.isoformat() != text:
        raise ValueError("not ISO 8601 with an offset")
    return text


Version = Annotated[
    str, AfterValidator(_version), Field(json_schema_extra={"const": CHALLENGE_VERSION})
]


class Part(BaseModel):
    """A piece of a body."""

    # A later kiosk may send more than this version knows.
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class Certificate(Part):
    """Identified by PIN: the card has signed the challenge."""

    kind: Literal["certificate"]
    certificate: Base64Bytes
    signature: Base64Bytes


class Visual(Part):
    """Identified by sight: a stand-in takes the place of the signature."""

    kind: Literal["visual"]
    certificate: Base64Bytes
    stand_in: str


class InsuredNumbers(Part):
    """Identified by what stands on a 資格確認書, or on what takes its place."""

    kind: Literal["insured_numbers"]
    insurer_number: str = Field(pattern=r"^\s*(\d{6}|\d{8})\s*$")
    symbol: str = Field(default="", max_length=40)
    number: str = Field(min_length=1, max_length=40)
    branch_number: str = Field(default="", pattern=r"^\d{0,2}$")
    birth_date: date


class FourItems(Part):
    """Identified by what stands on the face of the card, noted while the line was down."""

    kind: Literal["four_items"]
    name: str = Field(default="", max_length=200)
    name_kana: str = Field(default="", max_length=200)
    birth_date: date
    sex: Literal["1", "2"]
    address: str = Field(default="", max_length=400)

    @model_validator(mode="after")
    def _has_a_name(self) -> Self:
        if not self.name.strip() and not self.name_kana.strip():
            raise ValueError("one of name and name_kana")
        return self


Presentation = Certificate | Visual | InsuredNumbers | FourItems


class Question(Part):
    """One check as asked; see docs/protocol.md."""

    version: Version
    check_id: Annotated[str, AfterValidator(_uuid)]
    facility_code: str
    terminal_id: str
    treated_at: Annotated[str, AfterValidator(_instant)]
    treated_on: date
    nonce: str = Field(pattern=r"^([0-9a-f]{2}){16,64}$")
    clock_trusted: bool
    presentation: Annotated[Presentation, Field(discriminator="kind")]

    @property
    def facility(self) -> Facility:
        """Who asks; ValueError when malformed."""
        return Facility(self.facility_code, self.terminal_id)

    @property
    def challenge(self) -> bytes:
        """What the card must have signed."""
        treated_at = datetime.fromisoformat(self.treated_at)
        unused = Stamp(datetime.now(UTC), "", 0.0, is_trusted=self.clock_trusted)
        opening = Opening(
            self.check_id, self.facility, treated_at, bytes.fromhex(self.nonce), unused
        )
        if opening.treated_on != self.treated_on:
            raise ValueError("treated_on is not the day of treated_at in Japan")
        return opening.challenge


def parse(raw: bytes) -> Question:
    """Read a question.

    Raises:
        MalformedQuestion: not of the protocol.
    """
    try:
        question = Question.model_validate(wire.load(raw, max_bytes=MAX_BYTES))
        _ = question.challenge
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise MalformedQuestion(f"{place}: {first['type']}") from None
    except ValueError as error:
        raise MalformedQuestion(str(error)) from None
    return question
