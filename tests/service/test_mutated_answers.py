"""Whatever a service answers, to whatever was asked: understood, or one error of the port.

The bodies of ``corpus`` are true ones, and those that were once taken wrongly (``found-…``). After
a wanted change of the protocol: ``MADOGUCHI_CORPUS=write python -m pytest tests/service``.
"""

from __future__ import annotations

import gc
import os
import ssl
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from cryptography import x509

from kiosk.domain.check import Answer, Answered, Refused
from kiosk.domain.facility import Facility
from kiosk.errors import ServiceError
from kiosk.formats.answer_json import answer_json, from_record, to_record
from kiosk.formats.copied import copied_text
from kiosk.formats.csv_rows import results_csv
from kiosk.formats.oqs_xml import result_xml
from kiosk.formats.qr import qr_parts
from kiosk.formats.result import Result
from kiosk.line.view import lines_for, told_for
from kiosk.phrasebook import Phrasebook
from kiosk.ports.service import Account, FacilityResult, MalformedAnswer, Reply, ResultsPage
from kiosk.service import message, pages, results, wire
from kiosk.service.activation import Identity
from kiosk.service.client import HttpsService
from kiosk.service.message import Abnormal, StillWorking
from kiosk.service.pages import Issued
from kiosk.simulator import pki
from kiosk.simulator.line import server_context
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from tests.support.mutation import Mutation
from tests.support.recorded import NOW, answers, of_the_service, shape
from tests.support.service import CHECK_ID, PATIENCE_S, ScriptedServer, client_of, response

CORPUS = Path(__file__).with_name("corpus")
WRITES = os.environ.get("MADOGUCHI_CORPUS") == "write"
KINDS = ("answer", "problem", "results", "time", "account", "issued")
SAMPLE, MANY = 200, 100_000
PER_SERVER = 500
TODAY = date(2026, 11, 21)
BOOKS = [Phrasebook.load(language) for language in ("ja", "en")]


def kept(kind: str) -> list[bytes]:
    """What the corpus holds of one kind."""
    found = [each.read_bytes() for each in sorted((CORPUS / kind).iterdir())]
    assert found
    return found


def fits(found: object) -> None:
    """It can be kept, shown and told of, whatever stands in it."""
    match found:
        case Answer():
            assert from_record(to_record(found)) == found
            wire.dump(answer_json(found, TODAY))
            for book in BOOKS:
                assert lines_for(Answered(found), TODAY, book)
                assert told_for(Answered(found), TODAY, book)
            exports(found)
        case Refused(code):
            tells(code)
        case ResultsPage():
            for each in found.results:
                assert isinstance(each, FacilityResult)
                assert each.received_at.utcoffset() is not None
                fits(each.answer)
        case Account():
            assert found.certificate_expires_at.utcoffset() is not None
        case Issued():
            assert found.certificate
        case _:
            assert isinstance(found, datetime | StillWorking | Abnormal)


def exports(answer: Answer) -> None:
    result = Result(
        check_id=CHECK_ID,
        facility_code="9910000001",
        treated_on=TODAY,
        settled_at=NOW,
        answer=answer,
        is_simulated=answer.is_simulated,
    )
    assert result_xml(result)
    assert copied_text(result)
    assert qr_parts(result)
    assert results_csv([result])


def tells(code: str) -> None:
    assert all(book.message(code).heard for book in BOOKS)


def of_a_check(raw: bytes) -> object:
    return message.parse(raw, check_id=CHECK_ID)


def of_a_problem(raw: bytes) -> object:
    """A problem is an error whatever it holds; the status is one of those that bear one."""
    status = 400 + zlib.crc32(raw) % 200
    error = results.problem_error(status, message.problem(raw), None)
    assert isinstance(error, ServiceError)
    tells(error.code)
    raise error


READ: dict[str, Callable[[bytes], object]] = {
    "answer": of_a_check,
    "problem": of_a_problem,
    "results": pages.results_page,
    "time": pages.server_time,
    "account": pages.account,
    "issued": pages.issued,
}


def understood(kind: str, raw: bytes) -> bool:
    """True when something was made of it; anything but the port's errors is raised."""
    try:
        fits(READ[kind](raw))
    except MalformedAnswer:
        return False
    except ServiceError:
        return kind == "problem"
    return True


def bent(kind: str, count: int) -> None:
    """So many mutated bodies of one kind; a body that breaks us is for the corpus."""
    mutation = Mutation(kept(kind), seed=zlib.crc32(kind.encode()))
    taken = 0
    for number in range(count):
        raw = mutation.body()
        try:
            taken += understood(kind, raw)
        except Exception as error:
            error.add_note(f"body {number} of {kind}: {raw!r}")
            raise
    assert count * 0.02 < taken
    if kind != "problem":
        assert taken < count * 0.98


