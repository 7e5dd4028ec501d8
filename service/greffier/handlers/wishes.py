"""What a caller would rather have: ``Accept``, ``Accept-Language``, ``Idempotency-Key``."""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import hdrs, web
from greffier_templates.telling.catalogues import nearest

from greffier.problems import Problem, fault, invalid

_JSON = "application/json"

IDEMPOTENCY_KEY = "Idempotency-Key"
#: The preference to be answered before the document is made.
ASYNC = "respond-async"
_KEY_LENGTH = 255
# A string of structured fields (RFC 9651, 3.3.3), as the draft has it; most send it without
# the quotes.
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')


class Manner(enum.StrEnum):
    """How a request for a document is answered."""

    #: With the document itself.
    DOCUMENT = "document"
    #: With its description, and where to fetch it.
    DESCRIPTION = "description"
    #: With the description of a document that is still to be made.
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody who asks for a document wants to be answered."""

    manner: Manner
    #: The idempotency key; empty: there is none.
    key: str

    @property
    def kept(self) -> bool:
        """Whether the document is to be kept."""
        return bool(self.key) or self.manner is not Manner.DOCUMENT


def wish_of(request: web.BaseRequest) -> Wish:
    """Say how a request for a document wants to be answered.

    Raises:
        Problem: its idempotency key cannot be one.
    """
    wanted = preferences(request, hdrs.ACCEPT)
    # Programs that take anything often name JSON first, for their other addresses.
    described = wanted[:1] == [_JSON] and "*/*" not in wanted
    manner = Manner.DESCRIPTION if described else Manner.DOCUMENT
    if ASYNC in _preferred(request):
        manner = Manner.LATER
    return Wish(manner, _idempotency_key(request))


def _preferred(request: web.BaseRequest) -> set[str]:
    """Name what ``Prefer`` asks for (RFC 7240); what is not known there is to be passed over."""
    given = ",".join(request.headers.getall("Prefer", []))
    return {re.split("[;=]", each)[0].strip().lower() for each in given.split(",")}


def _idempotency_key(request: web.BaseRequest) -> str:
    """Read the key (draft-ietf-httpapi-idempotency-key-header), with or without its quotes."""
    given = request.headers.getall(IDEMPOTENCY_KEY, [])
    if not given:
        return ""
    if len(given) > 1:
        raise _key_refused("It is given twice.")
    key = given[0].strip()
    if quoted := _QUOTED.fullmatch(key):
        key = re.sub(r"\\(.)", r"\1", quoted[1])
    if not key.isascii() or not key.isprintable() or not 0 < len(key) <= _KEY_LENGTH:
        raise _key_refused(f"It has 1 to {_KEY_LENGTH} printable ASCII characters.")
    return key


def _key_refused(message: str) -> Problem:
    return invalid([fault(IDEMPOTENCY_KEY, message, where="headers")])


def preferences(request: web.BaseRequest, header: str) -> list[str]:
    """The choices of a header in lower case, the most wanted first (RFC 9110, 12.4.2)."""
    weighed = []
    for choice in request.headers.get(header, "").split(","):
        name, _, parameters = choice.partition(";")
        weight = _weight(parameters)
        if name.strip() and weight > 0:
            weighed.append((weight, name.strip().lower()))
    return [name for _, name in sorted(weighed, key=lambda one: -one[0])]


def _weight(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def accepted(request: web.BaseRequest, offered: Sequence[str]) -> str | None:
    """The media type to answer with, the first offered where any will do; None: there is none."""
    for wanted in preferences(request, hdrs.ACCEPT) or ["*/*"]:
        for each in offered:
            if wanted in (each, "*/*", f"{each.partition('/')[0]}/*"):
                return each
    return None


def language_of(request: web.BaseRequest) -> str:
    """In which language the caller is told what is wrong with a template or its data."""
    return nearest(*preferences(request, hdrs.ACCEPT_LANGUAGE))
