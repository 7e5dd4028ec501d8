"""What any renderer must do; run against the fake and the real render processes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from greffier.errors import DataMalformed
from greffier.library import UploadedTemplate
from greffier.model import Caller, DocumentOrder, Output
from greffier.render import Renderer
from greffier_converters.errors import DocumentRejected, OptionRefused
from greffier_templates.errors import DataMismatch, NotTheDeclaredType, TemplateInvalid
from greffier_templates.model import Filling
from odt import PNG, field, odt, p, paragraphs, picture

ANN = Caller(tenant="town", key="k")
#: A page of 72 by 36 points, nothing on it.
PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 36]>>endobj
trailer<</Root 1 0 R>>
"""


def deadline() -> float:
    return asyncio.get_running_loop().time() + 60


def order(folder: Path, template: bytes, request: bytes, **images: bytes) -> DocumentOrder:
    (folder / "template").write_bytes(template)
    for name, content in images.items():
        (folder / name).write_bytes(content)
    return DocumentOrder(
        template=UploadedTemplate(folder / "template"),
        request=request,
        engine="greffier",
        filling=Filling(),
        output=Output(),
        images={name: folder / name for name in images},
    )


class RendererContract:
    """Subclass it and give a fixture ``renderer``."""

    async def fill(self, renderer: Renderer, folder: Path, *given: bytes, **images: bytes) -> Path:
        filled = await renderer.fill(
            order(folder, *given, **images), caller=ANN, folder=folder, deadline=deadline()
        )
        return filled.path

    async def test_it_fills_with_the_data_of_the_request(
        self, renderer: Renderer, tmp_path: Path
    ) -> None:
        template = odt(p("Dear ", field("name")))
        request = '{"output": {}, "data": {"name": "Élise"}}'.encode()
        filled = await self.fill(renderer, tmp_path, template, request)
        assert paragraphs(filled.read_bytes()) == ["Dear Élise"]

    async def test_pictures_go_in(self, renderer: Renderer, tmp_path: Path) -> None:
        template = odt(p(picture("py3o.staticimage.seal")))
        filled = await self.fill(renderer, tmp_path, template, b'{"data": {}}', seal=PNG)
        assert PNG[:8] in filled.read_bytes()

    async def test_it_tells_the_fonts_it_wants(self, renderer: Renderer, tmp_path: Path) -> None:
        filled = await renderer.fill(
            order(tmp_path, odt(p("x")), b'{"data": {}}'),
            caller=ANN,
            folder=tmp_path,
            deadline=deadline(),
        )
        assert "Liberation Serif" in filled.fonts

    @pytest.mark.parametrize(
        ("template", "request_text", "expected"),
        [
            (odt(p(field("name"))), b'{"data": {}}', DataMismatch),
            (odt(p(field("name."))), b'{"data": {}}', TemplateInvalid),
            (b"nothing", b'{"data": {}}', NotTheDeclaredType),
            (odt(p("x")), b'{"data": {"a": NaN}}', DataMalformed),
        ],
        ids=["data", "template", "file", "json"],
    )
    async def test_errors_are_those_of_the_template_room(
        self,
        renderer: Renderer,
        tmp_path: Path,
        template: bytes,
        request_text: bytes,
        expected: type[Exception],
    ) -> None:
        with pytest.raises(expected) as raised:
            await self.fill(renderer, tmp_path, template, request_text)
        for finding in getattr(raised.value, "findings", ()):
            assert finding.code
            assert finding.message

    async def test_a_check_reports_and_does_not_raise(
        self, renderer: Renderer, tmp_path: Path
    ) -> None:
        (tmp_path / "t").write_bytes(odt(p(field("name")), p(field("city"))))
        template = UploadedTemplate(tmp_path / "t")

        async def check(request: bytes) -> list[str]:
            findings = await renderer.check(template, request, folder=tmp_path, deadline=deadline())
            return [finding.field for finding in findings]

        assert await check(b"") == []
        assert await check(b'{"data": {"city": "X"}}') == ["name"]

    async def test_cleaning_takes_out_what_is_unsafe(
        self, renderer: Renderer, tmp_path: Path
    ) -> None:
        source = tmp_path / "source"
        source.write_bytes(odt(p("Body"), parts={"Basic/script.xml": b"<x/>"}))
        cleaned = await renderer.clean(
            source, "odt", caller=ANN, folder=tmp_path, deadline=deadline()
        )
        assert b"Basic/script.xml" not in cleaned.path.read_bytes()
        assert paragraphs(cleaned.path.read_bytes()) == ["Body"]
        assert cleaned.warnings

    async def test_a_page_is_drawn(self, renderer: Renderer, tmp_path: Path) -> None:
        pdf = tmp_path / "result.pdf"
        pdf.write_bytes(PDF)
        png = await renderer.draw(pdf, page=1, dpi=144, folder=tmp_path, deadline=deadline())
        assert png.read_bytes()[16:24] == (144).to_bytes(4, "big") + (72).to_bytes(4, "big")

    async def test_a_page_that_is_not_there_is_refused(
        self, renderer: Renderer, tmp_path: Path
    ) -> None:
        pdf = tmp_path / "result.pdf"
        pdf.write_bytes(PDF)
        with pytest.raises(OptionRefused) as refused:
            await renderer.draw(pdf, page=2, dpi=144, folder=tmp_path, deadline=deadline())
        assert refused.value.option

    async def test_what_is_no_pdf_is_rejected(self, renderer: Renderer, tmp_path: Path) -> None:
        pdf = tmp_path / "result.pdf"
        pdf.write_bytes(b"nothing")
        with pytest.raises(DocumentRejected) as rejected:
            await renderer.draw(pdf, page=1, dpi=144, folder=tmp_path, deadline=deadline())
        assert rejected.value.phase == "finish"
