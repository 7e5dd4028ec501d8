"""The options of a PDF in LibreOffice's words, each value in the type it expects.

LibreOffice ignores without a word a name it does not know and a value of another type,
so ``"2024"`` as a watermark or ``"1234"`` as a password must stay text. The keys of
``FilterData`` and their types are described in
https://wiki.documentfoundation.org/Macros/Python_Guide/PDF_export_filter_data
and read in LibreOffice core, ``filter/source/pdf/pdfexport.cxx``; every key used here
exists in 7.4 and later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from greffier_converters.options import Encryption, Images, InitialView, PdfOptions

#: Profile -> its number in SelectPdfVersion.
_PROFILES = {"PDF/A-1b": 1, "PDF/A-2b": 2, "PDF/A-3b": 3}
# Grey from corner to corner, in tenths of a degree; LibreOffice's own is bright green
# and upright.
_WATERMARK_COLOR = 0x808080
_WATERMARK_ANGLE = 450


@dataclass(frozen=True, slots=True)
class Export:
    """What an office is told: fields of :class:`greffier_converters.model.Conversion`."""

    options: Mapping[str, bool | int | str]
    properties: Mapping[str, str | tuple[str, ...]]


def export(options: PdfOptions, *, anonymous: bool = False) -> Export:
    """Say it in LibreOffice's words, each value in the type it expects.

    Args:
        options: what the caller asks for.
        anonymous: the document is known to name no author, so there is none to take
            away: every property that is set costs time.
    """
    data: dict[str, bool | int | str] = {
        # Given always: with any FilterData at all, LibreOffice's own defaults are not
        # those of its dialogue but others, with comments exported.
        "UseTaggedPDF": options.tagged,
        "ExportBookmarks": options.bookmarks,
        "ExportNotes": options.notes,
        "ExportFormFields": options.form_fields,
        "IsSkipEmptyPages": not options.blank_pages,
        "SinglePageSheets": options.single_page_sheets,
        **_view(options.initial_view),
        **_images(options.images),
    }
    if options.profile is not None:
        data["SelectPdfVersion"] = _PROFILES[options.profile]
    if options.ua:
        data["PDFUACompliance"] = True
    if options.watermark is not None:
        data |= {
            "Watermark": options.watermark,
            "WatermarkColor": _WATERMARK_COLOR,
            "WatermarkRotateAngle": _WATERMARK_ANGLE,
        }
    if options.pages is not None:
        data["PageRange"] = options.pages
    if options.encryption is not None:
        data |= _encryption(options.encryption)
    properties = _properties(options)
    if anonymous and not options.author:
        del properties["Author"]
    return Export(data, properties)


def _properties(options: PdfOptions) -> dict[str, str | tuple[str, ...]]:
    properties: dict[str, str | tuple[str, ...]] = {"Author": options.author or ""}
    for name, value in {
        "Title": options.title,
        "Subject": options.subject,
        "Keywords": options.keywords,
        "Language": options.lang,
    }.items():
        if value is not None:
            properties[name] = value
    return properties


def _view(view: InitialView) -> dict[str, bool | int | str]:
    zoom = {"default": 0, "page": 1, "width": 2, "visible": 3}
    data: dict[str, bool | int | str] = {
        "InitialPage": view.page,
        "InitialView": ["none", "outline", "thumbnails"].index(view.panel),
        "PageLayout": ["default", "single", "continuous", "facing"].index(view.layout),
        "DisplayPDFDocumentTitle": view.title,
        "OpenInFullScreenMode": view.full_screen,
        "Magnification": 4 if isinstance(view.zoom, int) else zoom[view.zoom],
    }
    if isinstance(view.zoom, int):
        data["Zoom"] = view.zoom
    return data


def _images(images: Images) -> dict[str, bool | int | str]:
    data: dict[str, bool | int | str] = {
        "UseLosslessCompression": images.lossless,
        "Quality": images.quality or 90,
        "ReduceImageResolution": images.resolution_dpi is not None,
    }
    if images.resolution_dpi is not None:
        data["MaxImageResolution"] = images.resolution_dpi
    return data


def _encryption(encryption: Encryption) -> dict[str, bool | int | str]:
    data: dict[str, bool | int | str] = {}
    if encryption.open_password is not None:
        data |= {"EncryptFile": True, "DocumentOpenPassword": encryption.open_password}
    if encryption.permission_password is not None:
        changes = ["none", "assemble", "fill_in", "comment", "any"]
        data |= {
            "RestrictPermissions": True,
            "PermissionPassword": encryption.permission_password,
            "Printing": ["none", "low", "full"].index(encryption.printing),
            "Changes": changes.index(encryption.changes),
            "EnableCopyingOfContent": encryption.copying,
            "EnableTextAccessForAccessibilityTools": encryption.accessibility,
        }
    return data
