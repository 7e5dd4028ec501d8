"""The place in a template that an expression, and what is wrong with it, belongs to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """One field, instruction or picture; two that read alike are two sites."""

    #: In words: ``body › table “Lines” › row 2``.
    where: str = ""
    #: The field or instruction as the designer wrote it.
    field: str = ""
    #: Its turn among the sites of its part, in document order.
    order: int = 0
    #: Its element, while a template is checked; see :mod:`.anchors`.
    anchor: str = ""
