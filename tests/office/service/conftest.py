"""A real service that tests of what it answers share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from odt import field, odt, p
from running import Running, greffier_serve

ODT = "application/vnd.oasis.opendocument.text"
LETTER = odt(p("Dear ", field("name"), ","), p("you live in ", field("city"), "."))


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service with the usual settings."""
    with greffier_serve(tmp_path_factory.mktemp("service")) as running:
        yield running


def post(
    service: Running, request: object, template: bytes = LETTER, **blocks: bytes
) -> requests.Response:
    """Have a document made from a template in the request, and the blocks it includes."""
    parts = {f"block-{name}": (f"{name}.odt", content, ODT) for name, content in blocks.items()}
    return requests.post(
        f"{service.url}/v1/documents",
        files={
            "request": ("request.json", json.dumps(request), "application/json"),
            "template": ("template.odt", template, ODT),
            **parts,
        },
        timeout=120,
    )


def convert(
    service: Running, content: bytes, kind: str, output: object | None = None
) -> requests.Response:
    """Have a document converted."""
    files = {"file": (f"document.{kind}", content, "application/octet-stream")}
    if output is not None:
        files["output"] = ("output.json", json.dumps(output).encode(), "application/json")
    return requests.post(f"{service.url}/v1/conversions", files=files, timeout=120)


def saved(answer: requests.Response, folder: Path) -> Path:
    """Save an answer that must be a document."""
    assert answer.status_code == 200, answer.text
    path = folder / "answer"
    path.write_bytes(answer.content)
    return path
