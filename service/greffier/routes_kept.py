"""The addresses of documents that are kept; joined to those of ``routes.py``."""

from __future__ import annotations

from aiohttp import hdrs
from greffier_converters.formats import OUTPUTS

from greffier import problem_types
from greffier.access.model import Role
from greffier.handlers import kept
from greffier.requests_kept import DocumentsQuery
from greffier.responses_kept import KeptAnswer, KeptListAnswer
from greffier.routing import Route

_KEPT = (
    problem_types.DOCUMENT_NOT_FOUND,
    problem_types.STORE_UNAVAILABLE,
)

KEPT = (
    Route(
        hdrs.METH_GET,
        "/v1/documents",
        kept.index,
        "List the documents that are kept",
        "Those that this key asked for, the newest first; a key with the role `operate` sees those "
        "of all keys of its tenant. `after` is the id that the page before ended with.",
        answer=KeptListAnswer,
        query=DocumentsQuery,
        role=Role.RENDER,
    ),
    Route(
        hdrs.METH_GET,
        "/v1/documents/{document}",
        kept.show,
        "What is told of a document",
        "How far it has come, and once it is done its file name, size, pages, warnings, fonts and "
        "provenance; of one that could not be made, the problem.",
        answer=KeptAnswer,
        role=Role.RENDER,
        problems=_KEPT,
    ),
    Route(
        hdrs.METH_GET,
        "/v1/documents/{document}/content",
        kept.content,
        "The document",
        "With the headers that it has when it is answered at once, and an `ETag`.",
        answers=tuple(output.media_type for output in OUTPUTS.values()),
        document=True,
        role=Role.RENDER,
        problems=(
            *_KEPT,
            problem_types.DOCUMENT_NOT_READY,
            problem_types.DOCUMENT_FAILED,
            problem_types.STORED_FILE_LOST,
            problem_types.STORAGE_FULL,
        ),
    ),
    Route(
        hdrs.METH_DELETE,
        "/v1/documents/{document}",
        kept.erase,
        "Erase a document now",
        "Its bytes and all that is told of it are gone when this is answered. Its idempotency key "
        "cannot be used for another request before the time of the document is over.",
        status=204,
        answers=(),
        role=Role.RENDER,
        problems=_KEPT,
    ),
)
