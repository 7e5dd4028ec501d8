"""The OpenAPI 3.1 description, made from the routes, the models and the problems."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from aiohttp import hdrs
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from greffier import problem_types as types
from greffier.access.model import TENANT_HEADER
from greffier.parameters import ID_HEADER, IN_ANSWER, IN_HEAD, in_path
from greffier.problem_types import ProblemType
from greffier.problems import MEDIA_TYPE
from greffier.responses import Problem
from greffier.routes import PUBLISHED
from greffier.routing import Part, Route

Json = dict[str, Any]

_JSON = "application/json"
_REF = "#/components/schemas/{model}"
_FILE = {"type": "string", "contentMediaType": "application/octet-stream"}

_DOCUMENT_HEADERS = (
    hdrs.CONTENT_DISPOSITION,
    "Greffier-Pages",
    "Greffier-Template",
    "Greffier-Warnings",
    "Greffier-Fonts-Substituted",
    "Greffier-Provenance",
    "Server-Timing",
    hdrs.ETAG,
    hdrs.CONTENT_LOCATION,
    "Idempotent-Replayed",
)
#: How every address may refuse, and how every address that is not open may.
_ANYWHERE = (types.REQUEST_MALFORMED, types.REQUEST_INVALID, types.INTERNAL_ERROR)
_BEHIND_THE_DOOR = (
    types.KEY_MISSING,
    types.KEY_REFUSED,
    types.NOT_ALLOWED,
    types.TENANT_NOT_FOUND,
    types.STORE_UNAVAILABLE,
    types.ISSUER_UNAVAILABLE,
)
#: Headers of refusals by their status.
_REFUSAL_HEADERS = {
    types.KEY_MISSING.status: (hdrs.WWW_AUTHENTICATE,),
    types.QUEUE_FULL.status: (hdrs.RETRY_AFTER,),
    types.NOT_READY.status: (hdrs.RETRY_AFTER,),
}


@functools.cache
def document() -> Json:
    """Describe the whole interface."""
    paths: dict[str, Json] = {}
    for route in PUBLISHED:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Greffier",
            "version": version("greffier"),
            "summary": "Letters, permits and council decisions from LibreOffice templates.",
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas() -> Json:
    models: set[type[BaseModel]] = {Problem}
    for route in PUBLISHED:
        models |= {
            each for each in (route.model, route.query, route.answer, route.described) if each
        }
        models |= {part.model for part in route.parts.values() if part.model}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, schema = models_json_schema([(each, "validation") for each in ordered], ref_template=_REF)
    schemas: Json = schema["$defs"]
    return schemas


def _operation(route: Route) -> Json:
    operation: Json = {
        "operationId": "_".join(route.operation),
        "summary": route.summary,
        "parameters": _parameters(route),
        "responses": {
            str(route.status): _answer(route),
            **{
                str(each): {**_answer(route), "description": said}
                for each, said in route.also.items()
            },
        },
    }
    if route.described:
        operation["responses"] |= _descriptions(route.described)
    for status, refusal in _refusals(route).items():
        operation["responses"].setdefault(status, refusal)
    if route.description:
        operation["description"] = route.description
    if content := _bodies(route):
        operation["requestBody"] = {"required": route.body_required, "content": content}
    if route.open:
        operation["security"] = []
    return operation


def _parameters(route: Route) -> list[Json]:
    path = [
        {"name": name, "in": "path", "required": True, **_told(description, schema)}
        for name, description, schema in in_path(route.path)
    ]
    everywhere = (ID_HEADER,) if route.open else (ID_HEADER, TENANT_HEADER)
    in_head = [
        {"name": name, "in": "header", "required": False, **_told(*IN_HEAD[name])}
        for name in (*route.takes, *everywhere)
    ]
    return [*path, *_query(route), *in_head]


def _query(route: Route) -> list[Json]:
    if route.query is None:
        return []
    schema = route.query.model_json_schema(ref_template=_REF)
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            **_told(member.get("description", ""), member),
        }
        for name, member in schema["properties"].items()
    ]


def _told(description: str, schema: Json) -> Json:
    bare = {name: each for name, each in schema.items() if name not in ("description", "title")}
    return {"description": description, "schema": bare}


def _bodies(route: Route) -> Json:
    content: Json = {}
    if route.model:
        content[_JSON] = {"schema": _ref(route.model)}
    if route.file:
        content[route.file] = {"schema": _FILE}
    if route.parts:
        content["multipart/form-data"] = _form(route)
    return content


def _form(route: Route) -> Json:
    schema: Json = {
        "type": "object",
        "properties": {name: _part(part) for name, part in route.parts.items()},
        "required": [name for name, part in route.parts.items() if part.required],
        "additionalProperties": _FILE if route.more_files else False,
    }
    encoding = {name: {"contentType": _JSON} for name, part in route.parts.items() if part.model}
    return {"schema": schema, **({"encoding": encoding} if encoding else {})}


def _part(part: Part) -> Json:
    return {**(_ref(part.model) if part.model else _FILE), "description": part.description}


def _answer(route: Route) -> Json:
    answer: Json = {"description": "The document." if route.document else route.summary}
    if route.answers:
        answer["content"] = {
            media_type: {"schema": _content(route, media_type)} for media_type in route.answers
        }
    told = _DOCUMENT_HEADERS if route.document else route.tells
    answer["headers"] = _headers(told, always=() if route.document else route.tells)
    return answer


def _descriptions(model: type[BaseModel]) -> Json:
    content = {_JSON: {"schema": _ref(model)}}
    kept, later = (hdrs.LOCATION,), (hdrs.LOCATION, hdrs.RETRY_AFTER, "Preference-Applied")
    again = ("Idempotent-Replayed",)
    return {
        "201": {
            "description": "The document is kept; `Accept: application/json` asked for this.",
            "content": content,
            "headers": _headers((*kept, *again), always=kept),
        },
        "202": {
            "description": "The document is made later; `Prefer: respond-async` asked for this.",
            "content": content,
            "headers": _headers((*later, *again), always=later),
        },
    }


def _content(route: Route, media_type: str) -> Json:
    if media_type == _JSON:
        return _ref(route.answer) if route.answer else {"type": "object"}
    if media_type.endswith("+json"):
        return {"type": "object"}
    return {"type": "string"} if media_type.startswith("text/") else _FILE


def _headers(names: Iterable[str], *, always: Iterable[str]) -> Json:
    """Describe headers of an answer; the request's id is in all."""
    must = {ID_HEADER, *always}
    return {
        name: {"required": name in must, **_told(*IN_ANSWER[name])} for name in (ID_HEADER, *names)
    }


def _refusals(route: Route) -> Json:
    """Describe the problems of a route, those of the same status together."""
    by_status: dict[int, dict[str, ProblemType]] = {}
    door = () if route.open else _BEHIND_THE_DOOR
    quotas = [types.QUOTA_MET] * route.metered + [types.STORE_QUOTA_MET] * (
        route.stores or route.described is not None
    )
    for each in (*_ANYWHERE, *door, *quotas, *route.problems):
        by_status.setdefault(each.status, {})[each.name] = each
    return {
        str(status): _refusal(status, by_status[status].values()) for status in sorted(by_status)
    }


def _refusal(status: int, problems: Iterable[ProblemType]) -> Json:
    headers = _REFUSAL_HEADERS.get(status, ())
    return {
        "description": "\n".join(f"- `{each.name}`: {each.title}." for each in problems),
        "content": {MEDIA_TYPE: {"schema": _ref(Problem)}},
        "headers": _headers((hdrs.CONTENT_LANGUAGE, *headers), always=headers),
    }


def _ref(model: type[BaseModel]) -> Json:
    return {"$ref": _REF.format(model=model.__name__)}
