"""The interface is as ``/openapi.json`` says, whatever is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzzing import findings
from greffier import openapi
from greffier.routes import PUBLISHED
from greffier.routing import JSON
from unit.service.conftest import Serve

_KEY = "a-key-of-sixteen-or-more"


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("examples", [5, pytest.param(25, marks=pytest.mark.full)])
async def test_schemathesis_finds_nothing(serve: Serve, tmp_path: Path, examples: int) -> None:
    service = await serve(api_key=_KEY)
    url = str(service.client.make_url("/"))
    found = await findings(url, openapi.document(), _KEY, tmp_path, f"--max-examples={examples}")
    assert not found, found


def test_every_json_answer_has_a_schema() -> None:
    bare = [
        f"{route.method} {route.path}"
        for route in PUBLISHED
        if JSON in route.answers and route.answer is None and route.path != "/openapi.json"
    ]
    assert not bare, "give these routes `answer`, a model of responses.py"


def test_every_parameter_is_described() -> None:
    bare = [
        f"{method} {path}: {parameter['name']}"
        for path, methods in openapi.document()["paths"].items()
        for method, operation in methods.items()
        for parameter in operation["parameters"]
        if not parameter["description"]
    ]
    assert not bare, "describe them in parameters.IN_PATH, or in the model of the query"


def test_operations_have_names_of_their_own() -> None:
    names = [
        operation["operationId"]
        for path in openapi.document()["paths"].values()
        for operation in path.values()
    ]
    assert sorted(names) == sorted(set(names))
