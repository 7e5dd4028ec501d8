"""Tenants and keys over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from greffier import keys
from greffier.access.model import Role
from greffier.store.tables import now
from unit.service.conftest import Serve, Service
from unit.service.test_registry import Town, problem, town

_OPERATOR_KEY = "operator-key-of-16"


@pytest.fixture
async def operator(serve: Serve) -> Town:
    """The operator of an installation."""
    return Town(await serve(api_key=_OPERATOR_KEY), _OPERATOR_KEY)


async def told(town: Town, method: str, path: str, **more: Any) -> dict[str, Any]:
    """Ask, and read the answer."""
    answer = await town.ask(method, path, **more)
    assert answer.status < 300, await answer.text()
    read: dict[str, Any] = await answer.json()
    return read


async def works(service: Service, key: str) -> bool:
    """Whether a key is let in."""
    return (await Town(service, key).ask("GET", "/v1/templates")).status == 200


async def test_a_town_is_added_and_gets_a_key_that_renders(operator: Town) -> None:
    made = await told(operator, "POST", "/v1/tenants", json={"slug": "namur", "title": "Namur"})
    assert (made["title"], made["policy"], made["closed_at"]) == ("Namur", {}, None)
    key = await told(
        operator,
        "POST",
        "/v1/keys",
        headers={"Greffier-Tenant": "namur"},
        json={"name": "Urban", "roles": ["design"]},
    )
    urban = Town(operator.service, key["key"])
    assert (await urban.create("permit")).status == 201
    assert (await operator.ask("GET", "/v1/templates/permit")).status == 404
    tenants = (await told(operator, "GET", "/v1/tenants"))["tenants"]
    assert [each["slug"] for each in tenants] == ["commons", "default", "namur"]


async def test_a_tenants_name_is_taken_once_and_is_a_name(operator: Town) -> None:
    await told(operator, "POST", "/v1/tenants", json={"slug": "namur"})
    again = await operator.ask("POST", "/v1/tenants", json={"slug": "namur"})
    assert await problem(again) == (409, "tenant-exists")
    for slug in ("Namur", "-namur", "namur-", "a" * 64, ""):
        refused = await operator.ask("POST", "/v1/tenants", json={"slug": slug})
        assert await problem(refused) == (400, "request-invalid")


async def test_a_closed_town_is_refused_at_once_until_it_is_opened(operator: Town) -> None:
    namur = await town(operator.service, "namur")
    assert (await namur.ask("GET", "/v1/templates")).status == 200
    await told(operator, "PATCH", "/v1/tenants/namur", json={"closed": True})
    assert await problem(await namur.ask("GET", "/v1/templates")) == (401, "key-refused")
    assert (await told(operator, "GET", "/v1/tenants/namur"))["closed_at"]
    await told(operator, "PATCH", "/v1/tenants/namur", json={"closed": False})
    assert (await namur.ask("GET", "/v1/templates")).status == 200


async def test_what_a_change_does_not_name_stays(operator: Town) -> None:
    policy = {"pages_per_day": 500, "stored_bytes": None}
    body = {"slug": "namur", "title": "Namur", "policy": policy}
    await told(operator, "POST", "/v1/tenants", json=body)
    changed = await told(operator, "PATCH", "/v1/tenants/namur", json={"title": "Ville"})
    assert (changed["title"], changed["policy"]) == ("Ville", policy)
    changed = await told(operator, "PATCH", "/v1/tenants/namur", json={"policy": {}})
    assert (changed["title"], changed["policy"]) == ("Ville", {})


async def test_a_policy_with_unknown_names_is_refused(operator: Town) -> None:
    await told(operator, "POST", "/v1/tenants", json={"slug": "namur"})
    answer = await operator.ask(
        "PATCH", "/v1/tenants/namur", json={"policy": {"pages_a_day": 1, "stored_bytes": 0}}
    )
    fields = {each["field"] for each in (await answer.json())["errors"]}
    assert (answer.status, fields) == (400, {"policy.pages_a_day", "policy.stored_bytes"})


async def test_a_town_makes_keys_of_its_own_and_revokes_them(operator: Town) -> None:
    service = operator.service
    namur = await town(service, "namur", Role.OPERATE)
    made = await told(namur, "POST", "/v1/keys", json={"name": "Urban", "roles": ["render"]})
    assert (made["state"], made["roles"], made["last_used_at"]) == ("valid", ["render"], None)
    assert await works(service, made["key"])
    await service.app[keys.API_KEYS].finish()
    listed = (await told(namur, "GET", "/v1/keys"))["keys"]
    assert [each["name"] for each in listed] == ["Urban", "operate"]
    assert listed[0]["last_used_at"]
    assert not any("key" in each for each in listed)

    revoked = await told(namur, "DELETE", f"/v1/keys/{made['id']}")
    assert revoked["state"] == "revoked"
    assert not await works(service, made["key"])
    # Its name is free again.
    await told(namur, "POST", "/v1/keys", json={"name": "Urban", "roles": ["render"]})
    again = await namur.ask("POST", "/v1/keys", json={"name": "Urban", "roles": ["design"]})
    assert await problem(again) == (409, "key-exists")


async def test_a_town_makes_no_operators_and_no_keys_for_others(operator: Town) -> None:
    namur = await town(operator.service, "namur")
    await town(operator.service, "gent")
    for path in ("/v1/installation/keys", "/v1/tenants"):
        refused = await namur.ask("POST", path, json={"name": "x"})
        assert await problem(refused) == (403, "not-allowed")
    refused = await namur.ask(
        "POST",
        "/v1/keys",
        json={"name": "x", "roles": ["render"]},
        headers={"Greffier-Tenant": "gent"},
    )
    assert await problem(refused) == (403, "not-allowed")
    refused = await namur.ask("POST", "/v1/keys", json={"name": "x", "roles": ["installation"]})
    assert await problem(refused) == (400, "request-invalid")


async def test_an_expired_key_is_told_as_such(operator: Town) -> None:
    service = operator.service
    namur = await town(service, "namur", Role.OPERATE)
    await service.app[keys.API_KEYS].make(
        "namur", "old", [Role.RENDER], expires_at=now() - timedelta(seconds=1)
    )
    listed = (await told(namur, "GET", "/v1/keys"))["keys"]
    assert {each["name"]: each["state"] for each in listed} == {
        "old": "expired",
        "operate": "valid",
    }
    body = {"name": "soon", "roles": ["render"], "expires_in_days": 2}
    made = await told(namur, "POST", "/v1/keys", json=body)
    assert made["expires_at"][:10] == f"{now() + timedelta(days=2):%Y-%m-%d}"


@pytest.mark.parametrize(
    "end",
    [
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "2999-01-01T00:00:00"},
        {"expires_at": "9999-12-31T23:59:59-12:00"},
        {"expires_in_days": 0},
        {"expires_in_days": 1, "expires_at": "2999-01-01T00:00:00Z"},
    ],
)
async def test_an_end_that_cannot_be_meant_is_refused(operator: Town, end: dict[str, Any]) -> None:
    body = {"name": "x", "roles": ["render"], **end}
    assert await problem(await operator.ask("POST", "/v1/keys", json=body)) == (
        400,
        "request-invalid",
    )


async def test_a_rotated_key_counts_as_long_as_its_applications_need(operator: Town) -> None:
    service = operator.service
    namur = await town(service, "namur", Role.OPERATE)
    made = await told(namur, "POST", "/v1/keys", json={"name": "Urban", "roles": ["render"]})
    assert await works(service, made["key"])
    second = await told(namur, "POST", f"/v1/keys/{made['id']}/rotate", json={"grace_s": 3600})
    assert (second["name"], second["roles"]) == ("Urban", ["render"])
    assert await works(service, made["key"])
    assert await works(service, second["key"])
    third = await told(namur, "POST", f"/v1/keys/{second['id']}/rotate", json={})
    assert not await works(service, second["key"])
    assert await works(service, third["key"])
    gone = await namur.ask("POST", f"/v1/keys/{second['id']}/rotate", json={})
    assert await problem(gone) == (404, "key-not-found")


async def test_operators_have_keys_of_their_own(operator: Town) -> None:
    made = await told(operator, "POST", "/v1/installation/keys", json={"name": "Ann"})
    ann = Town(operator.service, made["key"])
    listed = (await told(ann, "GET", "/v1/installation/keys"))["keys"]
    assert [each["name"] for each in listed] == ["Ann"]
    new = await told(ann, "POST", f"/v1/installation/keys/{made['id']}/rotate", json={})
    assert (await ann.ask("GET", "/v1/tenants")).status == 401
    await told(operator, "DELETE", f"/v1/installation/keys/{new['id']}")
    assert not await works(operator.service, new["key"])
