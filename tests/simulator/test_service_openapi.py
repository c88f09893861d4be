"""The OpenAPI document: up to date, complete, and true of the running service (schemathesis)."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from starlette.routing import Route

from kiosk.simulator import openapi
from kiosk.simulator.ledger import Ledger
from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.service import Service, Withheld
from kiosk.simulator.world import World

with warnings.catch_warnings():
    # Libraries of theirs warn of one another when they are imported.
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

ROOT = Path(__file__).resolve().parents[2]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(openapi.document())
PATIENCE_S = 30.0
"""Of one question: a service that hangs fails the run instead of holding it up."""
PHASES = (Phase.explicit, Phase.generate)
HURRIED = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture]


def test_the_document_is_up_to_date() -> None:
    tool = [sys.executable, str(ROOT / "tools" / "openapi_json.py"), "--check"]
    done = subprocess.run(tool, check=False)
    assert done.returncode == 0, "run: .venv/bin/python tools/openapi_json.py"


def test_every_route_is_in_it_and_nothing_else(world: World) -> None:
    app = Service(world, Ledger(world.folder), Withheld()).application()
    served = {
        (route.path, method.lower())
        for route in app.routes
        if isinstance(route, Route)
        for method in route.methods or ()
        if method != "HEAD"
    }
    paths = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))["paths"]
    assert served == {(path, method) for path, each in paths.items() for method in each}
    world.accounts.close()


def true_to_the_document(case: Any, world: World, simulator: RunningSimulator) -> None:  # noqa: ANN401
    folder = world.folder
    case.call_and_validate(
        base_url=simulator.url,
        cert=(str(folder / "facility.pem"), str(folder / "facility.key")),
        verify=str(world.ca),
        checks=CHECKS,
        timeout=PATIENCE_S,
    )


@SCHEMA.parametrize()
@settings(max_examples=8, deadline=None, phases=PHASES, suppress_health_check=HURRIED)
def test_what_is_asked_by_the_document_is_answered_by_it(
    case: Any,  # noqa: ANN401
    first_world: World,
    standing: RunningSimulator,
) -> None:
    true_to_the_document(case, first_world, standing)


@pytest.mark.soak
@SCHEMA.parametrize()
@settings(max_examples=1500, deadline=None, phases=PHASES, suppress_health_check=HURRIED)
def test_much_is_asked_by_the_document(
    case: Any,  # noqa: ANN401
    first_world: World,
    standing: RunningSimulator,
) -> None:
    true_to_the_document(case, first_world, standing)
