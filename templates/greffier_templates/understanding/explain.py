"""What a template does, told in its own order to whoever has to work with it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..blocks.loading import NO_BLOCKS, Loader
from ..expressions import parse, parse_assignments
from ..markers import FRAMES, Kind, Marker
from ..telling.wording import say
from .outline import Outline, Step, outline
from .parsing import parse_loop, parsed, says_something

_INDENT = "  "
#: Blocks that may hold nothing but text.
_TOLD_WITH_TEXT = frozenset({"if", "elif", "else", "empty", "when", "otherwise"})


@dataclass(frozen=True, slots=True)
class Explained:
    """One line of the explanation, and those that belong to it."""

    #: ``part``, ``heading``, ``text``, ``field``, ``picture``, ``for``, ``if``…
    kind: str
    #: In words.
    text: str
    #: What the designer wrote; empty for parts of the document.
    field: str = ""
    inside: tuple[Explained, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The same as JSON."""
        written: dict[str, Any] = {"kind": self.kind, "text": str(self.text)}
        if self.field:
            written["field"] = self.field
        if self.inside:
            written["inside"] = [one.as_json() for one in self.inside]
        return written


def explain(source: bytes, loader: Loader = NO_BLOCKS) -> tuple[Explained, ...]:
    """Explain a template: headings, fields, loops, conditions and pictures as they stand in it.

    Raises:
        FileRefused: it is not an ODT or OTT that may be opened.
        TemplateInvalid: it has mistakes; the findings are all of them.
    """
    return explained(outline(source, loader))


def explained(template: Outline) -> tuple[Explained, ...]:
    """Explain a template that was read already."""
    blocks = tuple(
        Explained("include", _included(name), name) for name in sorted(template.prepared.blocks)
    )
    return (*_all(template.steps), *blocks)


def _included(name: str) -> str:
    return say("includes the block “{name}”", name=name)


def as_text(lines: Sequence[Explained], indent: str = "") -> str:
    """The explanation as indented text, fields that follow each other in one line."""
    return "".join(
        f"{indent}{text}\n{as_text(inside, indent + _INDENT)}" for text, inside in _lines(lines)
    )


def _lines(lines: Sequence[Explained]) -> Iterator[tuple[str, Sequence[Explained]]]:
    fields: list[str] = []
    for line in lines:
        if line.kind == "field":
            fields.append(line.text)
            continue
        if fields:
            yield ", ".join(fields), ()
            fields = []
        yield line.text, line.inside
    if fields:
        yield ", ".join(fields), ()


def _all(steps: Sequence[Step], *, in_block: bool = False) -> tuple[Explained, ...]:
    """Explain steps; text without fields is told where it depends on something."""
    told: list[Explained] = []
    for step in steps:
        if in_block or step.kind != "text":
            told.append(_one(step, in_block))
            told += [_one(branch, in_block) for branch in step.branches]
    return tuple(told)


def _one(step: Step, in_block: bool) -> Explained:
    marker = step.marker
    if marker is None:
        inside = _all(step.inside, in_block=in_block and step.kind == "part")
        if step.kind == "heading":  # its words name its fields already
            inside = tuple(one for one in inside if one.kind != "field")
        return Explained(step.kind, step.words, inside=inside)
    kind = "picture" if marker.kind in FRAMES else _KINDS.get(marker.kind, marker.name)
    inside = () if kind == "picture" else _all(step.inside, in_block=kind in _TOLD_WITH_TEXT)
    return Explained(kind, _text(step, marker), marker.site.field, inside)


def _text(step: Step, marker: Marker) -> str:
    match marker.name if step.instruction or marker.kind is Kind.BRANCH else marker.kind:
        case Kind.FIELD | Kind.FUNCTION:
            return f"«{_expression(step)}»"
        case Kind.STATIC_IMAGE:
            return say("picture “{name}”, which is sent beside the data", name=marker.name)
        case Kind.IMAGE:
            return say("picture {expression}", expression=_expression(step))
        case Kind.CODE:
            return say("code {expression}", expression=_expression(step))
        case "for":
            target, _, items = parsed(step, parse_loop)
            return say(
                "for each {item} of {list}:", item=ast.unparse(target).strip("()"), list=items
            )
        case "for-column":
            target, _, items = parsed(step, parse_loop)
            item = ast.unparse(target).strip("()")
            return say("a column for each {item} of {list}:", item=item, list=items)
        case "if-column":
            return say("a column if {condition}:", condition=_expression(step))
        case "elif":
            return say("or else if {condition}:", condition=_expression(step))
        case "else":
            return say("or else:")
        case "empty":
            return say("when there are none:")
        case "if":
            return say("if {condition}:", condition=_expression(step))
        case "with":
            named = parsed(step, parse_assignments)
            names = [f"{ast.unparse(name)} = {ast.unparse(value)}" for name, value in named]
            return say("with {names}:", names="; ".join(names))
        case "choose" if says_something(step):
            return say("one of these, by {value}:", value=_expression(step))
        case "choose":
            return say("one of these:")
        case "when":
            return say("when {condition}:", condition=_expression(step))
        case "otherwise":
            return say("otherwise:")
    return marker.site.field


def _expression(step: Step) -> str:
    return ast.unparse(parsed(step, parse))


_KINDS = {
    Kind.FIELD: "field",
    Kind.FUNCTION: "field",
}
