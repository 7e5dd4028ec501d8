"""Every address of the service, in one list; the documentation is made from it too."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp import hdrs
from aiohttp.typedefs import Handler
from greffier_converters.formats import INPUTS, OUTPUTS
from pydantic import BaseModel

from greffier import problem_types
from greffier.handlers import checks, conversions, docs, documents, health, quarantine, reserved
from greffier.problem_types import ProblemType
from greffier.requests import CheckRequest, DocumentRequest, OutputRequest

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
    #: Open to all, without a key.
    open: bool = False


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
        problems=(*_BODY, *_FILE, *_WORK),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/quarantine",
        quarantine.show,
        "Documents refused because they crashed two processes",
        "For operators. A document is known by the SHA-256 of the file that was converted.",
    ),
    Route(
        hdrs.METH_DELETE,
        "/v1/quarantine/{digest}",
        quarantine.lift,
        "Let a refused document in again",
        "For operators, once they have found out why it crashed LibreOffice.",
        status=204,
        answers=(),
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
    Route(hdrs.METH_ANY, path, reserved.address, "")
    for path in (
        "/v1/documents/{id}{rest:.*}",
        "/v1/templates{rest:.*}",
        "/v1/batches{rest:.*}",
        "/studio{rest:.*}",
    )
)

PUBLISHED: tuple[Route, ...] = _PUBLISHED
ROUTES: tuple[Route, ...] = (*_PUBLISHED, *_RESERVED)
#: Patterns of the addresses that there are in this version.
PATHS = frozenset(route.path for route in PUBLISHED)
#: Patterns of the addresses that need no key.
OPEN = frozenset(route.path for route in ROUTES if route.open)
