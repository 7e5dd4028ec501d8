"""The addresses of tenants, keys and limits; joined to those of ``routes.py``."""

from __future__ import annotations

from aiohttp import hdrs

from greffier import problem_types
from greffier.access.model import Role
from greffier.handlers import keys, limits, tenants
from greffier.requests_access import (
    KeyRequest,
    OperatorKeyRequest,
    RotationRequest,
    TenantChange,
    TenantRequest,
)
from greffier.responses_access import (
    KeyAnswer,
    KeysAnswer,
    LimitsAnswer,
    NewKeyAnswer,
    TenantAnswer,
    TenantsAnswer,
)
from greffier.routing import BODY, Route

_ROTATED = (
    "The answer is a new key of the same name, roles and end. The old one is revoked, at once or "
    "after `grace_s` seconds."
)

ACCESS = (
    Route(
        hdrs.METH_GET,
        "/v1/limits",
        limits.show,
        "What the tenant may use, and uses",
        answer=LimitsAnswer,
    ),
    Route(
        hdrs.METH_GET,
        "/v1/keys",
        keys.index,
        "The keys of the tenant",
        "Without their texts, which are not kept.",
        answer=KeysAnswer,
        role=Role.OPERATE,
    ),
    Route(
        hdrs.METH_POST,
        "/v1/keys",
        keys.create,
        "Make a key",
        "Its text is in the answer, this once.",
        model=KeyRequest,
        status=201,
        answer=NewKeyAnswer,
        tells=(hdrs.LOCATION,),
        role=Role.OPERATE,
        problems=(*BODY, problem_types.KEY_EXISTS),
    ),
    Route(
        hdrs.METH_DELETE,
        "/v1/keys/{key}",
        keys.revoke,
        "Revoke a key",
        "It is refused from now on; other processes of the service refuse it within five seconds.",
        answer=KeyAnswer,
        role=Role.OPERATE,
        problems=(problem_types.KEY_NOT_FOUND,),
    ),
    Route(
        hdrs.METH_POST,
        "/v1/keys/{key}/rotate",
        keys.rotate,
        "Give a key a new text",
        _ROTATED,
        model=RotationRequest,
        status=201,
        answer=NewKeyAnswer,
        tells=(hdrs.LOCATION,),
        role=Role.OPERATE,
        problems=(*BODY, problem_types.KEY_NOT_FOUND),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/tenants",
        tenants.index,
        "All tenants",
        answer=TenantsAnswer,
        installation=True,
    ),
    Route(
        hdrs.METH_POST,
        "/v1/tenants",
        tenants.create,
        "Add a tenant",
        "It has no key yet: make one with `POST /v1/keys` and the header `Greffier-Tenant`.",
        model=TenantRequest,
        status=201,
        answer=TenantAnswer,
        tells=(hdrs.LOCATION,),
        installation=True,
        problems=(*BODY, problem_types.TENANT_EXISTS),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/tenants/{tenant}",
        tenants.show,
        "A tenant",
        answer=TenantAnswer,
        installation=True,
    ),
    Route(
        hdrs.METH_PATCH,
        "/v1/tenants/{tenant}",
        tenants.change,
        "Change a tenant",
        "What is absent stays; `policy` is replaced as a whole. The keys of a closed tenant are "
        "refused.",
        model=TenantChange,
        answer=TenantAnswer,
        installation=True,
        problems=BODY,
    ),
    Route(
        hdrs.METH_GET,
        "/v1/installation/keys",
        keys.index_of_operators,
        "The keys of the installation's operators",
        answer=KeysAnswer,
        installation=True,
    ),
    Route(
        hdrs.METH_POST,
        "/v1/installation/keys",
        keys.create_for_operator,
        "Make a key for an operator of the installation",
        "It may do everything, for every tenant. Its text is in the answer, this once.",
        model=OperatorKeyRequest,
        status=201,
        answer=NewKeyAnswer,
        tells=(hdrs.LOCATION,),
        installation=True,
        problems=(*BODY, problem_types.KEY_EXISTS),
    ),
    Route(
        hdrs.METH_DELETE,
        "/v1/installation/keys/{key}",
        keys.revoke_of_operator,
        "Revoke a key of an operator",
        answer=KeyAnswer,
        installation=True,
        problems=(problem_types.KEY_NOT_FOUND,),
    ),
    Route(
        hdrs.METH_POST,
        "/v1/installation/keys/{key}/rotate",
        keys.rotate_of_operator,
        "Give a key of an operator a new text",
        _ROTATED,
        model=RotationRequest,
        status=201,
        answer=NewKeyAnswer,
        tells=(hdrs.LOCATION,),
        installation=True,
        problems=(*BODY, problem_types.KEY_NOT_FOUND),
    ),
)
