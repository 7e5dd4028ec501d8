"""What callers may send about schemas, samples and previews of templates."""

from __future__ import annotations

from typing import Literal

from greffier_converters.options import DPI_RANGE
from pydantic import ConfigDict, Field, model_validator

from greffier.requests import SLUG, Data, Request


class VersionQuery(Request):
    """Which version is meant."""

    version: int | None = Field(default=None, ge=1, le=2**31 - 1)
    """Its number; the one that is published when absent."""


class SampleRequest(Request):
    """Sample data: an object, with whatever the template asks for."""

    # As requests.Data: that it is an object is all that can be said here.
    model_config = ConfigDict(
        extra="ignore", frozen=True, json_schema_extra={"additionalProperties": True}
    )


class PreviewRequest(Request):
    """What to show of a template."""

    version: int | None = Field(default=None, ge=1, le=2**31 - 1)
    """The version to show, a draft perhaps; the newest when absent."""
    data: Data | None = None
    """What to fill it with."""
    sample: str | None = Field(default=None, pattern=SLUG)
    """Name of the sample to fill it with; invented data when neither is given."""
    format: Literal["png", "pdf"] = "png"
    """A picture of one page, or the whole document."""
    page: int = Field(default=1, ge=1)
    """The page of the picture, from 1."""
    dpi: int = Field(default=96, ge=DPI_RANGE[0], le=DPI_RANGE[1])
    """Dots per inch of the picture."""

    @model_validator(mode="after")
    def _one_of_them(self) -> PreviewRequest:
        if self.data is not None and self.sample is not None:
            raise ValueError("It names a sample and brings data; do one of the two")
        return self
