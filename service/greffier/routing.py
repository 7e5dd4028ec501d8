"""What a row of ``routes.py`` says, and how addresses refuse in common."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp import hdrs
from aiohttp.typedefs import Handler
from greffier_converters.formats import INPUTS
from pydantic import BaseModel

from greffier import problem_types
from greffier.access.model import Role
from greffier.problem_types import ProblemType
from greffier.responses import Answer

ODT = INPUTS["odt"].media_type
JSON = "application/json"


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
    #: Whether there must be a body.
    body_required: bool = True
    #: Media type of a body that is a file: the only one where there is no form, too.
    file: str = ""
    #: Parts of a form that it takes.
    parts: dict[str, Part] = field(default_factory=dict)
    #: Whether a form may have further parts: files under names of the caller's.
    more_files: bool = False
    #: Status and media types of the answer; without types it is empty.
    status: int = 200
    answers: tuple[str, ...] = (JSON,)
    #: Further statuses of success, and what they say.
    also: dict[int, str] = field(default_factory=dict)
    #: What a JSON answer holds.
    answer: type[Answer] | None = None
    #: Headers that the answer has, besides those of all; see ``parameters.IN_ANSWER``.
    tells: tuple[str, ...] = ()
    #: Whether the answer is a document, with the headers that go with one.
    document: bool = False
    #: What is answered when the document is to be kept (201), or made later (202).
    described: type[Answer] | None = None
    #: Headers of a request that count here, besides those of all; see ``parameters.IN_HEAD``.
    takes: tuple[str, ...] = ()
    #: How it may refuse, besides what every address may say.
    problems: tuple[ProblemType, ...] = ()
    #: Parameters that it takes; None: none.
    query: type[BaseModel] | None = None
    #: Open to all, without a key.
    open: bool = False
    #: What a key must be allowed; None: any key of a tenant will do.
    role: Role | None = None
    #: Only for the operator of the installation.
    installation: bool = False
    #: Whether the tenant's quotas of requests and pages hold here.
    metered: bool = False
    #: Whether what is sent here is kept, so that the tenant must have room for it.
    stores: bool = False
    #: Of a later version: refused by name, and not in the documentation.
    reserved: bool = False

    @property
    def operation(self) -> tuple[str, str]:
        """What is worked on and what is done to it: ``documents``, ``create``."""
        return self.handler.__module__.rpartition(".")[2], self.handler.__name__

    @property
    def action(self) -> str:
        """How it is called in the records; empty: it changes nothing and is not recorded."""
        if self.method == hdrs.METH_GET or self.open or self.reserved:
            return ""
        return ".".join(self.operation)


BODY = (
    problem_types.REQUEST_MALFORMED,
    problem_types.REQUEST_INVALID,
    problem_types.BODY_TOO_SLOW,
    problem_types.BODY_TOO_LARGE,
    problem_types.TYPE_NOT_ACCEPTED,
)
FILE = (
    problem_types.NOT_THE_DECLARED_TYPE,
    problem_types.FILE_DAMAGED,
    problem_types.FILE_ENCRYPTED,
    problem_types.FILE_OVER_LIMITS,
    problem_types.FILE_UNSAFE,
)
WORK = (
    problem_types.QUEUE_FULL,
    problem_types.INTERNAL_ERROR,
    problem_types.PROCESS_CRASHED,
    problem_types.NOT_READY,
    problem_types.WAITED_TOO_LONG,
    problem_types.DEADLINE_EXCEEDED,
    problem_types.STORAGE_FULL,
)
PRINT = (
    problem_types.OPTION_REFUSED,
    problem_types.DOCUMENT_REJECTED,
    problem_types.DOCUMENT_QUARANTINED,
)
#: Of a document that is kept.
KEEP = (
    problem_types.IDEMPOTENCY_CONFLICT,
    problem_types.IDEMPOTENCY_IN_PROGRESS,
    problem_types.DOCUMENT_ERASED,
    problem_types.STORE_UNAVAILABLE,
)
