"""What a place of the data may hold, concluded from all that a template does with it."""

from __future__ import annotations

from collections.abc import Iterator

from .shapes import ALL, NOTHINGS, Shape, Use

#: The types of JSON, in the order in which several are named.
TYPES = ("string", "number", "boolean", "null", "array", "object")
#: The kinds of single values: the first that is among the uses says what a value is.
_KINDS = (
    "picture",
    "html",
    "address",
    "article",
    "notice",
    "swiss account",
    "tax code",
    "account",
    "phone",
    "reference",
    "sex",
    "time",
    "moment",
    "date",
    "share",
    "amount",
    "integer",
    "number",
    "currency",
    "locale",
    "text",
    "condition",
    "value",
)


def accepted(shape: Shape) -> tuple[frozenset[str], frozenset[str], tuple[object, ...]]:
    """The types it may have in any case, those it has where it is used, and the nothings.

    The last are the values with which the uses that the second set comes from are not made.
    """
    always, guarded = ALL, ALL
    spared: list[object] = list(NOTHINGS)
    for frames, use, _ in shape.uses:
        excused = shape.binding(frames)
        if excused is None:
            continue
        guarded &= use.takes
        if not excused:
            always &= use.takes
        elif use.takes != ALL:
            spared = [one for one in spared if one in excused and _stands_in(one, excused)]
    if not guarded:  # no data can fill such a template
        return ALL, ALL, ()
    return always, guarded, tuple(spared)


def _stands_in(value: object, values: tuple[object, ...]) -> bool:
    """Whether it is one of the values, and not only equal to one as 0 is to false."""
    return any(type(value) is type(one) and value == one for one in values)


def bound(shape: Shape) -> Iterator[Use]:
    """The uses that are made whenever the template touches the place at all."""
    return (use for frames, use, _ in shape.uses if shape.binding(frames) is not None)


def kind_of(shape: Shape) -> str:
    """What it is, for people and for samples: ``object``, ``list``, ``date``, ``text``."""
    types = accepted(shape)[1]
    kinds = {use.kind for _, use, _ in shape.uses}
    if not shape.path or (shape.members and "object" in types):
        return "object"
    if "list" in kinds and "array" in types and not kinds & {"moment", "date"}:
        return "list"
    if "table" in kinds and "object" in types:
        return "table"
    if "time" in kinds and kinds & {"date", "moment"}:
        return "moment"
    return next((kind for kind in _KINDS if kind in kinds), "value")


def type_of(value: object) -> str:
    """The type of JSON of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    for name, kind in (("string", str), ("array", list), ("object", dict)):
        if isinstance(value, kind):
            return name
    return "number"
