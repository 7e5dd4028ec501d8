"""``POST /v1/checks``: what is wrong with a template, in the form and the language asked for."""

from __future__ import annotations

import asyncio
import dataclasses

from aiohttp import hdrs, web
from greffier_converters.formats import INPUTS
from greffier_templates.telling.report_text import as_text, count_text
from greffier_templates.telling.wording import in_language

from greffier.handlers import answers, reserved
from greffier.handlers.documents import read_check
from greffier.handlers.wishes import accepted
from greffier.handlers.written import answer
from greffier.keys import CALLER, FOLDERS, FONT_SETS, ROOMS, SETTINGS
from greffier.model import Report
from greffier.problems import told
from greffier.responses import CheckAnswer

_JSON, _TEXT, _ODT = "application/json", "text/plain", INPUTS["odt"].media_type
#: What the address answers with; the first where the caller takes anything.
ANSWERS = (_JSON, _TEXT, _ODT)


async def create(request: web.Request) -> web.Response:
    """Check a template."""
    reserved.refuse(request, answers=ANSWERS)
    wanted = accepted(request, ANSWERS)
    language = request[CALLER].language
    settings = request.app[SETTINGS]
    with request.app[FOLDERS].one() as folder:
        order = await read_check(request, folder)
        caller, rooms = request[CALLER], request.app[ROOMS]
        families = await rooms.families_of(await request.app[FONT_SETS].set_of(caller.tenant))
        report = await rooms.renderer.check(
            dataclasses.replace(order, families=families, annotated=wanted == _ODT),
            caller=caller,
            folder=folder,
            deadline=asyncio.get_running_loop().time() + settings.deadline_s,
        )
        headers: dict[str, str] = {hdrs.CONTENT_LANGUAGE: language, hdrs.CACHE_CONTROL: "no-store"}
        if report.annotated is not None:
            # Read whole: it is hardly larger than the template, whose size is bounded.
            body = await asyncio.to_thread(report.annotated.read_bytes)
            return web.Response(
                body=body, content_type=_ODT, headers={**headers, **_document_headers(report)}
            )
    if wanted == _TEXT:
        text = as_text(report.findings, language)
        count = in_language(count_text(report.findings), language)
        return web.Response(text=f"{text}{count}\n", headers=headers)
    found = CheckAnswer.model_validate(
        {
            "usable": not report.errors,
            "findings": told(report.findings),
            "foreign": report.foreign,
        }
    )
    return answer(found, headers=headers)


def _document_headers(report: Report) -> dict[str, str]:
    return {
        hdrs.CONTENT_DISPOSITION: answers.content_disposition("checked.odt"),
        "X-Content-Type-Options": "nosniff",
        "Greffier-Errors": str(report.errors),
        "Greffier-Warnings": str(report.warnings),
    }
