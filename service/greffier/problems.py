"""Every way a request can be refused, in one table.

A problem type has a stable name, a status, and says whether the same request may
succeed later. ``/problems/<name>`` and docs/callers/http.md are made from the table.
The answer is ``application/problem+json`` (RFC 9457).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from aiohttp import web
from greffier_converters import errors as converters
from greffier_templates import errors as templates
from greffier_templates.model import Finding

from greffier import errors

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One row of the table."""

    name: str
    status: int
    title: str
    #: What it means and what to do, for people.
    explanation: str
    #: Whether the same request may succeed later, unchanged.
    retryable: bool = False
    #: Where in the work it happened, where that is always the same.
    phase: str = ""


#: Name -> problem type, in the order of the docs.
TABLE: dict[str, ProblemType] = {}


def _type(
    status: HTTPStatus,
    name: str,
    title: str,
    explanation: str,
    *,
    retryable: bool = False,
    phase: str = "",
) -> ProblemType:
    TABLE[name] = ProblemType(name, status.value, title, explanation, retryable, phase)
    return TABLE[name]


_S = HTTPStatus
REQUEST_MALFORMED = _type(
    _S.BAD_REQUEST,
    "request-malformed",
    "The request cannot be read",
    "The body is not what its Content-Type says: not JSON, or not multipart/form-data with the "
    "parts this address takes. Nothing was tried.",
    phase="request",
)
REQUEST_INVALID = _type(
    _S.BAD_REQUEST,
    "request-invalid",
    "The request has mistakes",
    "A member, parameter or part is unknown, missing or has a wrong value. `errors` lists all "
    "of them. Nothing is ignored silently, so a misspelt option is refused too.",
    phase="request",
)
OPTION_REFUSED = _type(
    _S.BAD_REQUEST,
    "option-refused",
    "An output option cannot be had",
    "The format or an option of `output` is unknown, has a wrong value, or cannot be combined "
    "with another (PDF/A and encryption). Nothing is dropped silently.",
    phase="request",
)
NOT_AVAILABLE_YET = _type(
    _S.BAD_REQUEST,
    "not-available-yet",
    "This version cannot do that yet",
    "The request asks for something that the interface reserves and this version does not "
    "offer: stored versions, answers as JSON, answers later, idempotency keys. Leave it out.",
    phase="request",
)
KEY_MISSING = _type(
    _S.UNAUTHORIZED,
    "key-missing",
    "A key is needed",
    "Send the key that the operator gave you as `Authorization: Bearer <key>`.",
    phase="request",
)
KEY_REFUSED = _type(
    _S.UNAUTHORIZED,
    "key-refused",
    "The key is not known here",
    "The key in `Authorization` is not one of this service. Ask its operator.",
    phase="request",
)
ENGINE_NOT_ALLOWED = _type(
    _S.FORBIDDEN,
    "engine-not-allowed",
    "The engine py3o is not allowed here",
    "Under the engine `py3o` a template can run any Python. It works only where the operator "
    "trusts everybody who makes templates (`GREFFIER_PY3O_ENGINE=trusted`). Leave `engine` out: "
    "ordinary py3o templates work with Greffier's own.",
    phase="request",
)
TEMPLATE_NOT_FOUND = _type(
    _S.NOT_FOUND,
    "template-not-found",
    "There is no such template",
    "No template of the library or of the operator's folder has this name.",
    phase="template",
)
NOT_FOUND = _type(
    _S.NOT_FOUND,
    "not-found",
    "There is no such address",
    "This address does not exist. `/docs` lists those that do.",
    phase="request",
)
ADDRESS_NOT_AVAILABLE_YET = _type(
    _S.NOT_FOUND,
    "address-not-available-yet",
    "This version does not have that address yet",
    "The interface reserves this address for stored documents, stored templates or batches, "
    "which this version does not offer.",
    phase="request",
)
METHOD_NOT_ALLOWED = _type(
    _S.METHOD_NOT_ALLOWED,
    "method-not-allowed",
    "This address does not take that method",
    "The address exists, but not for this method. The header `Allow` names those it takes.",
    phase="request",
)
BODY_TOO_SLOW = _type(
    _S.REQUEST_TIMEOUT,
    "body-too-slow",
    "The request took too long to arrive",
    "The body was not complete after the time that the operator allows "
    "(`GREFFIER_BODY_TIMEOUT_S`).",
    retryable=True,
    phase="request",
)
BODY_TOO_LARGE = _type(
    _S.REQUEST_ENTITY_TOO_LARGE,
    "body-too-large",
    "The request is too large",
    "The body, after decompression, or the template in it is larger than the operator allows "
    "(`GREFFIER_MAX_BODY_BYTES`, `GREFFIER_MAX_TEMPLATE_BYTES`). `/v1/info` tells the limits.",
    phase="request",
)
TYPE_NOT_ACCEPTED = _type(
    _S.UNSUPPORTED_MEDIA_TYPE,
    "type-not-accepted",
    "This type is not accepted",
    "The Content-Type of the request, or the kind of the document, is not one of those taken "
    "here. The detail names them.",
    phase="request",
)
NOT_THE_DECLARED_TYPE = _type(
    _S.UNSUPPORTED_MEDIA_TYPE,
    "not-the-declared-type",
    "The file is not what it says it is",
    "The bytes are not of the type that the name or the request declares. Renaming a file does "
    "not convert it: save it anew in the program that made it.",
)
FILE_DAMAGED = _type(
    _S.UNPROCESSABLE_ENTITY,
    "file-damaged",
    "The file is damaged",
    "The file is of the right type but broken: truncated, empty, or with parts that cannot be "
    "read. Open it where it was made and save it again.",
)
FILE_ENCRYPTED = _type(
    _S.UNPROCESSABLE_ENTITY,
    "file-encrypted",
    "The file needs a password",
    "The file is protected by a password. Save it without one.",
)
FILE_OVER_LIMITS = _type(
    _S.UNPROCESSABLE_ENTITY,
    "file-over-limits",
    "The file unpacks to more than a document may hold",
    "It has too many parts, elements or bytes once unpacked. Ordinary documents stay far below.",
)
FILE_UNSAFE = _type(
    _S.UNPROCESSABLE_ENTITY,
    "file-unsafe",
    "The file carries what no document here may carry",
    "It refers to other files or addresses, or has active content. `errors` says where; remove "
    "it, or embed what is linked.",
)
TEMPLATE_INVALID = _type(
    _S.UNPROCESSABLE_ENTITY,
    "template-invalid",
    "The template has mistakes",
    "`errors` lists every mistake with its place, in words its designer can follow. "
    "`POST /v1/checks` tells the same without making a document.",
    phase="template",
)
DATA_MISMATCH = _type(
    _S.UNPROCESSABLE_ENTITY,
    "data-mismatch",
    "The data does not fit the template",
    "The data lacks what the template needs, or has it in another shape. `errors` lists every "
    "field with its place. `undefined` of the request says what to do with missing fields.",
    phase="fill",
)
FILL_OVER_LIMITS = _type(
    _S.UNPROCESSABLE_ENTITY,
    "fill-over-limits",
    "Filling the template goes beyond a document",
    "With this data the template makes more rows, text or steps than a document may have.",
    phase="fill",
)
DOCUMENT_REJECTED = _type(
    _S.UNPROCESSABLE_ENTITY,
    "document-rejected",
    "LibreOffice could not make the document",
    "LibreOffice could not load, lay out or export it; `phase` says which. This does not prove "
    "that the document is broken: open it in LibreOffice to see.",
)
QUEUE_FULL = _type(
    _S.TOO_MANY_REQUESTS,
    "queue-full",
    "Too much is waiting already",
    "The queue is full. Try again after the seconds in `Retry-After`.",
    retryable=True,
)
INTERNAL_ERROR = _type(
    _S.INTERNAL_SERVER_ERROR,
    "internal-error",
    "The service failed",
    "This is a fault of the service. Its log has the details under the request id; the operator "
    "can find them by `X-Request-Id`.",
)
PROCESS_CRASHED = _type(
    _S.BAD_GATEWAY,
    "process-crashed",
    "This document crashed two processes",
    "It was tried twice, the second time in a fresh process, and both died. This does not prove "
    "that the document is at fault, but makes it likely.",
)
DOCUMENT_QUARANTINED = _type(
    _S.BAD_GATEWAY,
    "document-quarantined",
    "This document crashed processes before",
    "The same document crashed two fresh processes some minutes ago and is refused until the "
    "time in `Retry-After` is over.",
)
NOT_READY = _type(
    _S.SERVICE_UNAVAILABLE,
    "not-ready",
    "The service is not ready",
    "It is starting, stopping, or cannot start LibreOffice; `/health/ready` says which. Try "
    "again after the seconds in `Retry-After`.",
    retryable=True,
)
WAITED_TOO_LONG = _type(
    _S.GATEWAY_TIMEOUT,
    "waited-too-long",
    "No process was free in time",
    "The time allowed for one document (`GREFFIER_DEADLINE_S`) was over before work on it began. "
    "Nothing is wrong with the document.",
    retryable=True,
)
DEADLINE_EXCEEDED = _type(
    _S.GATEWAY_TIMEOUT,
    "deadline-exceeded",
    "The document took too long",
    "Work on the document was not done within the time allowed (`GREFFIER_DEADLINE_S`), and was "
    "ended. It is too large or makes LibreOffice hang.",
)
STORAGE_FULL = _type(
    _S.INSUFFICIENT_STORAGE,
    "storage-full",
    "There is no room left",
    "The disk that holds the service's work folders is full. Its operator has to make room.",
    retryable=True,
)


