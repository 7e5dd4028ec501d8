"""What the service answers as JSON: the one source of answers and of ``/openapi.json``.

Within ``/v1`` an answer may get further members; none is taken away or changes its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer


def moment(at: datetime | None) -> str | None:
    """Write a moment (RFC 3339)."""
    return None if at is None else at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


#: A moment in UTC.
Moment = Annotated[datetime, PlainSerializer(moment, return_type=str, when_used="json")]
#: SHA-256, hexadecimal.
Digest = Annotated[str, Field(json_schema_extra={"pattern": "^[0-9a-f]{64}$"})]


class Answer(BaseModel):
    """Whatever is answered; made of members, or of a value that has them as attributes."""

    model_config = ConfigDict(frozen=True, from_attributes=True, use_attribute_docstrings=True)

    def written(self) -> dict[str, Any]:
        """Give the JSON; what was not told is left out."""
        return self.model_dump(mode="json", exclude_unset=True)


class Fault(Answer):
    """One mistake: of a template, its data or a request."""

    where: str
    """Place, in the words of whoever made it."""
    field: str
    """Field, instruction or member at fault."""
    message: str
    """What is wrong."""
    hint: str = ""
    """What to do about it."""
    code: str = ""
    """Stable name of the mistake; docs/designers/findings.md explains it."""
    severity: Literal["error", "warning", "info"] = "error"
    """How bad it is."""
    pointer: str = ""
    """Where it is in the data, where that is known: a JSON pointer (RFC 6901)."""


class Problem(Answer):
    """Why a request was refused (RFC 9457)."""

    type: str = Field(json_schema_extra={"format": "uri-reference"})
    """Address of a page that explains it to people; stable."""
    title: str
    """What kind of refusal it is."""
    status: int
    """Status of the answer."""
    detail: str
    """What happened this time."""
    instance: str = Field(json_schema_extra={"format": "uri-reference"})
    """The request."""
    retryable: bool
    """Whether the same request may succeed later, unchanged."""
    phase: Literal["request", "template", "fill", "load", "layout", "export", "finish"] = "request"
    """Where in the work it happened."""
    limit: str = ""
    """Name of the limit that was met."""
    errors: Sequence[Fault] = ()
    """All mistakes."""


class CheckAnswer(Answer):
    """What checking a template found."""

    usable: bool
    """Whether documents can be made with it."""
    findings: Sequence[Fault]
    """Mistakes and advice."""
    foreign: Mapping[str, Mapping[str, int]]
    """Tags of other engines, counted by what becomes of them here."""


class QuarantinedAnswer(Answer):
    """A document that is refused for having crashed two processes."""

    digest: Digest
    """SHA-256 of the file that was converted."""
    tenant: str
    """Whose document it is."""
    refused_for_s: int
    """Seconds for which it is still refused."""


class QuarantineAnswer(Answer):
    """What is refused at present."""

    documents: Sequence[QuarantinedAnswer]
    """The documents."""


class VersionsAnswer(Answer):
    """Versions of what makes the documents."""

    greffier: str
    """Of the service."""
    libreoffice: str | None
    """Of LibreOffice; null while none was started yet."""


class CapacityAnswer(Answer):
    """What holds for every request; see also `GET /v1/limits`."""

    max_body_bytes: int
    """Largest request, after decompression."""
    max_template_bytes: int
    """Largest template in a request."""
    deadline_s: float
    """Seconds a document may take."""
    body_timeout_s: float
    """Seconds a request may take to arrive."""
    workers: int
    """Documents converted at the same time."""
    queue_length: int
    """Documents that may wait."""


class InfoAnswer(Answer):
    """What this service is and can do."""

    versions: VersionsAnswer
    """Versions of what makes the documents."""
    inputs: Sequence[str]
    """Kinds of documents that can be converted."""
    outputs: Sequence[str]
    """Formats that can be made."""
    templates: Sequence[str]
    """Templates of the library and of the operator's folder."""
    fonts: Sequence[str] | None
    """Families of fonts that all may use; null while they are not known yet."""
    engines: Sequence[str]
    """Engines that fill templates."""
    limits: CapacityAnswer
    """What holds for every request."""


class LiveAnswer(Answer):
    """The process answers."""

    alive: Literal[True]
    """It does."""


class PoolAnswer(Answer):
    """The processes of one kind."""

    ready: int
    """How many can work, the busy ones included."""
    busy: int
    """How many are at work."""
    starting: int
    """How many are being started."""
    waiting: Mapping[str, int]
    """Jobs that wait, by lane."""
    start_failures: int
    """How often starting one failed since the last that could be started."""
    quarantined: int
    """Documents that are refused for having crashed two of them."""


class ReadyAnswer(Answer):
    """Whether documents can be made now."""

    ready: bool
    """They can."""
    reasons: Sequence[str]
    """Why not."""
    sandbox: Literal["enforced", "degraded"]
    """Whether processes are confined as they should be."""
    pools: Mapping[str, PoolAnswer]
    """Processes by their kind."""
    sandbox_missing: Sequence[str] = ()
    """What the kernel lacks to confine them."""
