"""The JPKI application of the マイナンバーカード: every AID, file id, reference and command.

One profile a generation of card. What is not in this table is refused before the PIN is sent.
Source: facts CARD.

The next card, planned for 2026-28, has ECDSA P-384 keys; how it signs is not published. Our reading
until it is: AIDs, file ids and the PSO command stay; the 32 bytes go to the card as they are, for
ECDSA has no DigestInfo, and the answer is an ECDSA-Sig-Value in DER (RFC 3279, 2.2.3). Every such
signature is verified before it leaves the reader, so a wrong reading can only fail.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.reader.apdu import EXTENDED_LE, SHORT_LE, Command

_SHORT_ID = 0x80
_CURRENT = 0x80
_SELECT_EF = 0x02
_SELECT_AID = 0x04
_NO_FCI = 0x0C

# DigestInfo of SHA-256 up to the 32 bytes of the hash (RFC 8017, 9.2, note 1).
SHA256_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
CHALLENGE_LENGTH = 32
TOKEN_KIND_LENGTH = 32


@dataclass(frozen=True, slots=True)
class KeyKind:
    """A kind of key, and how such keys sign 32 bytes of SHA-256.

    Args:
        algorithm: ``RSA`` or ``EC``, as the certificate says.
        bits: size of the key.
        digest_info: what stands before the hash where the block is made here, not by the card.
        longest: most bytes of a signature.
        is_der: the signature is a DER SEQUENCE of no fixed length.
    """

    algorithm: str
    bits: int
    digest_info: bytes
    longest: int
    is_der: bool = False


RSA_2048 = KeyKind("RSA", 2048, SHA256_DIGEST_INFO, 256)
# Two INTEGERs of at most 49 bytes, each with tag and length, in a SEQUENCE with its own.
ECDSA_P384 = KeyKind("EC", 384, b"", 104, is_der=True)


@dataclass(frozen=True, slots=True)
class Profile:
    """Where things are in one generation of the card.

    Args:
        aid: of the JPKI application.
        token_file: EF with the kind of token, space padded, in its first 32 bytes.
        token_kinds: kinds this profile speaks of.
        certificates_file: EF saying which certificates are present.
        certificate_file: EF of the user-authentication certificate.
        ca_file: EF of its issuer's certificate.
        key_file: EF of the user-authentication private key.
        pin_file: EF of its PIN, 4 digits.
        keys: kinds of key this profile has commands for.
    """

    aid: bytes
    token_file: int
    token_kinds: tuple[str, ...]
    certificates_file: int
    certificate_file: int
    ca_file: int
    key_file: int
    pin_file: int
    keys: tuple[KeyKind, ...]

    def key_kind(self, algorithm: str, bits: int) -> KeyKind | None:
        """Such a key, None when this profile has no command for it."""
        known = (each for each in self.keys if (each.algorithm, each.bits) == (algorithm, bits))
        return next(known, None)

    def select_application(self) -> Command:
        """SELECT the application by AID, no FCI wanted."""
        return Command(0x00, 0xA4, _SELECT_AID, _NO_FCI, self.aid)

    def select_file(self, file_id: int) -> Command:
        """SELECT an EF of the current application by its id."""
        return Command(0x00, 0xA4, _SELECT_EF, _NO_FCI, file_id.to_bytes(2, "big"))

    def read_at_once(self, file_id: int) -> Command:
        """READ BINARY, extended, by short EF id: the whole file with one command."""
        return Command(0x00, 0xB0, _SHORT_ID | file_id, 0x00, le=EXTENDED_LE, is_extended=True)

    def ask_tries_left(self, *, by_reference: bool) -> Command:
        """VERIFY without data: costs nothing.

        Args:
            by_reference: name the PIN by its short EF id; else the file selected last is meant.
        """
        return Command(0x00, 0x20, 0x00, self._pin_reference(by_reference=by_reference))

    def verify(self, pin: bytes, *, by_reference: bool) -> Command:
        """VERIFY: a wrong PIN costs a try. ``by_reference`` as in ``ask_tries_left``."""
        return Command(0x00, 0x20, 0x00, self._pin_reference(by_reference=by_reference), pin)

    def sign_hash(self, digest: bytes) -> Command:
        """Sign 32 bytes of SHA-256 with the key named by short EF id; an RSA card pads them."""
        return Command(0x80, 0x2A, 0x02, _SHORT_ID | self.key_file, digest, le=SHORT_LE)

    def sign_block(self, digest: bytes, key: KeyKind) -> Command:
        """Sign a block made here, with the key file selected before."""
        return Command(0x80, 0x2A, 0x00, _CURRENT, key.digest_info + digest, le=SHORT_LE)

    def _pin_reference(self, *, by_reference: bool) -> int:
        return _SHORT_ID | self.pin_file if by_reference else _CURRENT


def read_binary(offset: int, length: int) -> Command:
    """READ BINARY of the current EF, short.

    Args:
        offset: 0 to 32767.
        length: 1 to 256 bytes.
    """
    return Command(0x00, 0xB0, offset >> 8, offset & 0xFF, le=length)


def get_response(length: int) -> Command:
    """GET RESPONSE after 61xx; length 1 to 256 bytes."""
    return Command(0x00, 0xC0, 0x00, 0x00, le=length)


JPKI = Profile(
    aid=bytes.fromhex("D392F000260100000001"),
    token_file=0x0006,
    token_kinds=("JPKIAPICCTOKEN2",),
    certificates_file=0x0008,
    certificate_file=0x000A,
    ca_file=0x000B,
    key_file=0x0017,
    pin_file=0x0018,
    keys=(RSA_2048, ECDSA_P384),
)