@dataclass(eq=False)
class Problem(Exception):
    """A refusal, complete enough to be answered."""

    type: ProblemType
    #: What happened this time, one sentence or two; never a value of the data.
    detail: str
    #: Each fault with ``where``, ``field``, ``message``, ``hint`` (and ``code``, ``severity``).
    errors: tuple[Mapping[str, str], ...] = ()
    phase: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def members(self, instance: str) -> dict[str, object]:
        """Give the members of the JSON object.

        Args:
            instance: the request, as ``urn:`` of its id.
        """
        members: dict[str, object] = {
            "type": f"/problems/{self.type.name}",
            "title": self.type.title,
            "status": self.type.status,
            "detail": self.detail,
            "instance": instance,
            "retryable": self.type.retryable,
        }
        if phase := self.phase or self.type.phase:
            members["phase"] = phase
        if self.errors:
            members["errors"] = list(self.errors)
        return members


#: Class of a room's error -> how it is answered; the nearest ancestor counts.
_BY_ERROR: Mapping[type[Exception], ProblemType] = {
    errors.TemplateNotFound: TEMPLATE_NOT_FOUND,
    errors.EngineNotAllowed: ENGINE_NOT_ALLOWED,
    errors.DataMalformed: REQUEST_MALFORMED,
    templates.NotTheDeclaredType: NOT_THE_DECLARED_TYPE,
    templates.FileDamaged: FILE_DAMAGED,
    templates.FileEncrypted: FILE_ENCRYPTED,
    templates.FileTooLarge: FILE_OVER_LIMITS,
    templates.FileUnsafe: FILE_UNSAFE,
    templates.TemplateInvalid: TEMPLATE_INVALID,
    templates.DataMismatch: DATA_MISMATCH,
    templates.FillLimitExceeded: FILL_OVER_LIMITS,
    converters.DocumentRejected: DOCUMENT_REJECTED,
    converters.OfficeCrashed: PROCESS_CRASHED,
    converters.DocumentQuarantined: DOCUMENT_QUARANTINED,
    converters.QueueFull: QUEUE_FULL,
    converters.PoolNotReady: NOT_READY,
    converters.StorageFull: STORAGE_FULL,
    converters.OptionRefused: OPTION_REFUSED,
}

