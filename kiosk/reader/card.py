"""The dialogue with a マイナンバーカード: certificate, PIN, signature.

Five commands do a check: SELECT, READ BINARY (extended, by short EF id), tries left, VERIFY, sign.
What reader or card does not take of these is done once more in the classic form: by file ids and
short reads. VERIFY is outside that law: it is sent at most once, whatever happens. Source: facts
CARD.
"""

from __future__ import annotations

from enum import Enum

from kiosk.domain.identity import CardIdentity, Mode, Pin
from kiosk.errors import CardError
from kiosk.ports.card import (
    CardUnreadable,
    CertificateUnreadable,
    LastTry,
    NoPinOnCard,
    NotMyNumberCard,
    PhonePresented,
    PinBlocked,
    ReadCard,
    StorageCard,
    UnknownToken,
    WrongPin,
)
from kiosk.reader.apdu import SHORT_LE, SW, Command, Response, describe
from kiosk.reader.certificate import CardCertificate, parse_certificate
from kiosk.reader.channel import Channel, Exchange, TransmissionFailed
from kiosk.reader.jpki import (
    CHALLENGE_LENGTH,
    JPKI,
    TOKEN_KIND_LENGTH,
    KeyKind,
    Profile,
    read_binary,
)
from kiosk.reader.other_cards import OTHER_CARDS, PHONES, STORAGE_CARDS, select
from kiosk.reader.tlv import sequence_length

_MOST_CERTIFICATE = 8192
_BLOCKED = (SW.BLOCKED, SW.DATA_INVALIDATED, SW.NO_TRY_LEFT)
_ABSENT = (SW.FILE_NOT_FOUND, SW.REFERENCE_NOT_FOUND)
# SW1 of a card that lives and speaks ISO 7816, but does not know the application (6A82), the
# command (6D00, 6E00), or any file system at all (6300 and 6A81 of storage cards on PC/SC readers).
_NOT_KNOWN_THERE = (0x63, 0x67, 0x69, 0x6A, 0x6B, 0x6D, 0x6E)
# A card that has no such query is asked for the PIN nevertheless: the person wants it so.
_NO_SUCH_QUERY = (SW.WRONG_LENGTH, SW.UNKNOWN_INSTRUCTION)


class Form(Enum):
    """How the card is spoken to; what a reader needed is worth remembering."""

    FIVE_COMMANDS = "five_commands"
    CLASSIC = "classic"


