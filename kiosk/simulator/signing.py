"""What a simulated card signs, by the kind of its key.

RSA-2048 (facts CARD): P1 02 takes 32 bytes of SHA-256 and the card pads a DigestInfo; P1 00 takes a
DigestInfo made outside. ECDSA P-384 is our reading [R], the one of
``kiosk.reader.jpki``: a digest of SHA-256 or SHA-384 under either P1, for there is nothing to pad,
and the answer is an ECDSA-Sig-Value in DER (RFC 3279, 2.2.3).
"""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed

from kiosk.reader.apdu import SW, Command
from kiosk.reader.jpki import CHALLENGE_LENGTH, SHA256_DIGEST_INFO

CardKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

_OF_A_HASH, _OF_ANYTHING = 0x02, 0x00
# PKCS #1 v1.5 pads with at least 11 bytes (RFC 8017, 9.2).
_PADDING = 11
_DIGESTS: dict[int, hashes.HashAlgorithm] = {32: hashes.SHA256(), 48: hashes.SHA384()}


def sign(key: CardKey, command: Command) -> tuple[bytes, SW]:
    """Body and status of PSO COMPUTE DIGITAL SIGNATURE."""
    if command.p1 not in (_OF_A_HASH, _OF_ANYTHING):
        return b"", SW.WRONG_P1_P2
    if isinstance(key, rsa.RSAPrivateKey):
        signature = _with_rsa(key, command)
    else:
        signature = _with_ecdsa(key, command.data)
    return (signature, SW.OK) if signature else (b"", SW.WRONG_LENGTH)


def _with_rsa(key: rsa.RSAPrivateKey, command: Command) -> bytes:
    """The signature; empty when the length is wrong."""
    info = command.data
    if command.p1 == _OF_A_HASH:
        if len(info) != CHALLENGE_LENGTH:
            return b""
        info = SHA256_DIGEST_INFO + info
    if not 0 < len(info) <= key.key_size // 8 - _PADDING:
        return b""
    return key.sign(info, padding.PKCS1v15(), NoDigestInfo())


def _with_ecdsa(key: ec.EllipticCurvePrivateKey, digest: bytes) -> bytes:
    """The signature; empty when the length is no digest's."""
    kind = _DIGESTS.get(len(digest))
    return key.sign(digest, ec.ECDSA(Prehashed(kind))) if kind else b""
