"""``/v1/fonts``: what a tenant's documents can be set in."""

from __future__ import annotations

import asyncio
import dataclasses

from aiohttp import hdrs, web
from greffier_templates.gate.font_face import MAX_BYTES

from greffier import problem_types
from greffier.fonts.errors import NoSuchFont
from greffier.handlers.written import answer
from greffier.keys import CALLER, FOLDERS, FONTS, LIMITS, ROOMS, SETTINGS
from greffier.problems import Problem, fault, invalid
from greffier.records import drafts
from greffier.responses_fonts import FontsAnswer, NewFontAnswer
from greffier.uploads import read_form

_FORM = "multipart/form-data"
#: What a form has besides the font itself.
_FORM_BYTES = 64 * 1024
#: Larger numbers fit no column.
_DIGITS = 18


async def index(request: web.Request) -> web.Response:
    """List the tenant's fonts, and the families that all have."""
    own = await request.app[FONTS].list(request[CALLER].tenant)
    told = {"fonts": own, "machine": sorted(request.app[ROOMS].families())}
    return answer(FontsAnswer.model_validate(told))


async def create(request: web.Request) -> web.Response:
    """Judge a font, and keep it."""
    caller = request[CALLER]
    if request.content_type != _FORM:
        raise Problem(
            problem_types.TYPE_NOT_ACCEPTED,
            f"This address takes {_FORM} with a part `font`: set Content-Type to what it is.",
        )
    limits = request.app[LIMITS]
    most = min(limits.body_bytes, MAX_BYTES + _FORM_BYTES)
    with request.app[FOLDERS].one() as folder:
        form = await read_form(
            request, folder, dataclasses.replace(limits, body_bytes=most), texts=()
        )
        faults = [
            fault(name, "There is no such part. There is: font.", where="form")
            for name in form.files
            if name != "font"
        ]
        if "font" not in form.files:
            faults.append(fault("font", "The form lacks this part: a TTF or OTF.", where="form"))
        if faults:
            raise invalid(faults)
        font = form.files["font"].path
        face = await request.app[ROOMS].renderer.read_font(
            font,
            caller=caller,
            folder=folder,
            deadline=asyncio.get_running_loop().time() + request.app[SETTINGS].deadline_s,
        )
        kept = await request.app[FONTS].add(caller.tenant, font, face, by=caller.key)
    drafts.add(request, subject=str(kept.id))
    told = NewFontAnswer.model_validate({**dataclasses.asdict(face), **dataclasses.asdict(kept)})
    return answer(told, status=201, headers={hdrs.LOCATION: f"/v1/fonts/{kept.id}"})


async def remove(request: web.Request) -> web.Response:
    """Erase a font."""
    number = request.match_info["id"]
    if not (number.isascii() and number.isdigit()) or len(number) > _DIGITS:
        raise NoSuchFont("Fonts are numbered; `GET /v1/fonts` lists them.")
    await request.app[FONTS].remove(request[CALLER].tenant, int(number))
    return web.Response(status=204)
