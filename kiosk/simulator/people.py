"""Invented people: the built-in ones and those of ``--people`` (issue 2, "The command line")."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    create_model,
)
from pydantic import ValidationError as WrongDocument

from kiosk.domain.check import Eligibility
from kiosk.domain.codes import (
    ELDERLY_TAGS,
    ELIGIBILITY_TAGS,
    CardClassification,
    Sex,
    TagKind,
    Validity,
)
from kiosk.domain.dates import day_in_japan
from kiosk.domain.identity import PIN_LENGTH
from kiosk.domain.insurance import elderly_recipient_from, is_late_elderly
from kiosk.service.wire import is_text
from kiosk.settings import SettingsInvalid, SettingsMissing
from kiosk.simulator.options import CardOptions, CardState

BUILT_IN = "people.toml"
_ID = re.compile(r"\w[\w.-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_STORY = "An invented person from a file."
_STORY_JA = "ファイルで加えた架空の人。"
_ELDERLY_SHARES = (20, 30)


@dataclass(frozen=True, slots=True)
class Told:
    """What the service tells of one eligibility.

    Args:
        eligibility: the elements as they go on the wire.
        copayment_percent: what the client shall conclude; None = what its rule gives.
    """

    eligibility: Eligibility
    copayment_percent: int | None


@dataclass(frozen=True, slots=True)
class Later:
    """What is told from the second time on: something changed between two visits."""

    validity: Validity
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person.

    Args:
        id: stable, e.g. "taro".
        pin: of the simulated card; None = there is none, the card was made elsewhere.
        certificate_sha256: lower-case hex over the DER of a card made elsewhere.
        validity: ``QualificationValidity``.
        confirmed_on: takes the place of the day of the answer.
        told: zero or more eligibilities.
        card: state of the simulated card's certificate.
        laid: what else is unusual about the card.
        story: one sentence in English.
        story_ja: the same in Japanese.
        is_by_date: validity follows from which eligibilities are in force on the treatment date.
        later: takes the place of validity and eligibilities after the facility's first answer.
    """

    id: str
    pin: str | None
    certificate_sha256: str | None
    validity: Validity
    confirmed_on: date | None
    told: tuple[Told, ...]
    card: CardState
    laid: CardOptions
    story: str
    story_ja: str
    is_by_date: bool = False
    later: Later | None = None

    def changed(self) -> Person:
        """As the service knows the person from the second time on."""
        if self.later is None:
            return self
        return replace(self, validity=self.later.validity, told=self.later.told)

    def on_the_day(self, treated_on: date) -> Person:
        """As told for a treatment date; who goes by date has only what is in force on it."""
        if not self.is_by_date:
            return self
        in_force = tuple(each for each in self.told if each.eligibility.is_in_force(treated_on))
        if not in_force:
            return replace(self, validity=Validity.INVALID, told=self.told[-1:])
        validity = Validity.VALID if len(in_force) == 1 else Validity.SEVERAL
        return replace(self, validity=validity, told=in_force)


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and (day := _parsed_day(value)):
        return day
    raise ValueError("a day is a TOML date or text YYYY-MM-DD")


