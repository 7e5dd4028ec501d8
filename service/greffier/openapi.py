"""The OpenAPI 3.1 description, made from the routes, the models and the problems."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from greffier.problem_types import ISSUER_UNAVAILABLE, KEY_MISSING, KEY_REFUSED, ProblemType
from greffier.problems import MEDIA_TYPE
from greffier.routes import PUBLISHED
from greffier.routing import Part, Route

Json = dict[str, Any]

_REF = "#/components/schemas/{model}"
_FILE = {"type": "string", "contentMediaType": "application/octet-stream"}

_DOCUMENT_HEADERS = {
    "Greffier-Pages": ("integer", "Pages of the document; absent where the format has none."),
    "Greffier-Template": ("string", "Name of the template; absent for one of the caller's own."),
    "Greffier-Warnings": ("integer", "How many things deserve a look, substituted fonts included."),
    "Greffier-Fonts-Substituted": (
        "string",
        "Font families that were missing and replaced, percent-encoded, separated by commas.",
    ),
    "Greffier-Provenance": (
        "string",
        "Where the document comes from: a dictionary of structured fields (RFC 9651) with "
        "`template`, `template-digest`, `data-digest`, `source-digest`, `engine`, `service` and "
        "`office`, as far as they apply.",
    ),
    "Server-Timing": ("string", "Milliseconds in queue, fill, convert and finish."),
    "Content-Disposition": ("string", "The name proposed for the file."),
}

_FAULT = {
    "type": "object",
    "required": ["where", "field", "message"],
    "properties": {
        "where": {"type": "string", "description": "Place, in the words of whoever made it."},
        "field": {"type": "string", "description": "Field, instruction or member at fault."},
        "message": {"type": "string", "description": "What is wrong."},
        "hint": {"type": "string", "description": "What to do about it."},
        "code": {"type": "string", "description": "Stable name of the mistake."},
        "severity": {"enum": ["error", "warning", "info"]},
        "pointer": {
            "type": "string",
            "description": "Where it is in the data, where that is known: a JSON pointer.",
        },
    },
}

_PROBLEM = {
    "type": "object",
    "description": "Why a request was refused (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance", "retryable"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "retryable": {
            "type": "boolean",
            "description": "Whether the same request may succeed later, unchanged.",
        },
        "phase": {
            "enum": ["request", "template", "fill", "load", "layout", "export", "finish"],
            "description": "Where in the work it happened.",
        },
        "limit": {"type": "string", "description": "Name of the limit that was met."},
        "errors": {"type": "array", "items": {"$ref": _REF.format(model="Fault")}},
    },
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
            "schemas": {**_schemas(), "Fault": _FAULT, "Problem": _PROBLEM},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas() -> Json:
    models = {route.model for route in PUBLISHED if route.model} | {
        part.model for route in PUBLISHED for part in route.parts.values() if part.model
    }
    ordered = sorted(models, key=lambda model: model.__name__)
    _, schema = models_json_schema([(each, "validation") for each in ordered], ref_template=_REF)
    schemas: Json = schema["$defs"]
    return schemas


def _operation(route: Route) -> Json:
    operation: Json = {
        "operationId": "_".join(route.operation),
        "summary": route.summary,
        "responses": {
            str(route.status): _answer(route),
            **{
                str(each): {**_answer(route), "description": said}
                for each, said in route.also.items()
            },
            **_refusals(route),
        },
    }
    if route.description:
        operation["description"] = route.description
    if names := re.findall(r"{(\w+)}", route.path):
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in names
        ]
    if content := _bodies(route):
        operation["requestBody"] = {"required": route.body_required, "content": content}
    if route.open:
        operation["security"] = []
    return operation


def _bodies(route: Route) -> Json:
    content: Json = {}
    if route.model:
        content["application/json"] = {"schema": _ref(route.model)}
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
    encoding = {
        name: {"contentType": "application/json"}
        for name, part in route.parts.items()
        if part.model
    }
    return {"schema": schema, **({"encoding": encoding} if encoding else {})}


def _part(part: Part) -> Json:
    return {**(_ref(part.model) if part.model else _FILE), "description": part.description}


def _answer(route: Route) -> Json:
    schema: Json = _FILE if route.document else {}
    answer: Json = {"description": "The document." if route.document else route.summary}
    if route.answers:
        answer["content"] = {media_type: {"schema": schema} for media_type in route.answers}
    if route.document:
        answer["headers"] = {
            name: {"description": description, "schema": {"type": kind}}
            for name, (kind, description) in _DOCUMENT_HEADERS.items()
        }
    return answer


def _refusals(route: Route) -> Json:
    """Describe the problems of a route, those of the same status together."""
    by_status: dict[int, list[ProblemType]] = {}
    key = () if route.open else (KEY_MISSING, KEY_REFUSED, ISSUER_UNAVAILABLE)
    for each in (*key, *route.problems):
        by_status.setdefault(each.status, []).append(each)
    return {
        str(status): {
            "description": _titles(by_status[status]),
            "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}},
        }
        for status in sorted(by_status)
    }


def _titles(problems: Iterable[ProblemType]) -> str:
    return "\n".join(f"- `{each.name}`: {each.title}." for each in problems)


def _ref(model: type[BaseModel]) -> Json:
    return {"$ref": _REF.format(model=model.__name__)}
