"""Every address of the service, in one list; the documentation is made from it too."""

from __future__ import annotations

from aiohttp import hdrs, web
from greffier_converters.formats import OUTPUTS

from greffier import problem_types
from greffier.access.model import Role
from greffier.handlers import (
    checks,
    conversions,
    docs,
    documents,
    health,
    quarantine,
    reserved,
)
from greffier.requests import CheckRequest, DocumentRequest, OutputRequest
from greffier.responses import (
    CheckAnswer,
    InfoAnswer,
    LiveAnswer,
    QuarantineAnswer,
    ReadyAnswer,
)
from greffier.responses_kept import KeptAnswer
from greffier.routes_access import ACCESS
from greffier.routes_commons import COMMONS
from greffier.routes_fonts import FONT_ROUTES
from greffier.routes_kept import KEPT
from greffier.routes_records import RECORDS
from greffier.routes_registry import REGISTRY
from greffier.routes_understanding import SAMPLES, UNDERSTANDING
from greffier.routes_webhooks import WEBHOOKS
from greffier.routing import BODY, FILE, KEEP, ODT, PRINT, WORK, Part, Route

_DOCUMENTS = tuple(output.media_type for output in OUTPUTS.values())

_PUBLISHED = (
    Route(
        hdrs.METH_POST,
        "/v1/documents",
        documents.create,
        "Fill a template and get the document",
        "Name a template of the library in JSON, or send your own as the part `template` of a "
        "form. Parts named `block-<name>` are the blocks it includes, if they are not those of the "
        "library; further parts are pictures, under the names that the template uses.",
        model=DocumentRequest,
        parts={
            "request": Part(
                "What to make; without `template` when the form brings one.", DocumentRequest
            ),
            "template": Part("An ODT or OTT; it is not kept.", required=False),
        },
        more_files=True,
        answers=_DOCUMENTS,
        document=True,
        described=KeptAnswer,
        takes=(hdrs.ACCEPT_LANGUAGE, "Prefer", "Idempotency-Key"),
        metered=True,
        role=Role.RENDER,
        problems=(
            *BODY,
            problem_types.FORMAT_NOT_ALLOWED,
            problem_types.ENGINE_NOT_ALLOWED,
            problem_types.TEMPLATE_NOT_FOUND,
            *FILE,
            problem_types.TEMPLATE_INVALID,
            problem_types.DATA_MISMATCH,
            problem_types.FILL_OVER_LIMITS,
            *PRINT,
            *WORK,
            *KEEP,
        ),
    ),
    Route(
        hdrs.METH_POST,
        "/v1/conversions",
        conversions.create,
        "Convert an office document",
        "The ending of the file's name says what it is; its content must agree. `/v1/info` lists "
        "the kinds that this service takes.",
        parts={
            "file": Part("The document."),
            "output": Part("What to make of it; PDF when absent.", OutputRequest, required=False),
        },
        answers=_DOCUMENTS,
        document=True,
        described=KeptAnswer,
        takes=(hdrs.ACCEPT_LANGUAGE, "Prefer", "Idempotency-Key"),
        metered=True,
        role=Role.RENDER,
        problems=(*BODY, *FILE, *PRINT, *WORK, *KEEP),
    ),
    Route(
        hdrs.METH_POST,
        "/v1/checks",
        checks.create,
        "Find the mistakes of a template",
        "Reports every error and warning with its place, without making a document. With sample "
        "data, filling is tried too. As an ODT, the answer is the template itself with a comment "
        "at each finding. `Accept-Language` chooses among en, fr, nl, de, da and it.",
        file=ODT,
        parts={
            "template": Part("An ODT or OTT."),
            "request": Part("Sample data.", CheckRequest, required=False),
        },
        answers=checks.ANSWERS,
        answer=CheckAnswer,
        tells=(hdrs.CONTENT_LANGUAGE,),
        takes=(hdrs.ACCEPT_LANGUAGE,),
        metered=True,
        role=Role.DESIGN,
        problems=(*BODY, problem_types.NOT_AVAILABLE_YET, *FILE, *WORK),
    ),
    *KEPT,
    *REGISTRY,
    *FONT_ROUTES,
    *RECORDS,
    *WEBHOOKS,
    *SAMPLES,
    *UNDERSTANDING,
    *COMMONS,
    *ACCESS,
    Route(
        hdrs.METH_GET,
        "/v1/quarantine",
        quarantine.show,
        "Documents refused because they crashed two processes",
        "For operators. A document is known by the SHA-256 of the file that was converted.",
        answer=QuarantineAnswer,
        installation=True,
    ),
    Route(
        hdrs.METH_DELETE,
        "/v1/quarantine/{digest}",
        quarantine.lift,
        "Let a refused document in again",
        "For operators, once they have found out why it crashed LibreOffice.",
        status=204,
        answers=(),
        installation=True,
        problems=(problem_types.NOT_QUARANTINED,),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/info",
        health.info,
        "Versions, formats, templates, fonts and limits",
        answer=InfoAnswer,
    ),
    Route(
        hdrs.METH_GET,
        "/health/live",
        health.live,
        "Whether the process is alive",
        answer=LiveAnswer,
        open=True,
    ),
    Route(
        hdrs.METH_GET,
        "/health/ready",
        health.ready,
        "Whether documents can be made now",
        "Answers 503 with the reasons while it is starting, stopping or unable to work.",
        answer=ReadyAnswer,
        also={503: "Documents cannot be made now; `reasons` say why."},
        open=True,
    ),
    Route(
        hdrs.METH_GET,
        "/metrics",
        health.metrics,
        "Measures for Prometheus",
        installation=True,
        answers=("text/plain",),
    ),
    Route(hdrs.METH_GET, "/openapi.json", docs.openapi, "This description", open=True),
    Route(
        hdrs.METH_GET,
        "/docs",
        docs.docs,
        "This description for people",
        answers=("text/html",),
        open=True,
    ),
    Route(
        hdrs.METH_GET,
        "/problems",
        docs.problems,
        "All problems",
        answers=("text/html",),
        open=True,
    ),
    Route(
        hdrs.METH_GET,
        "/problems/{problem}",
        docs.problem,
        "What a problem means and what to do",
        answers=("text/html",),
        problems=(problem_types.NOT_FOUND,),
        open=True,
    ),
)

#: Addresses that a later version has: refused by name, and not in the documentation.
_RESERVED = tuple(
    Route(hdrs.METH_ANY, path, reserved.address, "", reserved=True)
    for path in (
        "/v1/batches{rest:.*}",
        "/studio{rest:.*}",
    )
)

PUBLISHED: tuple[Route, ...] = _PUBLISHED
ROUTES: tuple[Route, ...] = (*_PUBLISHED, *_RESERVED)
_BY_ADDRESS = {(route.method, route.path): route for route in ROUTES}


def route_of(request: web.Request) -> Route | None:
    """Give the route that a request goes to; None: there is none, so it will be refused."""
    matched = request.match_info.route
    if matched.resource is None:
        return None
    return _BY_ADDRESS.get((matched.method, matched.resource.canonical))
