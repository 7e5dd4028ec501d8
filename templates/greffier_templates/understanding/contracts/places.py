"""A JSON Schema (2020-12) read as the places of the data that it speaks of.

Schemas are hostile too: references may go round in circles and alternatives multiply, so the
places and the steps to find them are counted, and what is not read in time counts as open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...gate.xml_parts import words
from ...rich.asking import MEMBER

#: The types of JSON Schema; whole numbers are numbers.
TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
#: Keyword -> the types that it says something of.
RULES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(words("const enum else if not then"), TYPES),
    **dict.fromkeys(words("format maxLength minLength pattern"), words("string")),
    **dict.fromkeys(
        words("exclusiveMaximum exclusiveMinimum maximum minimum multipleOf"),
        words("integer number"),
    ),
    **dict.fromkeys(
        words("contains maxContains maxItems minContains minItems uniqueItems"), words("array")
    ),
    **dict.fromkeys(
        words("dependentRequired dependentSchemas maxProperties minProperties propertyNames"),
        words("object"),
    ),
}
#: Most places of one schema, how deep they may lie, and most schemas looked at for them.
_MOST_PLACES, _DEEPEST, _STEPS = 5_000, 24, 50_000
#: Values that say “nothing” beside what a place otherwise holds.
_NOTHINGS = frozenset({"boolean", "null"})


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the data."""

    #: A JSON pointer (RFC 6901) in which ``*`` stands for every item: ``/lines/*/price``.
    pointer: str
    #: The same as a designer writes it: ``lines[].price``.
    field: str
    #: Where the schema speaks of it first, a JSON pointer in the schema.
    at: str
    #: What it may be.
    types: frozenset[str]
    #: Whether whatever it lies in must have it.
    required: bool
    #: Whether it is there in all data: it is required, and so is all it lies in.
    always: bool
    #: Whether names that the schema does not tell are refused in it.
    closed: bool
    #: The pointer of what it lies in; empty for the data as a whole.
    owner: str
    #: Keyword -> what it says, for the :data:`RULES`.
    rules: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Places:
    """The places that a schema speaks of."""

    #: By pointer, in the order of the schema; the data as a whole is the empty one.
    found: Mapping[str, Place]
    #: References to what the schema does not hold: where they stand.
    broken: tuple[str, ...]
    #: Whether it was read to its end.
    whole: bool


@dataclass(frozen=True, slots=True)
class _Node:
    """A schema, or several that hold together (``all``) or one for another (``any``)."""

    kind: str
    schema: Any = None
    at: str = ""
    parts: tuple[_Node, ...] = ()


@dataclass(slots=True)
class _Facet:
    """What a node says of one place."""

    types: frozenset[str] = TYPES
    members: dict[str, _Node] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    items: _Node | None = None
    closed: bool = False
    #: Whether it lists values.
    listed: bool = False
    rules: dict[str, object] = field(default_factory=dict)


def places(schema: object) -> Places:
    """Read a schema."""
    return _Reader(schema).read()


class _Reader:
    def __init__(self, schema: object) -> None:
        self._schema = schema
        self._steps = _STEPS
        self._broken: dict[str, None] = {}
        self._whole = True

    def read(self) -> Places:
        found: dict[str, Place] = {}
        stack = [(_Node("one", self._schema, "#"), "", "", "", True, True)]
        while stack:
            node, pointer, written, owner, required, always = stack.pop()
            if len(found) >= _MOST_PLACES or pointer.count("/") > _DEEPEST:
                self._whole = False
                continue
            facet = self._facet(node, ())
            found[pointer] = Place(
                pointer,
                written,
                _first_at(node),
                facet.types,
                required,
                always,
                facet.closed,
                owner,
                facet.rules,
            )
            inner = []
            for name, member in facet.members.items():
                dotted = f"{written}.{name}" if written else name
                is_required = name in facet.required
                step = f"{pointer}/{escaped(name)}"
                inner.append((member, step, dotted, pointer, is_required, always and is_required))
            if facet.items is not None:
                items = facet.items
                inner.append((items, f"{pointer}/*", f"{written}[]", pointer, False, False))
            stack.extend(reversed(inner))
        return Places(found, tuple(self._broken), self._whole)

    # --- what a node says -----------------------------------------------------------------

    def _facet(self, node: _Node, chain: tuple[str, ...]) -> _Facet:
        self._steps -= 1
        if self._steps < 0 or len(chain) > _DEEPEST:
            self._whole = False
            return _Facet()
        if node.kind == "one":
            return self._of_schema(node.schema, node.at, chain)
        facets = [self._facet(part, chain) for part in node.parts]
        return _all(facets) if node.kind == "all" else _any(facets)

    def _of_schema(self, schema: Any, at: str, chain: tuple[str, ...]) -> _Facet:
        if not isinstance(schema, dict):
            return _Facet(types=frozenset()) if schema is False else _Facet()
        facets = [_own(schema, at)]
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference not in chain:
            target = self._target(reference, at)
            if target is not None:
                facets.append(self._of_schema(target, reference, (*chain, reference)))
        below = (*chain, "")
        for keyword, together in (("allOf", _all), ("anyOf", _any), ("oneOf", _any)):
            found = self._each(schema.get(keyword), f"{at}/{keyword}", below)
            if found:
                facets.append(together(found))
        for one in self._sometimes(schema, at, below):
            facets.append(_Facet(members=one.members, items=one.items))
        return _all(facets)

    def _each(self, schemas: object, at: str, chain: tuple[str, ...]) -> list[_Facet]:
        listed = schemas if isinstance(schemas, list) else []
        return [self._facet(_Node("one", one, f"{at}/{n}"), chain) for n, one in enumerate(listed)]

    def _sometimes(self, schema: Any, at: str, chain: tuple[str, ...]) -> Iterator[_Facet]:
        """What holds under a condition: it makes names known and requires nothing."""
        for keyword in ("if", "then", "else"):
            if keyword in schema:
                yield self._facet(_Node("one", schema[keyword], f"{at}/{keyword}"), chain)
        dependent = schema.get("dependentSchemas")
        for name, one in dependent.items() if isinstance(dependent, dict) else ():
            place = f"{at}/dependentSchemas/{escaped(name)}"
            yield self._facet(_Node("one", one, place), chain)

    def _target(self, reference: str, at: str) -> Any:
        found: Any = self._schema
        for step in reference.removeprefix("#").split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(found, dict) and name in found:
                found = found[name]
            elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
                found = found[int(name)]
            else:
                self._broken[f"{at}/$ref"] = None
                return None
        return found


