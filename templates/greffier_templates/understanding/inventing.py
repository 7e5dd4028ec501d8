"""Invents data for a template from what it does with it."""

from __future__ import annotations

from typing import Any

from .hints import example
from .kinds import accepted, kind_of
from .shapes import Shape

#: Items of a list, where the template does not ask for more.
_ITEMS = 2


def invented(shape: Shape, turn: int = 0) -> Any:
    """Data in which everything the template asks for is there; ``turn`` tells items apart."""
    match kind_of(shape):
        case "object":
            members = {
                name: invented(member, turn)
                for name, member in shape.members.items()
                if name != "staticimage" or shape.name  # pictures are sent beside the data
            }
            return members | _others(shape, turn)
        case "list":
            if shape.items is None:
                return [example(Shape(shape.name, ""), one) for one in range(_ITEMS)]
            wanted = max(_ITEMS, shape.least_items)
            values = [invented(shape.items, one) for one in range(wanted)]
            return [*values, *(one for one in shape.items.examples if one not in values)]
        case "table":
            return _others(shape, turn)
    return example(shape, turn)


def least_of(shape: Shape) -> Any:
    """Data with as little in it as the template takes: empty lists, nothing where it may be."""
    always, guarded, spared = accepted(shape)
    if guarded != always and spared:
        return None if None in spared else spared[0]
    match kind_of(shape):
        case "object":
            return {name: least_of(shape.members[name]) for name in shape.required()}
        case "list":
            items = shape.items or Shape(shape.name, "")
            return [least_of(items) for _ in range(shape.least_items)]
        case "table":
            return _others(shape, 0)
        case "condition":
            return False
    return None if "null" in always and guarded == always else example(shape)


def _others(shape: Shape, turn: int) -> dict[str, Any]:
    """Members whose names are not in the template: those that other values are."""
    if shape.others is None:
        return {}
    names = [str(example(one, number)) for one in shape.keys for number in range(_ITEMS)]
    return {name: invented(shape.others, turn) for name in names or ["a", "b"]}
