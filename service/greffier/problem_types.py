"""Every way a request can be refused, in one table.

A problem type has a stable name, a status, and says whether the same request may
succeed later. ``/problems/<name>`` and docs/callers/http.md are made from the table;
``problems.py`` says which error is answered by which.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus


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
    "It is not HTTP/1.1, a header is too long, or the body is not what its Content-Type says: not "
    "JSON, or not multipart/form-data with the parts this address takes. Nothing was tried.",
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
    "The request asks for something that this address does not offer: another kind of answer, an "
    "answer later, an idempotency key. The detail names it; leave it out.",
    phase="request",
)
FORMAT_NOT_ALLOWED = _type(
    _S.BAD_REQUEST,
    "format-not-allowed",
    "The template is not made for this format",
    "Whoever made the template says which formats may be made of it. The detail names them.",
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
    "The key does not count here",
    "The key in `Authorization` is not one of this service, has expired or was revoked; or it is a "
    "token of an identity service, and the detail says what is wrong with it. Ask the operator.",
    phase="request",
)
NOT_ALLOWED = _type(
    _S.FORBIDDEN,
    "not-allowed",
    "The key does not allow this",
    "The key is known but lacks the role that this address needs (`render`, `design`, `operate`), "
    "or belongs to another tenant; or it is a token that gives no tenant or no role here. Ask the "
    "operator for a key with the role.",
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
    "The tenant has no published template of this name, and neither have the library and the "
    "operator's folder. Those of `commons` are named `commons/<name>`.",
    phase="template",
)
VERSION_NOT_FOUND = _type(
    _S.NOT_FOUND,
    "version-not-found",
    "There is no such version",
    "The template has no version of this number, or that version was never published and the key "
    "lacks the role `design`.",
    phase="template",
)
SAMPLE_NOT_FOUND = _type(
    _S.NOT_FOUND,
    "sample-not-found",
    "There is no such sample",
    "The template has no sample data of this name. `GET /v1/templates/{slug}/samples` lists them.",
    phase="template",
)
PROPOSAL_NOT_FOUND = _type(
    _S.NOT_FOUND,
    "proposal-not-found",
    "There is no such proposal",
    "No version was proposed to `commons` under this number, or not by this tenant. "
    "`GET /v1/proposals` lists them.",
    phase="request",
)
TENANT_NOT_FOUND = _type(
    _S.NOT_FOUND,
    "tenant-not-found",
    "There is no such tenant",
    "The installation has no tenant of this name. `GET /v1/tenants` lists them for its operator.",
    phase="request",
)
KEY_NOT_FOUND = _type(
    _S.NOT_FOUND,
    "key-not-found",
    "There is no such key",
    "The tenant has no key of this id, or it counts no longer. `GET /v1/keys` lists them.",
    phase="request",
)
NOT_FOUND = _type(
    _S.NOT_FOUND,
    "not-found",
    "There is no such address",
    "This address does not exist. `/docs` lists those that do.",
    phase="request",
)
NOT_QUARANTINED = _type(
    _S.NOT_FOUND,
    "not-quarantined",
    "This document is not refused",
    "Documents that crashed two processes are refused for some minutes. This one is not, or not "
    "any longer.",
    phase="request",
)
DOCUMENT_NOT_FOUND = _type(
    _S.NOT_FOUND,
    "document-not-found",
    "There is no such document",
    "It never was, it was erased, or its time is over: `expires_at` of its description said when.",
)
ADDRESS_NOT_AVAILABLE_YET = _type(
    _S.NOT_FOUND,
    "address-not-available-yet",
    "This version does not have that address yet",
    "The interface reserves this address for batches or the studio, which this version does not "
    "offer.",
    phase="request",
)
FONT_NOT_FOUND = _type(
    _S.NOT_FOUND,
    "font-not-found",
    "There is no such font",
    "The tenant has no font of this number. `GET /v1/fonts` lists those it has.",
    phase="request",
)
WEBHOOK_NOT_FOUND = _type(
    _S.NOT_FOUND,
    "webhook-not-found",
    "There is no such webhook",
    "The tenant has no webhook of this id. `GET /v1/webhooks` lists those that it has.",
    phase="request",
)
METHOD_NOT_ALLOWED = _type(
    _S.METHOD_NOT_ALLOWED,
    "method-not-allowed",
    "This address does not take that method",
    "The address exists, but not for this method. The header `Allow` names those it takes.",
    phase="request",
)
FONT_EXISTS = _type(
    _S.CONFLICT,
    "font-exists",
    "There is such a font already",
    "The tenant has a font of this family and style. Remove it first if the new one is to take its "
    "place: with both, nobody could say which one a document is set in.",
    phase="request",
)
TOO_MANY_FONTS = _type(
    _S.CONFLICT,
    "too-many-fonts",
    "The tenant has as many fonts as may be",
    "Remove those that no template uses: each costs time whenever an office starts.",
    phase="request",
)
TOO_MANY_SAMPLES = _type(
    _S.CONFLICT,
    "too-many-samples",
    "The template has as many samples as one may have",
    "Every sample is rendered before a version goes live, so there may only be so many. Delete one "
    "that shows nothing that another does not.",
    phase="request",
)
TENANT_EXISTS = _type(
    _S.CONFLICT,
    "tenant-exists",
    "There is a tenant of this name already",
    "The name is taken, by a closed tenant perhaps. `GET /v1/tenants` lists all.",
    phase="request",
)
KEY_EXISTS = _type(
    _S.CONFLICT,
    "key-exists",
    "There is a key of this name already",
    "A key that counts has this name. Revoke it, rotate it, or take another name.",
    phase="request",
)
TEMPLATE_EXISTS = _type(
    _S.CONFLICT,
    "template-exists",
    "There is a template of this name already",
    "Send a new version of it, or take another name. It may be archived.",
    phase="request",
)
VERSION_NOT_PUBLISHABLE = _type(
    _S.CONFLICT,
    "version-not-publishable",
    "This version cannot go live",
    "It has mistakes, or its samples cannot be rendered. `errors` lists them; send a new version "
    "without them. What is live stays live.",
    phase="template",
)
TOO_MANY_WEBHOOKS = _type(
    _S.CONFLICT,
    "too-many-webhooks",
    "The tenant has as many webhooks as it may",
    "Each event is sent to all of them. Remove one that is not needed any more.",
    phase="request",
)
WEBHOOK_DISABLED = _type(
    _S.CONFLICT,
    "webhook-disabled",
    "This webhook is not called any more",
    "Its receiver has answered 410, Gone. Remove it, and add it again if that was a mistake.",
    phase="request",
)
PROPOSAL_DECIDED = _type(
    _S.CONFLICT,
    "proposal-decided",
    "This proposal is open no more, or another is",
    "It was accepted, declined or withdrawn already; or another version of the same template is "
    "still proposed: withdraw that one first. `GET /v1/proposals` tells which.",
    phase="request",
)
TEMPLATE_ARCHIVED = _type(
    _S.CONFLICT,
    "template-archived",
    "The template is archived",
    "An archived template takes no new versions, and nothing of it goes live. Unarchive it first: "
    "`POST /v1/templates/{slug}/unarchive`.",
    phase="template",
)
NOTHING_BEFORE = _type(
    _S.CONFLICT,
    "nothing-before",
    "There is nothing to go back to",
    "No other version of this template was live before. `GET /v1/templates/{slug}/publications` "
    "tells what was, and when.",
    phase="template",
)
BLOCK_IN_USE = _type(
    _S.CONFLICT,
    "block-in-use",
    "Live templates would break",
    "Live templates include this block and would have mistakes from then on. `errors` lists them, "
    '`field` is the template. Mend those first, or say `"allow_broken": true`. What is live stays '
    "as it is.",
    phase="template",
)
IDEMPOTENCY_CONFLICT = _type(
    _S.CONFLICT,
    "idempotency-conflict",
    "This key was used for another request",
    "A request with the same `Idempotency-Key` asked for something else. Take a new key for each "
    "document, and the same one only to ask for the same document again.",
    phase="request",
)
IDEMPOTENCY_IN_PROGRESS = _type(
    _S.CONFLICT,
    "idempotency-in-progress",
    "The same request is being answered",
    "A request with the same `Idempotency-Key` is not over yet. Ask again after the seconds in "
    "`Retry-After`: the answer will be the same.",
    retryable=True,
    phase="request",
)
DOCUMENT_NOT_READY = _type(
    _S.CONFLICT,
    "document-not-ready",
    "The document is still to be made",
    "It waits for its turn, or is being made. Ask again after the seconds in `Retry-After`.",
    retryable=True,
)
DOCUMENT_FAILED = _type(
    _S.CONFLICT,
    "document-failed",
    "The document could not be made",
    "`GET /v1/documents/{document}` tells the problem.",
)
DOCUMENT_ERASED = _type(
    _S.GONE,
    "document-erased",
    "The document was erased",
    "It was made under this `Idempotency-Key`, and erased on somebody's word. To have it made "
    "again, ask with a new key.",
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
STORE_QUOTA_MET = _type(
    _S.REQUEST_ENTITY_TOO_LARGE,
    "store-quota-met",
    "The tenant has no room left",
    "What the tenant keeps would become more than its limit, `limit`. Erase documents or fonts "
    "that are needed no more, or ask the operator for room. `GET /v1/limits` tells what is used.",
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
FONT_REFUSED = _type(
    _S.UNPROCESSABLE_ENTITY,
    "font-refused",
    "This font cannot be used",
    "It is a font, but not one that documents can be made with: a collection, a font for web "
    "pages, a variable font, or one whose maker forbids embedding. `errors` says which it is and "
    "what to do.",
    phase="request",
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
WEBHOOK_TARGET_REFUSED = _type(
    _S.UNPROCESSABLE_ENTITY,
    "webhook-target-refused",
    "Webhooks may not go to this address",
    "Only web addresses of the internet are called, and what the operator allows besides "
    "(`GREFFIER_WEBHOOK_ALLOW`, `GREFFIER_WEBHOOK_HTTP`). The detail says what is wrong with "
    "this one.",
    phase="request",
)
QUEUE_FULL = _type(
    _S.TOO_MANY_REQUESTS,
    "queue-full",
    "Too much is waiting already",
    "The queue is full, and what you have waiting in it is your share of it already; what others "
    "have waiting never counts against you. `limit` names the setting. Try again after the seconds "
    "in `Retry-After`.",
    retryable=True,
)
QUOTA_MET = _type(
    _S.TOO_MANY_REQUESTS,
    "quota-met",
    "The tenant has had what it may have",
    "A limit of the tenant is met; `limit` names it, and `GET /v1/limits` tells what is used. Try "
    "again after the seconds in `Retry-After`.",
    retryable=True,
    phase="request",
)
INTERNAL_ERROR = _type(
    _S.INTERNAL_SERVER_ERROR,
    "internal-error",
    "The service failed",
    "This is a fault of the service. Its log has the details under the request id; the operator "
    "can find them by `X-Request-Id`.",
)
JOB_LOST = _type(
    _S.INTERNAL_SERVER_ERROR,
    "job-lost",
    "The job was begun several times and never ended",
    "Every worker that did it died under it or was taken for dead. The job is given up.",
)
STORED_FILE_LOST = _type(
    _S.INTERNAL_SERVER_ERROR,
    "stored-file-lost",
    "A stored file is missing or damaged",
    "The service knows of a file that is not in its store, or is no longer what was stored. "
    "Nothing was made from it. Its operator has to restore it from a backup.",
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
STORE_UNAVAILABLE = _type(
    _S.SERVICE_UNAVAILABLE,
    "store-unavailable",
    "The store of files does not answer",
    "The service cannot reach the place where it keeps templates and documents. Try again after "
    "the seconds in `Retry-After`.",
    retryable=True,
)
ISSUER_UNAVAILABLE = _type(
    _S.SERVICE_UNAVAILABLE,
    "issuer-unavailable",
    "The token cannot be checked at present",
    "The identity service that issued the token does not answer, so its keys cannot be had. This "
    "says nothing of the token. Try again after the seconds in `Retry-After`.",
    retryable=True,
    phase="request",
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
    "The disk that holds the service's work folders or its stored files is full. Its operator "
    "has to make room.",
    retryable=True,
)
