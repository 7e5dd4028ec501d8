"""What an operator says of an issuer: whose tokens count, and what they give."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from yarl import URL

from greffier.access.model import Role

#: Signatures that only the issuer can make. ``none`` and the symmetric ones (HS256...), whose
#: key would be the public one, are not among them: RFC 8725, section 3.1.
Algorithm = Literal[
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"
]
ALGORITHMS: tuple[Algorithm, ...] = Algorithm.__args__  # type: ignore[attr-defined]


def _several(value: object) -> object:
    """Take one for a list of one."""
    return (value,) if isinstance(value, str) else value


def _path(value: object) -> object:
    """Split a path into the names of nested claims."""
    return tuple(value.split(".")) if isinstance(value, str) else value


_Name = Annotated[str, Field(min_length=1)]
#: A claim: a path with dots, ``realm_access.roles``; or a list of names, where they have dots.
ClaimPath = Annotated[tuple[_Name, ...], BeforeValidator(_path), Field(min_length=1)]
_Roles = Annotated[tuple[Role, ...], BeforeValidator(_several)]


class Issuer(BaseModel):
    """An identity service whose access tokens open this service."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    #: As its tokens name it in ``iss``, character by character.
    issuer: str
    #: What its tokens must name in ``aud``: one of these.
    audience: Annotated[tuple[_Name, ...], BeforeValidator(_several), Field(min_length=1)]
    algorithms: Annotated[tuple[Algorithm, ...], BeforeValidator(_several), Field(min_length=1)] = (
        ALGORITHMS
    )
    #: The tenant of all its tokens.
    tenant: str | None = None
    #: The claim that says which tenant.
    tenant_claim: ClaimPath | None = None
    #: Value of that claim -> tenant; empty: the claim holds the tenant's name.
    tenants: Mapping[str, str] = Field(default_factory=dict)
    #: Roles that every token has.
    grant: _Roles = ()
    #: The claim that says which roles: a list, or words separated by blanks.
    roles_claim: ClaimPath | None = None
    #: Value in that claim -> roles; others are of no concern to us.
    roles: Mapping[str, _Roles] = Field(default_factory=dict)

    @field_validator("issuer")
    @classmethod
    def _secure(cls, value: str) -> str:
        url = URL(value)
        if not url.host or url.query_string or url.fragment or url.user:
            raise ValueError("write it as its tokens do: https://host/path")
        if url.scheme != "https" and not is_loopback(url):
            raise ValueError("it must be https: whoever is in between could forge its keys")
        return value

    @model_validator(mode="after")
    def _agree(self) -> Self:
        faults = []
        if (self.tenant is None) == (self.tenant_claim is None):
            faults.append("set either tenant or tenant_claim")
        if self.tenants and self.tenant_claim is None:
            faults.append("tenants needs tenant_claim")
        if (self.roles_claim is None) != (not self.roles):
            faults.append("roles_claim and roles go together")
        if not self.grant and not self.roles:
            faults.append("set grant, or roles_claim and roles: without them no token has a role")
        if faults:
            raise ValueError("; ".join(faults))
        return self


def is_loopback(url: URL) -> bool:
    """Whether an http address never leaves this machine."""
    host = url.host or ""
    try:
        return url.scheme == "http" and ipaddress.ip_address(host).is_loopback
    except ValueError:
        return url.scheme == "http" and host == "localhost"


def read_issuers(value: object) -> object:
    """Read the setting where it comes as one text, as JSON: from the environment or an option.

    Raises:
        ValueError: it is not JSON.
    """
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise ValueError("it is not JSON; a list of issuers is meant: [{...}]") from error


def check_unique(issuers: Sequence[Issuer]) -> None:
    """Refuse an issuer that is named twice.

    Raises:
        ValueError: one is.
    """
    names = [each.issuer for each in issuers]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"the issuer {name} is named twice")


def claim_at(claims: Mapping[str, Any], path: Sequence[str]) -> object:
    """Give a nested claim; None: there is none."""
    found: object = claims
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
