"""What differs for a tenant from the settings: the one place that knows what may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from greffier.errors import HallError

#: Seconds for which documents may be kept: a minute at least, a year at most.
TTL_S = (60, 366 * 24 * 3600)


class PolicyRefused(HallError):
    """The policy has mistakes; the message lists them."""


class Policy(BaseModel):
    """A tenant's policy; what is absent is as the settings say."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    result_ttl_s: int | None = Field(default=None, ge=TTL_S[0], le=TTL_S[1])
    """Seconds for which documents are kept that callers want kept."""
    requests_in_flight: int | None = Field(default=None, ge=1, le=10_000)
    """Documents, conversions and checks asked for at the same time; null: no limit."""
    requests_per_minute: int | None = Field(default=None, ge=1, le=100_000)
    """Documents, conversions and checks asked for within any minute; null: no limit."""
    pages_per_day: int | None = Field(default=None, ge=1, le=10**12)
    """Pages of documents made in a day of UTC; null: no limit."""
    stored_bytes: int | None = Field(default=None, ge=1, le=10**15)
    """Bytes of versions of templates, fonts and kept documents; null: no limit."""


def read_policy(stored: Mapping[str, Any]) -> Policy:
    """Read a policy.

    Raises:
        PolicyRefused: a member is unknown or has a wrong value; all of them are told.
    """
    try:
        return Policy.model_validate(stored)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        told = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in faults)
        there = ", ".join(Policy.model_fields)
        raise PolicyRefused(f"The policy has mistakes: {told}. There are: {there}.") from None
