"""Socket for the card in the reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kiosk.domain.identity import CardIdentity, Pin
from kiosk.errors import CardError, Remedy


@dataclass(frozen=True, slots=True)
class ReadCard:
    """What is wanted of the card.

    Args:
        challenge: 32 bytes to be signed with the PIN given.
        pin: None = visual mode: the certificate is read, nothing is signed.
        is_warned: whoever typed the PIN knows that a wrong one may block the card.
    """

    challenge: bytes = field(repr=False)
    pin: Pin | None
    is_warned: bool = False


class CardReader(Protocol):
    """A place where a card is laid."""

    def wait_for_card(self, seconds: float) -> None:
        """Return as soon as a card lies there.

        Raises:
            NoCard: none came within the time.
            NoReader, ReaderServiceDown, ReaderRefused, ReaderSupportMissing: cannot look.
            SeveralCards: more than one card lies on the readers.
        """

    def read(self, request: ReadCard) -> CardIdentity:
        """Read the card that lies there, exclusively; it is powered off on every way out.

        VERIFY is sent at most once. Raises a ``CardError``.
        """


class Slot(StrEnum):
    """What lies on the readers, all of them taken together."""

    NO_READER = "no_reader"
    EMPTY = "empty"
    CARD = "card"


class CardWatch(Protocol):
    """Looks at the readers for as long as the kiosk runs."""

    def next_change(self, seconds: float) -> Slot | None:
        """What has changed; None when nothing did within the time. Raises nothing.

        The first call tells how it stands. A card taken and laid again between two calls is told
        as both. A reader, or its service, that goes is NO_READER, and looked for again.

        Args:
            seconds: how long to wait.
        """

    def close(self) -> None:
        """End it, from any thread; to be repeated until ``next_change`` has returned."""


class NoCard(CardError):
    """No card was laid in the time given. The patient lays the card and tries again."""

    code = "K101"
    remedy = Remedy.PATIENT
    retryable = True


class WrongPin(CardError):
    """The card rejected the PIN; ``tries_left`` says how often it may still be tried.

    Args:
        tries_left: 1 or 2; None when the card did not say.
    """

    code = "K102"
    remedy = Remedy.PATIENT
    retryable = True

    def __init__(self, tries_left: int | None, detail: str = "") -> None:
        super().__init__(detail)
        self.tries_left = tries_left


class PinBlocked(CardError):
    """The PIN is blocked (63C0, 6983, 6984); only the municipal office can lift that."""

    code = "K103"
    remedy = Remedy.STAFF


class NotMyNumberCard(CardError):
    """Another card: it does not know the JPKI application (6A82 to SELECT)."""

    code = "K104"
    remedy = Remedy.PATIENT
    retryable = True


class CardRemoved(CardError):
    """The card was taken before the reading had finished."""

    code = "K105"
    remedy = Remedy.PATIENT
    retryable = True


class CardUnreadable(CardError):
    """The card answered with something that is not in its specification."""

    code = "K106"
    remedy = Remedy.STAFF
    retryable = True


class NoPinOnCard(CardError):
    """A card without a PIN (顔認証マイナンバーカード): identification by sight only."""

    code = "K107"
    remedy = Remedy.STAFF


class UnknownToken(CardError):
    """A phone's token or a generation of card this version does not take."""

    code = "K108"
    remedy = Remedy.STAFF


class MalformedPin(CardError):
    """What was given as PIN is not 4 digits; the card was not asked, no try is lost."""

    code = "K109"
    remedy = Remedy.PATIENT
    retryable = True


class CertificateUnreadable(CardError):
    """The user-authentication certificate is missing or not a certificate."""

    code = "K110"
    remedy = Remedy.STAFF


class SeveralCards(CardError):
    """More than one card lies on the readers; none is read."""

    code = "K111"
    remedy = Remedy.PATIENT
    retryable = True


class SightNotAvailable(CardError):
    """Identification by sight needs the programme's own component, which this box has not."""

    code = "K112"
    remedy = Remedy.STAFF


class PhonePresented(CardError):
    """A phone that carries the certificates; this kiosk takes the card alone."""

    code = "K113"
    remedy = Remedy.PATIENT
    retryable = True


class DriversLicence(NotMyNumberCard):
    """A driver's licence without the マイナンバーカード's applications."""

    code = "K114"


class PaymentCard(NotMyNumberCard):
    """A bank's or a credit company's card: it knows the payment directory of EMV."""

    code = "K115"


class StorageCard(NotMyNumberCard):
    """A card without applications, such as a transit, employee or point card."""

    code = "K116"


class LastTry(CardError):
    """One PIN try is left and nobody was warned: the PIN was not sent, no try is lost."""

    code = "K117"
    remedy = Remedy.PATIENT
    retryable = True


class NoReader(CardError):
    """No card reader is plugged in."""

    code = "K121"
    remedy = Remedy.STAFF
    retryable = True


class ReaderServiceDown(CardError):
    """The PC/SC service (pcscd) does not answer."""

    code = "K122"
    retryable = True


class CardBusy(CardError):
    """Another program holds the card (0x8010000B)."""

    code = "K123"
    retryable = True


class ReaderRefused(CardError):
    """The PC/SC service refuses this user (0x8010006A): a polkit rule is missing."""

    code = "K124"


class ReaderSupportMissing(CardError):
    """pyscard is not installed: the ``reader`` extra is missing."""

    code = "K125"


class ReaderServiceFull(CardError):
    """All 200 contexts of the PC/SC service are taken: a program does not give them back."""

    code = "K126"
    retryable = True
