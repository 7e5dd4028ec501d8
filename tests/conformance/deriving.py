"""Data for a template, derived from what its expressions do with it.

Reads the instructions of a py3o template in document order, keeps the loops around each in
mind, and concludes from every use: what is looped over is a list, what has attributes is an
object, what is computed with is a number, what is compared takes the value compared with.
Independent of Greffier's engine, so that it can judge it.
"""

from __future__ import annotations

import ast
import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from lxml import etree
from odt import NAMESPACES, PNG, part

_OF_NUMBERS = {"format_amount", "format_currency", "format_decimal", "format_locale"} | {
    "Decimal",
    "abs",
    "float",
    "int",
    "round",
}
_OF_DATES = {"format_date", "format_datetime"}
_OF_LISTS = {"all", "any", "enumerate", "len", "list", "max", "min", "reversed", "sorted", "sum"}
_OF_TEXTS = {"capitalize", "lower", "lstrip", "replace", "rstrip", "split", "strip", "title"} | {
    "endswith",
    "join",
    "startswith",
    "upper",
}
#: A pattern that shows the time needs a moment; a date alone has none.
_SHOWS_TIME = re.compile(r"HH|hh|mm|ss|%H|%M|%S")


@dataclass
class Shape:
    """What is known of one value."""

    kind: str = "unknown"
    fields: dict[str, Shape] = field(default_factory=dict)
    item: Shape | None = None
    examples: list[object] = field(default_factory=list)

    def attribute(self, name: str) -> Shape:
        self.kind = "object"
        return self.fields.setdefault(name, Shape())

    def items(self) -> Shape:
        self.kind = "list"
        self.item = self.item or Shape()
        return self.item

    def use(self, kind: str) -> None:
        if self.kind == "unknown":
            self.kind = kind

    def value(self, name: str, turn: int, items: int) -> object:
        """A plausible value, lists having ``items`` items; ``turn`` makes those differ."""
        if self.kind == "object":
            return {key: shape.value(key, turn, items) for key, shape in self.fields.items()}
        if self.kind == "list":
            item = self.items()
            return [item.value(name, turn + n, items) for n in range(items)]
        if self.kind == "image":
            return PNG
        if self.kind == "image64":
            return base64.b64encode(PNG).decode()
        if self.examples:
            return self.examples[turn % len(self.examples)]
        if self.kind == "number":
            return [1234.5, 20, 7.25, 3][turn % 4]
        if self.kind == "date":
            return f"2026-03-{9 + turn:02d}"
        if self.kind == "moment":
            return f"2026-03-{9 + turn:02d} 14:30:05"
        return f"{name} {turn + 1}"


Names = dict[str, Shape]


