"""Says what is wrong with a template, and with sample data for it, without making a document."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from lxml import etree

from ..blocks.loading import NO_BLOCKS, Loader
from ..errors import TemplateError
from ..gate.odf import open_odf
from ..model import Filling, Finding, Package, Severity
from ..prepared import KINDS, Prepared, prepare_package
from . import anchors
from .catalogues import all_translated
from .comments import remove_ours
from .lints.accessibility import Accessibility, missing_language, missing_title
from .lints.fonts import unavailable_fonts
from .lints.foreign import ForeignTag, ForeignTags
from .lints.looking import Look, look_through
from .lints.unused import Mentioned, unused_data
from .lints.upkeep import Upkeep

#: Tags of other engines told of in one part; all of them are counted.
_MOST_TAGS = 500
#: One grey dot: stands for the pictures that are sent beside the data.
_DOT = bytes.fromhex("47494638376101000100800000808080ffffff2c00000000010001000002024401003b")

#: Makes a template ready that went through the gate; see :func:`..prepared.prepare_package`.
Prepare = Callable[[Package, bytes, Loader], Prepared]


def check(
    source: bytes,
    data: Mapping[str, object] | None = None,
    loader: Loader = NO_BLOCKS,
    *,
    language: str = "en",
    families: Collection[str] = (),
) -> tuple[Finding, ...]:
    """The findings of :func:`examine`, which describes the arguments."""
    return examine(source, data, loader, language=language, families=families).findings


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking a template found."""

    #: Errors and warnings in the order of the document, then what could be better.
    findings: tuple[Finding, ...]
    #: Engine -> verdict on a tag of it (``has-equivalent``, …) -> how many there are.
    foreign: Mapping[str, Mapping[str, int]]

    @property
    def usable(self) -> bool:
        """Whether documents can be made with it, and with the data if there were any."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)


def examine(
    source: bytes,
    data: Mapping[str, object] | None = None,
    loader: Loader = NO_BLOCKS,
    *,
    language: str = "en",
    families: Collection[str] = (),
    prepare: Prepare = prepare_package,
) -> Checked:
    """Everything about a template that its designer should know, and about data for it.

    Never raises TemplateError: what it would say is among the findings.

    Args:
        source: the bytes of the template.
        data: a sample to try it with.
        loader: finds the blocks it includes, which are checked with it.
        language: of the findings, one of ``catalogues.LANGUAGES``.
        families: names of the fonts that are installed where documents are made; empty when
            that is not known.
        prepare: for whoever wants more of a template that was checked than its findings.
    """
    examined = _Examination()
    try:
        package = open_odf(source, kinds=KINDS, before=examined.look_at, keep_people=False)
    except TemplateError as error:
        examined.add(error.findings)
    else:
        examined.add(package.warnings)
        if "meta.xml" not in package.parts:
            examined.add(missing_title(None))
        examined.add(unavailable_fonts(package, families))
        examined.add(_tried(package, source, data, loader, examined.mentioned, prepare=prepare))
    return Checked(all_translated(examined.findings, language), examined.foreign)


def _tried(
    package: Package,
    source: bytes,
    data: Mapping[str, object] | None,
    loader: Loader,
    mentioned: Mentioned,
    *,
    prepare: Prepare,
) -> tuple[Finding, ...]:
    """What preparing the template says, and filling it with a sample where it can be filled."""
    try:
        prepared = prepare(package, source, loader)
    except TemplateError as error:
        return error.findings
    if data is None:
        return prepared.warnings
    for name in prepared.blocks:
        block = loader.load(name)
        if block is not None:
            open_odf(block, kinds=KINDS, before=mentioned.look_at)
    try:
        pictures = dict.fromkeys(prepared.static_images, _DOT)
        filled = prepared.fill(data, io.BytesIO(), Filling(), images=pictures)
    except TemplateError as error:
        return (*prepared.warnings, *error.findings)
    return (*filled.warnings, *unused_data(data, mentioned.words))


class _Examination:
    """Gathers what is found, each thing once."""

    def __init__(self) -> None:
        self._found: dict[Finding, None] = {}
        #: The words of its expressions.
        self.mentioned = Mentioned()
        #: The tags of other engines.
        self._tags: list[ForeignTag] = []

    def add(self, findings: Collection[Finding]) -> None:
        self._found.update(dict.fromkeys(findings))

    def look_at(self, root: etree._Element, part: str) -> None:
        """Look through a part of the file as it was sent; see ``open_odf``."""
        self.mentioned.look_at(root, part)
        if part == "meta.xml":
            self.add(missing_title(root))
        if part == "styles.xml":
            self.add(missing_language(root))
        if part in anchors.PARTS:
            remove_ours(root)
            anchors.number(root, part)
            look = Look(part)
            foreign = ForeignTags(look)
            look_through(root, part, look, Accessibility(look), Upkeep(look), foreign)
            self.add(look.report.findings)
            self.add([tag.finding for tag in foreign.found[:_MOST_TAGS]])
            self._tags += foreign.found

    @property
    def foreign(self) -> Mapping[str, Mapping[str, int]]:
        """How many tags of other engines there are."""
        counts: dict[str, Counter[str]] = {}
        for tag in self._tags:
            counts.setdefault(str(tag.engine), Counter())[str(tag.judgement.verdict)] += 1
        return counts

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Errors and warnings in the order of the document, then the rest in the same order."""
        return tuple(sorted(self._found, key=_rank))


def _rank(finding: Finding) -> tuple[bool, tuple[str, int], bool]:
    """Where a finding comes in the report; at one place, mistakes come first."""
    return (
        finding.severity is Severity.INFO,
        anchors.position(finding.anchor),
        finding.severity is not Severity.ERROR,
    )
