"""A search of every byte of the state folder finds nothing of a person."""

from __future__ import annotations

import base64
from dataclasses import replace

from kiosk.domain.check import Deferred, Eligibility
from tests.support.store import KEY, Box, answered

NAME = "秘密野タグ子"
NUMBER = "タグ７７４２１９"
CERTIFICATE = b"-tagged-certificate-of-nobody-" * 20


def _forms(secret: str | bytes) -> set[bytes]:
    if isinstance(secret, str):
        return {secret.encode(each) for each in ("utf-8", "utf-16-le", "utf-16-be", "cp932")}
    return {secret[:24], secret[:24].hex().encode(), base64.b64encode(secret[:24])}


def _found(box: Box) -> set[tuple[str, bytes]]:
    needles = {*_forms(NAME), *_forms(NUMBER), *_forms(CERTIFICATE), b"2026-11", b"sending"}
    files = [each for each in box.state_dir.rglob("*") if each.is_file()]
    assert len(files) > 3
    return {
        (each.name, needle) for each in files for needle in needles if needle in each.read_bytes()
    }


def test_no_byte_of_a_person_lies_in_the_clear(box: Box) -> None:
    store = box.store()
    person = Eligibility(name=NAME, number=NUMBER, symbol=NUMBER)
    outcome = replace(answered(), answer=replace(answered().answer, eligibilities=(person,)))
    for is_trusted in (True, False):
        for is_answered in (True, False):
            check = box.check(is_trusted=is_trusted, request=CERTIFICATE + NAME.encode())
            check_id = store.records.open(check).check_id
            result = outcome if is_answered else Deferred("K201")
            store.records.settle(check_id, result, at=box.wall, next_attempt_at=box.wall)
    # Sorting and searching must not spill either.
    assert len(store.records.history(None)) == 4
    assert _found(box) == set(), "while it is open"
    store.records.adopt_provisional(box.stamp())
    assert _found(box) == set(), "after the move"
    store.close()
    assert _found(box) == set(), "when it is closed"
    assert all(NAME not in str(each) for each in box.state_dir.rglob("*"))


def test_the_search_would_find_it(box: Box) -> None:
    box.store().records.open(box.check())
    (box.sealed / "careless.txt").write_text(NAME, "cp932")
    assert {name for name, _ in _found(box)} == {"careless.txt"}


def test_no_key_lies_in_the_clear(box: Box) -> None:
    store = box.store()
    store.records.open(box.check())
    root = b"k" * 32
    keys = {root, root.hex().encode(), KEY.wrapping_key(1), KEY.wrapping_key(2)}
    for file in box.sealed.iterdir():
        content = file.read_bytes()
        assert not any(key in content for key in keys), file.name
