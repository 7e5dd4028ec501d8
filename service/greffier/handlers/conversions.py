"""``POST /v1/conversions``: office documents into other formats."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

from aiohttp import web
from greffier_converters.formats import INPUTS
from greffier_templates.errors import FileRefused

from greffier import problem_types
from greffier.handlers.delivering import Prepared, deliver
from greffier.keys import FOLDERS, LIMITS, PRESS, ROOMS, SETTINGS
from greffier.model import Caller, ConversionOrder, Document
from greffier.problems import Fault, Problem, fault, invalid, problem_of
from greffier.requests import OutputRequest, read, read_output
from greffier.uploads import Form, UploadedFile, read_form

_FORM = "multipart/form-data"


async def create(request: web.Request) -> web.StreamResponse:
    """Convert a document."""
    with request.app[FOLDERS].one() as folder:
        form = await _read_form(request, folder)
        return await deliver(request, "conversion", form, folder, prepare)


async def prepare(
    app: web.Application, caller: Caller, form: Form, folder: Path, *, version: int | None = None
) -> Prepared:
    """Read what is to be converted; see ``delivering.Prepare``."""
    order = _order(app, form)

    async def make() -> Document:
        try:
            return await app[PRESS].convert(
                order,
                caller=caller,
                folder=folder,
                deadline=asyncio.get_running_loop().time() + app[SETTINGS].deadline_s,
            )
        except FileRefused as error:
            problem = problem_of(error)
            assert problem is not None
            raise dataclasses.replace(problem, phase="load") from error

    return Prepared(make)


async def _read_form(request: web.Request, folder: Path) -> Form:
    if request.content_type != _FORM:
        raise Problem(
            problem_types.TYPE_NOT_ACCEPTED,
            f"This address takes {_FORM} with the parts file and, if you like, output.",
        )
    return await read_form(request, folder, request.app[LIMITS], texts=("output",))


def _order(app: web.Application, form: Form) -> ConversionOrder:
    asked = _read_parts(form)
    kind = _kind(form.files["file"], app[ROOMS].kinds)
    return ConversionOrder(form.files["file"].path, kind, read_output(asked, kind))


def _read_parts(form: Form) -> OutputRequest:
    """Read what to make; the mistakes of all parts are told together."""
    faults: list[Fault] = [
        fault(name, "There is no such part.", hint="There are: file, output.", where="form")
        for name in form.files
        if name != "file"
    ]
    if "file" not in form.files:
        faults.append(fault("file", "It is missing.", where="form"))
    try:
        asked = read(OutputRequest, form.texts.get("output", b"{}"), part="output")
    except Problem as problem:
        if not faults:
            raise
        faults += problem.errors or [fault("output", problem.detail, where="form")]
    if faults:
        raise invalid(faults)
    return asked


def _kind(file: UploadedFile, taken: tuple[str, ...]) -> str:
    """Tell what a file is declared to be: by the ending of its name, else its media type."""
    by_type = {INPUTS[kind].media_type: kind for kind in taken}
    kind = file.extension or by_type.get(file.media_type, "")
    if kind in taken:
        return kind
    there = ", ".join(taken)
    if kind in INPUTS:
        detail = f"Documents of the kind {kind} are not taken by this service; these are: {there}."
    else:
        detail = f"The name of the file must end in the kind of document it is: {there}."
    raise Problem(problem_types.TYPE_NOT_ACCEPTED, detail)
