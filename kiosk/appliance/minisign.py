"""Signatures of minisign (https://jedisct1.github.io/minisign/): Ed25519 over BLAKE2b-512.

Only what a box needs: to tell a package of ours from any other. Both of the format's signatures are
verified, that of the file and that of the trusted comment.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_KEY_ALGORITHM, _HASHED = b"Ed", b"ED"
_KEY_LENGTH, _SIGNATURE_LENGTH = 42, 74
_ALGORITHM_END, _ID_END = 2, 10
_LINES = 4
_TRUSTED = "trusted comment: "


class BadSignature(Exception):
    """The signature is not of this file, not of this key, or no signature."""


def verify(file: Path, signature: str, public_key: str) -> str:
    """The trusted comment of a signature that holds.

    Args:
        file: what was signed.
        signature: text of the ``.minisig``.
        public_key: the second line of minisign's ``.pub``, base64.

    Raises:
        BadSignature: it does not hold; the argument says why.
        OSError: the file cannot be read.
    """
    key = _decoded(public_key, _KEY_LENGTH, "public key")
    lines = signature.splitlines()
    if len(lines) < _LINES or not lines[2].startswith(_TRUSTED):
        raise BadSignature("no minisign signature")
    signed = _decoded(lines[1], _SIGNATURE_LENGTH, "signature")
    if key[:_ALGORITHM_END] != _KEY_ALGORITHM or signed[:_ALGORITHM_END] != _HASHED:
        raise BadSignature("not Ed25519 over BLAKE2b")
    if key[_ALGORITHM_END:_ID_END] != signed[_ALGORITHM_END:_ID_END]:
        raise BadSignature("signed with another key")
    comment = lines[2].removeprefix(_TRUSTED)
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "blake2b").digest()
    ours = Ed25519PublicKey.from_public_bytes(key[_ID_END:])
    _check(ours, signed[_ID_END:], digest)
    whole = _decoded(lines[3], len(signed) - _ID_END, "signature of the comment")
    _check(ours, whole, signed[_ID_END:] + comment.encode())
    return comment


def _check(key: Ed25519PublicKey, signature: bytes, content: bytes) -> None:
    try:
        key.verify(signature, content)
    except InvalidSignature:
        raise BadSignature("it does not hold") from None


def _decoded(text: str, length: int, what: str) -> bytes:
    try:
        decoded = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise BadSignature(f"no {what}") from None
    if len(decoded) != length:
        raise BadSignature(f"no {what}")
    return decoded
