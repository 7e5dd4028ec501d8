"""The outline of a template: its markers as they enclose each other, in document order.

It is read from the tree that :class:`..structure.Arrangement` has marked, so that what lies in
a block here is what filling puts into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from ..blocks.loading import NO_BLOCKS, Loader
from ..functions.translations import Translations
from ..gate.odf import open_odf
from ..gate.odf_names import q
from ..markers import Kind, Marker, Reading
from ..marks import read_mark
from ..model import Package
from ..nodes import Writer
from ..part import TemplatePart
from ..prepared import KINDS, Prepared, prepare_package
from ..properties import Properties
from ..telling.places import part_name
from ..telling.wording import quoted, say
from ..trees import PARAGRAPHS, UNSEEN, plain_text

_HEADING = q("text:h")
_BLOCKS = frozenset({Kind.OPEN, Kind.COLUMN, Kind.NAMED})


@dataclass(frozen=True, slots=True)
class Step:
    """One thing of the outline: a marker, or a part of the document."""

    #: ``heading``; ``part``, with something in it; ``text``, a paragraph; empty for a marker.
    kind: str = ""
    #: The words for it: ``heading “Costs”``, ``table “Lines”``.
    words: str = ""
    marker: Marker | None = None
    inside: list[Step] = field(default_factory=list)
    #: The later parts of a block: ``elif``, ``else``, ``empty``.
    branches: list[Step] = field(default_factory=list)

    @property
    def instruction(self) -> str:
        """The block that it is, ``for`` or ``if-column``; empty for anything else."""
        is_block = self.marker is not None and self.marker.kind in _BLOCKS
        return self.marker.name if is_block and self.marker else ""

    def all(self) -> Iterator[Step]:
        """This step and everything inside it, in document order."""
        yield self
        for step in (*self.inside, *self.branches):
            yield from step.all()


@dataclass(frozen=True, slots=True)
class Outline:
    """A template without mistakes, as an outline."""

    steps: tuple[Step, ...]
    #: The keys of its table of translations.
    translated: tuple[str, ...]
    #: The blocks it includes itself, in the order of the document; those include others.
    included: tuple[str, ...]
    #: The template itself; filling it adds to ``met`` the instructions whose inside is written.
    prepared: Prepared
    met: set[Marker]


def outline(source: bytes, loader: Loader = NO_BLOCKS) -> Outline:
    """Read a template as an outline; what its blocks hold is part of it.

    Raises:
        FileRefused: it is not an ODT or OTT that may be opened.
        TemplateInvalid: it has mistakes; the findings are all of them.
    """
    return outline_of(open_odf(source, kinds=KINDS), source, loader)


def outline_of(package: Package, source: bytes, loader: Loader = NO_BLOCKS) -> Outline:
    """The same for a template that went through the gate; ``source`` is what it was before.

    Raises:
        TemplateInvalid: it has mistakes; the findings are all of them.
    """
    steps: list[Step] = []
    translated: list[str] = []
    included: dict[str, None] = {}
    met: set[Marker] = set()

    def look(
        parts: Mapping[str, TemplatePart], properties: Properties, translations: Translations
    ) -> None:
        for part in parts.values():
            _read(part.root, part.markers, steps)
            _watch(part, met)
            included.update(dict.fromkeys(one.name for one in part.includes.values()))
        steps.extend(_properties(properties, parts["content.xml"].root))
        translated.extend(translations.keys)

    prepared = prepare_package(package, source, loader, look)
    return Outline(tuple(steps), tuple(translated), tuple(included), prepared, met)


def _properties(properties: Properties, root: etree._Element) -> list[Step]:
    fields = [
        Step(marker=Marker(Kind.FIELD, "", (Reading(one.expression),), root, one.site))
        for one in properties.values
    ]
    return [Step("part", say("document properties"), inside=fields)] if fields else []


def _watch(part: TemplatePart, met: set[Marker]) -> None:
    """Have filling take note of each block that it comes into."""
    for one in list(part.root.iter(etree.PI)):
        found = read_mark(one)
        if found is not None and found[0] in ("open", "branch"):
            one.tail = part.text_mark(_noting(part.markers[found[1]], met)) + (one.tail or "")


def _noting(marker: Marker, met: set[Marker]) -> Writer:
    return lambda fill: met.add(marker)


def _read(element: etree._Element, markers: Sequence[Marker], into: list[Step]) -> None:
    """Add what lies in an element to the steps ``into``."""
    around: list[tuple[Step | None, list[Step]]] = [(None, into)]
    for child in element:
        found = read_mark(child)
        block, steps = around[-1]
        if found is None:
            steps.extend(_steps(child, markers))
            continue
        what, number = found
        if what == "close":
            around.pop()
            if block is not None and _is_bare_column(block):
                around[-1][1].remove(block)
        elif what == "branch":
            assert block is not None
            block.branches.append(Step(marker=markers[number]))
            around[-1] = (block, block.branches[-1].inside)
        elif what in ("open", "value"):
            steps.append(Step(marker=markers[number]))
            if what == "open":
                around.append((steps[-1], steps[-1].inside))


def _is_bare_column(block: Step) -> bool:
    """Whether it is a cell of a column, or its width, with nothing to be filled in."""
    assert block.marker is not None
    is_fixed = all(step.kind == "text" for step in block.inside)
    return block.marker.kind is Kind.COLUMN and is_fixed


def _steps(element: etree._Element, markers: Sequence[Marker]) -> list[Step]:
    inside: list[Step] = []
    _read(element, markers, inside)
    if element.tag == _HEADING:
        text = " ".join("".join(_shown(element, markers)).split())
        heading = Step("heading", say("heading {title}", title=quoted(text)), inside=inside)
        return [heading] if text else inside
    if element.tag in PARAGRAPHS and not inside:
        text = " ".join(plain_text(element).split())
        return [Step("text", quoted(text))] if text else []
    name = part_name(element)
    if name and any(step.kind != "text" for step in inside):
        return [Step("part", name, inside=inside)]
    return inside


def _shown(element: etree._Element, markers: Sequence[Marker]) -> Iterator[str]:
    """The text of a heading, with the names of its fields in their places."""
    yield element.text or ""
    for child in element:
        found = read_mark(child)
        if found is not None:
            if found[0] == "value":
                yield f"«{markers[found[1]].site.field}»"
        elif child.tag not in UNSEEN:
            yield from _shown(child, markers)
        yield child.tail or ""
