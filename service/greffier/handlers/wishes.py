"""What a caller would rather have: the headers ``Accept`` and ``Accept-Language``."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import hdrs, web
from greffier_templates.telling.catalogues import nearest


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
