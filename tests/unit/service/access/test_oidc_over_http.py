"""What callers with tokens get."""

from __future__ import annotations

import asyncio
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse
from greffier.access import door
from greffier.access.oidc.settings import Issuer
from greffier.keys import TENANTS
from greffier.settings import Settings
from greffier.settings_sources import SettingsRefused, read_settings
from unit.service.access.issuer import OTHER_RSA, FakeIssuer
from unit.service.conftest import Serve, Service

KEY = "a-key-of-sixteen-or-more"


def settings_for(issuer: FakeIssuer) -> list[dict[str, Any]]:
    return [
        {
            "issuer": issuer.name,
            "audience": "greffier",
            "tenant_claim": "town",
            "roles_claim": "realm_access.roles",
            "roles": {"greffier-render": "render"},
        }
    ]


@pytest.fixture
async def service(serve: Serve, issuer: FakeIssuer) -> Service:
    started = await serve(api_key=KEY, oidc=settings_for(issuer))
    assert started.client.app is not None
    await started.client.app[TENANTS].add("namur", "Namur")
    return started


async def ask(service: Service, token: str, path: str = "/v1/templates") -> ClientResponse:
    return await service.client.get(path, headers={"Authorization": f"Bearer {token}"})


async def test_a_token_opens_what_its_roles_allow(service: Service, issuer: FakeIssuer) -> None:
    assert (await ask(service, issuer.token())).status == 200
    answer = await ask(service, issuer.token(), "/v1/quarantine")
    assert (answer.status, (await answer.json())["type"]) == (403, "/problems/not-allowed")


async def test_a_token_acts_for_its_own_tenant_only(service: Service, issuer: FakeIssuer) -> None:
    answer = await service.client.get(
        "/v1/templates",
        headers={"Authorization": f"Bearer {issuer.token()}", "Greffier-Tenant": "commons"},
    )
    assert answer.status == 403


async def test_a_wrong_token_is_refused_with_the_reason(
    service: Service, issuer: FakeIssuer
) -> None:
    answer = await ask(service, issuer.token(OTHER_RSA))
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (401, "/problems/key-refused")
    assert problem["detail"] == "The token's signature is wrong."
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


async def test_a_tenant_that_is_not_one_is_refused(service: Service, issuer: FakeIssuer) -> None:
    answer = await ask(service, issuer.token(town="dinant"))
    assert (answer.status, (await answer.json())["type"]) == (403, "/problems/not-allowed")
    assert service.client.app is not None
    await service.client.app[TENANTS].change("namur", closed=True)
    assert (await ask(service, issuer.token())).status == 403


async def test_a_tenant_that_is_closed_is_refused_soon(
    service: Service, issuer: FakeIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "REMEMBERED_S", 0.2)
    token = issuer.token()
    assert (await ask(service, token)).status == 200
    assert service.client.app is not None
    await service.client.app[TENANTS].change("namur", closed=True)
    async with asyncio.timeout(10):
        while (await ask(service, token)).status != 403:
            await asyncio.sleep(0.05)


async def test_an_issuer_that_fails_is_told_as_such(service: Service, issuer: FakeIssuer) -> None:
    issuer.status = 500
    answer = await ask(service, issuer.token())
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (503, "/problems/issuer-unavailable")
    assert problem["retryable"]
    assert int(answer.headers["Retry-After"]) >= 1


async def test_the_operators_key_opens_as_before(service: Service, issuer: FakeIssuer) -> None:
    assert (await ask(service, KEY)).status == 200
    assert issuer.asked == {}


async def test_without_issuers_no_token_opens(serve: Serve, issuer: FakeIssuer) -> None:
    service = await serve(api_key=KEY)
    assert (await ask(service, issuer.token())).status == 401
    assert issuer.asked == {}


def test_issuers_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"issuer": "https://idp.example", "audience": "a", "tenant": "namur", "grant": "render"}
    monkeypatch.setenv("GREFFIER_OIDC", json.dumps([given]))
    (issuer,) = read_settings({"auth": "required"}).oidc
    assert (issuer.issuer, issuer.tenant) == ("https://idp.example", "namur")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[", "GREFFIER_OIDC: it is not JSON"),
        ('[{"issuer": "https://x.example"}]', "GREFFIER_OIDC[0].audience: Field required"),
        ('[{"issuer": 1, "audiense": "x"}]', "GREFFIER_OIDC[0].audiense"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    monkeypatch: pytest.MonkeyPatch, text: str, told: str
) -> None:
    monkeypatch.setenv("GREFFIER_OIDC", text)
    with pytest.raises(SettingsRefused) as refused:
        read_settings()
    assert told in str(refused.value)


def test_issuers_are_named_once_and_not_where_everybody_comes_in() -> None:
    given = {"issuer": "https://idp.example", "audience": "a", "tenant": "x", "grant": "render"}
    with pytest.raises(ValueError, match="named twice"):
        Settings(oidc=[given, given])
    with pytest.raises(ValueError, match="set no oidc"):
        Settings(auth="off", oidc=[given])


def test_what_the_docs_show_can_be_set() -> None:
    page = (Path(__file__).parents[4] / "docs/operators/oidc.md").read_text()
    examples = re.findall(r"```toml\n(.*?)```", page, re.S)
    for example in examples:
        Settings(**tomllib.loads(example))
    assert len(examples) == 4
    for member in Issuer.model_fields:
        assert f"`{member}`" in page
