"""Every address of the service, in one list; the documentation is made from it too."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from greffier_converters.formats import INPUTS, OUTPUTS
from pydantic import BaseModel

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
    templates,
    versions,
)
from greffier.problem_types import ProblemType
from greffier.requests import CheckRequest, DocumentRequest, OutputRequest
from greffier.requests_registry import (
    ListQuery,
    PublishRequest,
    TemplateRequest,
    VersionRequest,
)

_ODT = INPUTS["odt"].media_type
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart form."""

    description: str
    #: The JSON it holds; None: it is a file.
    model: type[BaseModel] | None = None
    required: bool = True


@dataclass(frozen=True, slots=True)
class Route:
    """One address with one method, and what the documentation says of it."""

    method: str
    path: str
    handler: Handler
    summary: str
    description: str = ""
    #: JSON body that it takes.
    model: type[BaseModel] | None = None
    #: Media type of a body that is a file.
    file: str = ""
    #: Parts of a form that it takes.
    parts: dict[str, Part] = field(default_factory=dict)
    #: Whether a form may have further parts: files under names of the caller's.
    more_files: bool = False
    #: Status and media types of the answer; without types it is empty.
    status: int = 200
    answers: tuple[str, ...] = (_JSON,)
    #: Whether the answer is a document, with the headers that go with one.
    document: bool = False
    #: How it may refuse, besides asking for the key.
    problems: tuple[ProblemType, ...] = ()
    #: Parameters that it takes; None: none.
    query: type[BaseModel] | None = None
    #: Open to all, without a key.
    open: bool = False
    #: What a key must be allowed; None: any key of a tenant will do.
    role: Role | None = None
    #: Only for the operator of the installation.
    installation: bool = False
    #: Of a later version: refused by name, and not in the documentation.
    reserved: bool = False


_BODY = (
    problem_types.REQUEST_MALFORMED,
    problem_types.REQUEST_INVALID,
    problem_types.BODY_TOO_SLOW,
    problem_types.BODY_TOO_LARGE,
    problem_types.TYPE_NOT_ACCEPTED,
)
_FILE = (
    problem_types.NOT_THE_DECLARED_TYPE,
    problem_types.FILE_DAMAGED,
    problem_types.FILE_ENCRYPTED,
    problem_types.FILE_OVER_LIMITS,
    problem_types.FILE_UNSAFE,
)
_WORK = (
    problem_types.QUEUE_FULL,
    problem_types.INTERNAL_ERROR,
    problem_types.PROCESS_CRASHED,
    problem_types.NOT_READY,
    problem_types.WAITED_TOO_LONG,
    problem_types.DEADLINE_EXCEEDED,
    problem_types.STORAGE_FULL,
)
_PRINT = (
    problem_types.NOT_AVAILABLE_YET,
    problem_types.OPTION_REFUSED,
    problem_types.DOCUMENT_REJECTED,
    problem_types.DOCUMENT_QUARANTINED,
)
_DOCUMENTS = tuple(output.media_type for output in OUTPUTS.values())

_REGISTRY = (
    Route(
        hdrs.METH_GET,
        "/v1/templates",
        templates.index,
        "List or search the templates",
        "Those of the tenant, by name. `after` is the name that the page before ended with.",
        query=ListQuery,
    ),
    Route(
        hdrs.METH_POST,
        "/v1/templates",
        templates.create,
        "Make a template",
        "It has no version yet: send one to `/v1/templates/{slug}/versions`.",
        model=TemplateRequest,
        status=201,
        role=Role.DESIGN,
        problems=(*_BODY, problem_types.TEMPLATE_EXISTS),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/templates/{slug}",
        templates.show,
        "A template",
        problems=(problem_types.TEMPLATE_NOT_FOUND,),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/templates/{slug}/versions",
        versions.index,
        "The versions of a template",
        "The newest first.",
        problems=(problem_types.TEMPLATE_NOT_FOUND,),
    ),
    Route(
        hdrs.METH_POST,
        "/v1/templates/{slug}/versions",
        versions.create,
        "Send a new version",
        "It is kept exactly as it is and checked at once; the answer has the report. It is a draft "
        "until it has no mistakes, and goes live when it is published.",
        file=_ODT,
        parts={
            "template": Part("An ODT or OTT."),
            "request": Part("What is new in it.", VersionRequest, required=False),
            "schema": Part("A JSON Schema of the data, of your own.", required=False),
        },
        status=201,
        role=Role.DESIGN,
        problems=(*_BODY, problem_types.TEMPLATE_NOT_FOUND, *_FILE, *_WORK),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/templates/{slug}/versions/{number}",
        versions.show,
        "A version, with what its check found",
        problems=(problem_types.TEMPLATE_NOT_FOUND, problem_types.VERSION_NOT_FOUND),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/templates/{slug}/versions/{number}/content",
        versions.content,
        "The designer's file, byte for byte",
        answers=(_ODT,),
        role=Role.DESIGN,
        problems=(problem_types.TEMPLATE_NOT_FOUND, problem_types.VERSION_NOT_FOUND),
    ),
    Route(
        hdrs.METH_POST,
        "/v1/templates/{slug}/publish",
        versions.publish,
        "Make a version the one that counts",
        "It is checked again first, with the blocks of today. An older version can be named to go "
        "back to it.",
        model=PublishRequest,
        role=Role.DESIGN,
        problems=(
            *_BODY,
            problem_types.TEMPLATE_NOT_FOUND,
            problem_types.VERSION_NOT_FOUND,
            problem_types.VERSION_NOT_PUBLISHABLE,
            *_WORK,
        ),
    ),
)

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
        role=Role.RENDER,
        problems=(
            *_BODY,
            problem_types.ENGINE_NOT_ALLOWED,
            problem_types.TEMPLATE_NOT_FOUND,
            *_FILE,
            problem_types.TEMPLATE_INVALID,
            problem_types.DATA_MISMATCH,
            problem_types.FILL_OVER_LIMITS,
            *_PRINT,
            *_WORK,
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
        role=Role.RENDER,
        problems=(*_BODY, *_FILE, *_PRINT, *_WORK),
    ),
    Route(
        hdrs.METH_POST,
        "/v1/checks",
        checks.create,
        "Find the mistakes of a template",
        "Reports every error and warning with its place, without making a document. With sample "
        "data, filling is tried too. As an ODT, the answer is the template itself with a comment "
        "at each finding. `Accept-Language` chooses among en, fr, nl, de, da and it.",
        file=_ODT,
        parts={
            "template": Part("An ODT or OTT."),
            "request": Part("Sample data.", CheckRequest, required=False),
        },
        answers=checks.ANSWERS,
        role=Role.DESIGN,
        problems=(*_BODY, *_FILE, *_WORK),
    ),
    *_REGISTRY,
    Route(
        hdrs.METH_GET,
        "/v1/quarantine",
        quarantine.show,
        "Documents refused because they crashed two processes",
        "For operators. A document is known by the SHA-256 of the file that was converted.",
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
    ),
    Route(hdrs.METH_GET, "/health/live", health.live, "Whether the process is alive", open=True),
    Route(
        hdrs.METH_GET,
        "/health/ready",
        health.ready,
        "Whether documents can be made now",
        "Answers 503 with the reasons while it is starting, stopping or unable to work.",
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
        "/problems/{name}",
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
        "/v1/documents/{id}{rest:.*}",
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
