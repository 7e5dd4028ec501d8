"""What the client gives and takes: plain frozen values, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and how patiently a retryable request is tried again."""

    #: Tries in all; 1 means never again.
    attempts: int = 4
    #: Longest wait before the second try; it doubles with each further one.
    first_wait_s: float = 0.25
    #: No single wait is longer, whatever the service's ``Retry-After`` says.
    longest_wait_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Document:
    """A document that the service made."""

    #: The bytes; empty when it was streamed to a file.
    content: bytes
    #: The file it was streamed to; None when it is in ``content``.
    path: Path | None
    #: ``application/pdf`` and the like.
    media_type: str
    #: The name that the service proposes for the file.
    filename: str
    #: Pages; None where the format has none.
    pages: int | None
    #: The template it was made from, ``slug`` or ``slug@version``; empty for conversions.
    template: str
    #: How many things the service found worth a warning.
    warnings: int
    #: Font families that were not there and were replaced by others.
    fonts_substituted: tuple[str, ...]
    #: Phase (queue, fill, convert, finish) -> milliseconds.
    timings_ms: Mapping[str, float]
    #: What to quote when asking an operator about this request.
    request_id: str
    #: Where it comes from: ``template-digest``, ``data-digest``, ``engine``, ``office``, …
    provenance: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault in a request, a template or its data."""

    #: The place, in the words of whoever made what is at fault.
    where: str = ""
    #: The field, instruction or member at fault.
    field: str = ""
    message: str = ""
    #: What to do about it.
    hint: str = ""
    #: Stable name of the fault, where it has one.
    code: str = ""
    #: ``error`` or ``warning``.
    severity: str = "error"
    #: Where it is in the data, where that is known: a JSON pointer (RFC 6901).
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What the service says when it refuses (RFC 9457 problem details)."""

    status: int
    #: Stable name: the last segment of the problem's ``type``.
    name: str
    title: str
    detail: str
    retryable: bool
    #: Where in the work it happened: request, template, fill, load, layout, export, finish.
    phase: str = ""
    errors: tuple[FieldError, ...] = ()
    #: Seconds after which trying again makes sense; None when the service did not say.
    retry_after_s: float | None = None
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document that the service keeps, or is still to make."""

    id: str
    #: ``waiting``, ``running``, ``done`` or ``failed``.
    state: str
    #: The template, ``slug`` or ``slug@version``; empty for conversions.
    template: str = ""
    #: The name that the service proposes for the file; empty as long as it is not made.
    filename: str = ""
    media_type: str = ""
    #: Pages; None where it has none, or is not made.
    pages: int | None = None
    #: Bytes.
    size: int = 0
    #: What deserves a look.
    warnings: tuple[FieldError, ...] = ()
    #: When it is erased (RFC 3339); empty as long as it is not made.
    expires_at: str = ""
    #: Why it could not be made; None: it is, or may be yet.
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What checking a template found."""

    findings: tuple[FieldError, ...] = field(default_factory=tuple)

    @property
    def ok(self) -> bool:
        """Whether the template can be used: it may have warnings, but no error."""
        return all(finding.severity != "error" for finding in self.findings)
