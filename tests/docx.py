"""A Word document made from XML snippets, as small as Word and LibreOffice accept it."""

from __future__ import annotations

import io
import zipfile

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# The first two footnotes are never notes: LibreOffice counts on them.
_SEPARATORS = "".join(
    f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
    for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
)


def p(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def comment(number: int) -> str:
    """The place of a comment; its text is part of every document made here."""
    return f'<w:r><w:commentReference w:id="{number}"/></w:r>'


def footnote() -> str:
    """The place of the one footnote."""
    return '<w:r><w:footnoteReference w:id="1"/></w:r>'


def table(cell: str) -> str:
    return (
        '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="4000"/></w:tblGrid>'
        f"<w:tr><w:tc><w:tcPr/>{cell}</w:tc></w:tr></w:tbl>"
    )


def docx(*body: str, header: str, note: str, comments: int) -> bytes:
    """A document with ``body``, a header, one footnote and texts for its comments."""
    texts = "".join(
        f'<w:comment w:id="{number}" w:author="A" w:initials="A">{p(run("a remark"))}</w:comment>'
        for number in range(comments)
    )
    section = '<w:sectPr><w:headerReference w:type="default" r:id="r1"/></w:sectPr>'
    named = {"r1": "header1", "r2": "footnotes", "r3": "comments"}
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + _override("document", "document.main")
        + "".join(_override(name, name.rstrip("1")) for name in named.values())
        + "</Types>",
        "_rels/.rels": _relations({"r0": ("officeDocument", "word/document.xml")}),
        "word/_rels/document.xml.rels": _relations(
            {key: (name.rstrip("1"), f"{name}.xml") for key, name in named.items()}
        ),
        # LibreOffice looks for comments beside the part they are in.
        "word/_rels/header1.xml.rels": _relations({"r3": ("comments", "comments.xml")}),
        "word/_rels/footnotes.xml.rels": _relations({"r3": ("comments", "comments.xml")}),
        "word/document.xml": _part("document", f"<w:body>{''.join(body)}{section}</w:body>"),
        "word/header1.xml": _part("hdr", header),
        "word/footnotes.xml": _part(
            "footnotes", f'{_SEPARATORS}<w:footnote w:id="1">{note}</w:footnote>'
        ),
        "word/comments.xml": _part("comments", texts),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, _HEAD + content)
    return buffer.getvalue()


def _part(root: str, content: str) -> str:
    return f'<w:{root} xmlns:w="{_W}" xmlns:r="{_R}">{content}</w:{root}>'


def _override(name: str, kind: str) -> str:
    return f'<Override PartName="/word/{name}.xml" ContentType="{_TYPE}.{kind}+xml"/>'


def _relations(relations: dict[str, tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="{key}" Type="{_R}/{kind}" Target="{target}"/>'
        for key, (kind, target) in relations.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'
