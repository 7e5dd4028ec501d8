"""The JSON Schema (2020-12) of the data that a template needs, made from what it does with it.

https://json-schema.org/draft/2020-12. It lets through whatever fills without an error: what
only one branch does with a name is told in words, and required of nobody who is in the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..blocks.loading import NO_BLOCKS, Loader
from ..rich.asking import MEMBER
from ..telling.wording import say
from . import shapes
from .hints import example
from .kinds import TYPES, accepted, bound, kind_of, type_of
from .needs import needs
from .outline import Outline, outline
from .shapes import ALL, NOTHINGS, Shape, Use

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NOTHING = "nothing"
_PRINTED = "text"
_Json = dict[str, Any]
#: What a place of the data holds, told to people.
_KINDS: Mapping[str, str] = {
    "account": say("A bank account (IBAN)."),
    "address": say("An address: name, street, house_number, postal_code, town, country."),
    "amount": say("An amount: a number, or the same as text, “12.50”."),
    "article": say("A number of twelve or thirteen digits (EAN-13)."),
    "condition": say(
        "Asked only whether there is anything: yes or no, or something that may be empty."
    ),
    "currency": say("A currency by its code, “EUR”."),
    "date": say("A date, “2026-03-31”."),
    "html": say("Formatted text, as HTML."),
    "integer": say("A whole number."),
    "list": say("A list."),
    "locale": say("A language by its code, “fr_BE”."),
    "moment": say("A date with the time, “2026-03-31T14:30:00+02:00”."),
    "notice": say("The 18 digits of an Italian payment notice."),
    "number": say("A number."),
    "object": "",
    "picture": say(
        "A picture: base64 text, a data URI, or the name of one that is sent beside the data."
    ),
    "phone": say("A telephone number."),
    "reference": say("A payment reference: its number, or the whole of it."),
    "sex": say("A sex: “m”, “f” or “x”."),
    "share": say("A share: 0.21 is 21 %."),
    "swiss account": say("A Swiss bank account (IBAN)."),
    "table": say("A table of values by name."),
    "time": say("A time, “19:30”."),
    "tax code": say("The 11 digits of an Italian tax code."),
    "text": say("A text or a number."),
    "value": "",
}


def schema(source: bytes, loader: Loader = NO_BLOCKS) -> _Json:
    """The schema of the data that a template and the blocks it includes need.

    Raises:
        FileRefused: it is not an ODT or OTT that may be opened.
        TemplateInvalid: it has mistakes; the findings are all of them.
    """
    return schema_of(outline(source, loader))


def schema_of(template: Outline) -> _Json:
    """The schema of the data that a template, read already, needs."""
    data = needs(template)
    written = {"$schema": DIALECT, **_of_members(data), "type": "object"}
    definitions = {name: one for name, one in _definitions().items() if _mentions(written, name)}
    return written | ({"$defs": definitions} if definitions else {})


def _definitions() -> _Json:
    """What is said in one place because it is said so often."""
    return {
        _PRINTED: {
            "description": say(
                "A text or a number; formatted text is sent as {example}.",
                example='{"$html": "<p>…</p>"}',
            ),
            "type": [one for one in TYPES if one in shapes.PRINTED.takes],
            "properties": {MEMBER: {"type": ["string", "null"]}},
            "required": [MEMBER],
            "maxProperties": 1,
        },
        _NOTHING: {
            "description": say("What a condition takes for no."),
            "enum": list(NOTHINGS),
        },
    }


def _of_members(shape: Shape) -> _Json:
    written: _Json = {}
    if shape.members:
        written["properties"] = {name: _of(member) for name, member in shape.members.items()}
    if required := shape.required():
        written["required"] = required
    return written


def _of(shape: Shape) -> _Json:
    """The schema of one place of the data."""
    always, guarded, spared = accepted(shape)
    written, constraints = _about(shape), _constraints(shape, guarded)
    if guarded == always or not spared:
        return written | constraints
    nothings = [one for one in spared if type_of(one) in always]
    if nothings == list(NOTHINGS):
        return written | {"anyOf": [constraints, {"$ref": f"#/$defs/{_NOTHING}"}]}
    return written | {"anyOf": [constraints, {"enum": nothings}]}


def _constraints(shape: Shape, types: frozenset[str]) -> _Json:
    written: _Json = {}
    if types == shapes.PRINTED.takes and not shape.members:
        return {"$ref": f"#/$defs/{_PRINTED}"}
    if types != ALL:
        integer = "number" in types and _is_bound(shape, shapes.INTEGER)
        named = ["integer" if integer and one == "number" else one for one in TYPES if one in types]
        written["type"] = named[0] if len(named) == 1 else named
    if "string" in types:
        written |= _of_texts(shape)
    if "object" in types:
        written |= _of_members(shape)
        if shape.others is not None:
            written["additionalProperties"] = _of(shape.others)
    if "array" in types and shape.items is not None:
        written["items"] = _of(shape.items)
        if shape.least_items and _is_bound(shape, shapes.INDEXED):
            written["minItems"] = shape.least_items
        # Going through an object gives its names, which are texts.
        has_members = shape.members or shape.others
        if not has_members and "object" in types and "string" not in accepted(shape.items)[1]:
            written["maxProperties"] = 0
    return written


def _of_texts(shape: Shape) -> _Json:
    formats = {use.format for use in bound(shape) if use.format}
    if formats == {"date", "date-time"}:
        formats.remove("date")
    written: _Json = {"format": formats.pop()} if len(formats) == 1 else {}
    if _is_bound(shape, shapes.PICTURE):
        written["contentEncoding"] = "base64"
    if _is_bound(shape, shapes.HTML):
        written["contentMediaType"] = "text/html"
    return written


def _about(shape: Shape) -> _Json:
    """What the schema says to people."""
    sentences = [str(_KINDS[kind_of(shape)])]
    if shape.uses:
        frames, _, site = shape.uses[0]
        conditions = [frame.site for frame in frames if frame.site is not None]
        if site.where:
            sentences.append(say("In {place}.", place=site.where))
        if conditions:
            sentences.append(say("Only within “{block}”.", block=conditions[-1].field))
    written: _Json = {"title": shape.name, "description": " ".join(filter(None, sentences))}
    if kind_of(shape) not in ("object", "list", "table"):
        written["examples"] = [*shape.examples] or [example(shape)]
    return written


def _is_bound(shape: Shape, wanted: Use) -> bool:
    return any(use is wanted for use in bound(shape))


def _mentions(written: object, definition: str) -> bool:
    if isinstance(written, dict):
        return any(
            (key == "$ref" and value == f"#/$defs/{definition}") or _mentions(value, definition)
            for key, value in written.items()
        )
    return isinstance(written, list) and any(_mentions(one, definition) for one in written)
