"""The addresses of schemas, samples, previews and differences, for ``routes.py``."""

from __future__ import annotations

from aiohttp import hdrs
from greffier_converters.formats import OUTPUTS

from greffier import problem_types
from greffier.access.model import Role
from greffier.handlers import samples, understanding
from greffier.requests_understanding import PreviewRequest, SampleRequest, VersionQuery
from greffier.responses_understanding import DataAnswer, DiffAnswer, SamplesAnswer
from greffier.routing import BODY, FILE, PRINT, WORK, Route

#: How what is told of a live version may be refused.
_LOOKED_UP = (
    problem_types.REQUEST_INVALID,
    problem_types.TEMPLATE_NOT_FOUND,
    problem_types.VERSION_NOT_FOUND,
    problem_types.TEMPLATE_INVALID,
    *WORK,
)

SAMPLES = (
    Route(
        hdrs.METH_GET,
        "/v1/templates/{slug}/samples",
        samples.index,
        "The samples of a template",
        "Named sample data. Every version is rendered with each of them before it goes live.",
        answer=SamplesAnswer,
        role=Role.DESIGN,
        problems=(problem_types.TEMPLATE_NOT_FOUND,),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/templates/{slug}/samples/{name}",
        samples.show,
        "The data of a sample",
        answer=DataAnswer,
        role=Role.DESIGN,
        problems=(problem_types.TEMPLATE_NOT_FOUND, problem_types.SAMPLE_NOT_FOUND),
    ),
    Route(
        hdrs.METH_PUT,
        "/v1/templates/{slug}/samples/{name}",
        samples.put,
        "Keep a sample",
        "In the place of one of that name, where there is one. The body is the data itself.",
        model=SampleRequest,
        status=201,
        answers=(),
        also={204: "It has taken the place of the one of that name."},
        tells=(hdrs.LOCATION,),
        stores=True,
        role=Role.DESIGN,
        problems=(*BODY, problem_types.TEMPLATE_NOT_FOUND, problem_types.TOO_MANY_SAMPLES),
    ),
    Route(
        hdrs.METH_DELETE,
        "/v1/templates/{slug}/samples/{name}",
        samples.delete,
        "Forget a sample",
        status=204,
        answers=(),
        role=Role.DESIGN,
        problems=(problem_types.TEMPLATE_NOT_FOUND, problem_types.SAMPLE_NOT_FOUND),
    ),
)
UNDERSTANDING = (
    Route(
        hdrs.METH_GET,
        "/v1/templates/{slug}/schema",
        understanding.schema,
        "The JSON Schema of the data that a template needs",
        "That of its designer, else one made from what the template does. Templates of the library "
        "have one too.",
        query=VersionQuery,
        answers=(understanding.SCHEMA,),
        role=Role.RENDER,
        problems=_LOOKED_UP,
    ),
    Route(
        hdrs.METH_GET,
        "/v1/templates/{slug}/sample",
        understanding.sample,
        "Data that fills a template",
        "A sample of its designer that was rendered before the version went live, else invented "
        "data with everything in it. Templates of the library have one too.",
        answer=DataAnswer,
        query=VersionQuery,
        role=Role.RENDER,
        problems=_LOOKED_UP,
    ),
    Route(
        hdrs.METH_GET,
        "/v1/templates/{slug}/versions/{before}/diff/{after}",
        understanding.diff,
        "What changed from one version to another",
        "Fields, blocks, instructions, text, formatting, pictures and styles; as text for people "
        "with `Accept: text/plain`. `Accept-Language` chooses among en, fr, nl, de, da and it.",
        answers=understanding.DIFFS,
        answer=DiffAnswer,
        tells=(hdrs.CONTENT_LANGUAGE,),
        takes=(hdrs.ACCEPT_LANGUAGE,),
        role=Role.DESIGN,
        problems=(
            problem_types.TEMPLATE_NOT_FOUND,
            problem_types.VERSION_NOT_FOUND,
            *FILE,
            *WORK,
        ),
    ),
    Route(
        hdrs.METH_POST,
        "/v1/templates/{slug}/preview",
        understanding.preview,
        "See a version of a template",
        "A picture of a page, or the PDF, filled with data that is given, a sample by name, or "
        "invented data. Pictures that are sent beside the data are grey.",
        model=PreviewRequest,
        answers=(OUTPUTS["png"].media_type, OUTPUTS["pdf"].media_type),
        document=True,
        metered=True,
        takes=(hdrs.ACCEPT_LANGUAGE,),
        role=Role.DESIGN,
        problems=(
            *BODY,
            problem_types.ENGINE_NOT_ALLOWED,
            problem_types.TEMPLATE_NOT_FOUND,
            problem_types.VERSION_NOT_FOUND,
            problem_types.SAMPLE_NOT_FOUND,
            *FILE,
            problem_types.TEMPLATE_INVALID,
            problem_types.DATA_MISMATCH,
            problem_types.FILL_OVER_LIMITS,
            *PRINT,
            *WORK,
        ),
    ),
)
