"""``POST /v1/documents``, and how templates and data are read for ``POST /v1/checks`` too."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

from aiohttp import web
from greffier_converters.formats import INPUTS
from greffier_templates.blocks.loading import is_block_name

from greffier import problem_types
from greffier.access.model import Role
from greffier.blocks import PART_PREFIX, OwnBlocks
from greffier.handlers.delivering import Prepared, deliver
from greffier.keys import CALLER, FOLDERS, LIMITS, PRESS, SETTINGS, SOURCES
from greffier.library import UploadedTemplate
from greffier.model import Blocks, Caller, CheckOrder, Document, DocumentOrder, Template
from greffier.problems import Problem, fault, invalid
from greffier.registry.sources import engine_of, refuse_format
from greffier.requests import (
    CheckRequest,
    DocumentRequest,
    read,
    read_filling,
    read_output,
    refuse_useless,
)
from greffier.uploads import Form, read_body, read_form, save_body

_JSON = "application/json"
_FORM = "multipart/form-data"
_ODT = (INPUTS["odt"].media_type, INPUTS["ott"].media_type)


async def create(request: web.Request) -> web.StreamResponse:
    """Make a document."""
    with request.app[FOLDERS].one() as folder:
        form = await _read_parts(request, folder)
        return await deliver(request, "document", form, folder, prepare)


async def prepare(
    app: web.Application, caller: Caller, form: Form, folder: Path, *, version: int | None = None
) -> Prepared:
    """Read what is to be made; see ``delivering.Prepare``."""
    order = await _order(app, caller, form, version)

    async def make() -> Document:
        return await app[PRESS].make_document(
            order,
            caller=caller,
            folder=folder,
            deadline=asyncio.get_running_loop().time() + app[SETTINGS].deadline_s,
        )

    return Prepared(make, order.template)


async def _read_parts(request: web.Request, folder: Path) -> Form:
    if request.content_type == _JSON:
        return Form({"request": await read_body(request, request.app[LIMITS])})
    if request.content_type != _FORM:
        raise _type_refused(request, _JSON, _FORM)
    form = await _read_form(request, folder)
    if not form.texts.get("request"):
        raise _part_missing("request", "It holds the JSON of the request.")
    return form


async def _order(
    app: web.Application, caller: Caller, form: Form, version: int | None
) -> DocumentOrder:
    text = form.texts["request"]
    asked = read(DocumentRequest, text)
    refuse_useless(asked)
    template = await _template(app, caller, asked, form, version)
    refuse_format(template, asked.output.format)
    engine = asked.engine or engine_of(template) or app[SETTINGS].default_engine
    blocks = _blocks(app, caller, form)
    if blocks.brought and (asked.template is not None or engine == "py3o"):
        what = "a template of the library" if asked.template is not None else "the engine py3o"
        raise _invalid(
            f"{PART_PREFIX}{sorted(blocks.brought)[0]}",
            f"A block that is sent goes with a template that is sent, not with {what}.",
        )
    return DocumentOrder(
        template=template,
        request=text,
        engine=engine,
        filling=read_filling(asked, app[SETTINGS]),
        output=read_output(asked.output, "odt"),
        blocks=blocks,
        images={
            name: file.path
            for name, file in form.files.items()
            if name != "template" and not name.startswith(PART_PREFIX)
        },
    )


def _blocks(app: web.Application, caller: Caller, form: Form) -> Blocks:
    """Give the blocks that templates may include: those the form brings go first."""
    brought: dict[str, Template] = {}
    for part, file in form.files.items():
        name = part.removeprefix(PART_PREFIX)
        if name == part:
            continue
        if not is_block_name(name):
            raise _invalid(
                part,
                "A block has lower-case letters, digits and hyphens: block-letterhead.",
            )
        brought[name] = UploadedTemplate(file.path, name)
    stored = app[SOURCES].blocks(caller.tenant)
    return OwnBlocks(brought, stored, brought=brought.keys())


async def _template(
    app: web.Application,
    caller: Caller,
    asked: DocumentRequest,
    form: Form,
    version: int | None,
) -> Template:
    """Give the template that the request names or brings."""
    name = asked.template
    brought = form.files.get("template")
    if name is not None and brought is not None:
        raise _invalid("template", "It is both named and sent as a part; do one of the two.")
    if brought is not None:
        if asked.version is not None:
            raise _invalid("version", "A template that is sent has no versions; leave it out.")
        return UploadedTemplate(brought.path)
    if name is None:
        raise _invalid("template", "It is missing: name a template, or send one as a part.")
    return await app[SOURCES].template(
        caller.tenant,
        name,
        asked.version if version is None else version,
        drafts=caller.installation or Role.DESIGN in caller.roles,
    )


async def read_check(request: web.Request, folder: Path) -> CheckOrder:
    """Read what is to be checked: the template, the request with sample data, and blocks."""
    app, caller = request.app, request[CALLER]
    if request.content_type in _ODT:
        path = folder / "template"
        limits = dataclasses.replace(
            request.app[LIMITS], body_bytes=request.app[SETTINGS].max_template_bytes
        )
        await save_body(request, path, limits)
        return CheckOrder(UploadedTemplate(path), _blocks(app, caller, Form()))
    if request.content_type != _FORM:
        raise _type_refused(request, *_ODT, _FORM)
    form = await _read_form(request, folder)
    for name in form.files:
        if name != "template" and not name.startswith(PART_PREFIX):
            raise _invalid(
                name, "There is no such part. There are: request, template, block-<name>."
            )
    text = form.texts.get("request", b"")
    has_data = bool(text) and read(CheckRequest, text).data is not None
    if "template" not in form.files:
        raise _part_missing("template", "It is the ODT to check.")
    template = UploadedTemplate(form.files["template"].path)
    return CheckOrder(template, _blocks(app, caller, form), request=text if has_data else b"")


async def _read_form(request: web.Request, folder: Path) -> Form:
    return await read_form(
        request,
        folder,
        request.app[LIMITS],
        texts=("request",),
        most_bytes=lambda name: (
            request.app[SETTINGS].max_template_bytes
            if name == "template" or name.startswith(PART_PREFIX)
            else None
        ),
    )


def _type_refused(request: web.Request, *taken: str) -> Problem:
    return Problem(
        problem_types.TYPE_NOT_ACCEPTED,
        f"This address takes {' or '.join(taken)}. Set Content-Type to what the body is.",
    )


def _part_missing(name: str, message: str) -> Problem:
    return _invalid(name, f"The form has no part of this name. {message}")


def _invalid(field: str, message: str) -> Problem:
    return invalid([fault(field, message)])
