"""How refusals are answered: the rooms' errors as problems of ``problem_types.py``.

The answer is ``application/problem+json`` (RFC 9457).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web
from greffier_converters import errors as converters
from greffier_templates import errors as templates
from greffier_templates.model import Finding, Severity
from greffier_templates.telling.wording import in_language, say

from greffier import errors
from greffier import problem_types as types
from greffier.access import errors as access
from greffier.access.errors import QuotaMet, StoreQuotaMet
from greffier.access.keys import KeyExists, NoSuchKey
from greffier.access.oidc.errors import IssuerUnavailable
from greffier.access.tenants import NoSuchTenant, TenantExists
from greffier.fonts import errors as fonts
from greffier.kept import errors as kept
from greffier.registry import errors as registry
from greffier.webhooks import errors as webhooks

MEDIA_TYPE = "application/problem+json"

Fault = Mapping[str, str]


@dataclass(eq=False)
class Problem(Exception):
    """A refusal, complete enough to be answered."""

    type: types.ProblemType
    #: What happened this time, one sentence or two; never a value of the data.
    detail: str
    #: Each fault with ``where``, ``field``, ``message``, ``hint`` (and ``code``, ``severity``).
    errors: tuple[Mapping[str, str], ...] = ()
    phase: str = ""
    #: Name of the limit that was met, where it has one.
    limit: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def members(self, instance: str, language: str = "en") -> dict[str, object]:
        """Give the members of the JSON object.

        Args:
            instance: the request, as ``urn:`` of its id.
            language: of the detail and the errors, where they can be told in it.
        """
        members: dict[str, object] = {
            "type": f"/problems/{self.type.name}",
            "title": self.type.title,
            "status": self.type.status,
            "detail": in_language(self.detail, language),
            "instance": instance,
            "retryable": self.type.retryable,
        }
        if phase := self.phase or self.type.phase:
            members["phase"] = phase
        if self.limit:
            members["limit"] = self.limit
        if self.errors:
            members["errors"] = [
                {name: in_language(text, language) for name, text in each.items()}
                for each in self.errors
            ]
        return members


#: Class of a room's error -> how it is answered; the nearest ancestor counts.
_BY_ERROR: Mapping[type[Exception], types.ProblemType] = {
    access.KeyMissing: types.KEY_MISSING,
    access.KeyRefused: types.KEY_REFUSED,
    access.NotAllowed: types.NOT_ALLOWED,
    IssuerUnavailable: types.ISSUER_UNAVAILABLE,
    NoSuchTenant: types.TENANT_NOT_FOUND,
    fonts.NoSuchFont: types.FONT_NOT_FOUND,
    fonts.FontExists: types.FONT_EXISTS,
    fonts.TooManyFonts: types.TOO_MANY_FONTS,
    TenantExists: types.TENANT_EXISTS,
    NoSuchKey: types.KEY_NOT_FOUND,
    KeyExists: types.KEY_EXISTS,
    QuotaMet: types.QUOTA_MET,
    StoreQuotaMet: types.STORE_QUOTA_MET,
    registry.NoSuchTemplate: types.TEMPLATE_NOT_FOUND,
    registry.NoSuchVersion: types.VERSION_NOT_FOUND,
    registry.NoSuchSample: types.SAMPLE_NOT_FOUND,
    registry.TooManySamples: types.TOO_MANY_SAMPLES,
    registry.TemplateExists: types.TEMPLATE_EXISTS,
    registry.NoSuchProposal: types.PROPOSAL_NOT_FOUND,
    registry.ProposalDecided: types.PROPOSAL_DECIDED,
    registry.TemplateArchived: types.TEMPLATE_ARCHIVED,
    registry.NothingBefore: types.NOTHING_BEFORE,
    registry.FormatNotAllowed: types.FORMAT_NOT_ALLOWED,
    registry.BlockInUse: types.BLOCK_IN_USE,
    registry.NotPublishable: types.VERSION_NOT_PUBLISHABLE,
    webhooks.TargetRefused: types.WEBHOOK_TARGET_REFUSED,
    webhooks.NoSuchWebhook: types.WEBHOOK_NOT_FOUND,
    webhooks.TooManyWebhooks: types.TOO_MANY_WEBHOOKS,
    webhooks.WebhookDisabled: types.WEBHOOK_DISABLED,
    kept.NoSuchDocument: types.DOCUMENT_NOT_FOUND,
    kept.DocumentNotReady: types.DOCUMENT_NOT_READY,
    kept.DocumentFailed: types.DOCUMENT_FAILED,
    kept.DocumentErased: types.DOCUMENT_ERASED,
    kept.KeyReused: types.IDEMPOTENCY_CONFLICT,
    kept.StillInProgress: types.IDEMPOTENCY_IN_PROGRESS,
    errors.TemplateNotFound: types.TEMPLATE_NOT_FOUND,
    errors.EngineNotAllowed: types.ENGINE_NOT_ALLOWED,
    errors.DataMalformed: types.REQUEST_MALFORMED,
    errors.BlobMissing: types.STORED_FILE_LOST,
    errors.BlobDamaged: types.STORED_FILE_LOST,
    errors.StoreUnavailable: types.STORE_UNAVAILABLE,
    templates.NotTheDeclaredType: types.NOT_THE_DECLARED_TYPE,
    templates.FileDamaged: types.FILE_DAMAGED,
    templates.FileEncrypted: types.FILE_ENCRYPTED,
    templates.FileTooLarge: types.FILE_OVER_LIMITS,
    templates.FileUnsafe: types.FILE_UNSAFE,
    templates.FontRefused: types.FONT_REFUSED,
    templates.TemplateInvalid: types.TEMPLATE_INVALID,
    templates.DataMismatch: types.DATA_MISMATCH,
    templates.FillLimitExceeded: types.FILL_OVER_LIMITS,
    converters.DocumentRejected: types.DOCUMENT_REJECTED,
    converters.OfficeCrashed: types.PROCESS_CRASHED,
    converters.DocumentQuarantined: types.DOCUMENT_QUARANTINED,
    converters.QueueFull: types.QUEUE_FULL,
    converters.PoolNotReady: types.NOT_READY,
    converters.FontsUnavailable: types.NOT_READY,
    converters.StorageFull: types.STORAGE_FULL,
    converters.OptionRefused: types.OPTION_REFUSED,
}

#: Seconds after which a service that is starting may be ready.
_START_S = 5
#: Seconds that a document seldom takes longer.
_DOCUMENT_S = 2


def problem_of(error: BaseException) -> Problem | None:
    """Say how an error is answered; None: it is a fault of ours and says nothing to callers."""
    match error:
        case Problem():
            return error
        case web.HTTPNotFound():
            return Problem(types.NOT_FOUND, "There is nothing at this address.")
        case web.HTTPMethodNotAllowed():
            methods = ", ".join(sorted(error.allowed_methods))
            return Problem(types.METHOD_NOT_ALLOWED, f"Use {methods}.", headers={"Allow": methods})
        case web.HTTPRequestEntityTooLarge():
            return Problem(types.BODY_TOO_LARGE, "The body is larger than allowed.")
        case converters.DeadlineExceeded():
            return Problem(
                types.DEADLINE_EXCEEDED if error.phase == "run" else types.WAITED_TOO_LONG,
                str(error),
            )
        case OSError() if error.errno in converters.NO_ROOM:
            return Problem(types.STORAGE_FULL, "No room is left where the work folders lie.")
    for ancestor in type(error).__mro__:
        if ancestor in _BY_ERROR:
            return _room_problem(_BY_ERROR[ancestor], error)
    return None


def _room_problem(found: types.ProblemType, error: BaseException) -> Problem:
    match error:
        case templates.TemplateError():
            return Problem(found, _summary(error.findings), errors=told(error.findings))
        case access.KeyMissing():
            return Problem(found, str(error), headers={"WWW-Authenticate": "Bearer"})
        case access.KeyRefused():
            challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            return Problem(found, str(error), headers=challenge)
        case registry.NotPublishable():
            return Problem(found, str(error), errors=told(error.findings))
        case registry.BlockInUse():
            return Problem(found, str(error), errors=_broken(error.broken))
        case converters.DocumentRejected():
            return Problem(found, str(error), phase=error.phase)
        case converters.OptionRefused():
            return invalid(options_told(error.faults), found)
        case StoreQuotaMet():
            return Problem(found, str(error), limit=error.limit)
        case converters.QueueFull() | QuotaMet():
            headers = _retry_after(error.retry_after_s)
            return Problem(found, str(error), limit=error.limit, headers=headers)
        case converters.DocumentQuarantined() | IssuerUnavailable():
            return Problem(found, str(error), headers=_retry_after(error.retry_after_s))
        case kept.StillInProgress() | kept.DocumentNotReady():
            return Problem(found, str(error), headers=_retry_after(_DOCUMENT_S))
        case converters.PoolNotReady() | converters.FontsUnavailable() | errors.StoreUnavailable():
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
            **({"pointer": finding.pointer} if finding.pointer else {}),
        }
        for finding in findings
    )


def _broken(templates: Iterable[registry.Broken]) -> tuple[Mapping[str, str], ...]:
    """Write the mistakes of templates, each under the name of its template."""
    return tuple(
        {**each, "field": broken.slug, "where": f"{broken.slug}@{broken.version}"}
        for broken in templates
        for each in told(broken.findings)
    )


def fault(field: str, message: str, *, hint: str = "", where: str = "request") -> Fault:
    """Describe one mistake of a request.

    Args:
        field: its full path: ``output.pdf.title``.
        message: a sentence for people; never a value of the data.
        hint: what to do about it.
        where: ``request``, ``form``, ``query``, ``address`` or ``headers``.
    """
    return {"where": where, "field": field, "message": message, "hint": hint}


def options_told(faults: Iterable[tuple[str, str]]) -> tuple[Fault, ...]:
    """Describe refused options; see ``OptionRefused.faults``."""
    return tuple(fault(f"output.{option}", message) for option, message in faults)


def invalid(faults: Sequence[Fault], found: types.ProblemType = types.REQUEST_INVALID) -> Problem:
    """Tell all mistakes of a request; the detail is the first of them."""
    first = faults[0]
    more = f" And {len(faults) - 1} more: see errors." if len(faults) > 1 else ""
    subject = f"{first['field']}: " if first["field"] else ""
    return Problem(found, f"{subject}{first['message']}{more}", errors=tuple(faults))


def _summary(findings: tuple[Finding, ...]) -> str:
    first = next((one for one in findings if one.severity is Severity.ERROR), findings[0])
    told = first.message
    if first.where:
        told = say("{message} ({place})", message=told, place=first.where)
    further = len(findings) - 1
    return (
        say("{message} And {number} more: see errors.", message=told, number=further)
        if further
        else told
    )


def _retry_after(seconds: float) -> Mapping[str, str]:
    return {"Retry-After": str(max(1, math.ceil(seconds)))}
