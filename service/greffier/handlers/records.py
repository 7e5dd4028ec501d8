"""``GET /v1/audit`` and ``GET /v1/usage``: pages of JSON, or everything as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aiohttp import hdrs, web

from greffier.access.model import TENANT_HEADER
from greffier.handlers.reading import page_of, read_query
from greffier.handlers.wishes import accepted
from greffier.handlers.written import answer, moment
from greffier.keys import CALLER, TRAIL
from greffier.problems import fault, invalid
from greffier.records.model import Used, Written
from greffier.records.trail import Trail, Wanted
from greffier.requests_records import AuditQuery, UsageQuery
from greffier.responses import Answer
from greffier.responses_records import AuditAnswer, UsageAnswer

_JSON, _CSV = "application/json", "text/csv"
ANSWERS = (_JSON, _CSV)
#: Rows that are fetched at a time for CSV.
_CSV_PAGE = 1000
#: With which a spreadsheet would begin a formula: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = Mapping[str, Any]


async def audit(request: web.Request) -> web.StreamResponse:
    """List who did what."""
    asked = read_query(AuditQuery, request)
    wanted = Wanted(
        tenant=_tenant(request),
        since=_utc("since", asked.since),
        until=_utc("until", asked.until),
        action=asked.action,
        subject=asked.subject,
        key=asked.key,
        outcome=asked.outcome,
    )
    trail = request.app[TRAIL]
    if accepted(request, ANSWERS) == _CSV:
        pages = _all_records(trail, wanted)
        return await _send_csv(request, "audit.csv", _AUDIT_COLUMNS, pages)
    found = await trail.list(wanted, before=asked.before, limit=asked.limit + 1)
    page, last = page_of(found, asked.limit)
    following = None if last is None else last.id
    told = {"records": [record_json(each) for each in page], "next": following}
    return _answer(AuditAnswer.model_validate(told))


async def usage(request: web.Request) -> web.StreamResponse:
    """Add up documents."""
    asked = read_query(UsageQuery, request)
    today = datetime.now(UTC).date()
    since, until = asked.since or today.replace(day=1), asked.until or today
    if since > until:
        raise invalid([fault("since", f"It is later than until, {until}.", where="query")])
    tenant, trail = _tenant(request), request.app[TRAIL]
    after = _after(asked.after)

    async def fetch(after: tuple[str, str, str] | None, limit: int) -> Sequence[Used]:
        return await trail.usage(
            tenant=tenant, since=since, until=until, by=asked.by, after=after, limit=limit
        )

    if accepted(request, ANSWERS) == _CSV:
        return await _send_csv(request, "usage.csv", _USAGE_COLUMNS, _all_usage(fetch))
    found = await fetch(after, asked.limit + 1)
    page, last = page_of(found, asked.limit)
    following = None if last is None else " ".join(_key(last))
    told = {"usage": [usage_json(each) for each in page], "next": following}
    return _answer(UsageAnswer.model_validate(told))


def record_json(written: Written) -> dict[str, Any]:
    """Write a record."""
    entry = written.entry
    return {
        "id": written.id,
        "at": moment(entry.at),
        "tenant": entry.tenant or None,
        "key": entry.key,
        "action": entry.action,
        "subject": entry.subject,
        "version": entry.version,
        "data_digest": f"sha256:{entry.data_digest}" if entry.data_digest else None,
        "pages": entry.pages,
        "outcome": entry.outcome,
        "milliseconds": entry.milliseconds,
        "request_id": entry.request_id,
    }


def usage_json(used: Used) -> dict[str, Any]:
    """Write a row of usage."""
    return {
        "period": used.period,
        "tenant": used.tenant,
        "template": used.template,
        "documents": used.documents,
        "pages": used.pages,
        "failures": used.failures,
    }


_AUDIT_COLUMNS = (
    "id", "at", "tenant", "key", "action", "subject", "version", "data_digest", "pages",
    "outcome", "milliseconds", "request_id",
)  # fmt: skip
_USAGE_COLUMNS = ("period", "tenant", "template", "documents", "pages", "failures")


def _tenant(request: web.Request) -> str | None:
    """Say whose records may be seen: the caller's own; all, for the operator who names none."""
    caller = request[CALLER]
    if caller.installation and not request.headers.get(TENANT_HEADER):
        return None
    return caller.tenant


def _utc(name: str, at: datetime | None) -> datetime | None:
    try:
        return None if at is None else at.astimezone(UTC)
    except OverflowError:  # the first or last hours of all that there can be
        raise invalid([fault(name, "There is no such moment in UTC.", where="query")]) from None


def _after(cursor: str) -> tuple[str, str, str] | None:
    if not cursor:
        return None
    parts = cursor.split(" ")
    if len(parts) != 3:
        message = "It is not the `next` of a page."
        raise invalid([fault("after", message, where="query")])
    return parts[0], parts[1], parts[2]


def _key(used: Used) -> tuple[str, str, str]:
    return used.period, used.tenant, used.template


async def _all_records(trail: Trail, wanted: Wanted) -> AsyncIterator[Sequence[Row]]:
    before = None
    while page := await trail.list(wanted, before=before, limit=_CSV_PAGE):
        yield [record_json(each) for each in page]
        before = page[-1].id


async def _all_usage(
    fetch: Callable[[tuple[str, str, str] | None, int], Awaitable[Sequence[Used]]],
) -> AsyncIterator[Sequence[Row]]:
    after = None
    while page := await fetch(after, _CSV_PAGE):
        yield [usage_json(each) for each in page]
        after = _key(page[-1])


async def _send_csv(
    request: web.Request, name: str, columns: Sequence[str], pages: AsyncIterator[Sequence[Row]]
) -> web.StreamResponse:
    """Send pages of rows as they come (RFC 4180)."""
    response = web.StreamResponse(
        headers={
            hdrs.CONTENT_TYPE: f"{_CSV}; charset=utf-8",
            hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}"',
            hdrs.CACHE_CONTROL: "no-store",
        }
    )
    await response.prepare(request)
    await response.write(_lines([columns]))
    async for page in pages:
        await response.write(_lines([[_cell(row[column]) for column in columns] for row in page]))
    await response.write_eof()
    return response


def _lines(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cell(value: object) -> object:
    """Write a value so that no spreadsheet takes it for a formula."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _answer(told: Answer) -> web.Response:
    return answer(told, headers={hdrs.CACHE_CONTROL: "no-store"})
