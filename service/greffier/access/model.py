"""Who calls, and what callers may do: plain values."""

from __future__ import annotations

import enum
from dataclasses import dataclass

#: The tenant whose templates all others may use.
COMMONS = "commons"
#: The tenant of an installation that serves one town only; made at the first start.
DEFAULT = "default"


#: Header with which an operator of the installation says which tenant to act for.
TENANT_HEADER = "Greffier-Tenant"


class Role(enum.StrEnum):
    """What a key may do; a key has one role or several."""

    #: Make documents: what applications need.
    RENDER = "render"
    #: Make, check and publish templates, and render to try them.
    DESIGN = "design"
    #: Manage the tenant: keys, webhooks, records.
    OPERATE = "operate"

    @property
    def includes(self) -> frozenset[Role]:
        """Give the roles that this one comes with: who designs may render, too."""
        return frozenset({Role.RENDER, Role.DESIGN} if self is Role.DESIGN else {self})


def expand(roles: frozenset[Role]) -> frozenset[Role]:
    """Give the roles and all that they include."""
    return frozenset().union(*(role.includes for role in roles))


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a key or a token stands for."""

    #: Slug; None: the operator of the installation, who may act for every tenant.
    tenant: str | None
    #: What people call the key; the client of a token.
    name: str
    roles: frozenset[Role]

    @property
    def installation(self) -> bool:
        """Whether it is the operator of the installation."""
        return self.tenant is None
