"""Whatever a service sends: an answer, a refusal, "still working", or MalformedAnswer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.check import Answer, Eligibility, Refused
from kiosk.domain.codes import ELDERLY_TAGS, ELIGIBILITY_TAGS, TagKind, Validity
from kiosk.formats.answer_json import answer_json, from_record, to_record
from kiosk.ports.service import MalformedAnswer
from kiosk.service import wire
from kiosk.service.message import Abnormal, StillWorking, parse
from kiosk.simulator import tree
from kiosk.simulator.options import CardOptions, CardState
from kiosk.simulator.people import Person, Told, with_share
from kiosk.simulator.rules import Judgement
from tests.support.recorded import NOW, question
from tests.support.service import CHECK_ID

TODAY = date(2026, 11, 21)
MUTATIONS = 200

texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=20)
days = st.dates(date(1868, 1, 25), date(2199, 12, 31))
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
elements = {
    name: st.none() | (days if kind is TagKind.DAY else texts)
    for _, name, kind in ELIGIBILITY_TAGS + ELDERLY_TAGS
}
eligibilities = st.builds(Eligibility, **elements)


def answered(validity: Validity, told: list[Eligibility]) -> bytes:
    person = Person(
        id="someone",
        pin=None,
        certificate_sha256=None,
        validity=validity,
        confirmed_on=None,
        told=tuple(Told(each, None) for each in told),
        card=CardState.USUAL,
        laid=CardOptions(),
        story="",
        story_ja="",
    )
    return tree.answer(question(), Judgement(person), NOW)


def understood(raw: bytes) -> None:
    """Parsed, shown and kept without any other exception."""
    try:
        found = parse(raw, check_id=CHECK_ID)
    except MalformedAnswer:
        return
    assert isinstance(found, Answer | Refused | StillWorking | Abnormal)
    if isinstance(found, Answer):
        assert from_record(to_record(found)) == found
        wire.dump(answer_json(found, TODAY))


@given(st.sampled_from(Validity), st.lists(eligibilities, max_size=3))
def test_every_eligibility_comes_through_unchanged(
    validity: Validity, told: list[Eligibility]
) -> None:
    found = parse(answered(validity, told), check_id=CHECK_ID)
    assert isinstance(found, Answer)
    assert found.validity is validity
    assert found.eligibilities == tuple(told)


@given(st.binary(max_size=400))
def test_random_bytes(raw: bytes) -> None:
    understood(raw)


@given(st.dictionaries(st.sampled_from(["XmlMsg", "simulated", "mark"]), anything))
def test_random_documents(document: dict[str, Any]) -> None:
    understood(wire.dump(document).decode("utf-8", "replace").encode())


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - a tree
    if isinstance(node, dict | list):
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        for key in keys:
            yield (*path, key)
            yield from _places(node[key], (*path, key))


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A true answer with a few parts replaced or taken out, then perhaps a few bytes."""
    told = draw(st.lists(eligibilities, max_size=2))
    document: Any = wire.load(answered(draw(st.sampled_from(Validity)), told))
    for _ in range(draw(st.integers(1, 3))):
        *path, last = draw(st.sampled_from(list(_places(document)) or [("x",)]))
        node = document
        for key in path:
            node = node[key]
        if draw(st.booleans()):
            node[last] = draw(anything)
        elif isinstance(node, dict):
            node.pop(last, None)
    raw = bytearray(
        wire.dump(document),
    )
    for _ in range(draw(st.integers(0, 2))):
        raw[draw(st.integers(0, len(raw) - 1))] = draw(st.integers(0, 255))
    return bytes(raw)


@settings(max_examples=MUTATIONS, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_mutated_answers(raw: bytes) -> None:
    understood(raw)


@given(
    st.sampled_from([10, 20, 30, 100]),
    st.none() | days,
    st.none() | st.sampled_from(["06139992", "39139993", "139998", "３９１３９９９３"]),
    days,
)
def test_a_share_told_is_the_share_concluded(
    share: int, born: date | None, insurer: str | None, on: date
) -> None:
    told = Told(Eligibility(birth_date=born, insurer_number=insurer), share)
    assert with_share(told, on).copayment_percent(on) == share
