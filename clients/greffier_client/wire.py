"""Between the client's values and HTTP: build requests, read answers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import ExitStack
from email.message import Message
from io import BufferedReader
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import unquote

import aiohttp

from .model import Document, FieldError, KeptDocument, Problem, Report

#: A member of a structured dictionary (RFC 9651, 3.2) as Greffier writes it.
_MEMBER = re.compile(r'([a-z-]+)="([^"\\]*)"')
#: The media type of a template.
ODT = "application/vnd.oasis.opendocument.text"


def document_form(
    files: ExitStack,
    request: Mapping[str, object],
    template: Path | bytes,
    images: Mapping[str, bytes | Path],
    blocks: Mapping[str, bytes | Path],
) -> aiohttp.FormData:
    """Build the multipart form that posts a template of the caller's own.

    Files it opens stay open until ``files`` is closed.
    """
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("request", json.dumps(request), content_type="application/json")
    form.add_field("template", _content(files, template), filename="template.odt", content_type=ODT)
    for name, block in blocks.items():
        form.add_field(
            f"block-{name}", _content(files, block), filename=f"{name}.odt", content_type=ODT
        )
    for name, image in images.items():
        form.add_field(name, _content(files, image), filename=name)
    return form


def conversion_form(
    files: ExitStack, source: Path | bytes, kind: str, output: Mapping[str, object]
) -> aiohttp.FormData:
    """Build the multipart form that posts a document to be converted.

    Files it opens stay open until ``files`` is closed. Only the kind of the file
    travels: its own name may say whom it is about.
    """
    form = aiohttp.FormData()
    form.add_field("output", json.dumps(output), content_type="application/json")
    form.add_field("file", _content(files, source), filename=f"document.{kind}")
    return form


def _content(files: ExitStack, source: Path | bytes) -> bytes | BufferedReader:
    """Give what aiohttp sends: bytes as they are, a file by streaming it."""
    return source if isinstance(source, bytes) else files.enter_context(source.open("rb"))


def document(response: aiohttp.ClientResponse, content: bytes, path: Path | None) -> Document:
    """Describe the document of a successful answer."""
    headers = response.headers
    fonts = headers.get("Greffier-Fonts-Substituted", "")
    return Document(
        content=content,
        path=path,
        media_type=response.content_type,
        filename=_filename(headers.get("Content-Disposition", "")),
        pages=int(headers["Greffier-Pages"]) if "Greffier-Pages" in headers else None,
        template=headers.get("Greffier-Template", ""),
        warnings=int(headers.get("Greffier-Warnings", "0")),
        fonts_substituted=tuple(unquote(name.strip()) for name in fonts.split(",") if name.strip()),
        timings_ms=_timings(headers.get("Server-Timing", "")),
        request_id=headers.get("X-Request-Id", ""),
        provenance=dict(_MEMBER.findall(headers.get("Greffier-Provenance", ""))),
    )


async def problem(response: aiohttp.ClientResponse) -> Problem:
    """Read why the service refused; also what a proxy on the way said in its own manner."""
    try:
        body = await response.json(content_type=None)
    except (ValueError, aiohttp.ClientError):
        body = None
    return _problem(
        body if isinstance(body, dict) else {},
        response.status,
        reason=response.reason or "",
        retry_after_s=_retry_after(response.headers.get("Retry-After", "")),
        request_id=response.headers.get("X-Request-Id", ""),
    )


def _problem(
    body: Mapping[str, Any],
    status: int,
    *,
    reason: str = "",
    retry_after_s: float | None = None,
    request_id: str = "",
) -> Problem:
    title = str(body.get("title") or reason or "The service refused")
    return Problem(
        status=status,
        name=PurePath(str(body.get("type", ""))).name,
        title=title,
        detail=str(body.get("detail") or title),
        # Without problem details the answer is a gateway's: those statuses pass.
        retryable=bool(body.get("retryable", status in {429, 502, 503, 504})),
        phase=str(body.get("phase", "")),
        errors=_field_errors(body.get("errors")),
        retry_after_s=retry_after_s,
        request_id=request_id,
    )


def kept(body: Mapping[str, Any]) -> KeptDocument:
    """Read the description of a document."""
    problem = body.get("problem")
    return KeptDocument(
        id=str(body["id"]),
        state=str(body["state"]),
        template=str(body.get("template", "")),
        filename=str(body.get("filename", "")),
        media_type=str(body.get("media_type", "")),
        pages=body.get("pages"),
        size=int(body.get("size", 0)),
        warnings=_field_errors(body.get("warnings")),
        expires_at=str(body.get("expires_at") or ""),
        problem=None if problem is None else _problem(problem, int(problem["status"])),
    )


def report(body: Mapping[str, Any]) -> Report:
    """Read the report of a check."""
    return Report(_field_errors(body.get("findings")))


def _field_errors(items: object) -> tuple[FieldError, ...]:
    if not isinstance(items, list):
        return ()
    names = FieldError.__dataclass_fields__
    return tuple(
        FieldError(**{name: str(item[name]) for name in names if item.get(name) is not None})
        for item in items
        if isinstance(item, dict)
    )


def _filename(disposition: str) -> str:
    """Read the file name of a Content-Disposition header (RFC 6266)."""
    message = Message()
    message["content-disposition"] = disposition
    return PurePath(message.get_filename() or "").name


def _timings(header: str) -> dict[str, float]:
    """Read a Server-Timing header: ``fill;dur=1.2, convert;dur=31``."""
    timings = {}
    for item in header.split(","):
        name, _, duration = item.partition(";dur=")
        if duration:
            timings[name.strip()] = float(duration)
    return timings


def _retry_after(header: str) -> float | None:
    """Read Retry-After in seconds; Greffier never sends the date form."""
    return float(header) if header.strip().isdigit() else None
