"""A simulated マイナンバーカード: answers APDUs with a real key and a certificate of a test CA.

It answers to the tables of facts CARD, and to nothing else. What only real cards could teach (file
sizes, filler, the second byte of file 0008) is ours. OpenSC recognises it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.domain.identity import PIN_LENGTH, Pin
from kiosk.reader.apdu import EXTENDED_LE, SHORT_LE, SW, Command
from kiosk.reader.jpki import JPKI, TOKEN_KIND_LENGTH
from kiosk.simulator.command import parse_command
from kiosk.simulator.options import BlockedAnswer, CardOptions, CertificateFile, Token
from kiosk.simulator.signing import CardKey, sign
from kiosk.simulator.tries import PIN_TRIES, MemoryTries, TriesCounter

# Contactless, no historical bytes, T=0 and T=1 (PC/SC part 3, 3.1.3.2.3).
ATR = bytes.fromhex("3B80800101")

_SIGNING_CERTIFICATE, _SIGNING_KEY, _SIGNING_PASSWORD = 0x0001, 0x001A, 0x001B
_SIGNING_TRIES = 5
_CERTIFICATE_FILE_SIZE = 2048
_TOKEN_FILE_SIZE = 160
_FILLER = b"\xff"
_PRESENT = b"\x8f"
_BY_SHORT_ID = 0x80
_SHORT_ID_MASK = 0x1F
_TOKEN_KINDS = {
    Token.CARD: "JPKIAPICCTOKEN2",
    Token.ANDROID: "JPKIAPGPSETOKEN",
    Token.IPHONE: "JPKIAPIOSTOKEN",
}
_NOT_DER = b"\x5a"

_Answer = tuple[bytes, int]


class PoweredCard(Protocol):
    """A card as a reader meets it."""

    @property
    def atr(self) -> bytes:
        """Answer to reset."""

    def power_on(self) -> None:
        """Begin anew: nothing selected, no PIN verified."""

    def power_off(self) -> None:
        """Forget application, file and verified PINs."""

    def reset(self) -> None:
        """As off and on."""

    def transmit(self, command: bytes) -> bytes:
        """Answer one command APDU."""


@dataclass(slots=True)
class _Pin:
    """A PIN file: what is right, how often it may be tried, which key it opens."""

    digits: Pin | None
    tries: TriesCounter
    opens: int


@dataclass(slots=True)
class _Session:
    """What the card knows only while it has power."""

    is_selected: bool = False
    file_id: int | None = None
    verified: set[int] = field(default_factory=set)


class SimulatedCard:
    """One card of one invented person.

    Args:
        key: private key of the user-authentication certificate.
        certificate: that certificate, DER.
        ca_certificate: its issuer's, DER.
        pin: of the user-authentication certificate; None = a card without PIN (file 0018 is
            missing).
        tries: counter of that PIN, in memory when None.
        options: what is unusual about the chip; who lays the card sees to the rest of them.

    The signing certificate (0001) is there as on real cards, behind a password that nothing opens.
    """

    def __init__(
        self,
        *,
        key: CardKey,
        certificate: bytes,
        ca_certificate: bytes,
        pin: Pin | None,
        tries: TriesCounter | None = None,
        options: CardOptions | None = None,
    ) -> None:
        self._options = options or CardOptions()
        self._keys = {JPKI.key_file: key, _SIGNING_KEY: key}
        self._pins = {_SIGNING_PASSWORD: _Pin(None, MemoryTries(_SIGNING_TRIES), _SIGNING_KEY)}
        if pin is not None and not self._options.without_pin:
            self._pins[JPKI.pin_file] = _Pin(pin, tries or MemoryTries(), JPKI.key_file)
        kind = _TOKEN_KINDS[self._options.token].encode().ljust(TOKEN_KIND_LENGTH)
        self._readable = {
            JPKI.token_file: kind.ljust(_TOKEN_FILE_SIZE, _FILLER),
            JPKI.certificates_file: _PRESENT * 2,
            JPKI.ca_file: ca_certificate.ljust(_CERTIFICATE_FILE_SIZE, _FILLER),
        }
        if self._options.certificate_file is not CertificateFile.MISSING:
            is_whole = self._options.certificate_file is CertificateFile.WHOLE
            content = certificate if is_whole else _NOT_DER * len(certificate)
            self._readable[JPKI.certificate_file] = content.ljust(_CERTIFICATE_FILE_SIZE, _FILLER)
        self._session = _Session()
        self._answers: dict[tuple[int, int], Callable[[Command], _Answer]] = {
            (0x00, 0xA4): self._select,
            (0x00, 0xB0): self._read_binary,
            (0x00, 0x20): self._verify,
            (0x80, 0x2A): self._sign,
        }

    @property
    def atr(self) -> bytes:
        """As ``PoweredCard.atr``."""
        return ATR

    def power_on(self) -> None:
        """As ``PoweredCard.power_on``."""
        self._session = _Session()

    def power_off(self) -> None:
        """As ``PoweredCard.power_off``."""
        self._session = _Session()

    def reset(self) -> None:
        """As ``PoweredCard.reset``."""
        self._session = _Session()

    def transmit(self, command: bytes) -> bytes:
        """As ``PoweredCard.transmit``; what it cannot parse is answered with 6700."""
        data, status = self._answer(command)
        return data + status.to_bytes(2, "big")

    def _answer(self, raw: bytes) -> _Answer:
        try:
            command = parse_command(raw)
        except ValueError:
            return b"", SW.WRONG_LENGTH
        if command.is_extended and self._options.short_only:
            return b"", SW.WRONG_LENGTH
        answer = self._answers.get((command.cla, command.ins))
        if answer is None:
            known_class = command.cla in {cla for cla, _ in self._answers}
            return b"", SW.UNKNOWN_INSTRUCTION if known_class else SW.UNKNOWN_CLASS
        return answer(command)

    def _select(self, command: Command) -> _Answer:
        if command.p1 == 0x04:  # noqa: PLR2004 - by DF name, ISO/IEC 7816-4, 11.1.1
            return b"", self._select_application(command.data)
        if command.p1 == 0x02:  # noqa: PLR2004 - EF under the current DF, likewise
            return b"", self._select_file(int.from_bytes(command.data, "big"))
        return b"", SW.WRONG_P1_P2

    def _select_application(self, aid: bytes) -> SW:
        if aid != JPKI.aid:
            return SW.FILE_NOT_FOUND
        self._session = _Session(is_selected=True)
        return SW.OK

    def _select_file(self, file_id: int) -> SW:
        if not self._has_file(file_id):
            return SW.FILE_NOT_FOUND
        self._session.file_id = file_id
        return SW.OK

    def _has_file(self, file_id: int) -> bool:
        files = {_SIGNING_CERTIFICATE, *self._readable, *self._pins, *self._keys}
        return self._session.is_selected and file_id in files

    def _read_binary(self, command: Command) -> _Answer:
        offset = command.p1 << 8 | command.p2
        if command.p1 & _BY_SHORT_ID:
            selected = self._select_file(command.p1 & _SHORT_ID_MASK)
            if selected is not SW.OK:
                return b"", selected
            offset = command.p2
        return self._read_at(offset, command.le or SHORT_LE)

    def _read_at(self, offset: int, length: int) -> _Answer:
        file_id = self._session.file_id
        if file_id is None:
            return b"", SW.NO_CURRENT_FILE
        if file_id == _SIGNING_CERTIFICATE or self._is_behind_the_pin(file_id):
            return b"", SW.SECURITY_NOT_SATISFIED
        if file_id not in self._readable:
            return b"", SW.INCOMPATIBLE_FILE
        content = self._readable[file_id]
        if offset >= len(content):
            return b"", SW.PAST_THE_END
        return content[offset : offset + min(length, EXTENDED_LE)], SW.OK

    def _is_behind_the_pin(self, file_id: int) -> bool:
        """A phone shows its certificate only after VERIFY (facts CARD)."""
        is_phone = self._options.token is not Token.CARD
        is_open = JPKI.pin_file in self._session.verified
        return is_phone and file_id == JPKI.certificate_file and not is_open

    def _verify(self, command: Command) -> _Answer:
        file_id = self._meant(command.p2)
        pin = self._pins.get(file_id) if file_id is not None else None
        if file_id is None or pin is None or not self._session.is_selected:
            return b"", SW.REFERENCE_NOT_FOUND
        if not command.data:
            return b"", self._tells_tries(pin.tries.read())
        return b"", self._compare(file_id, pin, command.data)

    def _tells_tries(self, left: int) -> int:
        if left:
            return SW.NO_TRY_LEFT | left
        return int(self._options.blocked or BlockedAnswer.NO_TRY_LEFT, 16)

    def _compare(self, file_id: int, pin: _Pin, offered: bytes) -> int:
        left = pin.tries.read()
        if left == 0:
            return SW.DATA_INVALIDATED
        if pin.digits is not None and len(offered) != PIN_LENGTH:
            return SW.WRONG_LENGTH
        self._session.verified.discard(file_id)
        # Counted before it is compared: cutting the power does not give a try back.
        pin.tries.write(left - 1)
        if pin.digits is None or not hmac.compare_digest(pin.digits.reveal(), offered):
            return SW.NO_TRY_LEFT | left - 1
        pin.tries.write(PIN_TRIES)
        self._session.verified.add(file_id)
        return SW.OK

    def _sign(self, command: Command) -> _Answer:
        file_id = self._meant(command.p2)
        key = self._keys.get(file_id) if file_id is not None else None
        if file_id is None or key is None or not self._session.is_selected:
            return b"", SW.WRONG_P1_P2
        if not any(self._pins[each].opens == file_id for each in self._session.verified):
            return b"", SW.SECURITY_NOT_SATISFIED
        return sign(key, command)

    def _meant(self, reference: int) -> int | None:
        """The file a P2 speaks of: a short EF id, or the file selected last."""
        if not reference & _BY_SHORT_ID:
            return None
        return reference & _SHORT_ID_MASK or self._session.file_id
