"""A technician asks everything the desk answers, with every parameter: nobody is in any answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from itertools import product

import pytest

from kiosk.desk.local import LocalLink
from kiosk.desk.messages import Ask, Failed, Logout, Reach, Reply, Role
from kiosk.domain.passcode import Passcode
from kiosk.ports.access import Holder, Standing
from tests.core.conftest import PASSCODE, Box
from tests.core.test_bundle import secrets, seeded
from tests.support.leaks import assert_absent
from tests.support.visitor import Visitor

__all__ = ["seeded"]
WORDS = "correct horse battery"
FORBIDDEN = {Reach.STAFF, Reach.RECEIPT, Reach.NEWS}


@pytest.fixture
def technician(seeded: Box) -> Iterator[Visitor]:
    assert seeded.core is not None
    assert seeded.kiosk is not None
    holder = Holder(Standing.TECHNICIAN, "technician-1")
    seeded.kiosk.store.control.access.set_passcode(holder, Passcode(WORDS))
    link = LocalLink(seeded.core.counter, Role.TECHNICIAN)
    with closing(link):
        front = Visitor(link, claims=False)
        front.log_in(WORDS)
        yield front


def assert_nobody(box: Box, told: str) -> None:
    for secret in secrets(box):
        assert_absent(secret, told.encode())


def parameters(box: Box) -> Iterator[dict[str, object]]:
    """What somebody might try: nothing, everything of every check that is kept."""
    yield {}
    for check in box.stored():
        month = f"{check.treated_on:%Y-%m}"
        for closed, dry_run in product((True, False), repeat=2):
            yield {
                "check_id": check.check_id, "month": month, "day": check.treated_on.isoformat(),
                "treated_on": check.treated_on.isoformat(), "kana": "シ", "after": 0,
                "reason": "wrong_person", "form": "json", "token": "", "code": "", "record": {},
                "since": 0, "ids": [check.check_id], "closed": closed, "dry_run": dry_run,
                "presentation": {"kind": "insured_numbers"}, "name": "speed", "value": "100",
            }  # fmt: skip


def test_no_answer_tells_of_a_patient(seeded: Box, technician: Visitor) -> None:
    assert seeded.core is not None
    queries = seeded.core.counter._queries
    told: dict[str, set[str]] = {}
    heard = ""
    for about, name in product(list(parameters(seeded)), sorted(queries)):
        answer = technician.ask(lambda n, name=name, about=about: Ask(n, name, about))  # type: ignore[misc]
        told.setdefault(name, set()).add(answer.code if isinstance(answer, Failed) else "ok")
        heard += json.dumps(answer.document) if isinstance(answer, Reply) else answer.code
    heard += "".join(str(each) for each in technician.happened)
    assert_nobody(seeded, heard)
    for name, reach in queries.items():
        assert (told[name] == {"K313"}) is (reach in FORBIDDEN), (name, told[name])
    assert {"ok"} <= told["status"] & told["matters"] & told["checkup"] & told["audit"]


def test_the_same_question_of_staff_is_found_out(seeded: Box, technician: Visitor) -> None:
    """What the search above would find, if it were there."""
    staff = seeded.visitor(claims=False)
    staff.log_in(PASSCODE)
    told = json.dumps(staff.query("history"))
    with pytest.raises(AssertionError):
        assert_nobody(seeded, told)
    staff.ask(Logout)
    assert isinstance(technician.ask(lambda n: Ask(n, "history")), Failed)
