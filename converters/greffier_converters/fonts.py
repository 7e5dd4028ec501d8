"""Which fonts a document wanted, which are installed, which its PDF used instead.

LibreOffice replaces a missing font without a word, and lines and pages break
elsewhere. So the families a document names (``faces.py``) are compared with those
installed, and with the names of the fonts in the PDF (the office's answer).
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from greffier_converters.model import Substitution

# Wanted -> replacements drawn to the same widths, so that no line breaks elsewhere:
# fontconfig, conf.d/30-metric-aliases.conf.
_METRIC_COMPATIBLE: Mapping[str, tuple[str, ...]] = {
    "arial": ("Liberation Sans", "Arimo"),
    "arial narrow": ("Liberation Sans Narrow",),
    "helvetica": ("Liberation Sans", "Arimo", "Nimbus Sans"),
    "times new roman": ("Liberation Serif", "Tinos"),
    "times": ("Liberation Serif", "Tinos", "Nimbus Roman"),
    "courier new": ("Liberation Mono", "Cousine"),
    "courier": ("Liberation Mono", "Cousine", "Nimbus Mono PS"),
    "calibri": ("Carlito",),
    "cambria": ("Caladea",),
    "georgia": ("Gelasio",),
}

_FC_LIST_TIMEOUT_S = 30


def write_configuration(file: Path, folders: Sequence[Path]) -> None:
    """Write a file for fontconfig that adds the fonts of some folders to the machine's.

    Its format: https://fontconfig.pages.freedesktop.org/fontconfig/fontconfig-user.html
    """
    added = "".join(f"<dir>{escape(str(folder))}</dir>" for folder in folders)
    file.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n'
        f"<fontconfig><include>/etc/fonts/fonts.conf</include>{added}</fontconfig>\n"
    )


def environment(configuration: Path) -> dict[str, str]:
    """Return what makes a program go by such a file instead of the machine's."""
    return {"FONTCONFIG_FILE": str(configuration)}


def lister() -> str:
    """Give the program that lists fonts.

    Raises:
        FontsUnknown: it is not installed.
    """
    program = shutil.which("fc-list")
    if program is None:
        raise FontsUnknown
    return program


class FontsUnknown(Exception):
    """The fonts of this machine could not be listed."""

    def __init__(self) -> None:
        super().__init__("fc-list does not list the fonts; install it: apt-get install fontconfig")


@dataclass(frozen=True, slots=True)
class FontReport:
    """The fonts of one PDF."""

    #: Families in the PDF.
    used: tuple[str, ...]
    substituted: tuple[Substitution, ...]


@dataclass(frozen=True, slots=True)
class InstalledFonts:
    """The fonts that some offices see, looked up once."""

    families: frozenset[str] = frozenset()
    #: PostScript name, as PDFs name fonts -> family.
    family_of: Mapping[str, str] = field(default_factory=dict)
    _casefolded: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Casefold once what every document is compared with."""
        casefolded = frozenset(family.casefold() for family in self.families)
        object.__setattr__(self, "_casefolded", casefolded)

    @classmethod
    def look_up(cls) -> InstalledFonts:
        """List those of the machine. Takes some milliseconds.

        Raises:
            FontsUnknown: there is no working ``fc-list``.
        """
        return cls.listed_by([lister()])

    @classmethod
    def listed_by(cls, command: Sequence[str | Path]) -> InstalledFonts:
        """Ask fontconfig, which LibreOffice asks too. Blocks.

        Args:
            command: starts ``fc-list``, which gets its arguments after it.

        Raises:
            FontsUnknown: it does not work.
        """
        try:
            listed = subprocess.run(
                [*command, "--format", "%{family}\t%{postscriptname}\n"],
                capture_output=True,
                text=True,
                check=True,
                timeout=_FC_LIST_TIMEOUT_S,
            ).stdout
        except (OSError, subprocess.SubprocessError) as error:
            raise FontsUnknown from error
        rows = [line.split("\t") for line in listed.splitlines()]
        # A font may have its family in several languages and spellings: "A,B".
        return cls(
            families=frozenset(name for families, _ in rows for name in families.split(",")),
            family_of={postscript: families.split(",")[0] for families, postscript in rows},
        )

    def report(self, wanted: Collection[str], names_in_pdf: Collection[str]) -> FontReport:
        """Tell which of the wanted families were replaced in a PDF, and by which.

        A wanted family that is not installed counts as replaced when the PDF holds a
        font that explains it: its known equivalent, else one that nobody asked for.
        Without one, no text used it.

        Args:
            wanted: families the document names; see ``faces.py``.
            names_in_pdf: PostScript names without subset prefix: ``Carlito-Bold``.
        """
        used = {self._family(name) for name in names_in_pdf}
        installed = self._casefolded
        asked_for = {family.casefold() for family in wanted} & installed
        missing = sorted({each for each in wanted if each.casefold() not in installed})
        equivalents = {
            family: used.intersection(_METRIC_COMPATIBLE.get(family.casefold(), ()))
            for family in missing
        }
        unexplained = {family for family in used if family.casefold() not in asked_for}
        others = unexplained.difference(*equivalents.values()) or unexplained
        substituted = [
            Substitution(family, " or ".join(sorted(by)), bool(equivalents[family]))
            for family in missing
            if (by := equivalents[family] or others)
        ]
        return FontReport(tuple(sorted(used)), tuple(substituted))

    def _family(self, postscript_name: str) -> str:
        known = self.family_of.get(postscript_name)
        return known or postscript_name.partition("-")[0]
