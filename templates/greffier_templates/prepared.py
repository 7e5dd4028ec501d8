"""Templates made ready to be filled, once for many documents."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from types import MappingProxyType
from typing import BinaryIO

from .blocks.including import Including
from .blocks.loading import NO_BLOCKS, Blocks, Loader
from .budget import Budget, FillLimits
from .errors import DataMismatch, TemplateInvalid, ValueRefused
from .fill import Fill, Sink
from .fonts import fonts_in_use, fonts_of_styles
from .functions.amounts import read_locale
from .functions.number_styles import NumberStyles
from .functions.offered import Function, functions
from .functions.translations import Translations
from .gate.odf import open_odf
from .language import locale_of
from .model import Filled, Filling, Finding, Package, Severity, Undefined
from .nodes import Body
from .part import TemplatePart
from .people import without_people
from .pictures.around import around
from .properties import Properties
from .rich.printing import StylesAreWritten
from .rich.stylebook import Stylebook
from .telling.notes import Report
from .telling.wording import say
from .typed_tags import wants_typed_tags, warn_of_switch
from .unpacked import unpack
from .writer import PackageWriter

KINDS = ("odt", "ott")
#: Parts without styles of their own; nothing in them is formatted.
_STYLED = {"meta.xml": "content.xml"}
_PLAIN, _LIMITS = Filling(), FillLimits()
_FUNCTIONS = functions(_PLAIN)


#: Looks at the parts of a template, by name, its properties and its translations.
Look = Callable[[Mapping[str, TemplatePart], Properties, Translations], None]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A template that can be filled any number of times, by any number of threads at once."""

    #: SHA-256, in hexadecimal, of the template's bytes; with blocks, of all their digests.
    digest: str
    #: Name -> SHA-256 of every block it includes, also those that blocks include.
    blocks: Mapping[str, str]
    #: What its designer should look at.
    warnings: tuple[Finding, ...]
    #: The ids of the pictures it wants beside the data: ``py3o.staticimage.<id>``.
    static_images: frozenset[str]
    #: The font families that its text asks for, whatever the data.
    fonts: frozenset[str]
    #: Whether it was prepared for Undefined.KEEP.
    keeps: bool
    _bodies: Mapping[str, Body] = field(repr=False)
    _names: frozenset[str] = field(repr=False)
    _words: frozenset[str] = field(repr=False)
    _translations: Translations = field(repr=False)
    _locale: str = field(repr=False)
    #: Those that depend on the data, if any do.
    _properties: Properties | None = field(repr=False)
    _writer: PackageWriter = field(repr=False)
    _stylebooks: Mapping[str, Stylebook] = field(repr=False)
    _style_fonts: Mapping[tuple[str, str], str] = field(repr=False)
    _is_rich: bool = field(repr=False)

    def fill(
        self,
        data: Mapping[str, object],
        out: BinaryIO,
        filling: Filling = _PLAIN,
        *,
        images: Mapping[str, bytes] = MappingProxyType({}),
        limits: FillLimits = _LIMITS,
    ) -> Filled:
        """Write the document that this template and ``data`` make into ``out``, an ODT.

        ``out`` is a seekable binary file at its start; what is in it after an exception is
        to be thrown away. ``images`` are pictures sent beside the data: a static image by
        its id, others by the text that ``py3o.image(…)`` finds in the data.

        Raises:
            DataMismatch: fields are missing or of a wrong shape; the findings name them all.
            FillLimitExceeded: the limits are too narrow for this data.
        """
        if filling.undefined is Undefined.KEEP and not self.keeps:
            raise ValueError("a template that keeps what is undefined is prepared for it")
        as_asked = filling
        if not filling.locale:
            filling = replace(filling, locale=self._locale)
        offered = self._functions(filling)
        budget = Budget(limits)

        def write(*, is_rich: bool) -> Fill:
            fill = Fill(
                data,
                offered,
                undefined=filling.undefined,
                keep_comments=filling.keep_comments,
                images=images,
                budget=budget,
                names=self._names,
                words=self._words,
                locale=filling.locale,
                is_rich=is_rich,
            )
            if self._properties is not None:
                self._set_properties(self._properties, fill, as_asked)
            self._writer.write(
                out,
                {
                    name: _streamed(body, fill, self._stylebooks[_STYLED.get(name, name)])
                    for name, body in self._bodies.items()
                },
                lambda: fill.pictures.parts,
            )
            return fill

        try:
            fill = write(is_rich=self._is_rich)
        except StylesAreWritten:  # only the data has it, which is known by now
            out.seek(0)
            out.truncate()
            fill = write(is_rich=True)
        if fill.findings:
            raise DataMismatch(fill.findings)
        unused = images.keys() - self.static_images - fill.images_used
        warnings = (*self.warnings, *fill.warnings, *map(_unused, sorted(unused)))
        rich = (self._style_fonts.get(style, "") for style in fill.styles_used)
        fonts = self.fonts.union(fill.fonts_used, filter(None, rich))
        return Filled(warnings=warnings, fonts=fonts)

    def _functions(self, filling: Filling) -> Mapping[str, Function]:
        try:
            offered = functions(filling)
        except ValueRefused as error:
            raise DataMismatch(
                Finding(code="filling-refused", message=say("{refusal}.", refusal=str(error)))
            ) from None
        if self._translations:
            return {**offered, "t": self._translations.function(filling.locale)}
        return offered

    def _set_properties(self, properties: Properties, fill: Fill, filling: Filling) -> None:
        """Compute the properties; values are written in their language if none was asked for."""
        properties.set_language(fill)
        locale = "_".join(one for one in fill.language or () if one != "none")
        if locale and not filling.locale and _is_locale(locale):
            fill.locale = locale
            fill.scope.functions = self._functions(replace(filling, locale=locale))
        properties.evaluate(fill)


