"""Templates made ready to be filled, once for many documents."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from itertools import count
from types import MappingProxyType
from typing import BinaryIO

from .budget import Budget, FillLimits
from .errors import DataMismatch, TemplateInvalid, ValueRefused
from .fill import Fill, Sink
from .fonts import fonts_in_use
from .functions import functions
from .gate.odf import open_odf
from .gate.xml_parts import parse
from .metadata import without_authors
from .model import Filled, Filling, Finding, Severity
from .names import all_names
from .nodes import Body
from .part import TemplatePart
from .wording import say
from .writer import PackageWriter

KINDS = ("odt", "ott")
_FILLED_PARTS = ("content.xml", "styles.xml")
_PLAIN, _LIMITS = Filling(), FillLimits()
_FUNCTIONS = functions(_PLAIN)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A template that can be filled any number of times, by any number of threads at once."""

    #: SHA-256 of the template's bytes, in hexadecimal.
    digest: str
    #: What its designer should look at.
    warnings: tuple[Finding, ...]
    #: The ids of the pictures it wants beside the data: ``py3o.staticimage.<id>``.
    static_images: frozenset[str]
    _bodies: Mapping[str, Body] = field(repr=False)
    _names: frozenset[str] = field(repr=False)
    _fonts: frozenset[str] = field(repr=False)
    _writer: PackageWriter = field(repr=False)

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
        try:
            offered = functions(filling)
        except ValueRefused as error:
            raise DataMismatch(
                Finding(code="filling-refused", message=say("{refusal}.", refusal=str(error)))
            ) from None
        fill = Fill(
            data,
            offered,
            undefined=filling.undefined,
            images=images,
            budget=Budget(limits),
            names=self._names,
        )
        self._writer.write(
            out,
            {name: _streamed(body, fill) for name, body in self._bodies.items()},
            lambda: {name: one.content for name, one in fill.pictures.parts.items()},
        )
        if fill.findings:
            raise DataMismatch(fill.findings)
        unused = images.keys() - self.static_images - fill.images_used
        warnings = (*self.warnings, *fill.warnings, *map(_unused, sorted(unused)))
        return Filled(warnings=warnings, fonts=self._fonts)


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


def _streamed(body: Body, fill: Fill) -> Callable[[Sink], None]:
    def write(sink: Sink) -> None:
        fill.write_to(sink)
        body.write(fill)
        fill.flush()

    return write


def prepare(source: bytes) -> Prepared:
    """Read a template and make it ready.

    Raises:
        FileRefused: it is not an ODT or OTT that may be opened.
        TemplateInvalid: it has mistakes; the findings are all of them and the
            warnings, body first, then headers and footers, each in document order.
    """
    package = open_odf(source, kinds=KINDS)
    trees = {
        name: parse(package.parts[name], name) for name in _FILLED_PARTS if name in package.parts
    }
    names = frozenset(name for root in trees.values() for name in all_names(root))
    free_names = (name for name in map("Picture {}".format, count(1)) if name not in names)
    parts = {name: TemplatePart(root, _FUNCTIONS, free_names) for name, root in trees.items()}
    findings = tuple(finding for part in parts.values() for finding in part.findings)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise TemplateInvalid(findings)
    fonts = fonts_in_use(*trees.values())
    static = _static_parts(package.parts, parts.values())
    bodies = {name: part.build() for name, part in parts.items()}
    return Prepared(
        digest=hashlib.sha256(source).hexdigest(),
        warnings=(*package.warnings, *findings),
        static_images=frozenset(one for part in parts.values() for one in part.static_images),
        _bodies=bodies,
        _names=names,
        _fonts=fonts,
        _writer=PackageWriter(static, bodies, package.folders),
    )


def _static_parts(
    parts: Mapping[str, bytes], filled: Collection[TemplatePart]
) -> Mapping[str, bytes]:
    """The parts that are the same in every document, without pictures nothing refers to."""
    wanted = {address for part in filled for address in part.references}
    static = {
        name: content
        for name, content in parts.items()
        if name not in _FILLED_PARTS and (name in wanted or not name.startswith("Pictures/"))
    }
    return static | {"meta.xml": without_authors(parts.get("meta.xml"))}