def _parsed_day(text: str) -> date | None:
    """None for another text: the error of the library would quote it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _sex(value: str) -> str:
    return str(Sex[value.upper()]) if value.upper() in Sex.__members__ else value


def _validity(value: str) -> str:
    words = {each.word: each for each in Validity}
    return str(words[value] if value in words else Validity(value))


def _carried(value: str) -> str:
    if not is_text(value):
        raise ValueError("a control character, which the tree cannot carry")
    return value


def _fingerprint(value: str) -> str:
    plain = value.replace(":", "").lower()
    if not _SHA256.fullmatch(plain):
        raise ValueError("not 64 hex digits")
    return plain


def _identifier(value: str) -> str:
    if not _ID.fullmatch(value):
        raise ValueError("letters, digits, dot, hyphen and underline, at most 64")
    return value


_Text = Annotated[str, AfterValidator(_carried)]
_Day = Annotated[date, BeforeValidator(_day)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


def _element_types() -> Iterator[tuple[str, Any]]:
    for _, name, kind in ELIGIBILITY_TAGS + ELDERLY_TAGS:
        yield name, _Day if kind is TagKind.DAY else _Text
    yield "sex", Annotated[_Text, AfterValidator(_sex)]
    yield "confirmed_on", _Day
    yield "copayment_percent", Literal[10, 20, 30, 100]


_ELEMENTS: dict[str, Any] = {name: (kind | None, None) for name, kind in _element_types()}
_EligibilityEntry = create_model("_EligibilityEntry", __base__=_Strict, **_ELEMENTS)


def _elements(document: object) -> BaseModel:
    return _EligibilityEntry.model_validate(document)


class _LaterEntry(_Strict):
    validity: Annotated[str, AfterValidator(_validity)]
    eligibility: list[Annotated[BaseModel, PlainValidator(_elements)]] = []


class _Entry(_Strict):
    id: Annotated[str, AfterValidator(_identifier)]
    pin: str | None = Field(default=None, pattern=rf"^[0-9]{{{PIN_LENGTH}}}$")
    certificate_sha256: Annotated[str, AfterValidator(_fingerprint)] | None = None
    validity: Annotated[str, AfterValidator(_validity)]
    eligibility: list[Annotated[BaseModel, PlainValidator(_elements)]] = []
    later: _LaterEntry | None = None


class _Document(_Strict):
    """The file of ``--people``."""

    person: list[_Entry] = []


class _BuiltInEntry(_Entry):
    by_date: bool = False
    story: str
    story_ja: str
    card: Annotated[CardState, Field(strict=False)] = CardState.USUAL
    laid: Annotated[CardOptions, BeforeValidator(CardOptions.model_validate)] = CardOptions()


class _BuiltIn(_Strict):
    """Our own file: it may tell stories and spoil cards."""

    person: list[_BuiltInEntry]


def built_in() -> dict[str, Person]:
    """The people every simulated world has, by id."""
    text = resources.files(__package__).joinpath(BUILT_IN).read_text("utf-8")
    return _people(BUILT_IN, _BuiltIn.model_validate(tomllib.loads(text)).person)


def load(path: Path) -> dict[str, Person]:
    """The people of a file, by id.

    Raises:
        SettingsMissing: no such file.
        SettingsInvalid: not TOML, an unknown key, a wrong type or value, an id or a certificate
            twice; the detail names the place and no value.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsMissing(str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsInvalid(f"{path}: {error}") from None
    try:
        entries = _Document.model_validate(document).person
    except WrongDocument as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        reason = "unknown key" if first["type"] == "extra_forbidden" else first["msg"]
        raise SettingsInvalid(f"{path}: {where}: {reason}") from None
    return _people(str(path), entries)


def together(*groups: dict[str, Person]) -> dict[str, Person]:
    """All of them, by id.

    Raises:
        SettingsInvalid: an id or a certificate stands twice.
    """
    people: dict[str, Person] = {}
    fingerprints: set[str] = set()
    for person in (person for group in groups for person in group.values()):
        if person.id in people:
            raise SettingsInvalid(f"person {person.id}: the id stands twice")
        if person.certificate_sha256 in fingerprints:
            raise SettingsInvalid(f"person {person.id}: the certificate belongs to another person")
        people[person.id] = person
        fingerprints |= {person.certificate_sha256} if person.certificate_sha256 else set()
    return people


def with_share(told: Told, on: date) -> Eligibility:
    """The eligibility with the element that makes the client conclude the share told.

    What is given stays; an element is added only where the plain rule does not give the share.
    ``load`` has made sure that one does.
    """
    plain, wanted = told.eligibility, told.copayment_percent
    if wanted is None:
        return plain
    candidates = (plain, *_candidates(plain, wanted, on))
    return next(each for each in candidates if each.copayment_percent(on) == wanted)


def _candidates(plain: Eligibility, wanted: int, on: date) -> Iterator[Eligibility]:
    """The likeliest element first: 70-74 have their certificate, the rest the ratio of 後期."""
    if plain.card_classification is None:
        yield replace(plain, card_classification=str(CardClassification.SPECIAL))
    born, ratio = plain.birth_date, f"{wanted:03}"
    is_late = plain.insurer_number is not None and is_late_elderly(plain.insurer_number)
    if born and on >= elderly_recipient_from(born) and not is_late and wanted in _ELDERLY_SHARES:
        yield replace(plain, elderly_ratio=plain.elderly_ratio or ratio)
    if plain.preschool is None and born is None:
        yield replace(plain, preschool="1")
    yield replace(plain, late_elderly_ratio=plain.late_elderly_ratio or ratio)


def _people(place: str, entries: Sequence[_Entry]) -> dict[str, Person]:
    return together(*({entry.id: _person(place, entry)} for entry in entries))


def _person(place: str, entry: _Entry) -> Person:
    elements = _dumped(entry.eligibility)
    days = {each.pop("confirmed_on", None) for each in elements} - {None}
    if len(days) > 1:
        raise SettingsInvalid(f"{place}: person {entry.id}: confirmed_on: one answer has one day")
    told = tuple(_told(each) for each in elements)
    own = entry if isinstance(entry, _BuiltInEntry) else None
    later = entry.later
    then = tuple(_told(each) for each in _dumped(later.eligibility)) if later else ()
    for each in told + then:
        _check_share(f"{place}: person {entry.id}", each)
    return Person(
        id=entry.id,
        pin=entry.pin,
        certificate_sha256=entry.certificate_sha256,
        validity=Validity(entry.validity),
        confirmed_on=days.pop() if days else None,
        told=told,
        card=own.card if own else CardState.USUAL,
        laid=own.laid if own else CardOptions(),
        story=own.story if own else _STORY,
        story_ja=own.story_ja if own else _STORY_JA,
        is_by_date=own.by_date if own else False,
        later=Later(Validity(later.validity), then) if later else None,
    )


def _dumped(entries: Sequence[BaseModel]) -> list[dict[str, Any]]:
    return [each.model_dump(exclude_unset=True) for each in entries]


def _told(elements: dict[str, Any]) -> Told:
    share = elements.pop("copayment_percent", None)
    return Told(Eligibility(**elements), share)


def _check_share(place: str, told: Told) -> None:
    try:
        with_share(told, day_in_japan(datetime.now(UTC)))
    except StopIteration:
        raise SettingsInvalid(f"{place}: copayment_percent: contradicts the other keys") from None