def _own(schema: Mapping[str, Any], at: str) -> _Facet:
    """What a schema says itself, without what it refers to."""
    types = _types(schema)
    rules = {k: v for k, v in schema.items() if k in RULES and RULES[k] & types}
    facet = _Facet(types=types, rules=rules)
    facet.listed = "enum" in schema or "const" in schema
    required = schema.get("required")
    if isinstance(required, list):
        facet.required = frozenset(one for one in required if isinstance(one, str)) - {MEMBER}
    members = schema.get("properties")
    if isinstance(members, dict) and MEMBER in members:
        rules.pop("maxProperties", None)  # formatted text is no object to anybody
    for name, one in members.items() if isinstance(members, dict) else ():
        if name != MEMBER:
            facet.members[name] = _Node("one", one, f"{at}/properties/{escaped(name)}")
    facet.closed = schema.get("additionalProperties") is False and MEMBER not in (members or ())
    facet.items = _one_of_many(_items(schema, at))
    return facet


def _items(schema: Mapping[str, Any], at: str) -> Iterator[_Node]:
    """The schemas of what has no name: items, and members whose names are not told."""
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            yield _Node("one", schema[keyword], f"{at}/{keyword}")
    first = schema.get("prefixItems")
    for number, one in enumerate(first if isinstance(first, list) else ()):
        yield _Node("one", one, f"{at}/prefixItems/{number}")
    patterns = schema.get("patternProperties")
    for name, one in patterns.items() if isinstance(patterns, dict) else ():
        yield _Node("one", one, f"{at}/patternProperties/{escaped(name)}")


def _one_of_many(nodes: Iterator[_Node]) -> _Node | None:
    parts = tuple(nodes)
    return _Node("any", parts=parts) if parts else None


def _types(schema: Mapping[str, Any]) -> frozenset[str]:
    told = schema.get("type", list(TYPES))
    types = {one for one in (told if isinstance(told, list) else [told]) if isinstance(one, str)}
    if "number" in types:
        types.add("integer")
    values = schema["enum"] if isinstance(schema.get("enum"), list) else None
    if "const" in schema:
        values = [schema["const"]]
    if values is not None:
        types &= {name for value in values for name in _types_of(value)}
    return frozenset(types)


def _types_of(value: object) -> tuple[str, ...]:
    if isinstance(value, bool):
        return ("boolean",)
    if value is None:
        return ("null",)
    for kind, names in _NAMES:
        if isinstance(value, kind):
            return names
    return ("number", "integer")


_NAMES: tuple[tuple[type, tuple[str, ...]], ...] = (
    (str, ("string",)),
    (list, ("array",)),
    (dict, ("object",)),
    (int, ("integer", "number")),
)


# --- facets together ----------------------------------------------------------------------


def _all(facets: list[_Facet]) -> _Facet:
    """What holds where all of these do."""
    if len(facets) == 1:
        return facets[0]
    whole = _Facet()
    for one in facets:
        whole.types &= one.types
        whole.required |= one.required
        whole.closed |= one.closed
        whole.listed |= one.listed
        whole.rules |= one.rules
    whole.members = _members(facets, "all")
    items = [one.items for one in facets if one.items is not None]
    whole.items = _joined("all", items) if items else None
    return whole


def _any(facets: list[_Facet]) -> _Facet:
    """What holds where one of these does.

    One that lists values, such as those that say “nothing”, stands beside the others and says
    nothing of what has a shape.
    """
    shaped = [one for one in facets if not one.listed] or facets
    whole = _Facet(types=frozenset().union(*(one.types for one in shaped)))
    for one in facets:
        whole.types |= one.types & _NOTHINGS
    with_members = [one for one in shaped if "object" in one.types]
    if with_members:
        whole.required = frozenset.intersection(*(one.required for one in with_members))
        whole.closed = all(one.closed for one in with_members)
    whole.listed = all(one.listed for one in facets)
    if len(shaped) == 1:
        whole.rules = dict(shaped[0].rules)
    elif any(one.rules for one in shaped):
        whole.rules = {"anyOf": [one.rules for one in shaped]}
    whole.members = _members(shaped, "any")
    items = [one.items for one in shaped if one.items is not None]
    whole.items = _joined("any", items) if items else None
    return whole


def _members(facets: list[_Facet], kind: str) -> dict[str, _Node]:
    nodes: dict[str, list[_Node]] = {}
    for one in facets:
        for name, node in one.members.items():
            nodes.setdefault(name, []).append(node)
    return {name: _joined(kind, found) for name, found in nodes.items()}


def _joined(kind: str, nodes: list[_Node]) -> _Node:
    return nodes[0] if len(nodes) == 1 else _Node(kind, parts=tuple(nodes))


def _first_at(node: _Node) -> str:
    while node.kind != "one":
        node = node.parts[0]
    return node.at


def escaped(name: str) -> str:
    """A name as a step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")
