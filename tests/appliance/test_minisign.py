"""Which package is ours."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.appliance.minisign import BadSignature, verify
from kiosk.appliance.update import NotNow, refuse_while_open
from kiosk.domain.dates import JST

ID = b"madoguch"


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.deb"
    path.write_bytes(b"package")
    return path


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def public(key: Ed25519PrivateKey) -> str:
    return b64(b"Ed" + ID + key.public_key().public_bytes_raw())


def signed(key: Ed25519PrivateKey, content: bytes, comment: str = "file:a.deb") -> str:
    signature = key.sign(hashlib.blake2b(content).digest())
    whole = b64(key.sign(signature + comment.encode()))
    ours = b64(b"ED" + ID + signature)
    return f"untrusted comment: x\n{ours}\ntrusted comment: {comment}\n{whole}\n"


def test_a_signature_that_holds_gives_its_comment(file: Path, key: Ed25519PrivateKey) -> None:
    assert verify(file, signed(key, b"package"), public(key)) == "file:a.deb"


def test_what_does_not_hold_is_refused(file: Path, key: Ed25519PrivateKey) -> None:
    good = signed(key, b"package")
    other = Ed25519PrivateKey.generate()
    for wrong in (
        signed(key, b"another package"),
        signed(other, b"package"),
        good.replace("file:a.deb", "file:b.deb"),
        good.replace("trusted comment: file", "comment: file"),
        "",
    ):
        with pytest.raises(BadSignature):
            verify(file, wrong, public(key))
    with pytest.raises(BadSignature):
        verify(file, good, public(other))
    with pytest.raises(BadSignature):
        verify(file, good, "no key")


@pytest.mark.parametrize(("hour", "is_open"), [(20, True), (21, False), (3, False), (6, True)])
def test_no_update_in_opening_hours_nor_with_somebody_there(hour: int, *, is_open: bool) -> None:
    now = datetime(2026, 11, 21, hour, tzinfo=JST)
    if is_open:
        with pytest.raises(NotNow):
            refuse_while_open(now, "21:00-06:00", is_visited=False)
        return
    refuse_while_open(now, "21:00-06:00", is_visited=False)
    with pytest.raises(NotNow):
        refuse_while_open(now, "21:00-06:00", is_visited=True)
