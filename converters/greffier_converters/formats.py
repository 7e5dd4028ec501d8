"""Which kinds of document come in, which formats go out, and LibreOffice's name for each.

Every document is loaded with the filter of its declared kind, never with the one
LibreOffice would guess from the content: guessing lets HTML or RTF bytes named
``.odt`` reach import filters that read local files.

The filter names are LibreOffice's own (``share/registry/*.xcd``, node
``org.openoffice.TypeDetection/Filters``), the same in 7.4 and 25.x:
https://help.libreoffice.org/latest/en-US/text/shared/guide/convertfilters.html
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from greffier_converters import csv_import
from greffier_converters.errors import OptionRefused


class Family(enum.StrEnum):
    """What LibreOffice makes of a document; decides which export filters apply."""

    TEXT = "text"
    SPREADSHEET = "spreadsheet"
    DRAWING = "drawing"
    #: Only where LibreOffice Impress is installed.
    PRESENTATION = "presentation"


@dataclass(frozen=True, slots=True)
class Input:
    """One kind of document that is accepted."""

    family: Family
    #: LibreOffice's import filter, forced when loading.
    filter_name: str
    media_type: str
    #: Refused unless the operator allows it: the import filter of this kind reads
    #: files and addresses named in the document and cannot be told not to.
    operator_only: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """One of LibreOffice's export filters and the options it always gets."""

    name: str
    #: LibreOffice's ``FilterOptions``, a string whose syntax differs per filter.
    options: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """One format that can be written."""

    media_type: str
    #: With the dot: ``.pdf``.
    extension: str
    filters: Mapping[Family, Filter]
    #: The office writes a PDF, and the pages are drawn from it afterwards
    #: (``pages.py``): LibreOffice's own image filters write page one only.
    drawn_from_pdf: bool = False
    #: LibreOffice keeps a document's custom properties in it.
    custom_properties: bool = False


# Separator, text delimiter, character set (76: UTF-8), first line (see csv_import.py).
_CSV = "44,34,76,1"
_OASIS = "application/vnd.oasis.opendocument"
_OOXML = "application/vnd.openxmlformats-officedocument"

#: Kind -> what it is. The key is what callers declare, and the usual file extension.
INPUTS: Mapping[str, Input] = MappingProxyType(
    {
        "odt": Input(Family.TEXT, "writer8", f"{_OASIS}.text"),
        "ott": Input(Family.TEXT, "writer8_template", f"{_OASIS}.text-template"),
        "docx": Input(Family.TEXT, "MS Word 2007 XML", f"{_OOXML}.wordprocessingml.document"),
        "doc": Input(Family.TEXT, "MS Word 97", "application/msword"),
        "ods": Input(Family.SPREADSHEET, "calc8", f"{_OASIS}.spreadsheet"),
        "xlsx": Input(
            Family.SPREADSHEET, "Calc MS Excel 2007 XML", f"{_OOXML}.spreadsheetml.sheet"
        ),
        "xls": Input(Family.SPREADSHEET, "MS Excel 97", "application/vnd.ms-excel"),
        "csv": Input(Family.SPREADSHEET, "Text - txt - csv (StarCalc)", "text/csv"),
        "odg": Input(Family.DRAWING, "draw8", f"{_OASIS}.graphics"),
        "odp": Input(Family.PRESENTATION, "impress8", f"{_OASIS}.presentation"),
        "pptx": Input(
            Family.PRESENTATION,
            "Impress MS PowerPoint 2007 XML",
            f"{_OOXML}.presentationml.presentation",
        ),
        "rtf": Input(Family.TEXT, "Rich Text Format", "application/rtf", operator_only=True),
        "html": Input(Family.TEXT, "HTML (StarWriter)", "text/html", operator_only=True),
        "svg": Input(
            Family.DRAWING,
            "SVG - Scalable Vector Graphics Draw",
            "image/svg+xml",
            operator_only=True,
        ),
        "fodt": Input(
            Family.TEXT,
            "OpenDocument Text Flat XML",
            f"{_OASIS}.text-flat-xml",
            operator_only=True,
        ),
        "fods": Input(
            Family.SPREADSHEET,
            "OpenDocument Spreadsheet Flat XML",
            f"{_OASIS}.spreadsheet-flat-xml",
            operator_only=True,
        ),
        "fodg": Input(
            Family.DRAWING,
            "OpenDocument Drawing Flat XML",
            f"{_OASIS}.graphics-flat-xml",
            operator_only=True,
        ),
    }
)

