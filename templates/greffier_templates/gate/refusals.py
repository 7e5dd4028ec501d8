"""Every finding of the gate: what it means and what the sender can do about it.

One table, read by the code that raises, by the documentation and by the test that keeps the
two in step. A rule with ``raises`` refuses the file; one without is a warning about something
that was taken out or frozen while the rest of the document stayed as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from ..errors import (
    FileDamaged,
    FileEncrypted,
    FileRefused,
    FileTooLarge,
    FileUnsafe,
    FontRefused,
    NotTheDeclaredType,
)
from ..model import Finding, Severity
from ..telling.wording import Wording, phrase


@dataclass(frozen=True, slots=True)
class Rule:
    """One finding of the gate."""

    #: The sentence told to the sender; ``{…}`` are facts about the file, never its text.
    message: str
    #: What to do about it.
    hint: str
    #: The refusal, or None for a warning.
    raises: type[FileRefused] | None = None


_RESAVE = phrase("Open it in LibreOffice and save it again.")
_PACKAGE = phrase("Send the file as LibreOffice or Word saved it.")
_SMALLER = phrase("Split the document into smaller ones.")
_FONT_AGAIN = phrase("Get the font file from its maker again.")

RULES: dict[str, Rule] = {
    # --- what the bytes are ---------------------------------------------------------------
    "file-empty": Rule(
        phrase("The file is empty (0 bytes)."),
        phrase("Check that the upload sent the whole file."),
        NotTheDeclaredType,
    ),
    "not-the-declared-type": Rule(
        phrase("The file is {found}, not {wanted}."),
        phrase("Send the document in the type you declare; renaming a file does not convert it."),
        NotTheDeclaredType,
    ),
    "file-encrypted": Rule(
        phrase("The file is protected by a password."),
        phrase("Save it without a password and send it again."),
        FileEncrypted,
    ),
    "file-too-large": Rule(
        phrase("The file is larger than {limit}."),
        _SMALLER,
        FileTooLarge,
    ),
    # --- the zip package ------------------------------------------------------------------
    "package-empty": Rule(phrase("The file is an empty zip package."), _RESAVE, FileDamaged),
    "package-truncated": Rule(
        phrase("The end of the file is missing: it was cut off while it was sent or saved."),
        phrase("Send the whole file again."),
        FileDamaged,
    ),
    "package-damaged": Rule(phrase("The zip package cannot be read."), _RESAVE, FileDamaged),
    "part-damaged": Rule(phrase("A part of the package cannot be unpacked."), _RESAVE, FileDamaged),
    "part-missing": Rule(
        phrase("A part that every such document has is missing."), _RESAVE, FileDamaged
    ),
    "package-too-many-parts": Rule(
        phrase("The package holds more than {limit} files."), _SMALLER, FileTooLarge
    ),
    "package-too-large": Rule(
        phrase("The package unpacks to more than {limit}."), _SMALLER, FileTooLarge
    ),
    "part-too-large": Rule(phrase("A part unpacks to more than {limit}."), _SMALLER, FileTooLarge),
    "part-overpacked": Rule(
        phrase("A part unpacks to more than {limit} times its size, as only a zip bomb does."),
        _PACKAGE,
        FileTooLarge,
    ),
    "package-duplicate-name": Rule(
        phrase("The package holds two files of one name."), _PACKAGE, FileUnsafe
    ),
    "package-unsafe-name": Rule(
        phrase("The package holds a file whose name leads out of it."), _PACKAGE, FileUnsafe
    ),
    "package-prefixed": Rule(
        phrase("Something else lies in front of the package."), _PACKAGE, FileUnsafe
    ),
    "package-unusual": Rule(
        phrase("The package uses a zip feature that no document needs ({feature})."),
        _PACKAGE,
        FileUnsafe,
    ),
    # --- XML ------------------------------------------------------------------------------
    "xml-malformed": Rule(phrase("A part is not well-formed XML."), _RESAVE, FileDamaged),
    "xml-encoding": Rule(phrase("A part is not written in UTF-8."), _RESAVE, FileDamaged),
    "xml-doctype": Rule(
        phrase("A part declares a document type or entities."), _RESAVE, FileUnsafe
    ),
    "xml-instruction": Rule(phrase("A part holds a processing instruction."), _RESAVE, FileUnsafe),
    "xml-directive": Rule(
        phrase("A part holds directives of a template language or of XInclude."),
        phrase("Write instructions as LibreOffice fields and links only."),
        FileUnsafe,
    ),
    "xml-too-deep": Rule(
        phrase("Elements are nested more than {limit} deep."), _SMALLER, FileTooLarge
    ),
    "xml-too-many-elements": Rule(
        phrase("A part holds more than {limit} elements."), _SMALLER, FileTooLarge
    ),
    "text-too-long": Rule(
        phrase("A paragraph is longer than {limit} characters."),
        phrase("Divide the text into paragraphs."),
        FileTooLarge,
    ),
    "repeat-too-large": Rule(
        phrase("A space, row, column or cell is repeated more than {limit} times."),
        _SMALLER,
        FileTooLarge,
    ),
    "too-many-cells": Rule(
        phrase("The tables have more than {limit} cells."), _SMALLER, FileTooLarge
    ),
    # --- content that is refused ----------------------------------------------------------
    "external-reference": Rule(
        phrase("A picture or fill is linked from outside the document."),
        phrase(
            "In LibreOffice: Edit › Links to External Files › Break Link, or insert it as a copy."
        ),
        FileUnsafe,
    ),
    "picture-type": Rule(
        phrase("A picture is {found}; only PNG, JPEG, GIF and plain SVG are taken."),
        phrase("Insert it again as PNG or JPEG."),
        FileUnsafe,
    ),
    "picture-active": Rule(
        phrase("An SVG picture holds {found}, which no document may hold."),
        phrase("Export the drawing again as plain SVG or as PNG."),
        FileUnsafe,
    ),
    "picture-too-large": Rule(
        phrase("A picture has more than {limit} pixels."), phrase("Scale it down."), FileTooLarge
    ),
    # --- fonts ----------------------------------------------------------------------------
    "font-unknown": Rule(
        phrase("The file is no font of the type TTF or OTF."),
        phrase(
            "Send the font file that is installed on a computer: its name ends in .ttf or .otf."
        ),
        NotTheDeclaredType,
    ),
    "font-too-large": Rule(
        phrase("The font is larger than {limit}."),
        phrase("Send a font that has the letters of your languages only."),
        FileTooLarge,
    ),
    "font-damaged": Rule(phrase("The font cannot be read."), _FONT_AGAIN, FileDamaged),
    "font-table-damaged": Rule(
        phrase("The table {table} of the font is missing or cannot be read."),
        _FONT_AGAIN,
        FileDamaged,
    ),
    "font-without-name": Rule(
        phrase("The font does not say the name of its family or of its style."),
        _FONT_AGAIN,
        FileDamaged,
    ),
    "font-collection": Rule(
        phrase("The file is a collection of several fonts (TTC)."),
        phrase("Send each of its fonts as a file of its own."),
        FontRefused,
    ),
    "font-for-web": Rule(
        phrase("The file is a font for web pages ({found})."),
        phrase("Send the TTF or OTF that it was made from."),
        FontRefused,
    ),
    "font-variable": Rule(
        phrase("The font is variable: LibreOffice would use one of its styles only."),
        phrase("Send each style that you need as a font of its own."),
        FontRefused,
    ),
    "font-embedding-forbidden": Rule(
        phrase(
            "The font forbids what every PDF does: to embed the letters it uses "
            "(fsType is {rights})."
        ),
        phrase("Ask its maker for a licence, and for the file that goes with it."),
        FontRefused,
    ),
    # --- content that is taken out, with a warning -----------------------------------------
    "link-removed": Rule(
        phrase(
            "A link was made plain text: "
            "it does not lead to the web, a mail address or this document."
        ),
        phrase("Links may start with http, https, mailto or tel."),
    ),
    "linked-content-removed": Rule(
        phrase(
            "A link to content of another file was cut; what the document shows of it was kept."
        ),
        phrase("Insert the content itself."),
    ),
    "macro-removed": Rule(phrase("Macros or events were taken out; none is ever run."), ""),
    "macro-ignored": Rule(phrase("The document has macros; none is ever run."), ""),
    "object-removed": Rule(
        phrase(
            "An embedded object was taken out; the picture shown for it was kept where it has one."
        ),
        phrase("Insert it as a picture."),
    ),
    "font-removed": Rule(
        phrase("An embedded font was taken out."),
        phrase("Bring the font as a file of its own, or ask the operator to install it."),
    ),
    "people-removed": Rule(
        "A field that shows who made the template, or in which folder, was taken out.",
        "Write the name, or take it from the data.",
    ),
    "field-frozen": Rule(
        phrase("A field that would show data of the server was replaced by the text it showed."), ""
    ),
    "database-removed": Rule(
        phrase("A link to a database was cut; the values shown were kept."), ""
    ),
    "form-data-removed": Rule(phrase("Addresses or data sources of a form were taken out."), ""),
    "formula-frozen": Rule(
        phrase("A formula that reads outside the document was replaced by its last result."), ""
    ),
    "formula-redrawn": Rule(
        phrase(
            "The stored picture of a mathematical formula was taken out; the formula is drawn anew."
        ),
        phrase(
            "Where LibreOffice Math is not installed its place stays empty: insert it as a picture."
        ),
    ),
    "picture-missing": Rule(phrase("A picture is not in the package."), phrase("Insert it again.")),
    "signature-removed": Rule(
        phrase("The digital signature was taken out: it does not hold for the document made here."),
        "",
    ),
    "earlier-part-removed": Rule(
        phrase(
            "The package holds a part twice, as after changing it with a zip program; "
            "the last counts."
        ),
        _RESAVE,
    ),
    "element-removed": Rule(phrase("An element that no ODF document has was taken out."), ""),
    "part-removed": Rule(phrase("A file that the document does not need was taken out."), ""),
}


def finding(code: str, where: str = "", anchor: str = "", **facts: object) -> Finding:
    """The finding of that code, with the facts its message asks for.

    Args:
        code: a key of :data:`RULES`.
        where: the place in words.
        anchor: the element, while a template is checked; see ``anchors.py``.
        facts: what stands in the message; numbers, kinds of files, never text of the file.
    """
    rule = RULES[code]
    return Finding(
        code=code,
        message=Wording(rule.message, facts),
        where=where,
        hint=Wording(rule.hint, {}),
        severity=Severity.WARNING if rule.raises is None else Severity.ERROR,
        anchor=anchor,
    )


def refuse(code: str, where: str = "", anchor: str = "", **facts: object) -> NoReturn:
    """Raise the refusal of that code; arguments as for :func:`finding`.

    Raises:
        FileRefused: always, of the class the rule names.
    """
    refusal = RULES[code].raises
    assert refusal is not None, f"{code} is a warning"
    raise refusal(finding(code, where, anchor, **facts))