class Uses:
    """Concludes shapes from expressions."""

    def __init__(self) -> None:
        self.root = Shape("object")
        self.scopes: list[Names] = []

    def find(self, name: str) -> Shape:
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return self.root.attribute(name)

    def expression(self, source: str) -> Shape:
        return self.of(ast.parse(source.strip(), mode="eval").body)

    def of(self, node: ast.AST) -> Shape:
        match node:
            case ast.Name(id=name):
                return self.find(name)
            case ast.Attribute(value=owner, attr=name):
                return self.of(owner).attribute(name)
            case ast.Subscript(value=owner, slice=ast.Constant(value=str(name))):
                return self.of(owner).attribute(name)
            case ast.Subscript(value=owner, slice=ast.Constant(value=int())):
                return self.of(owner).items()
            case ast.Constant(value=value):
                return Shape("constant", examples=[value])
            case ast.Call():
                return self._call(node)
            case ast.Compare(left=left, comparators=[right]):
                self._compared(self.of(left), self.of(right))
                return Shape("bool")
            case ast.BinOp(left=left, right=right, op=op):
                return self._computed(self.of(left), self.of(right), op)
            case ast.GeneratorExp(elt=elt) | ast.ListComp(elt=elt):
                return self._comprehension(node, elt)
            case ast.Lambda():
                return Shape()
            case _:
                shapes = [self.of(child) for child in ast.iter_child_nodes(node)]
                return shapes[-1] if shapes else Shape()

    def _call(self, node: ast.Call) -> Shape:
        if isinstance(node.func, ast.Attribute):
            if isinstance(node.func.value, ast.Name) and node.func.value.id == "decimal":
                return self._of_function("Decimal", node)
            owner = self.of(node.func.value)
            if node.func.attr == "get" and node.args and isinstance(node.args[0], ast.Constant):
                return owner.attribute(str(node.args[0].value))
            if node.func.attr in _OF_TEXTS:
                owner.use("text")
            for argument in node.args:
                self.of(argument)
            return Shape("text")
        return self._of_function(node.func.id if isinstance(node.func, ast.Name) else "", node)

    def _of_function(self, name: str, node: ast.Call) -> Shape:
        arguments = [self.of(argument) for argument in node.args]
        first = arguments[0] if arguments else Shape()
        if name in _OF_NUMBERS:
            first.use("number")
        elif name in _OF_DATES:
            patterns = [a.value for a in ast.walk(node) if isinstance(a, ast.Constant)]
            with_time = any(_SHOWS_TIME.search(str(pattern)) for pattern in patterns)
            first.use("moment" if with_time else "date")
        elif name in _OF_LISTS:
            return self._of_list(name, first, node)
        return Shape("text")

    def _of_list(self, name: str, first: Shape, node: ast.Call) -> Shape:
        if name == "len" and first.kind not in ("unknown", "list"):
            return Shape("number")
        item = first.items() if first.kind in ("unknown", "list") else Shape()
        for keyword in node.keywords:
            if isinstance(keyword.value, ast.Lambda):
                self.scopes.append({keyword.value.args.args[0].arg: item})
                self.of(keyword.value.body).use("number")
                self.scopes.pop()
        if name == "sum":
            item.use("number")
        if name == "enumerate":
            return Shape("list", item=Shape("pair", fields={"0": Shape("number"), "1": item}))
        return first if name in ("list", "reversed", "sorted") else Shape("number")

    def _compared(self, left: Shape, right: Shape) -> None:
        for one, other in ((left, right), (right, left)):
            if one.kind == "constant" and other.kind in ("unknown", "text", "number"):
                value = one.examples[0]
                other.kind = "number" if isinstance(value, int | float) else "text"
                other.examples.extend([value, f"{value} no" if isinstance(value, str) else 2])

    def _computed(self, left: Shape, right: Shape, op: ast.operator) -> Shape:
        texts = [
            s for s in (left, right) if s.kind == "constant" and isinstance(s.examples[0], str)
        ]
        for shape in (left, right):
            shape.use("text" if texts else "number")
        return Shape("text" if texts else "number")

    def _comprehension(self, node: ast.GeneratorExp | ast.ListComp, elt: ast.expr) -> Shape:
        for loop in node.generators:
            self.scopes.append(self.targets(loop.target, self.of(loop.iter)))
            for condition in loop.ifs:
                self.of(condition)
        made = Shape("list", item=self.of(elt))
        del self.scopes[-len(node.generators) :]
        return made

    def targets(self, target: ast.expr, over: Shape) -> Names:
        item = over.items()
        if isinstance(target, ast.Name):
            return {target.id: item}
        assert isinstance(target, ast.Tuple)
        if item.kind == "pair":
            parts = list(item.fields.values())
        else:
            item.kind = "pair"
            parts = [item.fields.setdefault(str(n), Shape()) for n in range(len(target.elts))]
        return {
            name.id: shape
            for name, shape in zip(target.elts, parts, strict=False)
            if isinstance(name, ast.Name)
        }

    # --- instructions -----------------------------------------------------------------

    def instruction(self, statement: str) -> None:
        """Take note of ``for="x in y"`` and its like, and of what closes them."""
        if statement.startswith("/"):
            if statement != "/function" and self.scopes:
                self.scopes.pop()
            return
        kind, _, value = statement.partition("=")
        value = value.strip('"')
        names: Names = {}
        if kind == "for":
            loop = ast.parse(f"[0 for {value}]", mode="eval").body
            assert isinstance(loop, ast.ListComp)
            names = self.targets(loop.generators[0].target, self.of(loop.generators[0].iter))
        elif kind == "with":
            for assignment in ast.parse(value).body:
                assert isinstance(assignment, ast.Assign)
                assert isinstance(assignment.targets[0], ast.Name)
                names[assignment.targets[0].id] = self.of(assignment.value)
        elif value:
            self.expression(value)
        if kind != "function":
            self.scopes.append(names)

    def image(self, arguments: str) -> None:
        call = ast.parse(f"f({arguments})", mode="eval").body
        assert isinstance(call, ast.Call)
        coded = any(k.arg == "isb64" and getattr(k.value, "value", None) for k in call.keywords)
        self.of(call.args[0]).use("image64" if coded else "image")


_XLINK_HREF = f"{{{NAMESPACES['xlink']}}}href"
_DESCRIPTION = f"{{{NAMESPACES['text']}}}description"
_FIELD_NAME = f"{{{NAMESPACES['text']}}}name"
_FRAME_NAME = f"{{{NAMESPACES['draw']}}}name"


def constructs(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Every construct of py3o in a part, in document order: its kind and what it says."""
    for element in root.iter():
        href = element.get(_XLINK_HREF, "") or element.get(_DESCRIPTION, "")
        if href.startswith("py3o://"):
            yield "instruction", unquote(href)[len("py3o://") :]
        elif element.tag.endswith("}user-field-get"):
            name = element.get(_FIELD_NAME, "")
            if name.startswith("py3o."):
                yield "field", name[len("py3o.") :]
        elif element.tag.endswith("}frame"):
            name = unquote(element.get(_FRAME_NAME, ""))
            if match := re.fullmatch(r"py3o\.image\((.*)\)", name):
                yield "image", match[1]
            elif name.startswith("py3o.staticimage."):
                yield "static image", name.removeprefix("py3o.staticimage.")
        elif element.tag.endswith("}p") and element.getparent().tag.endswith("}table-cell"):
            for expression in re.findall(r"\$\{([^{}]*)\}", "".join(element.itertext())):
                yield "cell expression", expression


def derive(source: bytes, *, items: int) -> dict[str, object]:
    """Data that a template can be filled with, whose lists have ``items`` items.

    Raises SyntaxError on expressions that are none.
    """
    uses = Uses()
    for name in ("content.xml", "styles.xml"):
        for kind, what in constructs(part(source, name)):
            if kind == "instruction":
                uses.instruction(what)
            elif kind == "image":
                uses.image(what)
            elif kind in ("field", "cell expression"):
                uses.expression(what)
        uses.scopes.clear()
    value = uses.root.value("", 0, items)
    assert isinstance(value, dict)
    return value


def static_images(source: bytes) -> dict[str, bytes]:
    """A picture for each ``py3o.staticimage`` frame of a template."""
    return {
        what: PNG
        for name in ("content.xml", "styles.xml")
        for kind, what in constructs(part(source, name))
        if kind == "static image"
    }


def construct_names(source: bytes) -> tuple[str, ...]:
    """What of py3o a template uses, in the order of its first use."""
    names = (
        re.split("[= ]", what)[0] if kind == "instruction" else kind
        for name in ("content.xml", "styles.xml")
        for kind, what in constructs(part(source, name))
        if not what.startswith("/")
    )
    return tuple(dict.fromkeys(names))