def _is_locale(name: str) -> bool:
    try:
        read_locale(name)
    except ValueRefused:
        return False
    return True


def _unused(name: str) -> Finding:
    return Finding(
        code="picture-unused",
        message=say("This picture was sent and neither the template nor the data asks for it."),
        field=name,
        hint=say(
            "Name a frame {frame}, or write its name into the data.",
            frame=f"py3o.staticimage.{name}",
        ),
        severity=Severity.WARNING,
    )


def _streamed(body: Body, fill: Fill, stylebook: Stylebook) -> Callable[[Sink], None]:
    def write(sink: Sink) -> None:
        fill.begin(sink, stylebook)
        body.write(fill)
        fill.end()

    return write


def prepare(source: bytes, loader: Loader = NO_BLOCKS, *, keeps: bool = False) -> Prepared:
    """Read a template and make it ready.

    Args:
        source: the bytes of an ODT or OTT.
        loader: finds the blocks it includes; they become part of what is prepared.
        keeps: prepare it for ``Undefined.KEEP``, which a template is not otherwise.

    Raises:
        FileRefused: it is not an ODT or OTT that may be opened.
        TemplateInvalid: it has mistakes; the findings are all of them and the
            warnings, body first, then headers and footers, each in document order.
    """
    package = open_odf(source, kinds=KINDS, keep_people=False)
    return prepare_package(package, source, loader, keeps=keeps)


def prepare_package(
    package: Package,
    source: bytes,
    loader: Loader = NO_BLOCKS,
    look: Look | None = None,
    *,
    keeps: bool = False,
) -> Prepared:
    """The same for a template that went through the gate; ``source`` is what it was before.

    ``look`` sees the parts of a template without mistakes before they are built.
    """
    template = unpack(package)
    free_names = (name for name in map("Picture {}".format, count(1)) if name not in template.names)
    styles = NumberStyles(template.roots.values())
    translations, notes = Translations(), Report()
    translations.take(template.roots["content.xml"], notes, keeps=keeps)
    offered = {**_FUNCTIONS, "t": translations.known}
    typed = wants_typed_tags(template.parts.get("meta.xml"))
    warn_of_switch(template.parts.get("meta.xml"), notes)
    parts = {
        name: TemplatePart(
            root,
            offered,
            free_names,
            styles,
            around(template),
            typed_tags=typed,
            keeps=keeps,
        )
        for name, root in template.roots.items()
    }
    blocks = Blocks(loader)
    including = Including(blocks, offered, free_names, translations, keeps=keeps)
    for name, part in parts.items():
        including.into(part, template, name)
        part.keep_together()
    properties = Properties(template.parts.pop("meta.xml", None), offered, styles)
    locale = locale_of(template.roots["styles.xml"])
    properties.mark(parts)
    stylebooks = {
        name: Stylebook(template.roots["styles.xml"], root) for name, root in template.roots.items()
    }
    for name, part in parts.items():
        part.check_styles(stylebooks[name])
        part.check_depth()
    reports = (*(part.report for part in parts.values()), notes, properties.report)
    findings = tuple(finding for report in reports for finding in report.findings)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise TemplateInvalid(findings)
    if look is not None:
        look(parts, properties, translations)
    fonts = fonts_in_use(*template.roots.values())
    static = _static_parts(template.parts, parts.values())
    bodies = {name: part.build(stylebooks[name]) for name, part in parts.items()}
    meta, changing_meta = properties.build()
    if changing_meta is None:
        static["meta.xml"] = meta
    else:
        bodies["meta.xml"] = changing_meta
    return Prepared(
        digest=_digest(source, blocks.digests),
        blocks=blocks.digests,
        warnings=(*package.warnings, *findings),
        static_images=frozenset(one for part in parts.values() for one in part.static_images),
        fonts=fonts,
        keeps=keeps,
        _bodies=bodies,
        _names=frozenset(template.names),
        _words=frozenset(word for part in parts.values() for word in part.words),
        _translations=translations,
        _locale=locale,
        _properties=None if changing_meta is None else properties,
        _writer=PackageWriter(static, bodies, template.folders),
        _stylebooks=stylebooks,
        _style_fonts=fonts_of_styles(template.roots["styles.xml"]),
        _is_rich=any(part.is_rich for part in parts.values()),
    )


def _digest(source: bytes, blocks: Mapping[str, str]) -> str:
    digest = hashlib.sha256(source).hexdigest()
    if blocks:
        digest = hashlib.sha256(json.dumps([digest, sorted(blocks.items())]).encode()).hexdigest()
    return digest


def _static_parts(parts: Mapping[str, bytes], filled: Collection[TemplatePart]) -> dict[str, bytes]:
    """The parts that are the same in every document, without pictures nothing refers to."""
    wanted = {address for part in filled for address in part.references}
    return {
        name: without_people(name, content)
        for name, content in parts.items()
        if name in wanted or not name.startswith("Pictures/")
    }
