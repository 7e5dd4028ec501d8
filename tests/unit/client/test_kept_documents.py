"""Documents that the service keeps, as an application sees them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from greffier_client import AsyncClient, Client, ContentRefused, DeadlineExceeded
from greffier_client.operations import AsyncOperations
from greffier_client.sync_operations import Operations
from greffier_client.sync_templates import Templates
from greffier_client.templates import AsyncTemplates

from .conftest import Answer, ScriptedService, pdf, problem
from .test_async_client import QUICK, client


def told(state: str, status: int = 200, **more: Any) -> Answer:
    """Answer with a description."""

    async def answer(_: web.Request) -> web.StreamResponse:
        body = {"id": "d1", "state": state, "template": "permit@3", **more}
        return web.json_response(body, status=status)

    return answer


async def test_a_document_is_asked_for_later_waited_for_and_erased(
    service: ScriptedService, tmp_path: Path
) -> None:
    made = told("done", filename="permit.pdf", pages=2, size=9, expires_at="2026-11-26T00:00:00Z")

    async def erased(_: web.Request) -> web.StreamResponse:
        return web.Response(status=204)

    service.answers = [told("waiting", 202), told("running"), made, pdf(b"%PDF-1"), erased, erased]
    async with client(service) as greffier:
        accepted = await greffier.render_later("permit", {"nom": "L"}, locale="fr_BE")
        assert (accepted.id, accepted.state, accepted.template) == ("d1", "waiting", "permit@3")
        document = await greffier.wait(accepted.id, to=tmp_path / "permit.pdf")
        await greffier.erase(accepted.id)
    assert document.path == tmp_path / "permit.pdf"
    assert document.path.read_bytes() == b"%PDF-1"
    first, *rest = service.requests
    assert first["headers"]["Prefer"] == "respond-async"
    assert b'"locale": "fr_BE"' in first["body"]
    assert [each["path"] for each in rest] == [
        "/v1/documents/d1",
        "/v1/documents/d1",
        "/v1/documents/d1/content",
        "/v1/documents/d1",
    ]


async def test_the_tries_of_a_call_ask_for_one_document(service: ScriptedService) -> None:
    service.answers = [problem(503, retryable=True), told("waiting", 202)]
    async with client(service) as greffier:
        await greffier.render_later("permit", {})
        await greffier.render_later("permit", {})
        await greffier.render_later("permit", {}, idempotency_key="mine")
    keys = [each["headers"]["Idempotency-Key"] for each in service.requests]
    assert keys[0] == keys[1] != keys[2]
    assert keys[3] == "mine"


async def test_nothing_is_kept_unless_a_key_is_given(service: ScriptedService) -> None:
    service.answers = [pdf()]
    async with client(service) as greffier:
        await greffier.render("permit", {})
        await greffier.render("permit", {}, idempotency_key="mine")
        await greffier.convert(b"x", kind="odt", idempotency_key="mine too")
    assert [each["headers"].get("Idempotency-Key") for each in service.requests] == [
        None,
        "mine",
        "mine too",
    ]


async def test_what_could_not_be_made_is_an_error_as_at_once(service: ScriptedService) -> None:
    errors = [{"where": "page 1", "field": "nom", "message": "It is missing."}]
    why = {"type": "/problems/data-mismatch", "title": "No", "status": 422, "errors": errors}
    service.answers = [told("failed", problem=why)]
    async with client(service) as greffier:
        with pytest.raises(ContentRefused, match="It is missing") as refused:
            await greffier.wait("d1")
    assert refused.value.problem.name == "data-mismatch"


async def test_waiting_has_an_end(service: ScriptedService) -> None:
    service.answers = [told("running")]
    async with client(service) as greffier:
        with pytest.raises(DeadlineExceeded, match=r"not made within 0\.3 s"):
            await greffier.wait("d1", timeout_s=0.3)


def test_the_blocking_client_does_the_same(service_in_thread: ScriptedService) -> None:
    done = told("done", warnings=[{"message": "Look.", "severity": "warning"}])
    service_in_thread.answers = [told("waiting", 202), done, done, pdf(b"%PDF-2"), pdf(b"%PDF-2")]
    with Client(service_in_thread.url, retry=QUICK) as greffier:
        accepted = greffier.render_later("permit", {}, undefined="blank")
        assert greffier.document(accepted.id).warnings[0].message == "Look."
        assert greffier.wait(accepted.id).content == b"%PDF-2"
        assert greffier.fetch(accepted.id).content == b"%PDF-2"


def public(of: object) -> set[str]:
    return {name for name in dir(of) if not name.startswith("_")}


def test_both_clients_can_do_the_same() -> None:
    assert public(AsyncClient) - {"ask"} == public(Client)
    assert public(AsyncTemplates) == public(Templates)
    assert public(AsyncOperations) == public(Operations)
