"""What is answered about tenants, keys and limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from greffier.access.model import Role
from greffier.access.policy import Policy
from greffier.responses import Answer, Moment


class TenantAnswer(Answer):
    """A tenant."""

    slug: str
    """Its name in addresses and tokens."""
    title: str
    """Its name for people."""
    policy: Policy
    """What differs for it from the settings."""
    created_at: Moment
    """When it was added."""
    closed_at: Moment | None
    """Since when its keys are refused; null: they are not."""


class TenantsAnswer(Answer):
    """The tenants of the installation."""

    tenants: Sequence[TenantAnswer]
    """By their slugs."""


class KeyAnswer(Answer):
    """A key: everything but its text."""

    id: str
    """By which it is named: the middle of its text."""
    name: str
    """What people call it."""
    roles: Sequence[Role]
    """What it may do."""
    state: Literal["valid", "expired", "revoked"]
    """Whether it counts."""
    created_at: Moment
    """When it was made."""
    expires_at: Moment | None
    """From when on it is refused; null: never."""
    revoked_at: Moment | None
    """When it was revoked; null: it was not."""
    last_used_at: Moment | None
    """When it was last shown, exact to five minutes; null: never."""


class KeysAnswer(Answer):
    """Keys."""

    keys: Sequence[KeyAnswer]
    """The newest first, those that count no longer too."""


class NewKeyAnswer(KeyAnswer):
    """A key that was just made."""

    key: str
    """Its text. It is shown this once, and cannot be had again."""


class LimitAnswer(Answer):
    """A limit of a tenant."""

    name: str
    """As refusals tell it in `limit`."""
    allowed: int | None
    """How much there may be; null: there is no limit."""
    used: int
    """How much there is."""


class LimitsAnswer(Answer):
    """What a tenant may use, and uses."""

    tenant: str
    """Whose limits these are."""
    limits: Sequence[LimitAnswer]
    """`requests_in_flight`, `requests_per_minute`, `pages_per_day` and `stored_bytes`."""
