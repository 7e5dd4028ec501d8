"""The addresses of templates, their versions and what is live; joined to those of ``routes.py``."""

from __future__ import annotations

from aiohttp import hdrs

from greffier import problem_types
from greffier.access.model import Role
from greffier.handlers import library, live, templates, versions
from greffier.requests_registry import (
    Breaking,
    ExportQuery,
    HistoryQuery,
    ImportQuery,
    ListQuery,
    PublishRequest,
    RollbackRequest,
    TemplateChange,
    TemplateRequest,
    VersionRequest,
)
from greffier.routing import BODY, FILE, ODT, WORK, Part, Route

_IMPACT = (problem_types.BLOCK_IN_USE, *FILE, *WORK)
_LIVE = (
    *BODY,
    problem_types.ENGINE_NOT_ALLOWED,
    problem_types.TEMPLATE_NOT_FOUND,
    problem_types.VERSION_NOT_FOUND,
    problem_types.TEMPLATE_ARCHIVED,
    problem_types.VERSION_NOT_PUBLISHABLE,
    *_IMPACT,
)

REGISTRY = (
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
        problems=(*BODY, problem_types.TEMPLATE_EXISTS),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/templates/{slug}",
        templates.show,
        "A template",
        problems=(problem_types.TEMPLATE_NOT_FOUND,),
    ),
    Route(
        hdrs.METH_PATCH,
        "/v1/templates/{slug}",
        templates.change,
        "Say something else of a template",
        "What is left out stays as it is.",
        model=TemplateChange,
        role=Role.DESIGN,
        problems=(*BODY, problem_types.TEMPLATE_NOT_FOUND),
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
        file=ODT,
        parts={
            "template": Part("An ODT or OTT."),
            "request": Part("What is new in it.", VersionRequest, required=False),
            "schema": Part("A JSON Schema of the data, of your own.", required=False),
        },
        status=201,
        also={200: "These bytes are the newest version already; it was checked again."},
        role=Role.DESIGN,
        problems=(
            *BODY,
            problem_types.TEMPLATE_NOT_FOUND,
            problem_types.TEMPLATE_ARCHIVED,
            *FILE,
            *WORK,
        ),
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
        answers=(ODT,),
        role=Role.DESIGN,
        problems=(problem_types.TEMPLATE_NOT_FOUND, problem_types.VERSION_NOT_FOUND),
    ),
    Route(
        hdrs.METH_POST,
        "/v1/templates/{slug}/publish",
        live.publish,
        "Make a version the one that counts",
        "It is checked again first, with the blocks of today. An older version can be named to go "
        "back to it. A block is tried in all live templates that include it.",
        model=PublishRequest,
        role=Role.DESIGN,
        problems=_LIVE,
    ),
    Route(
        hdrs.METH_POST,
        "/v1/templates/{slug}/rollback",
        live.roll_back,
        "Go back to what was live before",
        "Twice goes back two steps. It is checked as when it is published.",
        model=RollbackRequest,
        body_required=False,
        role=Role.DESIGN,
        problems=(*_LIVE, problem_types.NOTHING_BEFORE),
    ),
    Route(
        hdrs.METH_POST,
        "/v1/templates/{slug}/withdraw",
        live.withdraw,
        "Let no version count any more",
        "Until one is published, or one goes back.",
        model=Breaking,
        body_required=False,
        role=Role.DESIGN,
        problems=(*BODY, problem_types.TEMPLATE_NOT_FOUND, *_IMPACT),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/templates/{slug}/publications",
        live.history,
        "What was live, and when",
        "The newest first. `before` is the `next` of the page before.",
        query=HistoryQuery,
        problems=(problem_types.REQUEST_INVALID, problem_types.TEMPLATE_NOT_FOUND),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/templates/{slug}/uses",
        templates.uses,
        "The live versions that include a block",
        "Themselves or through other blocks. For a block of `commons`, operators of the "
        "installation are told of how many tenants and templates there are `elsewhere`.",
        problems=(problem_types.TEMPLATE_NOT_FOUND,),
    ),
    Route(
        hdrs.METH_POST,
        "/v1/templates/{slug}/archive",
        templates.archive,
        "Put a template away",
        "It is neither listed nor rendered; nothing of it is lost, and its name stays taken.",
        model=Breaking,
        body_required=False,
        role=Role.DESIGN,
        problems=(*BODY, problem_types.TEMPLATE_NOT_FOUND, *_IMPACT),
    ),
    Route(
        hdrs.METH_POST,
        "/v1/templates/{slug}/unarchive",
        templates.unarchive,
        "Take a template out again",
        "What was live is live again.",
        role=Role.DESIGN,
        problems=(problem_types.TEMPLATE_NOT_FOUND,),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/library",
        library.export,
        "All templates as a zip",
        "A folder for each, fit for version control: the designer's file, `about.json`, "
        "`schema.json` and `samples`. The same library gives the same bytes.",
        query=ExportQuery,
        answers=(library.ZIP,),
        role=Role.DESIGN,
        problems=(
            problem_types.REQUEST_INVALID,
            problem_types.TEMPLATE_NOT_FOUND,
            problem_types.STORAGE_FULL,
        ),
    ),
    Route(
        hdrs.METH_POST,
        "/v1/library",
        library.take,
        "Take templates in from a zip",
        "What differs from what is there becomes new versions; nothing is deleted. Each template "
        "is taken wholly or not at all, and the answer says what became of it.",
        file=library.ZIP,
        query=ImportQuery,
        role=Role.DESIGN,
        problems=(*BODY, *FILE, *WORK),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/categories",
        templates.categories,
        "The categories of the templates, counted",
    ),
    Route(hdrs.METH_GET, "/v1/tags", templates.tags, "The tags of the templates, counted"),
)
