"""The options of ``output.pdf`` as callers write them.

:func:`read_options` takes JSON and gives :class:`PdfOptions`, or refuses: an unknown
name, a value of the wrong type or out of range, and combinations that cannot both be
had (PDF/A and encryption). Nothing is converted, guessed or dropped. How LibreOffice
calls each option is in ``filter_data.py``.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from greffier_converters.errors import OptionRefused

#: Path of a refused option -> why; the first reason found for each.
Refused = dict[str, str]

#: Resolutions of pages drawn as pictures (``pages.py``), in dots per inch.
DPI_RANGE = (36, 600)

#: Known by name and not offered, each with the reason a caller is given.
_PROFILES_REFUSED = {
    "PDF/A-1a": "LibreOffice does not write level a; PDF/A-1b is the nearest",
    "PDF/A-2a": "LibreOffice does not write level a; use PDF/A-2b with ua",
    "PDF/A-3a": "LibreOffice does not write level a; use PDF/A-3b with ua",
    "PDF/A-2u": "level u is not offered yet; PDF/A-2b is the nearest",
    "PDF/A-3u": "level u is not offered yet; PDF/A-3b is the nearest",
}
_NOT_YET = {"attachments": "files cannot be attached to a PDF yet"}

# For pydantic, which makes the OpenAPI schema of these classes in the hall; the
# docstrings below each field become its description there.
_SCHEMA = {"extra": "forbid", "use_attribute_docstrings": True}

_PAGES = re.compile(r"[1-9]\d{0,5}(-[1-9]\d{0,5})?([,;][1-9]\d{0,5}(-[1-9]\d{0,5})?)*")
# Language, optional script, optional region: what LibreOffice can set as a locale.
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?")
# PDF's standard security handler takes 32 bytes of a password in its own one-byte
# encoding (ISO 32000-1, 7.6.3.3), and LibreOffice turns what does not fit into "?".
_PASSWORD_LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Encryption:
    """Passwords and what a reader may do without the second one."""

    __pydantic_config__: ClassVar[Any] = _SCHEMA

    open_password: str | None = field(default=None, repr=False)
    """Needed to open the document: at most 32 Latin-1 characters."""
    permission_password: str | None = field(default=None, repr=False)
    """Needed to do what the permissions below forbid; they require it."""
    printing: Literal["none", "low", "full"] = "full"
    """Printing: not at all, in low resolution, or fully."""
    changes: Literal["none", "assemble", "fill_in", "comment", "any"] = "any"
    """Changes: none, inserting and turning pages, filling in forms, comments and
    forms, or any except extracting pages."""
    copying: bool = True
    """Whether text and pictures may be copied."""
    accessibility: bool = True
    """Whether screen readers may read the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Images:
    """How pictures are stored."""

    __pydantic_config__: ClassVar[Any] = _SCHEMA

    lossless: bool = False
    """Keep every pixel as it is, instead of JPEG compression."""
    quality: int | None = None
    """JPEG quality in percent, 1 to 100 (90 when absent)."""
    resolution_dpi: int | None = None
    """Reduce pictures of a higher resolution to this one, 50 to 1200 dots an inch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialView:
    """What a PDF viewer shows when it opens the document."""

    __pydantic_config__: ClassVar[Any] = _SCHEMA

    page: int = 1
    """Page shown first, from 1."""
    panel: Literal["none", "outline", "thumbnails"] = "none"
    """Side panel shown."""
    zoom: Literal["default", "page", "width", "visible"] | int = "default"
    """Fit the page, its width or its visible part, or a percentage from 10 to 1600."""
    layout: Literal["default", "single", "continuous", "facing"] = "default"
    """Arrangement of pages."""
    title: bool = True
    """Show the document's title in the window's title bar instead of the file name."""
    full_screen: bool = False
    """Open in full screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfOptions:
    """The options of ``output.pdf``; everything absent is as LibreOffice does it."""

    __pydantic_config__: ClassVar[Any] = _SCHEMA

    profile: Literal["PDF/A-1b", "PDF/A-2b", "PDF/A-3b"] | None = None
    """Archival profile (ISO 19005) the result must conform to."""
    ua: bool = False
    """Universal accessibility (PDF/UA-1, ISO 14289-1); requires title and lang."""
    title: str | None = None
    """Title; when absent, the document's own."""
    lang: str | None = None
    """Language of the text as a tag such as fr-BE; when absent, the document's own."""
    author: str | None = None
    """Author; when absent, none: that of a template is not the author of a letter."""
    subject: str | None = None
    """Subject; when absent, the document's own."""
    keywords: tuple[str, ...] | None = None
    """Keywords; when absent, the document's own."""
    watermark: str | None = None
    """Text drawn across every page."""
    pages: str | None = None
    """Pages to keep, such as 1-3,5."""
    encryption: Encryption | None = None
    """Passwords and permissions."""
    images: Images = field(default_factory=Images)
    """Compression of pictures."""
    initial_view: InitialView = field(default_factory=InitialView)
    """What a viewer shows first."""
    tagged: bool = True
    """Write the structure (headings, lists, tables) that assistive software reads."""
    bookmarks: bool = True
    """Write the headings as an outline."""
    notes: bool = False
    """Write comments as PDF notes."""
    form_fields: bool = False
    """Write form controls as fields to fill in, instead of their printed look."""
    blank_pages: bool = False
    """Keep the blank pages that LibreOffice inserts so that chapters start on the right."""
    single_page_sheets: bool = False
    """Put each sheet of a spreadsheet on one page."""


