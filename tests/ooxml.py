"""Small Word documents and Excel workbooks for tests, made from XML snippets."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}


def rels(*relationships: tuple[str, str, str]) -> bytes:
    """Relationships ``(id, last step of the type, target)``; an absolute target is external."""
    lines = "".join(
        f'<Relationship Id="{name}" Type="{R}/{kind}" Target="{target}"'
        f"{' TargetMode=' + chr(34) + 'External' + chr(34) if ':' in target else ''}/>"
        for name, kind, target in relationships
    )
    return f'<Relationships xmlns="{_RELS}">{lines}</Relationships>'.encode()


def ooxml(kind: str, main: str, parts: Mapping[str, bytes]) -> bytes:
    types = (
        f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{MAIN[kind]}"/>'
        '<Override PartName="/word/vbaProject.bin" ContentType="application/x"/></Types>'
    )
    start = rels(("rId1", "officeDocument", main))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", start)
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(
    body: str,
    *relationships: tuple[str, str, str],
    parts: Mapping[str, bytes] | None = None,
) -> bytes:
    document = (
        f'<w:document xmlns:w="{W}" xmlns:r="{R}" xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        f"<w:body>{body}</w:body></w:document>"
    )
    return ooxml(
        "docx",
        "word/document.xml",
        {
            "word/document.xml": document.encode(),
            "word/_rels/document.xml.rels": rels(*relationships),
            **(parts or {}),
        },
    )


def xlsx(cells: str, *relationships: tuple[str, str, str], workbook: str = "") -> bytes:
    book = (
        f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets><sheet name="A" sheetId="1" r:id="s1"/>'
        f"</sheets>{workbook}</workbook>"
    )
    sheet = f'<worksheet xmlns="{S}"><sheetData><row>{cells}</row></sheetData></worksheet>'
    return ooxml(
        "xlsx",
        "xl/workbook.xml",
        {
            "xl/workbook.xml": book.encode(),
            "xl/_rels/workbook.xml.rels": rels(
                ("s1", "worksheet", "worksheets/sheet1.xml"), *relationships
            ),
            "xl/worksheets/sheet1.xml": sheet.encode(),
            "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{S}"/>'.encode(),
        },
    )


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def complex_field(*instruction: str, result: str = "shown") -> str:
    def marker(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    code = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in instruction)
    return marker("begin") + code + marker("separate") + run(result) + marker("end")
