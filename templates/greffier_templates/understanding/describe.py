"""All that a registry keeps of a version of a template, read in one go.

The file goes through the gate once and is prepared once: a permit takes less than 100 ms.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from ..blocks.loading import NO_BLOCKS, Loader
from ..gate.odf_names import q
from ..gate.xml_parts import parse
from ..language import locale_told
from ..model import Finding, Package
from ..prepared import Prepared
from ..telling.catalogues import all_translated
from ..telling.check import examine
from ..telling.wording import Wording, in_language, say
from .contracts.tightened import check_own_schema
from .kinds import kind_of
from .needs import needs
from .outline import Outline, outline_of
from .sample import Sample, samples_of
from .schema import schema_of
from .shapes import Shape

#: How long data is looked for that comes into branches, s.
_SECONDS = 2.0
#: Most fields that are listed, and most samples.
_MOST_FIELDS, _MOST_SAMPLES = 2_000, 50
#: Most characters of a description as JSON; that of a permit has 30,000.
_MOST_SIGNS = 2_000_000
_TOO_MUCH = Finding(
    code="fields-too-many",
    message=say("The template asks for more data than can be described."),
    hint=say("Divide it, or go through lists instead of naming each value."),
)


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """A place of the data that a template asks for, and where it first does."""

    #: As a designer writes it: ``pieces[].name``.
    field: str
    #: What it is: ``text``, ``date``, ``amount``, ``list``, ``object``…; see ``kinds.kind_of``.
    kind: str
    #: Whether whatever it lies in must have it.
    required: bool
    #: In words: ``body › table “Pieces” › row 2``.
    where: str


@dataclass(frozen=True, slots=True)
class Description:
    """What a version is about. Of one with errors, only these and the names are known."""

    #: Errors, warnings and advice, as :func:`..telling.check.examine` finds them.
    findings: tuple[Finding, ...]
    #: Engine -> verdict on a tag of it -> how many there are.
    foreign: Mapping[str, Mapping[str, int]]
    #: The title among the properties of the document; may hold tags. Empty: it has none.
    title: str = ""
    #: The locale of its text, ``fr_BE``; empty where it says none.
    locale: str = ""
    #: The JSON Schema of the data it needs; None: it has errors.
    schema: Mapping[str, Any] | None = None
    #: Data that together come into every branch; the first has everything in it.
    samples: tuple[Sample, ...] = ()
    #: In the order in which the template asks for them.
    fields: tuple[FieldPlace, ...] = ()
    #: The blocks that it includes itself.
    included: tuple[str, ...] = ()
    #: Name -> SHA-256 of every block in it, also those that blocks include.
    blocks: Mapping[str, str] = field(default_factory=dict)
    #: Font families that its text asks for.
    fonts: frozenset[str] = frozenset()
    #: The ids of the pictures that it wants beside the data.
    pictures: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """The same as JSON, but for the findings, which travel as all findings do."""
        return {
            "foreign": self.foreign,
            "title": self.title,
            "locale": self.locale,
            "schema": self.schema,
            "samples": [{"title": str(one.title), "data": one.data} for one in self.samples],
            "fields": [
                {
                    "field": one.field,
                    "kind": one.kind,
                    "required": one.required,
                    "where": str(one.where),
                }
                for one in self.fields
            ],
            "included": list(self.included),
            "blocks": dict(self.blocks),
            "fonts": sorted(self.fonts),
            "pictures": sorted(self.pictures),
        }


def describe(
    source: bytes,
    loader: Loader = NO_BLOCKS,
    *,
    language: str = "en",
    families: Collection[str] = (),
    own_schema: bytes | None = None,
) -> Description:
    """Read a version; never raises TemplateError: what is wrong is among the findings.

    Args:
        source: the bytes of the template.
        loader: finds the blocks it includes.
        language: of the findings and of what the schema and the samples say to people.
        families: names of the fonts that are installed; empty when that is not known.
        own_schema: JSON of the schema that its designer made of the derived one, which is held
            against the template.
    """
    reading = _Reading()
    checked = examine(
        source, None, loader, language=language, families=families, prepare=reading.prepare
    )
    described = reading.description(checked.findings, checked.foreign, language)
    if own_schema is None:
        return described
    told = all_translated(check_own_schema(own_schema, described.schema), language)
    return replace(described, findings=(*described.findings, *told))


class _Reading:
    """Keeps of a template that is being checked what is to be known of it afterwards."""

    def __init__(self) -> None:
        self._outline: Outline | None = None
        self._title = ""
        self._locale = ""

    def prepare(self, package: Package, source: bytes, loader: Loader) -> Prepared:
        """Prepare a template; see ``telling.check.Prepare``."""
        self._title = title_of(package)
        if "styles.xml" in package.parts:
            self._locale = locale_told(parse(package.parts["styles.xml"], "styles.xml")) or ""
        self._outline = outline_of(package, source, loader)
        return self._outline.prepared

    def description(
        self,
        findings: tuple[Finding, ...],
        foreign: Mapping[str, Mapping[str, int]],
        language: str,
    ) -> Description:
        """Put together what is known."""
        if self._outline is None:
            return Description(findings, foreign, self._title, self._locale)
        found = samples_of(self._outline, seconds=_SECONDS)
        described = Description(
            findings=(*findings, *all_translated(found.warnings, language)),
            foreign=foreign,
            title=self._title,
            locale=self._locale,
            schema=translated_json(schema_of(self._outline), language),
            samples=tuple(
                Sample(in_language(one.title, language), one.data)
                for one in found.samples[:_MOST_SAMPLES]
            ),
            fields=tuple(_fields(self._outline, language)),
            included=self._outline.included,
            blocks=self._outline.prepared.blocks,
            fonts=self._outline.prepared.fonts,
            pictures=self._outline.prepared.static_images,
        )
        if len(json.dumps(described.as_json(), ensure_ascii=False)) <= _MOST_SIGNS:
            return described
        (too_much,) = all_translated([_TOO_MUCH], language)
        return Description((*findings, too_much), foreign, self._title, self._locale)


def _fields(outline: Outline, language: str) -> Iterator[FieldPlace]:
    """The places of the data, an object before what is in it."""
    left = _MOST_FIELDS
    stack: list[tuple[Shape, bool]] = [(needs(outline), True)]
    while stack and left:
        shape, required = stack.pop()
        if shape.path:
            left -= 1
            where = shape.uses[0][2].where if shape.uses else ""
            yield FieldPlace(shape.path, kind_of(shape), required, in_language(where, language))
        named = set(shape.required())
        inner = [(one, name in named) for name, one in shape.members.items()]
        inner += [(one, False) for one in (shape.items, shape.others) if one is not None]
        stack.extend(reversed(inner))


def title_of(package: Package) -> str:
    """The title among the properties of a document; empty when it has none."""
    if "meta.xml" not in package.parts:
        return ""
    root = parse(package.parts["meta.xml"], "meta.xml")
    title = next(root.iter(q("dc:title")), None)
    return "" if title is None else " ".join(_text(title).split())


def _text(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def translated_json(value: Any, language: str) -> Any:
    """JSON whose sentences are told in a language."""
    if isinstance(value, dict):
        return {name: translated_json(one, language) for name, one in value.items()}
    if isinstance(value, list):
        return [translated_json(one, language) for one in value]
    return str(in_language(value, language)) if isinstance(value, Wording) else value
