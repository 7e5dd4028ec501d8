"""The addresses of records; joined to those of ``routes.py``."""

from __future__ import annotations

from aiohttp import hdrs

from greffier import problem_types
from greffier.access.model import Role
from greffier.handlers import records
from greffier.requests_records import AuditQuery, UsageQuery
from greffier.responses_records import AuditAnswer, UsageAnswer
from greffier.routing import Route

RECORDS = (
    Route(
        hdrs.METH_GET,
        "/v1/audit",
        records.audit,
        "Who did what, and when",
        "The newest first; without any content. The operator of the installation sees the records "
        "of all tenants, or those of the tenant named in `Greffier-Tenant`. `Accept: text/csv` "
        "exports all that match.",
        answers=records.ANSWERS,
        answer=AuditAnswer,
        query=AuditQuery,
        role=Role.OPERATE,
        problems=(problem_types.REQUEST_INVALID,),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/usage",
        records.usage,
        "Documents, pages and failures of each template",
        "Added up by day or month, UTC, the oldest first; for whom, as for `/v1/audit`.",
        answers=records.ANSWERS,
        answer=UsageAnswer,
        query=UsageQuery,
        role=Role.OPERATE,
        problems=(problem_types.REQUEST_INVALID,),
    ),
)
