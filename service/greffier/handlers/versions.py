"""``/v1/templates/{slug}/versions``."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from aiohttp import hdrs, web
from greffier_converters.formats import INPUTS

from greffier import problem_types
from greffier.handlers import answers
from greffier.handlers.reading import deadline, number
from greffier.handlers.written import version_json
from greffier.keys import BLOBS, CALLER, FOLDERS, LIMITS, PUBLISHING, SETTINGS, TEMPLATES, VERSIONS
from greffier.problems import Problem, fault, invalid
from greffier.records import drafts
from greffier.requests import read
from greffier.requests_registry import VersionRequest
from greffier.store.blobs import BlobName
from greffier.uploads import read_form, save_body

_ODT = (INPUTS["odt"].media_type, INPUTS["ott"].media_type)
_FORM = "multipart/form-data"


async def index(request: web.Request) -> web.Response:
    """List the versions of a template."""
    slug = request.match_info["slug"]
    found = await request.app[VERSIONS].list(request[CALLER].tenant, slug)
    return web.json_response({"versions": [version_json(each) for each in found]})


async def show(request: web.Request) -> web.Response:
    """Describe one, with its report."""
    found = await request.app[VERSIONS].get(
        request[CALLER].tenant, request.match_info["slug"], number(request)
    )
    return web.json_response(version_json(found, report=True))


async def create(request: web.Request) -> web.Response:
    """Keep a new version, and check it; the newest one once more if it is the same."""
    caller, slug = request[CALLER], request.match_info["slug"]
    await request.app[TEMPLATES].get(caller.tenant, slug)  # before a large body is read
    with request.app[FOLDERS].one() as folder:
        content, asked, schema = await _read(request, folder)
        added, is_new = await request.app[VERSIONS].add(
            caller.tenant, slug, content, author=caller.key, note=asked.note, schema=schema
        )
        checked = await request.app[PUBLISHING].check(
            caller, slug, added.number, folder=folder, deadline=deadline(request)
        )
    drafts.add(request, version=added.number)
    location = f"/v1/templates/{slug}/versions/{added.number}"
    return web.json_response(
        version_json(checked, report=True),
        status=201 if is_new else 200,
        headers={hdrs.LOCATION: location},
    )


async def content(request: web.Request) -> web.Response:
    """Give the designer's bytes back."""
    slug, wanted = request.match_info["slug"], number(request)
    blob = await request.app[VERSIONS].blob(request[CALLER].tenant, slug, wanted)
    return file_answer(blob, await request.app[BLOBS].read(blob), f"{slug}-{wanted}.odt")


def file_answer(blob: BlobName, content: bytes, filename: str) -> web.Response:
    """Send a designer's file; read whole, since its size is bounded."""
    return web.Response(
        body=content,
        content_type=_ODT[0],
        headers={
            hdrs.CONTENT_DISPOSITION: answers.content_disposition(filename),
            hdrs.ETAG: f'"{blob.digest}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


async def _read(request: web.Request, folder: Path) -> tuple[Path, VersionRequest, Path | None]:
    """Read the file, what is said of it, and a schema."""
    limits = dataclasses.replace(
        request.app[LIMITS], body_bytes=request.app[SETTINGS].max_template_bytes
    )
    if request.content_type in _ODT:
        path = folder / "template"
        await save_body(request, path, limits)
        return path, VersionRequest(), None
    if request.content_type != _FORM:
        raise Problem(
            problem_types.TYPE_NOT_ACCEPTED,
            f"This address takes {', '.join((*_ODT, _FORM))}: set Content-Type to what it is.",
        )
    form = await read_form(request, folder, limits, texts=("request",))
    faults = [
        fault(name, "There is no such part.", hint="There are: template, request, schema.")
        for name in form.files
        if name not in ("template", "schema")
    ]
    if "template" not in form.files:
        faults.append(fault("template", "The form lacks this part: the ODT."))
    if faults:
        raise invalid(faults)
    asked = read(VersionRequest, form.texts.get("request", b"{}"), part="request")
    schema = form.files.get("schema")
    return form.files["template"].path, asked, None if schema is None else schema.path
