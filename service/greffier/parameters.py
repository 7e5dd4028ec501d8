"""What stands in addresses and heads: the words of ``/openapi.json`` for each, by its name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from aiohttp import hdrs

from greffier.access.model import TENANT_HEADER
from greffier.requests import SLUG, TENANT

Json = dict[str, Any]

ID_HEADER = "X-Request-Id"

#: Name within ``{}``, after the word before it where that matters -> description and schema.
#: What does not fit is not found (404).
IN_PATH: Mapping[str, tuple[str, Json]] = {
    "tenant": ("Name of the tenant.", {"type": "string", "pattern": TENANT}),
    "key": (
        "Id of the key: the middle of its text.",
        {"type": "string", "pattern": "^[0-9a-f]{12}$"},
    ),
    "slug": ("Name of the template.", {"type": "string", "pattern": SLUG}),
    "number": (
        "Number of the version, from 1.",
        {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    ),
    "digest": (
        "SHA-256 of the file, hexadecimal.",
        {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    ),
    "before": (
        "Number of the one version.",
        {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    ),
    "after": (
        "Number of the other version.",
        {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    ),
    "samples/name": ("Name of the sample.", {"type": "string", "pattern": SLUG}),
    "webhooks/id": ("Id of the webhook.", {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"}),
    "proposals/number": (
        "Number of the proposal.",
        {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    ),
    "document": ("Id of the document.", {"type": "string", "pattern": "^[0-9a-f]{32}$"}),
    "fonts/id": (
        "Number of the font.",
        {"type": "integer", "minimum": 1, "maximum": 10**18 - 1},
    ),
    "problem": ("Name of the problem.", {"type": "string", "pattern": "^[a-z][a-z0-9-]*$"}),
}

#: Of a parameter that is not described; a test refuses it.
_ANYTHING: tuple[str, Json] = ("", {"type": "string"})


def in_path(path: str) -> Iterator[tuple[str, str, Json]]:
    """Give name, description and schema of each parameter in a path."""
    for before, name in re.findall(r"([\w-]+)/{(\w+)}", path):
        known = f"{before}/{name}"
        yield (name, *IN_PATH.get(known, IN_PATH.get(name, _ANYTHING)))


#: Name of a header that a request may have -> description and schema.
IN_HEAD: Mapping[str, tuple[str, Json]] = {
    ID_HEADER: (
        "Your name for the request: letters, digits and `._:-`, at most 128. It is in every line "
        "of the log and in the answer; another one takes the place of what cannot be one.",
        {"type": "string"},
    ),
    TENANT_HEADER: (
        "For operators of the installation: the tenant to act for. `default` when absent.",
        {"type": "string", "pattern": TENANT},
    ),
    "Prefer": ("`respond-async`: answer at once, and make the document later.", {"type": "string"}),
    "Idempotency-Key": (
        "Makes it safe to send the same request twice: 1 to 255 printable ASCII characters.",
        {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    ),
    hdrs.ACCEPT_LANGUAGE: (
        "Language of what is told to designers: en, fr, nl, de, da or it.",
        {"type": "string"},
    ),
}

#: Name of a header that an answer may have -> description and schema.
IN_ANSWER: Mapping[str, tuple[str, Json]] = {
    ID_HEADER: ("The request's id.", {"type": "string"}),
    hdrs.CONTENT_LANGUAGE: ("Language of what is told to people.", {"type": "string"}),
    hdrs.RETRY_AFTER: ("Seconds to wait.", {"type": "integer", "minimum": 1}),
    hdrs.WWW_AUTHENTICATE: ("`Bearer`: a key is needed.", {"type": "string"}),
    hdrs.ALLOW: ("The methods that the address takes.", {"type": "string"}),
    hdrs.LOCATION: ("Where it is.", {"type": "string", "format": "uri-reference"}),
    hdrs.ETAG: ("Changes with the content.", {"type": "string"}),
    hdrs.CONTENT_DISPOSITION: ("The name proposed for the file.", {"type": "string"}),
    hdrs.CONTENT_LOCATION: (
        "Where the document is kept, if it is.",
        {"type": "string", "format": "uri-reference"},
    ),
    "Preference-Applied": ("The preference that was followed (RFC 7240).", {"type": "string"}),
    "Idempotent-Replayed": (
        "`true`: it was made when the same was asked before.",
        {"type": "string"},
    ),
    "Greffier-Pages": (
        "Pages of the document; absent where the format has none.",
        {"type": "integer", "minimum": 0},
    ),
    "Greffier-Template": (
        "Name and version of the template; absent for one of the caller's own.",
        {"type": "string"},
    ),
    "Greffier-Warnings": (
        "How many things deserve a look, substituted fonts included.",
        {"type": "integer", "minimum": 0},
    ),
    "Greffier-Errors": (
        "How many mistakes must be mended, where the answer is a file.",
        {"type": "integer", "minimum": 0},
    ),
    "Greffier-Fonts-Substituted": (
        "Font families that were missing and replaced, percent-encoded, separated by commas.",
        {"type": "string"},
    ),
    "Greffier-Provenance": (
        "Where the document comes from: a dictionary of structured fields (RFC 9651) with "
        "`template`, `template-digest`, `data-digest`, `source-digest`, `engine`, `service` and "
        "`office`, as far as they apply.",
        {"type": "string"},
    ),
    "Server-Timing": ("Milliseconds in queue, fill, convert and finish.", {"type": "string"}),
}