_PDF_FILTERS = MappingProxyType(
    {
        Family.TEXT: Filter("writer_pdf_Export"),
        Family.SPREADSHEET: Filter("calc_pdf_Export"),
        Family.DRAWING: Filter("draw_pdf_Export"),
        Family.PRESENTATION: Filter("impress_pdf_Export"),
    }
)


def _text(name: str, options: str = "") -> Mapping[Family, Filter]:
    return MappingProxyType({Family.TEXT: Filter(name, options)})


def _spreadsheet(name: str, options: str = "") -> Mapping[Family, Filter]:
    return MappingProxyType({Family.SPREADSHEET: Filter(name, options)})


#: Format -> what it is. The key is what callers ask for in ``output.format``.
OUTPUTS: Mapping[str, Output] = MappingProxyType(
    {
        "pdf": Output("application/pdf", ".pdf", _PDF_FILTERS),
        "png": Output("image/png", ".png", _PDF_FILTERS, drawn_from_pdf=True),
        "odt": Output(f"{_OASIS}.text", ".odt", _text("writer8"), custom_properties=True),
        "docx": Output(
            f"{_OOXML}.wordprocessingml.document",
            ".docx",
            _text("MS Word 2007 XML"),
            custom_properties=True,
        ),
        "rtf": Output("application/rtf", ".rtf", _text("Rich Text Format"), custom_properties=True),
        # EmbedImages: pictures go into the one file instead of beside it.
        "html": Output(
            "text/html",
            ".html",
            _text("HTML (StarWriter)", "EmbedImages"),
            custom_properties=True,
        ),
        # UTF-8, line feeds, no byte order mark.
        "txt": Output("text/plain", ".txt", _text("Text (encoded)", "UTF8,LF,,,FALSE")),
        "ods": Output(
            f"{_OASIS}.spreadsheet", ".ods", _spreadsheet("calc8"), custom_properties=True
        ),
        "xlsx": Output(
            f"{_OOXML}.spreadsheetml.sheet",
            ".xlsx",
            _spreadsheet("Calc MS Excel 2007 XML"),
            custom_properties=True,
        ),
        # The first sheet: the format holds only one.
        "csv": Output("text/csv", ".csv", _spreadsheet("Text - txt - csv (StarCalc)", _CSV)),
    }
)


def accepted(
    families: Collection[Family], *, operator_kinds: Collection[str] = ()
) -> tuple[str, ...]:
    """Name the kinds this installation takes.

    Args:
        families: what the installed LibreOffice can load (no Impress, no PRESENTATION).
        operator_kinds: kinds marked ``operator_only`` that the operator allows.
    """
    return tuple(
        kind
        for kind, accepts in INPUTS.items()
        if accepts.family in families and (kind in operator_kinds or not accepts.operator_only)
    )


def import_options(kind: str, source: Path) -> str:
    """Give LibreOffice's ``FilterOptions`` for loading ``source``; empty for most kinds.

    Raises:
        OSError: ``source`` cannot be read.
    """
    if kind != "csv":
        return ""
    with source.open("rb") as file:
        return csv_import.import_options(file.read(csv_import.HEAD_BYTES))


def export_filter(kind: str, format: str) -> Filter:
    """Find LibreOffice's filter that writes ``format`` from a document of ``kind``.

    Raises:
        OptionRefused: ``format`` is unknown or cannot be made from such a document;
            the message says what can.
    """
    family = INPUTS[kind].family
    possible = ", ".join(name for name, output in OUTPUTS.items() if family in output.filters)
    if format not in OUTPUTS:
        raise OptionRefused(
            f"There is no output format {format!r}. From {kind} these can be made: {possible}.",
            option="format",
        )
    try:
        return OUTPUTS[format].filters[family]
    except KeyError:
        raise OptionRefused(
            f"{format} cannot be made from {kind}. These can: {possible}.", option="format"
        ) from None
