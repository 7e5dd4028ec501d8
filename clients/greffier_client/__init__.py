"""The Python client of a Greffier service.

``Client`` blocks and works in any thread (Django, Zope, Celery, a script);
``AsyncClient`` is its asyncio twin::

    from greffier_client import Client

    with Client("http://127.0.0.1:8080") as greffier:
        greffier.render("accuse-reception", {"nom": "Lambert"}, to="letter.pdf")
"""

from .aio import AsyncClient
from .errors import (
    AccessRefused,
    ContentRefused,
    DeadlineExceeded,
    GreffierError,
    NotFound,
    ProblemError,
    RequestRefused,
    ServiceBusy,
    ServiceFailed,
    ServiceUnreachable,
)
from .model import Document, FieldError, KeptDocument, Problem, Report, Retry
from .sync import Client

__all__ = [
    "AccessRefused",
    "AsyncClient",
    "Client",
    "ContentRefused",
    "DeadlineExceeded",
    "Document",
    "FieldError",
    "GreffierError",
    "KeptDocument",
    "NotFound",
    "Problem",
    "ProblemError",
    "Report",
    "RequestRefused",
    "Retry",
    "ServiceBusy",
    "ServiceFailed",
    "ServiceUnreachable",
]
