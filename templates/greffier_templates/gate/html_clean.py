"""Clean an HTML page: only elements and attributes that show text stay.

HTML is taken only where an operator allows it. LibreOffice's import follows images, frames,
style sheets and refresh addresses, so none of these is let through.
"""

from __future__ import annotations

import re

from lxml import etree, html

from ..model import Cleaned
from ..telling.wording import grouped, say
from .limits import DEFAULT_LIMITS, MIB, Limits
from .links import safe_href
from .odf import refuse_other_kind
from .refusals import refuse
from .report import Warnings
from .xml_parts import attributes, remove, unwrap, words

_ELEMENTS = words(
    "html head title body div span p br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption "
    "thead tbody tfoot tr th td colgroup col a b i u s em strong small sub sup code pre "
    "blockquote address center font abbr cite del ins kbd q samp strike tt var section "
    "article header footer main nav aside figure figcaption"
)
#: Taken out with what they hold; unknown elements lose only their tag.
_DROPPED = words(
    "script style link base meta iframe frame frameset noframes object embed applet param "
    "img picture source audio video track svg math form input button select textarea map "
    "area template noscript canvas xml"
)
_ATTRIBUTES = words(
    "align valign width height border cellpadding cellspacing colspan rowspan dir lang title "
    "color size face bgcolor start type value nowrap span href name id"
)
_LARGEST_SPAN = 1_024
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_C1_CONTROLS = dict.fromkeys(range(0x80, 0xA0))


def clean_html(source: bytes, kind: str, limits: Limits = DEFAULT_LIMITS) -> Cleaned:
    """The page's text and tables, without anything an office would load.

    Raises:
        NotTheDeclaredType: it is not HTML.
        FileDamaged: it cannot be read as HTML.
        FileTooLarge: over one of ``limits``.
    """
    refuse_other_kind(source, (kind,), limits)
    if len(source) > limits.xml_bytes:
        refuse("file-too-large", limit=f"{limits.xml_bytes // MIB} MiB")
    if source.count(b"<") > limits.elements:
        refuse("xml-too-many-elements", limit=grouped(limits.elements))
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = html.document_fromstring(_text(source).encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        refuse("xml-malformed")
    warnings = Warnings()
    for element in list(root.iter()):
        _clean_element(element, warnings)
    # ASCII with character references reads the same in whatever encoding it is taken for.
    content = html.tostring(root, encoding="ascii", doctype="<!DOCTYPE html>")
    return Cleaned(content, warnings.all())


def _text(source: bytes) -> str:
    """The page as text: UTF-8, else as it declares, else Windows-1252 as browsers take it."""
    try:
        text = source.decode()
    except UnicodeDecodeError:
        declared = _CHARSET.search(source[:1024])
        name = declared[1].decode().lower() if declared else ""
        text = _decode(source, name)
    # No page means these controls; parsers take references to them for other characters.
    return text.translate(_C1_CONTROLS)


def _decode(source: bytes, name: str) -> str:
    if name in ("", "iso-8859-1", "latin1", "us-ascii"):
        name = "windows-1252"
    try:
        return source.decode(name, errors="replace")
    except (LookupError, ValueError):
        return source.decode("windows-1252", errors="replace")


def _clean_element(element: etree._Element, warnings: Warnings) -> None:
    tag = element.tag
    if not isinstance(tag, str) or tag in _DROPPED:
        warnings.add(
            "linked-content-removed",
            say("element “{name}”", name=tag) if isinstance(tag, str) else "",
        )
        remove(element)
        return
    if tag not in _ELEMENTS:
        unwrap(element)
        return
    for name, value in attributes(element):
        if name not in _ATTRIBUTES:
            del element.attrib[name]
        elif name == "href":
            safe = safe_href(value)
            if safe is None:
                warnings.add("link-removed", "")
                del element.attrib[name]
        elif name in ("colspan", "rowspan", "span") and not _is_small(value):
            refuse("repeat-too-large", limit=grouped(_LARGEST_SPAN))


def _is_small(value: str) -> bool:
    digits = value.strip()
    return not digits.isdecimal() or (len(digits) < 6 and int(digits) <= _LARGEST_SPAN)
