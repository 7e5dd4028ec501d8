"""The blocks a template includes: found by a loader, judged by the gate, counted and told apart.

A *block* is an ODT of its own whose body is put where ``py3o://include="name"`` stands:
a letterhead, a signature. What finds it is the caller's; this room reads no files.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ..errors import FileRefused
from ..gate.limits import MIB
from ..gate.odf import open_odf
from ..markers import Marker
from ..model import Finding, Package
from ..telling.notes import Report
from ..telling.places import in_blocks
from ..telling.site import Site
from ..telling.wording import did_you_mean, joined, quoted, say

_KINDS = ("odt", "ott")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
#: Blocks within blocks within …: more than letterhead, logo and a line of it ever need.
DEPTH = 5
#: Places that include something, those within blocks counted each time.
_INCLUSIONS = 200
#: Bytes of XML of all that is included, each block as often as it is.
_XML_BYTES = 32 * MIB


def is_block_name(name: str) -> bool:
    """Whether a block may be called so: lower-case letters, digits and hyphens, never a path."""
    return _NAME.fullmatch(name) is not None


class Loader(Protocol):
    """Where blocks come from. A mapping of names to bytes becomes one by :class:`GivenBlocks`."""

    def load(self, name: str) -> bytes | None:
        """The ODT of that name (lower-case letters, digits, hyphens); None: there is none."""

    def names(self) -> Collection[str]:
        """The blocks there are, to tell a designer whose name is misspelt."""


@dataclass(frozen=True, slots=True)
class GivenBlocks:
    """A loader of blocks that lie in memory; of none, when it is given none."""

    content: Mapping[str, bytes]

    def load(self, name: str) -> bytes | None:
        """See :class:`Loader`."""
        return self.content.get(name)

    def names(self) -> Collection[str]:
        """See :class:`Loader`."""
        return self.content.keys()


NO_BLOCKS = GivenBlocks({})


@dataclass(frozen=True, slots=True)
class _Block:
    digest: str
    package: Package | None
    #: What the gate said of it.
    findings: tuple[Finding, ...]


class Blocks:
    """The blocks of one template that is being prepared."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._opened: dict[str, _Block | None] = {}
        self._inclusions_left = _INCLUSIONS
        self._xml_bytes_left = _XML_BYTES

    @property
    def digests(self) -> Mapping[str, str]:
        """Name -> SHA-256, in hexadecimal, of every block that was included."""
        return {name: block.digest for name, block in self._opened.items() if block is not None}

    def open(self, marker: Marker, chain: Sequence[str], report: Report) -> Package | None:
        """The block that an instruction names; None when it cannot be, which is reported.

        ``chain`` are the names of the blocks around the instruction, outermost first.
        """
        name, site = marker.name, marker.site
        if not self._may(name, chain, site, report):
            return None
        if name not in self._opened:
            self._opened[name] = self._load(name)
        block = self._opened[name]
        if block is None:
            self._report_missing(name, site, report)
            return None
        for finding in block.findings:
            report.foreign(_found_in((*chain, name), finding), site)
        if block.package is None:
            return None
        self._xml_bytes_left -= sum(
            len(block.package.parts.get(part, b"")) for part in ("content.xml", "styles.xml")
        )
        if self._xml_bytes_left < 0:
            limit = f"{_XML_BYTES // MIB} MiB"
            message = say("All that is included is larger than {limit}.", limit=limit)
            report.error("blocks-too-large", message, site)
            return None
        return block.package

    def _load(self, name: str) -> _Block | None:
        source = self._loader.load(name)
        if source is None:
            return None
        digest = hashlib.sha256(source).hexdigest()
        try:
            package = open_odf(source, kinds=_KINDS, keep_people=False)
        except FileRefused as refusal:
            return _Block(digest, None, refusal.findings)
        return _Block(digest, package, package.warnings)

    def _may(self, name: str, chain: Sequence[str], site: Site, report: Report) -> bool:
        if not is_block_name(name):
            report.error(
                "block-name-invalid",
                say("{name} is not the name of a block.", name=quoted(name)),
                site,
                say(
                    "A block is included by its name, not by an expression: lower-case letters, "
                    "digits and hyphens. To choose between blocks, put each in a condition."
                ),
            )
            return False
        path = " › ".join((*chain, name))
        if name in chain:
            message = say("The block “{name}” includes itself: {path}.", name=name, path=path)
            report.error("block-includes-itself", message, site)
            return False
        if len(chain) >= DEPTH:
            message = say(
                "Blocks include blocks more than {depth} deep: {path}.", depth=DEPTH, path=path
            )
            report.error("blocks-too-deep", message, site)
            return False
        self._inclusions_left -= 1
        if self._inclusions_left == -1:
            message = say("More than {limit} blocks are included.", limit=_INCLUSIONS)
            report.error("blocks-too-many", message, site)
        return self._inclusions_left >= 0

    def _report_missing(self, name: str, site: Site, report: Report) -> None:
        names = sorted(self._loader.names())
        near = difflib.get_close_matches(name, names, 1)
        if near:
            hint = did_you_mean(near[0])
        elif names:
            hint = say("There are {names}.", names=", ".join(names))
        else:
            hint = say("There are no blocks at hand.")
        message = say("There is no block “{name}”.", name=name)
        report.error("block-missing", message, site, hint)


def _found_in(names: Sequence[str], finding: Finding) -> Finding:
    return replace(finding, where=joined(filter(None, [in_blocks(names), finding.where])))