def read_options(given: Mapping[str, object]) -> PdfOptions:
    """Read ``output.pdf`` as a caller sent it.

    Raises:
        OptionRefused: a name is unknown, a value has the wrong type or is out of
            range, or two options exclude each other. Names all of them, as
            ``pdf.encryption.printing``; never repeats a value.
    """
    refused: Refused = {}
    options: PdfOptions = _read(PdfOptions, given, "", refused)
    _refuse_out_of_range(options, refused)
    if not refused:  # what goes together can be said of options that are right by themselves
        _refuse_impossible(options, refused)
    if refused:
        (first, reason), *more = ((f"pdf.{name}", reason) for name, reason in refused.items())
        raise OptionRefused(reason, option=first, more=more)
    return options


def needs_finish(options: PdfOptions) -> bool:
    """Whether ``finish.finish`` has anything to do for a PDF with these options."""
    return bool(options.profile or options.ua or options.encryption)


def page_count(pages: str) -> int:
    """Count the pages that ``PdfOptions.pages`` asks for: 4 for ``1-3,5``."""
    return sum(_spans(pages))


def _spans(pages: str) -> list[int]:
    ranges = (part.partition("-") for part in re.split("[,;]", pages))
    return [int(last or first) - int(first) + 1 for first, _, last in ranges]


# --- reading --------------------------------------------------------------------------


def _read(cls: type[Any], given: Mapping[str, object], where: str, refused: Refused) -> Any:
    """Build the dataclass ``cls`` from JSON, strictly; what is refused keeps its default."""
    hints = typing.get_type_hints(cls)
    names = {each.name for each in dataclasses.fields(cls)}
    values: dict[str, object] = {}
    for name, value in given.items():
        path = _path(where, name)
        if name in names:
            values[name] = _value(hints[name], value, path, refused)
        else:
            refused[path] = _unknown(cls, name, where)
    return cls(
        **{name: value for name, value in values.items() if _path(where, name) not in refused}
    )


def _unknown(cls: type[Any], name: str, where: str) -> str:
    if not where and name in _NOT_YET:
        return f"{name}: {_NOT_YET[name]}."
    names = [each.name for each in dataclasses.fields(cls)]
    near = difflib.get_close_matches(name, names, n=1)
    hint = f" Did you mean {_path(where, near[0])}?" if near else ""
    return f"There is no option {_path(where, name)}.{hint} There are: {', '.join(names)}."


def _value(hint: Any, value: object, where: str, refused: Refused) -> object:
    """Check one JSON value against the type of its field; never convert."""
    alternatives = [each for each in _alternatives(hint) if each is not type(None)]
    if value is None and len(alternatives) < len(_alternatives(hint)):
        return None
    choices: list[object] = []
    wanted: list[str] = []
    for each in alternatives:
        if typing.get_origin(each) is Literal:
            choices += typing.get_args(each)
        elif dataclasses.is_dataclass(each):
            if isinstance(value, Mapping):
                return _read(typing.cast("type[Any]", each), value, where, refused)
            wanted.append("an object")
        elif typing.get_origin(each) is tuple:
            if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
                return tuple(value)
            wanted.append("a list of texts")
        else:
            # bool is an int to Python, not to JSON nor to LibreOffice.
            if isinstance(value, each) and isinstance(value, bool) == (each is bool):
                return value
            wanted.append({bool: "true or false", int: "a whole number", str: "a text"}[each])
    if isinstance(value, str) and value in choices:
        return value
    if choices:
        wanted.insert(0, "one of " + ", ".join(map(str, choices)))
    if where == "profile" and isinstance(value, str) and value in _PROFILES_REFUSED:
        refused[where] = f"profile {value}: {_PROFILES_REFUSED[value]}."
    else:
        refused[where] = f"{where} must be {' or '.join(wanted)}."
    return None