#: Seconds after which a service that is starting may be ready.
_START_S = 5


def problem_of(error: BaseException) -> Problem | None:
    """Say how an error is answered; None: it is a fault of ours and says nothing to callers."""
    match error:
        case Problem():
            return error
        case web.HTTPNotFound():
            return Problem(NOT_FOUND, "There is nothing at this address.")
        case web.HTTPMethodNotAllowed():
            methods = ", ".join(sorted(error.allowed_methods))
            return Problem(METHOD_NOT_ALLOWED, f"Use {methods}.", headers={"Allow": methods})
        case web.HTTPRequestEntityTooLarge():
            return Problem(BODY_TOO_LARGE, "The body is larger than allowed.")
        case converters.DeadlineExceeded():
            return Problem(
                DEADLINE_EXCEEDED if error.phase == "run" else WAITED_TOO_LONG, str(error)
            )
        case OSError() if error.errno in converters.NO_ROOM:
            return Problem(STORAGE_FULL, "No room is left where the work folders lie.")
    for ancestor in type(error).__mro__:
        if ancestor in _BY_ERROR:
            return _room_problem(_BY_ERROR[ancestor], error)
    return None


def _room_problem(found: ProblemType, error: BaseException) -> Problem:
    match error:
        case templates.TemplateError():
            return Problem(found, _summary(error.findings), errors=told(error.findings))
        case converters.DocumentRejected():
            return Problem(found, str(error), phase=error.phase)
        case converters.OptionRefused():
            fault = {"where": "output", "field": error.option, "message": str(error)}
            return Problem(found, str(error), errors=(fault,))
        case converters.QueueFull() | converters.DocumentQuarantined():
            return Problem(found, str(error), headers=_retry_after(error.retry_after_s))
        case converters.PoolNotReady():
            return Problem(found, str(error), headers=_retry_after(_START_S))
    return Problem(found, str(error))


def told(findings: Iterable[Finding]) -> tuple[Mapping[str, str], ...]:
    """Write findings as the members of ``errors``."""
    return tuple(
        {
            "where": finding.where,
            "field": finding.field,
            "message": finding.message,
            "hint": finding.hint,
            "code": finding.code,
            "severity": str(finding.severity),
        }
        for finding in findings
    )


def _summary(findings: tuple[Finding, ...]) -> str:
    first = findings[0]
    place = f" ({first.where})" if first.where else ""
    further = len(findings) - 1
    more = f" And {further} more: see errors." if further else ""
    return f"{first.message}{place}{more}"


def _retry_after(seconds: float) -> Mapping[str, str]:
    return {"Retry-After": str(max(1, math.ceil(seconds)))}