def test_the_corpus_holds_every_shape_the_service_answers_with(
    world: World, simulator: RunningSimulator
) -> None:
    live = [("answer", name, raw) for name, raw in answers()]
    live += of_the_service(world, simulator)
    assert {kind for kind, _, _ in live} == set(KINDS)
    for kind, name, raw in live:
        folder = CORPUS / kind
        if WRITES:
            folder.mkdir(exist_ok=True)
            known = {shape(each.read_bytes()) for each in folder.glob("*.json")}
            if shape(raw) not in known:
                (folder / f"{name}.json").write_bytes(raw)
        elements = {part for each in kept(kind) for part in shape(each)}
        assert shape(raw) <= elements, (kind, name)


@pytest.mark.parametrize("kind", KINDS)
def test_the_corpus_itself(kind: str) -> None:
    for file in sorted((CORPUS / kind).iterdir()):
        is_true = not file.name.startswith("found-")
        assert understood(kind, file.read_bytes()) or not is_true, file.name


@pytest.mark.parametrize("kind", KINDS)
def test_mutated_bodies_of_every_kind(kind: str) -> None:
    bent(kind, SAMPLE)


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_many_mutated_bodies_of_every_kind(kind: str) -> None:
    bent(kind, MANY)


def whole_responses(world: World, count: int) -> None:
    """So many mutated responses over TLS, head and all, to everything the client asks."""
    bodies = [raw for kind in KINDS for raw in kept(kind)]
    mutation = Mutation(bodies, seed=7)
    sent: list[bytes] = []

    def answer(line: ssl.SSLSocket) -> None:
        sent.append(mutation.response())
        line.sendall(sent[-1])

    asks: list[Callable[[HttpsService], object]] = [
        lambda service: service.ask(CHECK_ID, b"{}", patience_s=0.4),
        lambda service: service.server_time(patience_s=0.4),
        lambda service: service.account(patience_s=0.4),
        lambda service: service.results(None, patience_s=0.4),
    ]
    context = server_context(world)
    for begins in range(0, count, PER_SERVER):
        with (
            ScriptedServer([answer], context) as server,
            client_of(world, server.url) as service,
        ):
            for number in range(begins, min(count, begins + PER_SERVER)):
                sent.clear()
                try:
                    with suppress(ServiceError):
                        found = asks[number % len(asks)](service)
                        fits(found.verdict if isinstance(found, Reply) else found)
                except Exception as error:
                    error.add_note(f"response {number}: {sent!r}")
                    raise


def test_mutated_responses(first_world: World) -> None:
    whole_responses(first_world, SAMPLE // 4)


def test_a_cookie_that_cannot_be_sent_back_spoils_no_later_question(
    scripted: Callable[..., tuple[HttpsService, ScriptedServer]],
) -> None:
    body = (CORPUS / "time" / "now.json").read_bytes()
    service, server = scripted(response(200, body, headers={"Set-Cookie": "a=\xff"}))
    for _ in range(2):
        service.server_time(patience_s=PATIENCE_S)
    assert server.asked == ["GET /v1/time"] * 2


# A connection given up in the moment it is made leaves its socket to the collector, which closes
# it: seven among 20,000 with a patience of 0.4 s, on a machine with thirty other things to do.
@pytest.mark.soak
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_many_mutated_responses(first_world: World) -> None:
    whole_responses(first_world, MANY // 5)
    # Here, where their warnings are expected, and not at the end of all tests.
    gc.collect()


def bent_certificates(folder: Path, authority: pki.KeyPair, count: int) -> None:
    """A certificate bent on the way, though it came for our key, never takes the place of ours."""
    facility = Facility("9910000001", "W0000001")
    mutation, number = Mutation([b""], seed=3), 0
    while number < count:
        identity = Identity(folder / str(number))
        begun = identity.begun("renewal")
        made = pki.terminal_certificate(authority, facility, pki.requested_key(begun.csr))
        while number < count and not identity.certificate.exists():
            number += 1
            der = mutation.certificate(pki.der(made))
            pem = ssl.DER_cert_to_PEM_cert(der).encode()
            issued = Issued(facility, pem, pki.pem(authority.certificate), NOW, is_simulated=True)
            with suppress(MalformedAnswer):
                identity.finish(begun, issued)
        if identity.certificate.exists():
            # The bytes were those that stood there, or beside what is signed.
            taken = x509.load_pem_x509_certificate(identity.certificate.read_bytes())
            assert taken.tbs_certificate_bytes == made.tbs_certificate_bytes


# A bent certificate may make the X.509 parser frown aloud; frowning is no failure.
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_bent_certificate_changes_nothing(tmp_path: Path, first_world: World) -> None:
    bent_certificates(tmp_path, first_world.service_ca, SAMPLE)


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_many_bent_certificates_change_nothing(tmp_path: Path, first_world: World) -> None:
    bent_certificates(tmp_path, first_world.service_ca, MANY)
