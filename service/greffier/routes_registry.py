"""The addresses of templates, their versions and what is live; joined to those of ``routes.py``."""

from __future__ import annotations

from aiohttp import hdrs

from greffier import problem_types
from greffier.access.model import Role
from greffier.handlers import templates, versions
from greffier.requests_registry import (
    ListQuery,
    PublishRequest,
    TemplateRequest,
    VersionRequest,
)
from greffier.routing import BODY, FILE, ODT, WORK, Part, Route

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
        role=Role.DESIGN,
        problems=(*BODY, problem_types.TEMPLATE_NOT_FOUND, *FILE, *WORK),
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
        versions.publish,
        "Make a version the one that counts",
        "It is checked again first, with the blocks of today. An older version can be named to go "
        "back to it.",
        model=PublishRequest,
        role=Role.DESIGN,
        problems=(
            *BODY,
            problem_types.TEMPLATE_NOT_FOUND,
            problem_types.VERSION_NOT_FOUND,
            problem_types.VERSION_NOT_PUBLISHABLE,
            *WORK,
        ),
    ),
)