def _alternatives(hint: Any) -> tuple[Any, ...]:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return typing.get_args(hint)
    return (hint,)


def _path(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


# --- refusing -------------------------------------------------------------------------


def _refuse_out_of_range(options: PdfOptions, refused: Refused) -> None:
    view, images = options.initial_view, options.images
    numbers = [
        ("initial_view.page", view.page, 1, 999_999),
        ("initial_view.zoom", view.zoom, 10, 1600),
        ("images.quality", images.quality, 1, 100),
        ("images.resolution_dpi", images.resolution_dpi, 50, 1200),
    ]
    for name, number, least, most in numbers:
        if isinstance(number, int) and not least <= number <= most:
            refused[name] = f"{name} must be from {least} to {most}."
    if options.pages is not None and not (
        _PAGES.fullmatch(options.pages) and min(_spans(options.pages)) > 0
    ):
        refused["pages"] = "pages must be page numbers and ranges from 1, such as 1-3,5."
    if options.lang is not None and not _LANGUAGE_TAG.fullmatch(options.lang):
        refused["lang"] = "lang must be a language tag such as fr-BE or nl."
    if options.watermark is not None and not options.watermark.strip():
        refused["watermark"] = "watermark must not be empty."
    if options.encryption is not None:
        for name in ("open_password", "permission_password"):
            if not _is_password(getattr(options.encryption, name)):
                refused[f"encryption.{name}"] = (
                    f"encryption.{name} must have 1 to {_PASSWORD_LENGTH} Latin-1 characters: "
                    "PDF encryption cannot hold others."
                )


def _is_password(given: str | None) -> bool:
    if given is None:
        return True
    try:
        return 1 <= len(given.encode("latin-1")) <= _PASSWORD_LENGTH
    except UnicodeEncodeError:
        return False


def _refuse_impossible(options: PdfOptions, refused: Refused) -> None:
    encryption, images = options.encryption, options.images
    restricted = encryption is not None and encryption != Encryption(
        open_password=encryption.open_password,
        permission_password=encryption.permission_password,
    )
    rules = [
        (
            options.profile and encryption,
            "encryption",
            "PDF/A forbids encryption: leave out profile or encryption",
        ),
        (
            options.ua and encryption,
            "encryption",
            "an encrypted PDF cannot be checked to be PDF/UA: leave out ua or encryption",
        ),
        (
            options.profile == "PDF/A-1b" and options.ua,
            "ua",
            "PDF/UA needs PDF 1.7 and PDF/A-1b is PDF 1.4: use PDF/A-2b or PDF/A-3b with ua",
        ),
        (options.ua and not options.title, "title", "PDF/UA requires title"),
        (options.ua and not options.lang, "lang", "PDF/UA requires lang"),
        (
            options.ua and not options.initial_view.title,
            "initial_view.title",
            "PDF/UA requires the title to be shown",
        ),
        (
            (options.ua or options.profile) and not options.tagged,
            "tagged",
            "PDF/A and PDF/UA are always tagged here: leave out tagged",
        ),
        (
            options.profile == "PDF/A-1b" and options.watermark,
            "watermark",
            "PDF/A-1b has no transparency and the watermark would hide the text: "
            "use PDF/A-2b or PDF/A-3b",
        ),
        (
            options.ua and options.watermark,
            "watermark",
            "LibreOffice writes watermarks untagged, which PDF/UA forbids",
        ),
        (
            (options.ua or options.profile) and options.notes,
            "notes",
            "LibreOffice writes notes in a way that PDF/A and PDF/UA forbid",
        ),
        (
            options.profile and options.form_fields,
            "form_fields",
            "form fields are not offered in PDF/A, which forbids most of what they do",
        ),
        (
            encryption and not (encryption.open_password or encryption.permission_password),
            "encryption",
            "encryption needs open_password, permission_password or both",
        ),
        (
            restricted and encryption and not encryption.permission_password,
            "encryption.permission_password",
            "restricting what readers may do needs permission_password",
        ),
        (
            images.lossless and images.quality is not None,
            "images.quality",
            "images.quality is for JPEG compression: leave out quality or lossless",
        ),
    ]
    for impossible, name, reason in rules:
        if impossible:
            refused.setdefault(name, f"{reason}.")
