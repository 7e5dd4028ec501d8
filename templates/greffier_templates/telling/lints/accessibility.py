"""What keeps a document from readers who do not see it: what PDF/UA and EN 301 549 ask for.

Told as information, for most of it is wrong in almost every template and a letter on paper
loses nothing by it; in a PDF for the web it is a duty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from ...gate.odf_names import q
from ...model import Finding, Severity
from ...pictures.codes.kinds import is_told
from ...trees import plain_text
from ..wording import quoted, say
from .looking import Look

_TABLE, _ROW = q("table:table"), q("table:table-row")
_HEADER_ROWS = q("table:table-header-rows")
_CELLS = (q("table:table-cell"), q("table:covered-table-cell"))
_ALTERNATIVES = (q("svg:title"), q("svg:desc"))
_SHOWN = (q("draw:image"), q("draw:object"), q("draw:object-ole"))
#: Marks a picture as one that says nothing (LibreOffice 7.5 and later).
_DECORATIVE = q("loext:decorative")


class Accessibility:
    """Pictures without a text, headings that skip a level, tables without a heading."""

    def __init__(self, look: Look) -> None:
        """Look at one part."""
        self._look = look
        self._level = 0

    def sees(self) -> Mapping[str, Callable[[etree._Element], None]]:
        """Only in the text: headers and footers are not read aloud."""
        if not self._look.is_body:
            return {}
        return {q("draw:frame"): self._frame, q("text:h"): self._heading, _TABLE: self._table}

    def _frame(self, frame: etree._Element) -> None:
        told = any((one.text or "").strip() for one in frame.iterchildren(*_ALTERNATIVES))
        shows = next(frame.iterchildren(*_SHOWN), None) is not None
        name = frame.get(q("draw:name"), "")
        if not shows or told or frame.get(_DECORATIVE) == "true" or is_told(name):
            return
        self._look.report.info(
            "alt-text-missing",
            say("The picture {name} has no text for readers who cannot see it.", name=quoted(name)),
            self._look.site(frame, name),
            say("Right-click it, “Alt Text…” (before LibreOffice 7.5 “Description…”)."),
        )

    def _heading(self, heading: etree._Element) -> None:
        level = _count(heading.get(q("text:outline-level"), "1"))
        text = plain_text(heading).strip()
        if level > self._level + 1 and text:
            self._look.report.info(
                "heading-skipped",
                say(
                    "After a heading of level {before} comes one of level {level}.",
                    before=self._level,
                    level=level,
                )
                if self._level
                else say("The first heading is of level {level}.", level=level),
                self._look.site(heading, text),
                say("Give it the paragraph style “Heading {level}”.", level=self._level + 1),
            )
        if text:
            self._level = level

    def _table(self, table: etree._Element) -> None:
        rows = list(table.iterchildren(_ROW))
        has_header = next(table.iterchildren(_HEADER_ROWS), None) is not None
        # One row, or one column, is a way to place things side by side or in a box.
        if has_header or len(rows) < 2 or max(map(_columns, rows)) < 2:
            return
        name = table.get(q("table:name"), "")
        self._look.report.info(
            "table-without-header",
            say("The table {name} has no heading row.", name=quoted(name)),
            self._look.site(table, name),
            say("If its first row is one: Table › Properties… › Text Flow, tick “Repeat heading”."),
        )


def _columns(row: etree._Element) -> int:
    return sum(
        _count(cell.get(q("table:number-columns-repeated"), "1"))
        for cell in row.iterchildren(*_CELLS)
    )


def _count(written: str) -> int:
    return int(written) if written.isdecimal() and len(written) < 6 else 1


def missing_title(meta: etree._Element | None) -> list[Finding]:
    """A document without a title; its file name is read aloud in its place."""
    titles = [] if meta is None else meta.iter(q("dc:title"))
    if any((title.text or "").strip() for title in titles):
        return []
    return [
        _of_properties(
            "title-missing",
            say("The document has no title."),
            say("Write one: File › Properties… › Description."),
        )
    ]


def missing_language(styles: etree._Element) -> list[Finding]:
    """A document whose text is in no language, so that it cannot be read aloud."""
    for default in styles.iter(q("style:default-style")):
        properties = default.find(q("style:text-properties"))
        if default.get(q("style:family")) == "paragraph" and properties is not None:
            language = properties.get(q("fo:language"), "none")
            if language not in ("none", "zxx", "und", ""):
                return []
    return [
        _of_properties(
            "language-missing",
            say("The document does not say in which language it is."),
            say("Choose it: Tools › Language › For All Text."),
        )
    ]


def _of_properties(code: str, message: str, hint: str) -> Finding:
    return Finding(code, message, say("document properties"), hint=hint, severity=Severity.INFO)
