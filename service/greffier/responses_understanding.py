"""What is answered about samples, data and differences of versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ConfigDict

from greffier.responses import Answer, Moment


class SampleAnswer(Answer):
    """Named sample data, without the data."""

    name: str
    """Its name in addresses."""
    size: int
    """Bytes of the data."""
    changed_at: Moment | None
    """When it was last sent."""
    proofs: Mapping[str, Mapping[str, Any]]
    """Number of a version -> what came of rendering it with this sample."""


class SamplesAnswer(Answer):
    """The samples of a template."""

    samples: Sequence[SampleAnswer]
    """By their names."""


class DataAnswer(Answer):
    """Data: whatever the template asks for."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": True})


class ChangeAnswer(Answer):
    """Something that is not the same in two versions."""

    subject: str
    """What it is: a field, a block, text."""
    change: str
    """Whether it was added, removed or changed."""
    name: str
    """How it is called."""
    where: str
    """Place, in the words of its designer."""
    before: str
    """As it was."""
    after: str
    """As it is."""
    message: str
    """All of that as a sentence."""


class DiffAnswer(Answer):
    """All that is not the same in two versions."""

    same: bool
    """Whether nothing changed."""
    changes: Sequence[ChangeAnswer]
    """What changed."""
    more: bool
    """Whether there are more than are told."""
    fields_compared: bool
    """Whether the data that the two ask for was compared; with mistakes a version asks for none."""
