"""What the template room gives and takes: plain frozen values, no behaviour."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class Severity(enum.StrEnum):
    """How much a finding matters."""

    #: The template or the data cannot be used until this is mended.
    ERROR = "error"
    #: The document can be made, but probably not as its designer meant it.
    WARNING = "warning"
    #: Nothing is wrong with the document; it could serve its readers, or last, better.
    INFO = "info"


class Undefined(enum.StrEnum):
    """What to do with a field whose name is not in the data."""

    #: Refuse to fill, naming every such field and its place.
    ERROR = "error"
    #: Print nothing.
    BLANK = "blank"
    #: Print the name between ⟦ ⟧, for drafts.
    MARK = "mark"
    #: Let the field or block stay, as a working tag, for a second filling.
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found wrong, told so that a LibreOffice user can mend it.

    Never carries a value of the data: findings are logged and sent over HTTP.
    """

    #: Stable identifier, for programs and translations: ``loop-not-closed``.
    code: str
    #: What is wrong, one sentence.
    message: str
    #: The place in the designer's words: ``body › table “Lines” › row 2 › cell B``.
    where: str = ""
    #: The offending field, instruction or expression, as the designer wrote it.
    field: str = ""
    #: What to do about it; empty when the message says it all.
    hint: str = ""
    severity: Severity = Severity.ERROR
    #: Its element, while a template is checked; see :mod:`.telling.anchors`.
    anchor: str = dataclasses.field(default="", compare=False, repr=False)
    #: Where in the data it is, a JSON pointer (RFC 6901): ``/lines/3/price``; keys that the
    #: template does not name are data, and it ends before them. Empty when it is not known.
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Filling:
    """How one document is to be filled: everything but template and data."""

    undefined: Undefined = Undefined.ERROR
    #: A CLDR locale, ``fr_BE``: how amounts and dates are written. Empty: that of the template.
    locale: str = "en"
    #: An IANA zone, ``Europe/Brussels``: in which moments are shown.
    timezone: str = "UTC"
    #: Whether the comments of the template stay in the document.
    keep_comments: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """What filling reports about the document it wrote."""

    warnings: tuple[Finding, ...] = ()
    #: The font families that the text of the filled document asks for.
    fonts: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Package:
    """A document that went through the gate, unpacked."""

    #: What it is, by its content: ``odt``, ``ott``, ``ods``, ``odg``, …
    kind: str
    #: Part name -> its sanitised bytes; ``mimetype`` and the manifest are left out, for
    #: whoever writes a package writes them anew.
    parts: Mapping[str, bytes]
    #: What was taken out or frozen on the way.
    warnings: tuple[Finding, ...] = ()
    #: Folder of an embedded document (``Object 1/``) -> its media type; a manifest must name
    #: them, or LibreOffice shows nothing in their place.
    folders: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A document that went through the gate, ready for an office."""

    content: bytes
    #: What was taken out or frozen on the way.
    warnings: tuple[Finding, ...] = ()