class CardDialogue:
    """One dialogue with one freshly powered card.

    Args:
        channel: to the card.
        form: what worked with this reader before.
        profile: generation of card.
    """

    def __init__(
        self, channel: Channel, *, form: Form = Form.FIVE_COMMANDS, profile: Profile = JPKI
    ) -> None:
        self._channel = channel
        self._exchange = Exchange(channel)
        self._profile = profile
        self.form = form

    def run(self, request: ReadCard) -> CardIdentity:
        """Read the certificate and, with a PIN, have the challenge signed.

        Afterwards ``form`` is what worked.

        Raises:
            CardError: see ``kiosk.ports.card``; the PIN went to the card at most once.
            ValueError: the challenge is not 32 bytes.
        """
        if len(request.challenge) != CHALLENGE_LENGTH:
            raise ValueError("a challenge has 32 bytes")
        self._select_application()
        certificate = parse_certificate(self._read_certificate())
        if request.pin is None:
            return _identity(certificate, None)
        key = self._key_kind(certificate)
        if self._ask_tries_left() == 1 and not request.is_warned:
            raise LastTry
        self._verify(request.pin)
        signature = self._sign(request.challenge, key)
        if not certificate.has_signed(request.challenge, signature):
            # Found here and now, not by the service days after the patient has gone.
            raise CardUnreadable("the signature does not fit the certificate")
        return _identity(certificate, signature)

    def _select_application(self) -> None:
        response = self._exchange.send(self._profile.select_application())
        if response.status == SW.NO_DIAGNOSIS:
            # Some readers answer so to the first command after power-up.
            response = self._exchange.send(self._profile.select_application())
        if response.is_ok:
            return
        if response.status >> 8 in _NOT_KNOWN_THERE:
            raise self._other_card(response.status)
        raise CardUnreadable(f"SELECT: {describe(response.status)}")

    def _other_card(self, status: int) -> NotMyNumberCard:
        """Which other card it is, as far as one can tell."""
        if status in STORAGE_CARDS:
            return StorageCard(describe(status))
        for application, kind in OTHER_CARDS:
            try:
                if self._exchange.send(select(application)).is_ok:
                    return kind(describe(status))
            except TransmissionFailed:
                break  # it would not say what it is, but what it is not is known
        return NotMyNumberCard(describe(status))

    def _read_certificate(self) -> bytes:
        if self.form is Form.FIVE_COMMANDS:
            certificate = self._read_at_once()
            if certificate is not None:
                return certificate
        certificate = self._read_by_file_id()
        self.form = Form.CLASSIC
        return certificate

    def _read_at_once(self) -> bytes | None:
        response = self._try(self._profile.read_at_once(self._profile.certificate_file))
        if response is None or not response.is_read:
            return None
        try:
            return self._complete(response.data)
        except ValueError:
            return None

    def _read_by_file_id(self) -> bytes:
        selected = self._select_file(self._profile.certificate_file)
        if not selected.is_ok:
            raise self._refusal(selected.status)
        head = self._exchange.send(read_binary(0, SHORT_LE))
        if not head.is_read:
            raise self._refusal(head.status)
        try:
            return self._complete(head.data)
        except ValueError as fault:
            raise CertificateUnreadable(str(fault)) from fault

    def _complete(self, data: bytes) -> bytes:
        """The rest of the current EF up to the end of the DER value; ValueError if it has none."""
        length = sequence_length(data)
        if length > _MOST_CERTIFICATE:
            raise ValueError("longer than a certificate")
        while len(data) < length:
            missing = min(SHORT_LE, length - len(data))
            response = self._exchange.send(read_binary(len(data), missing))
            if not (response.is_read and response.data):
                raise ValueError(f"READ BINARY: {describe(response.status)}")
            data += response.data
        return data[:length]

    def _refusal(self, status: int) -> CardError:
        """Why the certificate cannot be read: a phone keeps it behind the PIN (6982)."""
        kind = self._token_kind()
        if kind in PHONES:
            return PhonePresented(kind)
        if kind and kind not in self._profile.token_kinds:
            return UnknownToken(kind if kind.isalnum() and kind.isascii() else "")
        return CertificateUnreadable(describe(status))

    def _token_kind(self) -> str:
        if not self._select_file(self._profile.token_file).is_ok:
            return ""
        response = self._exchange.send(read_binary(0, TOKEN_KIND_LENGTH))
        return response.data.decode("ascii", errors="replace").strip() if response.is_read else ""

    def _key_kind(self, certificate: CardCertificate) -> KeyKind:
        algorithm, bits = certificate.key_algorithm, certificate.key_bits
        key = self._profile.key_kind(algorithm, bits)
        if key is None:
            raise UnknownToken(f"key {algorithm} {bits}")
        return key

    def _ask_tries_left(self) -> int | None:
        """Tries left, None where the card does not count them or does not say."""
        if self.form is Form.FIVE_COMMANDS:
            response = self._try(self._profile.ask_tries_left(by_reference=True))
            if response is not None and _says_tries(response):
                return response.tries_left
        selected = self._select_file(self._profile.pin_file)
        if selected.status == SW.FILE_NOT_FOUND:
            raise NoPinOnCard(describe(selected.status))
        response = self._exchange.send(self._profile.ask_tries_left(by_reference=False))
        if response.status in _ABSENT:
            raise NoPinOnCard(describe(response.status))
        if not (_says_tries(response) or response.status in _NO_SUCH_QUERY):
            raise CardUnreadable(f"tries left: {describe(response.status)}")
        self.form = Form.CLASSIC
        return response.tries_left

    def _verify(self, pin: Pin) -> None:
        by_reference = self.form is Form.FIVE_COMMANDS
        command = self._profile.verify(pin.reveal(), by_reference=by_reference)
        response = self._exchange.once(command)
        if response.is_ok:
            return
        if response.status in _BLOCKED:
            raise PinBlocked(describe(response.status))
        if response.status in _ABSENT:
            raise NoPinOnCard(describe(response.status))
        if response.tries_left is not None or response.status == SW.NO_LIMIT_KNOWN:
            raise WrongPin(response.tries_left, describe(response.status))
        raise CardUnreadable(f"VERIFY: {describe(response.status)}")

    def _sign(self, challenge: bytes, key: KeyKind) -> bytes:
        if self.form is Form.FIVE_COMMANDS:
            response = self._try_after_pin(self._profile.sign_hash(challenge))
            if response is not None and response.is_ok:
                return _signature(response, key)
        selected = self._select_file(self._profile.key_file)
        if not selected.is_ok:
            raise CardUnreadable(f"SELECT key: {describe(selected.status)}")
        signature = _signature(self._exchange.send(self._profile.sign_block(challenge, key)), key)
        self.form = Form.CLASSIC
        return signature

    def _select_file(self, file_id: int) -> Response:
        return self._exchange.send(self._profile.select_file(file_id))

    def _try(self, command: Command) -> Response | None:
        """A command of the five; None when it broke the line, which is then opened anew."""
        try:
            return self._exchange.send(command)
        except TransmissionFailed:
            self._channel.power_cycle()
            self._select_application()
            return None

    def _try_after_pin(self, command: Command) -> Response | None:
        """As ``_try``, but the card stays powered: it would forget the PIN."""
        try:
            return self._exchange.send(command)
        except TransmissionFailed:
            return None


def _says_tries(response: Response) -> bool:
    """True when the PIN may be sent; False when the answer is none.

    Raises:
        PinBlocked: no try is left.
    """
    if response.status in _BLOCKED:
        raise PinBlocked(describe(response.status))
    return response.tries_left is not None or response.status in (SW.OK, SW.NO_LIMIT_KNOWN)


def _signature(response: Response, key: KeyKind) -> bytes:
    if not response.is_ok:
        raise CardUnreadable(f"signature: {describe(response.status)}")
    data = response.data
    try:
        length = sequence_length(data) if key.is_der else key.longest
    except ValueError as fault:
        raise CardUnreadable(f"signature: {fault}") from fault
    if length != len(data) or length > key.longest:
        raise CardUnreadable(f"signature of {len(data)} bytes")
    return data


def _identity(certificate: CardCertificate, signature: bytes | None) -> CardIdentity:
    return CardIdentity(
        mode=Mode.VISUAL if signature is None else Mode.PIN,
        certificate=certificate.der,
        signature=signature,
        not_after=certificate.not_after,
        is_simulated=certificate.is_simulated,
    )
