"""The addresses of fonts; joined to those of ``routes.py``."""

from __future__ import annotations

from aiohttp import hdrs

from greffier import problem_types
from greffier.access.model import Role
from greffier.handlers import fonts
from greffier.responses_fonts import FontsAnswer, NewFontAnswer
from greffier.routing import BODY, WORK, Part, Route

FONT_ROUTES = (
    Route(
        hdrs.METH_GET,
        "/v1/fonts",
        fonts.index,
        "List the fonts",
        "Those of the tenant, and under `machine` the families that every tenant has.",
        answer=FontsAnswer,
        role=Role.DESIGN,
    ),
    Route(
        hdrs.METH_POST,
        "/v1/fonts",
        fonts.create,
        "Bring a font",
        "The tenant's documents are made with it from then on, and no other tenant's. A TTF or OTF "
        "whose maker lets documents embed it; each style is a font of its own.",
        parts={"font": Part("The font file.")},
        status=201,
        answer=NewFontAnswer,
        tells=(hdrs.LOCATION,),
        role=Role.DESIGN,
        problems=(
            *BODY,
            problem_types.NOT_THE_DECLARED_TYPE,
            problem_types.FILE_DAMAGED,
            problem_types.FILE_OVER_LIMITS,
            problem_types.FONT_REFUSED,
            problem_types.FONT_EXISTS,
            problem_types.TOO_MANY_FONTS,
            *WORK,
        ),
    ),
    Route(
        hdrs.METH_DELETE,
        "/v1/fonts/{id}",
        fonts.remove,
        "Erase a font",
        "Documents that are just being made keep it.",
        status=204,
        answers=(),
        role=Role.DESIGN,
        problems=(problem_types.FONT_NOT_FOUND,),
    ),
)
