"""What callers may send about tenants and keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from greffier.access.model import Role
from greffier.access.policy import Policy
from greffier.requests import LINE, TENANT, Request
from greffier.store.tables import now

#: Name of a key, for people.
KeyName = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=LINE)]
#: Moments beyond are mistakes, and some databases cannot keep them.
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)
#: Longest life that can be told in days: ten years.
_MOST_DAYS = 3660
#: Longest time for which the old text of a key counts beside the new one: thirty days.
_MOST_GRACE_S = 30 * 86_400


class TenantRequest(Request):
    """A new tenant."""

    slug: str = Field(pattern=TENANT, examples=["namur"])
    """Its name in addresses and tokens; it cannot be changed."""
    title: str = Field(default="", max_length=200, pattern=LINE)
    """Its name for people; the slug when absent."""
    policy: Policy = Policy()
    """What differs for it from the settings."""


class TenantChange(Request):
    """What is to change of a tenant; what is absent stays."""

    title: str | None = Field(default=None, min_length=1, max_length=200, pattern=LINE)
    """Its name for people."""
    policy: Policy | None = None
    """What differs for it from the settings: the whole of it."""
    closed: bool | None = None
    """Whether its keys are refused; its templates and documents stay."""


class _Expiring(Request):
    expires_at: AwareDatetime | None = None
    """From when on it is refused; absent: never."""
    expires_in_days: int | None = Field(default=None, ge=1, le=_MOST_DAYS)
    """The same, counted from now; only one of the two."""

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if self.expires_at is not None and self.expires_in_days is not None:
            raise ValueError("expires_at and expires_in_days: give one of them")
        if self.expires_at is not None and not now() < self.expires_at < _LATEST:
            raise ValueError("expires_at: it must be in the future, and before the year 9000")
        return self

    @property
    def end(self) -> datetime | None:
        """From when on it is refused; None: never."""
        if self.expires_in_days is not None:
            return now() + timedelta(days=self.expires_in_days)
        return self.expires_at


class OperatorKeyRequest(_Expiring):
    """A new key of the installation's operator: it may do everything."""

    name: KeyName
    """What people call it; it is in the records."""


class KeyRequest(OperatorKeyRequest):
    """A new key of a tenant."""

    roles: tuple[Role, ...] = Field(min_length=1, max_length=len(Role))
    """What it may do: `render`, `design` (and render), `operate`."""


class RotationRequest(Request):
    """A new text for a key."""

    grace_s: int = Field(default=0, ge=0, le=_MOST_GRACE_S)
    """Seconds for which the old text counts too, so that applications can change over."""
