"""The pages for people: ``/docs`` and ``/problems``; self-contained, without any script."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from http import HTTPStatus
from typing import Any

from greffier.problem_types import ProblemType

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
       color: #1b1b1b; background: #fff; }
h2 { margin-top: 2.5rem; border-top: 1px solid #ccc; padding-top: 1rem; }
code { background: #f2f2f2; padding: 0 .25em; border-radius: 3px; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0;
         border-bottom: 1px solid #e5e5e5; }
summary { cursor: pointer; }
.method { font-weight: 700; }
"""


def docs(openapi: Mapping[str, Any]) -> str:
    """Write the page that describes the interface."""
    sections = [
        _operation(path, method, operation)
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    ]
    schemas = [
        f'<h3 id="{name}">{name}</h3>{_text(schema.get("description", ""))}{_members(schema)}'
        for name, schema in openapi["components"]["schemas"].items()
        if "properties" in schema
    ]
    title = f"{openapi['info']['title']} {openapi['info']['version']}"
    intro = (
        f"<p>{escape(openapi['info']['summary'])} "
        'For programs: <a href="/openapi.json">/openapi.json</a>. '
        'Refusals: <a href="/problems">/problems</a>.</p>'
    )
    return _page(title, f"{intro}{''.join(sections)}<h2>Members</h2>{''.join(schemas)}")


def problems(types: Iterable[ProblemType]) -> str:
    """Write the page that lists all problems."""
    rows = "".join(
        f'<tr><td>{each.status}</td><td><a href="/problems/{each.name}">{each.name}</a></td>'
        f"<td>{escape(each.title)}</td></tr>"
        for each in types
    )
    return _page("Problems", f"<table><tr><th>Status<th>Type<th>Meaning</tr>{rows}</table>")


def problem(found: ProblemType) -> str:
    """Write the page that explains one problem."""
    again = (
        "The same request may succeed later, unchanged."
        if found.retryable
        else "The same request will be refused again, unless something is changed."
    )
    status = f"{found.status} {HTTPStatus(found.status).phrase}"
    body = (
        f"<p><code>{found.name}</code>, HTTP status {escape(status)}</p>"
        f"{_text(found.explanation)}<p>{again}</p>"
        '<p><a href="/problems">All problems</a> · <a href="/docs">The interface</a></p>'
    )
    return _page(found.title, body)


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> str:
    refusals = "".join(
        f"<tr><td>{status}</td><td>{_lines(answer['description'])}</td></tr>"
        for status, answer in operation["responses"].items()
        if not status.startswith("2")
    )
    table = f"<details><summary>Refusals</summary><table>{refusals}</table></details>"
    return (
        f'<h2><span class="method">{method.upper()}</span> <code>{escape(path)}</code></h2>'
        f"<p>{escape(operation['summary'])}.</p>{_text(operation.get('description', ''))}"
        f"{_body(operation)}{_headers(operation)}{table if refusals else ''}"
    )


def _body(operation: Mapping[str, Any]) -> str:
    parts = []
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        schema = content["schema"]
        if "$ref" in schema:
            what = f": {_link(schema)}"
        elif "properties" in schema:
            what = f":{_members(schema)}"
        else:
            what = ": the file itself"
        parts.append(f"<div>Takes <code>{media_type}</code>{what}</div>")
    return "".join(parts)


def _headers(operation: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{name}</code></td><td>{escape(header['description'])}</td></tr>"
        for status, answer in operation["responses"].items()
        if status.startswith("2")
        for name, header in answer.get("headers", {}).items()
    )
    return f"<p>The answer has these headers:</p><table>{rows}</table>" if rows else ""


def _members(schema: Mapping[str, Any]) -> str:
    required = schema.get("required", ())
    rows = "".join(
        f"<tr><td><code>{name}</code></td><td>{_kind(member)}</td>"
        f"<td>{'required' if name in required else _default(member)}</td>"
        f"<td>{_inline(member.get('description', ''))}</td></tr>"
        for name, member in schema["properties"].items()
    )
    return f"<table>{rows}</table>"


def _kind(member: Mapping[str, Any]) -> str:
    if "$ref" in member:
        return _link(member)
    if "anyOf" in member:
        kinds = [_kind(each) for each in member["anyOf"] if each.get("type") != "null"]
        return " or ".join(kinds)
    values = member.get("enum") or ([member["const"]] if "const" in member else [])
    if values:
        return ", ".join(f"<code>{escape(str(value))}</code>" for value in values)
    if "contentMediaType" in member:
        return "file"
    return escape(str(member.get("type", "")))


def _default(member: Mapping[str, Any]) -> str:
    default = member.get("default")
    return "" if default is None else f"<code>{escape(str(default))}</code>"


def _link(member: Mapping[str, Any]) -> str:
    name = member["$ref"].rpartition("/")[2]
    return f'<a href="#{name}">{name}</a>'


def _text(text: str) -> str:
    return f"<p>{_inline(text)}</p>" if text else ""


def _lines(text: str) -> str:
    return "<br>".join(_inline(line.removeprefix("- ")) for line in text.splitlines())


def _inline(text: str) -> str:
    """Escape a text; what stands between backquotes becomes code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1>{body}</body></html>\n"
    )
