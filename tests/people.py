"""A template full of the names of those who made it."""

from __future__ import annotations

from odt import NAMESPACES, odt, p

NAME = "Zebulonski"


def custom(name: str, value: str) -> str:
    return f'<meta:user-defined meta:name="{name}">{value}</meta:user-defined>'


def full_of_names() -> bytes:
    who = f"<dc:creator>{NAME}</dc:creator><dc:date>2020-01-01T00:00:00</dc:date>"
    changes = (
        '<text:tracked-changes><text:changed-region xml:id="c1" text:id="c1"><text:deletion>'
        f"<office:change-info>{who}</office:change-info><text:p>{NAME}</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
    )
    comment = (
        f'<office:annotation office:name="a1">{who}<text:p>{NAME}</text:p></office:annotation>'
    )
    fields = "".join(
        f"<text:{one}>{NAME}</text:{one}>"
        for one in (
            "initial-creator",
            "creator",
            "printed-by",
            "author-name",
            "author-initials",
            "sender-lastname",
            "sender-email",
        )
    )
    path = f'<text:file-name text:display="full">/home/{NAME}/letter.odt</text:file-name>'
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    inner = (
        f'<office:document-content {declared} office:version="1.3"><office:body>'
        f"<office:text><text:p>{comment}kept</text:p></office:text></office:body>"
        "</office:document-content>"
    )
    people = (
        f"<dc:creator>{NAME}</dc:creator><meta:initial-creator>{NAME}</meta:initial-creator>"
        f"<meta:printed-by>{NAME}</meta:printed-by>"
    )
    inner_meta = (
        f'<office:document-meta {declared} office:version="1.3"><office:meta>{people}'
        "</office:meta></office:document-meta>"
    )
    embedded = (
        '<draw:frame draw:name="O" text:anchor-type="as-char" svg:width="2cm" svg:height="2cm">'
        '<draw:object xlink:href="./Object 1" xlink:type="simple"/></draw:frame>'
    )
    return odt(
        changes,
        p("Dear", comment, '<text:change text:change-id="c1"/>', fields, path, embedded),
        header=p(comment, fields),
        meta=people + custom("Owner", NAME) + custom("_AuthorEmail", f"{NAME}@x.example"),
        parts={"Object 1/content.xml": inner.encode(), "Object 1/meta.xml": inner_meta.encode()},
    )
